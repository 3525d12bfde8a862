#include "notify/timing.h"

#define FIRST_WAIT_S 5
#define LONGEST_WAIT_S 300
#define STORM_CALM_US (3 * G_TIME_SPAN_SECOND)
#define STORM_LONGEST_US (30 * G_TIME_SPAN_SECOND)

static PmSeverity
severity_of (const char *name)
{
  for (PmSeverity severity = PM_SEVERITY_ERROR; severity > PM_SEVERITY_NOTE; severity--)
    if (g_strcmp0 (name, pm_severity_name (severity)) == 0)
      return severity;
  return PM_SEVERITY_NOTE;
}

gboolean
pm_timing_tells (const PmConfigChannel *options, const PmNotice *notice)
{
  if (notice->severity < severity_of (options->severity))
    return FALSE;
  if (options->projects[0] == NULL || notice->project[0] == '\0')
    return TRUE;
  for (char **glob = options->projects; *glob != NULL; glob++)
    if (g_pattern_match_simple (*glob, notice->project))
      return TRUE;
  return FALSE;
}

/* The minutes until the end of the hours; 0: it does not lie in them. */
static guint
minutes_left (const char *hours, guint minute)
{
  guint first, last;
  if (!pm_config_parse_hours (hours, &first, &last))
    return 0;
  if (first < last)
    return minute >= first && minute < last ? last - minute : 0;
  return minute >= first ? last + 24 * 60 - minute : minute < last ? last - minute : 0;
}

gint64
pm_timing_after_quiet (const PmConfigChannel *options, PmSeverity severity, gint64 now_us,
                       GTimeZone *zone)
{
  if (severity == PM_SEVERITY_ERROR)
    return now_us;
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  guint minute = (guint) (g_date_time_get_hour (local) * 60 + g_date_time_get_minute (local));
  guint left = 0;
  for (char **hours = options->quiet_hours; *hours != NULL; hours++)
    left = MAX (left, minutes_left (*hours, minute));
  if (left == 0)
    return now_us;
  /* By the clock on the wall, which may be put forward or back meanwhile. */
  g_autoptr (GDateTime) minute_start =
      g_date_time_add_seconds (local, -g_date_time_get_seconds (local));
  g_autoptr (GDateTime) later = g_date_time_add_minutes (minute_start, (gint) left);
  g_autoptr (GDateTime) end =
      g_date_time_new (zone, g_date_time_get_year (later), g_date_time_get_month (later),
                       g_date_time_get_day_of_month (later), (gint) ((minute + left) / 60 % 24),
                       (gint) ((minute + left) % 60), 0);
  return end == NULL ? now_us : g_date_time_to_unix (end) * G_USEC_PER_SEC;
}

gint64
pm_timing_backoff_us (guint failures, double random)
{
  gint64 wait_s = FIRST_WAIT_S;
  for (guint i = 1; i < failures && wait_s < LONGEST_WAIT_S; i++)
    wait_s *= 2;
  wait_s = MIN (wait_s, LONGEST_WAIT_S);
  return wait_s * G_USEC_PER_SEC + (gint64) ((double) wait_s * random / 5 * G_USEC_PER_SEC);
}

gint64
pm_timing_storm_us (guint n_notices, gint64 created_us, gint64 now_us)
{
  if (n_notices < PM_TIMING_STORM)
    return 0;
  return MIN (now_us + STORM_CALM_US, MIN (created_us, now_us) + STORM_LONGEST_US);
}
