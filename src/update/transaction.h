#pragma once

#include "base/digest.h"
#include "base/fs.h"
#include "model/span.h"
#include "update/outcome.h"

G_BEGIN_DECLS

/* Many files changed as one: after a crash at any instant, a full disk, an I/O error, all of them
 * are old or all of them are new. README.md beside this file tells the whole protocol.
 *
 * What is not promised: isolation from readers, who may see the first file new and the last still
 * old for the milliseconds between; and on file systems without leases (fcntl F_SETLEASE), that a
 * program which opened a file before we exchanged it and writes after our last look is noticed.
 *
 * Calling sequence
 * ----------------
 *   begin    takes the locks: the state directory's, and one on each root
 *   add      once for every file, with the digest it must have and the edits of its bytes
 *   judge    (a preview's end) says what prepare would refuse
 *   prepare  refuses the whole plan, naming every file that does not fit, before the first byte is
 *            written; else writes the journal and all new contents beside their targets, durably
 *   commit   exchanges every pair, asks `verify`, makes it durable, tells `registered`, cleans up
 *   free     at any point; what was prepared and not committed is rolled back
 *
 * After a failed prepare or commit everything that could be taken back has been;
 * pm_transaction_outcome says how it ended and pm_transaction_notes names the files concerned.
 * A transaction belongs to one thread. Every other program must have its chance to take a lock:
 * don't hold a transaction while waiting for a person. */

typedef struct PmTransaction PmTransaction;

/* Bytes [span) of a file, which must read `old_bytes`, become `new_bytes`. Borrowed by add. */
typedef struct {
  PmSpan span;
  const char *old_bytes; /* pm_span_length (span) of them */
  const char *new_bytes;
  gsize new_length;
} PmTransactionEdit;

/* Borrowed by add. */
typedef struct {
  const char *root; /* one of begin's */
  const char *path; /* relative to it, as found: may go through symlinks that stay inside a root */
  guint64 size_bytes;
  PmDigest digest; /* of the content that the spans were computed on */
  const PmTransactionEdit *edits;
  gsize n_edits;
  gboolean in_place; /* keep the inode: somebody (a container) holds on to it */
} PmTransactionFile;

/* What is done with one file after the other; `verify` tells of the step behind these. */
typedef enum {
  PM_STEP_PREPARE, /* the new content is written beside it */
  PM_STEP_EXCHANGE /* its name has the new content */
} PmTransactionStep;

/* `done` of `total` files have been through a step. A refusal says nothing. */
typedef void (*PmTransactionTell) (PmTransactionStep step, guint done, guint total, gpointer user);

typedef struct {
  const char *state_directory; /* absolute; made with mode 0700 if it is not there */
  const char *const *roots;    /* absolute, NULL-terminated */
  const char *note;            /* kept in the journal and given to `registered`; NULL for none */
  guint64 undo_of;             /* id of the transaction that this one takes back, or 0 */
  guint lock_wait_ms;          /* how long to wait for another writer */
  gboolean is_trial;           /* only to be judged: locks nothing */
  PmTransactionTell tell;      /* NULL: nobody wants to know */
  gpointer tell_user;
} PmTransactionOptions;

/* One file, before and after, for the caller's verification. Read from the disk, not from memory.
 */
typedef struct {
  const char *root;
  const char *path; /* relative to the root, symlinks resolved */
  const char *old_bytes;
  gsize old_length;
  const char *new_bytes;
  gsize new_length;
} PmTransactionChange;

/* What the caller takes part in; every member may be NULL. */
typedef struct {
  gpointer user;

  /* FALSE rolls everything back. Called once for each file, when all are exchanged. */
  gboolean (*verify) (const PmTransactionChange *change, gpointer user, GError **error);

  /* Store that the transaction with this id is committed, durably. It is called again after a crash
   * until it has once returned TRUE, so it must be idempotent, keyed by the id. */
  gboolean (*registered) (guint64 id, const char *note, gpointer user, GError **error);

  /* Of recovery alone: store, as above, that it was rolled back. Whoever applies a transaction
   * knows that by its outcome. */
  gboolean (*rolled_back) (guint64 id, const char *note, PmOutcome outcome, gpointer user,
                           GError **error);
} PmTransactionCalls;

/* PM_UPDATE_ERROR_LOCKED when somebody else is writing, _UNFINISHED when pm_recover must run. */
PmTransaction *pm_transaction_begin (const PmFs *fs, const PmTransactionOptions *options,
                                     GError **error);

/* Takes a copy. Whatever is wrong with the file is said by prepare, for all files at once. */
void pm_transaction_add (PmTransaction *transaction, const PmTransactionFile *file);

gboolean pm_transaction_prepare (PmTransaction *transaction, GError **error);

/* Instead of prepare: refuses what prepare would refuse, and what `verify` would of the new
 * contents, and writes nothing. It ends the transaction. Only what nobody can know before is left
 * out: other writers, and the space that the journal takes. */
gboolean pm_transaction_judge (PmTransaction *transaction, const PmTransactionCalls *calls,
                               GError **error);
gboolean pm_transaction_commit (PmTransaction *transaction, const PmTransactionCalls *calls,
                                GError **error);

/* The transaction's number: it grows, and is given by prepare. 0 before. */
guint64 pm_transaction_id (const PmTransaction *transaction);

PmOutcome pm_transaction_outcome (const PmTransaction *transaction);

/* PmFileNote: files refused, or left as somebody else changed them. Borrowed. */
const GPtrArray *pm_transaction_notes (const PmTransaction *transaction);

/* Committed, but `registered` failed: the journal stays and pm_recover tells it again. */
gboolean pm_transaction_is_unregistered (const PmTransaction *transaction);

void pm_transaction_free (PmTransaction *transaction);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmTransaction, pm_transaction_free)

G_END_DECLS
