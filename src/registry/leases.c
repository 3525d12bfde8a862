/* DESIGN
 * A lease is a row that stays when the port is given back, as its own history. That a port has one
 * holder is the unique index over the rows that are not released, and an insert that does nothing
 * where one is there already: of two at once, in whatever process, one is told. Nothing is looked
 * up first and believed afterwards; taking back from the dead says what it saw, and does nothing
 * where that has changed. */

#include "registry/leases.h"

#include "base/json-writer.h"
#include "registry/backend.h"
#include "registry/demand.h"

/* --- rows and events --- */

#define LEASE_COLUMNS                                                                              \
  "id, transport, port, type, project, name, pid, pid_started, pid_namespace, boot, "              \
  "expires_boottime, expires, created, released, outcome"

static PmLease
read_lease (PmRegistry *registry, PmStatement *row, PmArena *arena)
{
  const PmRegistryBackend *b = registry->backend;
  PmLease lease = {
      .id = b->integer (row, 0),
      .port = (guint16) b->integer (row, 2),
      .type = pm_sql_text (registry, row, 3, arena),
      .project = pm_sql_text (registry, row, 4, arena),
      .name = pm_sql_text (registry, row, 5, arena),
      .holder = {.pid = b->integer (row, 6),
                 .pid_started = (guint64) b->integer (row, 7),
                 .pid_namespace = (guint64) b->integer (row, 8),
                 .boot = pm_sql_text (registry, row, 9, arena),
                 .expires_boottime_us = b->integer (row, 10),
                 .expires_us = b->integer (row, 11)},
      .created_us = b->integer (row, 12),
      .released_us = b->integer (row, 13),
      .outcome = pm_sql_text (registry, row, 14, arena),
  };
  pm_transport_from_name (b->text (row, 1), &lease.transport);
  return lease;
}

static gboolean
append_lease_event (PmRegistry *registry, const char *event, const PmLease *lease, gint64 now_us,
                    GError **error)
{
  g_autoptr (GString) data = g_string_sized_new (256);
  PmJsonWriter json = pm_json_writer (data);
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "id", lease->id);
  pm_json_member_string (&json, "host", registry->host);
  pm_json_member_int (&json, "port", lease->port);
  pm_json_member_string (&json, "transport", pm_transport_name (lease->transport));
  pm_json_member_string (&json, "project", lease->project);
  pm_json_member_string (&json, "name", lease->name);
  pm_json_member_string (&json, "type", lease->type);
  pm_json_member_int (&json, "pid", lease->holder.pid);
  pm_json_member_time (&json, "expires", lease->holder.expires_us);
  if (lease->released_us != 0)
    pm_json_member_string (&json, "outcome", lease->outcome);
  pm_json_end_object (&json);
  return pm_registry_event_append (registry, event, data->str, now_us, error);
}

/* The rows of a query that gives at most one: *ret_found tells. */
static gboolean
read_one (PmRegistry *registry, PmStatement *rows, PmArena *arena, PmLease *ret_lease,
          gboolean *ret_found, GError **error)
{
  PmStep step;
  *ret_found = FALSE;
  if (rows == NULL)
    return FALSE;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    *ret_lease = read_lease (registry, rows, arena);
    *ret_found = TRUE;
  }
  return step == PM_STEP_DONE;
}

static gboolean
set_no_lease (gint64 id, GError **error)
{
  g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND,
               "there is no lease %" G_GINT64_FORMAT ": released, or its time was over", id);
  return FALSE;
}

/* --- taking --- */

static gboolean
insert_lease (PmRegistry *registry, PmLease *lease, GError **error)
{
  const PmLeaseHolder *holder = &lease->holder;
  return pm_sql_insert_one (
      registry,
      PM_WRITES ("INSERT INTO leases (host, transport, port, type, project, name, pid, pid_started,"
                 " pid_namespace, boot, created, expires, expires_boottime)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"),
      PM_VALUES (pm_text (registry->host), pm_text (pm_transport_name (lease->transport)),
                 pm_int (lease->port), pm_text (lease->type), pm_text (lease->project),
                 pm_text (lease->name), pm_int_or_null (holder->pid),
                 pm_int_or_null ((gint64) holder->pid_started),
                 pm_int ((gint64) holder->pid_namespace), pm_text (holder->boot),
                 pm_int (lease->created_us), pm_int_or_null (holder->expires_us),
                 pm_int_or_null (holder->expires_boottime_us)),
      &lease->id, error);
}

static gboolean
take_lease (PmRegistry *registry, PmLease *lease, GError **error)
{
  PmPortDemand demand = {.transport = lease->transport, .port = lease->port};
  lease->id = 0;
  if (!insert_lease (registry, lease, error))
    return FALSE;
  demand.leased = lease->id != 0;
  demand.lost = lease->id == 0;
  return pm_registry_port_demand_add (registry, &demand, lease->created_us, error) &&
         (lease->id == 0 ||
          append_lease_event (registry, "lease.taken", lease, lease->created_us, error));
}

