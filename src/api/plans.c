#include <string.h>

#include "api/change.h"
#include "api/handlers.h"
#include "verbs/plan-diff.h"

/* --- what a plan of each kind needs --- */

/* FALSE: it is a mistake to give both. */
static gboolean
check_moves (PmCall *call)
{
  if (json_object_get (call->body, "only") != NULL && json_object_get (call->body, "moves") != NULL)
    pm_call_mistake (call, "/only",
                     "moves say what is moved: give “only” (a conflict's id) or “moves”, not both");
  return !pm_call_is_mistaken (call);
}

static gboolean
need (PmCall *call, const char *name)
{
  g_autofree char *pointer = g_strconcat ("/", name, NULL);
  if (json_object_get (call->body, name) != NULL)
    return TRUE;
  pm_call_mistake (call, pointer, "a plan of the kind %s needs it",
                   pm_call_text_member (call, "kind"));
  return FALSE;
}

/* A service by its id or by a name. A new string. */
static char *
service_of (const PmCall *call)
{
  const json_t *service = json_object_get (call->body, "service");
  return json_is_integer (service)
             ? g_strdup_printf ("%" JSON_INTEGER_FORMAT, json_integer_value (service))
             : g_strdup (json_string_value (service));
}

static PmPlan *
make_assign (PmCall *call, const PmPlanOptions *options, GError **error)
{
  g_autofree char *service = service_of (call);
  return pm_verb_plan_assign (call->context, service,
                              (guint) pm_call_integer_member (call, "port", 0), options, error);
}

static PmPlan *
make_moves (PmCall *call, const PmPlanOptions *options, GError **error)
{
  const json_t *list = json_object_get (call->body, "moves");
  g_autoptr (GArray) moves = g_array_new (FALSE, FALSE, sizeof (PmPortMove));
  for (gsize i = 0; i < json_array_size (list); i++) {
    const json_t *item = json_array_get (list, i);
    PmPortMove move = {json_integer_value (json_object_get (item, "serviceId")),
                       (guint16) json_integer_value (json_object_get (item, "port"))};
    g_array_append_val (moves, move);
  }
  return pm_verb_plan_moves (call->context, (const PmPortMove *) (void *) moves->data, moves->len,
                             options, error);
}

static PmPlan *
make_resolve (PmCall *call, const PmPlanOptions *options, GError **error)
{
  if (json_object_get (call->body, "moves") != NULL)
    return make_moves (call, options, error);
  return pm_verb_plan_resolve (call->context, pm_call_text_member (call, "only"), options, error);
}

static PmPlan *
make_ip_change (PmCall *call, const PmPlanOptions *options, GError **error)
{
  return pm_verb_plan_ip_change_wanted (call->context, pm_call_text_member (call, "old"),
                                        pm_call_text_member (call, "new"), options, error);
}

/* Of a wish without it, none. To be freed; the texts are the body's. */
static const char **
exclude_of (const PmCall *call)
{
  const json_t *list = json_object_get (call->body, "exclude");
  const char **exclude = g_new0 (const char *, json_array_size (list) + 1);
  for (gsize i = 0; i < json_array_size (list); i++)
    exclude[i] = json_string_value (json_array_get (list, i));
  return exclude;
}

static PmPlan *
make_sync (PmCall *call, const PmPlanOptions *options, GError **error)
{
  return pm_verb_plan_sync (call->context, options, error);
}

typedef PmPlan *(*Make) (PmCall *call, const PmPlanOptions *options, GError **error);

static const struct {
  const char *kind;
  Make make;
  const char *needs[3];
} kinds[] = {
    {"assign", make_assign, {"service", "port"}},
    {"ip-change", make_ip_change, {"old", "new"}},
    {"resolve", make_resolve, {NULL}},
    {"sync", make_sync, {NULL}},
};

/* --- plans as such --- */

