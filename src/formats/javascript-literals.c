/* DESIGN
 * Literals and how they are written. Whatever holds no ${} is one scalar; templates leave their
 * holes to the walk, which finds the values in them. */

#include <string.h>

#include "formats/javascript.h"

/* ECMA-262, 12.9.4: string literals. */
static const PmEscapeStyle string_style = {
    .letters = "nrtbfv",
    .meanings = "\n\r\t\b\f\v",
    .hex = TRUE,
    .unicode = TRUE,
    .brace_unicode = TRUE,
    .octal = TRUE,
    .joins_lines = TRUE,
};

/* Without its quotes, of which the closing one may be missing. */
static PmSpan
inner_span (const PmSyntax *syntax, PmSpan outer)
{
  PmSpan inner = {MIN (outer.start + 1, outer.end), outer.end};
  if (inner.end > inner.start && syntax->bytes[inner.end - 1] == syntax->bytes[outer.start])
    inner.end--;
  return inner;
}

/* The grammar puts the quote that a file lacks where it stands best, and calls nothing wrong. */
static void
check_end (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  PmSpan span = frame->span;
  if (pm_span_length (span) >= 2 && syntax->bytes[span.end - 1] == syntax->bytes[span.start])
    return;
  pm_builder_problem (syntax->builder, span.end, "a string does not end");
  frame->flags |= PM_NODE_BROKEN;
}

static gboolean
read_string (PmSyntax *syntax, const PmSyntaxFrame *parent, PmSyntaxFrame *frame)
{
  check_end (syntax, frame);
  PmScalar scalar = {
      .span = inner_span (syntax, frame->span),
      .outer = frame->span,
      .quoting = syntax->bytes[frame->span.start] == '"' ? PM_QUOTING_DOUBLE : PM_QUOTING_SINGLE,
  };
  gboolean markup = parent->type == JS_ATTRIBUTE; /* JSX attributes know no backslash */
  pm_syntax_template (syntax, frame, &scalar, markup ? NULL : &string_style, NULL, 0);
  return FALSE;
}

static gboolean
read_template (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  check_end (syntax, frame);
  PmScalar scalar = {
      .span = inner_span (syntax, frame->span),
      .outer = frame->span,
      .quoting = PM_QUOTING_BACKTICK,
  };
  g_autoptr (GArray) holes = pm_syntax_children (syntax, frame->node, JS_HOLE, JS_HOLE);
  if (frame->type == JS_TEMPLATE && holes->len > 0) {
    const PmSpan *last = &g_array_index (holes, PmSpan, holes->len - 1);
    scalar.span.end = MAX (scalar.span.end, last->end);
  }
  pm_syntax_template (syntax, frame, &scalar, &string_style, (const PmSpan *) (void *) holes->data,
                      holes->len);
  frame->in_hole = TRUE;
  return holes->len > 0;
}

/* Prose between elements matters where it holds a number. */
static gboolean
read_text (PmSyntax *syntax, const PmSyntaxFrame *frame)
{
  PmScalar scalar = {.span = frame->span, .quoting = PM_QUOTING_BLOCK};
  for (guint32 at = frame->span.start; at < frame->span.end; at++)
    if (g_ascii_isdigit (syntax->bytes[at])) {
      pm_syntax_scalar (syntax, frame, &scalar);
      break;
    }
  return FALSE;
}

gboolean
pm_javascript_literal (PmSyntax *syntax, const PmSyntaxFrame *parent, PmSyntaxFrame *frame)
{
  switch (frame->type) {
  case JS_STRING:
    return read_string (syntax, parent, frame);
  case JS_TEMPLATE:
    return read_template (syntax, frame);
  case JS_TEXT:
    return read_text (syntax, frame);
  case JS_CONSTANT:
    if (!frame->in_list && frame->key.text == NULL)
      return FALSE;
    pm_syntax_plain (syntax, frame, 0);
    return FALSE;
  default:
    pm_syntax_plain (syntax, frame, 0);
    return FALSE;
  }
}

char *
pm_javascript_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  switch (quoting) {
  case PM_QUOTING_SINGLE:
    return pm_escapes_write (&string_style, "'", text);
  case PM_QUOTING_DOUBLE:
    return pm_escapes_write (&string_style, "\"", text);
  case PM_QUOTING_BACKTICK:
    return pm_escapes_write (&string_style, "`$", text);
  case PM_QUOTING_BLOCK: /* JSX text */
    return strpbrk (text, "<>{}&") == NULL ? g_strdup (text) : NULL;
  case PM_QUOTING_NONE:
    break;
  }
  /* A decimal number; a piece of one may be a digit of 0x1bb. */
  gboolean number = text[0] != '\0' && (text[0] != '0' || text[1] == '\0') &&
                    strspn (text, "0123456789") == strlen (text);
  return whole && number ? g_strdup (text) : NULL;
}
