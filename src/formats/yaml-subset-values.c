/* DESIGN
 * Keys and values for yaml-subset.c. Each function either reads what begins at s->at up to its end,
 * or says FALSE and leaves the rest to the library. What a scalar may begin and go on with is
 * narrower here than the specification allows, wherever readers are known to differ. */

#include "formats/yaml-subset.h"

#include <string.h>

#define FLOW_DEEPEST 32

/* --- plain scalars (chapter 7.3.3) --- */

/* No indicator (chapter 5.3) but for a dash before more text, and a colon before a number or name.
 */
static gboolean
begins_plain (const PmYamlSubset *s, guint32 at)
{
  char c = s->text[at];
  if (c == '-')
    return !pm_yaml_subset_ends_word (s, at + 1) && s->text[at + 1] != '\t';
  if (c == ':')
    return at + 1 < s->length && g_ascii_isalnum (s->text[at + 1]);
  return strchr ("?,[]{}#&*!|>'\"%@`\t", c) == NULL;
}

/* Where the plain text at `at` ends on its line: at a colon, a comment or the line's end, where
 * *ret_stop is. FALSE: it holds what is not read here. */
static gboolean
plain_end (const PmYamlSubset *s, guint32 at, guint32 *ret_end, guint32 *ret_stop)
{
  guint32 i = at;
  for (; i < s->length; i++) {
    char c = s->text[i];
    if (c == '\n' || (c == ':' && pm_yaml_subset_ends_word (s, i + 1)) ||
        (c == '#' && i > at && s->text[i - 1] == ' '))
      break;
    if (c == '\t')
      return FALSE;
  }
  *ret_stop = i;
  while (i > at && s->text[i - 1] == ' ')
    i--;
  *ret_end = i;
  return TRUE;
}

/* Begins the next line that is not blank: its column, or -1 at the end of the text. */
static gint32
next_column (const PmYamlSubset *s, guint32 at, guint32 *ret_line, guint32 *ret_content)
{
  guint32 line = at;
  for (; at < s->length && (s->text[at] == ' ' || s->text[at] == '\n'); at++)
    if (s->text[at] == '\n')
      line = at + 1;
  *ret_line = line;
  *ret_content = at;
  return at == s->length ? -1 : (gint32) (at - line);
}

/* Lines that are indented more than what the scalar stands in continue it. */
static gboolean
take_plain (PmYamlSubset *s, gint32 indent)
{
  guint32 start = s->at, end, stop, line, content;
  if (!begins_plain (s, start) || !plain_end (s, start, &end, &stop))
    return FALSE;
  while (stop == s->length || s->text[stop] == '\n') {
    if (next_column (s, stop, &line, &content) <= indent || s->text[content] == '#')
      break;
    if (strchr ("-?:#\t", s->text[content]) != NULL || !plain_end (s, content, &end, &stop))
      return FALSE;
    s->line = line;
  }
  if (stop < s->length && s->text[stop] == ':')
    return FALSE;
  pm_yaml_subset_add (s, PM_YAML_SCALAR, PM_YAML_PLAIN, (PmSpan){start, end}, indent);
  s->at = s->cursor = end;
  return TRUE;
}

/* --- quoted scalars (chapters 7.3.1, 7.3.2) --- */

/* The closing quote of what begins at `at`, or a line's end before it; 0: there is neither, or what
 * is between is not read here. */
static guint32
quoted_end (const PmYamlSubset *s, guint32 at, char quote)
{
  for (guint32 i = at; i < s->length; i++) {
    char next = i + 1 < s->length ? s->text[i + 1] : '\0';
    if (s->text[i] == '\n') {
      return i;
    } else if (s->text[i] == '\\' && quote == '"') {
      if (next == '\n')
        return i + 1;
      if (next == '\0' || strchr ("\\\"nrt0abefv/ ", next) == NULL)
        return 0;
      i++;
    } else if (s->text[i] == quote) {
      if (quote == '"' || next != '\'')
        return i;
      i++;
    }
  }
  return 0;
}

/* The same for a string that has to end on its first line. */
static guint32
closing_quote (const PmYamlSubset *s, guint32 at)
{
  guint32 end = quoted_end (s, at + 1, s->text[at]);
  return end == 0 || s->text[end] == '\n' ? 0 : end;
}

static gboolean
is_quote (char c)
{
  return c == '"' || c == '\'';
}

