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

/* Whether digits follow where they must: \xHH, \uHHHH, \u{H…} (ECMA-262, 12.9.4). */
static gboolean
has_digits (const char *bytes, guint32 at, guint32 end)
{
  guint n = bytes[at] == 'x'                       ? 2
            : bytes[at] != 'u'                     ? 0
            : at + 1 < end && bytes[at + 1] == '{' ? 1
                                                   : 4;
  at += n == 1 ? 2 : 1;
  for (guint i = 0; i < n; i++)
    if (at + i >= end || !g_ascii_isxdigit (bytes[at + i]))
      return FALSE;
  return TRUE;
}

/* The grammar puts the quote that a file lacks where it stands best, takes escapes without their
 * digits, and calls nothing wrong. */
static void
check_literal (PmSyntax *syntax, PmSyntaxFrame *frame, gboolean escapes)
{
  PmSpan span = frame->span;
  const char *bytes = syntax->bytes, *flaw = NULL;
  guint32 at = span.end;
  if (pm_span_length (span) < 2 || bytes[span.end - 1] != bytes[span.start])
    flaw = "a string does not end";
  else if (escapes && memchr (bytes + span.start, '\\', pm_span_length (span)) != NULL)
    for (at = span.start; at < span.end && flaw == NULL; at++)
      if (bytes[at] == '\\' && ++at < span.end && !has_digits (bytes, at, span.end))
        flaw = "an escape without its digits";
  if (flaw == NULL)
    return;
  pm_builder_problem (syntax->builder, MIN (at, span.end), "%s", flaw);
  frame->flags |= PM_NODE_BROKEN;
}

static gboolean
read_string (PmSyntax *syntax, const PmSyntaxFrame *parent, PmSyntaxFrame *frame)
{
  gboolean markup = parent->type == JS_ATTRIBUTE; /* JSX attributes know no backslash */
  check_literal (syntax, frame, !markup);
  PmScalar scalar = {
      .span = inner_span (syntax, frame->span),
      .outer = frame->span,
      .quoting = syntax->bytes[frame->span.start] == '"' ? PM_QUOTING_DOUBLE : PM_QUOTING_SINGLE,
  };
  pm_syntax_template (syntax, frame, &scalar, markup ? NULL : &string_style, NULL, 0);
  return FALSE;
}

static gboolean
read_template (PmSyntax *syntax, PmSyntaxFrame *frame)
{
  check_literal (syntax, frame, frame->type == JS_TEMPLATE);
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
