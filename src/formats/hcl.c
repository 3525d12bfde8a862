/* HCL native syntax (HashiCorp's hclsyntax specification), as Terraform writes it, on tree-sitter.
 *
 * A block is a map for each of its names: `resource "a" "b" { x { y = 1 } }` is resource.a.b.x.y;
 * repeated blocks are repeated keys. Objects are maps, tuples lists. Strings with ${} or %{} are
 * the whole text, then its literal pieces as PM_NODE_FRAGMENT, then values inside. Heredocs have
 * PM_QUOTING_BLOCK and keep their indentation. References are expressions; of an operation, the
 * whole is an expression and its literals are fragments. Both results of ?: are PM_NODE_FALLBACK. A
 * call is a map of the value's name with a list `name()`, its arguments flagged PM_NODE_ARGUMENT.
 *
 * DESIGN
 * The common walk; the grammar wraps every value in `expression`, which decides on references. */

#include <string.h>

#include "formats/format.h"
#include "formats/grammars.h"
#include "formats/syntax-tree.h"

#define LONGEST_EXPRESSION 512

enum {
  HCL_STRING = 1, /* without holes */
  HCL_TEMPLATE,
  HCL_HEREDOC,
  HCL_HEREDOC_NAME,
  HCL_INTERPOLATION,
  HCL_DIRECTIVE,
  HCL_NUMBER,
  HCL_BOOLEAN,
  HCL_IDENTIFIER,
  HCL_VARIABLE,
  HCL_EXPRESSION,
  HCL_CONDITIONAL,
  HCL_OPERATION,
  HCL_CALL,
  HCL_ARGUMENTS,
  HCL_TUPLE,
  HCL_OBJECT,
  HCL_ELEMENT,
  HCL_ATTRIBUTE,
  HCL_BLOCK,
  HCL_BLOCK_START,
  HCL_SKIPPED,
};

enum { OPERAND = 1 << 0 }; /* a frame's role: below an operation */

static const PmEscapeStyle string_style = {
    .letters = "nrt",
    .meanings = "\n\r\t",
    .unicode = TRUE,
    .long_unicode = TRUE,
};

static gboolean
is_value (const PmSyntaxFrame *frame)
{
  return frame->in_list || frame->key.text != NULL;
}

static PmSpan
without_quotes (const PmSyntax *syntax, PmSpan span)
{
  if (pm_span_length (span) < 2 || syntax->bytes[span.start] != '"')
    return span;
  return (PmSpan){span.start + 1, span.end - (syntax->bytes[span.end - 1] == '"' ? 1 : 0)};
}

/* --- strings --- */

/* The lines between the delimiters. */
static PmSpan
heredoc_body (const PmSyntax *syntax, const PmSyntaxFrame *frame)
{
  const char *bytes = syntax->bytes;
  g_autoptr (GArray) names =
      pm_syntax_children (syntax, frame->node, HCL_HEREDOC_NAME, HCL_HEREDOC_NAME);
  PmSpan body = {frame->span.end, frame->span.end};
  if (names->len == 0)
    return body;
  body.start = g_array_index (names, PmSpan, 0).end;
  if (names->len > 1)
    body.end = g_array_index (names, PmSpan, names->len - 1).start;
  while (body.start < body.end && bytes[body.start] != '\n')
    body.start++;
  body.start = MIN (body.start + 1, body.end);
  while (body.end > body.start && (bytes[body.end - 1] == ' ' || bytes[body.end - 1] == '\t'))
    body.end--;
  return body;
}

/* \n, \r, \t, \", \\, \uNNNN and \UNNNNNNNN (HCL Native Syntax Specification, "Template Literals");
 * `at` is behind the backslash. */
static gboolean
is_escape (const char *bytes, guint32 at, guint32 end)
{
  if (at >= end || bytes[at] == '\0' || strchr ("nrt\"\\uU", bytes[at]) == NULL)
    return FALSE;
  guint n_digits = bytes[at] == 'u' ? 4 : bytes[at] == 'U' ? 8 : 0;
  for (guint i = 1; i <= n_digits; i++)
    if (at + i >= end || !g_ascii_isxdigit (bytes[at + i]))
      return FALSE;
  return TRUE;
}

/* ${ or %{, which $${ and %%{ are not. What stands behind a hole's end is never in the middle of
 * one. */
static gboolean
opens_template (const char *bytes, guint32 at, guint32 end)
{
  char c = bytes[at];
  return (c == '$' || c == '%') && at + 1 < end && bytes[at + 1] == '{' && bytes[at - 1] != c;
}

/* The specification's quoted templates end on their line and know few escapes; the grammar reads on
 * to some later quote, behind another one at times, and calls nothing wrong. */
