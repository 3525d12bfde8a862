/* DESIGN
 * Each thread keeps one parser and one table (symbol → type) for each language that it met; they go
 * with the thread. The walk is a TSTreeCursor and a stack of frames on the heap: tree-sitter's
 * trees are as deep as their input, so nothing here recurses. Time is the thread's CPU time, so
 * that a busy machine reads the same files as an idle one. Memory is what the thread's parsers
 * hold (syntax-memory.h); after a large file they go, and what it needed with them. A tree that
 * grows large waits for those of other threads to go first. */

#include "formats/syntax-tree.h"

#include <string.h>
#include <time.h>

#include "base/large-work.h"
#include "formats/syntax-memory.h"

#define DEEPEST_WALK 20000
#define NODES_BETWEEN_CLOCKS 2048
#define MOST_KEPT_BYTES (256 * 1024)
#define LARGE_BYTES (4 * 1000 * 1000) /* of which only one thread has a tree at a time */
#define LOOKS_BETWEEN_CLOCKS 16 /* tree-sitter lets look once in a hundred steps: some 20 µs */

/* --- parsers of this thread --- */

typedef struct {
  TSParser *parser; /* NULL: made when it is needed */
  guint n_types;
  guint8 *types;
} Reader;

static void
drop_parser (Reader *reader)
{
  g_clear_pointer (&reader->parser, ts_parser_delete);
}

static void
reader_free (gpointer data)
{
  Reader *reader = data;
  drop_parser (reader);
  g_free (reader->types);
  g_free (reader);
}

static void
readers_free (gpointer data)
{
  g_hash_table_unref (data);
  pm_syntax_memory_give_back ();
}

static GPrivate readers_of_thread = G_PRIVATE_INIT (readers_free);

static guint8
type_by_name (const PmSyntaxType *types, const char *name)
{
  for (; types->name != NULL; types++)
    if (strcmp (types->name, name) == 0)
      return types->type;
  return PM_SYNTAX_OTHER;
}

static Reader *
reader_new (const PmSyntaxLanguage *language)
{
  const TSLanguage *grammar = language->grammar ();
  Reader *reader = g_new0 (Reader, 1);
  reader->n_types = ts_language_symbol_count (grammar);
  reader->types = g_new0 (guint8, reader->n_types);
  for (guint i = 0; i < reader->n_types; i++)
    reader->types[i] =
        type_by_name (language->types, ts_language_symbol_name (grammar, (TSSymbol) i));
  return reader;
}

static TSParser *
parser_new (const PmSyntaxLanguage *language)
{
  TSParser *parser = ts_parser_new ();
  if (!ts_parser_set_language (parser, language->grammar ()))
    g_error ("the %s grammar does not fit the tree-sitter runtime", language->title);
  return parser;
}

static Reader *
reader_for (const PmSyntaxLanguage *language)
{
  GHashTable *readers = g_private_get (&readers_of_thread);
  pm_syntax_memory_begin ();
  if (readers == NULL) {
    readers = g_hash_table_new_full (NULL, NULL, NULL, reader_free);
    g_private_set (&readers_of_thread, readers);
  }
  Reader *reader = g_hash_table_lookup (readers, language);
  if (reader == NULL) {
    reader = reader_new (language);
    g_hash_table_insert (readers, (gpointer) language, reader);
  }
  if (reader->parser == NULL)
    reader->parser = parser_new (language);
  return reader;
}

/* Whatever a large file needed goes, and no parser keeps a piece of it. */
static void
give_back (void)
{
  GHashTableIter at;
  gpointer reader;
  if (pm_syntax_memory_kept_bytes () <= MOST_KEPT_BYTES)
    return;
  g_hash_table_iter_init (&at, g_private_get (&readers_of_thread));
  while (g_hash_table_iter_next (&at, NULL, &reader))
    drop_parser (reader);
  pm_syntax_memory_give_back ();
}

/* --- parsing within the budget --- */

typedef struct {
  const char *bytes;
  gsize length;
} Input;

static const char *
read_input (void *payload, uint32_t at, TSPoint position, uint32_t *ret_length)
{
  const Input *input = payload;
  *ret_length = at >= input->length ? 0 : (uint32_t) (input->length - at);
  return at >= input->length ? "" : input->bytes + at;
}

