#include "api/api-private.h"
#include "api/handlers.h"

/* How often a job's progress is told; that it began and ended is in the log at once. */
#define PROGRESS_EVERY_MS 100

void
pm_api_jobs_list (PmCall *call)
{
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_key (&json, "jobs");
  pm_jobs_write_all (call->api->jobs, &json);
  pm_json_end_object (&json);
}

static gboolean
answer (PmCall *call, gint64 id)
{
  PmJsonWriter json = pm_call_json (call, 200);
  gboolean is_there = pm_jobs_write (call->api->jobs, id, &json);
  if (!is_there)
    pm_call_problem (call, 404, "there is no job %" G_GINT64_FORMAT ", or not any more", id);
  return is_there;
}

void
pm_api_jobs_show (PmCall *call)
{
  gint64 id = pm_call_id (call);
  if (id != 0)
    answer (call, id);
}

void
pm_api_jobs_cancel (PmCall *call)
{
  g_autoptr (GError) error = NULL;
  gint64 id = pm_call_id (call);
  if (id == 0)
    return;
  if (call->dry_run) {
    if (answer (call, id))
      pm_call_dry_run (call, "cancel job %" G_GINT64_FORMAT, id);
  } else if (pm_jobs_cancel (call->api->jobs, id, &error))
    answer (call, id);
  else
    pm_call_problem (call,
                     g_error_matches (error, PM_JOBS_ERROR, PM_JOBS_ERROR_NOT_FOUND) ? 404 : 409,
                     "%s", error->message);
}

/* --- progress, for the event stream --- */

static gboolean
tell_progress (gpointer data)
{
  PmApi *api = data;
  GHashTableIter iter;
  gpointer id;
  g_hash_table_iter_init (&iter, api->changed_jobs);
  while (g_hash_table_iter_next (&iter, &id, NULL)) {
    g_autoptr (GString) text = g_string_new (NULL);
    PmJsonWriter json = pm_json_writer (text);
    if (pm_jobs_write_outline (api->jobs, *(gint64 *) id, &json))
      pm_event_hub_tell (api->hub, "job.progress", text->str);
  }
  g_hash_table_remove_all (api->changed_jobs);
  api->on_progress = 0;
  return G_SOURCE_REMOVE;
}

void
pm_api_job_changed (PmApi *api, gint64 id)
{
  g_hash_table_add (api->changed_jobs, g_memdup2 (&id, sizeof id));
  if (api->on_progress == 0)
    api->on_progress = g_timeout_add (PROGRESS_EVERY_MS, tell_progress, api);
}
