/* DESIGN
 * `enter` is one switch over the meaning of a node; each case is a small function that sets the
 * frame's key, opens containers, or adds scalars. What a child means because of its place in its
 * parent (the right side of ||, the condition of ?:, the callee of a call) is settled first, in
 * `place`. The bits of a frame's role are inherited until a name or a container starts anew. */

#include "formats/javascript.h"

#include <string.h>

#define LONGEST_EXPRESSION 512

enum {
  EXPORTED = 1 << 0,   /* the default export: nameless objects are the root */
  OPERAND = 1 << 1,    /* a part of an expression: names are no values */
  JOINED = 1 << 2,     /* inside an arithmetic expression or a concatenation */
  SCHEMA = 1 << 3,     /* a chain of calls that .default() belongs to */
  ENV_CALL = 1 << 4,   /* env ('X', fallback) */
  FIRST_ONLY = 1 << 5, /* parseInt: the second argument is a radix */
  PASSING = 1 << 6,    /* a call that is as its arguments are */
  FROM_ENV = 1 << 7,   /* a pattern that takes process.env apart */
  OR = 1 << 8,         /* || and ?? */
};

static void
set_key (PmSyntaxFrame *frame, PmKey key)
{
  frame->key = key;
  frame->role &= FROM_ENV;
}

void
pm_javascript_open (PmSyntax *syntax, PmSyntaxFrame *frame, PmNodeKind kind)
{
  pm_syntax_open (syntax, frame, kind);
  frame->role = 0;
}

static gboolean
is_value (const PmSyntaxFrame *frame)
{
  return frame->in_list || frame->key.text != NULL;
}

static gboolean
is_field (const PmSyntaxFrame *frame, const char *name)
{
  return frame->field != NULL && strcmp (frame->field, name) == 0;
}

/* The name of a property, however it is written. */
static PmKey
property_key (PmSyntax *syntax, TSNode name)
{
  PmSpan span = pm_syntax_span (syntax, name);
  if (pm_syntax_type (syntax, name) != JS_STRING || pm_span_length (span) < 2)
    return pm_syntax_key (syntax, span);
  return pm_syntax_key (syntax, (PmSpan){span.start + 1, span.end - 1});
}

/* --- names that values get --- */

static gboolean
enter_named (PmSyntax *syntax, PmSyntaxFrame *frame, const char *field)
{
  TSNode name = pm_syntax_child (frame->node, field);
  if (!ts_node_is_null (name))
    set_key (frame, property_key (syntax, name));
  return TRUE;
}

static gboolean
enter_declarator (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  TSNode name = pm_syntax_child (frame->node, "name");
  TSNode value = pm_syntax_child (frame->node, "value");
  frame->role = 0;
  if (pm_syntax_type (syntax, name) == JS_NAME)
    set_key (frame, property_key (syntax, name));
  else if (!ts_node_is_null (value) &&
           pm_syntax_text_is (syntax, pm_syntax_span (syntax, value), "process.env"))
    frame->role |= FROM_ENV;
  return TRUE;
}

/* name = value in a parameter list or a pattern. */
static gboolean
enter_default (PmSyntax *syntax, const PmSyntaxFrame *parent, PmSyntaxFrame *frame)
{
  TSNode left = pm_syntax_child (frame->node, "left");
  if (ts_node_is_null (left))
    left = pm_syntax_child (frame->node, "pattern");
  if (ts_node_is_null (left) || ts_node_child_count (left) > 0)
    return TRUE;
  if (parent->type != JS_PAIR)
    set_key (frame, property_key (syntax, left));
  frame->flags |= PM_NODE_FALLBACK;
  if ((frame->role & FROM_ENV) != 0)
    frame->variable =
        pm_arena_strndup (pm_builder_arena (syntax->builder), frame->key.text, frame->key.length);
  return TRUE;
}

/* Leaves out `this`, `exports` and `module.exports` in front. */
static guint
without_prefix (const PmKey *parts, guint n_parts)
{
  static const char *const prefixes[] = {"this", "module", "exports", NULL};
  while (n_parts > 0) {
    g_autofree char *first = g_strndup (parts[n_parts - 1].text, parts[n_parts - 1].length);
    if (!g_strv_contains (prefixes, first))
      break;
    n_parts--;
  }
  return n_parts;
}