gboolean
pm_registry_lease_take (PmRegistry *registry, const PmLease *wish, gint64 now_us, gint64 *ret_id,
                        GError **error)
{
  PmLease lease = *wish;
  lease.created_us = now_us;
  lease.released_us = 0;
  if (!pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error) ||
      !pm_registry_leave (registry, take_lease (registry, &lease, error), error))
    return FALSE;
  *ret_id = lease.id;
  return TRUE;
}

/* --- keeping --- */

static gboolean
hold_lease (PmRegistry *registry, const PmLease *lease, gint64 now_us, GError **error)
{
  const PmLeaseHolder *holder = &lease->holder;
  gboolean done;
  if (!pm_sql_update_one (
          registry,
          PM_WRITES ("UPDATE leases SET pid = ?, pid_started = ?, pid_namespace = ?, boot = ?,"
                     " expires = ?, expires_boottime = ?"
                     " WHERE id = ? AND host = ? AND released IS NULL"),
          PM_VALUES (pm_int_or_null (holder->pid), pm_int_or_null ((gint64) holder->pid_started),
                     pm_int ((gint64) holder->pid_namespace), pm_text (holder->boot),
                     pm_int_or_null (holder->expires_us),
                     pm_int_or_null (holder->expires_boottime_us), pm_int (lease->id),
                     pm_text (registry->host)),
          &done, error))
    return FALSE;
  return done ? append_lease_event (registry, "lease.renewed", lease, now_us, error)
              : set_no_lease (lease->id, error);
}

gboolean
pm_registry_lease_hold (PmRegistry *registry, PmLease *io_lease, const PmLeaseHolder *holder,
                        gint64 now_us, GError **error)
{
  PmLease lease = *io_lease;
  lease.holder = *holder;
  if (!pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error) ||
      !pm_registry_leave (registry, hold_lease (registry, &lease, now_us, error), error))
    return FALSE;
  *io_lease = lease;
  return TRUE;
}

/* --- giving back --- */

static gboolean
release_lease (PmRegistry *registry, const PmLease *lease, GError **error)
{
  gboolean done;
  if (!pm_sql_update_one (registry,
                          PM_WRITES ("UPDATE leases SET released = ?, outcome = ?"
                                     " WHERE id = ? AND host = ? AND released IS NULL"),
                          PM_VALUES (pm_int (lease->released_us), pm_text (lease->outcome),
                                     pm_int (lease->id), pm_text (registry->host)),
                          &done, error))
    return FALSE;
  return done ? append_lease_event (registry, "lease.released", lease, lease->released_us, error)
              : set_no_lease (lease->id, error);
}

gboolean
pm_registry_lease_release (PmRegistry *registry, PmLease *io_lease, const char *outcome,
                           gint64 now_us, GError **error)
{
  PmLease lease = *io_lease;
  lease.released_us = now_us;
  lease.outcome = outcome;
  if (!pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error) ||
      !pm_registry_leave (registry, release_lease (registry, &lease, error), error))
    return FALSE;
  *io_lease = lease;
  return TRUE;
}

/* A holder is told apart from a later one by process and end: whoever renews changes one of them.
 */
static gboolean
reclaim_lease (PmRegistry *registry, const PmLease *as_read, const char *outcome, gint64 now_us,
               gboolean *ret_done, GError **error)
{
  const PmLeaseHolder *holder = &as_read->holder;
  PmLease lease = *as_read;
  lease.released_us = now_us;
  lease.outcome = outcome;
  if (!pm_sql_update_one (
          registry,
          PM_WRITES ("UPDATE leases SET released = ?, outcome = ? WHERE id = ? AND released IS NULL"
                     " AND coalesce (pid, 0) = ? AND coalesce (pid_started, 0) = ?"
                     " AND coalesce (expires_boottime, 0) = ? AND coalesce (expires, 0) = ?"),
          PM_VALUES (pm_int (now_us), pm_text (outcome), pm_int (as_read->id), pm_int (holder->pid),
                     pm_int ((gint64) holder->pid_started), pm_int (holder->expires_boottime_us),
                     pm_int (holder->expires_us)),
          ret_done, error))
    return FALSE;
  return !*ret_done || append_lease_event (registry, "lease.released", &lease, now_us, error);
}

gboolean
pm_registry_lease_reclaim (PmRegistry *registry, const PmLease *as_read, const char *outcome,
                           gint64 now_us, gboolean *ret_done, GError **error)
{
  return pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error) &&
         pm_registry_leave (
             registry, reclaim_lease (registry, as_read, outcome, now_us, ret_done, error), error);
}

/* --- reading --- */

