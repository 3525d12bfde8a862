#pragma once

#include "model/health.h"
#include "model/histogram.h"
#include "registry/registry.h"

G_BEGIN_DECLS

/* What health checks have seen: how each service is now, each look of the last hour, counts by
 * minutes, hours and days, and incidents. Frame, errors and memory as in registry.h. */

/* --- as it is now --- */

/* Of all services that are there and were ever checked, of all hosts, appended (of PmHealthState).
 */
gboolean pm_registry_health (PmRegistry *registry, PmArena *arena, GArray *states, GError **error);

/* Makes it say so, but for what it is muted until, which only pm_registry_health_mute writes. */
gboolean pm_registry_health_put (PmRegistry *registry, const PmHealthState *state, GError **error);

/* No alert of the service until then; 0 ends that. NOT_FOUND: it was never checked. */
gboolean pm_registry_health_mute (PmRegistry *registry, gint64 service_id, gint64 until_us,
                                  GError **error);

gboolean pm_registry_health_muted (PmRegistry *registry, gint64 service_id, gint64 *ret_until_us,
                                   GError **error); /* 0: it is not */

/* --- what was seen --- */

#define PM_HEALTH_MINUTE 60
#define PM_HEALTH_HOUR 3600
#define PM_HEALTH_DAY ((gint64) 86400)

#define PM_HEALTH_SAMPLES_KEPT_S ((gint64) PM_HEALTH_HOUR)
#define PM_HEALTH_MINUTES_KEPT_S (7 * PM_HEALTH_DAY)
#define PM_HEALTH_HOURS_KEPT_S (366 * PM_HEALTH_DAY)
#define PM_HEALTH_DAYS_KEPT_S (3 * 366 * PM_HEALTH_DAY)

/* Looks, in any order: each is kept for an hour, and counted. */
gboolean pm_registry_health_samples (PmRegistry *registry, const PmHealthSample *samples,
                                     guint n_samples, GError **error);

/* Takes away what is older than it is kept. */
gboolean pm_registry_health_prune (PmRegistry *registry, gint64 now_us, GError **error);

/* Counts of one service over one stretch of time. Latencies are those of looks that were up. */
typedef struct {
  gint64 start; /* Unix time in seconds */
  guint64 up, down, unknown;
  PmHistogram latency;
} PmHealthRollup;

/* Adds up, into *ret_sum, what there is of a service in [from, until) by `span`s: PM_HEALTH_MINUTE,
 * HOUR or DAY; `from` is rounded down. */
gboolean pm_registry_health_sum (PmRegistry *registry, gint64 service_id, gint64 span, gint64 from,
                                 gint64 until, PmHealthRollup *ret_sum, GError **error);

/* All services' rows of a span that begin in [from, until), by time; the row is gone when `each`
 * returns. */
typedef void (*PmHealthEach) (gint64 service_id, const PmHealthRollup *row, gpointer data);
gboolean pm_registry_health_each (PmRegistry *registry, gint64 span, gint64 from, gint64 until,
                                  PmHealthEach each, gpointer data, GError **error);

/* The looks of one service since then, oldest first, appended (of PmHealthSample). */
gboolean pm_registry_health_looks (PmRegistry *registry, gint64 service_id, gint64 since_us,
                                   GArray *samples, GError **error);

/* --- incidents --- */

typedef struct {
  gint64 id;
  gint64 service_id;
  gint64 opened_us;
  gint64 closed_us;       /* 0: it is open */
  const char *cause;      /* why the service was down */
  const char *ended;      /* why it is closed; "" it is open */
  gint64 caused_by;       /* what turned out to be the root of it; 0 the service itself */
  gint64 acknowledged_us; /* 0: nobody has */
  const char *acknowledged_by;
  const char *note;
  gint64 muted_until_us; /* 0: it is not */
} PmIncident;

/* Its service must have none that is open (EXISTS). Gives it an id. */
gboolean pm_registry_incident_open (PmRegistry *registry, PmIncident *incident, GError **error);

/* All but id, service, time of opening, as they are here. */
gboolean pm_registry_incident_put (PmRegistry *registry, const PmIncident *incident,
                                   GError **error);

/* NOT_FOUND. */
gboolean pm_registry_incident (PmRegistry *registry, gint64 id, PmArena *arena,
                               PmIncident *ret_incident, GError **error);

typedef struct {
  gboolean only_open;
  gboolean only_own; /* that this host has opened */
  gint64 service_id; /* 0 any */
  gint64 before_id;  /* cursor; 0: from the newest */
  guint limit;       /* 0: 1000 */
} PmIncidentQuery;

/* Newest first, appended (of PmIncident). */
gboolean pm_registry_incidents (PmRegistry *registry, const PmIncidentQuery *query, PmArena *arena,
                                GArray *incidents, GError **error);

G_END_DECLS
