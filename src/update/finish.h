#pragma once

#include "update/transaction.h"
#include "update/work.h"

G_BEGIN_DECLS

/* What is left to do once COMMIT is durable: tell the registry until it says yes, give a save that
 * hit a displaced inode at the last instant its name back, remove the temporaries, close the
 * journal. For the process that committed (`holds`: of PmHold, one for each target) and for
 * recovery (NULL). Idempotent.
 *
 * FALSE leaves the journal open, for recovery; ret_is_registered tells whether that part is done.
 */
gboolean pm_finish_run (const PmWork *work, GArray *holds, const PmTransactionCalls *calls,
                        GPtrArray *notes, gboolean *ret_is_registered, GError **error);

G_END_DECLS
