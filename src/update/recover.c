#include "update/recover.h"

#include <errno.h>
#include <string.h>

#include "update/finish.h"
#include "update/rollback.h"

#define MOST_JOURNALS 10000000

static void
recovered_free (gpointer data)
{
  PmRecovered *recovered = data;
  g_ptr_array_unref (recovered->notes);
  g_free (recovered);
}

static gboolean
is_open_name (const char *name)
{
  return g_ascii_isdigit (name[0]) && g_str_has_suffix (name, ".open");
}

/* A COMMIT whose fsync failed may have reached the disk, and its ROLLBACK not. Then some temporary
 * holds the new content again: we were on our way back. */
static gboolean
was_going_back (const PmWork *work)
{
  for (guint i = 0; i < work->history->targets->len; i++) {
    const PmTarget *target = pm_work_target (work, i);
    PmContent content;
    g_auto (PmFile) parent = PM_FILE_NONE (work->fs);
    if (target->method == PM_METHOD_EXCHANGE && pm_work_open_parent (work, target, &parent) &&
        pm_place_look (&parent, target->temporary, &content, NULL) &&
        content.inode != target->old.inode &&
        pm_digest_equal (&content.digest, &target->new.digest))
      return TRUE;
  }
  return FALSE;
}

static gboolean
finish_or_roll_back (const PmWork *work, const PmTransactionCalls *calls, PmRecovered *recovered,
                     GError **error)
{
  PmHistory *history = work->history;
  if (history->is_rolled_back) {
    recovered->outcome = history->outcome;
    g_ptr_array_extend_and_steal (recovered->notes, history->notes);
    history->notes = pm_file_notes_new ();
    return pm_rollback_close (work, calls, error);
  }
  if (!history->is_committed || history->is_rolling_back ||
      (!history->is_registered && was_going_back (work)))
    return pm_rollback_run (work, PM_OUTCOME_FAILED, calls, recovered->notes, &recovered->outcome,
                            error);

  gboolean is_registered;
  recovered->outcome = PM_OUTCOME_COMMITTED;
  return pm_finish_run (work, NULL, calls, recovered->notes, &is_registered, error);
}

static char **
roots_of (const PmHistory *history)
{
  GPtrArray *roots = g_ptr_array_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < history->targets->len; i++) {
    const PmTarget *target = g_ptr_array_index (history->targets, i);
    if (g_hash_table_add (seen, target->root))
      g_ptr_array_add (roots, g_strdup (target->root));
  }
  g_ptr_array_add (roots, NULL);
  return (char **) g_ptr_array_free (roots, FALSE);
}

/* A journal without an intent: the crash came before anything was done. */
static gboolean
forget (const PmFs *fs, const PmFile *journals, const char *name, GError **error)
{
  if (PM_FS (fs, unlinkat, journals->fd, name, 0) == 0 || errno == ENOENT)
    return TRUE;
  int failure = errno;
  g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO, "cannot remove %s: %s", name,
               g_strerror (failure));
  return FALSE;
}

static gboolean
recover_one (const PmFs *fs, PmLock *lock, const char *name, guint lock_wait_ms,
             const PmTransactionCalls *calls, GPtrArray *recovered, GError **error)
{
  const PmFile *journals = pm_lock_journals (lock);
  g_autoptr (PmHistory) history = NULL;
  g_autoptr (PmJournal) journal = pm_journal_open (fs, journals->fd, name, &history, error);
  if (journal == NULL)
    return FALSE;
  if (history->id == 0)
    return forget (fs, journals, name, error);

  g_auto (GStrv) paths = roots_of (history);
  g_autoptr (GPtrArray) roots = pm_roots_open (fs, (const char *const *) paths, error);
  if (roots == NULL || !pm_lock_roots (lock, roots, lock_wait_ms, error))
    return FALSE;
  PmWork work = {fs, roots, history, journal, journals};
  PmRecovered *one = g_new0 (PmRecovered, 1);
  one->id = history->id;
  one->notes = pm_file_notes_new ();
  if (!finish_or_roll_back (&work, calls, one, error)) {
    recovered_free (one);
    return FALSE;
  }
  g_ptr_array_add (recovered, one);
  return TRUE;
}

/* Copies whose journal is done: the rename was durable before the removal. */
static gboolean
drop_stray_copies (const PmFs *fs, const PmFile *journals, const GPtrArray *names, GError **error)
{
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);
    if (!g_str_has_suffix (name, ".copies"))
      continue;
    struct statx status;
    g_autofree char *owner =
        g_strdup_printf ("%.*s.open", (int) (strlen (name) - strlen (".copies")), name);
    if (PM_FS (fs, statx, journals->fd, owner, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &status) < 0 &&
        errno == ENOENT && !forget (fs, journals, name, error))
      return FALSE;
  }
  return TRUE;
}

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
  guint64 left = g_ascii_strtoull (*(const char *const *) a, NULL, 10);
  guint64 right = g_ascii_strtoull (*(const char *const *) b, NULL, 10);
  return left < right ? -1 : left > right;
}

static gboolean
recover_all (const PmFs *fs, const char *state_directory, guint lock_wait_ms,
             const PmTransactionCalls *calls, GPtrArray *recovered, GError **error)
{
  g_autoptr (PmLock) lock = pm_lock_state (fs, state_directory, lock_wait_ms, error);
  if (lock == NULL)
    return FALSE;
  const PmFile *journals = pm_lock_journals (lock);
  g_autoptr (GPtrArray) names = fs->list (fs, journals->fd, MOST_JOURNALS);
  if (names == NULL) {
    g_set_error_literal (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO, "cannot list the journals");
    return FALSE;
  }
  g_ptr_array_sort (names, compare_ids);
  g_autoptr (GError) first = NULL;
  for (guint i = names->len; i-- > 0;) {
    g_autoptr (GError) failure = NULL;
    const char *name = g_ptr_array_index (names, i);
    if (is_open_name (name) &&
        !recover_one (fs, lock, name, lock_wait_ms, calls, recovered, &failure) && first == NULL)
      first = g_steal_pointer (&failure);
  }
  if (first == NULL)
    return drop_stray_copies (fs, journals, names, error);
  g_propagate_error (error, g_steal_pointer (&first));
  return FALSE;
}

gboolean
pm_recover (const PmFs *fs, const char *state_directory, guint lock_wait_ms,
            const PmTransactionCalls *calls, GPtrArray **ret_recovered, GError **error)
{
  static const PmTransactionCalls none = {0};
  GPtrArray *recovered = g_ptr_array_new_with_free_func (recovered_free);
  *ret_recovered = recovered;
  return recover_all (fs, state_directory, lock_wait_ms, calls == NULL ? &none : calls, recovered,
                      error);
}

gboolean
pm_recover_is_needed (const PmFs *fs, const char *state_directory)
{
  g_autofree char *path = g_build_filename (state_directory, "transactions", NULL);
  g_auto (PmFile) directory = PM_FILE_NONE (fs);
  directory.fd = PM_FS (fs, openat2, AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, 0);
  if (directory.fd < 0)
    return FALSE;
  g_autoptr (GPtrArray) names = fs->list (fs, directory.fd, MOST_JOURNALS);
  for (guint i = 0; names != NULL && i < names->len; i++)
    if (is_open_name (g_ptr_array_index (names, i)))
      return TRUE;
  return FALSE;
}
