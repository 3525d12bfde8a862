/* DESIGN
 * Vertices are free, chosen, or left out, which means that all their neighbours are chosen. The
 * search decides the free vertex with the most free neighbours, chosen first; a trail of what was
 * decided takes it back. Its lower bound is the one that the local-ratio method gives for what is
 * free: every edge takes the lesser of what is left of its ends' weights. The search keeps a stack
 * of its own, so a hostile graph cannot exhaust the program's. */

#include "allocation/cover.h"

#include <string.h>

enum { FREE, CHOSEN, LEFT_OUT };

typedef struct {
  guint vertex;
  guint trail; /* length of the trail before it was decided */
  gboolean is_second;
} Frame;

typedef struct {
  guint n;
  const guint64 *weights;
  guint *first; /* of each vertex: where its neighbours begin in `neighbours` */
  guint *neighbours;
  guint8 *state;
  guint *degree; /* free neighbours */
  guint64 *rest; /* scratch of the local ratio */
  GArray *trail; /* guint */
  GArray *frames;
  guint64 cost; /* of what is chosen, in this component */
  guint64 steps;
} Search;

/* --- the graph --- */

static void
build (Search *s, const PmCoverEdge *edges, guint n_edges)
{
  s->first = g_new0 (guint, s->n + 2);
  s->neighbours = g_new (guint, 2 * (gsize) n_edges + 1);
  for (guint i = 0; i < n_edges; i++) {
    s->first[edges[i].a + 2]++;
    s->first[edges[i].b + 2]++;
  }
  for (guint v = 0; v < s->n; v++)
    s->first[v + 2] += s->first[v + 1];
  for (guint i = 0; i < n_edges; i++) {
    s->neighbours[s->first[edges[i].a + 1]++] = edges[i].b;
    s->neighbours[s->first[edges[i].b + 1]++] = edges[i].a;
  }
  for (guint v = 0; v < s->n; v++)
    s->degree[v] = s->first[v + 1] - s->first[v];
}

