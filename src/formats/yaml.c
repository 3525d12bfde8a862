/* YAML 1.2 and 1.1, and templates of it.
 *
 * DESIGN
 * Most files keep to a part of YAML that yaml-subset.c reads fast. libfyaml reads the rest of what
 * is well-formed (yaml-library.c). What it refuses, or what is nested too deep for its use of
 * memory, is read by our own tolerant reader (yaml-lines.c). Each gives events, of
 * which one tree is built (yaml-tree.c). What stands behind the place where the library gave up is
 * flagged as broken. A file with template actions is tried as it is, since actions may well stand
 * in strings, and then with the actions masked (yaml-template.c). */

#include "formats/yaml.h"

#include <string.h>

#include "formats/yaml-events.h"
#include "formats/yaml-lines.h"
#include "formats/yaml-subset.h"
#include "formats/yaml-template.h"

guint
pm_yaml_n_documents (const PmDocument *document)
{
  PmNodeId id = pm_document_node (document, 0)->first_child;
  if (id == 0 || (pm_document_node (document, id)->flags & PM_NODE_DOCUMENT) == 0)
    return 1;
  guint n = 0;
  for (; id != 0; id = pm_document_node (document, id)->next_sibling)
    n++;
  return n;
}

PmNodeId
pm_yaml_document (const PmDocument *document, guint index)
{
  PmNodeId id = pm_document_node (document, 0)->first_child;
  if (id == 0 || (pm_document_node (document, id)->flags & PM_NODE_DOCUMENT) == 0)
    return 0;
  while (index-- > 0 && pm_document_node (document, id)->next_sibling != 0)
    id = pm_document_node (document, id)->next_sibling;
  return id;
}

/* Between a key's colon and its value stand properties, blanks and a comment. */
gboolean
pm_yaml_has_tag (const PmDocument *document, PmNodeId value, const char *tag)
{
  const PmNode *node = pm_document_node (document, value);
  gsize length = strlen (tag);
  if (pm_span_length (node->key_span) == 0 || node->outer.start < node->key_span.end)
    return FALSE;
  const char *at = document->bytes + node->key_span.end;
  const char *end = document->bytes + node->outer.start;
  const char *colon = memchr (at, ':', (gsize) (end - at));
  for (at = colon == NULL ? end : colon + 1; at < end && strchr ("#\r\n", *at) == NULL;) {
    gsize word = 0;
    while (at + word < end && strchr (" \t\r\n", at[word]) == NULL)
      word++;
    if (word == length && memcmp (at, tag, length) == 0)
      return TRUE;
    at += MAX (word, 1);
  }
  return FALSE;
}

/* --- reading --- */

static gboolean
has_more_than (const PmYamlSource *source, char byte, guint most)
{
  const char *end = source->masked + source->length;
  guint n = 0;
  for (const char *at = source->masked + source->start;
       (at = memchr (at, byte, (gsize) (end - at))) != NULL; at++)
    if (++n > most)
      return TRUE;
  return FALSE;
}

/* More flow levels than that may be open at once. Few files have half as many brackets of either
 * kind, so those are looked for at the speed of memory. */
static gboolean
may_nest_brackets (const PmYamlSource *source)
{
  const char *text = source->masked;
  guint depth = 0;
  if (!has_more_than (source, '[', PM_BUILDER_DEEPEST / 2) &&
      !has_more_than (source, '{', PM_BUILDER_DEEPEST / 2))
    return FALSE;
  for (guint32 at = source->start; at < source->length; at++) {
    if ((text[at] == '[' || text[at] == '{') && ++depth > PM_BUILDER_DEEPEST)
      return TRUE;
    if ((text[at] == ']' || text[at] == '}') && depth > 0)
      depth--;
  }
  return FALSE;
}

