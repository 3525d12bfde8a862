/* DESIGN
 * Every target is brought to rest by itself, each judged by its content; an error at one does not
 * keep the others from being taken back. Then the order matters: contents and names durable, the
 * ROLLED_BACK record durable, and only then the temporaries go, which until then may be the only
 * copy of somebody's bytes. */

#include "update/rollback.h"

#include <errno.h>
#include <string.h>

#include "update/inplace.h"
#include "update/revert.h"

#define GRACE_US 20000

typedef struct {
  const PmWork *work;
  GHashTable *copies;
  GPtrArray *notes;
  GError *failure; /* the first */
} Rollback;

static void
keep_failure (Rollback *rollback, GError *failure)
{
  if (rollback->failure == NULL)
    rollback->failure = failure;
  else
    g_clear_error (&failure);
}

static void
note_busy (Rollback *rollback, const char *path)
{
  pm_file_notes_add (rollback->notes, path,
                     "is held open for writing by another program; it may still have our bytes");
}

static void
revert (Rollback *rollback, guint index, const PmFile *parent, const char *path)
{
  GError *failure = NULL;
  switch (pm_revert_target (rollback->work, index, parent, &failure)) {
  case PM_REVERT_DONE:
    return;
  case PM_REVERT_NOT_OURS:
    pm_file_notes_add (
        rollback->notes, path,
        "was changed by somebody else, so that our bytes cannot be told from theirs");
    return;
  case PM_REVERT_BUSY:
    note_busy (rollback, path);
    return;
  case PM_REVERT_FAILED:
    pm_target_prefix_error (pm_work_target (rollback->work, index), &failure);
    keep_failure (rollback, failure);
    return;
  }
}

static void
settle (Rollback *rollback, guint index, const PmFile *parent, const char *path)
{
  GError *failure = NULL;
  PmSettled settled = pm_revert_settle (rollback->work, index, parent, &failure);
  if (settled != PM_SETTLED_FAILED && settled != PM_SETTLED_BUSY) {
    PmSwap swap = pm_work_swap (rollback->work, index, parent);
    settled = pm_swap_settle (&swap, &failure);
  }
  if (settled == PM_SETTLED_FAILED) {
    pm_target_prefix_error (pm_work_target (rollback->work, index), &failure);
    keep_failure (rollback, failure);
  } else if (settled == PM_SETTLED_BUSY)
    note_busy (rollback, path);
  else if (settled == PM_SETTLED_GONE)
    pm_file_notes_add (rollback->notes, path, "was removed or replaced by somebody else");
  else if (settled == PM_SETTLED_THEIRS)
    revert (rollback, index, parent, path);
}

/* Writes the old bytes back over what the transaction wrote in place. */
static void
restore_copy (Rollback *rollback, guint index, const PmFile *parent, const char *path,
              const PmCopy *copy)
{
  const PmTarget *target = pm_work_target (rollback->work, index);
  PmContent content;
  GError *failure = NULL;
  g_autoptr (GString) bytes = NULL;
  if (!pm_place_look (parent, target->name, &content, &bytes)) {
    if (errno == ENOENT || errno == ELOOP || errno == EISDIR)
      pm_file_notes_add (rollback->notes, path, "was removed or replaced by somebody else");
    else
      g_set_error (&failure, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO, "%s: %s", path,
                   g_strerror (errno));
    keep_failure (rollback, failure);
    return;
  }
  gboolean is_before =
      bytes->len == copy->before_length && memcmp (bytes->str, copy->before, bytes->len) == 0;
  if (is_before && !copy->is_revert)
    return;
  if (is_before || !pm_inplace_is_torn (copy, bytes->str, bytes->len)) {
    revert (rollback, index, parent, path);
    return;
  }
  PmSwapResult result = pm_inplace_write (parent, target->name, bytes->str, bytes->len,
                                          copy->before, copy->before_length, &failure);
  if (result == PM_SWAP_FAILED) {
    pm_target_prefix_error (target, &failure);
    keep_failure (rollback, failure);
    return;
  }
  g_clear_error (&failure);
  if (result == PM_SWAP_CONFLICT)
    note_busy (rollback, path);
  else if (copy->is_revert)
    revert (rollback, index, parent, path);
}

