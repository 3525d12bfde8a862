/* DESIGN
 * The first time everything is scanned. From then on the paths that changed are looked at alone, as
 * long as they tell what a scan of everything would, and as long as nobody else scans everything:
 * that is seen by the text that the registry keeps of the last survey. It is changed here with
 * everything that is stored, by a line of its own, so that whoever goes by all of it sees that too;
 * its lines of roots, and the stamps that these name, stay as they are. Others that look at paths
 * alone go by these lines, so several do not disturb each other. Files that changed since then the
 * stamps do not know, so the next scan of everything reads those again.
 *
 * What all documents say is read from the registry once and kept (patchwork.h); a changed document
 * is put in its place there, and only what that touched is stored. It holds as long as the whole
 * text is the one that it was read or stored with, which is asked in the transaction that stores.
 * Conflicts are judged over all services each time, since one port decides over another's way out;
 * the ways out that nothing touched are not looked for again (allocation/conflicts.h).
 */

#include "verbs/relook.h"

#include <string.h>

#include "verbs/conflicts.h"
#include "verbs/live.h"
#include "verbs/observe.h"
#include "verbs/pools.h"

struct PmRescan {
  PmContext *context;
  PmResurvey *resurvey;
  PmPatchwork *kept; /* what the registry says; NULL: it has to be read */
  char *kept_survey; /* the text that stood beside it */
  PmConflictMemo *conflicts;
  PmStoredConflicts *stored; /* what the registry was given of them */
  char *survey; /* what the registry keeps of the last one; NULL: nothing was scanned yet */
  guint64 n_changes;
};

PmRescan *
pm_rescan_new (PmContext *context)
{
  PmRescan *rescan = g_new0 (PmRescan, 1);
  rescan->context = context;
  rescan->resurvey = pm_resurvey_new ();
  rescan->conflicts = pm_conflict_memo_new ();
  rescan->stored = pm_stored_conflicts_new ();
  return rescan;
}

static char *
read_survey (PmRescan *rescan, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  const char *survey;
  return pm_registry_survey (rescan->context->registry, arena, &survey, error) ? g_strdup (survey)
                                                                               : NULL;
}