static void
check_quoted (PmSyntax *syntax, PmSyntaxFrame *frame, const GArray *holes)
{
  PmSpan span = frame->span;
  guint hole = 0;
  guint32 at = span.start + 1;
  const char *flaw = "a string does not end on its line";
  for (; at < span.end && syntax->bytes[at] != '\n'; at++) {
    if (hole < holes->len && at == g_array_index (holes, PmSpan, hole).start)
      at = g_array_index (holes, PmSpan, hole++).end - 1;
    else if (opens_template (syntax->bytes, at, span.end)) {
      flaw = "a template does not end";
      break;
    } else if (syntax->bytes[at] == '"') {
      if (at + 1 == span.end)
        return;
      flaw = "a string goes on behind its end";
      break;
    } else if (syntax->bytes[at] == '\\' && !is_escape (syntax->bytes, ++at, span.end)) {
      flaw = "an escape that HCL does not know";
      break;
    }
  }
  pm_builder_problem (syntax->builder, MIN (at, span.end), "%s", flaw);
  frame->flags |= PM_NODE_BROKEN;
}

static gboolean
enter_string (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  gboolean heredoc = frame->type == HCL_HEREDOC;
  g_autoptr (GArray) holes =
      pm_syntax_children (syntax, frame->node, HCL_INTERPOLATION, HCL_DIRECTIVE);
  if (!heredoc)
    check_quoted (syntax, frame, holes);
  PmScalar scalar = {
      .span = heredoc ? heredoc_body (syntax, frame) : without_quotes (syntax, frame->span),
      .outer = frame->span,
      .quoting = heredoc ? PM_QUOTING_BLOCK : PM_QUOTING_DOUBLE,
  };
  pm_syntax_template (syntax, frame, &scalar, heredoc ? NULL : &string_style,
                      (const PmSpan *) (void *) holes->data, holes->len);
  frame->in_hole = TRUE;
  if (frame->in_list)
    frame->flags |= PM_NODE_FRAGMENT;
  return holes->len > 0;
}

/* --- names --- */

/* The names in front of a block's brace. */
static gboolean
enter_block (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  TSTreeCursor cursor = ts_tree_cursor_new (frame->node);
  for (gboolean more = ts_tree_cursor_goto_first_child (&cursor); more;
       more = ts_tree_cursor_goto_next_sibling (&cursor)) {
    TSNode child = ts_tree_cursor_current_node (&cursor);
    guint8 type = pm_syntax_type (syntax, child);
    if (type == HCL_BLOCK_START || frame->opened == G_MAXUINT8)
      break;
    if (type != HCL_IDENTIFIER && type != HCL_STRING)
      continue;
    frame->key = pm_syntax_key (syntax, without_quotes (syntax, pm_syntax_span (syntax, child)));
    pm_syntax_open (syntax, frame, PM_NODE_MAP);
  }
  ts_tree_cursor_delete (&cursor);
  return TRUE;
}

static gboolean
enter_attribute (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  TSNode name = ts_node_named_child (frame->node, 0);
  frame->key = pm_syntax_key (syntax, pm_syntax_span (syntax, name));
  frame->role = 0;
  return TRUE;
}

static gboolean
enter_element (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  PmSpan key = pm_syntax_span (syntax, pm_syntax_child (frame->node, "key"));
  frame->key = pm_syntax_key (syntax, without_quotes (syntax, key));
  frame->role = 0;
  return TRUE;
}

/* --- expressions --- */

static void
add_expression (PmSyntax *syntax, const PmSyntaxFrame *frame)
{
  if (is_value (frame) && !frame->in_hole && (frame->role & OPERAND) == 0 &&
      pm_span_length (frame->span) <= LONGEST_EXPRESSION)
    pm_syntax_plain (syntax, frame, PM_NODE_EXPRESSION);
}

static gboolean
enter_expression (PmSyntax *syntax, const PmSyntaxFrame *parent, PmSyntaxFrame *frame)
{
  TSNode first = ts_node_named_child (frame->node, 0);
  gboolean condition = parent->type == HCL_CONDITIONAL && frame->span.start == parent->span.start;
  if (condition)
    return FALSE;
  if (parent->type == HCL_CONDITIONAL)
    frame->flags |= PM_NODE_FALLBACK;
  if (pm_syntax_type (syntax, first) != HCL_VARIABLE)
    return TRUE;
  add_expression (syntax, frame);
  return FALSE;
}

static gboolean
enter_operation (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  add_expression (syntax, frame);
  frame->role |= OPERAND;
  frame->flags |= PM_NODE_FRAGMENT;
  return TRUE;
}

static gboolean
enter_call (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  PmSpan name = pm_syntax_span (syntax, ts_node_named_child (frame->node, 0));
  if (is_value (frame))
    pm_syntax_open (syntax, frame, PM_NODE_MAP);
  g_autoptr (GString) key = g_string_new_len (syntax->bytes + name.start, pm_span_length (name));
  g_string_append (key, "()");
  frame->key = pm_syntax_key_text (syntax, key->str, key->len, name);
  pm_syntax_open (syntax, frame, PM_NODE_LIST);
  frame->flags |= PM_NODE_ARGUMENT;
  frame->role = 0;
  return TRUE;
}

