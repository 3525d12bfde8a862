#pragma once

#include "formats/format.h"

/* The property of every span rewriter, shared by unit tests, the test over real files, and fuzzing:
 * edit some digits-only pieces of scalars and check that bytes outside are the same, that only the
 * edited scalars read differently, and that the inverse edits give back the original bytes.
 *
 * `seed` chooses which pieces. Returns the number of edits that were tried (0: the file holds
 * nothing to edit); aborts when the property does not hold. */
guint rewriter_property_check (const PmFormat *format, const char *bytes, gsize length,
                               guint32 seed);

/* The structure that every document must have: links that lead somewhere, spans inside the file,
 * children inside their order. Aborts when it does not hold. */
void rewriter_property_check_document (const PmDocument *document);

/* Copies to exactly-sized heap memory, so that reading a byte too far is caught by ASan. */
char *rewriter_property_exact_copy (const char *bytes, gsize length);
