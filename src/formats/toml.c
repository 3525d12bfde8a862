/* TOML 1.0 (toml.io), on tree-sitter. Tables and dotted keys are maps inside maps, arrays of tables
 * are lists of maps, whatever the order in the file: [a], [b], [a.c] give one map a. Multi-line
 * strings have PM_QUOTING_BLOCK.
 *
 * DESIGN
 * The builder cannot open a container twice, so the tables of a file are sorted by where the first
 * one of their name stands, and then each is written with the containers that it shares with the
 * one before kept open. Dotted keys within a table share theirs in the same way, if they follow
 * each other. Values go through the common walk. */

#include <string.h>

#include "formats/format.h"
#include "formats/grammars.h"
#include "formats/syntax-tree.h"

#define MOST_PARTS 64

enum {
  TOML_DOCUMENT = 1,
  TOML_TABLE,
  TOML_TABLE_ELEMENT,
  TOML_PAIR,
  TOML_BARE_KEY,
  TOML_QUOTED_KEY,
  TOML_DOTTED_KEY,
  TOML_STRING,
  TOML_PLAIN,
  TOML_ARRAY,
  TOML_INLINE_TABLE,
  TOML_COMMENT,
};

enum { KEY_IS_READ = 1 << 0 }; /* a frame's role: read_pair has read the key of the pair below */

static const PmEscapeStyle basic_style = {
    .letters = "btnfr",
    .meanings = "\b\t\n\f\r",
    .unicode = TRUE,
    .long_unicode = TRUE,
    .joins_lines = TRUE,
    .trims_lines = TRUE,
};

/* --- keys --- */

typedef struct {
  PmKey parts[MOST_PARTS];
  guint n_parts;
} KeyPath;

static PmKey
read_key (PmSyntax *syntax, TSNode node)
{
  PmSpan span = pm_syntax_span (syntax, node);
  if (pm_syntax_type (syntax, node) != TOML_QUOTED_KEY || pm_span_length (span) < 2)
    return pm_syntax_key (syntax, span);
  gboolean basic = syntax->bytes[span.start] == '"';
  PmSpan inner = {span.start + 1, span.end - 1};
  g_autoptr (GString) text = g_string_new (NULL);
  if (basic && pm_escapes_decode (NULL, syntax->bytes, inner, &basic_style, text))
    return pm_syntax_key_text (syntax, text->str, text->len, inner);
  return pm_syntax_key (syntax, inner);
}

/* A dotted key nests to the left: its parts come last first. */
static void
read_path (PmSyntax *syntax, TSNode node, KeyPath *path)
{
  path->n_parts = 0;
  while (pm_syntax_type (syntax, node) == TOML_DOTTED_KEY && path->n_parts + 1 < MOST_PARTS) {
    TSNode last = ts_node_named_child (node, 1);
    path->parts[path->n_parts++] = read_key (syntax, last);
    node = ts_node_named_child (node, 0);
  }
  if (pm_syntax_type (syntax, node) == TOML_DOTTED_KEY)
    pm_builder_problem (syntax->builder, pm_syntax_span (syntax, node).start,
                        "a key of more than %d parts", MOST_PARTS);
  path->parts[path->n_parts++] = read_key (syntax, node);
  for (guint i = 0; i < path->n_parts / 2; i++) {
    PmKey swapped = path->parts[i];
    path->parts[i] = path->parts[path->n_parts - 1 - i];
    path->parts[path->n_parts - 1 - i] = swapped;
  }
}

static TSNode
key_of (const PmSyntax *syntax, TSNode node)
{
  guint32 count = MIN (ts_node_named_child_count (node), 3);
  for (guint32 i = 0; i < count; i++) {
    TSNode child = ts_node_named_child (node, i);
    guint8 type = pm_syntax_type (syntax, child);
    if (type >= TOML_BARE_KEY && type <= TOML_DOTTED_KEY)
      return child;
  }
  return (TSNode){0};
}

/* --- containers that are open --- */

typedef struct {
  PmKey key;
  gboolean is_list; /* of tables; its last element is open as well */
} Level;