static PmYamlStyle
style_of (char quote)
{
  return quote == '"' ? PM_YAML_DOUBLE : PM_YAML_SINGLE;
}

/* Lines that continue it stand in the column of its key at least, as those of collections do: the
 * library is no stricter. */
static gboolean
take_quoted (PmYamlSubset *s, gint32 indent)
{
  char quote = s->text[s->at];
  guint32 start = s->at + 1, end = quoted_end (s, start, quote), content;
  while (end != 0 && s->text[end] == '\n') {
    if (next_column (s, end, &s->line, &content) < MAX (indent, 1) || s->text[content] == '\t')
      return FALSE;
    end = quoted_end (s, content, quote);
  }
  if (end == 0)
    return FALSE;
  pm_yaml_subset_add (s, PM_YAML_SCALAR, style_of (quote), (PmSpan){start, end}, indent);
  s->at = s->cursor = end + 1;
  return TRUE;
}

gboolean
pm_yaml_subset_find_key (const PmYamlSubset *s, PmSpan *ret_span, PmYamlStyle *ret_style,
                         guint32 *ret_colon)
{
  char c = s->text[s->at];
  guint32 end, colon;
  if (is_quote (c)) {
    end = closing_quote (s, s->at);
    colon = end == 0 ? s->length : pm_yaml_subset_skip_spaces (s, end + 1);
    *ret_span = (PmSpan){s->at + 1, end};
    *ret_style = style_of (c);
  } else {
    if (c == ':' || !begins_plain (s, s->at) || !plain_end (s, s->at, &end, &colon))
      return FALSE;
    *ret_span = (PmSpan){s->at, end};
    *ret_style = PM_YAML_PLAIN;
  }
  *ret_colon = colon + 1;
  return colon < s->length && s->text[colon] == ':' && pm_yaml_subset_ends_word (s, colon + 1);
}

/* --- literal and folded scalars (chapter 8.1) --- */

/* Behind the header at s->at: the beginning of the next line. */
static gboolean
block_content (PmYamlSubset *s, guint32 *ret_content)
{
  PmYamlSubset header = *s;
  header.at++;
  if (header.at < s->length && strchr ("+-", s->text[header.at]) != NULL)
    header.at++;
  if (!pm_yaml_subset_line_is_over (&header) || header.at == s->length)
    return FALSE;
  *ret_content = header.at + 1;
  return TRUE;
}

/* A header on a line of its own, text without any content, blank lines deeper than it, and lines
 * between its column and the one of what it stands in are read differently by different readers. */
static gboolean
take_block (PmYamlSubset *s, gint32 indent)
{
  guint32 content, line, first;
  if (pm_yaml_subset_skip_spaces (s, s->line) == s->at || !block_content (s, &content))
    return FALSE;
  gint32 column = next_column (s, content, &line, &first);
  if (column <= indent || s->text[first] == '\t')
    return FALSE;
  for (guint32 at = content; at < line; at++) {
    guint32 end = pm_yaml_subset_skip_spaces (s, at);
    if ((gint32) (end - at) > column)
      return FALSE;
    at = end;
  }
  PmSpan span = {s->at, pm_yaml_block_end (s->source, s->at, indent)};
  pm_yaml_subset_add (s, PM_YAML_SCALAR, PM_YAML_BLOCK, span, indent);
  s->at = s->line = s->cursor = span.end;
  return next_column (s, s->at, &line, &first) <= indent;
}

/* --- flow collections (chapter 7.4) --- */

typedef struct {
  char close;
  gboolean at_value; /* of a mapping: behind a key and its colon */
} Flow;

/* Spaces and line breaks between the tokens of a collection; no comments. */
static gboolean
skip_in_flow (PmYamlSubset *s, gint32 indent)
{
  guint32 line, content;
  gint32 column = next_column (s, s->at, &line, &content);
  if (column < 0 || (line > s->at && column < MAX (indent, 1)))
    return FALSE;
  s->line = line > s->at ? line : s->line;
  s->at = content;
  return TRUE;
}

