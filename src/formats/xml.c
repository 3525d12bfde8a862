/* XML 1.0, on tree-sitter. An element is a map with its name, which may repeat; its attributes have
 * the key `@name`, its text `#text`, one scalar for each run between two elements, without the
 * white space around it. An element of nothing but text is a scalar. Comments, processing
 * instructions and document types are not read, nor are entities that a document type declares.
 *
 * DESIGN
 * The grammar's scanner takes time with the square of the nesting, so the depth is counted before.
 * Text is put together from pieces when the content that holds it is entered; the walk then goes on
 * with the elements inside. */

#include <string.h>

#include "formats/format.h"
#include "formats/grammars.h"
#include "formats/syntax-tree.h"

enum {
  XML_ELEMENT = 1,
  XML_START,
  XML_EMPTY,
  XML_END,
  XML_CONTENT,
  XML_TEXT,
  XML_REFERENCE,
  XML_CDATA, /* with its brackets */
  XML_CDATA_TEXT,
  XML_ATTRIBUTE,
  XML_ATTRIBUTE_VALUE,
  XML_NAME,
  XML_SKIPPED,
};

/* --- text --- */

typedef struct {
  const char *name;
  gunichar character;
} Entity;

/* XML 1.0, 4.6. */
static const Entity entities[] = {
    {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''},
};

static gunichar
decode_reference (const char *text, gsize length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (entities); i++)
    if (strlen (entities[i].name) == length && memcmp (entities[i].name, text, length) == 0)
      return entities[i].character;
  if (length < 4 || length > 12 || text[1] != '#')
    return 0;
  gboolean hexadecimal = text[2] == 'x';
  g_autofree char *digits =
      g_strndup (text + (hexadecimal ? 3 : 2), length - (hexadecimal ? 4 : 3));
  if (digits[strspn (digits, hexadecimal ? "0123456789abcdefABCDEF" : "0123456789")] != '\0')
    return 0;
  guint64 character = g_ascii_strtoull (digits, NULL, hexadecimal ? 16 : 10);
  return character > 0 && character <= 0x10ffff && g_unichar_validate ((gunichar) character)
             ? (gunichar) character
             : 0;
}

/* Appends [span) to the scratch text, its references decoded, and says where its bytes stand. */
static void
append_decoded (PmSyntax *syntax, PmSpan span)
{
  const char *bytes = syntax->bytes;
  GString *text = syntax->text;
  guint32 at = span.start;
  pm_builder_segment (syntax->builder, (guint32) text->len, at);
  while (at < span.end) {
    const char *end = bytes[at] == '&' ? memchr (bytes + at, ';', MIN (span.end - at, 12)) : NULL;
    gsize length = end == NULL ? 0 : (gsize) (end - (bytes + at)) + 1;
    gunichar character = length == 0 ? 0 : decode_reference (bytes + at, length);
    if (character == 0) {
      g_string_append_c (text, bytes[at++]);
      continue;
    }
    pm_builder_segment (syntax->builder, (guint32) text->len, at);
    g_string_append_unichar (text, character);
    at += (guint32) length;
    pm_builder_segment (syntax->builder, (guint32) text->len, at);
  }
}

/* A value that may hold references. */
static void
add_value (PmSyntax *syntax, const PmSyntaxFrame *frame, PmScalar *scalar)
{
  PmSpan span = scalar->span;
  if (memchr (syntax->bytes + span.start, '&', pm_span_length (span)) != NULL) {
    g_string_truncate (syntax->text, 0);
    append_decoded (syntax, span);
    scalar->value = syntax->text->str;
    scalar->value_length = syntax->text->len;
  }
  pm_syntax_scalar (syntax, frame, scalar);
}

/* Text that runs from the first of its pieces to the last one; CDATA is a run of its own. */
typedef struct {
  PmSpan span;
  gboolean is_cdata;
} Run;

static PmSpan
trimmed (const PmSyntax *syntax, PmSpan span)
{
  while (span.start < span.end && g_ascii_isspace (syntax->bytes[span.start]))
    span.start++;
  while (span.end > span.start && g_ascii_isspace (syntax->bytes[span.end - 1]))
    span.end--;
  return span;
}

static void
add_run (PmSyntax *syntax, const PmSyntaxFrame *frame, Run run)
{
  PmScalar scalar = {
      .span = trimmed (syntax, run.span),
      .quoting = run.is_cdata ? PM_QUOTING_BLOCK : PM_QUOTING_NONE,
  };
  if (scalar.span.start == scalar.span.end)
    return;
  if (run.is_cdata)
    pm_syntax_scalar (syntax, frame, &scalar);
  else
    add_value (syntax, frame, &scalar);
}

