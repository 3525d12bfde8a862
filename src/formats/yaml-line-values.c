/* DESIGN
 * What yaml-lines.c needs to know of one line's text: columns, blanks, comments, what ends a key;
 * and the values that stand in it, which may go on over deeper lines. Nothing here opens or closes
 * a level. */

#include "formats/yaml-lines.h"

#include <string.h>

#include "formats/yaml-template.h"

#define TAB_WIDTH 4

/* --- text --- */

static guint32
line_start (const PmYamlLines *l, guint32 at)
{
  while (at > l->source->start && l->text[at - 1] != '\n')
    at--;
  return at;
}

guint32
pm_yaml_column (PmYamlLines *l, guint32 at)
{
  guint32 from = l->column_at;
  if (from > at || memchr (l->text + from, '\n', at - from) != NULL) {
    from = line_start (l, at);
    l->column = 0;
  }
  for (; from < at; from++) {
    if (l->text[from] == '\t')
      l->column = (l->column / TAB_WIDTH + 1) * TAB_WIDTH;
    else if (l->text[from] != PM_YAML_NO_WIDTH)
      l->column++;
  }
  l->column_at = at;
  return l->column;
}

guint32
pm_yaml_skip_blank (const PmYamlLines *l, guint32 at)
{
  while (at < l->length && pm_yaml_is_blank (l->text[at]))
    at++;
  return at;
}

guint32
pm_yaml_line_end (const PmYamlLines *l, guint32 at)
{
  while (at < l->length && !pm_yaml_is_break (l->text[at]))
    at++;
  return at;
}

gboolean
pm_yaml_line_is_over (const PmYamlLines *l, guint32 at)
{
  guint32 behind = pm_yaml_skip_blank (l, at);
  if (behind >= l->length || pm_yaml_is_break (l->text[behind]))
    return TRUE;
  return l->text[behind] == '#' &&
         (behind > at || at == l->source->start || pm_yaml_ends_word (l, at - 1));
}

void
pm_yaml_skip_space (PmYamlLines *l)
{
  while (l->at < l->length) {
    char c = l->text[l->at];
    if (pm_yaml_is_blank (c) || pm_yaml_is_break (c))
      l->at++;
    else if (c == '#' && (l->at == l->source->start || pm_yaml_ends_word (l, l->at - 1)))
      l->at = pm_yaml_line_end (l, l->at);
    else
      break;
  }
}

gboolean
pm_yaml_is_marker (const PmYamlLines *l, guint32 at, const char *marker)
{
  return l->length - at >= 3 && memcmp (l->text + at, marker, 3) == 0 &&
         pm_yaml_ends_word (l, at + 3) && (at == l->source->start || l->text[at - 1] == '\n');
}

/* --- values --- */

void
pm_yaml_take_properties (PmYamlLines *l)
{
  for (;;) {
    guint32 at = pm_yaml_skip_blank (l, l->at);
    if (at >= l->length || (l->text[at] != '&' && l->text[at] != '!'))
      return;
    guint32 end = at + 1;
    while (!pm_yaml_ends_word (l, end) && strchr (",[]{}", l->text[end]) == NULL)
      end++;
    if (l->text[at] == '&')
      l->anchor = (PmSpan){at + 1, end};
    l->at = l->end = end;
  }
}

void
pm_yaml_take_alias (PmYamlLines *l)
{
  guint32 start = l->at++;
  while (!pm_yaml_ends_word (l, l->at) && strchr (",[]{}", l->text[l->at]) == NULL)
    l->at++;
  l->end = l->at;
  pm_yaml_add (l, PM_YAML_ALIAS, PM_YAML_PLAIN, (PmSpan){start, l->at}, 0);
}

/* The closing quote from `at` on, or `limit`. */
static guint32
closing_quote (const PmYamlLines *l, guint32 at, char quote, guint32 limit)
{
  for (; at < limit; at++) {
    if (l->text[at] == '\\' && quote == '"')
      at++;
    else if (l->text[at] == quote && quote == '\'' && at + 1 < limit && l->text[at + 1] == '\'')
      at++;
    else if (l->text[at] == quote)
      return at;
  }
  return limit;
}

/* Where a string of several lines must have ended: before a line that is not indented enough. */
static guint32
quoted_limit (PmYamlLines *l, guint32 at, gint32 indent)
{
  for (at = pm_yaml_line_end (l, at); at < l->length; at = pm_yaml_line_end (l, at)) {
    while (at < l->length && (pm_yaml_is_blank (l->text[at]) || pm_yaml_is_break (l->text[at])))
      at++;
    if (at < l->length && (gint64) pm_yaml_column (l, at) <= indent)
      return line_start (l, at);
  }
  return l->length;
}

