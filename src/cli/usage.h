#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The usage of a command (PmCommand.arguments), taken apart: for manual pages and completions.
 *
 * "[list] [FILTER…] | show ID" is two ways to call it. A word in capitals stands for something;
 * brackets hold what may be left out; “…” may come again; “a|b” is one of these. */

/* The ways, each as it is written (of char *). */
GPtrArray *pm_usage_ways (const char *arguments);

typedef struct {
  char *text;          /* "show", "FILTER", "bash|zsh" */
  gboolean stands_for; /* something: "FILTER" */
  gboolean optional;
  gboolean repeats;
} PmUsageWord;

/* Of one way, what is no option and no option's value, in its order (of PmUsageWord). */
GArray *pm_usage_words (const char *way);

/* What may come behind `typed` (`n_typed` words) by this way: bit i says that word i may. */
guint64 pm_usage_next (const GArray *words, char *const *typed, guint n_typed);

G_END_DECLS
