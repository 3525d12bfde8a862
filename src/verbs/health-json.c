#include "verbs/health-json.h"

#include "model/service-json.h"

void
pm_json_member_id (PmJsonWriter *json, const char *key, gint64 id)
{
  pm_json_key (json, key);
  if (id == 0)
    pm_json_null (json);
  else
    pm_json_int (json, id);
}

static void
write_service (PmJsonWriter *json, const PmService *service)
{
  pm_json_member_int (json, "serviceId", service->id);
  pm_json_member_string (json, "projectId", service->project_id);
  pm_service_write_project_name (json, service);
  pm_json_member_string (json, "serviceName", pm_service_shown_name (service));
  pm_json_member_string (json, "host", service->host);
  pm_json_member_int (
      json, "port", service->external_port != 0 ? service->external_port : service->internal_port);
}

void
pm_health_write_json_members (PmJsonWriter *json, const PmService *service,
                              const PmHealthState *state)
{
  write_service (json, service);
  pm_json_member_string (json, "state", pm_health_name (state->health));
  pm_json_member_time (json, "since", state->since_us);
  pm_json_member_bool (json, "failing", state->is_failing);
  pm_json_member_time (json, "lastChecked", state->checked_us);
  pm_json_member_time (json, "lastUp", state->last_up_us);
  pm_json_member_int (json, "latencyUs", state->latency_us);
  pm_json_member_string (json, "kind", state->kind);
  pm_json_member_string (json, "target", state->target);
  pm_json_member_string (json, "cause", state->cause);
  pm_json_member_id (json, "causedBy", state->caused_by);
  pm_json_member_time (json, "certificateExpires", state->certificate_expiry * G_USEC_PER_SEC);
  pm_json_member_time (json, "mutedUntil", state->muted_until_us);
}

void
pm_incident_write_json_members (PmJsonWriter *json, const PmService *service,
                                const PmIncident *incident)
{
  gint64 end_us = incident->closed_us != 0 ? incident->closed_us : g_get_real_time ();
  pm_json_member_int (json, "id", incident->id);
  write_service (json, service);
  pm_json_member_time (json, "opened", incident->opened_us);
  pm_json_member_time (json, "closed", incident->closed_us);
  pm_json_member_int (json, "durationSeconds",
                      MAX (0, end_us - incident->opened_us) / G_USEC_PER_SEC);
  pm_json_member_string (json, "cause", incident->cause);
  pm_json_member_string (json, "ended", incident->ended);
  pm_json_member_id (json, "causedBy", incident->caused_by);
  pm_json_member_time (json, "acknowledged", incident->acknowledged_us);
  pm_json_member_string (json, "acknowledgedBy", incident->acknowledged_by);
  pm_json_member_string (json, "note", incident->note);
  pm_json_member_time (json, "mutedUntil", incident->muted_until_us);
}