static gint64
cpu_time_us (void)
{
  struct timespec now;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

typedef struct {
  gint64 deadline_us;
  gsize held_before;
  gboolean is_large;     /* and has its turn */
  gboolean is_too_large; /* given up */
  guint n_looks;
} Budget;

static bool
is_over (TSParseState *state)
{
  Budget *budget = state->payload;
  gsize held = pm_syntax_memory_held_bytes () - budget->held_before;
  if (held > LARGE_BYTES && !budget->is_large) {
    pm_large_work_begin ();
    budget->is_large = TRUE;
  }
  budget->is_too_large = held > PM_SYNTAX_MOST_BYTES;
  if (budget->is_too_large || budget->n_looks++ % LOOKS_BETWEEN_CLOCKS != 0)
    return budget->is_too_large;
  return cpu_time_us () > budget->deadline_us;
}

/* *ret_large: to be ended by pm_large_work_end, when the tree is gone. */
static TSTree *
parse (TSParser *parser, PmSyntax *syntax, gboolean *ret_large)
{
  Input input = {syntax->bytes + syntax->start, syntax->length - syntax->start};
  TSInput source = {.payload = &input, .read = read_input, .encoding = TSInputEncodingUTF8};
  Budget budget = {.deadline_us = syntax->deadline_us,
                   .held_before = pm_syntax_memory_held_bytes ()};
  TSParseOptions options = {.payload = &budget, .progress_callback = is_over};
  TSTree *tree = ts_parser_parse_with_options (parser, NULL, source, options);
  *ret_large = budget.is_large;
  if (tree != NULL)
    return tree;
  ts_parser_reset (parser); /* or the next parse would go on with this one */
  if (budget.is_too_large)
    pm_builder_problem (syntax->builder, syntax->start,
                        "needs more than %d MB to be read; not read",
                        PM_SYNTAX_MOST_BYTES / 1000000);
  else
    pm_builder_problem (syntax->builder, syntax->start, "took longer than %d ms to read; not read",
                        PM_SYNTAX_BUDGET_MS);
  return NULL;
}

/* --- nodes --- */

PmSpan
pm_syntax_span (const PmSyntax *syntax, TSNode node)
{
  if (ts_node_is_null (node))
    return (PmSpan){0, 0};
  guint32 start = syntax->start + ts_node_start_byte (node);
  guint32 end = syntax->start + ts_node_end_byte (node);
  start = MIN (start, syntax->length);
  return (PmSpan){start, CLAMP (end, start, syntax->length)};
}

guint8
pm_syntax_type (const PmSyntax *syntax, TSNode node)
{
  if (ts_node_is_null (node))
    return PM_SYNTAX_OTHER;
  TSSymbol symbol = ts_node_symbol (node);
  if (symbol == (TSSymbol) -1)
    return PM_SYNTAX_ERROR;
  return symbol < syntax->n_types ? syntax->types[symbol] : PM_SYNTAX_OTHER;
}

TSNode
pm_syntax_child (TSNode node, const char *field)
{
  if (ts_node_is_null (node))
    return node;
  return ts_node_child_by_field_name (node, field, (uint32_t) strlen (field));
}

PmKey
pm_syntax_key (const PmSyntax *syntax, PmSpan span)
{
  return (PmKey){syntax->bytes + span.start, pm_span_length (span), span};
}

PmKey
pm_syntax_key_text (PmSyntax *syntax, const char *text, gsize length, PmSpan span)
{
  return (PmKey){pm_arena_strndup (pm_builder_arena (syntax->builder), text, length), length, span};
}

gboolean
pm_syntax_text_is (const PmSyntax *syntax, PmSpan span, const char *text)
{
  gsize length = strlen (text);
  return pm_span_length (span) == length && memcmp (syntax->bytes + span.start, text, length) == 0;
}

/* --- what a language says about a node --- */

static PmKey
key_in_place (const PmSyntaxFrame *frame)
{
  PmKey key = frame->in_list ? PM_NO_KEY : frame->key;
  if (!frame->in_list && key.text == NULL)
    key = (PmKey){"", 0, {frame->span.start, frame->span.start}};
  return key;
}

void
pm_syntax_open (PmSyntax *syntax, PmSyntaxFrame *frame, PmNodeKind kind)
{
  const guint16 of_the_node = PM_NODE_ARGUMENT | PM_NODE_FRAGMENT;
  PmNodeId id = pm_builder_open (syntax->builder, kind, key_in_place (frame), frame->span.start);
  if (id != 0)
    pm_builder_flag (syntax->builder, id, frame->flags & (of_the_node | PM_NODE_BROKEN));
  frame->opened++;
  frame->in_list = kind == PM_NODE_LIST;
  frame->key = PM_NO_KEY;
  frame->flags &= (guint16) ~of_the_node;
  frame->variable = NULL;
}

void
pm_syntax_open_path (PmSyntax *syntax, PmSyntaxFrame *frame, const PmKey *parts, guint n_parts)
{
  if (frame->in_list || frame->key.text != NULL)
    pm_syntax_open (syntax, frame, PM_NODE_MAP);
  while (n_parts > 1) {
    frame->key = parts[--n_parts];
    pm_syntax_open (syntax, frame, PM_NODE_MAP);
  }
  if (n_parts > 0)
    frame->key = parts[0];
}

void
pm_syntax_scalar (PmSyntax *syntax, const PmSyntaxFrame *frame, PmScalar *scalar)
{
  scalar->flags |= frame->flags;
  if (scalar->variable == NULL)
    scalar->variable = frame->variable;
  pm_builder_scalar (syntax->builder, key_in_place (frame), scalar);
}

void
pm_syntax_plain (PmSyntax *syntax, const PmSyntaxFrame *frame, PmNodeFlags flags)
{
  PmScalar scalar = {.span = frame->span, .flags = flags};
  pm_syntax_scalar (syntax, frame, &scalar);
}

GArray *
pm_syntax_children (const PmSyntax *syntax, TSNode node, guint8 first, guint8 last)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (PmSpan));
  TSTreeCursor cursor = ts_tree_cursor_new (node);
  for (gboolean more = ts_tree_cursor_goto_first_child (&cursor); more;
       more = ts_tree_cursor_goto_next_sibling (&cursor)) {
    TSNode child = ts_tree_cursor_current_node (&cursor);
    guint8 type = pm_syntax_type (syntax, child);
    if (type < first || type > last || ts_node_is_missing (child))
      continue;
    PmSpan span = pm_syntax_span (syntax, child);
    g_array_append_val (spans, span);
  }
  ts_tree_cursor_delete (&cursor);
  return spans;
}

