#include "verbs/pools.h"

#include <string.h>

#include "base/suggest.h"
#include "discovery/service-type.h"
#include "leases/bind-test.h"
#include "live/sockets.h"
#include "registry/demand.h"

G_DEFINE_QUARK (pm - pool - verb - error - quark, pm_pool_verb_error)

/* --- which pools there are --- */

PmPools *
pm_verb_pools_of (const PmConfig *config)
{
  PmPools *pools = pm_pools_new ();
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (PmPortRange));
  for (guint i = 0; i < config->pools->len; i++) {
    const PmConfigPool *pool = &g_array_index (config->pools, PmConfigPool, i);
    PmPortRange range = {pool->first, pool->last};
    g_array_append_val (ranges, range);
    gboolean more =
        i + 1 < config->pools->len &&
        strcmp (g_array_index (config->pools, PmConfigPool, i + 1).type, pool->type) == 0;
    if (more)
      continue;
    pm_pools_set (pools, pool->type, (const PmPortRange *) (gconstpointer) ranges->data,
                  ranges->len);
    g_array_set_size (ranges, 0);
  }
  return pools;
}

const PmPool *
pm_verb_pool_named (const PmPools *pools, const char *word, GError **error)
{
  PmServiceType known;
  const PmPool *pool = pm_pools_find (pools, word[0] == '\0' ? PM_POOL_OTHER : word);
  if (pool == NULL && pm_service_type ("", "", word, &known))
    pool = pm_pools_find (pools, known.type);
  if (pool != NULL)
    return pool;
  g_autoptr (GPtrArray) types = g_ptr_array_new ();
  for (guint i = 0; i < pm_pools_count (pools); i++)
    g_ptr_array_add (types, (gpointer) pm_pools_at (pools, i)->type);
  g_ptr_array_add (types, NULL);
  const char *nearest = pm_suggest_nearest (word, (const char *const *) types->pdata);
  g_autofree char *all = g_strjoinv (", ", (char **) types->pdata);
  g_autofree char *hint =
      nearest == NULL ? g_strdup (all) : g_strdup_printf ("did you mean “%s”?", nearest);
  g_set_error (error, PM_POOL_VERB_ERROR, PM_POOL_VERB_ERROR_TYPE,
               "there is no type of service “%s”: %s", word, hint);
  return NULL;
}

/* --- pressure --- */

static gboolean
add_listening (PmPortSet *set, GError **error)
{
  g_autoptr (GArray) sockets = g_array_new (FALSE, FALSE, sizeof (PmBoundSocket));
  if (!pm_sockets_bound (sockets, error))
    return FALSE;
  for (guint i = 0; i < sockets->len; i++)
    pm_port_set_add (set, g_array_index (sockets, PmBoundSocket, i).port);
  return TRUE;
}

static void
measure (const PmPortView *view, const PmPools *pools, GArray *list, char **ret_unseen)
{
  g_autoptr (GError) unseen = NULL;
  PmPortSet listening = {0};
  if (!add_listening (&listening, &unseen) && ret_unseen != NULL)
    *ret_unseen = g_strdup (unseen->message);
  for (guint i = 0; i < pm_pools_count (pools); i++) {
    PmPoolPressure pressure = {.pool = pm_pools_at (pools, i)};
    PmPortSet kernel = {0}, all;
    pm_port_view_count (view, pressure.pool, &pressure.size, &pressure.declared, &pressure.leased,
                        &pressure.in_use);
    pressure.listening = pm_pool_count_taken (pressure.pool, &listening);
    pm_kernel_ports_exclude (&view->kernel, pressure.pool, &kernel);
    pm_port_view_taken (view, pressure.pool, &all);
    for (gsize k = 0; k < G_N_ELEMENTS (all.bits); k++)
      all.bits[k] = (all.bits[k] | listening.bits[k]) & ~kernel.bits[k];
    pressure.in_use = pm_pool_count_taken (pressure.pool, &all);
    g_array_append_val (list, pressure);
  }
}

gboolean
pm_verb_pools (PmContext *context, const PmPools *pools, GArray *list, char **ret_unseen,
               GError **error)
{
  g_auto (PmPortView) view = {0};
  if (!pm_port_view_load (&view, context->registry, FALSE, error))
    return FALSE;
  measure (&view, pools, list, ret_unseen);
  return TRUE;
}

static gboolean
load (PmPortView *view, PmContext *context, const PmSnapshot *snapshot, GError **error)
{
  if (snapshot == NULL)
    return pm_port_view_load (view, context->registry, FALSE, error);
  if (!pm_port_view_load_held (view, context->registry, error))
    return FALSE;
  pm_port_set_add_declared (&view->declared, snapshot);
  return TRUE;
}

