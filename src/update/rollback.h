#pragma once

#include "update/transaction.h"
#include "update/work.h"

G_BEGIN_DECLS

/* Takes a transaction back: after a failure in the process that applies it, and in recovery; the
 * same code, since it looks only at the journal and at what is under the names. Idempotent, at
 * whatever point it is interrupted.
 *
 * `because` is the outcome when every file has its old bytes again; files that somebody else
 * changed are added to the notes, and make it ROLLED_BACK_EXCEPT. On FALSE something could not be
 * taken back or made durable: the journal stays open for recovery. `calls` NULL: nobody is told. */
gboolean pm_rollback_run (const PmWork *work, PmOutcome because, const PmTransactionCalls *calls,
                          GPtrArray *notes, PmOutcome *ret_outcome, GError **error);

/* The end of one whose files are back: `calls` are told, then the journal is closed; so a crash
 * between the two has them told again. */
gboolean pm_rollback_close (const PmWork *work, const PmTransactionCalls *calls, GError **error);

G_END_DECLS
