#include "verbs/port-who.h"

#include "model/service-json.h"
#include "model/socket-json.h"
#include "verbs/lease-json.h"
#include "verbs/lease.h"

void
pm_port_who_clear (PmPortWho *who)
{
  g_clear_pointer (&who->declared, g_ptr_array_unref);
  g_clear_pointer (&who->listening, g_ptr_array_unref);
  g_clear_pointer (&who->leases, g_array_unref);
  g_clear_pointer (&who->snapshot, pm_snapshot_free);
}

/* After taking back what nobody holds any more, as everybody does who gives ports away. */
static GArray *
leases_of (PmContext *context, PmArena *arena, guint16 port, GError **error)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (PmLease));
  if (!pm_verb_leases (context, arena, all, error))
    return NULL;
  GArray *list = g_array_new (FALSE, FALSE, sizeof (PmLease));
  for (guint i = 0; i < all->len; i++)
    if (g_array_index (all, PmLease, i).port == port)
      g_array_append_val (list, g_array_index (all, PmLease, i));
  return list;
}

gboolean
pm_verb_port_who (PmContext *context, guint16 port, PmPortWho *ret_who, GError **error)
{
  PmLiveSight sight;
  PmSnapshot *snapshot = pm_verb_live_services (context, &sight, error);
  if (snapshot == NULL)
    return FALSE;
  GArray *leases = leases_of (context, snapshot->arena, port, error);
  if (leases == NULL) {
    pm_snapshot_free (snapshot);
    return FALSE;
  }
  *ret_who = (PmPortWho){snapshot, sight, g_ptr_array_new (), g_ptr_array_new (), leases};
  for (guint i = 0; i < snapshot->services->len; i++) {
    PmService *service = &g_array_index (snapshot->services, PmService, i);
    if (service->scope == PM_SCOPE_HOST && service->external_port == port)
      g_ptr_array_add (ret_who->declared, service);
  }
  for (guint i = 0; i < snapshot->sockets->len; i++) {
    PmSocket *socket = &g_array_index (snapshot->sockets, PmSocket, i);
    if (socket->port == port)
      g_ptr_array_add (ret_who->listening, socket);
  }
  return TRUE;
}

char *
pm_live_sight_gap (const PmLiveSight *sight)
{
  const PmLiveReport *counts = &sight->counts;
  if (sight->failure != NULL)
    return g_strdup_printf ("nobody looked what listens: %s", sight->failure);
  if (counts->docker_failure[0] != '\0')
    return g_strdup_printf ("containers could not be asked for: %s", counts->docker_failure);
  if (counts->n_unowned == 0)
    return NULL;
  return g_strdup_printf (
      "the processes of %u of %u sockets are not %s", counts->n_unowned, counts->n_sockets,
      counts->n_hidden > 0 ? "shown to you; root sees them" : "to be seen from here");
}

char *
pm_port_who_gap (const PmPortWho *who)
{
  PmLiveSight sight = who->sight;
  sight.counts.n_sockets = who->listening->len;
  sight.counts.n_unowned = 0;
  for (guint i = 0; i < who->listening->len; i++)
    sight.counts.n_unowned += ((const PmSocket *) g_ptr_array_index (who->listening, i))->pid == 0;
  return pm_live_sight_gap (&sight);
}

void
pm_port_who_write_json (PmJsonWriter *json, const PmPortWho *who, guint16 port)
{
  g_autofree char *gap = pm_port_who_gap (who);
  pm_json_begin_object (json);
  pm_json_member_int (json, "port", port);
  pm_json_key (json, "declared");
  pm_json_begin_array (json);
  for (guint i = 0; i < who->declared->len; i++)
    pm_service_write_json (json, g_ptr_array_index (who->declared, i));
  pm_json_end_array (json);
  pm_json_key (json, "listening");
  pm_json_begin_array (json);
  for (guint i = 0; i < who->listening->len; i++)
    pm_socket_write_json (json, g_ptr_array_index (who->listening, i));
  pm_json_end_array (json);
  pm_json_key (json, "leases");
  pm_json_begin_array (json);
  for (guint i = 0; i < who->leases->len; i++) {
    const PmLease *lease = &g_array_index (who->leases, PmLease, i);
    pm_lease_write_json (json, lease, pm_verb_lease_state (lease));
  }
  pm_json_end_array (json);
  pm_json_member_string (json, "notShown", gap);
  pm_json_end_object (json);
}
