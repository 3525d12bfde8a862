#pragma once

#include "update/transaction.h"
#include "update/work.h"

G_BEGIN_DECLS

/* For transaction.c, judge.c, prepare.c, refuse.c and commit.c only. */

typedef enum {
  PM_STAGE_BEGUN,
  PM_STAGE_PREPARED,
  PM_STAGE_ENDED,
} PmStage;

/* A file as it was added, before it is a target. */
typedef struct {
  char *root;
  char *path;
  guint64 size_bytes;
  PmDigest digest;
  gboolean in_place;
  PmTarget *target;    /* handed over to the history */
  struct statx status; /* once resolved */
} PmCandidate;

struct PmTransaction {
  const PmFs *fs;
  PmStage stage;
  guint lock_wait_ms;
  PmTransactionTell tell;
  gpointer tell_user;
  PmLock *lock;          /* NULL: a trial */
  GPtrArray *roots;      /* of PmRoot */
  GPtrArray *candidates; /* of PmCandidate */
  PmHistory *history;
  PmJournal *journal; /* NULL before the intent */
  GArray *holds;      /* of PmHold, one for each target */
  GArray *new_inodes; /* of guint64 */
  GPtrArray *notes;
  PmOutcome outcome;
  gboolean is_unregistered;
};

PmWork pm_transaction_work (const PmTransaction *transaction);

/* `done` of all targets have been through a step. */
void pm_transaction_tell (const PmTransaction *transaction, PmTransactionStep step, guint done);

/* refuse.c: resolves every candidate, merges those that are the same file, and notes all that does
 * not fit. What remains becomes the history's targets. FALSE when anything was noted. */
gboolean pm_transaction_check (PmTransaction *transaction, GError **error);

/* commit.c: shows one file to `verify`; NULL calls, or no such call, find everything right. */
gboolean pm_transaction_ask (const PmTarget *target, const GString *old_bytes,
                             const GString *new_bytes, const PmTransactionCalls *calls,
                             GError **error);

/* Ends with a rollback after `failure`, which is handed over and reported in `error`. */
void pm_transaction_fail (PmTransaction *transaction, GError *failure, GError **error);

G_END_DECLS
