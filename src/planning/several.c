#include <string.h>

#include "planning/builder.h"

PmPlan *
pm_plan_resolutions (const PmSnapshot *snapshot, const PmResolution *list, guint n_list,
                     const PmPlanOptions *options, GError **error)
{
  g_auto (PmPlanBuilder) builder;
  pm_plan_builder_init (&builder, snapshot, PM_PLAN_RESOLVE, options);
  g_autoptr (GString) wish = g_string_new (NULL);
  for (guint i = 0; i < n_list; i++) {
    g_autoptr (GError) refusal = NULL;
    const PmService *s = &g_array_index (snapshot->services, PmService, list[i].service);
    if (!pm_plan_builder_assign (&builder, list[i].service, list[i].port, &refusal)) {
      pm_plan_also (builder.plan, "decide by hand: %s", refusal->message);
      if (n_list == 1) {
        g_propagate_error (error, g_steal_pointer (&refusal));
        return NULL;
      }
      continue;
    }
    g_string_append_printf (
        wish, "%s%s of %s moves from %u to %u", wish->len == 0 ? "" : ", ", s->name, s->project_id,
        s->external_port != 0 ? s->external_port : s->internal_port, list[i].port);
  }
  if (n_list > 0 && builder.plan->decisions->len == 0) {
    g_set_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED,
                 "none of the moves is possible: %s",
                 g_array_index (builder.plan->also, char *, 0));
    return NULL;
  }
  g_autofree char *valid = g_utf8_make_valid (wish->str, -1);
  builder.plan->wish = pm_arena_strdup (builder.plan->arena, valid);
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
  for (guint i = 0; i < n_decisions; i++) {
    const PmPlanDecision *d = &decisions[i];
    g_autoptr (GError) refusal = NULL;
    gboolean fine = TRUE;
    if (strcmp (d->field, "address") == 0) {
      fine = pm_plan_builder_ip_change (&builder, d->subject, d->value, &refusal);
    } else {
      gint service = service_with_id (snapshot, d->service_id);
      if (service >= 0 && differs (&g_array_index (snapshot->services, PmService, service), d))
        fine = pm_plan_builder_assign (&builder, (guint) service,
                                       (guint) g_ascii_strtoull (d->value, NULL, 10), &refusal);
    }
    if (!fine)
      pm_plan_also (builder.plan, "decide by hand: %s", refusal->message);
  }
  builder.plan->wish = "what was decided, back into the files";
  pm_plan_builder_tell_the_rest (&builder);
  return pm_plan_builder_take (&builder);
}
