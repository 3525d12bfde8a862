/* DESIGN
 * A transaction is a state machine with three stages: begun (locks), prepared (journal and
 * temporaries are durable), ended. Every failure after the journal exists goes through
 * pm_transaction_fail, which runs the same rollback as recovery does. */

#include "update/transaction-private.h"

#include <string.h>

#include "update/rollback.h"

#define MOST_JOURNALS 10000000

static void
candidate_free (gpointer data)
{
  PmCandidate *candidate = data;
  g_free (candidate->root);
  g_free (candidate->path);
  pm_target_free (candidate->target);
  g_free (candidate);
}

static void
hold_clear (gpointer data)
{
  pm_hold_clear (data);
}

PmWork
pm_transaction_work (const PmTransaction *transaction)
{
  return (PmWork){
      .fs = transaction->fs,
      .roots = transaction->roots,
      .history = transaction->history,
      .journal = transaction->journal,
      .journals = pm_lock_journals (transaction->lock),
  };
}

void
pm_transaction_tell (const PmTransaction *transaction, PmTransactionStep step, guint done)
{
  if (transaction->tell != NULL)
    transaction->tell (step, done, transaction->history->targets->len, transaction->tell_user);
}

/* The next number, and whether a crash left something. */
static gboolean
look_at_journals (PmTransaction *transaction, GError **error)
{
  const PmFs *fs = transaction->fs;
  g_autoptr (GPtrArray) names =
      fs->list (fs, pm_lock_journals (transaction->lock)->fd, MOST_JOURNALS);
  if (names == NULL) {
    g_set_error_literal (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO, "cannot list the journals");
    return FALSE;
  }
  guint64 last = 0;
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);
    if (g_str_has_suffix (name, ".open")) {
      g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_UNFINISHED,
                   "transaction %.*s was interrupted; recover first",
                   (int) (strlen (name) - strlen (".open")), name);
      return FALSE;
    }
    last = MAX (last, g_ascii_strtoull (name, NULL, 10));
  }
  transaction->history->id = last + 1;
  return TRUE;
}

static PmTransaction *
transaction_new (const PmFs *fs, const PmTransactionOptions *options)
{
  PmTransaction *transaction = g_new0 (PmTransaction, 1);
  transaction->fs = fs;
  transaction->lock_wait_ms = options->lock_wait_ms;
  transaction->tell = options->tell;
  transaction->tell_user = options->tell_user;
  transaction->candidates = g_ptr_array_new_with_free_func (candidate_free);
  transaction->history = pm_history_new ();
  transaction->history->note = g_strdup (options->note == NULL ? "" : options->note);
  transaction->history->undo_of = options->undo_of;
  transaction->holds = g_array_new (FALSE, TRUE, sizeof (PmHold));
  g_array_set_clear_func (transaction->holds, hold_clear);
  transaction->new_inodes = g_array_new (FALSE, TRUE, sizeof (guint64));
  transaction->notes = pm_file_notes_new ();
  transaction->outcome = PM_OUTCOME_REFUSED;
  return transaction;
}

PmTransaction *
pm_transaction_begin (const PmFs *fs, const PmTransactionOptions *options, GError **error)
{
  g_autoptr (PmTransaction) transaction = transaction_new (fs, options);
  if (options->is_trial) {
    transaction->roots = pm_roots_open (fs, options->roots, error);
    return transaction->roots == NULL ? NULL : g_steal_pointer (&transaction);
  }
  transaction->lock = pm_lock_state (fs, options->state_directory, options->lock_wait_ms, error);
  if (transaction->lock == NULL || !look_at_journals (transaction, error))
    return NULL;
  transaction->roots = pm_roots_open (fs, options->roots, error);
  if (transaction->roots == NULL ||
      !pm_lock_roots (transaction->lock, transaction->roots, options->lock_wait_ms, error))
    return NULL;
  return g_steal_pointer (&transaction);
}

