#pragma once

#include "base/json-writer.h"
#include "registry/demand.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* How ports are used over time: how full the pools were, how much comes and goes, which ports
 * several want, and when a pool will be full if it goes on like this. Read from what is counted as
 * it happens (registry/demand.h): as fast after a million leases as after ten. */

typedef struct {
  const char *type;
  guint size;
  guint in_use; /* when it was looked at last */
  guint peak;
  guint taken, released, refused;
  guint n_days;        /* with anything to go by */
  double per_day;      /* how many ports more it uses from day to day: the slope of a straight line
                          through the days' peaks (least squares); 0 with fewer than three days */
  double full_in_days; /* at that rate; negative: not at all */
  guint first_hour, n_hours; /* its part of `hours` */
} PmPoolTrend;

typedef struct {
  PmArena *arena;
  gint64 since_us;
  GArray *hours;     /* PmPoolHour, by pool and hour */
  GArray *pools;     /* PmPoolTrend, those that anything is known of */
  GArray *contested; /* PmPortDemand, most contested first; of all times */
  guint moves;       /* services that changed their port */
} PmPortAnalytics;

PmPortAnalytics *pm_verb_port_analytics (PmContext *context, gint64 since_us, GError **error);
void pm_port_analytics_free (PmPortAnalytics *analytics);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmPortAnalytics, pm_port_analytics_free)

/* {"since","pools":[{"type","size","inUse","peak","taken","released","refused","days","perDay",
 * "fullInDays","hours":[{"time","size","inUse","peak","taken","released","refused"}]}],
 * "contested":[{"port","transport","leased","lost","conflicts","last"}],"moves"} */
void pm_port_analytics_write_json (PmJsonWriter *json, const PmPortAnalytics *analytics);

/* The same from hours alone, which are by pool and hour: fills `pools` (of PmPoolTrend). Pure. */
void pm_pool_trends (const GArray *hours, GArray *pools);

G_END_DECLS
