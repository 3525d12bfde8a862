#include "verbs/health-graph.h"

#include <string.h>

#define LEAST_CONFIDENCE 0.5
#define MOST_PEERS 32 /* of a service with more rows no more are compared with each other */

static guint
hash_service (gconstpointer key)
{
  const PmService *service = key;
  return g_str_hash (service->name) * 31 + g_str_hash (service->project_id);
}

static gboolean
is_same_service (gconstpointer a, gconstpointer b)
{
  const PmService *left = a, *right = b;
  return strcmp (left->name, right->name) == 0 &&
         strcmp (left->project_id, right->project_id) == 0 &&
         strcmp (left->root, right->root) == 0 && strcmp (left->host, right->host) == 0;
}

/* Service → its rows (GArray of guint). */
static GHashTable *
group (const PmSnapshot *snapshot)
{
  GHashTable *groups =
      g_hash_table_new_full (hash_service, is_same_service, NULL, (GDestroyNotify) g_array_unref);
  for (guint i = 0; i < snapshot->services->len; i++) {
    PmService *service = &g_array_index (snapshot->services, PmService, i);
    GArray *rows = g_hash_table_lookup (groups, service);
    if (rows == NULL) {
      rows = g_array_new (FALSE, FALSE, sizeof (guint));
      g_hash_table_insert (groups, service, rows);
    }
    g_array_append_val (rows, i);
  }
  return groups;
}

static void
add (GArray *edges, guint from, guint to, gboolean are_peers)
{
  PmCauseEdge edge = {from, to, are_peers};
  if (from != to)
    g_array_append_val (edges, edge);
}

static void
add_peers (GArray *edges, GHashTable *groups)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, groups);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const GArray *rows = value;
    guint n = MIN (rows->len, MOST_PEERS);
    for (guint i = 0; i < n; i++)
      for (guint k = 0; k < n; k++)
        add (edges, g_array_index (rows, guint, i), g_array_index (rows, guint, k), TRUE);
  }
}

GArray *
pm_verb_health_graph (const PmSnapshot *snapshot)
{
  GArray *edges = g_array_new (FALSE, FALSE, sizeof (PmCauseEdge));
  g_autoptr (GHashTable) groups = group (snapshot);
  for (guint i = 0; i < snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (snapshot->edges, PmEdge, i);
    if (edge->from_service < 0 || edge->to_service < 0 || edge->confidence < LEAST_CONFIDENCE)
      continue;
    const PmService *from =
        &g_array_index (snapshot->services, PmService, (guint) edge->from_service);
    const GArray *rows = g_hash_table_lookup (groups, from);
    for (guint k = 0; k < rows->len; k++)
      add (edges, g_array_index (rows, guint, k), (guint) edge->to_service, FALSE);
  }
  add_peers (edges, groups);
  return edges;
}
