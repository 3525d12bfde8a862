#pragma once

#include "leases/host.h"
#include "verbs/plan.h"

G_BEGIN_DECLS

/* Private to verbs/: the two ends of making a plan. */

/* Scans the remembered roots, and gives what is known then. Spans are only good for the bytes that
 * they were read from, so every plan starts with it. */
PmSnapshot *pm_plan_look (PmContext *context, GError **error);

/* Fits the plan to the bytes of its files; INVALID where it has nothing to do with one of `exclude`
 * (of PmPlanOptions). Takes it over; NULL stays NULL. */
PmPlan *pm_plan_fitted (PmPlan *plan, const char *const *exclude, GError **error);

/* What ports are besides what files declare, on this host and now: leased, bound, the kernel's, and
 * what browsers refuse. To be planned with:
 *
 *   g_auto (PmPlanWorld) world = {0};
 *   if (!pm_plan_world_init (&world, context, snapshot, error))
 *     return NULL;
 *   PmPlanOptions how = pm_plan_world_options (&world, options);
 *
 * Context and snapshot are borrowed, and the world must stay where it is; the snapshot is told what
 * lives as soon as that matters. */
typedef struct {
  PmContext *context;
  PmSnapshot *snapshot;
  PmArena *arena;
  GArray *leases; /* PmLease; text in the arena */
  GArray *bound;  /* PmBoundSocket; NULL: nobody has asked the kernel */
  PmKernelPorts kernel;
  PmPlanPorts ports;
} PmPlanWorld;

gboolean pm_plan_world_init (PmPlanWorld *world, PmContext *context, PmSnapshot *snapshot,
                             GError **error);
void pm_plan_world_clear (PmPlanWorld *world);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmPlanWorld, pm_plan_world_clear)
PmPlanOptions pm_plan_world_options (const PmPlanWorld *world, const PmPlanOptions *options);

G_END_DECLS
