/* DESIGN
 * Steps 1 to 3 of the protocol: check, INTENT, temporaries and copies, PREPARED. Until PREPARED is
 * durable no name of a project means anything else than before. */

#include <errno.h>

#include "update/transaction-private.h"

#define NEW_INODE(transaction, index) g_array_index ((transaction)->new_inodes, guint64, index)

static void
name_temporaries (PmHistory *history)
{
  for (guint i = 0; i < history->targets->len; i++) {
    PmTarget *target = g_ptr_array_index (history->targets, i);
    target->temporary = g_strdup_printf (".port-manager-%" G_GUINT64_FORMAT "-%u-%08x.tmp",
                                         history->id, i, g_random_int ());
    target->revert = g_strdup_printf (".port-manager-%" G_GUINT64_FORMAT "-%u-%08x.undo.tmp",
                                      history->id, i, g_random_int ());
  }
}

static gboolean
fail (const PmTarget *target, PmUpdateError code, const char *what, GError **error)
{
  g_autofree char *path = pm_target_path (target);
  g_set_error (error, PM_UPDATE_ERROR, code, "%s: %s", path, what);
  return FALSE;
}

static gboolean
fail_io (const PmTarget *target, const char *what, GError **error)
{
  int failure = errno;
  g_autofree char *text = g_strdup_printf ("cannot %s: %s", what, g_strerror (failure));
  return fail (target, PM_UPDATE_ERROR_IO, text, error);
}

static gboolean
keep_copy (PmTransaction *transaction, guint index, const GString *old_bytes,
           const GString *new_bytes, GError **error)
{
  PmCopy copy = {.target = index,
                 .before = old_bytes->str,
                 .before_length = old_bytes->len,
                 .after = new_bytes->str,
                 .after_length = new_bytes->len};
  PmTarget *target = g_ptr_array_index (transaction->history->targets, index);
  target->method = PM_METHOD_IN_PLACE;
  return pm_journal_append_copy (transaction->journal, &copy, error);
}

/* Reads the target once more, and writes what it is to be beside it, or into the copies. */
static gboolean
write_target (PmTransaction *transaction, guint index, GError **error)
{
  PmWork work = pm_transaction_work (transaction);
  PmTarget *target = pm_work_target (&work, index);
  PmContent content;
  struct statx status;
  g_autoptr (GString) bytes = NULL;
  g_auto (PmFile) parent = PM_FILE_NONE (work.fs);
  g_auto (PmFile) file = PM_FILE_NONE (work.fs);
  if (!pm_work_open_parent (&work, target, &parent) ||
      !pm_place_open_file (&parent, target->name, &file) ||
      !pm_place_read (&file, &content, &bytes) ||
      PM_FS (work.fs, statx, file.fd, "", AT_EMPTY_PATH, PM_PLACE_STATX_MASK, &status) < 0)
    return fail_io (target, "read", error);
  if (content.inode != target->old.inode || !pm_digest_equal (&content.digest, &target->old.digest))
    return fail (target, PM_UPDATE_ERROR_CONFLICT, "was saved by another program", error);

  g_autoptr (GString) new_bytes = pm_edits_apply (target->edits, bytes->str, bytes->len);
  if (target->method == PM_METHOD_IN_PLACE)
    return keep_copy (transaction, index, bytes, new_bytes, error);
  PmWriteResult written = pm_work_write_beside (&parent, target->temporary, new_bytes, &file,
                                                &status, FALSE, &NEW_INODE (transaction, index));
  if (written == PM_WRITE_PERMISSION)
    return keep_copy (transaction, index, bytes, new_bytes, error);
  return written == PM_WRITE_DONE || fail_io (target, "write the new content", error);
}

static gboolean
write_all (PmTransaction *transaction, GError **error)
{
  PmHistory *history = transaction->history;
  g_array_set_size (transaction->new_inodes, history->targets->len);
  g_array_set_size (transaction->holds, history->targets->len);
  for (guint i = 0; i < history->targets->len; i++)
    g_array_index (transaction->holds, PmHold, i) = (PmHold) PM_HOLD_NONE (transaction->fs);
  for (guint i = 0; i < history->targets->len; i++) {
    if (!write_target (transaction, i, error))
      return FALSE;
    pm_transaction_tell (transaction, PM_STEP_PREPARE, i + 1);
  }
  PmWork work = pm_transaction_work (transaction);
  if (!pm_journal_sync_copies (transaction->journal, error) ||
      !pm_work_sync (&work, PM_SYNC_TEMPORARIES, error) ||
      !pm_journal_append (transaction->journal, PM_RECORD_PREPARED, NULL, error))
    return FALSE;
  history->is_prepared = TRUE;
  return TRUE;
}

gboolean
pm_transaction_prepare (PmTransaction *transaction, GError **error)
{
  g_return_val_if_fail (transaction->stage == PM_STAGE_BEGUN && transaction->lock != NULL, FALSE);
  GError *failure = NULL;
  if (!pm_transaction_check (transaction, &failure)) {
    pm_transaction_fail (transaction, failure, error);
    return FALSE;
  }
  PmHistory *history = transaction->history;
  if (history->targets->len > 0) {
    name_temporaries (history);
    history->started_us = g_get_real_time ();
    transaction->journal = pm_journal_create (
        transaction->fs, pm_lock_journals (transaction->lock)->fd, history, &failure);
    if (transaction->journal == NULL || !write_all (transaction, &failure)) {
      pm_transaction_fail (transaction, failure, error);
      return FALSE;
    }
  }
  transaction->stage = PM_STAGE_PREPARED;
  return TRUE;
}
