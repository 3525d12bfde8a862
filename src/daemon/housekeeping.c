#include "daemon/housekeeping.h"

#include "verbs/backup.h"

static gboolean
run (PmJob *job, PmContext *context, gpointer data, GString *result, GError **error)
{
  g_auto (PmBackup) backup = {0};
  gint64 before_us = g_get_real_time () - PM_EVENTS_KEPT_DAYS * G_TIME_SPAN_DAY;
  pm_job_progress (job, "copying and checking the registry", 0, 2);
  if (!pm_verb_backup_keep (context, &backup, error))
    return FALSE;
  pm_job_progress (job, "taking old events away", 1, 2);
  if (!pm_registry_prune_events (context->registry, before_us, PM_EVENTS_KEPT, error))
    return FALSE;
  PmJsonWriter json = pm_json_writer (result);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "backup", backup.file);
  pm_json_member_int (&json, "rows", (gint64) backup.rows);
  pm_json_end_object (&json);
  pm_job_progress (job, "done", 2, 2);
  return TRUE;
}

void
pm_housekeeping_look (const char *state_dir, const PmConfig *config, PmJobs *jobs)
{
  if (config->backup.every_h == 0 || config->registry.url[0] != '\0')
    return;
  g_autoptr (GArray) backups = pm_verb_backups (state_dir);
  gint64 newest_us = backups->len == 0 ? 0 : g_array_index (backups, PmBackup, 0).time_us;
  gint64 age_us = g_get_real_time () - newest_us;
  if (age_us >= 0 && age_us < config->backup.every_h * G_TIME_SPAN_HOUR)
    return;
  PmJobWork work = {.kind = "housekeeping", .run = run};
  g_autoptr (GError) error = NULL;
  if (pm_jobs_start (jobs, &work, &error) == 0)
    g_warning ("no backup was made: %s", error->message);
}
