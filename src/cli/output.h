#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Standard output, for commands. Lines and fields are broken at their spaces to fit a terminal. */

/* The terminal's, said once before anything is printed; 0, as in a pipe: lines are as long as they
 * are. */
void pm_output_set_width (guint width);

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

/* The same, where so many cells of the line are printed already. */
void pm_output_field_behind (guint column, const char *name, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
void pm_output_line_behind (guint column, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
