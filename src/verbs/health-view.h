#pragma once

#include "model/snapshot.h"
#include "registry/health.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* Health as it is shown: every service with its state, uptime, latencies and incident, worst first;
 * and the course of one over time. Percentiles come out of histograms that were added up, never out
 * of percentiles. */

/* Counts over a day, a week and thirty days (the latter two by days of UTC, today's among them). */
typedef struct {
  PmHealthRollup day, week, month; /* latencies: of the day and the week */
} PmHealthTrend;

/* Looks that were up, in a hundred that tell anything; negative: none does. */
double pm_health_uptime (const PmHealthRollup *rollup);

typedef struct {
  const PmService *service;
  PmHealthState state;
  gint64 incident;    /* the open one's id; 0 none */
  guint n_dependants; /* that are down because of this */
  PmHealthTrend *trend;
} PmHealthItem;

typedef struct {
  guint up, down, unknown; /* services; together all there are */
  guint failing;           /* of those that are up: the last look failed */
  guint caused;            /* of those that are down: because of another */
  guint muted;
} PmHealthSummary;

typedef struct {
  PmArena *arena;
  GArray *services;        /* of PmService */
  GArray *items;           /* of PmHealthItem: those that match, worst first */
  GArray *incidents;       /* of PmIncident: open, newest first */
  PmHealthSummary summary; /* of all services, whatever the filter */
  GPtrArray *trends;
} PmHealthView;

/* `filter` NULL or "": all. Without `with_trends` every trend is NULL. */
PmHealthView *pm_verb_health_view (PmContext *context, const char *filter, gboolean with_trends,
                                   GError **error);
void pm_health_view_free (PmHealthView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmHealthView, pm_health_view_free)

/* --- over time --- */

/* "1h", "24h", "7d", "30d", "1y": how far back, and in which steps. */
typedef struct {
  const char *word;
  gint64 length_s, step_s;
  gint64 span; /* of the rollups that it is made of */
} PmHealthRange;

const PmHealthRange *pm_health_range (const char *word); /* NULL: there is none */
extern const char *const pm_health_range_words[];

/* Appends a point (of PmHealthRollup) for each step of the range, oldest first, also where nothing
 * was seen. Several services' are added up. */
gboolean pm_verb_health_series (PmRegistry *registry, const gint64 *service_ids, guint n,
                                const PmHealthRange *range, GArray *points, GError **error);

G_END_DECLS
