#include "verbs/incident.h"

#include "verbs/health-json.h"

G_DEFINE_QUARK (pm - incident - error - quark, pm_incident_error)

static gboolean
tell (PmRegistry *registry, const char *event, const PmIncident *incident, const char *actor,
      GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GString) data = g_string_new (NULL);
  PmService service;
  PmJsonWriter json = pm_json_writer (data);
  if (!pm_registry_service (registry, incident->service_id, arena, &service, error))
    return FALSE;
  pm_json_begin_object (&json);
  pm_incident_write_json_members (&json, &service, incident);
  pm_json_member_string (&json, "actor", actor);
  pm_json_end_object (&json);
  return pm_registry_event_append (registry, event, data->str, g_get_real_time (), error);
}

static gboolean
read_open (PmRegistry *registry, gint64 id, PmArena *arena, PmIncident *incident, GError **error)
{
  if (!pm_registry_incident (registry, id, arena, incident, error))
    return FALSE;
  if (incident->closed_us == 0)
    return TRUE;
  g_set_error (error, PM_INCIDENT_ERROR, PM_INCIDENT_ERROR_CLOSED,
               "incident %" G_GINT64_FORMAT " is closed: %s", id, incident->ended);
  return FALSE;
}

/* --- the frame of all three: read, change, write and tell as one --- */

typedef gboolean (*Change) (PmRegistry *registry, gint64 id, gpointer data, GError **error);

static gboolean
as_one (PmRegistry *registry, Change change, gint64 id, gpointer data, GError **error)
{
  if (!pm_registry_begin (registry, PM_DURABILITY_DECISION, error))
    return FALSE;
  if (!change (registry, id, data, error)) {
    pm_registry_rollback (registry);
    return FALSE;
  }
  return pm_registry_commit (registry, error);
}

typedef struct {
  const char *actor;
  const char *note;
  gint64 until_us;
  PmArena *arena;
  PmIncident *incident;
} Wish;

static gboolean
acknowledge (PmRegistry *registry, gint64 id, gpointer data, GError **error)
{
  Wish *wish = data;
  PmIncident *incident = wish->incident;
  if (!read_open (registry, id, wish->arena, incident, error))
    return FALSE;
  incident->acknowledged_us = g_get_real_time ();
  incident->acknowledged_by = pm_arena_strdup (wish->arena, wish->actor);
  if (wish->note != NULL)
    incident->note = pm_arena_strdup (wish->arena, wish->note);
  return pm_registry_incident_put (registry, incident, error) &&
         tell (registry, "incident.acknowledged", incident, wish->actor, error);
}

gboolean
pm_verb_incident_acknowledge (PmContext *context, gint64 id, const char *actor, const char *note,
                              PmArena *arena, PmIncident *ret_incident, GError **error)
{
  Wish wish = {.actor = actor, .note = note, .arena = arena, .incident = ret_incident};
  return as_one (context->registry, acknowledge, id, &wish, error);
}

static gboolean
mute (PmRegistry *registry, gint64 id, gpointer data, GError **error)
{
  Wish *wish = data;
  if (!read_open (registry, id, wish->arena, wish->incident, error))
    return FALSE;
  wish->incident->muted_until_us = wish->until_us;
  return pm_registry_incident_put (registry, wish->incident, error) &&
         tell (registry, "incident.muted", wish->incident, wish->actor, error);
}

gboolean
pm_verb_incident_mute (PmContext *context, gint64 id, const char *actor, gint64 until_us,
                       PmArena *arena, PmIncident *ret_incident, GError **error)
{
  Wish wish = {.actor = actor, .until_us = until_us, .arena = arena, .incident = ret_incident};
  return as_one (context->registry, mute, id, &wish, error);
}

/* --- a service --- */

static gboolean
tell_muted (PmRegistry *registry, gint64 service_id, const Wish *wish, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GString) data = g_string_new (NULL);
  PmService service;
  PmJsonWriter json = pm_json_writer (data);
  if (!pm_registry_service (registry, service_id, arena, &service, error))
    return FALSE;
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "serviceId", service_id);
  pm_json_member_string (&json, "projectId", service.project_id);
  pm_json_member_string (&json, "serviceName", pm_service_shown_name (&service));
  pm_json_member_time (&json, "mutedUntil", wish->until_us);
  pm_json_member_string (&json, "actor", wish->actor);
  pm_json_end_object (&json);
  return pm_registry_event_append (registry, "health.muted", data->str, g_get_real_time (), error);
}

static gboolean
mute_service (PmRegistry *registry, gint64 service_id, gpointer data, GError **error)
{
  const Wish *wish = data;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (PmIncident));
  PmIncidentQuery query = {.only_open = TRUE, .service_id = service_id};
  if (!pm_registry_health_mute (registry, service_id, wish->until_us, error) ||
      !pm_registry_incidents (registry, &query, arena, open, error))
    return FALSE;
  for (guint i = 0; i < open->len; i++) {
    PmIncident *incident = &g_array_index (open, PmIncident, i);
    incident->muted_until_us = wish->until_us;
    if (!pm_registry_incident_put (registry, incident, error))
      return FALSE;
  }
  return tell_muted (registry, service_id, wish, error);
}

gboolean
pm_verb_health_mute (PmContext *context, gint64 service_id, const char *actor, gint64 until_us,
                     GError **error)
{
  Wish wish = {.actor = actor, .until_us = until_us};
  return as_one (context->registry, mute_service, service_id, &wish, error);
}
