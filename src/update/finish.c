#include "update/finish.h"

#include <errno.h>
#include <stdio.h>

/* A program that looked the old file up by its name may have been interrupted before it got to open
 * it. As long as the lease is held and the file has a name it can be helped; so we give it this
 * long. */
#define GRACE_US 20000

static gboolean
tell_registry (const PmWork *work, const PmTransactionCalls *calls, GError **error)
{
  PmHistory *history = work->history;
  if (history->is_registered)
    return TRUE;
  if (calls->registered != NULL &&
      !calls->registered (history->id, history->note, calls->user, error))
    return FALSE;
  if (!pm_journal_append (work->journal, PM_RECORD_REGISTERED, NULL, error))
    return FALSE;
  history->is_registered = TRUE;
  return TRUE;
}

/* A lease that is still asked for here is a broken one. */
static gboolean
was_written_to (const PmFile *parent, const PmTarget *target, const PmHold *hold)
{
  PmContent content;
  return (hold != NULL && hold->is_leased) ||
         (pm_place_look (parent, target->temporary, &content, NULL) &&
          content.inode == target->old.inode &&
          !pm_digest_equal (&content.digest, &target->old.digest));
}

/* A program that opened the old file by its name just before the exchange, and writes to it now,
 * means the file of that name. */
static gboolean
give_back (const PmWork *work, const PmTarget *target, PmHold *hold, GPtrArray *notes,
           GError **error)
{
  g_auto (PmFile) parent = PM_FILE_NONE (work->fs);
  if (hold != NULL && hold->is_leased && pm_hold_is_intact (hold))
    return TRUE;
  if (target->method != PM_METHOD_EXCHANGE || !pm_work_open_parent (work, target, &parent) ||
      !was_written_to (&parent, target, hold))
    return TRUE;
  g_autofree char *path = pm_target_path (target);
  if (PM_FS (work->fs, renameat2, parent.fd, target->temporary, parent.fd, target->name,
             RENAME_EXCHANGE) < 0) {
    int failure = errno;
    g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO, "%s: cannot exchange back: %s", path,
                 g_strerror (failure));
    return FALSE;
  }
  if (hold != NULL)
    pm_hold_clear (hold);
  pm_file_notes_add (notes, path,
                     "was saved by another program at the moment of the commit: its content was "
                     "kept, and does not have the new values");
  return TRUE;
}

gboolean
pm_finish_run (const PmWork *work, GArray *holds, const PmTransactionCalls *calls, GPtrArray *notes,
               gboolean *ret_is_registered, GError **error)
{
  g_autoptr (GError) registry_failure = NULL;
  *ret_is_registered = tell_registry (work, calls, &registry_failure);
  if (holds != NULL)
    g_usleep (GRACE_US);
  for (guint i = 0; i < work->history->targets->len; i++) {
    PmHold *hold = holds == NULL ? NULL : &g_array_index (holds, PmHold, i);
    if (!give_back (work, pm_work_target (work, i), hold, notes, error))
      return FALSE;
  }
  if (*ret_is_registered)
    return pm_work_close (work, error);
  g_propagate_error (error, g_steal_pointer (&registry_failure));
  return FALSE;
}
