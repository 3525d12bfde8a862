#include "verbs/service-change.h"

#include <string.h>

#include "verbs/plan-private.h"

G_DEFINE_QUARK (pm - service - change - error - quark, pm_service_change_error)

/* --- ports --- */

static const PmService *
find (const PmSnapshot *snapshot, gint64 id, guint *ret_index, GError **error)
{
  for (guint i = 0; i < snapshot->services->len; i++)
    if (g_array_index (snapshot->services, PmService, i).id == id) {
      *ret_index = i;
      return &g_array_index (snapshot->services, PmService, i);
    }
  g_set_error (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_SERVICE,
               "there is no service %" G_GINT64_FORMAT
               " on this host: what others have is changed there",
               id);
  return NULL;
}

static gboolean
refuse_port (GError **error, const PmService *service, const char *why)
{
  g_autofree char *name = pm_service_full_name (service);
  g_set_error (error, PM_SERVICE_CHANGE_ERROR, PM_SERVICE_CHANGE_ERROR_PORT, "%s %s", name, why);
  return FALSE;
}

/* A process on the host has one port, which is both; of a mapping only the host's side moves. 0: it
 * stays where it is. */
static gboolean
port_wanted (const PmService *service, const PmServiceWish *wish, guint16 *ret_port, GError **error)
{
  gboolean external = wish->external_port >= 0 && wish->external_port != service->external_port;
  gboolean internal = wish->internal_port >= 0 && wish->internal_port != service->internal_port;
  gboolean is_mapped =
      service->external_port != 0 && service->external_port != service->internal_port;
  *ret_port = 0;
  if (!external && !internal)
    return TRUE;
  if (external && internal && wish->external_port != wish->internal_port)
    return refuse_port (error, service, "cannot have both of its ports moved at once");
  if (internal && (is_mapped || service->scope != PM_SCOPE_HOST))
    return refuse_port (error, service,
                        "listens inside a container: only the host's side of it can be moved");
  if (external && service->external_port == 0)
    return refuse_port (error, service, "publishes no port that could be moved");
  *ret_port = (guint16) (external ? wish->external_port : wish->internal_port);
  return *ret_port != 0 || refuse_port (error, service, "cannot have port 0");
}

static GArray *
collect_moves (const PmSnapshot *snapshot, const PmServiceWish *wishes, guint n_wishes,
               guint *ret_wrong, GError **error)
{
  g_autoptr (GArray) moves = g_array_new (FALSE, FALSE, sizeof (PmResolution));
  for (guint i = 0; i < n_wishes; i++) {
    PmResolution move;
    *ret_wrong = i;
    const PmService *service = find (snapshot, wishes[i].id, &move.service, error);
    if (service == NULL || !port_wanted (service, &wishes[i], &move.port, error))
      return NULL;
    if (move.port != 0)
      g_array_append_val (moves, move);
  }
  return g_steal_pointer (&moves);
}

/* --- an address --- */

/* Edits of other projects' files are left out, and so is the decision: it is one about the machine,
 * and this is about one project. */
static void
keep_project (PmPlan *plan, const PmService *service)
{
  guint kept = 0;
  for (guint i = 0; i < plan->edits->len; i++) {
    PmPlanEdit *edit = pm_plan_edit_at (plan, i);
    const PmPlanFile *file = pm_plan_file_at (plan, edit->file);
    if (strcmp (file->project, service->project_id) == 0 &&
        strcmp (file->root, service->root) == 0) {
      g_array_index (plan->edits, PmPlanEdit, kept++) = *edit;
      continue;
    }
    PmPlanLeft left = {*edit, "it is of another project"};
    g_array_append_val (plan->left, left);
  }
  g_array_set_size (plan->edits, kept);
  g_array_set_size (plan->decisions, 0);
}

