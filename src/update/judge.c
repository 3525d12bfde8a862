/* DESIGN
 * A preview that promises what the transaction then refuses is worth nothing: what prepare looks at
 * is looked at here by the same code, and the new contents, which exist only in memory, are shown
 * to `verify` as a commit would. */

#include <errno.h>

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

gboolean
pm_transaction_judge (PmTransaction *transaction, const PmTransactionCalls *calls, GError **error)
{
  g_return_val_if_fail (transaction->stage == PM_STAGE_BEGUN, FALSE);
  GError *failure = NULL;
  gboolean fine = pm_transaction_check (transaction, &failure);
  for (guint i = 0; fine && i < transaction->history->targets->len; i++)
    fine = judge_target (transaction, g_ptr_array_index (transaction->history->targets, i), calls,
                         &failure);
  if (!fine) {
    pm_transaction_fail (transaction, failure, error);
    return FALSE;
  }
  transaction->stage = PM_STAGE_ENDED;
  transaction->outcome = PM_OUTCOME_COMMITTED;
  return TRUE;
}
