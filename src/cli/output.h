#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Standard output, for commands. */

/* What makes a plural of a regular noun: "%u file%s". */
static inline const char *
pm_output_s (guint64 n)
{
  return n == 1 ? "" : "s";
}

/* One JSON value and a newline. */
void pm_output_json (const GString *json);

/* "  name:  value" with the values in one column; text is escaped for the terminal. */
void pm_output_field (const char *name, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* printf, escaped for the terminal but for the newlines of `format` itself at its end. */
void pm_output_line (const char *format, ...) G_GNUC_PRINTF (1, 2);

G_END_DECLS
