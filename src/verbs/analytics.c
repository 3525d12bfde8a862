#include "verbs/analytics.h"

#include <string.h>

#define MOST_CONTESTED 20
#define HOURS_A_DAY 24
#define FEWEST_DAYS 3
#define HOUR_US (G_GINT64_CONSTANT (3600000000))

/* --- trends --- */

/* Sums of a straight line through (x, y), least squares. */
typedef struct {
  double n, x, y, xx, xy;
} Line;

static void
line_add (Line *line, double x, double y)
{
  line->n += 1;
  line->x += x;
  line->y += y;
  line->xx += x * x;
  line->xy += x * y;
}

static double
line_slope (const Line *line)
{
  double spread = line->n * line->xx - line->x * line->x;
  return spread == 0 ? 0 : (line->n * line->xy - line->x * line->y) / spread;
}

/* The peak of each day that has one: an hour in which something was only given back does not tell
 * how full it was. */
static void
fit_days (const PmPoolHour *hours, guint n_hours, PmPoolTrend *trend)
{
  Line line = {0};
  gint64 first_day = hours[0].hour / HOURS_A_DAY;
  for (guint i = 0; i < n_hours;) {
    gint64 day = hours[i].hour / HOURS_A_DAY;
    guint peak = 0, n_told = 0;
    for (; i < n_hours && hours[i].hour / HOURS_A_DAY == day; i++) {
      peak = MAX (peak, hours[i].peak);
      n_told += hours[i].size > 0;
    }
    if (n_told > 0)
      line_add (&line, (double) (day - first_day), peak);
  }
  trend->n_days = (guint) line.n;
  trend->per_day = trend->n_days < FEWEST_DAYS ? 0 : line_slope (&line);
}

static PmPoolTrend
trend_of (const PmPoolHour *hours, guint n_hours)
{
  PmPoolTrend trend = {.type = hours[0].pool, .n_hours = n_hours, .full_in_days = -1};
  for (guint i = 0; i < n_hours; i++) {
    trend.peak = MAX (trend.peak, hours[i].peak);
    trend.taken += hours[i].taken;
    trend.released += hours[i].released;
    trend.refused += hours[i].refused;
    if (hours[i].size > 0) {
      trend.size = hours[i].size;
      trend.in_use = hours[i].in_use;
    }
  }
  fit_days (hours, n_hours, &trend);
  guint left = trend.size > trend.in_use ? trend.size - trend.in_use : 0;
  if (trend.size > 0 && left == 0)
    trend.full_in_days = 0;
  else if (trend.per_day > 0)
    trend.full_in_days = left / trend.per_day;
  return trend;
}

void
pm_pool_trends (const GArray *hours, GArray *pools)
{
  for (guint i = 0; i < hours->len;) {
    const PmPoolHour *first = &g_array_index (hours, PmPoolHour, i);
    guint n_hours = 1;
    while (i + n_hours < hours->len &&
           strcmp (g_array_index (hours, PmPoolHour, i + n_hours).pool, first->pool) == 0)
      n_hours++;
    PmPoolTrend trend = trend_of (first, n_hours);
    trend.first_hour = i;
    g_array_append_val (pools, trend);
    i += n_hours;
  }
}

/* --- all of it --- */

PmPortAnalytics *
pm_verb_port_analytics (PmContext *context, gint64 since_us, GError **error)
{
  g_autoptr (PmPortAnalytics) analytics = g_new0 (PmPortAnalytics, 1);
  PmRegistry *registry = context->registry;
  analytics->arena = pm_arena_new ();
  analytics->since_us = since_us;
  analytics->hours = g_array_new (FALSE, FALSE, sizeof (PmPoolHour));
  analytics->pools = g_array_new (FALSE, FALSE, sizeof (PmPoolTrend));
  analytics->contested = g_array_new (FALSE, FALSE, sizeof (PmPortDemand));
  if (!pm_registry_pool_hours (registry, since_us, analytics->arena, analytics->hours, error) ||
      !pm_registry_contested_ports (registry, MOST_CONTESTED, analytics->contested, error) ||
      !pm_registry_count_moves (registry, since_us, &analytics->moves, error))
    return NULL;
  pm_pool_trends (analytics->hours, analytics->pools);
  return g_steal_pointer (&analytics);
}

void
pm_port_analytics_free (PmPortAnalytics *analytics)
{
  if (analytics == NULL)
    return;
  g_array_unref (analytics->hours);
  g_array_unref (analytics->pools);
  g_array_unref (analytics->contested);
  pm_arena_free (analytics->arena);
  g_free (analytics);
}

/* --- JSON --- */

static void
write_hours (PmJsonWriter *json, const PmPortAnalytics *analytics, const PmPoolTrend *trend)
{
  pm_json_key (json, "hours");
  pm_json_begin_array (json);
  for (guint i = 0; i < trend->n_hours; i++) {
    const PmPoolHour *hour = &g_array_index (analytics->hours, PmPoolHour, trend->first_hour + i);
    pm_json_begin_object (json);
    pm_json_member_time (json, "time", hour->hour * HOUR_US);
    pm_json_member_int (json, "size", hour->size);
    pm_json_member_int (json, "inUse", hour->in_use);
    pm_json_member_int (json, "peak", hour->peak);
    pm_json_member_int (json, "taken", hour->taken);
    pm_json_member_int (json, "released", hour->released);
    pm_json_member_int (json, "refused", hour->refused);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

static void
write_trend (PmJsonWriter *json, const PmPortAnalytics *analytics, const PmPoolTrend *trend)
{
  pm_json_begin_object (json);
  pm_json_member_string (json, "type", trend->type);
  pm_json_member_int (json, "size", trend->size);
  pm_json_member_int (json, "inUse", trend->in_use);
  pm_json_member_int (json, "peak", trend->peak);
  pm_json_member_int (json, "taken", trend->taken);
  pm_json_member_int (json, "released", trend->released);
  pm_json_member_int (json, "refused", trend->refused);
  pm_json_member_int (json, "days", trend->n_days);
  pm_json_member_double (json, "perDay", trend->per_day);
  pm_json_key (json, "fullInDays");
  if (trend->full_in_days < 0)
    pm_json_null (json);
  else
    pm_json_double (json, trend->full_in_days);
  write_hours (json, analytics, trend);
  pm_json_end_object (json);
}

static void
write_contested (PmJsonWriter *json, const PmPortDemand *demand)
{
  pm_json_begin_object (json);
  pm_json_member_int (json, "port", demand->port);
  pm_json_member_string (json, "transport", pm_transport_name (demand->transport));
  pm_json_member_int (json, "leased", demand->leased);
  pm_json_member_int (json, "lost", demand->lost);
  pm_json_member_int (json, "conflicts", demand->conflicts);
  pm_json_member_time (json, "last", demand->last_us);
  pm_json_end_object (json);
}

void
pm_port_analytics_write_json (PmJsonWriter *json, const PmPortAnalytics *analytics)
{
  pm_json_begin_object (json);
  pm_json_member_time (json, "since", analytics->since_us);
  pm_json_key (json, "pools");
  pm_json_begin_array (json);
  for (guint i = 0; i < analytics->pools->len; i++)
    write_trend (json, analytics, &g_array_index (analytics->pools, PmPoolTrend, i));
  pm_json_end_array (json);
  pm_json_key (json, "contested");
  pm_json_begin_array (json);
  for (guint i = 0; i < analytics->contested->len; i++)
    write_contested (json, &g_array_index (analytics->contested, PmPortDemand, i));
  pm_json_end_array (json);
  pm_json_member_int (json, "moves", analytics->moves);
  pm_json_end_object (json);
}
