#include <string.h>

#include "verbs/conflicts.h"
#include "verbs/plan-private.h"

static const PmConflict *
find (const GArray *conflicts, const char *id, GError **error)
{
  for (guint i = 0; i < conflicts->len; i++) {
    const PmConflict *conflict = &g_array_index (conflicts, PmConflict, i);
    if (strcmp (conflict->id, id) == 0)
      return conflict;
  }
  g_set_error (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_SERVICE,
               "there is no conflict “%s”; “port-manager conflicts” lists them", id);
  return NULL;
}

/* Why each of those moves that the plan kept. */
static void
add_choices (PmPlan *plan, const PmSnapshot *snapshot, const PmResolve *resolve)
{
  for (guint i = 0; i < resolve->moves->len; i++) {
    const PmResolveMove *move = &g_array_index (resolve->moves, PmResolveMove, i);
    const PmService *service = &g_array_index (snapshot->services, PmService, move->service);
    gboolean is_kept = FALSE;
    for (guint k = 0; k < plan->decisions->len && !is_kept; k++)
      is_kept = g_array_index (plan->decisions, PmPlanDecision, k).service_id == service->id;
    if (!is_kept)
      continue;
    PmPlanChoice choice = {
        .service_id = service->id,
        .project_id = pm_arena_strdup (plan->arena, service->project_id),
        .project_name = pm_arena_strdup (plan->arena, pm_service_shown_project (service)),
        .service_name = pm_arena_strdup (plan->arena, pm_service_shown_name (service)),
        .from = move->from,
        .to = move->to,
        .points = move->cost.points,
        .reason = pm_arena_strdup (plan->arena, move->reason),
    };
    g_array_append_val (plan->choices, choice);
  }
  for (guint i = 0; i < resolve->unresolved->len; i++)
    pm_plan_leave_unresolved (plan, "%s", g_array_index (resolve->unresolved, const char *, i));
}

PmPlan *
pm_verb_plan_resolve (PmContext *context, const char *only, const PmPlanOptions *options,
                      GError **error)
{
  g_autoptr (PmSnapshot) snapshot = pm_plan_look (context, error);
  if (snapshot == NULL)
    return NULL;
  g_autoptr (GArray) conflicts = only == NULL ? NULL : pm_verb_conflicts_of (context, snapshot);
  const PmConflict *conflict = only == NULL ? NULL : find (conflicts, only, error);
  if (only != NULL && conflict == NULL)
    return NULL;
  g_autoptr (PmResolve) resolve =
      pm_verb_resolve (context, snapshot, conflict, options != NULL && options->include_uncertain);
  g_autoptr (GArray) moves = g_array_new (FALSE, FALSE, sizeof (PmResolution));
  for (guint i = 0; i < resolve->moves->len; i++) {
    const PmResolveMove *move = &g_array_index (resolve->moves, PmResolveMove, i);
    PmResolution resolution = {move->service, move->to};
    g_array_append_val (moves, resolution);
  }
  g_auto (PmPlanWorld) world = {0};
  if (!pm_plan_world_init (&world, context, snapshot, error))
    return NULL;
  PmPlanOptions how = pm_plan_world_options (&world, options);
  const PmResolution *list = (const PmResolution *) (void *) moves->data;
  PmPlan *plan = pm_plan_resolutions (snapshot, list, moves->len, &how, error);
  if (plan != NULL)
    add_choices (plan, snapshot, resolve);
  return pm_plan_fitted (plan, how.exclude, error);
}
