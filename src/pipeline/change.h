#pragma once

#include "pipeline/pause.h"
#include "registry/changes.h"
#include "registry/records.h"
#include "verbs/change.h"

G_BEGIN_DECLS

/* What becomes of a change of an address or a port, as one sequence of timed stages, each of which
 * is in the registry and the event log before the next one begins:
 *
 *   confirmed → planned → applied → restarted → probed → committed
 *                                                      ↘ rolling-back → rolled-back
 *
 * confirmed: the plan is made. Of an address that changed by itself the policy of each project says
 *   what may be done: edits of some may be applied, of others proposed, the rest is only listed.
 * planned:   which services run with what is edited is known, and how each of them is now, the
 *   baseline. The files are changed, as one transaction.
 * applied:   exactly these services are restarted, those that others need first.
 * restarted: each is asked until it answers, `heal.verify_s` at most.
 * probed:    if all is well it is committed. If one that was up before stays down, the files are
 *   changed back by the same protocol, and what was restarted is restarted again.
 *
 * It may also end as proposed (a person approves or dismisses it), noted, unaffected (nothing says
 * the old address), dismissed, abandoned (by hand, interrupted before anything was written), or
 * failed (refused, and no file is changed). Restarts happen only where [heal] enabled says so; what
 * a person must restart is listed otherwise.
 *
 * Every end is an event "ip.STAGE" or, by hand, "assign.STAGE", "resolve.STAGE" or "sync.STAGE",
 * with the report (report.h) as its data; so is every stage. After a crash at any moment
 * pm_pipeline_run_open goes on where it was. Of one state directory one change runs at a time. */

#define PM_PIPELINE_ERROR (pm_pipeline_error_quark ())
GQuark pm_pipeline_error_quark (void);
typedef enum {
  PM_PIPELINE_ERROR_BUSY,    /* another one is under way in this state directory */
  PM_PIPELINE_ERROR_REFUSED, /* it is no proposal, or not any more */
} PmPipelineError;

/* `stage` is called as each begins, after the one before it was recorded; NULL nobody. */
typedef struct {
  void (*stage) (const char *stage, gpointer data);
  gpointer data;
} PmPipelineCalls;

/* How one ended. */
typedef struct {
  char *stage;     /* "committed", "rolled-back", "failed", … */
  char *cause;     /* "" */
  GString *report; /* JSON */
  guint n_restarts;
  PmChangeResult files; /* of the transaction, or of the undo that failed */
} PmPipelineEnd;

void pm_pipeline_end_clear (PmPipelineEnd *end);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmPipelineEnd, pm_pipeline_end_clear)

/* A person's change: `plan` was shown and confirmed. `is_now` goes into the report. FALSE only when
 * it could not be begun, or the registry not be written. */
typedef struct {
  const PmPlan *plan;
  const char *actor;
  gboolean is_now;
} PmPipelineWish;

gboolean pm_pipeline_do (PmContext *context, const PmPipelineWish *wish,
                         const PmPipelineCalls *calls, PmPipelineEnd *ret_end, GError **error);

/* All that is open, oldest first; appends their reports to `reports`, a JSON list. Does nothing
 * while another process is at work. */
gboolean pm_pipeline_run_open (PmContext *context, const PmPipelineCalls *calls, GString *reports,
                               GError **error);

/* Whether a change is being run at this moment, by whatever process. */
gboolean pm_pipeline_is_busy (PmContext *context);

/* A proposal: applied as it was shown (KEPT when the files do not allow it any more), or put aside.
 */
gboolean pm_pipeline_approve (PmContext *context, gint64 id, const char *actor,
                              const PmPipelineCalls *calls, PmPipelineEnd *ret_end, GError **error);
gboolean pm_pipeline_dismiss (PmContext *context, gint64 id, const char *actor, GError **error);

/* Those that wait for a person: of each address only the newest, none that was done otherwise
 * since; newest first, appended to `changes` (of PmAddressChange). */
gboolean pm_pipeline_proposals (PmContext *context, PmArena *arena, GArray *changes,
                                GError **error);

/* The proposal that keeps this plan; 0 none. */
gboolean pm_pipeline_proposal_of_plan (PmContext *context, gint64 plan_id, gint64 *ret_id,
                                       GError **error);

/* What a change would restart, and what a person must: for previews. Sentences (char *). */
GPtrArray *pm_pipeline_preview (PmContext *context, const PmPlan *plan, GError **error);

G_END_DECLS
