#pragma once

#include "update/recover.h"
#include "update/transaction.h"
#include "update/undo.h"
#include "verbs/plan.h"

G_BEGIN_DECLS

/* Plans → files, as one transaction of the update engine, and what the registry has to know of it:
 * the transaction, its decisions, and everything that a rescan sees then. That part is told again
 * after a crash, so all of it is in the transaction's note. */

typedef struct {
  guint64 id; /* 0: none was begun */
  PmOutcome outcome;
  guint files, edits;
  GPtrArray *notes;         /* of PmFileNote: files that were refused or need attention */
  gboolean is_unregistered; /* the files are changed; the registry learns it at the next start */
} PmChangeResult;

void pm_change_result_clear (PmChangeResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmChangeResult, pm_change_result_clear)

/* FALSE: nothing is changed but what ret_result says (valid in both cases). */
gboolean pm_verb_apply (PmContext *context, const PmPlan *plan, PmChangeResult *ret_result,
                        GError **error);

/* Whether it was not taken back yet; else REFUSED, before anybody is shown what would be done. */
gboolean pm_verb_undo_is_left (PmContext *context, guint64 id, GError **error);

gboolean pm_verb_undo (PmContext *context, guint64 id, PmChangeResult *ret_result, GError **error);

/* What the two above would refuse, which a preview has to say: nothing is written. FALSE: the error
 * says why, and the result's notes name the files. */
gboolean pm_verb_try (PmContext *context, const PmPlan *plan, PmChangeResult *ret_result,
                      GError **error);

/* The same said in the plan (its `refusal`), for whoever shows it: what the command line, the API
 * and agents say of a plan that was just made is one judgement. ret_result may be NULL. FALSE: it
 * would be refused, error as above. */
gboolean pm_verb_judge (PmContext *context, PmPlan *plan, PmChangeResult *ret_result,
                        GError **error);
gboolean pm_verb_try_undo (PmContext *context, const PmHistory *past, PmChangeResult *ret_result,
                           GError **error);

/* The past transaction that would be undone. */
PmHistory *pm_verb_past (PmContext *context, guint64 id, GError **error);

G_END_DECLS
