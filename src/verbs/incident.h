#pragma once

#include "registry/health.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* What people say about incidents. Each is an event of its own, with the incident as it is then:
 * incident.acknowledged, incident.muted, health.muted. */

#define PM_INCIDENT_ERROR (pm_incident_error_quark ())
GQuark pm_incident_error_quark (void);
typedef enum {
  PM_INCIDENT_ERROR_CLOSED, /* it is over: there is nothing to say any more */
} PmIncidentError;

/* Somebody looks after it. Text lies in the arena. */
gboolean pm_verb_incident_acknowledge (PmContext *context, gint64 id, const char *actor,
                                       const char *note, PmArena *arena, PmIncident *ret_incident,
                                       GError **error);

/* No messages about it until then; 0 ends that. */
gboolean pm_verb_incident_mute (PmContext *context, gint64 id, const char *actor, gint64 until_us,
                                PmArena *arena, PmIncident *ret_incident, GError **error);

/* The same of a service, whatever becomes of it: also of the incident that is open. */
gboolean pm_verb_health_mute (PmContext *context, gint64 service_id, const char *actor,
                              gint64 until_us, GError **error);

G_END_DECLS
