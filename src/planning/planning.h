#pragma once

#include "model/plan.h"
#include "model/snapshot.h"

G_BEGIN_DECLS

/* A wish and a snapshot → the edits that fulfil it: pure functions, no I/O. The only place that
 * knows services and spans both.
 *
 *   plan = pm_plan_ip_change (snapshot, "198.51.100.7", "203.0.113.10", &options, &error);
 *   for each file:  pm_plan_fit_file (plan, index, bytes, length);
 *   pm_plan_fit_finish (plan);
 *
 * The snapshot's spans must be of the bytes given: rescan first. */

#define PM_PLANNING_ERROR (pm_planning_error_quark ())
GQuark pm_planning_error_quark (void);

typedef enum {
  PM_PLANNING_ERROR_INVALID, /* no address, no port */
  PM_PLANNING_ERROR_REFUSED, /* pinned, taken, or nothing that could be edited */
} PmPlanningError;

#define PM_PLAN_LEAST_CONFIDENCE 0.5 /* below, nothing is edited without a person's word */
#define PM_PLAN_TOUCH_DEFAULT (1u << PM_TEXT_CONFIG | 1u << PM_TEXT_COMMENT | 1u << PM_TEXT_SOURCE)

/* What a port is besides what files declare (leased, bound now, the kernel's): of the world, so
 * whoever wants the plan tells it. A service's own lease and its own process are in nobody's way.
 */
typedef struct {
  /* FALSE: it cannot have this port; REFUSED, and the error says why. */
  gboolean (*may_have) (const PmService *service, guint16 port, gpointer data, GError **error);
  /* It gets this port: adds to `also` what is to be minded then. */
  void (*tell) (const PmService *service, guint16 port, PmPlan *plan, gpointer data);
  void (*look) (gpointer data); /* fills in what listens, as far as it is not known yet */
  gpointer data;
} PmPlanPorts;

/* How a person asks for `partial`, in a reason why there is no plan. */
#define PM_PLANNING_PARTIAL "--partial, or “partial” in a request,"

typedef struct {
  guint touch;                /* bits of PmTextClass that may be edited; 0: the default */
  gboolean include_uncertain; /* edits below PM_PLAN_LEAST_CONFIDENCE too */
  gboolean move_pinned;       /* a person said so, knowing why it is pinned */
  gboolean partial;           /* of several moves, those that are possible: PM_PLANNING_PARTIAL */
  /* Files to leave as they are, NULL-terminated: absolute, or as a plan names them, from the root.
   * Borrowed while the plan is made; NULL: none. */
  const char *const *exclude;
  const PmPlanPorts *ports; /* borrowed while the plan is made; NULL: what files declare is all */
} PmPlanOptions;

/* Leaves what is to be edited in these files out of a plan (PM_PLAN_LEFT_BY_CHOICE); what makes
 * plans does it by itself. A move whose own port stays by that is refused by pm_plan_fit_finish.
 * `exclude` may be NULL. */
void pm_plan_exclude (PmPlan *plan, const char *const *exclude);

/* Whether a plan has to do with each of them. FALSE, INVALID: the error names each that it has not.
 */
gboolean pm_plan_concerns (const PmPlan *plan, const char *const *exclude, GError **error);

/* Every occurrence of an address, in whatever spelling or disguise (sslip.io, nip.io,
 * googleusercontent, ec2), written anew in the same one. */
PmPlan *pm_plan_ip_change (const PmSnapshot *snapshot, const char *old_address,
                           const char *new_address, const PmPlanOptions *options, GError **error);

/* Whether these are two addresses, the new one a machine's; else INVALID. What pm_plan_ip_change
 * refuses before it looks at anything. */
gboolean pm_plan_ip_change_is_possible (const char *old_address, const char *new_address,
                                        GError **error);

/* Moves a service (an index into the snapshot's services) and everybody who points at it. Of a
 * mapping the host side moves; of a process on the host, all of its own values. A value that comes
 * from a variable is edited where the variable is defined. */
PmPlan *pm_plan_assign (const PmSnapshot *snapshot, guint service, guint port,
                        const PmPlanOptions *options, GError **error);

typedef struct {
  guint service; /* index into the snapshot's services */
  guint16 port;
} PmResolution;

/* Any number of moves as one plan, judged by the ports that all have in the end: chains (3000 to
 * 3001 while 3001 goes to 3002) and swaps are moves like any other. REFUSED, with the reason of
 * each, where one is not possible; with `partial` the others are planned all the same, the reasons
 * stand in `also`, and it is REFUSED when none is possible. */
PmPlan *pm_plan_resolutions (const PmSnapshot *snapshot, const PmResolution *list, guint n_list,
                             const PmPlanOptions *options, GError **error);

/* What was decided, and is no longer what files say, back into them. A plan without edits: all is
 * as decided. */
PmPlan *pm_plan_desired (const PmSnapshot *snapshot, const PmPlanDecision *decisions,
                         guint n_decisions, const PmPlanOptions *options, GError **error);

/* Tells a file's content: records size and digest, and reads what stands in each of its spans. What
 * does not stand there, or cannot be written in its way, is moved to `left`. */
void pm_plan_fit_file (PmPlan *plan, guint file, const char *bytes, gsize length);

/* A file that cannot be read: all of its edits move to `left`. */
void pm_plan_fit_missing (PmPlan *plan, guint file, const char *reason);

/* Sorts, merges edits that say the same, and refuses those that contradict each other. A service
 * of which no own value could be edited does not move at all. The plan is refused then; where the
 * others may move without it (`partial`, and always what was decided) its references stay, and it
 * is told in `also`. */
gboolean pm_plan_fit_finish (PmPlan *plan, GError **error);

G_END_DECLS
