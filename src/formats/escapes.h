#pragma once

#include "formats/builder.h"

G_BEGIN_DECLS

/* Backslash escapes of string literals, as the languages on tree-sitter write them. Private to
 * formats/. */

typedef struct {
  const char *letters;  /* \n and its like: the letters … */
  const char *meanings; /* … and the byte that each stands for */
  const char *only; /* what a backslash may stand before; elsewhere it is kept. NULL: anything */
  gboolean hex;     /* \xHH */
  gboolean unicode; /* \uHHHH, surrogate pairs included */
  gboolean long_unicode;  /* \UHHHHHHHH */
  gboolean brace_unicode; /* \u{H…} */
  gboolean octal;         /* \0 to \377 */
  gboolean joins_lines;   /* a backslash before a line's end joins the lines */
  gboolean trims_lines;   /* … and takes the white space behind it along (TOML) */
} PmEscapeStyle;

/* Decodes [span) behind what `decoded` holds already. With a builder, records where bytes moved
 * as segments of the scalar that comes next; the caller then gives `decoded` as its value. Returns
 * FALSE, and records nothing, when nothing is escaped and `decoded` was empty.
 *
 * A NUL or a lone surrogate reads as U+FFFD. */
gboolean pm_escapes_decode (PmBuilder *builder, const char *bytes, PmSpan span,
                            const PmEscapeStyle *style, GString *decoded);

/* `text` with a backslash before each of `special` and before itself; control characters as \n, \r,
 * \t or, if the style knows it, \u00HH. NULL when one cannot be written. Free with g_free. */
char *pm_escapes_write (const PmEscapeStyle *style, const char *special, const char *text);

G_END_DECLS
