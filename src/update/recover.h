#pragma once

#include "update/transaction.h"

G_BEGIN_DECLS

/* Brings to an end what a crash left: transactions without COMMIT are rolled back, those with it
 * are finished, their registry part included; the caller's registry is told of both. Run it at
 * every start. It never asks, changes nothing when there is nothing to do, and may itself be killed
 * at any instant.
 *
 * A journal whose root cannot be opened (a disk that is not mounted) is left as it is, and is an
 * error; so is one that cannot be read. The others are dealt with all the same. */

typedef struct {
  guint64 id;
  PmOutcome outcome; /* COMMITTED, FAILED (rolled back), or ROLLED_BACK_EXCEPT */
  GPtrArray *notes;  /* of PmFileNote */
} PmRecovered;

/* ret_recovered: a GPtrArray of PmRecovered, empty when nothing was left; valid also on FALSE. */
gboolean pm_recover (const PmFs *fs, const char *state_directory, guint lock_wait_ms,
                     const PmTransactionCalls *calls, GPtrArray **ret_recovered, GError **error);

/* Whether there is anything to recover, without a lock: what every command asks at its start. */
gboolean pm_recover_is_needed (const PmFs *fs, const char *state_directory);

G_END_DECLS
