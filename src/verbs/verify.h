#pragma once

#include "formats/rewrite.h"
#include "update/transaction.h"
#include "verbs/plan.h"

G_BEGIN_DECLS

/* Private to verbs/: whether a changed file says what the plan meant, and nothing else: its bytes
 * are the old ones but for the edits, and, parsed again, it has the same values but for the edited
 * ones. The caller names the file. */

typedef struct PmVerifier PmVerifier;

/* Before the files are changed. Borrows the plan. */
PmVerifier *pm_verifier_new (const PmPlan *plan);
void pm_verifier_free (PmVerifier *verifier);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmVerifier, pm_verifier_free)

gboolean pm_verify_change (const PmVerifier *verifier, const PmTransactionChange *change,
                           GError **error);

/* Whether these edits of a planned file's bytes would change anything else: before they are made.
 */
gboolean pm_verify_edits (const PmPlanFile *file, const char *bytes, gsize length,
                          const PmRawEdit *edits, gsize n_edits, GError **error);

G_END_DECLS