/* --- strings with holes --- */

/* A segment for each byte: a piece of more than one cannot be mapped, so it is never replaced. */
static void
append_hole (PmSyntax *syntax, PmSpan hole)
{
  GString *text = syntax->text;
  for (guint32 at = hole.start; at < hole.end; at++)
    pm_builder_segment (syntax->builder, (guint32) text->len + (at - hole.start), at);
  g_string_append_len (text, syntax->bytes + hole.start, pm_span_length (hole));
}

static void
append_piece (PmSyntax *syntax, const PmSyntaxPiece *piece)
{
  GString *text = syntax->text;
  PmSpan span = piece->span;
  const char *bytes = syntax->bytes + span.start;
  if (span.start == span.end)
    return;
  if (piece->is_hole) {
    append_hole (syntax, span);
    return;
  }
  if (piece->style != NULL && memchr (bytes, '\\', pm_span_length (span)) != NULL) {
    pm_escapes_decode (syntax->builder, syntax->bytes, span, piece->style, text);
    return;
  }
  pm_builder_segment (syntax->builder, (guint32) text->len, span.start);
  g_string_append_len (text, bytes, pm_span_length (span));
}

static void
add_decoded (PmSyntax *syntax, const PmSyntaxFrame *frame, PmScalar scalar,
             const PmEscapeStyle *style)
{
  g_string_truncate (syntax->text, 0);
  if (style != NULL &&
      pm_escapes_decode (syntax->builder, syntax->bytes, scalar.span, style, syntax->text)) {
    scalar.value = syntax->text->str;
    scalar.value_length = syntax->text->len;
  }
  pm_syntax_scalar (syntax, frame, &scalar);
}