static gboolean
enter_assignment (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  TSNode left = pm_syntax_child (frame->node, "left");
  PmKey parts[PM_JAVASCRIPT_LONGEST_CHAIN];
  PmSpan span = pm_syntax_span (syntax, left);
  guint8 type = pm_syntax_type (syntax, left);
  frame->role = 0;
  if (type != JS_NAME && type != JS_MEMBER && type != JS_SUBSCRIPT)
    return TRUE;
  if (pm_syntax_text_is (syntax, span, "module.exports") ||
      pm_syntax_text_is (syntax, span, "exports.default")) {
    frame->key = PM_NO_KEY;
    frame->role = EXPORTED;
    return TRUE;
  }
  guint n_parts = pm_javascript_chain (syntax, left, FALSE, parts);
  guint n_named = type == JS_NAME ? n_parts : without_prefix (parts, n_parts);
  TSNode operator= pm_syntax_child (frame->node, "operator");
  frame->key = PM_NO_KEY;
  pm_syntax_open_path (syntax, frame, parts, n_named);
  if (!ts_node_is_null (operator) &&
      ts_node_end_byte (operator) - ts_node_start_byte (operator) == 3) {
    frame->flags |= PM_NODE_FALLBACK; /* ||= and ??= */
    frame->variable = pm_javascript_variable (syntax, left);
  }
  return TRUE;
}

/* A function, method, class or enumeration: a map if it has a name. */
static gboolean
enter_block (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  TSNode name = pm_syntax_child (frame->node, "name");
  if (!is_value (frame) && !ts_node_is_null (name))
    frame->key = property_key (syntax, name);
  if (is_value (frame))
    pm_javascript_open (syntax, frame, PM_NODE_MAP);
  return TRUE;
}

static gboolean
enter_export (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  if (!ts_node_is_null (pm_syntax_child (frame->node, "source")))
    frame->key = (PmKey){"import", strlen ("import"), {frame->span.start, frame->span.start}};
  frame->role = EXPORTED;
  return TRUE;
}

static gboolean
enter_element (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  TSNode name = pm_syntax_child (frame->node, "name");
  frame->key =
      ts_node_is_null (name) ? PM_NO_KEY : pm_syntax_key (syntax, pm_syntax_span (syntax, name));
  pm_javascript_open (syntax, frame, PM_NODE_MAP);
  return TRUE;
}

static gboolean
enter_attribute (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  set_key (frame, property_key (syntax, ts_node_named_child (frame->node, 0)));
  return TRUE;
}

/* --- expressions --- */

static void
add_expression (PmSyntax *syntax, const PmSyntaxFrame *frame, const char *variable)
{
  PmScalar scalar = {.span = frame->span, .flags = PM_NODE_EXPRESSION, .variable = variable};
  if (is_value (frame) && (frame->role & OPERAND) == 0 &&
      pm_span_length (frame->span) <= LONGEST_EXPRESSION)
    pm_syntax_scalar (syntax, frame, &scalar);
}

static gboolean
holds_values (guint8 type)
{
  return type == JS_PAIR || type == JS_DECLARATOR || type == JS_ASSIGNMENT ||
         type == JS_ARGUMENTS || type == JS_ARRAY || type == JS_FIELD || type == JS_WRAPPER ||
         type == JS_ATTRIBUTE;
}

/* A chain of plain names, without calls or indexes in it. */
static gboolean
is_plain_chain (const PmSyntax *syntax, TSNode node)
{
  for (guint n = 0; n < PM_JAVASCRIPT_LONGEST_CHAIN; n++) {
    if (pm_syntax_type (syntax, node) != JS_MEMBER)
      return ts_node_named_child_count (node) == 0;
    node = pm_syntax_child (node, "object");
    if (ts_node_is_null (node))
      return FALSE;
  }
  return FALSE;
}

static gboolean
enter_reference (PmSyntax *syntax, const PmSyntaxFrame *parent, PmSyntaxFrame *frame)
{
  const char *variable = pm_javascript_variable (syntax, frame->node);
  if (variable != NULL || is_plain_chain (syntax, frame->node)) {
    if (holds_values (parent->type))
      add_expression (syntax, frame, variable);
    return FALSE;
  }
  return TRUE;
}

static gboolean
holds_text (const PmSyntax *syntax, TSNode node)
{
  guint8 type = pm_syntax_type (syntax, node);
  return type == JS_STRING || type == JS_TEMPLATE || type == JS_NUMBER;
}

