/* PUT of one service, and changes of many: both are wishes that one verb fulfils. */

#include "api/change.h"
#include "api/etag.h"
#include "api/handlers.h"
#include "model/service-json.h"
#include "verbs/service-change.h"

/* --- wishes --- */

/* What a list of tags is in the registry. */
static char *
join_tags (const json_t *list)
{
  g_autoptr (GString) out = g_string_new (NULL);
  for (gsize i = 0; i < json_array_size (list); i++)
    g_string_append_printf (out, "%s%s", i == 0 ? "" : ",",
                            json_string_value (json_array_get (list, i)));
  return g_strdup (out->str);
}

static gint
port_of (const json_t *wish, const char *name)
{
  const json_t *value = json_object_get (wish, name);
  return value == NULL ? -1 : (gint) json_integer_value (value);
}

/* Text is the body's, but for the tags. */
static PmServiceWish
read_wish (const json_t *body, gint64 id)
{
  const json_t *tags = json_object_get (body, "tags");
  return (PmServiceWish){
      .id = id,
      .annotation =
          {
              .pinned = json_string_value (json_object_get (body, "pinned")),
              .tags = tags == NULL ? NULL : join_tags (tags),
              .name = json_string_value (json_object_get (body, "serviceName")),
              .protocol = json_string_value (json_object_get (body, "protocol")),
          },
      .external_port = port_of (body, "externalPort"),
      .internal_port = port_of (body, "internalPort"),
      .external_ip = json_string_value (json_object_get (body, "externalIP")),
  };
}

static void
wish_clear (gpointer data)
{
  g_free ((char *) ((PmServiceWish *) data)->annotation.tags);
}

static GArray *
wishes_new (void)
{
  GArray *wishes = g_array_new (FALSE, FALSE, sizeof (PmServiceWish));
  g_array_set_clear_func (wishes, wish_clear);
  return wishes;
}

/* A tag holds no comma: the registry's list is separated by them. */
static void
check_tags (PmCall *call, const json_t *body, const char *pointer)
{
  const json_t *tags = json_object_get (body, "tags");
  for (gsize i = 0; i < json_array_size (tags); i++) {
    const char *tag = json_string_value (json_array_get (tags, i));
    if (tag[0] != '\0' && strchr (tag, ',') == NULL)
      continue;
    g_autofree char *place = g_strdup_printf ("%s/tags/%" G_GSIZE_FORMAT, pointer, i);
    pm_call_mistake (call, place, "“%s” is no tag: it is empty, or holds a comma", tag);
  }
}

/* --- what is wrong with them --- */

/* Which field of the wish an error is about. */
static const char *
field_of (const GError *error, const PmServiceWish *wish)
{
  if (g_error_matches (error, PM_SERVICE_CHANGE_ERROR, PM_SERVICE_CHANGE_ERROR_PORT))
    return wish->internal_port >= 0 && wish->external_port < 0 ? "/internalPort" : "/externalPort";
  return "/externalIP";
}

/* `prefix` stands before the field: "" or "/changes/3". Takes the error over. */
static void
refuse (PmCall *call, const char *prefix, const PmServiceWish *wish, GError *error)
{
  gboolean about_address = wish->external_ip != NULL && error->domain == PM_PLANNING_ERROR &&
                           error->code == PM_PLANNING_ERROR_INVALID;
  if (error->domain != PM_SERVICE_CHANGE_ERROR && !about_address) {
    pm_call_failed (call, error);
    return;
  }
  g_autofree char *pointer = g_strconcat (prefix, field_of (error, wish), NULL);
  pm_call_mistake (call, pointer, "%s", error->message);
  pm_call_is_mistaken (call);
  g_error_free (error);
}

/* --- answers --- */

static gboolean
write_service (PmCall *call, gint64 id, PmJsonWriter *json, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmService service;
  if (!pm_registry_service (call->context->registry, id, arena, &service, error))
    return FALSE;
  pm_service_write_json (json, &service);
  return TRUE;
}

/* RFC 9110, 13.1.1: TRUE when the service is as the client saw it, or it does not ask. Of many
 * services the header lists the tags of all. */
static gboolean
check_match (PmCall *call, gint64 id)
{
  GError *error = NULL;
  g_autoptr (GString) now = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (now);
  if (!write_service (call, id, &json, &error)) {
    pm_call_failed (call, error);
    return FALSE;
  }
  g_autofree char *etag = pm_etag_of (now->str, now->len);
  if (call->if_match == NULL || pm_etag_is_named (call->if_match, etag, FALSE))
    return TRUE;
  pm_call_problem (call, 412,
                   "service %" G_GINT64_FORMAT " has changed since it was read: read it again", id);
  return FALSE;
}

