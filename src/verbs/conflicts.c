#include "verbs/conflicts.h"

#include "leases/view.h"
#include "verbs/live.h"
#include "verbs/pools.h"

/* What nobody may be given, besides what the snapshot tells: what names had last as well, since
 * they want it again. A registry that cannot be read has told so already. */
static void
add_held (PmContext *context, PmPortSet *taken)
{
  g_auto (PmPortView) view = {0};
  if (!pm_port_view_load_held (&view, context->registry, NULL))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (taken->bits); i++)
    taken->bits[i] |= view.kernel.ephemeral.bits[i] | view.kernel.reserved.bits[i] |
                      view.leased.bits[i] | view.usual.bits[i];
}

static void
look_once (PmContext *context, PmSnapshot *snapshot)
{
  if (!snapshot->is_live)
    pm_verb_live_tell (context, snapshot, NULL);
}

GArray *
pm_verb_conflicts_again (PmContext *context, PmSnapshot *snapshot, PmConflictMemo *memo)
{
  g_autofree PmPortSet *taken = g_new0 (PmPortSet, 1);
  g_autoptr (PmPools) pools = pm_verb_pools_of (context->config);
  PmResolveRules rules = {.pools = pools, .taken = taken};
  look_once (context, snapshot);
  add_held (context, taken);
  return pm_conflicts_find_again (snapshot, &rules, memo);
}

GArray *
pm_verb_conflicts_of (PmContext *context, PmSnapshot *snapshot)
{
  return pm_verb_conflicts_again (context, snapshot, NULL);
}

GArray *
pm_verb_conflicts (PmContext *context, PmSnapshot **ret_snapshot, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = NULL;
  if (!pm_registry_snapshot (context->registry, &snapshot, error))
    return NULL;
  g_autofree PmPortSet *taken = g_new0 (PmPortSet, 1);
  g_autoptr (PmPools) pools = pm_verb_pools_of (context->config);
  PmResolveRules rules = {.pools = pools, .taken = taken};
  look_once (context, snapshot);
  add_held (context, taken);
  GArray *conflicts = pm_conflicts_find (snapshot, &rules);
  pm_conflicts_tell_stuck (conflicts, snapshot, &rules);
  *ret_snapshot = g_steal_pointer (&snapshot);
  return conflicts;
}

PmResolve *
pm_verb_resolve (PmContext *context, PmSnapshot *snapshot, const PmConflict *only,
                 gboolean include_uncertain)
{
  g_autofree PmPortSet *taken = g_new0 (PmPortSet, 1);
  g_autoptr (PmPools) pools = pm_verb_pools_of (context->config);
  PmResolveRules rules = {
      .pools = pools, .taken = taken, .only = only, .include_uncertain = include_uncertain};
  look_once (context, snapshot);
  add_held (context, taken);
  return pm_resolve (snapshot, &rules);
}
