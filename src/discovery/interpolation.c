/* Values with variables in them.
 *
 * DESIGN
 * An expression is read by a machine with an explicit stack, at most 8 levels of defaults and of
 * values that interpolate in turn; deeper ones stay as they are written. What comes out is a text
 * and a list of pieces, each a run of that text with its one source: bytes of this scalar (literal
 * text or a default's), or a variable's definition. Tracing a range is finding the pieces that it
 * touches.
 *
 * A definition's own text is expanded too (A=${B}), its pieces then pointing at the innermost one.
 * Values of definitions are decoded; where decoding moved bytes (the span is not as long as the
 * value) a piece of one is told by the whole span. Sources: compose specification,
 * "Interpolation"; POSIX.1-2017, 2.6.2; Spring's reference, "Property placeholders". */

#include "discovery/interpolation.h"

#include <string.h>

#define DEEPEST 8
#define MOST_BYTES (1024 * 1024)
#define MOST_STEPS 200000
#define LONGEST_EXPRESSION 4096

/* --- environment --- */

struct PmEnvironment {
  const PmEnvironment *outer;
  GHashTable *variables; /* name → PmVariable */
  PmArena *arena;
};

PmEnvironment *
pm_environment_new (const PmEnvironment *outer)
{
  PmEnvironment *environment = g_new0 (PmEnvironment, 1);
  environment->outer = outer;
  environment->variables = g_hash_table_new (g_str_hash, g_str_equal);
  environment->arena = pm_arena_new ();
  return environment;
}

void
pm_environment_free (PmEnvironment *environment)
{
  if (environment == NULL)
    return;
  g_hash_table_unref (environment->variables);
  pm_arena_free (environment->arena);
  g_free (environment);
}

void
pm_environment_set (PmEnvironment *environment, const PmVariable *variable)
{
  PmVariable *copy = pm_arena_new0 (environment->arena, PmVariable);
  *copy = *variable;
  copy->name = pm_arena_strdup (environment->arena, variable->name);
  copy->value = pm_arena_strdup (environment->arena, variable->value);
  copy->file = pm_arena_strdup (environment->arena, variable->file);
  g_hash_table_replace (environment->variables, (gpointer) copy->name, copy);
}

const PmVariable *
pm_environment_get (const PmEnvironment *environment, const char *name)
{
  for (; environment != NULL; environment = environment->outer) {
    const PmVariable *variable = g_hash_table_lookup (environment->variables, name);
    if (variable != NULL)
      return variable;
  }
  return NULL;
}

/* --- the machine --- */

/* One run of the result. */
typedef struct {
  guint32 start, end;           /* of the result */
  guint32 from;                 /* offset in its source's text: the scalar's or the definition's */
  const PmVariable *definition; /* NULL: bytes of the scalar */
  const char *variable;
  guint32 expression_start, expression_end; /* the outermost ${…} of the scalar around it */
} Piece;

struct PmExpanded {
  const PmDocument *document;
  PmNodeId scalar;
  PmExpansion expansion;
  const PmEnvironment *environment;
  const char *plain; /* the scalar's own text, where there is nothing to expand in it: most often */
  gsize plain_length;

  /* Of others. */
  PmArena *arena;
  GString *text;
  GArray *pieces; /* of Piece */
  gboolean has_unset;
};

/* A stretch of source text being expanded: the scalar, a default in it, or a definition's value. */
typedef struct {
  const char *text;
  guint32 at, end;
  const PmVariable *definition; /* whose value this is */
  const char *variable;
  guint32 expression_start, expression_end;
  gboolean has_expression;
} Frame;

static void
append (PmExpanded *expanded, const Frame *frame, guint32 start, guint32 end)
{
  if (start >= end || expanded->text->len + (end - start) > MOST_BYTES)
    return;
  Piece piece = {
      .start = (guint32) expanded->text->len,
      .end = (guint32) expanded->text->len + (end - start),
      .from = start,
      .definition = frame->definition,
      .variable = frame->variable,
      .expression_start = frame->expression_start,
      .expression_end = frame->expression_end,
  };
  g_string_append_len (expanded->text, frame->text + start, end - start);
  Piece *last = expanded->pieces->len == 0
                    ? NULL
                    : &g_array_index (expanded->pieces, Piece, expanded->pieces->len - 1);
  if (last != NULL && last->definition == piece.definition && last->variable == piece.variable &&
      last->from + (last->end - last->start) == piece.from && last->end == piece.start &&
      last->expression_start == piece.expression_start)
    last->end = piece.end;
  else
    g_array_append_val (expanded->pieces, piece);
}

