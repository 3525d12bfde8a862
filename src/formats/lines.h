#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* Lines and blanks, as the scanners of line-based syntaxes see them. A carriage return is a blank:
 * so a line that ends in CR LF needs no rule of its own. Offsets are absolute. */

static inline gboolean
pm_line_is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* Where the line that holds `at` ends: its newline, or `length`. */
static inline guint32
pm_line_end (const char *bytes, guint32 at, guint32 length)
{
  const char *newline = memchr (bytes + at, '\n', length - at);
  return newline == NULL ? length : (guint32) (newline - bytes);
}

/* The first byte from `at` on, before `end`, that is no blank; else `end`. */
static inline guint32
pm_line_skip_blanks (const char *bytes, guint32 at, guint32 end)
{
  while (at < end && pm_line_is_blank (bytes[at]))
    at++;
  return at;
}

/* Behind the last byte from `start` on, before `end`, that is no blank; else `start`. */
static inline guint32
pm_line_trim (const char *bytes, guint32 start, guint32 end)
{
  while (end > start && pm_line_is_blank (bytes[end - 1]))
    end--;
  return end;
}

/* Whether the text from `start` to the line's end is an action of a template engine and nothing
 * else:
 * {% if x %}, {{ end }}, {# … #}, <% end %>. */
static inline gboolean
pm_line_is_template (const char *bytes, guint32 start, guint32 line_end)
{
  guint32 end = pm_line_trim (bytes, start, line_end);
  if (end - start < 4)
    return FALSE;
  char open = bytes[start], kind = bytes[start + 1];
  char closes = kind == '{' ? '}' : kind;
  return ((open == '{' && (kind == '%' || kind == '{' || kind == '#')) ||
          (open == '<' && kind == '%')) &&
         bytes[end - 2] == closes && bytes[end - 1] == (open == '<' ? '>' : '}');
}

G_END_DECLS
