#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Minimum-weight vertex cover: the cheapest choice of vertices such that of every edge at least one
 * end is chosen. Private to allocation/.
 *
 * Each connected component is solved by itself: a clique at once (all but the dearest), others by
 * branch and bound. That is exact within a budget of steps, one for each edge that is looked at;
 * components for which it does not last get the cover of the local-ratio theorem (R. Bar-Yehuda and
 * S. Even, "A linear-time approximation algorithm for the weighted vertex cover problem", J.
 * Algorithms 2, 1981), which costs at most twice the least, without what it has too much of. */

typedef struct {
  guint a, b;
} PmCoverEdge;

/* A vertex that cannot be chosen. An edge between two of these is left out. */
#define PM_COVER_NEVER G_MAXUINT64

/* Sets ret_chosen[v] for each of n vertices. Weights are positive and their sum is below 2^63.
 * Returns by how much the choice may be too dear: 0, it is the cheapest. */
guint64 pm_cover_find (guint n, const guint64 *weights, const PmCoverEdge *edges, guint n_edges,
                       guint64 n_steps, gboolean *ret_chosen);

G_END_DECLS