typedef struct {
  PmSyntax *syntax;
  GArray *levels; /* of Level */
} Open;

static gboolean
same_key (PmKey a, PmKey b)
{
  return a.length == b.length && memcmp (a.text, b.text, a.length) == 0;
}

static void
close_to (Open *open, guint depth, guint32 end)
{
  while (open->levels->len > depth) {
    Level *level = &g_array_index (open->levels, Level, open->levels->len - 1);
    pm_builder_close (open->syntax->builder, end);
    if (level->is_list)
      pm_builder_close (open->syntax->builder, end);
    g_array_set_size (open->levels, open->levels->len - 1);
  }
}

static void
open_level (Open *open, PmKey key, gboolean is_list)
{
  PmBuilder *builder = open->syntax->builder;
  Level level = {key, is_list};
  pm_builder_open (builder, is_list ? PM_NODE_LIST : PM_NODE_MAP, key, key.span.start);
  if (is_list)
    pm_builder_open (builder, PM_NODE_MAP, PM_NO_KEY, key.span.start);
  g_array_append_val (open->levels, level);
}

/* Opens `parts` below the first `base` levels, keeping what is open of them already. */
static void
reach (Open *open, guint base, const PmKey *parts, guint n_parts, gboolean new_element, guint32 at)
{
  guint shared = 0;
  while (shared < n_parts && base + shared < open->levels->len &&
         same_key (g_array_index (open->levels, Level, base + shared).key, parts[shared]))
    shared++;
  close_to (open, base + shared, at);
  if (new_element && shared == n_parts && n_parts > 0) {
    Level last = g_array_index (open->levels, Level, base + shared - 1);
    if (last.is_list) {
      pm_builder_close (open->syntax->builder, at);
      pm_builder_open (open->syntax->builder, PM_NODE_MAP, PM_NO_KEY, at);
      return;
    }
  }
  for (guint i = shared; i < n_parts; i++)
    open_level (open, parts[i], new_element && i + 1 == n_parts);
}

/* --- tables in order --- */

typedef struct {
  TSNode node;
  KeyPath path;
  guint ranks[MOST_PARTS]; /* of each prefix: which table had it first */
  guint index;
} Table;

static gint
compare_tables (gconstpointer a, gconstpointer b)
{
  const Table *left = *(const Table *const *) a, *right = *(const Table *const *) b;
  guint n_parts = MIN (left->path.n_parts, right->path.n_parts);
  for (guint i = 0; i < n_parts; i++)
    if (left->ranks[i] != right->ranks[i])
      return left->ranks[i] < right->ranks[i] ? -1 : 1;
  return left->index < right->index ? -1 : 1;
}

static void
rank (GHashTable *ranks, Table *table)
{
  g_autoptr (GString) prefix = g_string_new (NULL);
  for (guint i = 0; i < table->path.n_parts; i++) {
    gpointer found;
    g_string_append_len (prefix, table->path.parts[i].text, (gssize) table->path.parts[i].length);
    g_string_append_c (prefix, '\n');
    if (!g_hash_table_lookup_extended (ranks, prefix->str, NULL, &found)) {
      found = GUINT_TO_POINTER (g_hash_table_size (ranks));
      g_hash_table_insert (ranks, g_strdup (prefix->str), found);
    }
    table->ranks[i] = GPOINTER_TO_UINT (found);
  }
}

/* A table may stand once (toml.io, "Table"); one below an array of tables once for each element.
 * The key of `seen` is therefore the path with the number of elements so far at each of its parts.
 */
