#include "api/handlers.h"
#include "api/lease-thread.h"
#include "base/since.h"
#include "verbs/analytics.h"
#include "verbs/lease-json.h"
#include "verbs/pools.h"

#define SINCE "30d"

/* --- pools --- */

void
pm_api_pools (PmCall *call)
{
  GError *error = NULL;
  g_autoptr (PmPools) pools = pm_verb_pools_of (call->context->config);
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (PmPoolPressure));
  if (!pm_verb_pools (call->context, pools, list, NULL, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_key (&json, "pools");
  pm_json_begin_array (&json);
  for (guint i = 0; i < list->len; i++)
    pm_verb_pool_write_json (&json, &g_array_index (list, PmPoolPressure, i));
  pm_json_end_array (&json);
  pm_json_end_object (&json);
}

void
pm_api_port_analytics (PmCall *call)
{
  GError *error = NULL;
  const char *since = pm_call_query (call, "since");
  gint64 since_us;
  if (!pm_since_parse (since == NULL ? SINCE : since, g_get_real_time (), &since_us)) {
    pm_call_query_mistake (call, "since", "“%s” is no time", since);
    pm_call_is_mistaken (call);
    return;
  }
  g_autoptr (PmPortAnalytics) analytics = pm_verb_port_analytics (call->context, since_us, &error);
  if (analytics == NULL) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_port_analytics_write_json (&json, analytics);
}

/* --- leases --- */

void
pm_api_leases_list (PmCall *call)
{
  GError *error = NULL;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) leases = g_array_new (FALSE, FALSE, sizeof (PmLease));
  if (!pm_registry_leases (call->context->registry, arena, leases, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_key (&json, "leases");
  pm_json_begin_array (&json);
  for (guint i = 0; i < leases->len; i++) {
    const PmLease *lease = &g_array_index (leases, PmLease, i);
    pm_lease_write_json (&json, lease, pm_verb_lease_state (lease));
  }
  pm_json_end_array (&json);
  pm_json_end_object (&json);
}

static const char *
text_or_empty (const PmCall *call, const char *name)
{
  const char *text = pm_call_text_member (call, name);
  return text == NULL ? "" : text;
}

/* --- changes --- */

/* Nothing was written for what was refused. */
static gboolean
take_back (gpointer data, GError **error)
{
  const PmDeskRequest *request = data;
  if (request->error != NULL)
    return TRUE;
  g_set_error_literal (error, PM_JOBS_ERROR, PM_JOBS_ERROR_CANCELLED, "a dry run");
  return FALSE;
}

/* A dry run is served like any other, in a transaction that comes to nothing. */
static gboolean
rehearse (PmCall *call)
{
  PmDeskRequest *requests[] = {&call->lease->request};
  pm_desk_serve_and (call->lease->desk, requests, G_N_ELEMENTS (requests), take_back, requests[0]);
  GError *error = g_steal_pointer (&requests[0]->error);
  if (g_error_matches (error, PM_JOBS_ERROR, PM_JOBS_ERROR_CANCELLED)) {
    g_error_free (error);
    return TRUE;
  }
  pm_call_failed (call, error);
  return FALSE;
}

void
pm_api_leases_take (PmCall *call)
{
  GError *error = NULL;
  PmLeaseWish wish = {
      .type = text_or_empty (call, "type"),
      .folder = text_or_empty (call, "folder"),
      .name = text_or_empty (call, "name"),
      .port = (guint16) pm_call_integer_member (call, "port", 0),
      .pid = pm_call_integer_member (call, "pid", 0),
      .ttl_s = pm_call_integer_member (call, "ttl", 0),
  };
  pm_transport_from_name (text_or_empty (call, "transport"), &wish.transport);
  if (!pm_verb_desk_ask (call->lease->desk, &wish, &call->lease->request, &error))
    pm_call_failed (call, error);
  else if (!call->dry_run)
    call->lease->is_made = TRUE;
  else if (rehearse (call))
    pm_call_dry_run (call, wish.port != 0 ? "lease port %u" : "lease port %u, or another",
                     call->lease->request.lease.port);
}

void
pm_api_leases_renew (PmCall *call)
{
  GError *error = NULL;
  gint64 id = pm_call_id (call);
  gint64 pid = pm_call_integer_member (call, "pid", 0);
  gint64 ttl_s = pm_call_integer_member (call, "ttl", 0);
  if (id == 0)
    return;
  if (!pm_verb_desk_ask_renewal (call->lease->desk, id, pid, ttl_s, &call->lease->request, &error))
    pm_call_failed (call, error);
  else if (!call->dry_run)
    call->lease->is_made = TRUE;
  else if (rehearse (call))
    pm_call_dry_run (call, "renew lease %" G_GINT64_FORMAT, id);
}

void
pm_api_leases_release (PmCall *call)
{
  gint64 id = pm_call_id (call);
  if (id == 0)
    return;
  call->lease->request = (PmDeskRequest){.kind = PM_DESK_RELEASE, .lease = {.id = id}};
  if (!call->dry_run)
    call->lease->is_made = TRUE;
  else if (rehearse (call))
    pm_call_dry_run (call, "release lease %" G_GINT64_FORMAT, id);
}
