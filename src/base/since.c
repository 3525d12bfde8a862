#include "base/since.h"

#include <string.h>

static gint64
unit_seconds (char unit)
{
  switch (unit) {
  case 's':
    return 1;
  case 'm':
    return 60;
  case 'h':
    return 60 * 60;
  case 'd':
    return 24 * 60 * 60;
  case 'w':
    return 7 * 24 * 60 * 60;
  default:
    return 0;
  }
}

gboolean
pm_since_parse (const char *text, gint64 now_us, gint64 *ret_time_us)
{
  gsize length = strlen (text);
  gint64 seconds = length == 0 ? 0 : unit_seconds (text[length - 1]);
  if (seconds > 0) {
    g_autofree char *digits = g_strndup (text, length - 1);
    guint64 count;
    if (!g_ascii_string_to_unsigned (digits, 10, 0, 1000000, &count, NULL))
      return FALSE;
    *ret_time_us = now_us - (gint64) count * seconds * G_USEC_PER_SEC;
    return TRUE;
  }
  g_autofree char *full =
      strchr (text, 'T') == NULL ? g_strconcat (text, "T00:00:00", NULL) : g_strdup (text);
  g_autoptr (GTimeZone) local = g_time_zone_new_local ();
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (full, local);
  if (time == NULL)
    return FALSE;
  *ret_time_us = g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time);
  return TRUE;
}
