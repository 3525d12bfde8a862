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

gboolean
pm_daemon_run (PmContext *context, const PmDaemonOptions *options, GError **error)
{
  g_autoptr (PmApi) api = pm_api_new (context);
  g_autoptr (PmHttpServer) server = pm_http_server_new (&pm_api_face, api);
  if (!pm_http_server_listen (server, options->listen, error))
    return FALSE;

  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  guint on_interrupt = g_unix_signal_add (SIGINT, stop, loop);
  guint on_terminate = g_unix_signal_add (SIGTERM, stop, loop);
  if (options->ready != NULL)
    options->ready (pm_http_server_url (server), options->data);
  g_main_loop_run (loop);
  g_source_remove (on_interrupt);
  g_source_remove (on_terminate);
  return TRUE;
}