/* Whether one of the operands of a chain of + - * / is a literal. */
static gboolean
joins_literals (const PmSyntax *syntax, TSNode node)
{
  for (guint n = 0; n < PM_JAVASCRIPT_LONGEST_CHAIN; n++) {
    if (holds_text (syntax, node))
      return TRUE;
    if (pm_syntax_type (syntax, node) != JS_BINARY)
      return FALSE;
    if (holds_text (syntax, pm_syntax_child (node, "right")))
      return TRUE;
    node = pm_syntax_child (node, "left");
    if (ts_node_is_null (node))
      return FALSE;
  }
  return TRUE;
}

static gboolean
enter_binary (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  PmSpan operator= pm_syntax_span (syntax, pm_syntax_child (frame->node, "operator"));
  gboolean short_one = pm_span_length (operator) == 1;
  char sign = operator.end> operator.start ? syntax->bytes[operator.start] : 0;
  frame->role &= (guint16) ~OR;
  if (pm_syntax_text_is (syntax, operator, "||") || pm_syntax_text_is (syntax, operator, "??")) {
    frame->role |= OR | OPERAND;
  } else if (short_one && strchr ("+-*/%", sign) != NULL) {
    if ((frame->role & JOINED) == 0 && joins_literals (syntax, frame->node)) {
      add_expression (syntax, frame, NULL);
      frame->flags |= PM_NODE_FRAGMENT;
    }
    frame->role |= JOINED | OPERAND;
  } else if (!pm_syntax_text_is (syntax, operator, "&&")) {
    frame->role |= OPERAND;
    frame->key = PM_NO_KEY; /* compared, not a value */
  }
  return TRUE;
}

/* What a child means because of where it stands in its parent. FALSE: nothing. */
static gboolean
place (PmSyntax *syntax, const PmSyntaxFrame *parent, PmSyntaxFrame *frame)
{
  switch (parent->type) {
  case JS_PAIR:
    return !is_field (frame, "key");
  case JS_FIELD:
    return !is_field (frame, "name") && !is_field (frame, "property");
  case JS_FUNCTION:
  case JS_METHOD:
  case JS_CLASS:
  case JS_ELEMENT:
    return !is_field (frame, "name");
  case JS_DECLARATOR:
    return !is_field (frame, "name") || frame->type != JS_NAME;
  case JS_ASSIGNMENT:
    return !is_field (frame, "left") ||
           (frame->type != JS_NAME && frame->type != JS_MEMBER && frame->type != JS_SUBSCRIPT);
  case JS_SUBSCRIPT:
    return !is_field (frame, "index") || (frame->type != JS_STRING && frame->type != JS_NUMBER);
  case JS_EXPORT:
    if (is_field (frame, "declaration"))
      frame->role = 0;
    return TRUE;
  case JS_BINARY:
    if ((parent->role & OR) == 0 || !is_field (frame, "right"))
      return TRUE;
    frame->flags |= PM_NODE_FALLBACK;
    frame->variable =
        pm_javascript_variable_within (syntax, pm_syntax_child (parent->node, "left"));
    return TRUE;
  case JS_TERNARY: {
    gboolean first = is_field (frame, "consequence");
    frame->role |= OPERAND;
    if (is_field (frame, "condition")) {
      frame->key = PM_NO_KEY;
      return TRUE;
    }
    frame->flags |= PM_NODE_FALLBACK;
    frame->variable = pm_javascript_variable_within (
        syntax, pm_syntax_child (parent->node, first ? "alternative" : "consequence"));
    return TRUE;
  }
  default:
    return TRUE;
  }
}

/* --- calls --- */

static TSNode
callee_of (TSNode call)
{
  TSNode function = pm_syntax_child (call, "function");
  return ts_node_is_null (function) ? pm_syntax_child (call, "constructor") : function;
}

static gboolean
is_default_call (const PmSyntax *syntax, TSNode call)
{
  TSNode callee = callee_of (call);
  if (pm_syntax_type (syntax, callee) != JS_MEMBER)
    return FALSE;
  TSNode property = pm_syntax_child (callee, "property");
  return !ts_node_is_null (property) &&
         pm_syntax_text_is (syntax, pm_syntax_span (syntax, property), "default");
}

static gboolean
has_arguments (TSNode call)
{
  TSNode arguments = pm_syntax_child (call, "arguments");
  return !ts_node_is_null (arguments) && ts_node_named_child_count (arguments) > 0;
}

typedef struct {
  gboolean with_default;   /* one of its calls is .default() */
  gboolean with_arguments; /* one of its calls has some, or the chain starts with other code */
} Chain;

