/* DESIGN
 * Days are counted by the proleptic Gregorian calendar in eras of 400 years that begin on March
 * 1st, so that the leap day is the last of its year. Arithmetic only: no time zone database, no
 * locale. */

#include "base/timestamp.h"

#include <string.h>

#define US_PER_SECOND G_GINT64_CONSTANT (1000000)
#define SECONDS_PER_DAY G_GINT64_CONSTANT (86400)
#define FIRST_SECOND G_GINT64_CONSTANT (-62167219200) /* 0000-01-01T00:00:00Z */
#define LAST_SECOND G_GINT64_CONSTANT (253402300799)  /* 9999-12-31T23:59:59Z */
#define DAYS_TO_1970 719468                           /* from 0000-03-01 */

typedef struct {
  gint64 year;
  guint month, day;
} Date;

static gint64
days_of_date (Date date)
{
  gint64 year = date.month <= 2 ? date.year - 1 : date.year;
  gint64 era = (year >= 0 ? year : year - 399) / 400;
  gint64 year_of_era = year - era * 400;
  gint64 day_of_year =
      (153 * ((gint64) date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         DAYS_TO_1970;
}

static Date
date_of_days (gint64 days)
{
  days += DAYS_TO_1970;
  gint64 era = (days >= 0 ? days : days - 146096) / 146097;
  gint64 day_of_era = days - era * 146097;
  gint64 year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  gint64 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  gint64 month_from_march = (5 * day_of_year + 2) / 153;
  Date date = {
      .year = year_of_era + era * 400 + (month_from_march >= 10 ? 1 : 0),
      .month = (guint) (month_from_march < 10 ? month_from_march + 3 : month_from_march - 9),
      .day = (guint) (day_of_year - (153 * month_from_march + 2) / 5 + 1),
  };
  return date;
}

const char *
pm_timestamp_format (gint64 time_us, char buffer[PM_TIMESTAMP_SIZE])
{
  time_us = CLAMP (time_us, FIRST_SECOND * US_PER_SECOND, (LAST_SECOND + 1) * US_PER_SECOND - 1);
  gint64 seconds = time_us / US_PER_SECOND, fraction = time_us % US_PER_SECOND;
  if (fraction < 0) {
    fraction += US_PER_SECOND;
    seconds--;
  }
  gint64 days = seconds / SECONDS_PER_DAY, rest = seconds % SECONDS_PER_DAY;
  if (rest < 0) {
    rest += SECONDS_PER_DAY;
    days--;
  }
  Date date = date_of_days (days);
  g_snprintf (buffer, PM_TIMESTAMP_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%06uZ", (guint) date.year,
              date.month, date.day, (guint) (rest / 3600), (guint) (rest / 60 % 60),
              (guint) (rest % 60), (guint) fraction);
  return buffer;
}

/* Exactly `count` digits, then moves behind them. */
static gboolean
take_number (const char **at, guint count, guint *ret_number)
{
  guint number = 0;
  for (guint i = 0; i < count; i++) {
    char c = (*at)[i];
    if (!g_ascii_isdigit (c))
      return FALSE;
    number = number * 10 + (guint) (c - '0');
  }
  *at += count;
  *ret_number = number;
  return TRUE;
}

static gboolean
take_char (const char **at, const char *any_of)
{
  if (**at == '\0' || strchr (any_of, **at) == NULL)
    return FALSE;
  (*at)++;
  return TRUE;
}

static gboolean
take_fraction (const char **at, gint64 *ret_us)
{
  gint64 us = 0, unit = US_PER_SECOND / 10;
  if (!g_ascii_isdigit (**at))
    return FALSE;
  for (; g_ascii_isdigit (**at); (*at)++, unit /= 10)
    us += (**at - '0') * unit;
  *ret_us = us;
  return TRUE;
}

static gboolean
take_offset (const char **at, gint64 *ret_seconds)
{
  if (take_char (at, "Zz")) {
    *ret_seconds = 0;
    return TRUE;
  }
  gboolean west = **at == '-';
  guint hours, minutes;
  if (!take_char (at, "+-") || !take_number (at, 2, &hours) || !take_char (at, ":") ||
      !take_number (at, 2, &minutes) || hours > 23 || minutes > 59)
    return FALSE;
  gint64 seconds = hours * 3600 + minutes * 60;
  *ret_seconds = west ? -seconds : seconds;
  return TRUE;
}

gboolean
pm_timestamp_parse (const char *text, gint64 *ret_time_us)
{
  guint year, month, day, hour, minute, second;
  gint64 fraction = 0, offset;
  const char *at = text;
  if (!take_number (&at, 4, &year) || !take_char (&at, "-") || !take_number (&at, 2, &month) ||
      !take_char (&at, "-") || !take_number (&at, 2, &day) || !take_char (&at, "Tt ") ||
      !take_number (&at, 2, &hour) || !take_char (&at, ":") || !take_number (&at, 2, &minute) ||
      !take_char (&at, ":") || !take_number (&at, 2, &second))
    return FALSE;
  if (take_char (&at, ".") && !take_fraction (&at, &fraction))
    return FALSE;
  if (!take_offset (&at, &offset) || *at != '\0')
    return FALSE;
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 60)
    return FALSE;

  Date date = {year, month, day};
  gint64 days = days_of_date (date);
  Date back = date_of_days (days);
  if (back.month != month || back.day != day)
    return FALSE;
  gint64 seconds = days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second - offset;
  *ret_time_us = seconds * US_PER_SECOND + fraction;
  return TRUE;
}