/* More block levels than that: each indent is one, and each dash on the way to it. */
static gboolean
may_nest_indents (const PmYamlSource *source)
{
  guint32 indents[PM_BUILDER_DEEPEST];
  guint n = 0;
  const char *text = source->masked, *end = text + source->length;
  for (const char *line = text + source->start; line != NULL && line < end;) {
    const char *at = line;
    gboolean opens;
    do {
      while (at < end && *at == ' ')
        at++;
      if (at == end || pm_yaml_is_break (*at))
        break;
      while (n > 0 && indents[n - 1] >= (guint32) (at - line))
        n--;
      if (n == PM_BUILDER_DEEPEST)
        return TRUE;
      indents[n++] = (guint32) (at - line);
      opens = strchr ("-?:", *at) != NULL && at + 1 < end && pm_yaml_is_blank (at[1]);
      at++;
    } while (opens);
    line = memchr (at, '\n', (gsize) (end - at));
    line = line == NULL ? NULL : line + 1;
  }
  return FALSE;
}

/* An estimate on the high side: brackets count wherever they stand. A wrong guess only means that
 * our own reader reads the file. */
static gboolean
may_be_too_deep (const PmYamlSource *source)
{
  return may_nest_brackets (source) || may_nest_indents (source);
}

/* Where the first byte stands that is not ASCII. */
static gsize
ascii_length (const char *text, gsize length)
{
  gsize at = 0;
  for (guint64 word; at + sizeof word <= length; at += sizeof word) {
    memcpy (&word, text + at, sizeof word);
    if ((word & G_GUINT64_CONSTANT (0x8080808080808080)) != 0)
      break;
  }
  while (at < length && (guchar) text[at] < 0x80)
    at++;
  return at;
}

/* *ret_offset: of the first byte that is none. Text without NULs is asked. */
static gboolean
is_utf8 (const char *text, gsize length, guint32 *ret_offset)
{
  gsize ascii = ascii_length (text, length);
  const char *end;
  if (g_utf8_validate_len (text + ascii, length - ascii, &end))
    return TRUE;
  *ret_offset = (guint32) (end - text);
  return FALSE;
}

/* The library loops for ever on directives that are no UTF-8, and nests as deep as it is asked to:
 * it gets neither to see. */
static gboolean
read_well_formed (const PmYamlSource *source, GArray *events, guint32 *ret_offset,
                  char **ret_reason)
{
  if (pm_yaml_read_subset (source, events))
    return TRUE;
  if (may_be_too_deep (source))
    return FALSE;
  if (is_utf8 (source->masked, source->length, ret_offset))
    return pm_yaml_read_with_library (source, events, ret_offset, ret_reason);
  *ret_reason = g_strdup ("holds bytes that are no UTF-8");
  return FALSE;
}

/* Whether a template's action was read as a map in a map. */
static gboolean
took_action_for_map (const PmYamlSource *source, const GArray *events)
{
  for (guint i = 0; i < events->len; i++) {
    const PmYamlEvent *event = &g_array_index (events, PmYamlEvent, i);
    guint32 at = event->span.start;
    if (event->kind == PM_YAML_MAP && at + 1 < source->length && source->bytes[at] == '{' &&
        source->bytes[at + 1] == '{')
      return TRUE;
  }
  return FALSE;
}

/* Reads text that holds template actions. Whether a template is well-formed shows only when it is
 * filled in, so what cannot be read here is no problem of the file. */
static void
read_template (PmYamlSource *source, const char *masked, GArray *events)
{
  guint32 offset;
  g_autofree char *as_it_is = NULL, *as_masked = NULL;
  if (read_well_formed (source, events, &offset, &as_it_is) &&
      !took_action_for_map (source, events))
    return;
  source->masked = masked;
  g_array_set_size (events, 0);
  gboolean shifted = memchr (masked, PM_YAML_NO_WIDTH, source->length) != NULL;
  if (!shifted && read_well_formed (source, events, &offset, &as_masked))
    return;
  g_array_set_size (events, 0);
  pm_yaml_read_lines (source, events);
}

/* Returns where the text is broken. */
static guint32
read_plain (PmBuilder *builder, const PmYamlSource *source, GArray *events)
{
  guint32 broken_from = G_MAXUINT32;
  g_autofree char *reason = NULL;
  if (read_well_formed (source, events, &broken_from, &reason))
    return broken_from;
  if (reason != NULL)
    pm_builder_problem (builder, broken_from, "%s", reason);
  g_array_set_size (events, 0);
  pm_yaml_read_lines (source, events);
  return broken_from;
}