static Chain
look_along (const PmSyntax *syntax, TSNode node)
{
  Chain chain = {FALSE, FALSE};
  for (guint n = 0; n < PM_JAVASCRIPT_LONGEST_CHAIN; n++) {
    guint8 type = pm_syntax_type (syntax, node);
    if (type == JS_CALL) {
      chain.with_default = chain.with_default || is_default_call (syntax, node);
      chain.with_arguments = chain.with_arguments || has_arguments (node);
      node = callee_of (node);
    } else if (type == JS_MEMBER) {
      node = pm_syntax_child (node, "object");
    } else {
      chain.with_arguments = chain.with_arguments || ts_node_named_child_count (node) > 0;
      return chain;
    }
    if (ts_node_is_null (node))
      return chain;
  }
  chain.with_arguments = TRUE;
  return chain;
}

/* Functions whose result reads as their argument does. */
static gboolean
is_conversion (const PmSyntax *syntax, PmSpan callee)
{
  static const char *const names[] = {"Number", "String",  "parseInt",       "parseFloat",
                                      "URL",    "Boolean", "Number.parseInt"};
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (pm_syntax_text_is (syntax, callee, names[i]))
      return TRUE;
  return FALSE;
}

static gboolean
enter_call (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  PmSpan callee = pm_syntax_span (syntax, callee_of (frame->node));
  const char *variable = pm_javascript_variable (syntax, frame->node);
  frame->role &= (guint16) ~(PASSING | FIRST_ONLY | ENV_CALL);
  if (variable != NULL) {
    add_expression (syntax, frame, variable);
    frame->role |= ENV_CALL;
    frame->variable = variable;
    return TRUE;
  }
  if ((frame->role & (EXPORTED | SCHEMA)) != 0)
    return TRUE;
  if (is_value (frame) && is_conversion (syntax, callee)) {
    gboolean radix = pm_span_length (callee) >= 8 && callee.end > 3 &&
                     memcmp (syntax->bytes + callee.end - 3, "Int", 3) == 0;
    frame->role |= radix ? PASSING | FIRST_ONLY : PASSING;
    return TRUE;
  }
  if (!is_value (frame))
    return TRUE;
  Chain chain = look_along (syntax, frame->node);
  if (!chain.with_arguments) {
    add_expression (syntax, frame, NULL);
    return FALSE;
  }
  if (chain.with_default)
    frame->role |= SCHEMA;
  else
    pm_javascript_open (syntax, frame, PM_NODE_MAP);
  return TRUE;
}

static void
open_call (PmSyntax *syntax, const PmSyntaxFrame *call, PmSyntaxFrame *frame)
{
  PmKey parts[PM_JAVASCRIPT_LONGEST_CHAIN];
  guint n_parts = pm_javascript_chain (syntax, callee_of (call->node), TRUE, parts);
  frame->key = PM_NO_KEY;
  pm_syntax_open_path (syntax, frame, parts, n_parts);
  pm_javascript_open (syntax, frame, PM_NODE_LIST);
  frame->flags |= PM_NODE_ARGUMENT;
}

static gboolean
enter_arguments (PmSyntax *syntax, const PmSyntaxFrame *call, PmSyntaxFrame *frame)
{
  guint16 role = call->role;
  if (call->type != JS_CALL || (role & PASSING) != 0)
    return TRUE;
  if ((role & ENV_CALL) != 0) {
    frame->flags |= PM_NODE_FALLBACK;
    return TRUE;
  }
  if (ts_node_named_child_count (frame->node) == 0)
    return FALSE;
  if ((role & SCHEMA) != 0 && is_default_call (syntax, call->node)) {
    frame->role &= (guint16) ~SCHEMA;
    frame->flags |= PM_NODE_FALLBACK;
    frame->variable = pm_javascript_variable_within (syntax, callee_of (call->node));
    return TRUE;
  }
  if ((role & EXPORTED) == 0) {
    open_call (syntax, call, frame);
    return TRUE;
  }
  PmKey parts[PM_JAVASCRIPT_LONGEST_CHAIN];
  guint n_parts = pm_javascript_chain (syntax, callee_of (call->node), TRUE, parts);
  frame->key = n_parts == 0 ? PM_NO_KEY : parts[0];
  return TRUE;
}

