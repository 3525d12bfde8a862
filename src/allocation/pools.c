#include "allocation/pools.h"

#include <string.h>

#define FIRST_UNPRIVILEGED 1024

struct PmPools {
  GPtrArray *list;    /* of PmPool, each with its type and ranges in one block behind it */
  PmPool *node_ports; /* not in the list */
};

static const PmPortRange node_ports = {30000, 32767};

/* Near to where people expect them (3000 for a development server, 8000 for an API, exporters of
 * metrics from 9100 on), and for what has one famous port (5432, 6379) the block that people take
 * for a second one. */
static const struct {
  const char *type;
  PmPortRange range;
} defaults[] = {
    {"web", {3000, 3999}},           {"ws", {4000, 4499}},        {"mcp", {7500, 7999}},
    {"api", {8000, 8999}},           {"metrics", {9100, 9999}},   {"proxy", {10000, 10999}},
    {"mail", {11000, 11199}},        {"queue", {14000, 14499}},   {"database", {15000, 15999}},
    {"cache", {16000, 16499}},       {"storage", {17000, 17499}}, {"search", {19000, 19499}},
    {PM_POOL_OTHER, {20000, 21999}},
};

/* --- the list --- */

static PmPool *
pool_new (const char *type, const PmPortRange *ranges, guint n_ranges, gboolean is_configured)
{
  gsize ranges_size = n_ranges * sizeof (PmPortRange), type_size = strlen (type) + 1;
  PmPool *pool = g_malloc0 (sizeof (PmPool) + ranges_size + type_size);
  char *behind = (char *) (pool + 1);
  if (ranges_size > 0)
    memcpy (behind, ranges, ranges_size);
  memcpy (behind + ranges_size, type, type_size);
  *pool = (PmPool){
      .type = behind + ranges_size,
      .ranges = (const PmPortRange *) (gconstpointer) behind,
      .n_ranges = n_ranges,
      .is_configured = is_configured,
  };
  return pool;
}

PmPools *
pm_pools_new (void)
{
  PmPools *pools = g_new0 (PmPools, 1);
  pools->list = g_ptr_array_new_with_free_func (g_free);
  for (gsize i = 0; i < G_N_ELEMENTS (defaults); i++)
    g_ptr_array_add (pools->list, pool_new (defaults[i].type, &defaults[i].range, 1, FALSE));
  pools->node_ports = pool_new ("node ports", &node_ports, 1, FALSE);
  return pools;
}

void
pm_pools_free (PmPools *pools)
{
  if (pools == NULL)
    return;
  g_ptr_array_unref (pools->list);
  g_free (pools->node_ports);
  g_free (pools);
}

void
pm_pools_set (PmPools *pools, const char *type, const PmPortRange *ranges, guint n_ranges)
{
  PmPool *pool = pool_new (type, ranges, n_ranges, TRUE);
  for (guint i = 0; i < pools->list->len; i++)
    if (strcmp (pm_pools_at (pools, i)->type, type) == 0) {
      g_free (g_ptr_array_index (pools->list, i));
      g_ptr_array_index (pools->list, i) = pool;
      return;
    }
  g_ptr_array_add (pools->list, pool);
}

guint
pm_pools_count (const PmPools *pools)
{
  return pools->list->len;
}

const PmPool *
pm_pools_at (const PmPools *pools, guint index)
{
  return g_ptr_array_index (pools->list, index);
}

const PmPool *
pm_pools_find (const PmPools *pools, const char *type)
{
  for (guint i = 0; i < pools->list->len; i++)
    if (strcmp (pm_pools_at (pools, i)->type, type) == 0)
      return pm_pools_at (pools, i);
  return NULL;
}

const PmPool *
pm_pools_for (const PmPools *pools, const PmService *service)
{
  if (service->scope == PM_SCOPE_CLUSTER && pm_pool_has (pools->node_ports, service->external_port))
    return pools->node_ports;
  const PmPool *pool = pm_pools_find (pools, service->type);
  return pool != NULL ? pool : pm_pools_find (pools, PM_POOL_OTHER);
}