void
pm_api_plans_make (PmCall *call)
{
  GError *error = NULL;
  PmPlanOptions options = pm_call_plan_options (call);
  g_autofree const char **exclude = exclude_of (call);
  options.exclude = exclude;
  const char *kind = pm_call_text_member (call, "kind");
  gsize i = 0;
  while (strcmp (kinds[i].kind, kind) != 0)
    i++;
  for (const char *const *name = kinds[i].needs; *name != NULL; name++)
    need (call, *name);
  if (!check_moves (call))
    return;
  g_autoptr (PmPlan) plan = kinds[i].make (call, &options, &error);
  if (plan == NULL)
    pm_call_failed (call, error);
  else
    pm_call_show_plan (call, plan, 0, 200);
}

void
pm_api_plans_show (PmCall *call)
{
  GError *error = NULL;
  gint64 id = pm_call_id (call);
  if (id == 0)
    return;
  g_autoptr (PmPlan) plan = pm_verb_plan_load (call->context, id, &error);
  if (plan == NULL)
    pm_call_failed (call, error);
  else
    pm_call_show_plan (call, plan, id, 200);
}

void
pm_api_plans_diff (PmCall *call)
{
  GError *error = NULL;
  gint64 id = pm_call_id (call);
  if (id == 0)
    return;
  g_autoptr (PmPlan) plan = pm_verb_plan_load (call->context, id, &error);
  if (plan == NULL) {
    pm_call_failed (call, error);
    return;
  }
  GString *out = g_string_new (NULL);
  pm_plan_diff (out, plan, FALSE, 0);
  pm_call_text (call, 200, "text/x-diff; charset=utf-8", out);
}

gboolean
pm_api_plan_exists (PmContext *context, gint64 id, GError **error)
{
  return pm_verb_plan_is_kept (context, id, error);
}

/* A plan that does not hold any more is a conflict with what is there; one that never was is not
 * found. */
void
pm_api_plans_apply (PmCall *call)
{
  GError *error = NULL;
  gint64 id = pm_call_id (call);
  if (id == 0)
    return;
  g_autoptr (PmPlan) kept = pm_verb_plan_load (call->context, id, &error);
  if (kept == NULL) {
    pm_call_failed (call, error);
    return;
  }
  if (call->dry_run) {
    pm_call_show_plan (call, kept, id, 200);
    return;
  }
  if (pm_call_approve (call, id, kept))
    return;
  pm_call_step (call, "making the plan again");
  g_autoptr (GPtrArray) changed = pm_file_notes_new ();
  g_autoptr (PmPlan) plan = pm_verb_plan_take (call->context, id, changed, &error);
  if (plan == NULL && g_error_matches (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_KEPT)) {
    pm_call_file_mistakes (call, changed);
    pm_call_problem (call, 409, "%s", error->message);
    g_error_free (error);
    return;
  }
  pm_call_change (call, g_steal_pointer (&plan), error);
}

/* --- plans that are made and applied in one go --- */

static void
make_and_apply (PmCall *call, Make make)
{
  GError *error = NULL;
  PmPlanOptions options = pm_call_plan_options (call);
  g_autofree const char **exclude = exclude_of (call);
  options.exclude = exclude;
  pm_call_step (call, "reading projects");
  PmPlan *plan = make (call, &options, &error);
  pm_call_change (call, plan, error);
}

void
pm_api_resolve (PmCall *call)
{
  if (check_moves (call))
    make_and_apply (call, make_resolve);
}

/* What is no address needs no job to find out. */
gboolean
pm_api_ip_change_admit (PmCall *call)
{
  GError *error = NULL;
  if (pm_plan_ip_change_is_possible (pm_call_text_member (call, "old"),
                                     pm_call_text_member (call, "new"), &error))
    return TRUE;
  pm_call_failed (call, error);
  return FALSE;
}

void
pm_api_ip_change (PmCall *call)
{
  make_and_apply (call, make_ip_change);
}