gboolean
pm_verb_pools_note (PmContext *context, const PmSnapshot *snapshot, GError **error)
{
  g_auto (PmPortView) view = {0};
  g_autoptr (PmPools) pools = pm_verb_pools_of (context->config);
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (PmPoolPressure));
  if (!load (&view, context, snapshot, error))
    return FALSE;
  measure (&view, pools, list, NULL);
  if (!pm_registry_begin (context->registry, PM_DURABILITY_OBSERVATION, error))
    return FALSE;
  gint64 now_us = g_get_real_time ();
  for (guint i = 0; i < list->len; i++) {
    const PmPoolPressure *pressure = &g_array_index (list, PmPoolPressure, i);
    PmPoolHour note = {
        .pool = pressure->pool->type, .size = pressure->size, .in_use = pressure->in_use};
    if (!pm_registry_pool_note (context->registry, &note, now_us, error)) {
      pm_registry_rollback (context->registry);
      return FALSE;
    }
  }
  return pm_registry_commit (context->registry, error);
}

void
pm_verb_pool_write_json (PmJsonWriter *json, const PmPoolPressure *pressure)
{
  const PmPool *pool = pressure->pool;
  pm_json_begin_object (json);
  pm_json_member_string (json, "type", pool->type);
  pm_json_key (json, "ranges");
  pm_json_begin_array (json);
  for (guint i = 0; i < pool->n_ranges; i++) {
    g_autofree char *range = g_strdup_printf ("%u-%u", pool->ranges[i].first, pool->ranges[i].last);
    pm_json_string (json, range);
  }
  pm_json_end_array (json);
  pm_json_member_bool (json, "configured", pool->is_configured);
  pm_json_member_int (json, "size", pressure->size);
  pm_json_member_int (json, "declared", pressure->declared);
  pm_json_member_int (json, "leased", pressure->leased);
  pm_json_member_int (json, "listening", pressure->listening);
  pm_json_member_int (json, "inUse", pressure->in_use);
  pm_json_member_int (json, "free", pressure->size - pressure->in_use);
  pm_json_end_object (json);
}

/* --- a free port --- */

/* NULL without an error: there is no registry yet, so nothing is declared or leased. An older one
 * is brought up to date first. */
static PmRegistry *
open_to_read (const char *state_dir, const PmConfig *config, GError **error)
{
  g_autoptr (GError) why = NULL;
  PmRegistryOptions options = {.state_directory = state_dir,
                               .url = config->registry.url,
                               .host = config->registry.host,
                               .read_only = TRUE};
  PmRegistry *registry = pm_registry_open (&options, &why);
  if (registry != NULL || g_error_matches (why, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND))
    return registry;
  if (g_error_matches (why, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_OLDER)) {
    options.read_only = FALSE;
    return pm_registry_open (&options, error);
  }
  g_propagate_error (error, g_steal_pointer (&why));
  return NULL;
}

static guint16
lowest_free (const PmPool *pool, const PmPortView *view)
{
  PmPortSet taken;
  guint16 port;
  pm_port_view_taken (view, pool, &taken);
  while ((port = pm_pool_next_free (pool, &taken, 0)) != 0) {
    if (pm_bind_test (PM_TRANSPORT_TCP, port, PM_BIND_FRESH) &&
        pm_bind_test (PM_TRANSPORT_UDP, port, PM_BIND_FRESH))
      return port;
    pm_port_set_add (&taken, port);
  }
  return 0;
}

static gboolean
find_free (const PmPool *pool, PmRegistry *registry, guint16 *ret_port, GError **error)
{
  g_auto (PmPortView) view = {0};
  if (!pm_port_view_load (&view, registry, FALSE, error))
    return FALSE;
  *ret_port = lowest_free (pool, &view);
  if (*ret_port == 0)
    g_set_error (error, PM_POOL_VERB_ERROR, PM_POOL_VERB_ERROR_NONE_FREE,
                 "no port of the pool “%s” is free; “port-manager pools” tells what is taken, and "
                 "[pools] in the configuration widens it",
                 pool->type);
  return *ret_port != 0;
}

gboolean
pm_verb_port_free_of (PmContext *context, const char *type, guint16 *ret_port, GError **error)
{
  g_autoptr (PmPools) pools = pm_verb_pools_of (context->config);
  const PmPool *pool = pm_verb_pool_named (pools, type, error);
  return pool != NULL && find_free (pool, context->registry, ret_port, error);
}

gboolean
pm_verb_port_free (const char *state_dir, const char *config_file, const char *type,
                   guint16 *ret_port, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (PmConfig) config = pm_config_load (config_file, error);
  if (config == NULL)
    return FALSE;
  g_autoptr (PmPools) pools = pm_verb_pools_of (config);
  const PmPool *pool = pm_verb_pool_named (pools, type, error);
  if (pool == NULL)
    return FALSE;
  g_autoptr (PmRegistry) registry = open_to_read (state_dir, config, &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  return find_free (pool, registry, ret_port, error);
}
