/* Shell scripts and commands: POSIX shell and bash (GNU Bash manual, 3.1 to 3.6), on tree-sitter.
 *
 * An assignment is a child with the variable's name. A simple command is a list with the key
 * `name()`, the base name of what is called, of its words, flagged PM_NODE_ARGUMENT; assignments
 * before it stand beside it. Words are given without their quotes: the whole word, and, where
 * something is put in, then each literal piece as a PM_NODE_FRAGMENT. A word that is nothing but an
 * expansion is an expression. `${PORT:-3000}` adds 3000 as PM_NODE_FALLBACK of PORT. Commands
 * inside a word are maps: `X=$(curl h)` is X.curl()[0]; in a list they and fallbacks are flagged as
 * fragments, so that words can be counted without them.
 *
 * Here-documents have the key `<<` and PM_QUOTING_BLOCK, here-strings `<<<`, targets of
 * redirections
 * `>`. Tests are a list `test()`. A loop's values have the loop variable's key. Functions,
 * conditions, loops and groups add nothing. Patterns and arithmetic are not read.
 *
 * DESIGN
 * A command's list is opened when its name is met, behind its assignments, on the command's own
 * frame. */

#include <string.h>

#include "formats/format.h"
#include "formats/grammars.h"
#include "formats/syntax-tree.h"

enum {
  SH_WORD = 1,
  SH_NUMBER,
  SH_RAW,  /* '…' */
  SH_ANSI, /* $'…' */
  SH_STRING,
  SH_CONCATENATION,
  SH_EXPANSION, /* the holes: from here … */
  SH_SIMPLE_EXPANSION,
  SH_SUBSTITUTION,
  SH_ARITHMETIC,
  SH_BRACES, /* … to here */
  SH_COMMAND,
  SH_COMMAND_NAME,
  SH_ASSIGNMENT,
  SH_VARIABLE,
  SH_ARRAY,
  SH_DECLARATION,
  SH_TEST,
  SH_FOR,
  SH_CASE,
  SH_FUNCTION,
  SH_BODY,
  SH_REDIRECT,
  SH_HEREDOC,
  SH_HERESTRING,
  SH_HEREDOC_BODY,
  SH_SKIPPED,
};

static const PmEscapeStyle unquoted_style = {.joins_lines = TRUE};
static const PmEscapeStyle double_style = {.only = "$`\"\\", .joins_lines = TRUE};
static const PmEscapeStyle heredoc_style = {.only = "$`\\", .joins_lines = TRUE};
static const PmEscapeStyle ansi_style = {
    .letters = "abeEfnrtv",
    .meanings = "\a\b\033\033\f\n\r\t\v",
    .only = "'\"\\?",
    .hex = TRUE,
    .unicode = TRUE,
    .long_unicode = TRUE,
    .octal = TRUE,
};

static gboolean
is_hole (guint8 type)
{
  return type >= SH_EXPANSION && type <= SH_BRACES;
}

static gboolean
is_field (const PmSyntaxFrame *frame, const char *name)
{
  return frame->field != NULL && strcmp (frame->field, name) == 0;
}

/* --- words --- */

static PmSpan
without_quotes (const PmSyntax *syntax, guint8 type, PmSpan span)
{
  guint32 front = type == SH_ANSI ? 2 : type == SH_RAW || type == SH_STRING ? 1 : 0;
  PmSpan inner = {MIN (span.start + front, span.end), span.end};
  if (front > 0 && inner.end > inner.start &&
      syntax->bytes[inner.end - 1] == syntax->bytes[inner.start - 1])
    inner.end--;
  return inner;
}

static const PmEscapeStyle *
style_of (guint8 type)
{
  switch (type) {
  case SH_RAW:
    return NULL;
  case SH_ANSI:
    return &ansi_style;
  case SH_STRING:
    return &double_style;
  default:
    return &unquoted_style;
  }
}

static void
append_pieces (const PmSyntax *syntax, TSNode node, GArray *pieces)
{
  guint8 type = pm_syntax_type (syntax, node);
  PmSpan span = pm_syntax_span (syntax, node);
  if (is_hole (type)) {
    PmSyntaxPiece hole = {span, NULL, TRUE};
    g_array_append_val (pieces, hole);
    return;
  }
  g_autoptr (GArray) holes = type == SH_STRING
                                 ? pm_syntax_children (syntax, node, SH_EXPANSION, SH_BRACES)
                                 : g_array_new (FALSE, FALSE, sizeof (PmSpan));
  pm_syntax_append_pieces (pieces, without_quotes (syntax, type, span), style_of (type),
                           (const PmSpan *) (void *) holes->data, holes->len);
}

