/* DESIGN
 * Kahn's algorithm, level by level: those whose needs are all placed are placed together. Where
 * nobody is left but circles, and what hangs on them, the one with the fewest open needs goes next;
 * of several the first, so that the same input gives the same order. */

#include "heal/order.h"

static gboolean
counts (guint n, const PmOrderEdge *edge)
{
  return edge->from < n && edge->to < n && edge->from != edge->to;
}

typedef struct {
  guint n;
  const PmOrderEdge *edges;
  guint n_edges;
  guint *open; /* needs that are not placed yet */
  gboolean *placed;
  guint *levels;
} Work;

static void
place (Work *work, guint i, guint level)
{
  work->placed[i] = TRUE;
  work->levels[i] = level;
}

static void
release (Work *work, guint level)
{
  for (guint k = 0; k < work->n_edges; k++) {
    const PmOrderEdge *edge = &work->edges[k];
    if (counts (work->n, edge) && work->placed[edge->to] && work->levels[edge->to] == level)
      work->open[edge->from]--;
  }
}

static guint
place_ready (Work *work, guint level)
{
  guint n_placed = 0;
  for (guint i = 0; i < work->n; i++) {
    if (work->placed[i] || work->open[i] > 0)
      continue;
    place (work, i, level);
    n_placed++;
  }
  return n_placed;
}

static guint
place_least_bound (Work *work, guint level)
{
  guint best = work->n;
  for (guint i = 0; i < work->n; i++)
    if (!work->placed[i] && (best == work->n || work->open[i] < work->open[best]))
      best = i;
  if (best < work->n)
    place (work, best, level);
  return best < work->n;
}

void
pm_order_levels (guint n, const PmOrderEdge *edges, guint n_edges, guint *ret_levels)
{
  g_autofree guint *open = g_new0 (guint, n);
  g_autofree gboolean *placed = g_new0 (gboolean, n);
  Work work = {n, edges, n_edges, open, placed, ret_levels};
  for (guint k = 0; k < n_edges; k++)
    if (counts (n, &edges[k]))
      open[edges[k].from]++;
  for (guint left = n, level = 0; left > 0; level++) {
    guint n_placed = place_ready (&work, level);
    left -= n_placed > 0 ? n_placed : place_least_bound (&work, level);
    release (&work, level);
  }
}
