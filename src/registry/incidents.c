/* Incidents: from when a service was down by itself until it was not any more. */

#include "registry/backend.h"
#include "registry/health.h"

#define DEFAULT_LIMIT 1000

#define INCIDENT_COLUMNS                                                                           \
  "id, service_id, opened, closed, cause, ended, caused_by, acknowledged, acknowledged_by, note,"  \
  " muted_until"

static PmIncident
read_incident (PmRegistry *registry, PmStatement *row, PmArena *arena)
{
  const PmRegistryBackend *b = registry->backend;
  return (PmIncident){
      .id = b->integer (row, 0),
      .service_id = b->integer (row, 1),
      .opened_us = b->integer (row, 2),
      .closed_us = b->integer (row, 3),
      .cause = pm_sql_text (registry, row, 4, arena),
      .ended = pm_sql_text (registry, row, 5, arena),
      .caused_by = b->integer (row, 6),
      .acknowledged_us = b->integer (row, 7),
      .acknowledged_by = pm_sql_text (registry, row, 8, arena),
      .note = pm_sql_text (registry, row, 9, arena),
      .muted_until_us = b->integer (row, 10),
  };
}

static gboolean
open_one (PmRegistry *registry, PmIncident *incident, GError **error)
{
  gint64 id = 0;
  if (!pm_sql_integer (registry,
                       "INSERT INTO incidents (host, service_id, opened, cause, muted_until)"
                       " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
                       PM_VALUES (pm_text (registry->host), pm_int (incident->service_id),
                                  pm_int (incident->opened_us), pm_text (incident->cause),
                                  pm_int (incident->muted_until_us)),
                       &id, error))
    return FALSE;
  if (id != 0) {
    incident->id = id;
    return TRUE;
  }
  g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_EXISTS,
               "service %" G_GINT64_FORMAT " has an open incident already", incident->service_id);
  return FALSE;
}

gboolean
pm_registry_incident_open (PmRegistry *registry, PmIncident *incident, GError **error)
{
  return pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error) &&
         pm_registry_leave (registry, open_one (registry, incident, error), error);
}

gboolean
pm_registry_incident_put (PmRegistry *registry, const PmIncident *i, GError **error)
{
  if (!pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error))
    return FALSE;
  gboolean ok = pm_sql_run (
      registry,
      "UPDATE incidents SET closed = ?, cause = ?, ended = ?, caused_by = ?, acknowledged = ?,"
      " acknowledged_by = ?, note = ?, muted_until = ? WHERE id = ?",
      PM_VALUES (pm_int_or_null (i->closed_us), pm_text (i->cause), pm_text (i->ended),
                 pm_int_or_null (i->caused_by), pm_int_or_null (i->acknowledged_us),
                 pm_text (i->acknowledged_by), pm_text (i->note), pm_int (i->muted_until_us),
                 pm_int (i->id)),
      error);
  return pm_registry_leave (registry, ok, error);
}

gboolean
pm_registry_incident (PmRegistry *registry, gint64 id, PmArena *arena, PmIncident *ret_incident,
                      GError **error)
{
  PmStatement *row =
      pm_sql_query (registry, "SELECT " INCIDENT_COLUMNS " FROM incidents WHERE id = ?",
                    PM_VALUES (pm_int (id)), error);
  if (row == NULL)
    return FALSE;
  PmStep step = pm_sql_step (registry, row, error);
  if (step == PM_STEP_ROW) {
    *ret_incident = read_incident (registry, row, arena);
    pm_sql_finish (registry, row);
    return TRUE;
  }
  if (step == PM_STEP_DONE)
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND,
                 "there is no incident with id %" G_GINT64_FORMAT, id);
  return FALSE;
}

gboolean
pm_registry_incidents (PmRegistry *registry, const PmIncidentQuery *query, PmArena *arena,
                       GArray *incidents, GError **error)
{
  gint64 before = query->before_id == 0 ? G_MAXINT64 : query->before_id;
  PmStatement *rows = pm_sql_query (
      registry,
      "SELECT " INCIDENT_COLUMNS " FROM incidents WHERE id < ?"
      " AND (? = 0 OR closed IS NULL) AND (? = 0 OR host = ?) AND (? = 0 OR service_id = ?)"
      " ORDER BY id DESC LIMIT ?",
      PM_VALUES (pm_int (before), pm_int (query->only_open), pm_int (query->only_own),
                 pm_text (registry->host), pm_int (query->service_id), pm_int (query->service_id),
                 pm_int (query->limit == 0 ? DEFAULT_LIMIT : query->limit)),
      error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmIncident incident = read_incident (registry, rows, arena);
    g_array_append_val (incidents, incident);
  }
  return step == PM_STEP_DONE;
}