static void
check_once (PmSyntax *syntax, GHashTable *elements, GHashTable *seen, const Table *table)
{
  gboolean is_element = pm_syntax_type (syntax, table->node) == TOML_TABLE_ELEMENT;
  g_autoptr (GString) path = g_string_new (NULL), place = g_string_new (NULL);
  for (guint i = 0; i < table->path.n_parts; i++) {
    const PmKey *part = &table->path.parts[i];
    g_string_append_len (path, part->text, (gssize) part->length);
    g_string_append_c (path, '\n');
    guint count = GPOINTER_TO_UINT (g_hash_table_lookup (elements, path->str));
    if (is_element && i + 1 == table->path.n_parts)
      g_hash_table_insert (elements, g_strdup (path->str), GUINT_TO_POINTER (++count));
    g_string_append_len (place, part->text, (gssize) part->length);
    g_string_append_printf (place, "\n%u\n", count);
  }
  if (is_element || g_hash_table_add (seen, g_strdup (place->str)))
    return;
  g_strdelimit (path->str, "\n", '.');
  g_string_truncate (path, path->len - 1);
  g_autofree char *name = g_utf8_make_valid (path->str, (gssize) path->len);
  pm_builder_problem (
      syntax->builder, pm_syntax_span (syntax, table->node).start,
      "the table [%s] is given twice, which is no TOML: put its keys under the first "
      "one",
      name);
}

static void
check_all_once (PmSyntax *syntax, const GPtrArray *tables)
{
  g_autoptr (GHashTable) elements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < tables->len; i++)
    check_once (syntax, elements, seen, tables->pdata[i]);
}

/* toml.io, "Key/Value Pair": a newline or the file's end is behind it. The grammar takes another
 * pair there, too. */
static gboolean
ends_its_line (const PmSyntax *syntax, guint32 at)
{
  while (at < syntax->length && (syntax->bytes[at] == ' ' || syntax->bytes[at] == '\t'))
    at++;
  return at >= syntax->length || strchr ("\r\n#", syntax->bytes[at]) != NULL;
}

static void
read_pair (Open *open, guint base, const PmSyntaxFrame *from, TSNode pair)
{
  KeyPath path;
  guint32 start = pm_syntax_span (open->syntax, pair).start;
  PmSyntaxFrame frame = *from;
  read_path (open->syntax, key_of (open->syntax, pair), &path);
  reach (open, base, path.parts, path.n_parts - 1, FALSE, start);
  if (!ends_its_line (open->syntax, pm_syntax_span (open->syntax, pair).end)) {
    pm_builder_problem (open->syntax->builder, start,
                        "a key and its value need a line of their own");
    frame.flags |= PM_NODE_BROKEN;
  }
  frame.role = KEY_IS_READ;
  frame.key = path.parts[path.n_parts - 1];
  pm_syntax_walk (open->syntax, &frame, pair);
}

/* The pairs of a table, or of the document before its first one. Tables are added to `tables`. */
static void
read_body (Open *open, const PmSyntaxFrame *from, TSNode body, GPtrArray *tables)
{
  PmSyntax *syntax = open->syntax;
  guint base = open->levels->len;
  TSTreeCursor cursor = ts_tree_cursor_new (body);
  for (gboolean more = ts_tree_cursor_goto_first_child (&cursor); more;
       more = ts_tree_cursor_goto_next_sibling (&cursor)) {
    TSNode child = ts_tree_cursor_current_node (&cursor);
    guint8 type = pm_syntax_type (syntax, child);
    if ((type == TOML_TABLE || type == TOML_TABLE_ELEMENT) && tables != NULL) {
      Table *table = g_new0 (Table, 1);
      table->node = child;
      table->index = tables->len;
      read_path (syntax, key_of (syntax, child), &table->path);
      g_ptr_array_add (tables, table);
    } else if (type == TOML_PAIR) {
      read_pair (open, base, from, child);
    } else if (type == PM_SYNTAX_ERROR || ts_node_is_missing (child)) {
      close_to (open, base, pm_syntax_span (syntax, child).start);
      pm_syntax_walk (syntax, from, child);
    }
  }
  ts_tree_cursor_delete (&cursor);
  close_to (open, base, pm_syntax_span (syntax, body).end);
}