static PmPlan *
plan_address (const PmSnapshot *snapshot, const PmServiceWish *wish, const PmPlanOptions *options,
              GError **error)
{
  guint index;
  const PmService *service = find (snapshot, wish->id, &index, error);
  if (service == NULL)
    return NULL;
  if (service->external_ip[0] == '\0') {
    g_autofree char *name = pm_service_full_name (service);
    g_set_error (error, PM_SERVICE_CHANGE_ERROR, PM_SERVICE_CHANGE_ERROR_ADDRESS,
                 "no file says an external address of %s that could be replaced", name);
    return NULL;
  }
  g_autoptr (PmPlan) plan =
      pm_plan_ip_change (snapshot, service->external_ip, wish->external_ip, options, error);
  if (plan == NULL)
    return NULL;
  keep_project (plan, service);
  return pm_plan_fitted (g_steal_pointer (&plan), NULL, error);
}

/* The one wish for another address, if there is one; -1 none, -2 more. */
static gint
find_address (const PmSnapshot *snapshot, const PmServiceWish *wishes, guint n_wishes)
{
  gint found = -1;
  guint index;
  for (guint i = 0; i < n_wishes; i++) {
    const PmService *service = find (snapshot, wishes[i].id, &index, NULL);
    if (service != NULL && wishes[i].external_ip != NULL &&
        strcmp (wishes[i].external_ip, service->external_ip) != 0)
      found = found == -1 ? (gint) i : -2;
  }
  return found;
}

/* --- both --- */

static PmPlan *
nothing (void)
{
  PmPlan *plan = pm_plan_new (PM_PLAN_ASSIGN);
  plan->wish = "";
  plan->is_fitted = TRUE;
  return plan;
}

PmPlan *
pm_verb_services_plan (PmContext *context, const PmServiceWish *wishes, guint n_wishes,
                       const PmPlanOptions *options, guint *ret_wrong, GError **error)
{
  *ret_wrong = 0;
  g_autoptr (PmSnapshot) snapshot = pm_plan_look (context, error);
  if (snapshot == NULL)
    return NULL;
  g_autoptr (GArray) moves = collect_moves (snapshot, wishes, n_wishes, ret_wrong, error);
  if (moves == NULL)
    return NULL;
  gint address = find_address (snapshot, wishes, n_wishes);
  if (address == -2 || (address >= 0 && moves->len > 0)) {
    g_set_error_literal (error, PM_SERVICE_CHANGE_ERROR, PM_SERVICE_CHANGE_ERROR_MIXED,
                         "ports can be moved together, but an address is a change of its own");
    return NULL;
  }
  if (address >= 0) {
    *ret_wrong = (guint) address;
    return plan_address (snapshot, &wishes[address], options, error);
  }
  if (moves->len == 0)
    return nothing ();
  g_auto (PmPlanWorld) world = {0};
  if (!pm_plan_world_init (&world, context, snapshot, error))
    return NULL;
  PmPlanOptions how = pm_plan_world_options (&world, options);
  return pm_plan_fitted (pm_plan_resolutions (snapshot, (const PmResolution *) (void *) moves->data,
                                              moves->len, &how, error),
                         how.exclude, error);
}

static gboolean
annotate (PmRegistry *registry, const PmServiceWish *wish, GError **error)
{
  const PmAnnotation *a = &wish->annotation;
  return (a->pinned == NULL && a->tags == NULL && a->name == NULL && a->protocol == NULL) ||
         pm_registry_annotate (registry, wish->id, a, g_get_real_time (), error);
}

gboolean
pm_verb_services_annotate (PmContext *context, const PmServiceWish *wishes, guint n_wishes,
                           GError **error)
{
  if (!pm_registry_begin (context->registry, PM_DURABILITY_DECISION, error))
    return FALSE;
  for (guint i = 0; i < n_wishes; i++)
    if (!annotate (context->registry, &wishes[i], error)) {
      pm_registry_rollback (context->registry);
      return FALSE;
    }
  return pm_registry_commit (context->registry, error);
}