static void
yaml_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  g_autoptr (GArray) actions = g_array_new (FALSE, FALSE, sizeof (PmSpan));
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (PmYamlEvent));
  g_autofree char *masked = pm_yaml_mask_templates (bytes, (guint32) length, actions);
  PmYamlSource source = {
      .bytes = bytes,
      .masked = bytes,
      .start = (guint32) start,
      .length = (guint32) length,
      .actions = masked == NULL ? NULL : actions,
  };
  guint32 broken_from = G_MAXUINT32;
  if (masked != NULL)
    read_template (&source, masked, events);
  else
    broken_from = read_plain (builder, &source, events);
  pm_yaml_build_tree (builder, &source, events, broken_from);
}

/* --- writing --- */

static gboolean
has_control (const char *text)
{
  for (; *text != '\0'; text++)
    if (((guchar) *text < 0x20 && *text != '\t') || *text == 0x7f)
      return TRUE;
  return FALSE;
}

static gboolean
has_edge_blank (const char *text)
{
  gsize length = strlen (text);
  return length > 0 && (pm_yaml_is_blank (text[0]) || pm_yaml_is_blank (text[length - 1]));
}

/* Words that a plain scalar may not become, since they are no text (YAML 1.1's included). */
static gboolean
is_special_word (const char *text)
{
  static const char *const words[] = {"~",   "null", "true", "false", "yes", "no", "on",
                                      "off", "y",    "n",    "---",   "...", "<<"};
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strcasecmp (text, words[i]) == 0)
      return TRUE;
  return FALSE;
}

/* 2222:22 is a number to readers of YAML 1.1 (base 60). */
static gboolean
is_base_60 (const char *text)
{
  const char *at = text + strspn (text, "0123456789_");
  if (at == text || *at != ':')
    return FALSE;
  while (*at == ':') {
    gsize digits = strspn (at + 1, "0123456789");
    if (digits == 0 || digits > 2 || (digits == 2 && at[1] > '5'))
      return FALSE;
    at += 1 + digits;
  }
  return *at == '\0';
}

static gboolean
stays_plain (const char *text, gboolean whole)
{
  gsize length = strlen (text);
  if (has_control (text) || has_edge_blank (text) || strchr (text, '\t') != NULL ||
      strstr (text, ": ") != NULL || strstr (text, " #") != NULL)
    return FALSE;
  if (length > 0 && strchr ("[]{}#*&!|>'\"%@`,", text[0]) != NULL)
    return FALSE;
  if (!whole)
    return TRUE;
  if (length == 0 || text[length - 1] == ':' || is_special_word (text) || is_base_60 (text))
    return FALSE;
  return strchr ("-?:", text[0]) == NULL || (length > 1 && text[1] != ' ');
}

static char *
escape_double (const char *text)
{
  GString *escaped = g_string_new (NULL);
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '\n')
      g_string_append (escaped, "\\n");
    else if (*c == '\t')
      g_string_append (escaped, "\\t");
    else if ((guchar) *c < 0x20 || *c == 0x7f)
      g_string_append_printf (escaped, "\\x%02x", (guchar) *c);
    else if (*c == '"' || *c == '\\')
      g_string_append_printf (escaped, "\\%c", *c);
    else
      g_string_append_c (escaped, *c);
  }
  return g_string_free (escaped, FALSE);
}

static char *
escape_single (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "'", -1);
  return g_strjoinv ("''", parts);
}

/* Whether a plain scalar stands inside [ ] or { } is not known here: text that would end there is
 * found by pm_rewrite_verify. */
static char *
yaml_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  switch (quoting) {
  case PM_QUOTING_DOUBLE:
    return escape_double (text);
  case PM_QUOTING_SINGLE:
    return has_control (text) ? NULL : escape_single (text);
  case PM_QUOTING_BLOCK:
    return has_control (text) || has_edge_blank (text) ? NULL : g_strdup (text);
  case PM_QUOTING_NONE:
    return stays_plain (text, whole) ? g_strdup (text) : NULL;
  default:
    return NULL;
  }
}

const PmFormat pm_format_yaml = {
    .name = "yaml",
    .most_bytes = PM_FORMAT_LIBRARY_MOST_BYTES,
    .grammar = "YAML 1.2.2, Go templates and Jinja in it",
    .parse = yaml_parse,
    .escape = yaml_escape,
};
