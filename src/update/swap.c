/* DESIGN
 * Going back is a loop: look at what is under both names, take one step, look again. What to do
 * depends on nothing but the two contents, the journal's PREPARED and its last BACK record, so it
 * does not matter which process took the step before, or where it was killed. With T the target's
 * name and X the temporary's:
 *
 *   X is missing        nothing was exchanged, or it is settled already; T decides alone
 *   not PREPARED        X is an unfinished temporary: T was never touched
 *   X is the new        not exchanged, or exchanged back: settled
 *   T new,  X old       exchange
 *   T new,  X other     a save was displaced by our exchange: exchange, with a BACK record
 *   T old,  X other     T is our swap back (its inode tells), which displaced a save: exchange
 *   T other, X other    if T is what a BACK record moved in and X not what it expected, X is the
 *                       newer save: exchange; else T is
 *   T other, X old      they saved after our exchange: theirs
 *
 * Each exchange happens under a lease on what is about to lose the name: whoever opened it for
 * writing gets it back. */

#include "update/swap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#define LEASE_WAIT_MS 300
#define MOST_STEPS 60
#define PAUSE_US 10000

static void
set_error (GError **error, PmUpdateError code, const char *what, const char *name)
{
  g_set_error (error, PM_UPDATE_ERROR, code, "%s: %s", name, what);
}

static void
set_io_error (GError **error, const char *what, const char *name)
{
  int failure = errno;
  g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO, "%s: cannot %s: %s", name, what,
               g_strerror (failure));
}

static int
exchange (const PmSwap *swap)
{
  return PM_FS (swap->parent->fs, renameat2, swap->parent->fd, swap->temporary, swap->parent->fd,
                swap->name, RENAME_EXCHANGE);
}

static gboolean
has_inode (const PmSwap *swap, const char *name, guint64 inode)
{
  struct statx status;
  return PM_FS (swap->parent->fs, statx, swap->parent->fd, name, AT_SYMLINK_NOFOLLOW,
                PM_PLACE_STATX_MASK, &status) == 0 &&
         status.stx_ino == inode;
}

static gboolean
same_content (const PmContent *a, const PmContent *b)
{
  return a->size_bytes == b->size_bytes && pm_digest_equal (&a->digest, &b->digest);
}

static gboolean
is_conflict (int failure)
{
  return failure == ENOENT || failure == EISDIR || failure == ELOOP || failure == ENXIO;
}

/* Opens, leases and compares what is about to be exchanged. */
static PmSwapResult
take_old (const PmSwap *swap, gboolean may_lease, PmHold *hold, GError **error)
{
  PmHoldResult held = pm_hold_take (hold, swap->parent, swap->name, LEASE_WAIT_MS, may_lease);
  if (held == PM_HOLD_BUSY) {
    set_error (error, PM_UPDATE_ERROR_CONFLICT, "is open for writing in another program",
               swap->name);
    return PM_SWAP_CONFLICT;
  }
  if (held == PM_HOLD_FAILED) {
    if (is_conflict (errno)) {
      set_error (error, PM_UPDATE_ERROR_CONFLICT, "is no longer there", swap->name);
      return PM_SWAP_CONFLICT;
    }
    set_io_error (error, "open", swap->name);
    return PM_SWAP_FAILED;
  }
  struct statx status;
  if (PM_FS (swap->parent->fs, statx, hold->file.fd, "", AT_EMPTY_PATH, PM_PLACE_STATX_MASK,
             &status) < 0) {
    set_io_error (error, "look at", swap->name);
    return PM_SWAP_FAILED;
  }
  if (status.stx_ino != swap->old.inode || status.stx_size != swap->old.size_bytes) {
    set_error (error, PM_UPDATE_ERROR_CONFLICT, "was saved by another program", swap->name);
    return PM_SWAP_CONFLICT;
  }
  return PM_SWAP_DONE;
}

PmSwapResult
pm_swap_forward (const PmSwap *swap, guint64 new_inode, gboolean may_lease, PmHold *hold,
                 GError **error)
{
  PmSwapResult result = take_old (swap, may_lease, hold, error);
  if (result != PM_SWAP_DONE)
    return result;
  if (exchange (swap) < 0) {
    int failure = errno;
    set_io_error (error, "exchange", swap->name);
    if (failure == EINVAL || failure == ENOSYS || failure == ENOTSUP || failure == EBUSY)
      return PM_SWAP_UNSUPPORTED;
    return PM_SWAP_FAILED;
  }
  PmContent out;
  if (!pm_place_read (&hold->file, &out, NULL)) {
    set_io_error (error, "read", swap->name);
    return PM_SWAP_FAILED;
  }
  if (!has_inode (swap, swap->name, new_inode) ||
      !has_inode (swap, swap->temporary, swap->old.inode) || !same_content (&out, &swap->old) ||
      !pm_hold_is_intact (hold)) {
    set_error (error, PM_UPDATE_ERROR_CONFLICT, "was saved by another program meanwhile",
               swap->name);
    return PM_SWAP_CONFLICT;
  }
  return PM_SWAP_DONE;
}

typedef enum {
  FOUND_NOTHING,
  FOUND_OLD,
  FOUND_NEW,
  FOUND_OTHER,
  FOUND_STRANGE, /* no regular file, or too large */
  FOUND_ERROR,
} Found;

static Found
look (const PmSwap *swap, const char *name, PmContent *content)
{
  if (!pm_place_look (swap->parent, name, content, NULL)) {
    if (errno == ENOENT)
      return FOUND_NOTHING;
    return errno == EISDIR || errno == ELOOP || errno == EFBIG || errno == ENXIO ? FOUND_STRANGE
                                                                                 : FOUND_ERROR;
  }
  if (same_content (content, &swap->old))
    return FOUND_OLD;
  return same_content (content, &swap->new) ? FOUND_NEW : FOUND_OTHER;
}