static gboolean
enter_container (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  pm_syntax_open (syntax, frame, frame->type == HCL_TUPLE ? PM_NODE_LIST : PM_NODE_MAP);
  frame->role = 0;
  return TRUE;
}

/* In an ERROR there are no attributes, only their tokens. */
static void
enter_name_in_error (PmSyntax *syntax, PmSyntaxFrame *error, const PmSyntaxFrame *frame)
{
  guint32 at = frame->span.end;
  while (at < syntax->length && (syntax->bytes[at] == ' ' || syntax->bytes[at] == '\t'))
    at++;
  if (at < syntax->length && syntax->bytes[at] == '=')
    error->key = pm_syntax_key (syntax, frame->span);
}

static gboolean
hcl_enter (PmSyntax *syntax, PmSyntaxFrame *parent, PmSyntaxFrame *frame)
{
  gboolean label = parent->type == HCL_BLOCK;
  switch (frame->type) {
  case HCL_STRING:
  case HCL_TEMPLATE:
  case HCL_HEREDOC:
    return !label && enter_string (syntax, frame);
  case HCL_NUMBER:
  case HCL_BOOLEAN:
    pm_syntax_plain (syntax, frame, 0);
    return FALSE;
  case HCL_IDENTIFIER:
  case HCL_VARIABLE:
    if (parent->type == PM_SYNTAX_ERROR)
      enter_name_in_error (syntax, parent, frame);
    return FALSE;
  case HCL_EXPRESSION:
    if (parent->type == HCL_ELEMENT && frame->field != NULL && strcmp (frame->field, "key") == 0)
      return FALSE;
    return enter_expression (syntax, parent, frame);
  case HCL_OPERATION:
    return enter_operation (syntax, frame);
  case HCL_CALL:
    return enter_call (syntax, frame);
  case HCL_TUPLE:
  case HCL_OBJECT:
    return (frame->type == HCL_OBJECT && !is_value (frame)) || enter_container (syntax, frame);
  case HCL_ELEMENT:
    return enter_element (syntax, frame);
  case HCL_ATTRIBUTE:
    return enter_attribute (syntax, frame);
  case HCL_BLOCK:
    return enter_block (syntax, frame);
  case HCL_SKIPPED:
    return FALSE;
  default:
    return TRUE;
  }
}

static const PmSyntaxType types[] = {
    {"string_lit", HCL_STRING},
    {"quoted_template", HCL_TEMPLATE},
    {"heredoc_template", HCL_HEREDOC},
    {"heredoc_identifier", HCL_HEREDOC_NAME},
    {"template_interpolation", HCL_INTERPOLATION},
    {"template_directive", HCL_DIRECTIVE},
    {"numeric_lit", HCL_NUMBER},
    {"bool_lit", HCL_BOOLEAN},
    {"identifier", HCL_IDENTIFIER},
    {"variable_expr", HCL_VARIABLE},
    {"expression", HCL_EXPRESSION},
    {"conditional", HCL_CONDITIONAL},
    {"operation", HCL_OPERATION},
    {"function_call", HCL_CALL},
    {"function_arguments", HCL_ARGUMENTS},
    {"tuple", HCL_TUPLE},
    {"object", HCL_OBJECT},
    {"object_elem", HCL_ELEMENT},
    {"attribute", HCL_ATTRIBUTE},
    {"block", HCL_BLOCK},
    {"block_start", HCL_BLOCK_START},
    {"get_attr", HCL_SKIPPED},
    {"index", HCL_SKIPPED},
    {"splat", HCL_SKIPPED},
    {"comment", HCL_SKIPPED},
    {NULL, 0},
};

static const PmSyntaxLanguage hcl = {
    .title = "HCL",
    .grammar = tree_sitter_hcl,
    .types = types,
    .enter = hcl_enter,
};

static void
hcl_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  pm_syntax_read (&hcl, builder, bytes, start, length);
}

static char *
hcl_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  if (quoting == PM_QUOTING_NONE) {
    gboolean number = text[0] != '\0' && (text[0] != '0' || text[1] == '\0') &&
                      strspn (text, "0123456789") == strlen (text);
    return whole && number ? g_strdup (text) : NULL;
  }
  if (strstr (text, "${") != NULL || strstr (text, "%{") != NULL)
    return NULL;
  if (quoting == PM_QUOTING_DOUBLE)
    return pm_escapes_write (&string_style, "\"", text);
  return strchr (text, '\n') == NULL ? g_strdup (text) : NULL;
}

const PmFormat pm_format_hcl = {
    .name = "hcl",
    .most_bytes = PM_FORMAT_LIBRARY_MOST_BYTES,
    .grammar = "HCL native syntax",
    .parse = hcl_parse,
    .escape = hcl_escape,
};
