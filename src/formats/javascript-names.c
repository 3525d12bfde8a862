/* DESIGN
 * Names inside expressions: environment variables, callees, targets of assignments. A chain of
 * names is walked from its last to its first, which is how the tree nests, up to a bound. */

#include <string.h>

#include "formats/javascript.h"

#define MOST_NODES_SEARCHED 64

static gboolean
is_environment (const PmSyntax *syntax, TSNode object)
{
  static const char *const objects[] = {"process.env", "import.meta.env", "Bun.env", "process?.env",
                                        "globalThis.process.env"};
  PmSpan span = pm_syntax_span (syntax, object);
  for (gsize i = 0; i < G_N_ELEMENTS (objects); i++)
    if (pm_syntax_text_is (syntax, span, objects[i]))
      return TRUE;
  return FALSE;
}

static gboolean
reads_environment (const PmSyntax *syntax, TSNode callee)
{
  static const char *const functions[] = {
      "env",        "env.get",           "env.int",
      "env.string", "env.number",        "env.array",
      "getEnv",     "Deno.env.get",      "env.bool",
      "env.float",  "configService.get", "this.configService.get",
  };
  PmSpan span = pm_syntax_span (syntax, callee);
  for (gsize i = 0; i < G_N_ELEMENTS (functions); i++)
    if (pm_syntax_text_is (syntax, span, functions[i]))
      return TRUE;
  return FALSE;
}

static const char *
span_text (PmSyntax *syntax, PmSpan span)
{
  return pm_arena_strndup (pm_builder_arena (syntax->builder), syntax->bytes + span.start,
                           pm_span_length (span));
}

/* What stands between the quotes of a string without escapes. */
static const char *
string_text (PmSyntax *syntax, TSNode string)
{
  if (ts_node_is_null (string) || pm_syntax_type (syntax, string) != JS_STRING)
    return NULL;
  PmSpan span = pm_syntax_span (syntax, string);
  if (pm_span_length (span) < 3)
    return NULL;
  return span_text (syntax, (PmSpan){span.start + 1, span.end - 1});
}

const char *
pm_javascript_variable (PmSyntax *syntax, TSNode node)
{
  switch (pm_syntax_type (syntax, node)) {
  case JS_MEMBER:
    if (!is_environment (syntax, pm_syntax_child (node, "object")))
      return NULL;
    return span_text (syntax, pm_syntax_span (syntax, pm_syntax_child (node, "property")));
  case JS_SUBSCRIPT:
    if (!is_environment (syntax, pm_syntax_child (node, "object")))
      return NULL;
    return string_text (syntax, pm_syntax_child (node, "index"));
  case JS_CALL: {
    TSNode arguments = pm_syntax_child (node, "arguments");
    if (pm_syntax_type (syntax, arguments) != JS_ARGUMENTS)
      return NULL;
    return reads_environment (syntax, pm_syntax_child (node, "function"))
               ? string_text (syntax, ts_node_named_child (arguments, 0))
               : NULL;
  }
  default:
    return NULL;
  }
}

static gboolean
may_hide_variables (guint8 type)
{
  return type != JS_FUNCTION && type != JS_OBJECT && type != JS_ARRAY && type != JS_TEMPLATE;
}

const char *
pm_javascript_variable_within (PmSyntax *syntax, TSNode node)
{
  if (ts_node_is_null (node))
    return NULL;
  TSTreeCursor cursor = ts_tree_cursor_new (node);
  const char *variable = NULL;
  gboolean more = TRUE;
  for (guint n = 0; more && variable == NULL && n < MOST_NODES_SEARCHED; n++) {
    TSNode at = ts_tree_cursor_current_node (&cursor);
    variable = pm_javascript_variable (syntax, at);
    if (may_hide_variables (pm_syntax_type (syntax, at)) &&
        ts_tree_cursor_goto_first_child (&cursor))
      continue;
    while (more && !ts_tree_cursor_goto_next_sibling (&cursor))
      more = ts_tree_cursor_goto_parent (&cursor);
  }
  ts_tree_cursor_delete (&cursor);
  return variable;
}

/* One step from a name towards the first one of its chain. */
static TSNode
step_back (const PmSyntax *syntax, TSNode at, gboolean *is_called)
{
  switch (pm_syntax_type (syntax, at)) {
  case JS_CALL: {
    TSNode function = pm_syntax_child (at, "function");
    *is_called = TRUE;
    return ts_node_is_null (function) ? pm_syntax_child (at, "constructor") : function;
  }
  case JS_MEMBER:
  case JS_SUBSCRIPT:
    return pm_syntax_child (at, "object");
  case JS_WRAPPER:
    return ts_node_named_child (at, 0);
  default:
    return (TSNode){0};
  }
}

static PmKey
name_of (PmSyntax *syntax, TSNode at, gboolean is_called)
{
  gboolean member = pm_syntax_type (syntax, at) == JS_MEMBER;
  TSNode name = member ? pm_syntax_child (at, "property") : at;
  PmSpan span = pm_syntax_span (syntax, name);
  if (!ts_node_is_null (name) &&
      ts_node_child_count (name) > 0) /* code, such as a function that is called where it stands */
    span.end = span.start;
  if (!is_called)
    return pm_syntax_key (syntax, span);
  g_autoptr (GString) text = g_string_new_len (syntax->bytes + span.start, pm_span_length (span));
  g_string_append (text, "()");
  return pm_syntax_key_text (syntax, text->str, text->len, span);
}

guint
pm_javascript_chain (PmSyntax *syntax, TSNode node, gboolean is_called, PmKey *ret_parts)
{
  guint n_parts = 0;
  for (guint n = 0; n < PM_JAVASCRIPT_LONGEST_CHAIN && !ts_node_is_null (node); n++) {
    guint8 type = pm_syntax_type (syntax, node);
    if (type == JS_SUBSCRIPT) {
      const char *name = string_text (syntax, pm_syntax_child (node, "index"));
      PmSpan span = pm_syntax_span (syntax, pm_syntax_child (node, "index"));
      if (name != NULL)
        ret_parts[n_parts++] = pm_syntax_key_text (syntax, name, strlen (name), span);
    } else if (type != JS_CALL && type != JS_WRAPPER) {
      ret_parts[n_parts++] = name_of (syntax, node, is_called);
      is_called = FALSE;
    }
    node = step_back (syntax, node, &is_called);
  }
  return n_parts;
}