void
pm_yaml_take_quoted (PmYamlLines *l, gint32 indent)
{
  char quote = l->text[l->at];
  guint32 start = l->at + 1, this_line = pm_yaml_line_end (l, start);
  guint32 end = closing_quote (l, start, quote, this_line);
  gboolean closed = end < this_line;
  if (!closed) {
    guint32 limit = quoted_limit (l, start, indent);
    guint32 later = closing_quote (l, start, quote, limit);
    closed = later < limit &&
             (pm_yaml_line_is_over (l, later + 1) || strchr (",]}:", l->text[later + 1]) != NULL);
    end = closed ? later : this_line;
  }
  end = MIN (end, l->length);
  l->at = l->end = closed ? end + 1 : end;
  pm_yaml_add (l, PM_YAML_SCALAR, quote == '"' ? PM_YAML_DOUBLE : PM_YAML_SINGLE,
               (PmSpan){start, end}, indent);
}

guint32
pm_yaml_key_end (const PmYamlLines *l, guint32 at)
{
  guint32 end = pm_yaml_line_end (l, at), i = at;
  char c = l->text[at];
  if (c == '"' || c == '\'') {
    i = closing_quote (l, at + 1, c, end);
    guint32 colon = i < end ? pm_yaml_skip_blank (l, i + 1) : end;
    return colon < end && l->text[colon] == ':' && pm_yaml_ends_word (l, colon + 1) ? colon : 0;
  }
  if (strchr ("|>#%@`,]}", c) != NULL)
    return 0;
  guint brackets = 0;
  gboolean flow = c == '[' || c == '{';
  for (; i < end; i++) {
    char here = l->text[i];
    if (flow && (here == '[' || here == '{'))
      brackets++;
    else if (flow && (here == ']' || here == '}') && --brackets == 0)
      flow = FALSE;
    else if (here == '#' && i > at && pm_yaml_is_blank (l->text[i - 1]))
      return 0;
    else if (here == ':' && !flow && pm_yaml_ends_word (l, i + 1))
      return i;
    else if (!flow && brackets == 0 && (c == '[' || c == '{') && !pm_yaml_is_blank (here))
      return 0;
  }
  return 0;
}

gboolean
pm_yaml_is_dash (const PmYamlLines *l, guint32 at)
{
  return l->text[at] == '-' && pm_yaml_ends_word (l, at + 1);
}

/* The end of a plain scalar's text on the line of `at`; whether a comment ends it is told. */
static guint32
plain_end (const PmYamlLines *l, guint32 at, gboolean *ret_comment)
{
  guint32 end = pm_yaml_line_end (l, at);
  *ret_comment = FALSE;
  for (guint32 i = at + 1; i < end; i++)
    if (l->text[i] == '#' && pm_yaml_is_blank (l->text[i - 1])) {
      *ret_comment = TRUE;
      end = i;
    }
  while (end > at && pm_yaml_is_blank (l->text[end - 1]))
    end--;
  return end;
}

/* The text at `at` as a plain scalar with the lines that continue it. */
static void
take_plain (PmYamlLines *l, gint32 indent)
{
  gboolean comment;
  guint32 start = l->at, end = plain_end (l, start, &comment);
  while (!comment) {
    guint32 next = end;
    while (next < l->length &&
           (pm_yaml_is_blank (l->text[next]) || pm_yaml_is_break (l->text[next])))
      next++;
    if (next >= l->length || (gint64) pm_yaml_column (l, next) <= indent || l->text[next] == '#' ||
        pm_yaml_is_dash (l, next) || pm_yaml_key_end (l, next) != 0 ||
        pm_yaml_is_marker (l, next, "---") || pm_yaml_is_marker (l, next, "..."))
      break;
    end = plain_end (l, next, &comment);
  }
  l->at = l->end = end;
  pm_yaml_add (l, PM_YAML_SCALAR, PM_YAML_PLAIN, (PmSpan){start, end}, indent);
}

static gboolean
is_block_header (const PmYamlLines *l, guint32 at)
{
  if (l->text[at] != '|' && l->text[at] != '>')
    return FALSE;
  for (at++; at < l->length && strchr ("+-123456789", l->text[at]) != NULL; at++) {
  }
  return pm_yaml_line_is_over (l, at);
}

void
pm_yaml_take_value (PmYamlLines *l, gint32 indent)
{
  char c = l->text[l->at];
  if (is_block_header (l, l->at)) {
    PmSpan span = {l->at, pm_yaml_block_end (l->source, l->at, indent)};
    pm_yaml_add (l, PM_YAML_SCALAR, PM_YAML_BLOCK, span, indent);
    l->at = l->end = span.end;
    return;
  }
  if (c == '"' || c == '\'')
    pm_yaml_take_quoted (l, indent);
  else if (c == '[' || c == '{')
    pm_yaml_take_flow (l, indent);
  else if (c == '*' && !pm_yaml_ends_word (l, l->at + 1))
    pm_yaml_take_alias (l);
  else
    take_plain (l, indent);
  if (!pm_yaml_line_is_over (l, l->at))
    l->at = pm_yaml_line_end (l, l->at);
}
