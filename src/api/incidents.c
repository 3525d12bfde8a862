#include "api/handlers.h"
#include "api/parameters.h"
#include "base/timestamp.h"
#include "verbs/health-json.h"
#include "verbs/incident.h"

static gboolean
write_incident (PmCall *call, PmJsonWriter *json, const PmIncident *incident, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmService service;
  if (!pm_registry_service (call->context->registry, incident->service_id, arena, &service, error))
    return FALSE;
  pm_json_begin_object (json);
  pm_incident_write_json_members (json, &service, incident);
  pm_json_end_object (json);
  return TRUE;
}

void
pm_api_incidents_list (PmCall *call)
{
  GError *error = NULL;
  const char *open = pm_call_query (call, "open");
  PmIncidentQuery query = {
      .only_open = g_strcmp0 (open, "true") == 0,
      .service_id = pm_call_query_integer (call, "serviceId", 0),
      .limit = (guint) pm_call_query_integer (call, "limit", PM_PAGE_LIMIT),
  };
  if (!pm_call_cursor (call, &query.before_id))
    return;
  guint limit = query.limit++;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) incidents = g_array_new (FALSE, FALSE, sizeof (PmIncident));
  if (!pm_registry_incidents (call->context->registry, &query, arena, incidents, &error)) {
    pm_call_failed (call, error);
    return;
  }
  guint n = MIN (incidents->len, limit);
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_key (&json, "incidents");
  pm_json_begin_array (&json);
  for (guint i = 0; i < n; i++)
    if (!write_incident (call, &json, &g_array_index (incidents, PmIncident, i), &error)) {
      pm_call_failed (call, error);
      return;
    }
  pm_json_end_array (&json);
  pm_json_member_cursor (
      &json, incidents->len > limit ? g_array_index (incidents, PmIncident, n - 1).id : 0);
  pm_json_end_object (&json);
}

static void
answer (PmCall *call, const PmIncident *incident, const char *would)
{
  GError *error = NULL;
  if (call->dry_run) {
    pm_call_dry_run (call, "%s incident %" G_GINT64_FORMAT, would, incident->id);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  if (!write_incident (call, &json, incident, &error))
    pm_call_failed (call, error);
}

void
pm_api_incident_acknowledge (PmCall *call)
{
  GError *error = NULL;
  gint64 id = pm_call_id (call);
  PmIncident incident;
  g_autoptr (PmArena) arena = pm_arena_new ();
  if (id == 0)
    return;
  if (pm_call_begin (call, &error) &&
      pm_call_end (call,
                   pm_verb_incident_acknowledge (call->context, id, call->actor,
                                                 pm_call_text_member (call, "note"), arena,
                                                 &incident, &error),
                   &error))
    answer (call, &incident, "acknowledge");
  else
    pm_call_failed (call, error);
}

#define MUTED_MINUTES 60

/* "until", or so many minutes from now; 0 minutes, or a time that is over, ends it. */
static gint64
read_until (const PmCall *call)
{
  const char *until = pm_call_text_member (call, "until");
  gint64 minutes = pm_call_integer_member (call, "minutes", MUTED_MINUTES);
  gint64 now_us = g_get_real_time ();
  gint64 until_us = now_us + minutes * 60 * G_USEC_PER_SEC;
  if (until != NULL)
    pm_timestamp_parse (until, &until_us);
  return until_us <= now_us ? 0 : until_us;
}

void
pm_api_incident_mute (PmCall *call)
{
  GError *error = NULL;
  gint64 id = pm_call_id (call), until_us = read_until (call);
  PmIncident incident;
  g_autoptr (PmArena) arena = pm_arena_new ();
  if (id == 0)
    return;
  if (pm_call_begin (call, &error) &&
      pm_call_end (call,
                   pm_verb_incident_mute (call->context, id, call->actor, until_us, arena,
                                          &incident, &error),
                   &error))
    answer (call, &incident, until_us == 0 ? "unmute" : "mute");
  else
    pm_call_failed (call, error);
}

void
pm_api_health_mute (PmCall *call)
{
  GError *error = NULL;
  gint64 id = pm_call_id (call), until_us = read_until (call);
  if (id == 0)
    return;
  if (!pm_call_begin (call, &error) ||
      !pm_call_end (call, pm_verb_health_mute (call->context, id, call->actor, until_us, &error),
                    &error)) {
    pm_call_failed (call, error);
    return;
  }
  if (call->dry_run) {
    pm_call_dry_run (call, "%s service %" G_GINT64_FORMAT, until_us == 0 ? "unmute" : "mute", id);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "serviceId", id);
  pm_json_member_time (&json, "mutedUntil", until_us);
  pm_json_end_object (&json);
}
