#pragma once

#include "base/json-writer.h"
#include "model/service.h"
#include "registry/health.h"

G_BEGIN_DECLS

/* Health as the API, the CLI and events give it. */

/* Members: "serviceId", "projectId", "projectName" (pm_service_write_project_name), "serviceName",
 * "host" (where it runs), "port", then "state", "since", "failing", "lastChecked",
 * "lastUp", "latencyUs", "kind", "target", "cause", "causedBy", "certificateExpires", "mutedUntil".
 */
void pm_health_write_json_members (PmJsonWriter *json, const PmService *service,
                                   const PmHealthState *state);

/* Members: "id", those of the service as above, "opened", "closed", "cause", "ended",
 * "causedBy", "acknowledged", "acknowledgedBy", "note", "mutedUntil", "durationSeconds". */
void pm_incident_write_json_members (PmJsonWriter *json, const PmService *service,
                                     const PmIncident *incident);

/* A number, or null where it is 0. */
void pm_json_member_id (PmJsonWriter *json, const char *key, gint64 id);

G_END_DECLS
