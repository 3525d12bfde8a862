#include "verbs/port-use.h"

#include "leases/view.h"
#include "live/sockets.h"
#include "verbs/conflicts.h"

#define FIRST_UNPRIVILEGED 1024
#define LAST_PORT 65535

const char *const pm_port_use_names[] = {
    "declared",   "conflict",  "listening", "leased",  "pinned",
    "privileged", "ephemeral", "reserved",  "blocked", NULL,
};

typedef struct {
  PmPortSet uses[PM_N_USES];
} Ports;

static void
add_services (Ports *ports, const PmSnapshot *snapshot, const char *this_host)
{
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *service = &g_array_index (snapshot->services, PmService, i);
    guint16 port = service->external_port != 0 ? service->external_port : service->internal_port;
    if (service->scope != PM_SCOPE_HOST || port == 0 || !g_str_equal (service->host, this_host))
      continue;
    pm_port_set_add (&ports->uses[PM_USE_DECLARED], port);
    if (service->pinned[0] != '\0')
      pm_port_set_add (&ports->uses[PM_USE_PINNED], port);
  }
}

static void
add_conflicts (Ports *ports, const GArray *conflicts, const char *this_host)
{
  for (guint i = 0; i < conflicts->len; i++) {
    const PmConflict *conflict = &g_array_index (conflicts, PmConflict, i);
    if (conflict->severity != PM_SEVERITY_NOTE && g_str_equal (conflict->host, this_host))
      pm_port_set_add (&ports->uses[PM_USE_CONFLICT], conflict->port);
  }
}

static gboolean
add_listening (PmPortSet *set, GError **error)
{
  g_autoptr (GArray) sockets = g_array_new (FALSE, FALSE, sizeof (PmBoundSocket));
  if (!pm_sockets_bound (sockets, error))
    return FALSE;
  for (guint i = 0; i < sockets->len; i++)
    pm_port_set_add (set, g_array_index (sockets, PmBoundSocket, i).port);
  return TRUE;
}

static guint
uses_of (const Ports *ports, guint16 port)
{
  guint uses = 0;
  for (guint k = 0; k < PM_N_USES; k++)
    uses |= (guint) pm_port_set_has (&ports->uses[k], port) << k;
  return uses;
}

static void
write_run (PmJsonWriter *json, guint first, guint last, guint uses)
{
  pm_json_begin_object (json);
  pm_json_member_int (json, "first", first);
  pm_json_member_int (json, "last", last);
  pm_json_key (json, "is");
  pm_json_begin_array (json);
  for (guint k = 0; k < PM_N_USES; k++)
    if ((uses >> k & 1) != 0)
      pm_json_string (json, pm_port_use_names[k]);
  pm_json_end_array (json);
  pm_json_end_object (json);
}

static void
write_runs (PmJsonWriter *json, const Ports *ports)
{
  guint first = 1, uses = uses_of (ports, 1);
  pm_json_key (json, "runs");
  pm_json_begin_array (json);
  for (guint port = 2; port <= LAST_PORT; port++) {
    guint its = uses_of (ports, (guint16) port);
    if (its == uses)
      continue;
    write_run (json, first, port - 1, uses);
    first = port;
    uses = its;
  }
  write_run (json, first, LAST_PORT, uses);
  pm_json_end_array (json);
}

gboolean
pm_verb_port_use_write_json (PmContext *context, PmJsonWriter *json, GError **error)
{
  g_auto (PmPortView) view = {0};
  g_autoptr (PmSnapshot) snapshot = NULL;
  g_autoptr (GError) unseen = NULL;
  g_autofree Ports *ports = g_new0 (Ports, 1);
  const char *host = pm_registry_host (context->registry);
  g_autoptr (GArray) conflicts = pm_verb_conflicts (context, &snapshot, error);
  if (conflicts == NULL || !pm_port_view_load (&view, context->registry, FALSE, error))
    return FALSE;
  ports->uses[PM_USE_LEASED] = view.leased;
  ports->uses[PM_USE_EPHEMERAL] = view.kernel.ephemeral;
  ports->uses[PM_USE_RESERVED] = view.kernel.reserved;
  pm_port_set_add_range (&ports->uses[PM_USE_PRIVILEGED], 1, FIRST_UNPRIVILEGED - 1);
  pm_port_set_add_blocked_by_browsers (&ports->uses[PM_USE_BLOCKED]);
  add_services (ports, snapshot, host);
  add_conflicts (ports, conflicts, host);
  add_listening (&ports->uses[PM_USE_LISTENING], &unseen);
  pm_json_begin_object (json);
  pm_json_member_string (json, "host", host);
  write_runs (json, ports);
  pm_json_member_string (json, "unseen", unseen == NULL ? NULL : unseen->message);
  pm_json_end_object (json);
  return TRUE;
}
