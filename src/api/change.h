#pragma once

#include "api/call.h"
#include "verbs/change.h"

G_BEGIN_DECLS

/* What all handlers that write files have in common. */

/* includeUncertain and touch of the body. */
PmPlanOptions pm_call_plan_options (const PmCall *call);

/* A dry run keeps the plan and answers with it; otherwise it is applied and the answer is what came
 * of it. Takes plan and error over; `plan` NULL: there is none, and the error says why. */
void pm_call_change (PmCall *call, PmPlan *plan, GError *error);

/* The plan, with restarts and proof where [heal] enables them. FALSE: it came to nothing, and the
 * call is answered. `ret_result` is to be cleared in both cases. */
gboolean pm_call_apply (PmCall *call, const PmPlan *plan, PmChangeResult *ret_result);

/* A kept plan that is a proposal of the pipeline's is approved, and the call answered; FALSE: it is
 * none. */
gboolean pm_call_approve (PmCall *call, gint64 plan_id, const PmPlan *plan);

/* What came of a change that was tried; takes the error over. `plan` NULL: an undo. */
void pm_call_changed (PmCall *call, const PmChangeResult *result, const PmPlan *plan,
                      GError *error);

/* The change did not happen: the problem that this is, its files included. Takes the error over. */
void pm_call_change_failed (PmCall *call, const PmChangeResult *result, GError *error);

/* The plan as the answer; one that was just made with what would be refused of it. `id` is what it
 * is kept under; 0: it is kept now, if there is anything to apply; PM_PLAN_NOT_KEPT: it is only
 * shown. */
#define PM_PLAN_NOT_KEPT ((gint64) -1)
void pm_call_show_plan (PmCall *call, PmPlan *plan, gint64 id, guint status);

G_END_DECLS
