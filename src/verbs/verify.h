#pragma once

#include "update/transaction.h"
#include "verbs/plan.h"

G_BEGIN_DECLS

/* Private to verbs/: whether a changed file says what the plan meant, and nothing else: its bytes
 * are the old ones but for the edits, and, parsed again, it has the same values but for the edited
 * ones. The caller names the file. */
gboolean pm_verify_change (const PmPlan *plan, const PmTransactionChange *change, GError **error);

G_END_DECLS