static void
read_document (PmSyntax *syntax, const PmSyntaxFrame *from)
{
  Open open = {syntax, g_array_new (FALSE, FALSE, sizeof (Level))};
  g_autoptr (GPtrArray) tables = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) ranks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  read_body (&open, from, from->node, tables);
  check_all_once (syntax, tables);
  for (guint i = 0; i < tables->len; i++)
    rank (ranks, tables->pdata[i]);
  g_ptr_array_sort (tables, compare_tables);

  guint32 end = from->span.start;
  for (guint i = 0; i < tables->len; i++) {
    const Table *table = tables->pdata[i];
    PmSpan span = pm_syntax_span (syntax, table->node);
    gboolean element = pm_syntax_type (syntax, table->node) == TOML_TABLE_ELEMENT;
    reach (&open, 0, table->path.parts, table->path.n_parts, element, span.start);
    read_body (&open, from, table->node, NULL);
    end = MAX (end, span.end);
  }
  close_to (&open, 0, end);
  g_array_unref (open.levels);
}

/* --- values --- */

/* \b, \t, \n, \f, \r, \", \\, \uXXXX, \UXXXXXXXX; at a line's end white space (TOML 1.0,
 * "String"). Those that TOML 1.1 adds, \e and \xHH, the grammar does not know. `at` is behind the
 * backslash. */
static gboolean
is_escape (const char *bytes, guint32 at, guint32 end, gboolean block)
{
  char c = at < end ? bytes[at] : '\0';
  if (c == '\0')
    return FALSE;
  if (strchr (" \t\r\n", c) != NULL)
    return block;
  guint n_digits = c == 'u' ? 4 : c == 'U' ? 8 : 0;
  for (guint i = 1; i <= n_digits; i++)
    if (at + i >= end || !g_ascii_isxdigit (bytes[at + i]))
      return FALSE;
  return n_digits > 0 || strchr ("btnfr\"\\", c) != NULL;
}

/* The grammar reads on behind a string's end where an escape before it is none, and calls nothing
 * wrong. */
static void
check_basic (PmSyntax *syntax, PmSyntaxFrame *frame, PmSpan inner, gboolean block)
{
  for (guint32 at = inner.start; at < inner.end; at++) {
    char c = syntax->bytes[at];
    if (c == '\\' ? is_escape (syntax->bytes, at + 1, inner.end, block) : c != '"' || block) {
      at += c == '\\';
      continue;
    }
    pm_builder_problem (syntax->builder, at,
                        c == '"' ? "a string goes on behind its end"
                                 : "an escape that TOML 1.0 does not know");
    frame->flags |= PM_NODE_BROKEN;
    return;
  }
}

static void
read_string (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  const char *bytes = syntax->bytes;
  PmSpan inner = frame->span;
  char quote = bytes[inner.start];
  guint32 marks = pm_span_length (inner) >= 6 && bytes[inner.start + 1] == quote &&
                          bytes[inner.start + 2] == quote
                      ? 3
                      : 1;
  inner.start = MIN (inner.start + marks, inner.end);
  if (inner.end - inner.start >= marks && bytes[inner.end - 1] == quote)
    inner.end -= marks;
  if (marks == 3 && inner.start < inner.end && bytes[inner.start] == '\r')
    inner.start++;
  if (marks == 3 && inner.start < inner.end && bytes[inner.start] == '\n')
    inner.start++;
  pm_syntax_note_error_inside (syntax, frame);
  if (quote == '"')
    check_basic (syntax, frame, inner, marks == 3);
  PmScalar scalar = {
      .span = inner,
      .outer = frame->span,
      .quoting = marks == 3     ? PM_QUOTING_BLOCK
                 : quote == '"' ? PM_QUOTING_DOUBLE
                                : PM_QUOTING_SINGLE,
  };
  pm_syntax_template (syntax, frame, &scalar, quote == '"' ? &basic_style : NULL, NULL, 0);
}

static gboolean
enter_pair (PmSyntax *syntax, const PmSyntaxFrame *parent, PmSyntaxFrame *frame)
{
  KeyPath path;
  frame->role = 0;
  if ((parent->role & KEY_IS_READ) != 0)
    return TRUE;
  read_path (syntax, key_of (syntax, frame->node), &path);
  frame->key = PM_NO_KEY;
  for (guint i = 0; i < path.n_parts; i++) {
    frame->key = path.parts[i];
    if (i + 1 < path.n_parts)
      pm_syntax_open (syntax, frame, PM_NODE_MAP);
  }
  return TRUE;
}

