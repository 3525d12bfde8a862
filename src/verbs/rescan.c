/* DESIGN
 * The first time everything is scanned. From then on the paths that changed are looked at alone, as
 * long as they tell what a scan of everything would, and as long as nobody else scans: that is seen
 * by the text that the registry keeps of the last survey. It is changed here with everything that
 * is stored, so that whoever else goes by it sees that too; the stamps that it names stay as they
 * are. Files that changed since then they do not know, so the next scan of everything reads those
 * again. */

#include "verbs/rescan.h"

#include <string.h>

#include "verbs/conflicts.h"
#include "verbs/live.h"
#include "verbs/observe.h"
#include "verbs/pools.h"

struct PmRescan {
  PmContext *context;
  PmResurvey *resurvey;
  char *survey; /* what the registry keeps of the last one; NULL: nothing was scanned yet */
  guint64 n_changes;
};

PmRescan *
pm_rescan_new (PmContext *context)
{
  PmRescan *rescan = g_new0 (PmRescan, 1);
  rescan->context = context;
  rescan->resurvey = pm_resurvey_new ();
  return rescan;
}

void
pm_rescan_free (PmRescan *rescan)
{
  if (rescan == NULL)
    return;
  pm_resurvey_free (rescan->resurvey);
  g_free (rescan->survey);
  g_free (rescan);
}

/* --- the text that the registry keeps --- */

/* One line more than those of roots, which nobody takes for one: it is no identity. */
#define CHANGE "+"

static char *
survey_after (PmRescan *rescan)
{
  g_auto (GStrv) lines = g_strsplit (rescan->survey, "\n", -1);
  GString *text = g_string_new (NULL);
  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0' && !g_str_has_prefix (*line, CHANGE))
      g_string_append_printf (text, "%s\n", *line);
  g_string_append_printf (text, CHANGE " %" G_GINT64_FORMAT " %" G_GUINT64_FORMAT "\n",
                          g_get_real_time (), ++rescan->n_changes);
  return g_string_free (text, FALSE);
}

/* Is it ours still? */
static gboolean
is_current (PmRescan *rescan)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  const char *survey;
  return rescan->survey != NULL && rescan->survey[0] != '\0' &&
         pm_registry_survey (rescan->context->registry, arena, &survey, NULL) &&
         strcmp (survey, rescan->survey) == 0;
}

static gboolean
remember (PmRescan *rescan, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  const char *survey;
  if (!pm_registry_survey (rescan->context->registry, arena, &survey, error))
    return FALSE;
  g_free (rescan->survey);
  rescan->survey = g_strdup (survey);
  return TRUE;
}

/* --- some paths --- */

static void
count (const PmSnapshot *snapshot, PmScanReport *report)
{
  report->projects = snapshot->projects->len;
  report->documents = snapshot->documents->len;
  report->findings = snapshot->findings->len;
  report->services = snapshot->services->len;
  for (guint i = 0; i < snapshot->documents->len; i++)
    report->kept += g_array_index (snapshot->documents, PmDocumentRecord, i).is_kept ? 1 : 0;
}

static gboolean
store (PmRescan *rescan, const PmScanRoots *roots, PmSnapshot *snapshot, PmScanReport *report,
       GError **error)
{
  g_autoptr (GArray) conflicts = pm_verb_conflicts_of (rescan->context, snapshot);
  g_autofree char *survey = survey_after (rescan);
  PmScanScope scope = {
      .roots = (const char *const *) roots->scanned->pdata,
      .conflicts = conflicts,
      .survey = survey,
      .pins_are_known = TRUE,
  };
  if (!pm_registry_store_scan (rescan->context->registry, snapshot, &scope, g_get_real_time (),
                               &report->changes, error))
    return FALSE;
  g_free (rescan->survey);
  rescan->survey = g_steal_pointer (&survey);
  for (guint i = 0; i < conflicts->len; i++)
    report->conflicts[g_array_index (conflicts, PmConflict, i).severity]++;
  /* What pools are used for changes with services alone. */
  const PmScanChanges *changes = &report->changes;
  gboolean may_press =
      changes->services_created + changes->services_changed + changes->services_removed > 0;
  return !may_press || pm_verb_pools_note (rescan->context, error);
}

/* *ret_told: FALSE, the paths do not tell everything. */
static gboolean
scan_paths (PmRescan *rescan, const char *const *paths, PmScanReport *report, gboolean *ret_told,
            GError **error)
{
  g_auto (PmScanRoots) roots = {0};
  g_autoptr (PmSnapshot) previous = NULL;
  g_autoptr (PmSnapshot) snapshot = NULL;
  PmContext *context = rescan->context;
  *ret_told = FALSE;
  if (!pm_scan_roots_init (&roots, context, NULL, error) ||
      !pm_registry_snapshot (context->registry, &previous, error))
    return FALSE;
  PmSurveyOptions options = {.host = pm_registry_host (context->registry),
                             .elsewhere = (const char *const *) roots.elsewhere->pdata};
  /* What is wrong is said by the scan of everything that follows. */
  PmResurveyOutcome outcome = pm_verb_observe_again (context->config, rescan->resurvey,
                                                     (const char *const *) roots.scanned->pdata,
                                                     &options, paths, previous, &snapshot, NULL);
  if (outcome == PM_RESURVEY_UNTOLD)
    return TRUE;
  *ret_told = TRUE;
  count (outcome == PM_RESURVEY_TOLD ? snapshot : previous, report);
  if (outcome == PM_RESURVEY_NOTHING) /* what runs may be something else all the same */
    return pm_verb_live_refresh (context, FALSE, NULL, NULL, error) &&
           pm_registry_count_conflicts (context->registry, report->conflicts, error);
  if (!store (rescan, &roots, snapshot, report, error))
    return FALSE;
  pm_context_scan_finished (context);
  return TRUE;
}

/* --- the whole --- */

static gboolean
scan_everything (PmRescan *rescan, char **roots, gboolean is_current, PmScanReport *ret_report,
                 GError **error)
{
  PmSurveyOptions options = {0};
  g_clear_pointer (&rescan->survey, g_free);
  if (!pm_verb_scan (rescan->context, roots, &options, ret_report, NULL, error))
    return FALSE;
  pm_resurvey_everything (rescan->resurvey, is_current);
  /* Of some roots it says nothing of the others. */
  return roots != NULL || remember (rescan, error);
}

gboolean
pm_verb_rescan_everything (PmRescan *rescan, char **roots, PmScanReport *ret_report, GError **error)
{
  return scan_everything (rescan, roots, FALSE, ret_report, error);
}

gboolean
pm_verb_rescan (PmRescan *rescan, const char *const *paths, PmScanReport *ret_report,
                GError **error)
{
  gint64 started_us = g_get_monotonic_time ();
  PmScanReport report = {0};
  gboolean is_told = FALSE, was_current = is_current (rescan);
  if (was_current && !scan_paths (rescan, paths, &report, &is_told, error))
    return FALSE;
  if (!is_told)
    return scan_everything (rescan, NULL, was_current, ret_report, error);
  report.elapsed_us = g_get_monotonic_time () - started_us;
  *ret_report = report;
  return TRUE;
}
