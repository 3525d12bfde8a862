/* DESIGN
 * Both directions are one transaction of the update engine, which is all or nothing by itself. What
 * a crash between its commit and our record leaves is found by what it wished: the newest committed
 * transaction behind the last one that there was, of the same kind and wish. */

#include <jansson.h>
#include <string.h>

#include "pipeline/run.h"

#define MOST_BACK 100

static char *
wish_of (const PmTransactionRecord *record)
{
  json_t *root = json_loads (record->summary, 0, NULL);
  const char *text = json_string_value (json_object_get (root, "wish"));
  char *wish = g_strdup (text == NULL ? "" : text);
  json_decref (root);
  return wish;
}

static gboolean
find_committed (PmRun *run, gint64 *ret_id, GError **error)
{
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (PmTransactionRecord));
  *ret_id = 0;
  if (!pm_registry_transactions (run->context->registry, 0, MOST_BACK, run->arena, records, error))
    return FALSE;
  for (guint i = 0; i < records->len && *ret_id == 0; i++) {
    const PmTransactionRecord *r = &g_array_index (records, PmTransactionRecord, i);
    g_autofree char *wish = wish_of (r);
    if (r->id > run->report.last_transaction_id && strcmp (r->kind, run->change.kind) == 0 &&
        strcmp (r->state, "committed") == 0 && strcmp (wish, run->report.wish) == 0)
      *ret_id = r->id;
  }
  return TRUE;
}

/* A run that was interrupted here: it was done, or it was not. */
static PmRunNext
resume_apply (PmRun *run)
{
  GError *error = NULL;
  if (!find_committed (run, &run->report.transaction_id, &error))
    return pm_run_fail (run, error);
  return pm_run_go (run->report.transaction_id != 0 ? "applied" : "confirmed");
}

static void
name_files (PmRun *run)
{
  g_autofree char *files =
      run->files.notes == NULL
          ? g_strdup ("")
          : pm_file_notes_describe_others (run->files.notes, run->report.cause);
  g_autofree char *cause =
      files[0] == '\0' ? NULL : g_strconcat (run->report.cause, ": ", files, NULL);
  if (cause != NULL)
    pm_run_report_set (&run->report.cause, cause);
}

PmRunNext
pm_run_apply (PmRun *run)
{
  GError *error = NULL;
  if (run->plan == NULL)
    return resume_apply (run);
  pm_change_result_clear (&run->files);
  gboolean fine = pm_verb_apply (run->context, run->plan, &run->files, &error);
  run->report.transaction_id = (gint64) run->files.id;
  if (fine)
    return pm_run_go ("applied");
  PmRunNext end = pm_run_fail (run, error);
  name_files (run);
  return end;
}

/* --- back --- */

static gboolean
is_undone (PmRun *run, gboolean *ret_undone, GError **error)
{
  PmTransactionRecord record;
  if (!pm_registry_transaction (run->context->registry, run->report.transaction_id, run->arena,
                                &record, error))
    return FALSE;
  *ret_undone = strcmp (record.state, "undone") == 0;
  return TRUE;
}

static gboolean
undo (PmRun *run, GError **error)
{
  gboolean is_done = FALSE;
  if (!is_undone (run, &is_done, error))
    return FALSE;
  if (is_done)
    return TRUE;
  pm_change_result_clear (&run->files);
  gboolean fine =
      pm_verb_undo (run->context, (guint64) run->report.transaction_id, &run->files, error);
  run->report.undo_id = (gint64) run->files.id;
  return fine;
}

/* Files that somebody else changed since are theirs: then what runs goes with what stands there. */
PmRunNext
pm_run_roll_back (PmRun *run)
{
  GError *error = NULL;
  g_autofree char *cause = g_strdup (run->report.cause);
  if (!undo (run, &error)) {
    g_prefix_error (&error, "%s; and the files cannot be changed back: ", cause);
    PmRunNext end = pm_run_fail (run, error);
    name_files (run);
    return end;
  }
  if (!pm_run_restart_back (run, &error)) {
    g_prefix_error (&error, "%s; the files are as before: ", cause);
    pm_run_fail (run, error);
  }
  return pm_run_end ("rolled-back");
}