void
pm_transaction_add (PmTransaction *transaction, const PmTransactionFile *file)
{
  g_return_if_fail (transaction->stage == PM_STAGE_BEGUN);
  PmCandidate *candidate = g_new0 (PmCandidate, 1);
  candidate->root = g_strdup (file->root);
  candidate->path = g_strdup (file->path);
  candidate->size_bytes = file->size_bytes;
  candidate->digest = file->digest;
  candidate->in_place = file->in_place;
  candidate->target = pm_target_new ();
  for (gsize i = 0; i < file->n_edits; i++) {
    const PmTransactionEdit *edit = &file->edits[i];
    pm_edits_add (candidate->target->edits, edit->span, edit->old_bytes, edit->new_bytes,
                  edit->new_length);
  }
  g_ptr_array_add (transaction->candidates, candidate);
}

static PmOutcome
outcome_of (const GError *failure)
{
  if (g_error_matches (failure, PM_UPDATE_ERROR, PM_UPDATE_ERROR_CONFLICT) ||
      g_error_matches (failure, PM_UPDATE_ERROR, PM_UPDATE_ERROR_REFUSED))
    return PM_OUTCOME_REFUSED;
  if (g_error_matches (failure, PM_UPDATE_ERROR, PM_UPDATE_ERROR_VERIFY))
    return PM_OUTCOME_VERIFICATION;
  return PM_OUTCOME_FAILED;
}

static void
roll_back (PmTransaction *transaction, PmOutcome because, GError **error)
{
  PmWork work = pm_transaction_work (transaction);
  transaction->stage = PM_STAGE_ENDED;
  transaction->outcome = because;
  if (!pm_rollback_run (&work, because, NULL, transaction->notes, &transaction->outcome, error))
    transaction->outcome = PM_OUTCOME_FAILED;
  g_array_set_size (transaction->holds, 0);
}

void
pm_transaction_fail (PmTransaction *transaction, GError *failure, GError **error)
{
  g_autoptr (GError) owned = failure;
  g_autoptr (GError) stuck = NULL;
  if (transaction->journal == NULL) {
    transaction->stage = PM_STAGE_ENDED;
    transaction->outcome = outcome_of (failure);
    g_propagate_error (error, g_steal_pointer (&owned));
    return;
  }
  roll_back (transaction, outcome_of (failure), &stuck);
  if (stuck != NULL)
    g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_STUCK,
                 "%s; then taking it back failed: %s; the journal is kept, recover when this is "
                 "mended",
                 failure->message, stuck->message);
  else
    g_propagate_prefixed_error (error, g_steal_pointer (&owned), "%s: ",
                                transaction->outcome == PM_OUTCOME_ROLLED_BACK_EXCEPT
                                    ? "taken back, but for files changed by others"
                                    : "everything was taken back");
}

guint64
pm_transaction_id (const PmTransaction *transaction)
{
  return transaction->journal == NULL ? 0 : transaction->history->id;
}

PmOutcome
pm_transaction_outcome (const PmTransaction *transaction)
{
  return transaction->outcome;
}

const GPtrArray *
pm_transaction_notes (const PmTransaction *transaction)
{
  return transaction->notes;
}

gboolean
pm_transaction_is_unregistered (const PmTransaction *transaction)
{
  return transaction->is_unregistered;
}

void
pm_transaction_free (PmTransaction *transaction)
{
  if (transaction == NULL)
    return;
  if (transaction->stage == PM_STAGE_PREPARED)
    roll_back (transaction, PM_OUTCOME_REFUSED, NULL);
  g_array_unref (transaction->holds);
  g_array_unref (transaction->new_inodes);
  g_ptr_array_unref (transaction->candidates);
  pm_history_free (transaction->history);
  pm_journal_close (transaction->journal);
  if (transaction->roots != NULL)
    g_ptr_array_unref (transaction->roots);
  pm_lock_free (transaction->lock);
  g_ptr_array_unref (transaction->notes);
  g_free (transaction);
}
