#include "verbs/plan-private.h"

static gboolean
find (const PmSnapshot *snapshot, gint64 id, guint *ret_index, GError **error)
{
  for (guint i = 0; i < snapshot->services->len; i++)
    if (g_array_index (snapshot->services, PmService, i).id == id) {
      *ret_index = i;
      return TRUE;
    }
  g_set_error (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_SERVICE,
               "there is no service %" G_GINT64_FORMAT, id);
  return FALSE;
}

PmPlan *
pm_verb_plan_moves (PmContext *context, const PmPortMove *moves, guint n_moves,
                    const PmPlanOptions *options, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = pm_plan_look (context, error);
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (PmResolution));
  if (snapshot == NULL)
    return NULL;
  g_auto (PmPlanWorld) world = {0};
  if (!pm_plan_world_init (&world, context, snapshot, error))
    return NULL;
  PmPlanOptions how = pm_plan_world_options (&world, options);
  for (guint i = 0; i < n_moves; i++) {
    PmResolution move = {.port = moves[i].port};
    if (!find (snapshot, moves[i].service_id, &move.service, error))
      return NULL;
    g_array_append_val (list, move);
  }
  return pm_plan_fitted (pm_plan_resolutions (snapshot, (const PmResolution *) (void *) list->data,
                                              list->len, &how, error),
                         how.exclude, error);
}
