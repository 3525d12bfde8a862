/* DESIGN
 * What is read on a terminal is broken at its spaces, so that lines fit; words are never broken: a
 * path or a command can still be copied. In a pipe every line is as long as it is, for grep. */

#include "cli/output.h"

#include <stdio.h>
#include <string.h>

#include "base/cells.h"
#include "base/escape.h"

#define FIELD_COLUMN 14
#define NARROWEST 20 /* below it nothing is broken */

/* The process writes in one way, which is known before it writes anything. */
static guint terminal_width;

void
pm_output_set_width (guint width)
{
  terminal_width = width < NARROWEST ? 0 : width;
}

void
pm_output_json (const GString *json)
{
  fwrite (json->str, 1, json->len, stdout);
  putchar ('\n');
}

/* Where to break a text of which so many cells fit: behind the last word that fits, else behind the
 * first one; 0: nowhere. */
static gsize
break_at (const char *text, guint room)
{
  gsize start = strspn (text, " "), at = pm_cells_fit (text, room);
  while (at > start && text[at] != ' ')
    at--;
  while (at > start && text[at - 1] == ' ')
    at--;
  const char *end = at > start ? text + at : strchr (text + start, ' ');
  return end == NULL ? 0 : (gsize) (end - text);
}

/* From `column` on, further lines from `indent` on. */
static void
print_wrapped (const char *text, guint column, guint indent)
{
  while (terminal_width > 0 && column + pm_cells_width (text) > terminal_width) {
    gsize length = break_at (text, terminal_width - MIN (column, terminal_width));
    if (length == 0)
      break;
    printf ("%.*s\n%*s", (int) length, text, (int) indent, "");
    text += length;
    text += strspn (text, " ");
    column = indent;
  }
  printf ("%s\n", text);
}

static void G_GNUC_PRINTF (2, 0) print_line (guint column, const char *format, va_list arguments)
{
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  g_autofree char *escaped = pm_escape_terminal (text);
  guint leading = (guint) strspn (escaped, " ");
  print_wrapped (escaped, column, MIN (leading, FIELD_COLUMN) + 4);
}

static void G_GNUC_PRINTF (3, 0)
    print_field (guint column, const char *name, const char *format, va_list arguments)
{
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  g_autofree char *escaped = pm_escape_terminal (text);
  printf ("%-*s", FIELD_COLUMN, name);
  print_wrapped (escaped, column + FIELD_COLUMN, column + FIELD_COLUMN);
}

void
pm_output_field (const char *name, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  print_field (0, name, format, arguments);
  va_end (arguments);
}

void
pm_output_field_behind (guint column, const char *name, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  print_field (column, name, format, arguments);
  va_end (arguments);
}

void
pm_output_line (const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  print_line (0, format, arguments);
  va_end (arguments);
}

void
pm_output_line_behind (guint column, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  print_line (column, format, arguments);
  va_end (arguments);
}
