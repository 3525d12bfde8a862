/* DESIGN
 * Steps 4 to 6 of the protocol. Up to the COMMIT record every failure ends in pm_transaction_fail;
 * after it nothing is taken back any more: what is left over is recovery's. */

#include <errno.h>
#include <sys/resource.h>

#include "update/finish.h"
#include "update/inplace.h"
#include "update/transaction-private.h"

#define SPARE_DESCRIPTORS 256

/* Each lease keeps a descriptor. Files beyond what the process may open go without, and are hashed
 * once more at the commit instead. */
static guint
most_leases (void)
{
  struct rlimit limit;
  if (getrlimit (RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur <= SPARE_DESCRIPTORS)
    return 0;
  return (guint) MIN (limit.rlim_cur - SPARE_DESCRIPTORS, (rlim_t) G_MAXUINT);
}

static PmHold *
hold_of (PmTransaction *transaction, guint index)
{
  return &g_array_index (transaction->holds, PmHold, index);
}

static gboolean
fail_io (const PmTarget *target, const char *what, GError **error)
{
  int failure = errno;
  g_autofree char *path = pm_target_path (target);
  g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO, "%s: cannot %s: %s", path, what,
               g_strerror (failure));
  return FALSE;
}

static gboolean
fail_conflict (const PmTarget *target, GError **error)
{
  g_autofree char *path = pm_target_path (target);
  g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_CONFLICT,
               "%s: was saved by another program meanwhile", path);
  return FALSE;
}

/* Writes in place; the copy is durable unless `copies` is FALSE: then it is made now. */
static gboolean
write_in_place (PmTransaction *transaction, guint index, const PmFile *parent, gboolean needs_copy,
                GError **error)
{
  PmTarget *target = g_ptr_array_index (transaction->history->targets, index);
  PmContent content;
  g_autoptr (GString) bytes = NULL;
  if (!pm_place_look (parent, target->name, &content, &bytes))
    return fail_io (target, "read", error);
  if (content.inode != target->old.inode || !pm_digest_equal (&content.digest, &target->old.digest))
    return fail_conflict (target, error);
  g_autoptr (GString) new_bytes = pm_edits_apply (target->edits, bytes->str, bytes->len);
  PmCopy copy = {.target = index,
                 .before = bytes->str,
                 .before_length = bytes->len,
                 .after = new_bytes->str,
                 .after_length = new_bytes->len};
  target->method = PM_METHOD_IN_PLACE;
  if (needs_copy && (!pm_journal_append_copy (transaction->journal, &copy, error) ||
                     !pm_journal_sync_copies (transaction->journal, error)))
    return FALSE;
  if (pm_inplace_write (parent, target->name, bytes->str, bytes->len, new_bytes->str,
                        new_bytes->len, error) == PM_SWAP_DONE)
    return TRUE;
  pm_target_prefix_error (target, error);
  return FALSE;
}

static gboolean
apply_target (PmTransaction *transaction, guint index, gboolean may_lease, GError **error)
{
  PmWork work = pm_transaction_work (transaction);
  PmTarget *target = pm_work_target (&work, index);
  g_auto (PmFile) parent = PM_FILE_NONE (work.fs);
  if (!pm_work_open_parent (&work, target, &parent))
    return fail_io (target, "open its directory", error);
  if (target->method == PM_METHOD_IN_PLACE)
    return write_in_place (transaction, index, &parent, FALSE, error);

  PmSwap swap = pm_work_swap (&work, index, &parent);
  PmHold *hold = hold_of (transaction, index);
  g_autoptr (GError) failure = NULL;
  PmSwapResult result = pm_swap_forward (
      &swap, g_array_index (transaction->new_inodes, guint64, index), may_lease, hold, &failure);
  if (result == PM_SWAP_UNSUPPORTED) {
    pm_hold_clear (hold);
    return write_in_place (transaction, index, &parent, TRUE, error);
  }
  if (result == PM_SWAP_DONE && !hold->is_leased)
    pm_hold_clear (hold);
  if (result == PM_SWAP_DONE)
    return TRUE;
  pm_target_prefix_error (target, &failure);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
apply_all (PmTransaction *transaction, GError **error)
{
  guint leases = most_leases ();
  for (guint i = 0; i < transaction->history->targets->len; i++) {
    if (!apply_target (transaction, i, i < leases, error))
      return FALSE;
    pm_transaction_tell (transaction, PM_STEP_EXCHANGE, i + 1);
  }
  PmWork work = pm_transaction_work (transaction);
  return pm_work_sync (&work, PM_SYNC_TARGETS, error);
}

/* The old bytes of a target that is exchanged or written. */
static gboolean
read_old (const PmTarget *target, guint index, const PmFile *parent, GHashTable *copies,
          GString **ret_bytes)
{
  const PmCopy *copy = g_hash_table_lookup (copies, GSIZE_TO_POINTER ((gsize) index + 1));
  if (copy != NULL) {
    *ret_bytes = g_string_new_len (copy->before, (gssize) copy->before_length);
    return TRUE;
  }
  PmContent content;
  return pm_place_look (parent, target->temporary, &content, ret_bytes);
}

gboolean
pm_transaction_ask (const PmTarget *target, const GString *old_bytes, const GString *new_bytes,
                    const PmTransactionCalls *calls, GError **error)
{
  if (calls == NULL || calls->verify == NULL)
    return TRUE;
  g_autofree char *path = g_str_equal (target->parent, ".")
                              ? g_strdup (target->name)
                              : g_build_filename (target->parent, target->name, NULL);
  PmTransactionChange change = {.root = target->root,
                                .path = path,
                                .old_bytes = old_bytes->str,
                                .old_length = old_bytes->len,
                                .new_bytes = new_bytes->str,
                                .new_length = new_bytes->len};
  g_autoptr (GError) refusal = NULL;
  if (calls->verify (&change, calls->user, &refusal))
    return TRUE;
  g_autofree char *full = pm_target_path (target);
  g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_VERIFY, "%s: %s", full,
               refusal == NULL ? "the result was refused" : refusal->message);
  return FALSE;
}

