#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Text as input for roff, of manual pages written with the macros of man(7).
 *
 * Every character means itself: nothing of a text is ever a request or an escape. What comes out is
 * ASCII, short lines, and each sentence begins one, as man-pages(7) and mandoc(1) want it; so every
 * roff shows it, whatever the locale. Each call appends whole lines. */

/* Prose, filled. What stands between two backticks is bold, as a literal. */
void pm_roff_text (GString *out, const char *text);

/* The same in paragraphs, as `--help` has them: an empty line parts two, a line that begins with a
 * space stands as it is. */
void pm_roff_paragraphs (GString *out, const char *text);

/* How a command is called: what is typed as it is is bold, what stands for something (SERVICE) is
 * italic. */
void pm_roff_usage (GString *out, const char *usage);

/* A literal, bold; `placeholder` (NULL none) is italic behind it. */
void pm_roff_term (GString *out, const char *literal, const char *placeholder);

/* A line that stands as it is, between .EX and .EE. */
void pm_roff_line (GString *out, const char *line);

/* ".SH NAME": `argument` is one. */
void pm_roff_macro (GString *out, const char *macro, const char *argument);

G_END_DECLS
