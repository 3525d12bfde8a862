#pragma once

#include "formats/format.h"

/* What a document reads, one scalar a line, for comparison in tests:
 *
 *   path = value
 *
 * with ` !` behind the value when the node is broken, ` ~` a fragment, ` ()` an expression,
 * ` ?VARIABLE` a fallback, and ` -> path` for an alias. Each span is checked on the way: where the
 * value is written as it reads, the file's bytes must be the value. */
char *format_test_dump (const PmDocument *document);

/* Parses text and compares the dump, printing both when they differ. */
void format_test_expect (const PmFormat *format, const char *text, const char *expected);

/* Reasons of all problems, one a line, as "line: reason". */
char *format_test_problems (const PmDocument *document);

/* Writes text, escaped for this quoting, in place of the %s of `around`, parses that, and checks
 * that the last scalar of the document has this quoting and reads as text; or, unless `possible`,
 * that the format says that it cannot be written. */
void format_test_escapes (const PmFormat *format, const char *around, PmQuoting quoting,
                          const char *text, gboolean possible);