static void
take_back (Rollback *rollback, guint index)
{
  const PmWork *work = rollback->work;
  const PmTarget *target = pm_work_target (work, index);
  g_autofree char *path = pm_target_path (target);
  g_auto (PmFile) parent = PM_FILE_NONE (work->fs);
  if (!pm_work_open_parent (work, target, &parent)) {
    int failure = errno;
    if (failure == ENOENT || failure == ELOOP || failure == ENOTDIR) {
      if (work->history->is_prepared)
        pm_file_notes_add (rollback->notes, path, "its directory is not there any more");
      return;
    }
    keep_failure (rollback,
                  g_error_new (PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO,
                               "%s: cannot open its directory: %s", path, g_strerror (failure)));
    return;
  }
  const PmCopy *copy = g_hash_table_lookup (rollback->copies, GSIZE_TO_POINTER ((gsize) index + 1));
  if (copy != NULL)
    restore_copy (rollback, index, &parent, path, copy);
  else if (target->method == PM_METHOD_EXCHANGE)
    settle (rollback, index, &parent, path);
}

/* Twice, with a pause: a program that had looked our file up by its name, and got to write it only
 * after it was exchanged back, is found under the temporary's name by the second look. */
static void
take_all_back (Rollback *rollback)
{
  guint before = rollback->notes->len;
  for (guint looks = 0; looks < 2 && rollback->failure == NULL; looks++) {
    if (looks > 0)
      g_usleep (GRACE_US);
    g_ptr_array_set_size (rollback->notes, (gint) before);
    for (guint i = 0; i < rollback->work->history->targets->len; i++)
      take_back (rollback, i);
  }
}

gboolean
pm_rollback_close (const PmWork *work, const PmTransactionCalls *calls, GError **error)
{
  const PmHistory *history = work->history;
  if (calls != NULL && calls->rolled_back != NULL &&
      !calls->rolled_back (history->id, history->note, history->outcome, calls->user, error))
    return FALSE;
  return pm_work_close (work, error);
}

static gboolean
conclude (const PmWork *work, PmOutcome outcome, const PmTransactionCalls *calls,
          const GPtrArray *notes, GError **error)
{
  if (!pm_work_sync (work, PM_SYNC_TARGETS, error) ||
      !pm_journal_append_rolled_back (work->journal, outcome, notes, error))
    return FALSE;
  work->history->is_rolled_back = TRUE;
  work->history->outcome = outcome;
  return pm_rollback_close (work, calls, error);
}

gboolean
pm_rollback_run (const PmWork *work, PmOutcome because, const PmTransactionCalls *calls,
                 GPtrArray *notes, PmOutcome *ret_outcome, GError **error)
{
  PmHistory *history = work->history;
  if (history->is_committed && !history->is_rolling_back) {
    /* A COMMIT whose write failed may be on the disk all the same. */
    if (!pm_journal_append (work->journal, PM_RECORD_ROLLBACK, NULL, error))
      return FALSE;
    history->is_rolling_back = TRUE;
  }
  g_autoptr (GHashTable) copies = pm_journal_read_copies (work->journal, error);
  if (copies == NULL)
    return FALSE;
  Rollback rollback = {work, copies, notes, NULL};
  guint before = notes->len;
  take_all_back (&rollback);
  if (rollback.failure != NULL) {
    g_propagate_error (error, rollback.failure);
    return FALSE;
  }
  PmOutcome outcome = notes->len > before ? PM_OUTCOME_ROLLED_BACK_EXCEPT : because;
  if (!conclude (work, outcome, calls, notes, error))
    return FALSE;
  *ret_outcome = outcome;
  return TRUE;
}