/* What the registry keeps of the last survey is what it goes on from. */
static gboolean
remember (PmRescan *rescan, GError **error)
{
  char *survey = read_survey (rescan, error);
  if (survey == NULL)
    return FALSE;
  g_free (rescan->survey);
  rescan->survey = survey;
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

static void
drop_kept (PmRescan *rescan)
{
  g_clear_pointer (&rescan->kept, pm_patchwork_free);
  g_clear_pointer (&rescan->kept_survey, g_free);
}

void
pm_rescan_free (PmRescan *rescan)
{
  if (rescan == NULL)
    return;
  drop_kept (rescan);
  pm_conflict_memo_free (rescan->conflicts);
  pm_stored_conflicts_free (rescan->stored);
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
  look->survey = read_survey (rescan, error);
  if (look->survey == NULL || !pm_scan_roots_init (&look->roots, context, NULL, error) ||
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
  g_autoptr (GArray) conflicts =
      pm_verb_conflicts_again (rescan->context, look->snapshot, rescan->conflicts);
  g_autofree char *survey = survey_after (rescan);
  scope->roots = (const char *const *) look->roots.scanned->pdata;
  scope->conflicts = conflicts;
  scope->survey = survey;
  scope->pins_are_known = TRUE;
  scope->stored = rescan->stored;
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
  g_clear_pointer (&look->survey, g_free);
  g_clear_pointer (&look->previous, pm_snapshot_free);
  g_clear_pointer (&look->snapshot, pm_snapshot_free);
}

/* What pools are used for changes with services alone. */
static gboolean
finish (PmRescan *rescan, const PmSnapshot *snapshot, const PmScanReport *report, GError **error)
{
  const PmScanChanges *changes = &report->changes;
  gboolean may_press =
      changes->services_created + changes->services_changed + changes->services_removed > 0;
  pm_context_scan_finished (rescan->context);
  return !may_press || pm_verb_pools_note (rescan->context, snapshot, error);
}

/* --- from what is kept --- */

static gboolean
keep (PmRescan *rescan, GError **error)
{
  PmContext *context = rescan->context;
  PmSnapshot *previous = NULL;
  g_autofree char *survey = read_survey (rescan, error);
  if (survey == NULL)
    return FALSE;
  if (rescan->kept != NULL &&
      (pm_patchwork_is_worn (rescan->kept) || strcmp (survey, rescan->kept_survey) != 0))
    drop_kept (rescan);
  if (rescan->kept != NULL || pm_verb_observe_needs_all (context->config))
    return TRUE;
  if (!pm_registry_snapshot (context->registry, &previous, error))
    return FALSE;
  rescan->kept =
      pm_verb_observe_keep (context->config, previous, pm_registry_host (context->registry));
  rescan->kept_survey = g_steal_pointer (&survey);
  return TRUE;
}

/* Inside the transaction. *ret_stored: FALSE, somebody else has stored something. */
static gboolean
store_if_ours (PmRescan *rescan, const PmSnapshot *part, PmScanScope *scope, PmScanReport *report,
               gboolean *ret_stored, GError **error)
{
  g_autofree char *survey = read_survey (rescan, error);
  if (survey == NULL)
    return FALSE;
  *ret_stored = strcmp (survey, rescan->kept_survey) == 0;
  return !*ret_stored || pm_registry_store_scan (rescan->context->registry, part, scope,
                                                 g_get_real_time (), &report->changes, error);
}

static gboolean
in_one_transaction (PmRescan *rescan, const PmSnapshot *part, PmScanScope *scope,
                    PmScanReport *report, gboolean *ret_stored, GError **error)
{
  PmRegistry *registry = rescan->context->registry;
  if (!pm_registry_begin (registry, PM_DURABILITY_OBSERVATION, error))
    return FALSE;
  if (store_if_ours (rescan, part, scope, report, ret_stored, error))
    return pm_registry_commit (registry, error);
  pm_registry_rollback (registry);
  return FALSE;
}

static gboolean
store_part (PmRescan *rescan, const PmScanRoots *roots, const GArray *conflicts,
            PmScanReport *report, gboolean *ret_stored, GError **error)
{
  PmPatchwork *kept = rescan->kept;
  PmSnapshot *part = pm_patchwork_part (kept);
  const GArray *projects = pm_patchwork_projects (kept), *gone = pm_patchwork_gone (kept);
  g_autofree gint64 *ids = g_new0 (gint64, part->services->len + 1);
  g_autofree char *survey = survey_after (rescan);
  PmScanPart places = {
      .projects = (const PmRooted *) (void *) projects->data,
      .n_projects = projects->len,
      .gone = (const PmRooted *) (void *) gone->data,
      .n_gone = gone->len,
  };
  PmScanScope scope = {
      .roots = (const char *const *) roots->scanned->pdata,
      .conflicts = conflicts,
      .survey = survey,
      .pins_are_known = TRUE,
      .part = &places,
      .ret_ids = ids,
      .stored = rescan->stored,
  };
  if (!in_one_transaction (rescan, part, &scope, report, ret_stored, error))
    return FALSE;
  if (!*ret_stored)
    return TRUE;
  pm_patchwork_stored (kept, ids);
  for (guint i = 0; i < conflicts->len; i++)
    report->conflicts[g_array_index (conflicts, PmConflict, i).severity]++;
  g_free (rescan->kept_survey);
  rescan->kept_survey = g_strdup (survey);
  g_free (rescan->survey);
  rescan->survey = g_steal_pointer (&survey);
  return finish (rescan, pm_patchwork_snapshot (kept), report, error);
}

/* What was seen of sockets is of this moment. */
static void
forget_sockets (PmSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->services->len; i++) {
    PmService *service = &g_array_index (snapshot->services, PmService, i);
    service->socket = NULL;
    service->live = PM_LIVE_UNKNOWN;
  }
  g_array_set_size (snapshot->sockets, 0);
  snapshot->is_live = FALSE;
}

/* What is kept, and what is judged of it now. */
typedef struct {
  PmSnapshot *snapshot;
  PmArena *own; /* its arena; meanwhile it has one of its own */
  GArray *conflicts;
} Judgement;

static void
judge (Judgement *judgement, PmRescan *rescan)
{
  PmSnapshot *snapshot = pm_patchwork_snapshot (rescan->kept);
  *judgement = (Judgement){.snapshot = snapshot, .own = snapshot->arena};
  snapshot->arena = pm_arena_new ();
  judgement->conflicts = pm_verb_conflicts_again (rescan->context, snapshot, rescan->conflicts);
}

static void
judgement_clear (Judgement *judgement)
{
  g_array_unref (judgement->conflicts);
  forget_sockets (judgement->snapshot);
  pm_arena_free (judgement->snapshot->arena);
  judgement->snapshot->arena = judgement->own;
}

gboolean
pm_rescan_prepare (PmRescan *rescan)
{
  const PmPatchwork *before = rescan->kept;
  if (!is_current (rescan) || !keep (rescan, NULL) || rescan->kept == NULL)
    return FALSE;
  if (rescan->kept != before) { /* then ways out are known that the next change does not touch */
    Judgement judgement;
    judge (&judgement, rescan);
    judgement_clear (&judgement);
  }
  return TRUE;
}

static gboolean
judge_and_store (PmRescan *rescan, const PmScanRoots *roots, PmScanReport *report,
                 gboolean *ret_stored, GError **error)
{
  Judgement judgement;
  judge (&judgement, rescan);
  g_autofree gboolean *conflicted =
      pm_conflicts_find_conflicted (judgement.conflicts, judgement.snapshot->services->len);
  pm_patchwork_see (rescan->kept, conflicted);
  gboolean fine = store_part (rescan, roots, judgement.conflicts, report, ret_stored, error);
  judgement_clear (&judgement);
  return fine;
}

/* TOLD: it is stored. */
static gboolean
patch (PmRescan *rescan, const PmScanRoots *roots, const char *const *paths, PmScanReport *report,
       PmResurveyOutcome *ret_outcome, GError **error)
{
  const char *const *scanned = (const char *const *) roots->scanned->pdata;
  PmSurveyOptions options = {.host = pm_registry_host (rescan->context->registry),
                             .elsewhere = (const char *const *) roots->elsewhere->pdata};
  PmResurveyOutcome outcome = pm_verb_observe_patch (rescan->context->config, rescan->resurvey,
                                                     scanned, &options, paths, rescan->kept, NULL);
  gboolean fine = TRUE, is_stored = TRUE;
  if (outcome == PM_RESURVEY_TOLD || outcome == PM_RESURVEY_NOTHING)
    count (pm_patchwork_snapshot (rescan->kept), report);
  if (outcome == PM_RESURVEY_TOLD)
    fine = judge_and_store (rescan, roots, report, &is_stored, error);
  report->was_kept = outcome == PM_RESURVEY_TOLD && is_stored;
  *ret_outcome = is_stored ? outcome : PM_RESURVEY_TOO_MUCH;
  if (*ret_outcome == PM_RESURVEY_TOO_MUCH || !fine)
    drop_kept (rescan);
  return fine;
}

static gboolean
scan_into_kept (PmRescan *rescan, const char *const *paths, PmScanReport *report,
                PmResurveyOutcome *ret_outcome, GError **error)
{
  g_auto (PmScanRoots) roots = {0};
  *ret_outcome = PM_RESURVEY_TOO_MUCH;
  if (!is_current (rescan))
    return TRUE;
  if (!pm_scan_roots_init (&roots, rescan->context, NULL, error) || !keep (rescan, error))
    return FALSE;
  return rescan->kept == NULL || patch (rescan, &roots, paths, report, ret_outcome, error);
}

/* --- from the registry --- */

/* Inside the transaction. What somebody else has stored since the look began may be newer. */
static gboolean
store_anew (PmRelook *look, PmScanReport *report, PmResurveyOutcome *ret_outcome, GError **error)
{
  g_autofree char *survey = read_survey (look->rescan, error);
  PmScanScope scope = {0};
  if (survey == NULL)
    return FALSE;
  if (strcmp (survey, look->survey) != 0) {
    *ret_outcome = PM_RESURVEY_UNTOLD;
    return TRUE;
  }
  return pm_relook_store (look, &scope, report->conflicts, &report->changes, error);
}

static gboolean
scan_anew (PmRescan *rescan, const char *const *paths, PmScanReport *report,
           PmResurveyOutcome *ret_outcome, GError **error)
{
  g_auto (PmRelook) look = {0};
  if (!pm_relook (&look, rescan, paths, error))
    return FALSE;
  *ret_outcome = look.outcome;
  if (look.outcome == PM_RESURVEY_UNTOLD)
    return TRUE;
  *report = (PmScanReport){0};
  count (look.outcome == PM_RESURVEY_TOLD ? look.snapshot : look.previous, report);
  if (look.outcome == PM_RESURVEY_NOTHING)
    return TRUE;
  PmRegistry *registry = rescan->context->registry;
  if (!pm_registry_begin (registry, PM_DURABILITY_OBSERVATION, error))
    return FALSE;
  if (!store_anew (&look, report, ret_outcome, error)) {
    pm_registry_rollback (registry);
    return FALSE;
  }
  return pm_registry_commit (registry, error) &&
         (*ret_outcome == PM_RESURVEY_UNTOLD || finish (rescan, look.snapshot, report, error));
}

/* *ret_told: FALSE, the paths do not tell everything. */
static gboolean
scan_paths (PmRescan *rescan, const char *const *paths, PmScanReport *report, gboolean *ret_told,
            GError **error)
{
  PmResurveyOutcome outcome;
  if (!scan_into_kept (rescan, paths, report, &outcome, error) ||
      (outcome == PM_RESURVEY_TOO_MUCH && !scan_anew (rescan, paths, report, &outcome, error)))
    return FALSE;
  *ret_told = outcome != PM_RESURVEY_UNTOLD;
  /* The files say what they said; what runs may be something else all the same. */
  return outcome != PM_RESURVEY_NOTHING ||
         (pm_verb_live_refresh (rescan->context, FALSE, NULL, NULL, error) &&
          pm_registry_count_conflicts (rescan->context->registry, report->conflicts, error));
}

/* --- the whole --- */

static gboolean
scan_everything (PmRescan *rescan, char **roots, gboolean is_current, PmScanReport *ret_report,
                 GError **error)
{
  PmSurveyOptions options = {0};
  g_clear_pointer (&rescan->survey, g_free);
  drop_kept (rescan);
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
  gboolean is_told = FALSE;
  if (!scan_paths (rescan, paths, &report, &is_told, error))
    return FALSE;
  if (!is_told)
    return scan_everything (rescan, NULL, is_current (rescan), ret_report, error);
  report.elapsed_us = g_get_monotonic_time () - started_us;
  *ret_report = report;
  return TRUE;
}
