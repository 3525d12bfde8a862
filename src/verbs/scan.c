#include "verbs/scan.h"

#include "verbs/live.h"
#include "verbs/look.h"
#include "verbs/pools.h"

static PmScanReport
report_on (const PmLookCounts *counts)
{
  return (PmScanReport){
      .projects = counts->projects,
      .documents = counts->documents,
      .findings = counts->findings,
      .services = counts->services,
      .kept = counts->kept,
  };
}

/* Those of other roots are not this scan's. */
static void
keep_own_problems (PmSnapshot *snapshot, const PmScanRoots *roots)
{
  guint n = 0;
  for (guint i = 0; i < snapshot->problems->len; i++) {
    PmProblem problem = g_array_index (snapshot->problems, PmProblem, i);
    if (pm_scan_roots_has (roots, problem.root))
      g_array_index (snapshot->problems, PmProblem, n++) = problem;
  }
  g_array_set_size (snapshot->problems, n);
}

static gboolean
give_problems (PmLook *look, PmSnapshot **ret_problems, GError **error)
{
  if (!look->is_unchanged)
    *ret_problems = g_steal_pointer (&look->snapshot);
  else if (!pm_registry_problems (look->context->registry, ret_problems, error))
    return FALSE;
  keep_own_problems (*ret_problems, look->roots);
  return TRUE;
}

/* The files are as before; what runs may not be. */
static gboolean
refresh (PmContext *context, guint ret_conflicts[3], GError **error)
{
  return pm_verb_live_refresh (context, FALSE, NULL, NULL, error) &&
         pm_registry_count_conflicts (context->registry, ret_conflicts, error);
}

/* A scan that others keep overtaking is stored all the same: they see what it missed. So is one
 * that takes long: what changed meanwhile is little of it. */
#define MOST_LOOKS 3
#define LONGEST_TO_REPEAT_US (5 * G_USEC_PER_SEC)

typedef struct {
  guint conflicts[3];
  PmScanChanges changes;
} Stored;

static gboolean
store_or_refresh (PmLook *look, gboolean is_last, Stored *stored, gboolean *ret_overtaken,
                  GError **error)
{
  PmScanScope scope = {0};
  *ret_overtaken = FALSE;
  *stored = (Stored){0};
  if (look->is_unchanged)
    return refresh (look->context, stored->conflicts, error);
  if (is_last)
    return pm_look_store (look, &scope, stored->conflicts, &stored->changes, error);
  return pm_look_store_newest (look, stored->conflicts, &stored->changes, ret_overtaken, error);
}

static gboolean
look_and_store (PmLook *look, PmContext *context, const PmScanRoots *roots,
                const PmSurveyOptions *options, Stored *stored, GError **error)
{
  gint64 started_us = g_get_monotonic_time ();
  gboolean is_overtaken = TRUE;
  for (guint n = 1; is_overtaken; n++) {
    pm_look_clear (look);
    if (!pm_look (look, context, roots, options, error) ||
        (n == 1 && !pm_scan_roots_remember (roots, context, error)))
      return FALSE;
    gboolean is_last =
        n == MOST_LOOKS || g_get_monotonic_time () - started_us > LONGEST_TO_REPEAT_US;
    if (!store_or_refresh (look, is_last, stored, &is_overtaken, error))
      return FALSE;
  }
  return look->is_unchanged || pm_verb_pools_note (context, NULL, error);
}

gboolean
pm_verb_scan (PmContext *context, char **named, const PmSurveyOptions *options,
              PmScanReport *ret_report, PmSnapshot **ret_problems, GError **error)
{
  gint64 started_us = g_get_monotonic_time ();
  g_auto (PmScanRoots) roots = {0};
  g_auto (PmLook) look = {0};
  Stored stored;
  if (!pm_scan_roots_init (&roots, context, named, error) ||
      !look_and_store (&look, context, &roots, options, &stored, error))
    return FALSE;
  pm_context_scan_finished (context);
  PmScanReport report = report_on (&look.counts);
  report.was_everything = TRUE;
  report.changes = stored.changes;
  for (guint i = 0; i < G_N_ELEMENTS (stored.conflicts); i++)
    report.conflicts[i] = stored.conflicts[i];
  if (ret_problems != NULL && !give_problems (&look, ret_problems, error))
    return FALSE;
  report.roots_inside = roots.n_inside;
  report.elapsed_us = g_get_monotonic_time () - started_us;
  *ret_report = report;
  return TRUE;
}
