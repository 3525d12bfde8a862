#include "daemon/daemon.h"

#include <glib-unix.h>
#include <signal.h>

#include "api/api.h"

static gboolean
stop (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static void
on_job (PmJobs *jobs, gint64 id, gboolean ended, const GError *error, gpointer api)
{
  pm_api_job_changed (api, id);
}

gboolean
pm_daemon_run (PmContext *context, const PmDaemonOptions *options, GError **error)
{
  g_autoptr (PmJobs) jobs = pm_jobs_new (context->state_dir, context->config);
  g_autoptr (PmApi) api = pm_api_new (context, jobs, error);
  if (api == NULL)
    return FALSE;
  pm_jobs_set_listener (jobs, on_job, api);
  g_autoptr (PmHttpServer) server = pm_api_listen (api, options->listen, error);
  if (server == NULL)
    return FALSE;

  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  guint on_interrupt = g_unix_signal_add (SIGINT, stop, loop);
  guint on_terminate = g_unix_signal_add (SIGTERM, stop, loop);
  if (options->ready != NULL) {
    g_autofree char *page_url = pm_api_page_url (api, server);
    options->ready (pm_http_server_url (server), page_url, options->data);
  }
  g_main_loop_run (loop);
  g_source_remove (on_interrupt);
  g_source_remove (on_terminate);
  return TRUE;
}