/* What an argument is because of the call that it belongs to. FALSE: nothing. */
static gboolean
place_argument (PmSyntax *syntax, const PmSyntaxFrame *arguments, PmSyntaxFrame *frame)
{
  guint16 role = arguments->role;
  if ((role & (FIRST_ONLY | ENV_CALL)) != 0 && ts_node_is_named (frame->node)) {
    TSNode first = ts_node_named_child (arguments->node, 0);
    gboolean is_first = ts_node_start_byte (first) == ts_node_start_byte (frame->node);
    if (is_first != ((role & FIRST_ONLY) != 0))
      return FALSE;
  }
  if ((role & EXPORTED) == 0)
    return TRUE;
  if (frame->type == JS_OBJECT || frame->type == JS_FUNCTION || frame->type == JS_CALL ||
      frame->type == JS_WRAPPER)
    frame->key = PM_NO_KEY;
  else
    frame->flags |= PM_NODE_ARGUMENT;
  return TRUE;
}

/* --- broken places --- */

/* In an ERROR there are no pairs, only their tokens: a name before ':' or '=' is a key there. */
static gboolean
enter_in_error (PmSyntax *syntax, PmSyntaxFrame *error, PmSyntaxFrame *frame)
{
  const char *bytes = syntax->bytes;
  guint32 at = frame->span.end;
  while (at < syntax->length && (bytes[at] == ' ' || bytes[at] == '\t'))
    at++;
  char next = at < syntax->length ? bytes[at] : 0;
  char behind = at + 1 < syntax->length ? bytes[at + 1] : 0;
  if (frame->type == JS_NAME || frame->type == JS_KEY || frame->type == JS_STRING) {
    if (next == ':' || (next == '=' && behind != '=' && behind != '>')) {
      error->key = property_key (syntax, frame->node);
      return FALSE;
    }
    return TRUE;
  }
  if (pm_span_length (frame->span) == 1 && strchr (",;{}", bytes[frame->span.start]) != NULL)
    error->key = PM_NO_KEY;
  if (frame->type == JS_FRAGMENT)
    pm_syntax_plain (syntax, frame, 0);
  return TRUE;
}

gboolean
pm_javascript_enter (PmSyntax *syntax, PmSyntaxFrame *parent, PmSyntaxFrame *frame)
{
  if (frame->type == JS_SKIPPED || !place (syntax, parent, frame))
    return FALSE;
  if (parent->type == JS_ARGUMENTS && !place_argument (syntax, parent, frame))
    return FALSE;
  if (parent->type == PM_SYNTAX_ERROR && !enter_in_error (syntax, parent, frame))
    return FALSE;

  switch (frame->type) {
  case JS_STRING:
  case JS_NUMBER:
  case JS_CONSTANT:
  case JS_TEXT:
    return pm_javascript_literal (syntax, parent, frame);
  case JS_TEMPLATE:
    return parent->type != JS_CALL && pm_javascript_literal (syntax, parent, frame);
  case JS_NAME:
  case JS_MEMBER:
  case JS_SUBSCRIPT:
    return enter_reference (syntax, parent, frame);
  case JS_OBJECT:
    if (is_value (frame))
      pm_javascript_open (syntax, frame, PM_NODE_MAP);
    return TRUE;
  case JS_ARRAY:
    pm_javascript_open (syntax, frame, PM_NODE_LIST);
    return TRUE;
  case JS_PAIR:
    return enter_named (syntax, frame, "key");
  case JS_FIELD:
    return enter_named (syntax, frame,
                        ts_node_is_null (pm_syntax_child (frame->node, "name")) ? "property"
                                                                                : "name");
  case JS_DECLARATOR:
    return enter_declarator (syntax, frame);
  case JS_ASSIGNMENT:
    return enter_assignment (syntax, frame);
  case JS_DEFAULT:
  case JS_PARAMETER:
    return enter_default (syntax, parent, frame);
  case JS_CALL:
    return enter_call (syntax, frame);
  case JS_ARGUMENTS:
    return enter_arguments (syntax, parent, frame);
  case JS_FUNCTION:
  case JS_METHOD:
  case JS_CLASS:
    return enter_block (syntax, frame);
  case JS_STATEMENT:
    frame->key = PM_NO_KEY;
    frame->role = 0;
    return TRUE;
  case JS_RETURN:
    frame->key = PM_NO_KEY;
    return TRUE;
  case JS_EXPORT:
    return enter_export (syntax, frame);
  case JS_IMPORT:
    frame->key = (PmKey){"import", strlen ("import"), {frame->span.start, frame->span.start}};
    return TRUE;
  case JS_BINARY:
    return enter_binary (syntax, frame);
  case JS_ELEMENT:
    return enter_element (syntax, frame);
  case JS_ATTRIBUTE:
    return enter_attribute (syntax, frame);
  default:
    return TRUE;
  }
}