static void
add_whole (PmSyntax *syntax, const PmSyntaxFrame *frame, PmScalar scalar,
           const PmSyntaxPiece *pieces, guint n_pieces)
{
  g_string_truncate (syntax->text, 0);
  for (guint i = 0; i < n_pieces; i++)
    append_piece (syntax, &pieces[i]);
  if (syntax->text->len == 0) /* ''"": nothing, which is not what the bytes are */
    pm_builder_segment (syntax->builder, 0, scalar.span.start);
  scalar.value = syntax->text->str;
  scalar.value_length = syntax->text->len;
  pm_syntax_scalar (syntax, frame, &scalar);
}

void
pm_syntax_pieces (PmSyntax *syntax, const PmSyntaxFrame *frame, const PmScalar *scalar,
                  const PmSyntaxPiece *pieces, guint n_pieces)
{
  guint n_holes = 0;
  for (guint i = 0; i < n_pieces; i++)
    n_holes += pieces[i].is_hole ? 1 : 0;

  gboolean as_it_stands = n_pieces == 1 && n_holes == 0 &&
                          pm_span_length (pieces[0].span) == pm_span_length (scalar->span);
  if (as_it_stands || pm_span_length (scalar->span) == 0) {
    add_decoded (syntax, frame, *scalar, n_pieces == 0 ? NULL : pieces[0].style);
    return;
  }
  /* Inside another hole, whole texts would grow with the square of the nesting. */
  if (n_holes == 0 || !frame->in_hole)
    add_whole (syntax, frame, *scalar, pieces, n_pieces);
  for (guint i = 0; i < n_pieces && n_holes > 0; i++) {
    PmScalar fragment = *scalar;
    fragment.span = fragment.outer = pieces[i].span;
    fragment.flags |= PM_NODE_FRAGMENT;
    if (!pieces[i].is_hole && pm_span_length (pieces[i].span) > 0)
      add_decoded (syntax, frame, fragment, pieces[i].style);
  }
}

void
pm_syntax_append_pieces (GArray *pieces, PmSpan span, const PmEscapeStyle *style,
                         const PmSpan *holes, guint n_holes)
{
  guint32 at = span.start;
  for (guint i = 0; i < n_holes; i++) {
    /* In a broken place a hole may reach beyond the string that it belongs to. */
    PmSpan inside = {CLAMP (holes[i].start, at, span.end), CLAMP (holes[i].end, at, span.end)};
    PmSyntaxPiece text = {{at, inside.start}, style, FALSE};
    PmSyntaxPiece hole = {inside, NULL, TRUE};
    if (inside.start == inside.end)
      continue;
    if (inside.start > at)
      g_array_append_val (pieces, text);
    g_array_append_val (pieces, hole);
    at = inside.end;
  }
  PmSyntaxPiece rest = {{at, span.end}, style, FALSE};
  if (rest.span.end > at)
    g_array_append_val (pieces, rest);
}

void
pm_syntax_template (PmSyntax *syntax, const PmSyntaxFrame *frame, const PmScalar *scalar,
                    const PmEscapeStyle *style, const PmSpan *holes, guint n_holes)
{
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (PmSyntaxPiece));
  pm_syntax_append_pieces (pieces, scalar->span, style, holes, n_holes);
  pm_syntax_pieces (syntax, frame, scalar, (const PmSyntaxPiece *) (void *) pieces->data,
                    pieces->len);
}

/* --- the walk --- */

typedef struct {
  PmSyntax *syntax;
  TSTreeCursor cursor;
  GArray *frames; /* of PmSyntaxFrame; [0] stands above the root */
  gboolean too_deep;
} Walk;

static PmSyntaxFrame *
top (const Walk *walk)
{
  return &g_array_index (walk->frames, PmSyntaxFrame, walk->frames->len - 1);
}

static void
note_error (Walk *walk, const PmSyntaxFrame *parent, const PmSyntaxFrame *frame)
{
  if ((parent->flags & PM_NODE_BROKEN) != 0)
    return;
  pm_builder_problem (walk->syntax->builder, frame->span.start,
                      "this does not read as %s; values in it are believed less",
                      walk->syntax->language->title);
}

void
pm_syntax_note_error_inside (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  if ((frame->flags & PM_NODE_BROKEN) != 0 || !ts_node_has_error (frame->node))
    return;
  pm_builder_problem (syntax->builder, frame->span.start,
                      "this does not read as %s; values in it are believed less",
                      syntax->language->title);
  frame->flags |= PM_NODE_BROKEN;
}

