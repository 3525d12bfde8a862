#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The nearest right spelling of a mistyped word, for error messages.
 *
 * Returns the candidate (a NULL-terminated list) with the smallest edit distance, counting a swap
 * of neighbours as one edit (Damerau-Levenshtein, restricted), or NULL when nothing is near enough
 * to be what the person meant: more than a third of the word, rounded up, would have to change. */
const char *pm_suggest_nearest (const char *word, const char *const *candidates);

G_END_DECLS