static PmSpan
cdata_text (const PmSyntax *syntax, TSNode node)
{
  g_autoptr (GArray) texts = pm_syntax_children (syntax, node, XML_CDATA_TEXT, XML_CDATA_TEXT);
  if (texts->len > 0)
    return g_array_index (texts, PmSpan, 0);
  guint32 end = pm_syntax_span (syntax, node).end;
  return (PmSpan){end, end};
}

/* Adds each run of text among the children of a content. */
static void
add_text (PmSyntax *syntax, const PmSyntaxFrame *frame, TSNode content)
{
  Run run = {{0, 0}, FALSE};
  TSTreeCursor cursor = ts_tree_cursor_new (content);
  for (gboolean more = ts_tree_cursor_goto_first_child (&cursor); more;
       more = ts_tree_cursor_goto_next_sibling (&cursor)) {
    TSNode child = ts_tree_cursor_current_node (&cursor);
    guint8 type = pm_syntax_type (syntax, child);
    PmSpan span = pm_syntax_span (syntax, child);
    gboolean text = type == XML_TEXT || type == XML_REFERENCE;
    if (text && span.start == run.span.end && run.span.end > 0) {
      run.span.end = span.end;
      continue;
    }
    add_run (syntax, frame, run);
    run = (Run){{0, 0}, FALSE};
    if (text)
      run.span = span;
    else if (type == XML_CDATA)
      run = (Run){cdata_text (syntax, child), TRUE};
  }
  ts_tree_cursor_delete (&cursor);
  add_run (syntax, frame, run);
}

/* --- what is broken inside of a node --- */

/* A reference without its semicolon, and the like. */
static gboolean
has_broken_text (const PmSyntax *syntax, TSNode content)
{
  gboolean is_broken = FALSE;
  TSTreeCursor cursor = ts_tree_cursor_new (content);
  for (gboolean more = ts_node_has_error (content) && ts_tree_cursor_goto_first_child (&cursor);
       more && !is_broken; more = ts_tree_cursor_goto_next_sibling (&cursor)) {
    TSNode child = ts_tree_cursor_current_node (&cursor);
    guint8 type = pm_syntax_type (syntax, child);
    is_broken = type >= XML_TEXT && type <= XML_CDATA && ts_node_has_error (child);
  }
  ts_tree_cursor_delete (&cursor);
  return is_broken;
}

/* --- elements --- */

static PmKey
name_key (PmSyntax *syntax, TSNode node)
{
  g_autoptr (GArray) names = pm_syntax_children (syntax, node, XML_NAME, XML_NAME);
  PmSpan start = pm_syntax_span (syntax, node);
  return pm_syntax_key (syntax, names->len > 0 ? g_array_index (names, PmSpan, 0)
                                               : (PmSpan){start.start, start.start});
}

static gboolean
has_child (const PmSyntax *syntax, TSNode node, guint8 type)
{
  if (ts_node_is_null (node))
    return FALSE;
  g_autoptr (GArray) children = pm_syntax_children (syntax, node, type, type);
  return children->len > 0;
}

static gboolean
enter_element (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  TSNode start = ts_node_named_child (frame->node, 0);
  TSNode content = ts_node_named_child (frame->node, 1);
  if (pm_syntax_type (syntax, content) != XML_CONTENT)
    content = (TSNode){0};
  frame->key = name_key (syntax, start);
  if (!has_child (syntax, start, XML_ATTRIBUTE) && !has_child (syntax, content, XML_ELEMENT) &&
      !has_child (syntax, content, PM_SYNTAX_ERROR)) {
    pm_syntax_note_error_inside (syntax, frame);
    if (!ts_node_is_null (content))
      add_text (syntax, frame, content);
    return FALSE;
  }
  pm_syntax_open (syntax, frame, PM_NODE_MAP);
  return TRUE;
}

static gboolean
enter_content (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  guint16 flags = frame->flags;
  frame->key = (PmKey){"#text", strlen ("#text"), {frame->span.start, frame->span.start}};
  frame->flags |= has_broken_text (syntax, frame->node) ? PM_NODE_BROKEN : 0;
  add_text (syntax, frame, frame->node);
  frame->flags = flags;
  frame->key = PM_NO_KEY;
  return TRUE;
}

static gboolean
enter_attribute (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  PmKey name = name_key (syntax, frame->node);
  g_autoptr (GString) key = g_string_new ("@");
  g_string_append_len (key, name.text, (gssize) name.length);
  frame->key = pm_syntax_key_text (syntax, key->str, key->len, name.span);
  return TRUE;
}