#define FOR_NEIGHBOURS(s, v, k)                                                                    \
  for (guint k = (s)->first[v], k##_end = (s)->first[(v) + 1]; k < k##_end; k++)

static void
decide (Search *s, guint v, guint8 state)
{
  s->state[v] = state;
  if (state == CHOSEN)
    s->cost += s->weights[v];
  g_array_append_val (s->trail, v);
  FOR_NEIGHBOURS (s, v, k)
  s->degree[s->neighbours[k]]--;
  s->steps -= MIN (s->steps, s->first[v + 1] - s->first[v] + 1);
}

static void
leave_out (Search *s, guint v)
{
  decide (s, v, LEFT_OUT);
  FOR_NEIGHBOURS (s, v, k)
  if (s->state[s->neighbours[k]] == FREE)
    decide (s, s->neighbours[k], CHOSEN);
}

static void
take_back (Search *s, guint length)
{
  while (s->trail->len > length) {
    guint v = g_array_index (s->trail, guint, s->trail->len - 1);
    g_array_set_size (s->trail, s->trail->len - 1);
    if (s->state[v] == CHOSEN)
      s->cost -= s->weights[v];
    s->state[v] = FREE;
    FOR_NEIGHBOURS (s, v, k)
    s->degree[s->neighbours[k]]++;
  }
}

/* --- bounds --- */

/* What covering the free edges costs at least. With `choose`, vertices of which nothing is left are
 * a cover of them; they are decided. */
static guint64
local_ratio (Search *s, const guint *vertices, guint n_vertices, gboolean choose)
{
  guint64 bound = 0;
  for (guint i = 0; i < n_vertices; i++)
    s->rest[vertices[i]] = s->weights[vertices[i]];
  for (guint i = 0; i < n_vertices; i++) {
    guint v = vertices[i];
    if (s->state[v] != FREE)
      continue;
    FOR_NEIGHBOURS (s, v, k)
    {
      guint other = s->neighbours[k];
      if (other < v || s->state[other] != FREE)
        continue;
      guint64 share = MIN (s->rest[v], s->rest[other]);
      s->rest[v] -= share;
      s->rest[other] -= share;
      bound += share;
    }
    s->steps -= MIN (s->steps, s->first[v + 1] - s->first[v] + 1);
  }
  for (guint i = 0; choose && i < n_vertices; i++)
    if (s->state[vertices[i]] == FREE && s->degree[vertices[i]] > 0 && s->rest[vertices[i]] == 0)
      decide (s, vertices[i], CHOSEN);
  return bound;
}

/* The dearest first: one whose neighbours are all chosen need not be. */
static void
drop_surplus (const Search *s, const guint *vertices, guint n_vertices, gboolean *chosen)
{
  for (;;) {
    gint64 best = -1;
    for (guint i = 0; i < n_vertices; i++) {
      guint v = vertices[i];
      gboolean needed = !chosen[v];
      FOR_NEIGHBOURS (s, v, k)
      needed |= !chosen[s->neighbours[k]];
      if (!needed && (best < 0 || s->weights[v] > s->weights[best]))
        best = v;
    }
    if (best < 0)
      return;
    chosen[best] = FALSE;
  }
}

/* --- one component --- */

static guint64
weight_of (const Search *s, const guint *vertices, guint n_vertices, const gboolean *chosen)
{
  guint64 sum = 0;
  for (guint i = 0; i < n_vertices; i++)
    sum += chosen[vertices[i]] ? s->weights[vertices[i]] : 0;
  return sum;
}

static gboolean
solve_clique (const Search *s, const guint *vertices, guint n_vertices, gboolean *chosen)
{
  guint dearest = vertices[0];
  for (guint i = 0; i < n_vertices; i++) {
    if (s->degree[vertices[i]] != n_vertices - 1)
      return FALSE;
    if (s->weights[vertices[i]] > s->weights[dearest])
      dearest = vertices[i];
  }
  for (guint i = 0; i < n_vertices; i++)
    chosen[vertices[i]] = vertices[i] != dearest;
  return TRUE;
}

/* G_MAXUINT: no edge is free any more. */
static guint
pick (const Search *s, const guint *vertices, guint n_vertices)
{
  guint best = G_MAXUINT;
  for (guint i = 0; i < n_vertices; i++) {
    guint v = vertices[i];
    if (s->state[v] == FREE && s->degree[v] > 0 &&
        (best == G_MAXUINT || s->degree[v] > s->degree[best]))
      best = v;
  }
  return best;
}

/* Back to the last vertex that was only tried as chosen, and leaves it out. FALSE: there is none.
 */
static gboolean
next_branch (Search *s)
{
  while (s->frames->len > 0) {
    Frame *frame = &g_array_index (s->frames, Frame, s->frames->len - 1);
    take_back (s, frame->trail);
    if (!frame->is_second) {
      frame->is_second = TRUE;
      leave_out (s, frame->vertex);
      return TRUE;
    }
    g_array_set_size (s->frames, s->frames->len - 1);
  }
  return FALSE;
}

typedef struct {
  const guint *vertices;
  guint n_vertices;
  guint64 best;     /* what the best cover so far costs */
  gboolean *chosen; /* and which one it is */
} Best;

/* FALSE: everything is decided, or nothing better can come of it. */
static gboolean
descend (Search *s, Best *best)
{
  guint v = pick (s, best->vertices, best->n_vertices);
  s->steps -= MIN (s->steps, best->n_vertices);
  if (v != G_MAXUINT &&
      s->cost + local_ratio (s, best->vertices, best->n_vertices, FALSE) < best->best) {
    Frame frame = {v, s->trail->len, FALSE};
    g_array_append_val (s->frames, frame);
    decide (s, v, CHOSEN);
    return TRUE;
  }
  if (v == G_MAXUINT && s->cost < best->best) {
    best->best = s->cost;
    for (guint i = 0; i < best->n_vertices; i++)
      best->chosen[best->vertices[i]] = s->state[best->vertices[i]] == CHOSEN;
  }
  return FALSE;
}

/* FALSE: the budget did not last. */
static gboolean
branch_and_bound (Search *s, const guint *vertices, guint n_vertices, gboolean *chosen)
{
  Best best = {vertices, n_vertices, weight_of (s, vertices, n_vertices, chosen), chosen};
  do
    while (s->steps > 0 && descend (s, &best))
      ;
  while (s->steps > 0 && next_branch (s));
  return s->steps > 0;
}

static guint64
solve_component (Search *s, const guint *vertices, guint n_vertices, gboolean *chosen)
{
  guint start = s->trail->len;
  if (solve_clique (s, vertices, n_vertices, chosen))
    return 0;
  s->cost = 0;
  guint64 bound = local_ratio (s, vertices, n_vertices, TRUE);
  for (guint i = 0; i < n_vertices; i++)
    chosen[vertices[i]] = s->state[vertices[i]] == CHOSEN;
  take_back (s, start);
  drop_surplus (s, vertices, n_vertices, chosen);
  gboolean is_exact = branch_and_bound (s, vertices, n_vertices, chosen);
  take_back (s, start);
  g_array_set_size (s->frames, 0);
  return is_exact ? 0 : weight_of (s, vertices, n_vertices, chosen) - bound;
}

/* --- all of them --- */

/* What cannot be chosen chooses its neighbours. */
static void
force (Search *s, gboolean *chosen)
{
  for (guint v = 0; v < s->n; v++)
    if (s->weights[v] == PM_COVER_NEVER && s->state[v] == FREE)
      decide (s, v, LEFT_OUT);
  for (guint v = 0; v < s->n; v++) {
    if (s->state[v] != LEFT_OUT)
      continue;
    FOR_NEIGHBOURS (s, v, k)
    if (s->state[s->neighbours[k]] == FREE) {
      decide (s, s->neighbours[k], CHOSEN);
      chosen[s->neighbours[k]] = TRUE;
    }
  }
}

/* The free vertices that hang together with `v`, in `component`. */
static void
collect (const Search *s, guint v, gboolean *seen, GArray *component)
{
  g_array_set_size (component, 0);
  g_array_append_val (component, v);
  seen[v] = TRUE;
  for (guint i = 0; i < component->len; i++) {
    FOR_NEIGHBOURS (s, g_array_index (component, guint, i), k)
    {
      guint other = s->neighbours[k];
      if (seen[other] || s->state[other] != FREE)
        continue;
      seen[other] = TRUE;
      g_array_append_val (component, other);
    }
  }
}

static gint
compare_vertices (gconstpointer a, gconstpointer b)
{
  guint left = *(const guint *) a, right = *(const guint *) b;
  return left < right ? -1 : left > right;
}

static guint64
solve_components (Search *s, gboolean *chosen)
{
  g_autofree gboolean *seen = g_new0 (gboolean, s->n + 1);
  g_autoptr (GArray) component = g_array_new (FALSE, FALSE, sizeof (guint));
  guint64 surplus = 0;
  for (guint v = 0; v < s->n; v++) {
    if (seen[v] || s->state[v] != FREE || s->degree[v] == 0)
      continue;
    collect (s, v, seen, component);
    g_array_sort (component, compare_vertices);
    surplus +=
        solve_component (s, (const guint *) (void *) component->data, component->len, chosen);
  }
  return surplus;
}

guint64
pm_cover_find (guint n, const guint64 *weights, const PmCoverEdge *edges, guint n_edges,
               guint64 n_steps, gboolean *ret_chosen)
{
  g_autofree guint8 *state = g_new0 (guint8, n + 1);
  g_autofree guint *degree = g_new0 (guint, n + 1);
  g_autofree guint64 *rest = g_new0 (guint64, n + 1);
  g_autoptr (GArray) trail = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  Search search = {
      .n = n,
      .weights = weights,
      .state = state,
      .degree = degree,
      .rest = rest,
      .trail = trail,
      .frames = frames,
      .steps = n_steps,
  };
  for (guint v = 0; v < n; v++)
    ret_chosen[v] = FALSE;
  build (&search, edges, n_edges);
  force (&search, ret_chosen);
  guint64 surplus = solve_components (&search, ret_chosen);
  g_free (search.first);
  g_free (search.neighbours);
  return surplus;
}
