#include "update/revert.h"

#include <errno.h>
#include <string.h>

#include "update/inplace.h"

#define MOST_TRIES 20
#define PAUSE_US 20000
#define LEASE_WAIT_MS 300

static PmRevertResult
fail_io (GError **error, const char *what, const char *name)
{
  int failure = errno;
  g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO, "%s: cannot %s: %s", name, what,
               g_strerror (failure));
  return PM_REVERT_FAILED;
}

static PmSwap
revert_swap (const PmWork *work, guint index, const PmFile *parent)
{
  PmTarget *target = pm_work_target (work, index);
  PmSwap swap = pm_work_swap (work, index, parent);
  swap.temporary = target->revert;
  swap.old = target->reverted.before;
  swap.new = target->reverted.after;
  swap.is_prepared = TRUE;
  swap.back = &target->reverted.back;
  swap.slot = 1;
  return swap;
}

PmSettled
pm_revert_settle (const PmWork *work, guint index, const PmFile *parent, GError **error)
{
  if (!pm_work_target (work, index)->reverted.is_set)
    return PM_SETTLED_CLEAN;
  PmSwap swap = revert_swap (work, index, parent);
  return pm_swap_settle (&swap, error);
}

/* The content without our bytes. NULL: they cannot all be found. An edit whose old bytes stand in
 * its place again is taken back already. */
static GString *
without_ours (const PmTarget *target, const GString *bytes)
{
  const GArray *edits = target->edits;
  g_autofree guint32 *ours = g_new (guint32, edits->len + 1);
  g_autofree guint32 *theirs = g_new (guint32, edits->len + 1);
  pm_edits_locate (edits, PM_EDITS_NEW, bytes->str, bytes->len, NULL, ours);
  pm_edits_locate (edits, PM_EDITS_OLD, bytes->str, bytes->len, NULL, theirs);
  g_autoptr (GString) result = g_string_sized_new (bytes->len + 64);
  gsize copied = 0;
  for (guint i = 0; i < edits->len; i++) {
    const PmEdit *edit = &g_array_index (edits, PmEdit, i);
    if (ours[i] == G_MAXUINT32 && theirs[i] == G_MAXUINT32)
      return NULL;
    if (ours[i] == G_MAXUINT32)
      continue;
    g_string_append_len (result, bytes->str + copied, (gssize) (ours[i] - copied));
    g_string_append_len (result, edit->old_bytes, pm_span_length (edit->old_span));
    copied = ours[i] + pm_span_length (edit->new_span);
  }
  g_string_append_len (result, bytes->str + copied, (gssize) (bytes->len - copied));
  return g_steal_pointer (&result);
}

static PmRevertResult
from_swap (PmSwapResult result)
{
  return result == PM_SWAP_DONE       ? PM_REVERT_DONE
         : result == PM_SWAP_CONFLICT ? PM_REVERT_BUSY
                                      : PM_REVERT_FAILED;
}

static PmRevertResult
revert_in_place (const PmWork *work, guint index, const PmFile *parent, PmHold *hold,
                 const GString *before, const GString *after, GError **error)
{
  pm_hold_clear (hold); /* our own writing would wait for it */
  PmCopy copy = {.target = index,
                 .is_revert = TRUE,
                 .before = before->str,
                 .before_length = before->len,
                 .after = after->str,
                 .after_length = after->len};
  if (!pm_journal_append_copy (work->journal, &copy, error) ||
      !pm_journal_sync_copies (work->journal, error))
    return PM_REVERT_FAILED;
  return from_swap (pm_inplace_write (parent, pm_work_target (work, index)->name, before->str,
                                      before->len, after->str, after->len, error));
}

static PmRevertResult
revert_by_exchange (const PmWork *work, guint index, const PmFile *parent, PmHold *hold,
                    const struct statx *status, const PmContent *before,
                    const GString *before_bytes, const GString *after, GError **error)
{
  PmTarget *target = pm_work_target (work, index);
  PmContent content = {0, after->len, pm_digest_of (after->str, after->len)};
  guint64 inode;
  if (!pm_work_drop (parent, target->revert))
    return fail_io (error, "remove the temporary beside", target->name);
  PmWriteResult written =
      pm_work_write_beside (parent, target->revert, after, &hold->file, status, TRUE, &inode);
  if (written == PM_WRITE_PERMISSION)
    return revert_in_place (work, index, parent, hold, before_bytes, after, error);
  if (written != PM_WRITE_DONE)
    return fail_io (error, "write beside", target->name);
  content.inode = inode;
  if (!pm_journal_append_revert (work->journal, index, before, &content, error))
    return PM_REVERT_FAILED;
  target->reverted = (PmRevert){.is_set = TRUE, .before = *before, .after = content};

  PmSwap swap = revert_swap (work, index, parent);
  g_auto (PmHold) displaced = PM_HOLD_NONE (work->fs);
  PmSwapResult result = pm_swap_forward (&swap, inode, TRUE, &displaced, error);
  if (result == PM_SWAP_CONFLICT && pm_swap_settle (&swap, NULL) == PM_SETTLED_FAILED)
    return PM_REVERT_FAILED;
  return from_swap (result);
}

static PmRevertResult
revert_once (const PmWork *work, guint index, const PmFile *parent, GError **error)
{
  const PmTarget *target = pm_work_target (work, index);
  struct statx status;
  PmContent content;
  g_autoptr (GString) before = NULL;
  g_auto (PmHold) hold = PM_HOLD_NONE (work->fs);
  PmHoldResult held = pm_hold_take (&hold, parent, target->name, LEASE_WAIT_MS, TRUE);
  if (held == PM_HOLD_BUSY)
    return PM_REVERT_BUSY;
  if (held == PM_HOLD_FAILED)
    return errno == ENOENT || errno == ELOOP ? PM_REVERT_NOT_OURS
                                             : fail_io (error, "open", target->name);
  if (PM_FS (work->fs, statx, hold.file.fd, "", AT_EMPTY_PATH, PM_PLACE_STATX_MASK, &status) < 0 ||
      !pm_place_read (&hold.file, &content, &before))
    return errno == EFBIG || errno == EISDIR ? PM_REVERT_NOT_OURS
                                             : fail_io (error, "read", target->name);
  g_autoptr (GString) after = without_ours (target, before);
  if (after == NULL)
    return PM_REVERT_NOT_OURS;
  if (g_string_equal (before, after))
    return PM_REVERT_DONE;
  if (target->method == PM_METHOD_EXCHANGE && status.stx_nlink == 1)
    return revert_by_exchange (work, index, parent, &hold, &status, &content, before, after, error);
  return revert_in_place (work, index, parent, &hold, before, after, error);
}

PmRevertResult
pm_revert_target (const PmWork *work, guint index, const PmFile *parent, GError **error)
{
  for (guint tries = 0; tries < MOST_TRIES; tries++) {
    g_autoptr (GError) failure = NULL;
    PmRevertResult result = revert_once (work, index, parent, &failure);
    if (result == PM_REVERT_FAILED) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return result;
    }
    if (result != PM_REVERT_BUSY)
      return result;
    g_usleep (PAUSE_US);
  }
  return PM_REVERT_BUSY;
}