static void
overlaps_of (const PmPool *one, const PmPool *other, GArray *overlaps)
{
  for (guint i = 0; i < one->n_ranges; i++)
    for (guint k = 0; k < other->n_ranges; k++) {
      PmPoolOverlap overlap = {one, other, MAX (one->ranges[i].first, other->ranges[k].first),
                               MIN (one->ranges[i].last, other->ranges[k].last)};
      if (overlap.first <= overlap.last)
        g_array_append_val (overlaps, overlap);
    }
}

void
pm_pools_overlaps (const PmPools *pools, GArray *overlaps)
{
  for (guint i = 0; i < pools->list->len; i++)
    for (guint k = i + 1; k < pools->list->len; k++)
      overlaps_of (pm_pools_at (pools, i), pm_pools_at (pools, k), overlaps);
}

/* --- one pool --- */

gboolean
pm_pool_has (const PmPool *pool, guint16 port)
{
  for (guint i = 0; i < pool->n_ranges; i++)
    if (port >= pool->ranges[i].first && port <= pool->ranges[i].last)
      return TRUE;
  return FALSE;
}

/* Each port once, in any order of ranges. */
static void
collect (const PmPool *pool, PmPortSet *ret_set)
{
  PmPortSet blocked = {0};
  memset (ret_set, 0, sizeof *ret_set);
  pm_port_set_add_blocked_by_browsers (&blocked);
  pm_port_set_add_range (&blocked, 0, FIRST_UNPRIVILEGED - 1);
  for (guint i = 0; i < pool->n_ranges; i++)
    pm_port_set_add_range (ret_set, pool->ranges[i].first, pool->ranges[i].last);
  for (gsize i = 0; i < G_N_ELEMENTS (ret_set->bits); i++)
    ret_set->bits[i] &= ~blocked.bits[i];
}

/* A pool is a few words of a thousand. */
static guint
count_both (const PmPortSet *set, const guint64 *others)
{
  guint count = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (set->bits); i++)
    if (set->bits[i] != 0)
      count += (guint) __builtin_popcountll (set->bits[i] & others[i]);
  return count;
}

guint
pm_pool_size (const PmPool *pool)
{
  PmPortSet all;
  collect (pool, &all);
  return count_both (&all, all.bits);
}

guint
pm_pool_count_taken (const PmPool *pool, const PmPortSet *taken)
{
  PmPortSet all;
  collect (pool, &all);
  return count_both (&all, taken->bits);
}

/* From `start` to the end of its range, then the other ranges, then the part below `start`. */
guint16
pm_pool_next_free (const PmPool *pool, const PmPortSet *taken, guint16 start)
{
  PmPortSet all = {0};
  guint at = 0;
  collect (pool, &all);
  while (at < pool->n_ranges && (start < pool->ranges[at].first || start > pool->ranges[at].last))
    at++;
  gboolean starts_inside = at < pool->n_ranges;
  for (guint i = 0; i < pool->n_ranges + (starts_inside ? 1 : 0); i++) {
    const PmPortRange *range = &pool->ranges[((starts_inside ? at : 0) + i) % pool->n_ranges];
    guint first = starts_inside && i == 0 ? start : range->first;
    for (guint port = first; port <= range->last; port++)
      if (pm_port_set_has (&all, (guint16) port) && !pm_port_set_has (taken, (guint16) port))
        return (guint16) port;
  }
  return 0;
}

guint16
pm_pool_port_for (const PmPool *pool, const char *name)
{
  guint total = 0, hash = g_str_hash (name);
  for (guint i = 0; i < pool->n_ranges; i++)
    total += pool->ranges[i].last - pool->ranges[i].first + 1u;
  if (total == 0)
    return 0;
  /* djb2 leaves neighbours for names that differ in their last letter: spread them. */
  guint offset = (hash * 2654435769u >> 8) % total;
  for (guint i = 0; i < pool->n_ranges; i++) {
    guint size = pool->ranges[i].last - pool->ranges[i].first + 1u;
    if (offset < size)
      return (guint16) (pool->ranges[i].first + offset);
    offset -= size;
  }
  g_assert_not_reached ();
}