/* Puts the cursor's node on the stack and asks the language about it. */
static gboolean
enter (Walk *walk)
{
  PmSyntax *syntax = walk->syntax;
  TSNode node = ts_tree_cursor_current_node (&walk->cursor);
  PmSyntaxFrame frame = *top (walk);
  frame.node = node;
  frame.span = pm_syntax_span (syntax, node);
  frame.type = pm_syntax_type (syntax, node);
  frame.field = ts_tree_cursor_current_field_name (&walk->cursor);
  frame.opened = 0;
  g_array_append_val (walk->frames, frame);

  PmSyntaxFrame *parent = &g_array_index (walk->frames, PmSyntaxFrame, walk->frames->len - 2);
  if (ts_node_is_missing (node)) {
    pm_builder_problem (syntax->builder, frame.span.start, "“%s” is missing here",
                        ts_node_type (node));
    return FALSE;
  }
  if (frame.type == PM_SYNTAX_ERROR) {
    note_error (walk, parent, &frame);
    top (walk)->flags |= PM_NODE_BROKEN;
  }
  if (walk->frames->len < DEEPEST_WALK)
    return syntax->language->enter (syntax, parent, top (walk));
  if (!walk->too_deep)
    pm_builder_problem (syntax->builder, frame.span.start,
                        "nested deeper than %d levels; what is inside is not read", DEEPEST_WALK);
  walk->too_deep = TRUE;
  return FALSE;
}

static void
leave (Walk *walk)
{
  const PmSyntaxFrame *frame = top (walk);
  for (guint i = 0; i < frame->opened; i++)
    pm_builder_close (walk->syntax->builder, frame->span.end);
  g_array_set_size (walk->frames, walk->frames->len - 1);
}

/* Moves to the next node in the order of the file; FALSE behind the last one. */
static gboolean
step (Walk *walk)
{
  if (enter (walk) && ts_tree_cursor_goto_first_child (&walk->cursor))
    return TRUE;
  leave (walk);
  while (!ts_tree_cursor_goto_next_sibling (&walk->cursor)) {
    if (!ts_tree_cursor_goto_parent (&walk->cursor))
      return FALSE;
    leave (walk);
  }
  return TRUE;
}

void
pm_syntax_walk (PmSyntax *syntax, const PmSyntaxFrame *from, TSNode node)
{
  Walk walk = {
      .syntax = syntax,
      .cursor = ts_tree_cursor_new (node),
      .frames = g_array_new (FALSE, TRUE, sizeof (PmSyntaxFrame)),
  };
  g_array_append_vals (walk.frames, from, 1);
  for (guint n = 1; step (&walk) && !pm_builder_is_full (syntax->builder); n++) {
    if (n % NODES_BETWEEN_CLOCKS != 0 || cpu_time_us () <= syntax->deadline_us)
      continue;
    pm_builder_problem (syntax->builder, top (&walk)->span.start,
                        "took longer than %d ms to read; the rest is not read",
                        PM_SYNTAX_BUDGET_MS);
    break;
  }
  while (walk.frames->len > 1)
    leave (&walk);
  g_array_unref (walk.frames);
  ts_tree_cursor_delete (&walk.cursor);
}

void
pm_syntax_read (const PmSyntaxLanguage *language, PmBuilder *builder, const char *bytes,
                gsize start, gsize length)
{
  Reader *reader = reader_for (language);
  PmSyntax syntax = {
      .language = language,
      .builder = builder,
      .bytes = bytes,
      .start = (guint32) start,
      .length = (guint32) length,
      .types = reader->types,
      .n_types = reader->n_types,
      .text = g_string_new (NULL),
      .deadline_us = cpu_time_us () + PM_SYNTAX_BUDGET_MS * 1000,
  };
  const PmSyntaxFrame above = {.type = PM_SYNTAX_OTHER};
  gboolean is_large;
  TSTree *tree = parse (reader->parser, &syntax, &is_large);
  if (tree != NULL)
    pm_syntax_walk (&syntax, &above, ts_tree_root_node (tree));
  g_clear_pointer (&tree, ts_tree_delete);
  g_string_free (syntax.text, TRUE);
  give_back ();
  if (is_large)
    pm_large_work_end ();
}
