#pragma once

#include "formats/syntax-tree.h"

G_BEGIN_DECLS

/* JavaScript, TypeScript and their JSX as a document: what programs and configuration modules say
 * in literals. Private to formats/; rules read this to know the paths.
 *
 * Names make the path: variables, properties, parameters, functions, classes, methods, enums, JSX
 * elements (maps) and their attributes. Objects are maps, arrays lists. An assignment to `a.b.c` is
 * c inside b inside a; `this.` and `exports.` are left out. Statements, casts, await and
 * parentheses add nothing. An object that has no name of its own belongs to what it stands in, so
 * `return { port: 1 }` in f is `f.port`.
 *
 * The default export (`export default`, `module.exports =`, `export =`) is the root itself. A call
 * there (defineConfig, withPlugin …) is transparent: its object arguments, and what its function
 * arguments return, are the root as well. Its other arguments have the call's key.
 *
 * Every other call is a list with the key `name()`, its arguments flagged PM_NODE_ARGUMENT, inside
 * maps for the names before it: `app.listen(80)` is `app.listen()[0]`. In a chain each call has its
 * own list, `app.use()`, then `app.use().listen()`. As a value it stands in a map of the value's
 * name: `const s = app.listen(80)` is `s.app.listen()[0]`. `new X()` is `X()`. A call without
 * arguments is an expression.
 *
 * Fallbacks: the right side of || and ??, both results of ?:, a default of a parameter or a
 * pattern, the argument of .default() (zod, yup, joi, env-var) and the second one of env() are
 * PM_NODE_FALLBACK, with `variable` where process.env, import.meta.env, Bun.env, Deno.env.get,
 * env() or configService.get is what they stand in for. Number(), parseInt() and their like and new
 * URL() are transparent.
 *
 * Strings joined by + are one PM_NODE_EXPRESSION, then a PM_NODE_FRAGMENT for each literal; a
 * template with ${} is the whole text, then its literal pieces, then values inside the ${}. A bare
 * name or a reference to the environment that is a whole value is an expression as well, so that
 * arguments keep their place: count them without fragments.
 *
 * Not read: comments, types, regular expressions, tagged templates, names of properties. */

enum {
  JS_STRING = 1,
  JS_TEMPLATE,
  JS_NUMBER,
  JS_CONSTANT,
  JS_NAME,   /* an identifier */
  JS_MEMBER, /* a.b */
  JS_SUBSCRIPT,
  JS_OBJECT,
  JS_ARRAY,
  JS_PAIR,
  JS_DECLARATOR,
  JS_ASSIGNMENT,
  JS_CALL, /* new, too */
  JS_ARGUMENTS,
  JS_FUNCTION,
  JS_METHOD,
  JS_CLASS,
  JS_FIELD,
  JS_DEFAULT, /* name = value in a pattern or a parameter */
  JS_PARAMETER,
  JS_RETURN,
  JS_STATEMENT,
  JS_EXPORT,
  JS_IMPORT,
  JS_BINARY,
  JS_TERNARY,
  JS_WRAPPER, /* parentheses, casts, await: the value inside is the value */
  JS_ELEMENT,
  JS_ATTRIBUTE,
  JS_SKIPPED,
  JS_FRAGMENT, /* text of a string; alone only in an ERROR */
  JS_HOLE,     /* ${…} in a template */
  JS_TEXT,     /* between JSX elements */
  JS_KEY,      /* the name of a property */
};

/* The environment variable that an expression reads, or NULL; in the document's arena. */
const char *pm_javascript_variable (PmSyntax *syntax, TSNode node);

/* The first variable that is read in an expression, functions and objects aside. */
const char *pm_javascript_variable_within (PmSyntax *syntax, TSNode node);

#define PM_JAVASCRIPT_LONGEST_CHAIN 32

/* The names of `a.b().c`, last first, of at most PM_JAVASCRIPT_LONGEST_CHAIN; a called one with
 * (). `is_called`: the last one is. */
guint pm_javascript_chain (PmSyntax *syntax, TSNode node, gboolean is_called, PmKey *ret_parts);

/* A string, template, number, constant or JSX text. */
gboolean pm_javascript_literal (PmSyntax *syntax, const PmSyntaxFrame *parent,
                                PmSyntaxFrame *frame);

char *pm_javascript_escape (PmQuoting quoting, gboolean whole, const char *text);

/* pm_syntax_open, and what a frame means for JavaScript starts anew inside. */
void pm_javascript_open (PmSyntax *syntax, PmSyntaxFrame *frame, PmNodeKind kind);

gboolean pm_javascript_enter (PmSyntax *syntax, PmSyntaxFrame *parent, PmSyntaxFrame *frame);

G_END_DECLS