/* The last look before the commit: our bytes are under the name, and what they displaced is still
 * what it was. */
static gboolean
verify_target (PmTransaction *transaction, guint index, GHashTable *copies,
               const PmTransactionCalls *calls, GError **error)
{
  PmWork work = pm_transaction_work (transaction);
  PmTarget *target = pm_work_target (&work, index);
  PmContent content;
  g_autoptr (GString) old_bytes = NULL, new_bytes = NULL;
  g_auto (PmFile) parent = PM_FILE_NONE (work.fs);
  if (!pm_work_open_parent (&work, target, &parent) ||
      !pm_place_look (&parent, target->name, &content, &new_bytes) ||
      !read_old (target, index, &parent, copies, &old_bytes))
    return fail_io (target, "read again", error);
  PmDigest old_digest = pm_digest_of (old_bytes->str, old_bytes->len);
  if (!pm_digest_equal (&content.digest, &target->new.digest) ||
      !pm_digest_equal (&old_digest, &target->old.digest))
    return fail_conflict (target, error);
  return pm_transaction_ask (target, old_bytes, new_bytes, calls, error);
}

static gboolean
verify_all (PmTransaction *transaction, const PmTransactionCalls *calls, GError **error)
{
  g_autoptr (GHashTable) copies = pm_journal_read_copies (transaction->journal, error);
  if (copies == NULL)
    return FALSE;
  guint count = transaction->history->targets->len;
  for (guint i = 0; i < count; i++)
    if (!verify_target (transaction, i, copies, calls, error))
      return FALSE;
  for (guint i = 0; i < count; i++)
    if (!pm_hold_is_intact (hold_of (transaction, i)))
      return fail_conflict (g_ptr_array_index (transaction->history->targets, i), error);
  return TRUE;
}

static gboolean
record_commit (PmTransaction *transaction, GError **error)
{
  PmHistory *history = transaction->history;
  history->is_committed = pm_journal_append (transaction->journal, PM_RECORD_COMMIT, NULL, error);
  if (history->is_committed)
    return TRUE;
  history->is_committed = pm_journal_is_unsure (transaction->journal);
  return FALSE;
}

/* A failure here is no failure of the transaction: its files are new, for good. */
static void
finish (PmTransaction *transaction, const PmTransactionCalls *calls)
{
  gboolean is_registered = FALSE;
  g_autoptr (GError) failure = NULL;
  PmWork work = pm_transaction_work (transaction);
  if (!pm_finish_run (&work, transaction->holds, calls, transaction->notes, &is_registered,
                      &failure))
    pm_file_notes_add (transaction->notes, "journal", "left for recovery to finish: %s",
                       failure == NULL ? "unknown" : failure->message);
  transaction->is_unregistered = !is_registered;
  g_array_set_size (transaction->holds, 0);
}

gboolean
pm_transaction_commit (PmTransaction *transaction, const PmTransactionCalls *calls, GError **error)
{
  g_return_val_if_fail (transaction->stage == PM_STAGE_PREPARED, FALSE);
  static const PmTransactionCalls none = {0};
  const PmTransactionCalls *used = calls == NULL ? &none : calls;
  GError *failure = NULL;
  if (transaction->journal != NULL) {
    if (!apply_all (transaction, &failure) || !verify_all (transaction, used, &failure) ||
        !record_commit (transaction, &failure)) {
      pm_transaction_fail (transaction, failure, error);
      return FALSE;
    }
    finish (transaction, used);
  }
  transaction->stage = PM_STAGE_ENDED;
  transaction->outcome = PM_OUTCOME_COMMITTED;
  return TRUE;
}
