#pragma once

#include "pipeline/change.h"
#include "pipeline/report.h"
#include "pipeline/restartees.h"

G_BEGIN_DECLS

/* A change while it runs, for the stages. Private to pipeline/. */

typedef struct {
  PmContext *context;
  PmArena *arena;
  PmAddressChange change; /* text in the arena */
  PmRunReport report;
  const PmPipelineCalls *calls;
  const PmPlan *plan;   /* fitted; NULL: not made yet */
  PmPlan *own_plan;     /* the same, where the run made it */
  PmChangeResult files; /* of what was applied last */
} PmRun;

/* What a stage leads to. */
typedef struct {
  const char *stage; /* the next one, or how it ends; static */
  gboolean is_end;
  gboolean is_quiet; /* no event: nothing happened */
} PmRunNext;

static inline PmRunNext
pm_run_go (const char *stage)
{
  return (PmRunNext){.stage = stage};
}

static inline PmRunNext
pm_run_end (const char *stage)
{
  return (PmRunNext){.stage = stage, .is_end = TRUE};
}

gboolean pm_run_is_by_hand (const PmRun *run);

/* Ends as failed, with the error as its cause, which is taken over. */
PmRunNext pm_run_fail (PmRun *run, GError *error);

/* plan.c: confirmed → planned, proposed, noted, unaffected … */
PmRunNext pm_run_plan (PmRun *run);

/* baseline.c: which services run with what the plan edits, what restarts them, how they are. */
gboolean pm_run_take_baseline (PmRun *run, GError **error);

/* apply.c: planned → applied; probed → rolling-back → rolled-back */
PmRunNext pm_run_apply (PmRun *run);
PmRunNext pm_run_roll_back (PmRun *run);

/* prove.c: applied → restarted → probed → committed, or rolling-back */
PmRunNext pm_run_restart (PmRun *run);
PmRunNext pm_run_probe (PmRun *run);
PmRunNext pm_run_conclude (PmRun *run);

/* Once more what the report says was restarted, and how it is then. */
gboolean pm_run_restart_back (PmRun *run, GError **error);

/* A snapshot of the registry that is live, and what restarts the report's services. */
PmSnapshot *pm_run_look (PmRun *run, PmRestartees *ret_targets, GError **error);

/* proposals.c: keeps the plan, and puts older proposals of this address aside. */
PmRunNext pm_run_propose (PmRun *run);

/* origin.c: the addresses that files may still say, to be replaced: the first that any file says.
 * Those from *ret_n_sure on were never this machine's as far as anybody saw. None: there is nothing
 * to replace. */
gboolean pm_run_origins (PmRun *run, GPtrArray *addresses, guint *ret_n_sure, GError **error);

G_END_DECLS
