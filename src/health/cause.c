/* DESIGN
 * Among nodes that are ill, and the edges between them, circles are found as strongly connected
 * components (Tarjan, 1972, with a stack of its own instead of recursion). They come out with what
 * they need before them, so that each takes its cause from those that it needs: the one of the
 * nearest, and of equally near ones the one that failed first. A component that needs nobody ill is
 * the cause itself, by its member that failed first. */

#include "health/cause.h"

#define NONE G_MAXUINT

typedef struct {
  guint index, low; /* Tarjan's; index 0: not seen yet */
  gboolean on_stack;
  guint component;
  guint first_edge, next_edge, end_edge;
} Mark;

typedef struct {
  guint cause; /* a node */
  guint distance;
} Component;

typedef struct {
  PmCauseNode *nodes;
  guint n_nodes;
  guint *targets; /* of edges between ill ones, by source */
  Mark *marks;
  GArray *path;       /* of guint: nodes being visited */
  GArray *stack;      /* of guint: nodes whose component is open */
  GArray *components; /* of Component */
  guint n_seen;
} Search;

static gboolean
is_ill (const PmCauseNode *node)
{
  return node->health == PM_HEALTH_DOWN || node->is_failing || node->has_recovered;
}

/* What has recovered is only to blame for what it was blamed for already. */
static gboolean
counts (const PmCauseNode *nodes, const PmCauseEdge *edge)
{
  const PmCauseNode *from = &nodes[edge->from], *to = &nodes[edge->to];
  if (edge->from == edge->to || from->health != PM_HEALTH_DOWN || !is_ill (to))
    return FALSE;
  /* A peer that is about to be down is no reason to wait for it. */
  if (edge->are_peers)
    return to->health == PM_HEALTH_DOWN;
  gboolean is_over = to->has_recovered && to->health != PM_HEALTH_DOWN && !to->is_failing;
  return !is_over || from->blamed == to->service_id;
}

static void
sort_edges (Search *s, const PmCauseEdge *edges, guint n_edges)
{
  for (guint i = 0; i < n_edges; i++)
    if (counts (s->nodes, &edges[i]))
      s->marks[edges[i].from].end_edge++;
  guint at = 0;
  for (guint i = 0; i < s->n_nodes; i++) {
    s->marks[i].first_edge = s->marks[i].next_edge = at;
    at += s->marks[i].end_edge;
    s->marks[i].end_edge = s->marks[i].first_edge;
  }
  for (guint i = 0; i < n_edges; i++)
    if (counts (s->nodes, &edges[i]))
      s->targets[s->marks[edges[i].from].end_edge++] = edges[i].to;
}

static gboolean
failed_before (const Search *s, guint a, guint b)
{
  const PmCauseNode *left = &s->nodes[a], *right = &s->nodes[b];
  gboolean left_down = left->health == PM_HEALTH_DOWN, right_down = right->health == PM_HEALTH_DOWN;
  if (left_down != right_down)
    return left_down;
  if (left->since_us != right->since_us)
    return left->since_us < right->since_us;
  return left->service_id < right->service_id;
}

static gboolean
is_better (const Search *s, guint cause, guint distance, const Component *than)
{
  if (than->cause == NONE || distance != than->distance)
    return than->cause == NONE || distance < than->distance;
  return failed_before (s, cause, than->cause);
}

/* The component on top of the stack, down to `root`: all that it needs are closed. */
static void
close_component (Search *s, guint root)
{
  guint number = s->components->len, first = s->stack->len;
  Component component = {NONE, 0};
  do {
    guint node = g_array_index (s->stack, guint, --first);
    s->marks[node].component = number;
    s->marks[node].on_stack = FALSE;
  } while (g_array_index (s->stack, guint, first) != root);
  for (guint i = first; i < s->stack->len; i++) {
    const Mark *mark = &s->marks[g_array_index (s->stack, guint, i)];
    for (guint e = mark->first_edge; e < mark->end_edge; e++) {
      guint needed = s->marks[s->targets[e]].component;
      if (needed == number)
        continue;
      Component other = g_array_index (s->components, Component, needed);
      if (is_better (s, other.cause, other.distance + 1, &component))
        component = (Component){other.cause, other.distance + 1};
    }
  }
  if (component.cause == NONE)
    for (guint i = first; i < s->stack->len; i++)
      if (is_better (s, g_array_index (s->stack, guint, i), 0, &component))
        component = (Component){g_array_index (s->stack, guint, i), 0};
  g_array_set_size (s->stack, first);
  g_array_append_val (s->components, component);
}

static void
enter (Search *s, guint node)
{
  Mark *mark = &s->marks[node];
  mark->index = mark->low = ++s->n_seen;
  mark->on_stack = TRUE;
  g_array_append_val (s->path, node);
  g_array_append_val (s->stack, node);
}

static void
leave (Search *s, guint node)
{
  Mark *mark = &s->marks[node];
  g_array_set_size (s->path, s->path->len - 1);
  if (s->path->len > 0) {
    Mark *above = &s->marks[g_array_index (s->path, guint, s->path->len - 1)];
    above->low = MIN (above->low, mark->low);
  }
  if (mark->low == mark->index)
    close_component (s, node);
}

static void
visit (Search *s, guint start)
{
  enter (s, start);
  while (s->path->len > 0) {
    guint node = g_array_index (s->path, guint, s->path->len - 1);
    Mark *mark = &s->marks[node];
    if (mark->next_edge == mark->end_edge) {
      leave (s, node);
      continue;
    }
    guint target = s->targets[mark->next_edge++];
    if (s->marks[target].index == 0)
      enter (s, target);
    else if (s->marks[target].on_stack)
      mark->low = MIN (mark->low, s->marks[target].index);
  }
}

static void
blame (Search *s)
{
  for (guint i = 0; i < s->n_nodes; i++) {
    PmCauseNode *node = &s->nodes[i];
    gint64 blamed = 0;
    if (node->health == PM_HEALTH_DOWN) {
      guint cause = g_array_index (s->components, Component, s->marks[i].component).cause;
      blamed = cause == i ? 0 : s->nodes[cause].service_id;
    }
    node->blamed = blamed;
  }
}

void
pm_cause_find (PmCauseNode *nodes, guint n_nodes, const PmCauseEdge *edges, guint n_edges)
{
  g_autofree Mark *marks = g_new0 (Mark, n_nodes + 1);
  g_autofree guint *targets = g_new0 (guint, n_edges + 1);
  g_autoptr (GArray) path = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) components = g_array_new (FALSE, FALSE, sizeof (Component));
  Search search = {nodes, n_nodes, targets, marks, path, stack, components, 0};
  sort_edges (&search, edges, n_edges);
  for (guint i = 0; i < n_nodes; i++)
    if (is_ill (&nodes[i]) && marks[i].index == 0)
      visit (&search, i);
  blame (&search);
}