static gboolean
is_name (char c, gboolean first)
{
  return g_ascii_isalpha (c) || c == '_' || (!first && g_ascii_isdigit (c));
}

/* Behind the brace that closes the one before `at`, or 0. */
static guint32
closing_brace (const Frame *frame, guint32 at)
{
  guint depth = 1;
  guint32 most = MIN (frame->end, at + LONGEST_EXPRESSION);
  for (; at < most; at++) {
    if (frame->text[at] == '$' && at + 1 < frame->end && frame->text[at + 1] == '{') {
      depth++;
      at++;
    } else if (frame->text[at] == '}' && --depth == 0) {
      return at + 1;
    }
  }
  return 0;
}

typedef struct {
  guint32 end; /* behind the whole expression */
  guint32 name_start, name_end;
  char mode;                    /* '-', '+', '?' or 0 */
  gboolean colon;               /* an empty value counts as unset */
  guint32 word_start, word_end; /* behind the operator */
} Expression;

/* $(NAME), ${NAME} and $N; a call of a function is none. */
static gboolean
parse_reference (const Frame *frame, Expression *ret)
{
  Expression e = {.name_start = frame->at + 1};
  char open = e.name_start < frame->end ? frame->text[e.name_start] : '\0';
  if (open != '(' && open != '{') {
    e.name_end = e.end = e.name_start + 1;
    *ret = e;
    return is_name (open, TRUE);
  }
  e.name_end = ++e.name_start;
  while (e.name_end < frame->end && (is_name (frame->text[e.name_end], FALSE) ||
                                     strchr (".-", frame->text[e.name_end]) != NULL))
    e.name_end++;
  e.end = e.name_end + 1;
  *ret = e;
  return e.name_end > e.name_start && e.name_end < frame->end &&
         frame->text[e.name_end] == (open == '(' ? ')' : '}');
}

/* What stands at a dollar; FALSE: only a dollar. */
static gboolean
parse_expression (const PmExpanded *expanded, const Frame *frame, Expression *ret)
{
  if (expanded->expansion == PM_EXPANSION_MAKE)
    return parse_reference (frame, ret);
  Expression e = {0};
  guint32 at = frame->at + 1;
  gboolean spring = expanded->expansion == PM_EXPANSION_SPRING;
  gboolean braces = at < frame->end && frame->text[at] == '{';
  if (!braces && spring)
    return FALSE;
  e.name_start = e.name_end = braces ? at + 1 : at;
  while (e.name_end < frame->end &&
         (is_name (frame->text[e.name_end], e.name_end == e.name_start) ||
          (spring && strchr (".-[]", frame->text[e.name_end]) != NULL &&
           frame->text[e.name_end] != '\0')))
    e.name_end++;
  if (e.name_end == e.name_start)
    return FALSE;
  e.end = e.name_end;
  if (!braces) {
    *ret = e;
    return TRUE;
  }
  e.end = closing_brace (frame, e.name_end);
  if (e.end == 0)
    return FALSE;
  guint32 mark_at = e.name_end;
  e.word_end = e.end - 1;
  e.word_start = e.word_end;
  if (mark_at < e.word_end) {
    e.colon = frame->text[mark_at] == ':';
    if (e.colon && !spring)
      mark_at++;
    e.mode = spring ? '-' : frame->text[mark_at];
    if (strchr ("-+?", e.mode) == NULL || e.mode == '\0' || (spring && !e.colon))
      return FALSE;
    e.colon &= !spring;
    e.word_start = mark_at + 1;
  }
  *ret = e;
  return TRUE;
}

static const PmVariable *
look_up (const PmExpanded *expanded, const char *name)
{
  const PmVariable *variable = pm_environment_get (expanded->environment, name);
  if (variable != NULL || expanded->expansion != PM_EXPANSION_SPRING)
    return variable;
  /* Spring's relaxed binding from the environment: server.port is SERVER_PORT. */
  g_autofree char *upper = g_ascii_strup (name, -1);
  return pm_environment_get (expanded->environment, g_strdelimit (upper, ".-", '_'));
}

