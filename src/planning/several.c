#include <string.h>

#include "planning/builder.h"

static void
tell_refusals (PmPlan *plan, GError *const *refusals, guint n_refusals)
{
  for (guint i = 0; i < n_refusals; i++)
    if (refusals[i] != NULL)
      pm_plan_leave_unresolved (plan, "%s", refusals[i]->message);
}

/* All or nothing, unless somebody wants what is possible. One reason a line: whoever asked for many
 * has to see which of them stand in the way. */
static gboolean
judge_refusals (const PmPlan *plan, GError *const *refusals, guint n_refusals, GError **error)
{
  guint n_refused = 0;
  g_autoptr (GString) reasons = g_string_new (NULL);
  for (guint i = 0; i < n_refusals; i++) {
    if (refusals[i] == NULL)
      continue;
    n_refused++;
    g_string_append_printf (reasons, "\n%s", refusals[i]->message);
  }
  if (n_refused == 0 || (plan->is_partial && n_refused < n_refusals))
    return TRUE;
  if (n_refusals == 1)
    g_set_error_literal (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED, reasons->str + 1);
  else if (n_refused == n_refusals)
    g_set_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED,
                 "none of the moves is possible:%s", reasons->str);
  else
    g_set_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED,
                 "%u of %u moves %s not possible, so none is made (" PM_PLANNING_PARTIAL
                 " makes the others):%s",
                 n_refused, n_refusals, n_refused == 1 ? "is" : "are", reasons->str);
  return FALSE;
}

static void
free_refusals (GError **refusals, guint n_refusals)
{
  for (guint i = 0; i < n_refusals; i++)
    g_clear_error (&refusals[i]);
  g_free (refusals);
}

/* So many moves are named; the plan itself lists all. */
#define MOST_NAMED 5

static const char *
describe (PmPlan *plan, const PmSnapshot *snapshot, const PmResolution *list, guint n_list,
          GError *const *refusals)
{
  g_autoptr (GString) wish = g_string_new (NULL);
  guint n = 0;
  for (guint i = 0; i < n_list; i++) {
    const PmService *s = &g_array_index (snapshot->services, PmService, list[i].service);
    if (refusals[i] != NULL || n++ >= MOST_NAMED)
      continue;
    g_autofree char *name = pm_service_full_name (s);
    g_string_append_printf (wish, "%s%s moves from %u to %u", wish->len == 0 ? "" : ", ", name,
                            s->external_port != 0 ? s->external_port : s->internal_port,
                            list[i].port);
  }
  if (n > MOST_NAMED)
    g_string_append_printf (wish, ", and %u more move%s", n - MOST_NAMED,
                            n == MOST_NAMED + 1 ? "" : "s");
  g_autofree char *valid = g_utf8_make_valid (wish->str, -1);
  return pm_arena_strdup (plan->arena, valid);
}

PmPlan *
pm_plan_resolutions (const PmSnapshot *snapshot, const PmResolution *list, guint n_list,
                     const PmPlanOptions *options, GError **error)
{
  g_auto (PmPlanBuilder) builder;
  pm_plan_builder_init (&builder, snapshot, PM_PLAN_RESOLVE, options);
  GError **refusals = g_new0 (GError *, n_list + 1);
  pm_plan_builder_assign (&builder, list, n_list, refusals);
  builder.plan->wish = describe (builder.plan, snapshot, list, n_list, refusals);
  gboolean fine = judge_refusals (builder.plan, refusals, n_list, error);
  tell_refusals (builder.plan, refusals, n_list);
  free_refusals (refusals, n_list);
  if (!fine)
    return NULL;
  pm_plan_builder_tell_the_rest (&builder);
  return pm_plan_builder_take (&builder);
}

static gint
service_with_id (const PmSnapshot *snapshot, gint64 id)
{
  for (guint i = 0; i < snapshot->services->len; i++)
    if (g_array_index (snapshot->services, PmService, i).id == id)
      return (gint) i;
  return -1;
}

static gboolean
differs (const PmService *service, const PmPlanDecision *decision)
{
  guint64 port = g_ascii_strtoull (decision->value, NULL, 10);
  if (strcmp (decision->field, "externalPort") == 0)
    return service->external_port != port;
  return strcmp (decision->field, "internalPort") == 0 && service->internal_port != port;
}

PmPlan *
pm_plan_desired (const PmSnapshot *snapshot, const PmPlanDecision *decisions, guint n_decisions,
                 const PmPlanOptions *options, GError **error)
{
  g_auto (PmPlanBuilder) builder;
  pm_plan_builder_init (&builder, snapshot, PM_PLAN_SYNC, options);
  g_autoptr (GArray) moves = g_array_new (FALSE, FALSE, sizeof (PmResolution));
  for (guint i = 0; i < n_decisions; i++) {
    const PmPlanDecision *d = &decisions[i];
    g_autoptr (GError) refusal = NULL;
    if (strcmp (d->field, "address") == 0) {
      if (!pm_plan_builder_ip_change (&builder, d->subject, d->value, &refusal))
        pm_plan_leave_unresolved (builder.plan, "%s", refusal->message);
      continue;
    }
    gint service = service_with_id (snapshot, d->service_id);
    if (service < 0 || !differs (&g_array_index (snapshot->services, PmService, service), d))
      continue;
    PmResolution move = {(guint) service, (guint16) g_ascii_strtoull (d->value, NULL, 10)};
    g_array_append_val (moves, move);
  }
  GError **refusals = g_new0 (GError *, moves->len + 1);
  pm_plan_builder_assign (&builder, (const PmResolution *) (void *) moves->data, moves->len,
                          refusals);
  tell_refusals (builder.plan, refusals, moves->len);
  free_refusals (refusals, moves->len);
  builder.plan->wish = "what was decided, back into the files";
  pm_plan_builder_tell_the_rest (&builder);
  return pm_plan_builder_take (&builder);
}