static void
add_attribute_value (PmSyntax *syntax, const PmSyntaxFrame *frame)
{
  PmSpan outer = frame->span;
  char quote = syntax->bytes[outer.start];
  PmScalar scalar = {
      .span = {MIN (outer.start + 1, outer.end), outer.end},
      .outer = outer,
      .quoting = quote == '"' ? PM_QUOTING_DOUBLE : PM_QUOTING_SINGLE,
  };
  if (scalar.span.end > scalar.span.start && syntax->bytes[outer.end - 1] == quote)
    scalar.span.end--;
  add_value (syntax, frame, &scalar);
}

/* In an ERROR a start without its end is a name for the text behind it. */
static gboolean
enter_in_error (PmSyntax *syntax, PmSyntaxFrame *error, PmSyntaxFrame *frame)
{
  if (frame->type == XML_START)
    error->key = name_key (syntax, frame->node);
  if (frame->type == XML_TEXT)
    add_run (syntax, error, (Run){frame->span, FALSE});
  return frame->type != XML_TEXT;
}

static gboolean
xml_enter (PmSyntax *syntax, PmSyntaxFrame *parent, PmSyntaxFrame *frame)
{
  if (parent->type == PM_SYNTAX_ERROR && !enter_in_error (syntax, parent, frame))
    return FALSE;
  switch (frame->type) {
  case XML_ELEMENT:
    return enter_element (syntax, frame);
  case XML_CONTENT:
    return enter_content (syntax, frame);
  case XML_ATTRIBUTE:
    return enter_attribute (syntax, frame);
  case XML_ATTRIBUTE_VALUE:
    pm_syntax_note_error_inside (syntax, frame);
    add_attribute_value (syntax, frame);
    return FALSE;
  case XML_TEXT:
  case XML_REFERENCE:
  case XML_CDATA:
  case XML_NAME:
  case XML_END:
  case XML_SKIPPED:
    pm_syntax_note_error_inside (syntax, frame);
    return FALSE;
  default:
    return TRUE;
  }
}

static const PmSyntaxType types[] = {
    {"element", XML_ELEMENT},
    {"STag", XML_START},
    {"EmptyElemTag", XML_EMPTY},
    {"ETag", XML_END},
    {"content", XML_CONTENT},
    {"CharData", XML_TEXT},
    {"EntityRef", XML_REFERENCE},
    {"CharRef", XML_REFERENCE},
    {"CDSect", XML_CDATA},
    {"CData", XML_CDATA_TEXT},
    {"Attribute", XML_ATTRIBUTE},
    {"AttValue", XML_ATTRIBUTE_VALUE},
    {"Name", XML_NAME},
    {"Comment", XML_SKIPPED},
    {"PI", XML_SKIPPED},
    {"XMLDecl", XML_SKIPPED},
    {"StyleSheetPI", XML_SKIPPED},
    {"XmlModelPI", XML_SKIPPED},
    {"doctypedecl", XML_SKIPPED},
    {NULL, 0},
};

static const PmSyntaxLanguage xml = {
    .title = "XML",
    .grammar = tree_sitter_xml,
    .types = types,
    .enter = xml_enter,
};

/* Where tags nest deeper than the builder would take, or 0. Counts high: a start without its end,
 * as HTML has it, is one more level for the parser, too. */
static guint32
too_deep_at (const char *bytes, gsize start, gsize length)
{
  guint depth = 0;
  for (gsize at = start; at + 1 < length; at++) {
    if (bytes[at] == '/' && bytes[at + 1] == '>' && depth > 0)
      depth--;
    if (bytes[at] != '<')
      continue;
    if (bytes[at + 1] == '/')
      depth = depth > 0 ? depth - 1 : 0;
    else if (bytes[at + 1] != '!' && bytes[at + 1] != '?' && ++depth > PM_BUILDER_DEEPEST)
      return (guint32) at;
  }
  return 0;
}

static void
xml_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  guint32 deep = too_deep_at (bytes, start, length);
  if (deep > 0)
    pm_builder_problem (builder, deep, "nested deeper than %d levels; not read",
                        PM_BUILDER_DEEPEST);
  else
    pm_syntax_read (&xml, builder, bytes, start, length);
}

static char *
xml_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  if (quoting == PM_QUOTING_BLOCK) /* CDATA */
    return strstr (text, "]]") == NULL ? g_strdup (text) : NULL;
  GString *escaped = g_string_new (NULL);
  for (const char *c = text; *c != '\0'; c++) {
    gsize i = 0;
    while (i < G_N_ELEMENTS (entities) && entities[i].character != (guchar) *c)
      i++;
    if (i < G_N_ELEMENTS (entities))
      g_string_append (escaped, entities[i].name);
    else
      g_string_append_c (escaped, *c);
  }
  return g_string_free (escaped, FALSE);
}

const PmFormat pm_format_xml = {
    .name = "xml",
    .most_bytes = PM_FORMAT_LIBRARY_MOST_BYTES,
    .grammar = "XML 1.0",
    .parse = xml_parse,
    .escape = xml_escape,
};