gboolean
pm_registry_lease (PmRegistry *registry, gint64 id, PmArena *arena, PmLease *ret_lease,
                   GError **error)
{
  gboolean found;
  PmStatement *rows =
      pm_sql_query (registry, "SELECT " LEASE_COLUMNS " FROM leases WHERE id = ? AND host = ?",
                    PM_VALUES (pm_int (id), pm_text (registry->host)), error);
  return read_one (registry, rows, arena, ret_lease, &found, error) &&
         (found || set_no_lease (id, error));
}

static gboolean
append_leases (PmRegistry *registry, PmStatement *rows, PmArena *arena, GArray *leases,
               GError **error)
{
  PmStep step;
  if (rows == NULL)
    return FALSE;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmLease lease = read_lease (registry, rows, arena);
    g_array_append_val (leases, lease);
  }
  return step == PM_STEP_DONE;
}

gboolean
pm_registry_leases (PmRegistry *registry, PmArena *arena, GArray *leases, GError **error)
{
  PmStatement *rows = pm_sql_query (registry,
                                    "SELECT " LEASE_COLUMNS " FROM leases"
                                    " WHERE host = ? AND released IS NULL ORDER BY port, transport",
                                    PM_VALUES (pm_text (registry->host)), error);
  return append_leases (registry, rows, arena, leases, error);
}

gboolean
pm_registry_leases_of_port (PmRegistry *registry, guint16 port, guint limit, PmArena *arena,
                            GArray *leases, GError **error)
{
  PmStatement *rows = pm_sql_query (
      registry,
      "SELECT " LEASE_COLUMNS " FROM leases WHERE host = ? AND port = ? ORDER BY id DESC LIMIT ?",
      PM_VALUES (pm_text (registry->host), pm_int (port), pm_int (limit)), error);
  return append_leases (registry, rows, arena, leases, error);
}

/* --- remembered ports --- */

gboolean
pm_registry_port_remember (PmRegistry *registry, const PmRememberedPort *remembered, GError **error)
{
  if (!pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error))
    return FALSE;
  gboolean ok = pm_sql_run (
      registry,
      "INSERT INTO remembered_ports (host, project, name, transport, port, last_used)"
      " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (host, project, name, transport) DO UPDATE SET"
      " port = excluded.port, last_used = excluded.last_used",
      PM_VALUES (pm_text (registry->host), pm_text (remembered->project),
                 pm_text (remembered->name), pm_text (pm_transport_name (remembered->transport)),
                 pm_int (remembered->port), pm_int (remembered->last_used_us)),
      error);
  return pm_registry_leave (registry, ok, error);
}

gboolean
pm_registry_remembered_ports (PmRegistry *registry, PmArena *arena, GArray *list, GError **error)
{
  PmStatement *rows = pm_sql_query (
      registry,
      "SELECT project, name, transport, port, last_used FROM remembered_ports WHERE host = ?",
      PM_VALUES (pm_text (registry->host)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmRememberedPort remembered = {
        .project = pm_sql_text (registry, rows, 0, arena),
        .name = pm_sql_text (registry, rows, 1, arena),
        .port = (guint16) registry->backend->integer (rows, 3),
        .last_used_us = registry->backend->integer (rows, 4),
    };
    pm_transport_from_name (registry->backend->text (rows, 2), &remembered.transport);
    g_array_append_val (list, remembered);
  }
  return step == PM_STEP_DONE;
}

/* --- declared ports --- */

static gboolean
each_range (PmRegistry *registry, PmStatement *rows,
            void (*found) (guint16 first, guint16 last, gpointer data), gpointer data,
            GError **error)
{
  PmStep step;
  if (rows == NULL)
    return FALSE;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    gint64 first = registry->backend->integer (rows, 0),
           last = registry->backend->integer (rows, 1);
    if (first > 0 && first <= G_MAXUINT16)
      found ((guint16) first, (guint16) CLAMP (last, first, G_MAXUINT16), data);
  }
  return step == PM_STEP_DONE;
}

/* Findings are asked for by the index that holds just these: the planner is told that the host of
 * their documents is the lesser matter. */
gboolean
pm_registry_declared_ports (PmRegistry *registry,
                            void (*found) (guint16 first, guint16 last, gpointer data),
                            gpointer data, GError **error)
{
  PmStatement *services = pm_sql_query (registry,
                                        "SELECT external_port, external_port FROM services"
                                        " WHERE host = ? AND removed IS NULL AND scope = 'host'",
                                        PM_VALUES (pm_text (registry->host)), error);
  if (!each_range (registry, services, found, data, error))
    return FALSE;
  PmStatement *findings = pm_sql_query (
      registry,
      "SELECT f.port, f.port_end FROM findings f JOIN documents d ON d.id = f.document_id"
      " WHERE d.host || '' = ? AND f.kind = 'port' AND f.scope = 'host'"
      " AND f.role IN ('publish', 'listen')",
      PM_VALUES (pm_text (registry->host)), error);
  return each_range (registry, findings, found, data, error);
}
