#include <string.h>

#include "pipeline/run.h"

/* Proposals that are looked back for. */
#define MOST_BACK 200

PmRunNext
pm_run_propose (PmRun *run)
{
  GError *error = NULL;
  if (!pm_verb_plan_save (run->context, run->plan, &run->report.plan_id, &error))
    return pm_run_fail (run, error);
  return pm_run_end ("proposed");
}

/* Something later about the same address: the same place of the same source, or the same wish. */
static gboolean
is_superseded (const GArray *newer, guint index)
{
  const PmAddressChange *change = &g_array_index (newer, PmAddressChange, index);
  for (guint i = 0; i < index; i++) {
    const PmAddressChange *other = &g_array_index (newer, PmAddressChange, i);
    gboolean is_same_place =
        strcmp (other->source, change->source) == 0 && strcmp (other->slot, change->slot) == 0;
    gboolean is_same_wish = strcmp (other->old_address, change->old_address) == 0 &&
                            strcmp (other->new_address, change->new_address) == 0;
    if ((is_same_place &&
         (strcmp (other->stage, "proposed") == 0 || strcmp (other->stage, "committed") == 0)) ||
        (is_same_wish && strcmp (other->stage, "committed") == 0))
      return TRUE;
  }
  return FALSE;
}

gboolean
pm_pipeline_proposals (PmContext *context, PmArena *arena, GArray *changes, GError **error)
{
  g_autoptr (GArray) past = g_array_new (FALSE, FALSE, sizeof (PmAddressChange));
  if (!pm_registry_changes (context->registry, MOST_BACK, arena, past, error))
    return FALSE;
  for (guint i = 0; i < past->len; i++) {
    const PmAddressChange *change = &g_array_index (past, PmAddressChange, i);
    if (strcmp (change->stage, "proposed") == 0 && !is_superseded (past, i))
      g_array_append_val (changes, *change);
  }
  return TRUE;
}

gboolean
pm_pipeline_proposal_of_plan (PmContext *context, gint64 plan_id, gint64 *ret_id, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) waiting = g_array_new (FALSE, FALSE, sizeof (PmAddressChange));
  *ret_id = 0;
  if (!pm_pipeline_proposals (context, arena, waiting, error))
    return FALSE;
  for (guint i = 0; i < waiting->len; i++) {
    const PmAddressChange *change = &g_array_index (waiting, PmAddressChange, i);
    PmRunReport report;
    pm_run_report_init (&report);
    pm_run_report_read (&report, change->report);
    if (report.plan_id == plan_id)
      *ret_id = change->id;
    pm_run_report_clear (&report);
  }
  return TRUE;
}