static void
show_service (PmCall *call, gint64 id)
{
  GError *error = NULL;
  PmJsonWriter json = pm_call_json (call, 200);
  if (!write_service (call, id, &json, &error)) {
    pm_call_failed (call, error);
    return;
  }
  g_autofree char *etag = pm_etag_of (call->answer->str, call->answer->len);
  pm_call_header (call, "ETag", etag);
}

static void
show_services (PmCall *call, const GArray *wishes, const PmChangeResult *result)
{
  GError *error = NULL;
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_key (&json, "services");
  pm_json_begin_array (&json);
  for (guint i = 0; i < wishes->len && error == NULL; i++)
    write_service (call, g_array_index (wishes, PmServiceWish, i).id, &json, &error);
  pm_json_end_array (&json);
  pm_json_key (&json, "transactionId");
  if (result->id == 0)
    pm_json_null (&json);
  else
    pm_json_int (&json, (gint64) result->id);
  pm_json_end_object (&json);
  if (error != NULL)
    pm_call_failed (call, error);
}

/* --- handlers --- */

/* TRUE when it is done; else the call has been answered, for a dry run with the plan. */
static gboolean
fulfil (PmCall *call, const GArray *wishes, const char *list_pointer, PmChangeResult *result)
{
  GError *error = NULL;
  PmPlanOptions options = pm_call_plan_options (call);
  const PmServiceWish *list = (const PmServiceWish *) (void *) wishes->data;
  guint wrong;
  pm_call_step (call, "reading projects");
  g_autoptr (PmPlan) plan =
      pm_verb_services_plan (call->context, list, wishes->len, &options, &wrong, &error);
  if (plan == NULL) {
    g_autofree char *prefix =
        list_pointer == NULL ? g_strdup ("") : g_strdup_printf ("%s/%u", list_pointer, wrong);
    refuse (call, prefix, &list[wrong], error);
    return FALSE;
  }
  if (call->dry_run) {
    pm_call_show_plan (call, plan, PM_PLAN_NOT_KEPT, 200);
    return FALSE;
  }
  if (!pm_call_apply (call, plan, result))
    return FALSE;
  if (pm_verb_services_annotate (call->context, list, wishes->len, &error))
    return TRUE;
  pm_call_failed (call, error);
  return FALSE;
}

void
pm_api_services_change (PmCall *call)
{
  gint64 id = pm_call_id (call);
  if (id == 0)
    return;
  check_tags (call, call->body, "");
  if (pm_call_is_mistaken (call) || !check_match (call, id))
    return;
  g_autoptr (GArray) wishes = wishes_new ();
  PmServiceWish wish = read_wish (call->body, id);
  g_array_append_val (wishes, wish);
  g_auto (PmChangeResult) result = {.outcome = PM_OUTCOME_COMMITTED};
  if (fulfil (call, wishes, NULL, &result))
    show_service (call, id);
}

/* Two wishes about one service may contradict each other. */
static void
check_each_once (PmCall *call, const json_t *list)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (gsize i = 0; i < json_array_size (list); i++) {
    gint64 id = json_integer_value (json_object_get (json_array_get (list, i), "id"));
    g_autofree char *pointer = g_strdup_printf ("/changes/%" G_GSIZE_FORMAT "/id", i);
    if (!g_hash_table_add (seen, g_memdup2 (&id, sizeof id)))
      pm_call_mistake (call, pointer,
                       "service %" G_GINT64_FORMAT " is changed above: say all of it at once", id);
  }
}

gboolean
pm_api_services_bulk_admit (PmCall *call)
{
  const json_t *list = json_object_get (call->body, "changes");
  check_each_once (call, list);
  if (pm_call_is_mistaken (call))
    return FALSE;
  for (gsize i = 0; i < json_array_size (list); i++)
    if (!check_match (call, json_integer_value (json_object_get (json_array_get (list, i), "id"))))
      return FALSE;
  return TRUE;
}

/* Judged again when its turn comes: somebody else may have been served meanwhile. */
void
pm_api_services_bulk (PmCall *call)
{
  const json_t *list = json_object_get (call->body, "changes");
  if (!pm_api_services_bulk_admit (call))
    return;
  g_autoptr (GArray) wishes = wishes_new ();
  for (gsize i = 0; i < json_array_size (list); i++) {
    const json_t *body = json_array_get (list, i);
    g_autofree char *pointer = g_strdup_printf ("/changes/%" G_GSIZE_FORMAT, i);
    check_tags (call, body, pointer);
    PmServiceWish wish = read_wish (body, json_integer_value (json_object_get (body, "id")));
    g_array_append_val (wishes, wish);
  }
  g_auto (PmChangeResult) result = {.outcome = PM_OUTCOME_COMMITTED};
  if (!pm_call_is_mistaken (call) && fulfil (call, wishes, "/changes", &result))
    show_services (call, wishes, &result);
}
