/* Procfiles (Heroku's "The Procfile"; foreman): lines `process: command`.
 *
 * The root is a map of process type → command, each command one scalar. Lines that start with # are
 * comments.
 *
 * DESIGN
 * One line at a time. Which piece of a command is a port is the recogniser's business. */

#include "formats/format.h"
#include "formats/lines.h"
#include "formats/words.h"

#include <string.h>

static void
read_line (PmBuilder *builder, const char *bytes, guint32 start, guint32 line_end)
{
  guint32 end = start;
  while (end < line_end && (g_ascii_isalnum (bytes[end]) || strchr ("_-", bytes[end]) != NULL))
    end++;
  if (end == start || end == line_end || bytes[end] != ':') {
    pm_builder_problem (builder, start, "no “process: command”; the line is not read");
    return;
  }
  PmKey key = {bytes + start, end - start, {start, end}};
  guint32 command = pm_line_skip_blanks (bytes, end + 1, line_end);
  PmScalar scalar = {.span = {command, pm_line_trim (bytes, command, line_end)}};
  pm_builder_scalar (builder, key, &scalar);
}

static void
procfile_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  guint32 at = (guint32) start, end = (guint32) length;
  while (at < end && !pm_builder_is_full (builder)) {
    guint32 line_end = pm_line_end (bytes, at, end);
    guint32 first = pm_line_skip_blanks (bytes, at, line_end);
    if (first < line_end && bytes[first] != '#' && !pm_line_is_template (bytes, first, line_end))
      read_line (builder, bytes, first, line_end);
    at = line_end + 1;
  }
}

static char *
procfile_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  return pm_words_escape_bare (text, "");
}

const PmFormat pm_format_procfile = {
    .name = "procfile",
    .most_bytes = PM_FORMAT_OWN_MOST_BYTES,
    .grammar = "Heroku's Procfile",
    .parse = procfile_parse,
    .escape = procfile_escape,
};