static gboolean
is_moved_in (const PmSwap *swap, const PmContent *content)
{
  return swap->back->is_set && swap->back->moved_in.inode == content->inode &&
         same_content (&swap->back->moved_in, content);
}

typedef enum {
  STEP_EXCHANGE,        /* and look again */
  STEP_EXCHANGE_THEIRS, /* the same, after a BACK record */
  STEP_CLEAN,
  STEP_THEIRS,
  STEP_GONE,
  STEP_RESTORE, /* give their displaced save its name, which nothing has */
} Step;

static Step
decide_alone (const PmSwap *swap, Found at_name)
{
  if (at_name == FOUND_NOTHING || at_name == FOUND_STRANGE)
    return swap->is_prepared ? STEP_GONE : STEP_CLEAN;
  return at_name == FOUND_OLD || !swap->is_prepared ? STEP_CLEAN : STEP_THEIRS;
}

static Step
decide_displaced (const PmSwap *swap, Found at_name, const PmContent *name, const PmContent *other)
{
  if (at_name == FOUND_NOTHING)
    return STEP_RESTORE;
  if (at_name == FOUND_STRANGE)
    return STEP_GONE;
  if (at_name == FOUND_NEW)
    return STEP_EXCHANGE_THEIRS;
  if (at_name == FOUND_OLD && !is_moved_in (swap, name))
    return name->inode == swap->old.inode ? STEP_EXCHANGE_THEIRS : STEP_THEIRS;
  if (is_moved_in (swap, name) && !same_content (&swap->back->expected_out, other))
    return STEP_EXCHANGE_THEIRS;
  return STEP_THEIRS;
}

static Step
decide (const PmSwap *swap, Found at_name, const PmContent *name, Found at_temporary,
        const PmContent *temporary)
{
  if (at_temporary == FOUND_NOTHING || at_temporary == FOUND_STRANGE)
    return decide_alone (swap, at_name);
  if (!swap->is_prepared || at_temporary == FOUND_NEW)
    return STEP_CLEAN;
  if (at_temporary == FOUND_OTHER)
    return decide_displaced (swap, at_name, name, temporary);
  if (at_name == FOUND_NEW)
    return STEP_EXCHANGE;
  if (at_name == FOUND_OTHER)
    return STEP_THEIRS;
  return at_name == FOUND_OLD ? STEP_CLEAN : STEP_GONE;
}

static gboolean
record_back (PmSwap *swap, const PmContent *moved_in, const PmContent *expected_out, GError **error)
{
  PmBack back = {TRUE, *moved_in, *expected_out};
  if (!pm_journal_append_back (swap->journal, swap->target, swap->slot, &back, error))
    return FALSE;
  *swap->back = back;
  return TRUE;
}

/* Exchanges back under a lease. BUSY when somebody has the target open for writing, CLEAN to look
 * again. */
static PmSettled
exchange_back (PmSwap *swap, GError **error)
{
  g_auto (PmHold) hold = PM_HOLD_NONE (swap->parent->fs);
  PmHoldResult held = pm_hold_take (&hold, swap->parent, swap->name, 0, TRUE);
  if (held == PM_HOLD_BUSY)
    return PM_SETTLED_BUSY;
  if (held == PM_HOLD_FAILED && is_conflict (errno))
    return PM_SETTLED_CLEAN;
  if (held == PM_HOLD_FAILED || exchange (swap) < 0) {
    set_io_error (error, "exchange back", swap->name);
    return PM_SETTLED_FAILED;
  }
  if (pm_hold_is_intact (&hold))
    return PM_SETTLED_CLEAN;
  if (exchange (swap) < 0) {
    set_io_error (error, "exchange back", swap->name);
    return PM_SETTLED_FAILED;
  }
  return PM_SETTLED_BUSY;
}

static PmSettled
restore (const PmSwap *swap, GError **error)
{
  if (PM_FS (swap->parent->fs, renameat2, swap->parent->fd, swap->temporary, swap->parent->fd,
             swap->name, RENAME_NOREPLACE) < 0 &&
      errno != EEXIST) {
    set_io_error (error, "restore", swap->name);
    return PM_SETTLED_FAILED;
  }
  return PM_SETTLED_THEIRS;
}

PmSettled
pm_swap_settle (PmSwap *swap, GError **error)
{
  for (guint steps = 0; steps < MOST_STEPS; steps++) {
    PmContent name = {0}, temporary = {0};
    Found at_temporary = look (swap, swap->temporary, &temporary);
    Found at_name = at_temporary == FOUND_ERROR ? FOUND_ERROR : look (swap, swap->name, &name);
    if (at_name == FOUND_ERROR) {
      set_io_error (error, "read", swap->name);
      return PM_SETTLED_FAILED;
    }
    Step step = decide (swap, at_name, &name, at_temporary, &temporary);
    if (step == STEP_CLEAN)
      return PM_SETTLED_CLEAN;
    if (step == STEP_THEIRS)
      return PM_SETTLED_THEIRS;
    if (step == STEP_GONE)
      return PM_SETTLED_GONE;
    if (step == STEP_RESTORE)
      return restore (swap, error);
    if (step == STEP_EXCHANGE_THEIRS && !record_back (swap, &temporary, &name, error))
      return PM_SETTLED_FAILED;
    PmSettled result = exchange_back (swap, error);
    if (result == PM_SETTLED_FAILED)
      return result;
    if (result == PM_SETTLED_BUSY)
      g_usleep (PAUSE_US);
  }
  return PM_SETTLED_BUSY;
}