static void
add_word (PmSyntax *syntax, const PmSyntaxFrame *frame)
{
  static const PmQuoting quotings[] = {
      [SH_RAW] = PM_QUOTING_SINGLE,
      [SH_ANSI] = PM_QUOTING_BLOCK,
      [SH_STRING] = PM_QUOTING_DOUBLE,
  };
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (PmSyntaxPiece));
  append_pieces (syntax, frame->node, pieces);
  PmScalar scalar = {
      .span = without_quotes (syntax, frame->type, frame->span),
      .outer = frame->span,
      .quoting = frame->type <= SH_STRING ? quotings[frame->type] : PM_QUOTING_NONE,
  };
  pm_syntax_pieces (syntax, frame, &scalar, (const PmSyntaxPiece *) (void *) pieces->data,
                    pieces->len);
}

/* Pieces with quotes of their own: their text may be written bare, whatever is around it. */
static void
add_concatenation (PmSyntax *syntax, const PmSyntaxFrame *frame)
{
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (PmSyntaxPiece));
  TSTreeCursor cursor = ts_tree_cursor_new (frame->node);
  for (gboolean more = ts_tree_cursor_goto_first_child (&cursor); more;
       more = ts_tree_cursor_goto_next_sibling (&cursor))
    append_pieces (syntax, ts_tree_cursor_current_node (&cursor), pieces);
  ts_tree_cursor_delete (&cursor);
  PmScalar scalar = {.span = frame->span};
  pm_syntax_pieces (syntax, frame, &scalar, (const PmSyntaxPiece *) (void *) pieces->data,
                    pieces->len);
}

static void
enter_hole (PmSyntaxFrame *frame)
{
  frame->in_hole = TRUE;
  if (frame->in_list)
    frame->flags |= PM_NODE_FRAGMENT;
}

static gboolean
enter_word (PmSyntax *syntax, const PmSyntaxFrame *parent, PmSyntaxFrame *frame)
{
  gboolean piece = parent->type == SH_CONCATENATION;
  if (parent->type == SH_DECLARATION && frame->type == SH_WORD)
    return FALSE;
  if (!piece && frame->type == SH_CONCATENATION)
    add_concatenation (syntax, frame);
  else if (!piece)
    add_word (syntax, frame);
  if (frame->type != SH_STRING && frame->type != SH_CONCATENATION)
    return FALSE;
  enter_hole (frame);
  return TRUE;
}

/* --- expansions --- */

static const char *
variable_of (PmSyntax *syntax, TSNode expansion)
{
  TSNode name = ts_node_named_child (expansion, 0);
  if (pm_syntax_type (syntax, name) != SH_VARIABLE)
    return NULL;
  PmSpan span = pm_syntax_span (syntax, name);
  return pm_arena_strndup (pm_builder_arena (syntax->builder), syntax->bytes + span.start,
                           pm_span_length (span));
}

/* ${X:-…}, ${X-…}, ${X:=…}, ${X=…} */
static gboolean
has_default (const PmSyntax *syntax, TSNode expansion)
{
  static const char *const operators[] = {":-", "-", ":=", "="};
  TSNode operator= pm_syntax_child (expansion, "operator");
  for (gsize i = 0; !ts_node_is_null (operator) && i < G_N_ELEMENTS (operators); i++)
    if (pm_syntax_text_is (syntax, pm_syntax_span (syntax, operator), operators[i]))
      return TRUE;
  return FALSE;
}

static gboolean
enter_expansion (PmSyntax *syntax, const PmSyntaxFrame *parent, PmSyntaxFrame *frame)
{
  const char *variable = variable_of (syntax, frame->node);
  gboolean inside = parent->type == SH_STRING || parent->type == SH_CONCATENATION ||
                    parent->type == SH_HEREDOC_BODY || frame->in_hole;
  if (!inside && (frame->in_list || frame->key.text != NULL)) {
    PmScalar scalar = {.span = frame->span, .flags = PM_NODE_EXPRESSION, .variable = variable};
    pm_syntax_scalar (syntax, frame, &scalar);
  }
  enter_hole (frame);
  if (frame->type != SH_EXPANSION)
    return frame->type == SH_SUBSTITUTION;
  if (!has_default (syntax, frame->node))
    return FALSE;
  frame->flags |= PM_NODE_FALLBACK;
  frame->variable = variable;
  return TRUE;
}

/* --- commands --- */