static gboolean
is_being_expanded (const Frame *frames, guint n_frames, const PmVariable *variable)
{
  for (guint i = 0; i < n_frames; i++)
    if (frames[i].definition == variable)
      return TRUE;
  return FALSE;
}

/* Opens the frame that an expression stands for: a definition, a default, or nothing. */
static void
enter (PmExpanded *expanded, Frame *frames, guint *n_frames, const Expression *e)
{
  Frame *frame = &frames[*n_frames - 1];
  guint32 start = frame->at;
  frame->at = e->end;
  char *name =
      pm_arena_strndup (expanded->arena, frame->text + e->name_start, e->name_end - e->name_start);
  const PmVariable *found = look_up (expanded, name);
  if (found != NULL && (found->value == NULL || is_being_expanded (frames, *n_frames, found)))
    found = NULL;
  gboolean is_set = found != NULL && !(e->colon && found->value[0] == '\0');
  if (*n_frames == DEEPEST) {
    append (expanded, frame, start, e->end);
    return;
  }
  Frame next = *frame;
  next.variable = name;
  if (!frame->has_expression) {
    next.has_expression = TRUE;
    next.expression_start = start;
    next.expression_end = e->end;
  }
  if (is_set && e->mode != '+') {
    gsize length = strlen (found->value);
    next.text = found->value;
    next.at = 0;
    next.end = (guint32) MIN (length, MOST_BYTES);
    next.definition = found;
  } else if (e->mode == (is_set ? '+' : '-')) {
    next.at = e->word_start;
    next.end = e->word_end;
  } else {
    expanded->has_unset |= e->mode != '+';
    return;
  }
  frames[(*n_frames)++] = next;
}

static void
step (PmExpanded *expanded, Frame *frames, guint *n_frames)
{
  Frame *frame = &frames[*n_frames - 1];
  const char *dollar = memchr (frame->text + frame->at, '$', frame->end - frame->at);
  guint32 to = dollar == NULL ? frame->end : (guint32) (dollar - frame->text);
  append (expanded, frame, frame->at, to);
  frame->at = to;
  if (to == frame->end) {
    (*n_frames)--;
    return;
  }
  Expression expression;
  if (parse_expression (expanded, frame, &expression)) {
    enter (expanded, frames, n_frames, &expression);
    return;
  }
  append (expanded, frame, to, to + 1);
  gboolean twice = to + 1 < frame->end && frame->text[to + 1] == '$';
  gboolean is_dollar =
      expanded->expansion == PM_EXPANSION_COMPOSE || expanded->expansion == PM_EXPANSION_MAKE;
  frame->at = to + (twice && is_dollar ? 2 : 1);
}

static gboolean
is_plain (const PmNode *node, PmExpansion expansion)
{
  return node->value != NULL && node->value_length <= MOST_BYTES &&
         (expansion == PM_EXPANSION_NONE || memchr (node->value, '$', node->value_length) == NULL);
}

PmExpanded *
pm_expanded_new (const PmDocument *document, PmNodeId scalar, PmExpansion expansion,
                 const PmEnvironment *environment)
{
  const PmNode *node = pm_document_node (document, scalar);
  PmExpanded *expanded = g_new0 (PmExpanded, 1);
  expanded->document = document;
  expanded->scalar = scalar;
  expanded->expansion = expansion;
  expanded->environment = environment;
  if (is_plain (node, expansion)) {
    expanded->plain = node->value;
    expanded->plain_length = node->value_length;
    return expanded;
  }
  expanded->arena = pm_arena_new ();
  expanded->text = g_string_new (NULL);
  expanded->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));

  Frame frames[DEEPEST] = {{.text = node->value == NULL ? "" : node->value,
                            .end = node->value == NULL ? 0 : node->value_length}};
  guint n_frames = 1;
  if (expansion == PM_EXPANSION_NONE) {
    append (expanded, &frames[0], 0, frames[0].end);
    return expanded;
  }
  /* Values that interpolate each other can double at every level, empty ones too. */
  for (guint i = 0; n_frames > 0 && i < MOST_STEPS && expanded->text->len < MOST_BYTES; i++)
    step (expanded, frames, &n_frames);
  return expanded;
}