/* A scalar on one line; a plain one begins and goes on with what has no meaning in collections. */
static gboolean
take_flow_scalar (PmYamlSubset *s, gint32 indent)
{
  guint32 start = s->at, i = start;
  if (is_quote (s->text[start]))
    return take_quoted (s, indent);
  char c = s->text[start];
  gboolean is_dashed =
      c == '-' && i + 1 < s->length && (g_ascii_isalnum (s->text[i + 1]) || s->text[i + 1] == '-');
  if (!is_dashed && strchr ("-?:,[]{}#&*!|>'\"%@`\t", c) != NULL)
    return FALSE;
  for (; i < s->length && strchr (",]}\n", s->text[i]) == NULL; i++) {
    c = s->text[i];
    if (c == ':' && pm_yaml_subset_ends_word (s, i + 1))
      break;
    if (strchr ("[{\t#?", c) != NULL ||
        (c == ':' && !g_ascii_isalnum (s->text[i + 1]) && s->text[i + 1] != '/'))
      return FALSE;
  }
  while (i > start && s->text[i - 1] == ' ')
    i--;
  pm_yaml_subset_add (s, PM_YAML_SCALAR, PM_YAML_PLAIN, (PmSpan){start, i}, indent);
  s->at = s->cursor = i;
  return TRUE;
}

static gboolean
take_flow_colon (PmYamlSubset *s)
{
  s->at = pm_yaml_subset_skip_spaces (s, s->at);
  if (s->at >= s->length || s->text[s->at] != ':' || !pm_yaml_subset_ends_word (s, s->at + 1))
    return FALSE;
  s->at++;
  return TRUE;
}

static void
open_flow (PmYamlSubset *s, Flow *flow)
{
  gboolean is_map = s->text[s->at] == '{';
  PmSpan span = {s->at, s->at + 1};
  pm_yaml_subset_add (s, is_map ? PM_YAML_MAP : PM_YAML_LIST, PM_YAML_PLAIN, span, 0);
  *flow = (Flow){.close = is_map ? '}' : ']'};
  s->cursor = ++s->at;
}

static void
close_flow (PmYamlSubset *s)
{
  s->cursor = ++s->at;
  PmSpan span = {s->cursor, s->cursor};
  pm_yaml_subset_add (s, PM_YAML_CLOSE, PM_YAML_EMPTY, span, 0);
}

/* Behind a node: closes what is closed here, up to a comma and another node. *ret_depth
 * is 0 when all is closed. */
static gboolean
end_flow_node (PmYamlSubset *s, gint32 indent, const Flow *flows, guint *depth)
{
  while (*depth > 0) {
    if (!skip_in_flow (s, indent))
      return FALSE;
    gboolean is_comma = s->text[s->at] == ',';
    s->at += is_comma ? 1 : 0;
    if (is_comma && !skip_in_flow (s, indent))
      return FALSE;
    if (s->text[s->at] != flows[*depth - 1].close)
      return is_comma;
    close_flow (s);
    --*depth;
  }
  return TRUE;
}

/* Each round reads a key with its colon, opens a collection, or reads a scalar. */
static gboolean
take_flow (PmYamlSubset *s, gint32 indent)
{
  Flow flows[FLOW_DEEPEST];
  guint depth = 1;
  open_flow (s, &flows[0]);
  gboolean is_fresh = TRUE; /* nothing was read since the last bracket */
  while (depth > 0) {
    Flow *flow = &flows[depth - 1];
    if (!skip_in_flow (s, indent))
      return FALSE;
    char c = s->text[s->at];
    gboolean at_key = flow->close == '}' && !flow->at_value;
    gboolean is_ended = is_fresh && c == flow->close;
    is_fresh = FALSE;
    if (!is_ended && at_key) {
      if (!take_flow_scalar (s, indent) || !take_flow_colon (s))
        return FALSE;
      flow->at_value = TRUE;
      continue;
    }
    if (!is_ended && (c == '[' || c == '{')) {
      if (depth == FLOW_DEEPEST)
        return FALSE;
      flow->at_value = FALSE;
      open_flow (s, &flows[depth++]);
      is_fresh = TRUE;
      continue;
    }
    if (!is_ended && !take_flow_scalar (s, indent))
      return FALSE;
    flow->at_value = FALSE;
    if (!end_flow_node (s, indent, flows, &depth))
      return FALSE;
  }
  return TRUE;
}

/* --- any value --- */

gboolean
pm_yaml_subset_take_value (PmYamlSubset *s, gint32 indent)
{
  char c = s->text[s->at];
  if (c == '|' || c == '>')
    return take_block (s, indent);
  gboolean is_read = is_quote (c)           ? take_quoted (s, indent)
                     : c == '[' || c == '{' ? take_flow (s, indent)
                                            : take_plain (s, indent);
  return is_read && pm_yaml_subset_line_is_over (s);
}