/* The base name of what is called, as it is written. */
static PmKey
command_key (PmSyntax *syntax, PmSpan name)
{
  const char *bytes = syntax->bytes;
  PmSpan base = name;
  for (guint32 at = name.start; at < name.end; at++)
    if (bytes[at] == '/')
      base.start = at + 1;
  while (base.end > base.start && strchr ("\"'", bytes[base.end - 1]) != NULL)
    base.end--;
  while (base.end > base.start && strchr ("\"'", bytes[base.start]) != NULL)
    base.start++;
  g_autoptr (GString) text = g_string_new_len (bytes + base.start, pm_span_length (base));
  g_string_append (text, "()");
  return pm_syntax_key_text (syntax, text->str, text->len, base);
}

static gboolean
enter_command_name (PmSyntax *syntax, PmSyntaxFrame *parent, PmSyntaxFrame *frame)
{
  if (parent->type != SH_COMMAND)
    return TRUE;
  parent->key = command_key (syntax, frame->span);
  pm_syntax_open (syntax, parent, PM_NODE_LIST);
  frame->in_list = TRUE;
  frame->key = PM_NO_KEY;
  parent->flags |= PM_NODE_ARGUMENT;
  parent->in_hole = frame->in_hole = FALSE; /* its arguments are whole strings again */
  /* A plain name is told by the key; of another one, commands and defaults in it are. */
  return is_hole (pm_syntax_type (syntax, ts_node_named_child (frame->node, 0)));
}

static gboolean
enter_nested (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  if (frame->in_list || frame->key.text != NULL)
    pm_syntax_open (syntax, frame, PM_NODE_MAP);
  return TRUE;
}

static gboolean
enter_assignment (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  TSNode name = pm_syntax_child (frame->node, "name");
  PmSpan span = pm_syntax_span (syntax, name);
  if (ts_node_child_count (frame->node) > 0 && ts_node_named_child_count (name) > 0)
    span = pm_syntax_span (syntax, ts_node_named_child (name, 0));
  enter_nested (syntax, frame);
  frame->key = pm_syntax_key (syntax, span);
  return TRUE;
}

static gboolean
enter_test (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  enter_nested (syntax, frame);
  frame->key =
      pm_syntax_key_text (syntax, "test()", 6, (PmSpan){frame->span.start, frame->span.start});
  pm_syntax_open (syntax, frame, PM_NODE_LIST);
  return TRUE;
}

static gboolean
enter_redirect (PmSyntaxFrame *frame, const char *key)
{
  if (!frame->in_list)
    frame->key = (PmKey){key, strlen (key), {frame->span.start, frame->span.start}};
  frame->flags |= PM_NODE_FRAGMENT;
  if (!frame->in_list)
    frame->flags &= (guint16) ~PM_NODE_FRAGMENT;
  return TRUE;
}

static gboolean
enter_heredoc_body (PmSyntax *syntax, const PmSyntaxFrame *parent, PmSyntaxFrame *frame)
{
  TSNode redirect = parent->node;
  const PmEscapeStyle *style = &heredoc_style;
  for (guint32 i = 0; i < MIN (ts_node_named_child_count (redirect), 2); i++) {
    PmSpan span = pm_syntax_span (syntax, ts_node_named_child (redirect, i));
    const char *mark = syntax->bytes + span.start;
    if (span.end > span.start && strchr ("'\"\\", *mark) != NULL)
      style = NULL; /* a quoted delimiter: the text is as it stands */
  }
  g_autoptr (GArray) holes = pm_syntax_children (syntax, frame->node, SH_EXPANSION, SH_BRACES);
  PmScalar scalar = {.span = frame->span, .quoting = PM_QUOTING_BLOCK};
  pm_syntax_template (syntax, frame, &scalar, style, (const PmSpan *) (void *) holes->data,
                      holes->len);
  frame->in_hole = TRUE;
  return holes->len > 0;
}

static gboolean
enter_for (const PmSyntax *syntax, PmSyntaxFrame *frame)
{
  TSNode variable = pm_syntax_child (frame->node, "variable");
  if (!ts_node_is_null (variable))
    frame->key = pm_syntax_key (syntax, pm_syntax_span (syntax, variable));
  return TRUE;
}