void
pm_expanded_free (PmExpanded *expanded)
{
  if (expanded == NULL)
    return;
  if (expanded->plain == NULL) {
    g_string_free (expanded->text, TRUE);
    g_array_unref (expanded->pieces);
    pm_arena_free (expanded->arena);
  }
  g_free (expanded);
}

const char *
pm_expanded_text (const PmExpanded *expanded, gsize *ret_length)
{
  if (ret_length != NULL)
    *ret_length = expanded->plain != NULL ? expanded->plain_length : expanded->text->len;
  return expanded->plain != NULL ? expanded->plain : expanded->text->str;
}

gboolean
pm_expanded_has_unset (const PmExpanded *expanded)
{
  return expanded->has_unset;
}

/* --- tracing --- */

/* Code in a string (`"${PORT:-3000}"` of a shell) is mapped byte by byte: where it stands can be
 * told all the same. */
static gboolean
span_by_bytes (const PmExpanded *expanded, guint32 start, guint32 end, PmSpan *ret)
{
  PmSpan span = {0, 0}, byte;
  for (guint32 i = start; i < end; i++) {
    if (!pm_document_raw_span (expanded->document, expanded->scalar, i, i + 1, &byte) ||
        pm_span_length (byte) != 1 || (i > start && byte.start != span.end))
      return FALSE;
    span = (PmSpan){i == start ? byte.start : span.start, byte.end};
  }
  *ret = span;
  return end > start;
}

/* The scalar's bytes behind a range of its value; FALSE: the nearest that can be told is all of it.
 */
static gboolean
raw_span (const PmExpanded *expanded, guint32 start, guint32 end, PmSpan *ret)
{
  if (pm_document_raw_span (expanded->document, expanded->scalar, start, end, ret) ||
      span_by_bytes (expanded, start, end, ret))
    return TRUE;
  *ret = pm_document_node (expanded->document, expanded->scalar)->span;
  return FALSE;
}

static void
trace_piece (const PmExpanded *expanded, const Piece *piece, guint32 start, guint32 end,
             PmProvenance *ret)
{
  guint32 from = piece->from + (start - piece->start), to = from + (end - start);
  *ret = (PmProvenance){.variable = piece->variable, .definition = piece->definition};
  if (piece->definition == NULL) {
    ret->is_literal = raw_span (expanded, from, to, &ret->span);
    return;
  }
  raw_span (expanded, piece->expression_start, piece->expression_end, &ret->span);
  ret->definition_span = piece->definition->span;
  if (pm_span_length (piece->definition->span) == strlen (piece->definition->value)) {
    ret->definition_span.end = ret->definition_span.start + to;
    ret->definition_span.start += from;
  }
}

static gboolean
trace_plain (const PmExpanded *expanded, guint32 start, guint32 end, PmProvenance *ret)
{
  Piece all = {.end = (guint32) expanded->plain_length};
  if (all.end <= start || end > all.end) {
    *ret = (PmProvenance){.span = pm_document_node (expanded->document, expanded->scalar)->span};
    return FALSE;
  }
  trace_piece (expanded, &all, start, end, ret);
  return TRUE;
}

gboolean
pm_expanded_trace (const PmExpanded *expanded, guint32 start, guint32 end, PmProvenance *ret)
{
  guint32 first = G_MAXUINT32, last = 0;
  if (expanded->plain != NULL)
    return trace_plain (expanded, start, end, ret);
  for (guint i = 0; i < expanded->pieces->len; i++) {
    const Piece *piece = &g_array_index (expanded->pieces, Piece, i);
    if (piece->end <= start || (piece->start >= end && piece->start > start))
      continue;
    if (piece->start <= start && end <= piece->end) {
      trace_piece (expanded, piece, start, end, ret);
      return ret->is_literal || ret->definition != NULL;
    }
    PmProvenance part;
    trace_piece (expanded, piece, MAX (start, piece->start), MIN (end, piece->end), &part);
    first = MIN (first, part.span.start);
    last = MAX (last, part.span.end);
  }
  PmSpan all = pm_document_node (expanded->document, expanded->scalar)->span;
  *ret = (PmProvenance){.span = first < last ? (PmSpan){first, last} : all};
  return FALSE;
}
