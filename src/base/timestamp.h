#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Points in time as text (RFC 3339) and back. Inside the program they are gint64, microseconds
 * since 1970-01-01T00:00:00Z, as g_get_real_time gives them. */

#define PM_TIMESTAMP_SIZE 28 /* "2026-11-22T19:26:13.123456Z" and its NUL */

/* Always UTC and always of one width, so that texts sort as times do. Years outside 0–9999, which
 * RFC 3339 cannot write, are clamped to its ends. Returns `buffer`. */
const char *pm_timestamp_format (gint64 time_us, char buffer[PM_TIMESTAMP_SIZE]);

/* Reads RFC 3339: date, 'T' or a blank, time, an optional fraction (cut after microseconds), 'Z' or
 * an offset. A leap second reads as the second after it. FALSE on anything else. */
gboolean pm_timestamp_parse (const char *text, gint64 *ret_time_us);

G_END_DECLS