static gboolean
shell_enter (PmSyntax *syntax, PmSyntaxFrame *parent, PmSyntaxFrame *frame)
{
  if ((parent->type == SH_CASE && is_field (frame, "value")) ||
      (parent->type == SH_FUNCTION && is_field (frame, "name")))
    return FALSE;
  switch (frame->type) {
  case SH_WORD:
  case SH_NUMBER:
  case SH_RAW:
  case SH_ANSI:
  case SH_STRING:
  case SH_CONCATENATION:
    return enter_word (syntax, parent, frame);
  case SH_EXPANSION:
  case SH_SIMPLE_EXPANSION:
  case SH_SUBSTITUTION:
    return enter_expansion (syntax, parent, frame);
  case SH_COMMAND:
  case SH_DECLARATION:
    return enter_nested (syntax, frame);
  case SH_COMMAND_NAME:
    return enter_command_name (syntax, parent, frame);
  case SH_ASSIGNMENT:
    return enter_assignment (syntax, frame);
  case SH_ARRAY:
    pm_syntax_open (syntax, frame, PM_NODE_LIST);
    return TRUE;
  case SH_TEST:
    return enter_test (syntax, frame);
  case SH_FOR:
    return enter_for (syntax, frame);
  case SH_BODY:
    frame->key = PM_NO_KEY;
    return TRUE;
  case SH_REDIRECT:
    return enter_redirect (frame, ">");
  case SH_HEREDOC:
    return enter_redirect (frame, "<<");
  case SH_HERESTRING:
    return enter_redirect (frame, "<<<");
  case SH_HEREDOC_BODY:
    return enter_heredoc_body (syntax, parent, frame);
  case SH_ARITHMETIC:
  case SH_BRACES:
  case SH_VARIABLE:
  case SH_SKIPPED:
    return FALSE;
  default:
    return TRUE;
  }
}

static const PmSyntaxType types[] = {
    {"word", SH_WORD},
    {"number", SH_NUMBER},
    {"raw_string", SH_RAW},
    {"ansi_c_string", SH_ANSI},
    {"string", SH_STRING},
    {"concatenation", SH_CONCATENATION},
    {"expansion", SH_EXPANSION},
    {"simple_expansion", SH_SIMPLE_EXPANSION},
    {"command_substitution", SH_SUBSTITUTION},
    {"process_substitution", SH_SUBSTITUTION},
    {"arithmetic_expansion", SH_ARITHMETIC},
    {"brace_expression", SH_BRACES},
    {"command", SH_COMMAND},
    {"command_name", SH_COMMAND_NAME},
    {"variable_assignment", SH_ASSIGNMENT},
    {"variable_name", SH_VARIABLE},
    {"special_variable_name", SH_SKIPPED},
    {"subscript", SH_SKIPPED},
    {"array", SH_ARRAY},
    {"declaration_command", SH_DECLARATION},
    {"test_command", SH_TEST},
    {"for_statement", SH_FOR},
    {"case_statement", SH_CASE},
    {"case_item", SH_CASE},
    {"function_definition", SH_FUNCTION},
    {"do_group", SH_BODY},
    {"compound_statement", SH_BODY},
    {"file_redirect", SH_REDIRECT},
    {"heredoc_redirect", SH_HEREDOC},
    {"herestring_redirect", SH_HERESTRING},
    {"heredoc_body", SH_HEREDOC_BODY},
    {"heredoc_start", SH_SKIPPED},
    {"heredoc_end", SH_SKIPPED},
    {"file_descriptor", SH_SKIPPED},
    {"unset_command", SH_SKIPPED},
    {"regex", SH_SKIPPED},
    {"extglob_pattern", SH_SKIPPED},
    {"comment", SH_SKIPPED},
    {NULL, 0},
};

static const PmSyntaxLanguage shell = {
    .title = "a shell script",
    .grammar = tree_sitter_bash,
    .types = types,
    .enter = shell_enter,
};

static void
shell_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  pm_syntax_read (&shell, builder, bytes, start, length);
}

/* Text that no shell reads as anything else, bare or in any quotes. */
static gboolean
is_bare (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr ("_./:@%+,=-", *c) == NULL)
      return FALSE;
  return text[0] != '\0';
}

static char *
shell_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  if (is_bare (text))
    return g_strdup (text);
  if (quoting == PM_QUOTING_SINGLE)
    return strchr (text, '\'') == NULL ? g_strdup (text) : NULL;
  if (quoting != PM_QUOTING_DOUBLE)
    return NULL;
  GString *escaped = g_string_new (NULL);
  for (const char *c = text; *c != '\0'; c++) {
    if (strchr ("$`\"\\", *c) != NULL)
      g_string_append_c (escaped, '\\');
    g_string_append_c (escaped, *c);
  }
  return g_string_free (escaped, FALSE);
}

const PmFormat pm_format_shell = {
    .name = "shell",
    .most_bytes = PM_FORMAT_LIBRARY_MOST_BYTES,
    .grammar = "POSIX shell and bash",
    .parse = shell_parse,
    .escape = shell_escape,
};
