/* DESIGN
 * A preview that promises what the transaction then refuses is worth nothing: what prepare looks at
 * is looked at here by the same code, and the new contents, which exist only in memory, are shown
 * to `verify` as a commit would. Where one file stands in the way the others are looked at all the
 * same: a person who mends one and tries again wants to have heard of the next before. */

#include <errno.h>
#include <string.h>

#include "update/transaction-private.h"

static gboolean
judge_target (const PmTransaction *transaction, const PmTarget *target,
              const PmTransactionCalls *calls, GError **error)
{
  PmContent content;
  g_autoptr (GString) bytes = NULL;
  g_auto (PmFile) parent = PM_FILE_NONE (transaction->fs);
  if (!pm_place_open_parent (pm_roots_find (transaction->roots, target->root), target, &parent) ||
      !pm_place_look (&parent, target->name, &content, &bytes)) {
    int failure = errno;
    g_autofree char *path = pm_target_path (target);
    g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO, "%s: cannot read: %s", path,
                 g_strerror (failure));
    return FALSE;
  }
  if (!pm_digest_equal (&content.digest, &target->old.digest)) {
    g_autofree char *path = pm_target_path (target);
    g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_CONFLICT,
                 "%s: was saved by another program meanwhile", path);
    return FALSE;
  }
  g_autoptr (GString) new_bytes = pm_edits_apply (target->edits, bytes->str, bytes->len);
  return pm_transaction_ask (target, bytes, new_bytes, calls, error);
}

/* Each that does not pass is noted; the first failure of all is the error. */
static void
judge_targets (const PmTransaction *transaction, const PmTransactionCalls *calls,
               GError **ret_failure)
{
  for (guint i = 0; i < transaction->history->targets->len; i++) {
    const PmTarget *target = g_ptr_array_index (transaction->history->targets, i);
    g_autoptr (GError) failure = NULL;
    if (judge_target (transaction, target, calls, &failure))
      continue;
    g_autofree char *path = pm_target_path (target);
    gsize length = strlen (path);
    gboolean is_named = strncmp (failure->message, path, length) == 0 &&
                        strncmp (failure->message + length, ": ", 2) == 0;
    pm_file_notes_add (transaction->notes, path, "%s",
                       failure->message + (is_named ? length + 2 : 0));
    if (*ret_failure == NULL)
      *ret_failure = g_steal_pointer (&failure);
  }
}

gboolean
pm_transaction_judge (PmTransaction *transaction, const PmTransactionCalls *calls, GError **error)
{
  g_return_val_if_fail (transaction->stage == PM_STAGE_BEGUN, FALSE);
  GError *failure = NULL;
  pm_transaction_check (transaction, &failure);
  judge_targets (transaction, calls, &failure);
  if (failure != NULL) {
    pm_transaction_fail (transaction, failure, error);
    return FALSE;
  }
  transaction->stage = PM_STAGE_ENDED;
  transaction->outcome = PM_OUTCOME_COMMITTED;
  return TRUE;
}
