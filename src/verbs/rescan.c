/* DESIGN
 * The first time everything is scanned. From then on the paths that changed are looked at alone, as
 * long as they tell what a scan of everything would, and as long as nobody else scans everything:
 * that is seen by the text that the registry keeps of the last survey. It is changed here with
 * everything that is stored, by a line of its own, so that whoever goes by all of it sees that too;
 * its lines of roots, and the stamps that these name, stay as they are. Others that look at paths
 * alone go by these lines, so several do not disturb each other. Files that changed since then the
 * stamps do not know, so the next scan of everything reads those again. */

#include "verbs/relook.h"

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

/* What the registry keeps of the last survey is what it goes on from. */
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

PmRescan *
pm_rescan_join (PmContext *context, const char *const *paths)
{
  PmRescan *rescan = pm_rescan_new (context);
  pm_resurvey_expect (rescan->resurvey, paths);
  if (!remember (rescan, NULL))
    g_clear_pointer (&rescan->survey, g_free);
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

static GString *
lines_of_roots (const char *survey)
{
  g_auto (GStrv) lines = g_strsplit (survey, "\n", -1);
  GString *text = g_string_new (NULL);
  for (char **line = lines; *line != NULL; line++)
    if (**line != '\0' && !g_str_has_prefix (*line, CHANGE))
      g_string_append_printf (text, "%s\n", *line);
  return text;
}

static char *
survey_after (PmRescan *rescan)
{
  GString *text = lines_of_roots (rescan->survey);
  g_string_append_printf (text, CHANGE " %" G_GINT64_FORMAT " %" G_GUINT64_FORMAT "\n",
                          g_get_real_time (), ++rescan->n_changes);
  return g_string_free (text, FALSE);
}

static gboolean
have_same_roots (const char *a, const char *b)
{
  g_autofree char *left = g_string_free (lines_of_roots (a), FALSE);
  g_autofree char *right = g_string_free (lines_of_roots (b), FALSE);
  return strcmp (left, right) == 0;
}

/* Is the survey of everything that it goes on from the last one still? */
static gboolean
is_current (PmRescan *rescan)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  const char *survey;
  return rescan->survey != NULL && rescan->survey[0] != '\0' &&
         pm_registry_survey (rescan->context->registry, arena, &survey, NULL) &&
         have_same_roots (survey, rescan->survey);
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

gboolean
pm_relook (PmRelook *look, PmRescan *rescan, const char *const *paths, GError **error)
{
  PmContext *context = rescan->context;
  *look = (PmRelook){.rescan = rescan, .outcome = PM_RESURVEY_UNTOLD};
  if (!is_current (rescan))
    return TRUE;
  if (!pm_scan_roots_init (&look->roots, context, NULL, error) ||
      !pm_registry_snapshot (context->registry, &look->previous, error))
    return FALSE;
  const char *const *scanned = (const char *const *) look->roots.scanned->pdata;
  PmSurveyOptions options = {.host = pm_registry_host (context->registry),
                             .elsewhere = (const char *const *) look->roots.elsewhere->pdata};
  /* What is wrong is said by the scan of everything that follows. */
  look->outcome = pm_verb_observe_again (context->config, rescan->resurvey, scanned, &options,
                                         paths, look->previous, &look->snapshot, NULL);
  return TRUE;
}

gboolean
pm_relook_store (PmRelook *look, PmScanScope *scope, guint ret_conflicts[3],
                 PmScanChanges *ret_changes, GError **error)
{
  PmRescan *rescan = look->rescan;
  g_autoptr (GArray) conflicts = pm_verb_conflicts_of (rescan->context, look->snapshot);
  g_autofree char *survey = survey_after (rescan);
  scope->roots = (const char *const *) look->roots.scanned->pdata;
  scope->conflicts = conflicts;
  scope->survey = survey;
  scope->pins_are_known = TRUE;
  ret_conflicts[0] = ret_conflicts[1] = ret_conflicts[2] = 0;
  for (guint i = 0; i < conflicts->len; i++)
    ret_conflicts[g_array_index (conflicts, PmConflict, i).severity]++;
  if (!pm_registry_store_scan (rescan->context->registry, look->snapshot, scope, g_get_real_time (),
                               ret_changes, error))
    return FALSE;
  g_free (rescan->survey);
  rescan->survey = g_steal_pointer (&survey);
  return TRUE;
}

void
pm_relook_clear (PmRelook *look)
{
  pm_scan_roots_clear (&look->roots);
  g_clear_pointer (&look->previous, pm_snapshot_free);
  g_clear_pointer (&look->snapshot, pm_snapshot_free);
}

static gboolean
store (PmRelook *look, PmScanReport *report, GError **error)
{
  PmScanScope scope = {0};
  if (!pm_relook_store (look, &scope, report->conflicts, &report->changes, error))
    return FALSE;
  pm_context_scan_finished (look->rescan->context);
  /* What pools are used for changes with services alone. */
  const PmScanChanges *changes = &report->changes;
  gboolean may_press =
      changes->services_created + changes->services_changed + changes->services_removed > 0;
  return !may_press || pm_verb_pools_note (look->rescan->context, error);
}

/* *ret_told: FALSE, the paths do not tell everything. */
static gboolean
scan_paths (PmRescan *rescan, const char *const *paths, PmScanReport *report, gboolean *ret_told,
            GError **error)
{
  g_auto (PmRelook) look = {0};
  PmContext *context = rescan->context;
  if (!pm_relook (&look, rescan, paths, error))
    return FALSE;
  *ret_told = look.outcome != PM_RESURVEY_UNTOLD;
  if (!*ret_told)
    return TRUE;
  count (look.outcome == PM_RESURVEY_TOLD ? look.snapshot : look.previous, report);
  if (look.outcome == PM_RESURVEY_NOTHING) /* what runs may be something else all the same */
    return pm_verb_live_refresh (context, FALSE, NULL, NULL, error) &&
           pm_registry_count_conflicts (context->registry, report->conflicts, error);
  return store (&look, report, error);
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
  if (!scan_paths (rescan, paths, &report, &is_told, error))
    return FALSE;
  if (!is_told)
    return scan_everything (rescan, NULL, was_current, ret_report, error);
  report.elapsed_us = g_get_monotonic_time () - started_us;
  *ret_report = report;
  return TRUE;
}