/* A table that the parser could not place: where it stands. */
static gboolean
enter_table (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  KeyPath path;
  read_path (syntax, key_of (syntax, frame->node), &path);
  for (guint i = 0; i < path.n_parts; i++) {
    frame->key = path.parts[i];
    pm_syntax_open (syntax, frame, PM_NODE_MAP);
  }
  return TRUE;
}

static gboolean
toml_enter (PmSyntax *syntax, PmSyntaxFrame *parent, PmSyntaxFrame *frame)
{
  switch (frame->type) {
  case TOML_DOCUMENT:
    read_document (syntax, frame);
    return FALSE;
  case TOML_TABLE:
  case TOML_TABLE_ELEMENT:
    return enter_table (syntax, frame);
  case TOML_PAIR:
    return enter_pair (syntax, parent, frame);
  case TOML_BARE_KEY:
  case TOML_QUOTED_KEY:
    if (parent->type == PM_SYNTAX_ERROR)
      parent->key = read_key (syntax, frame->node);
    return FALSE;
  case TOML_DOTTED_KEY:
    if (parent->type == PM_SYNTAX_ERROR)
      parent->key = pm_syntax_key (syntax, frame->span);
    return FALSE;
  case TOML_STRING:
    read_string (syntax, frame);
    return FALSE;
  case TOML_PLAIN:
    pm_syntax_plain (syntax, frame, 0);
    return FALSE;
  case TOML_ARRAY:
    pm_syntax_open (syntax, frame, PM_NODE_LIST);
    return TRUE;
  case TOML_INLINE_TABLE:
    pm_syntax_open (syntax, frame, PM_NODE_MAP);
    return TRUE;
  case TOML_COMMENT:
    return FALSE;
  default:
    return TRUE;
  }
}

static const PmSyntaxType types[] = {
    {"document", TOML_DOCUMENT},
    {"table", TOML_TABLE},
    {"table_array_element", TOML_TABLE_ELEMENT},
    {"pair", TOML_PAIR},
    {"bare_key", TOML_BARE_KEY},
    {"quoted_key", TOML_QUOTED_KEY},
    {"dotted_key", TOML_DOTTED_KEY},
    {"string", TOML_STRING},
    {"integer", TOML_PLAIN},
    {"float", TOML_PLAIN},
    {"boolean", TOML_PLAIN},
    {"offset_date_time", TOML_PLAIN},
    {"local_date_time", TOML_PLAIN},
    {"local_date", TOML_PLAIN},
    {"local_time", TOML_PLAIN},
    {"array", TOML_ARRAY},
    {"inline_table", TOML_INLINE_TABLE},
    {"comment", TOML_COMMENT},
    {NULL, 0},
};

static const PmSyntaxLanguage toml = {
    .title = "TOML",
    .grammar = tree_sitter_toml,
    .types = types,
    .enter = toml_enter,
};

static void
toml_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  pm_syntax_read (&toml, builder, bytes, start, length);
}

static char *
toml_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  switch (quoting) {
  case PM_QUOTING_DOUBLE:
    return pm_escapes_write (&basic_style, "\"", text);
  case PM_QUOTING_SINGLE:
  case PM_QUOTING_BLOCK: /* of either kind of quotes: what reads the same in both */
    for (const char *c = text; *c != '\0'; c++)
      if (strchr ("'\"\\", *c) != NULL || (guchar) *c < 0x20)
        return NULL;
    return g_strdup (text);
  default:
    break;
  }
  gboolean number = text[0] != '\0' && (text[0] != '0' || text[1] == '\0') &&
                    strspn (text, "0123456789") == strlen (text);
  return whole && number ? g_strdup (text) : NULL;
}

const PmFormat pm_format_toml = {
    .name = "toml",
    .most_bytes = PM_FORMAT_LIBRARY_MOST_BYTES,
    .grammar = "TOML 1.0",
    .parse = toml_parse,
    .escape = toml_escape,
};
