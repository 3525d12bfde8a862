/* DESIGN
 * Everything that can be known before the first byte is written is looked at for every file, and
 * every file that does not fit is named. Nothing here is relied on later: what was checked can
 * change, and is checked again where it counts. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "update/attributes.h"
#include "update/mounts.h"
#include "update/space.h"
#include "update/transaction-private.h"

static guint64
device_of (const struct statx *status)
{
  return ((guint64) status->stx_dev_major << 32) | status->stx_dev_minor;
}

/* What can be told without reading; NULL when it fits. */
static const char *
check_status (const PmCandidate *candidate)
{
  const struct statx *status = &candidate->status;
  if (!S_ISREG (status->stx_mode))
    return "is not a regular file";
  if ((status->stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0)
    return "is immutable or append-only (see lsattr)";
  if ((status->stx_mode & 0222) == 0)
    return "is read-only (no write permission in its mode)";
  if (status->stx_size > PM_EDITS_LARGEST_FILE_BYTES)
    return "is too large to be edited";
  if (status->stx_size != candidate->size_bytes)
    return "changed since the plan was made (its size is another)";
  return NULL;
}

static gboolean
may_write_parent (const PmFile *parent)
{
  return PM_FS (parent->fs, faccessat, parent->fd, ".", W_OK | X_OK, AT_EACCESS) == 0;
}

static void
choose_method (PmCandidate *candidate, const PmFile *parent, const PmMounts *mounts)
{
  g_autofree char *path = pm_target_path (candidate->target);
  gboolean keeps_inode = candidate->in_place || candidate->status.stx_nlink > 1 ||
                         (candidate->status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0 ||
                         !pm_attributes_can_own (&candidate->status) ||
                         !may_write_parent (parent) ||
                         pm_mounts_has_file (mounts, candidate->status.stx_mnt_id, path);
  candidate->target->method = keeps_inode ? PM_METHOD_IN_PLACE : PM_METHOD_EXCHANGE;
}

/* Reads the file and makes the edits final. A new string says what does not fit. */
static char *
check_content (PmCandidate *candidate, const PmFile *parent)
{
  PmTarget *target = candidate->target;
  g_autoptr (GString) bytes = NULL;
  if (PM_FS (parent->fs, faccessat, parent->fd, target->name, W_OK, AT_EACCESS) < 0)
    return g_strdup_printf ("cannot be written: %s", g_strerror (errno));
  if (!pm_place_look (parent, target->name, &target->old, &bytes))
    return g_strdup_printf ("cannot be read: %s", g_strerror (errno));
  if (target->old.inode != candidate->status.stx_ino)
    return g_strdup ("was exchanged while it was looked at");
  if (!pm_digest_equal (&target->old.digest, &candidate->digest))
    return g_strdup ("changed since the plan was made");
  char *problem = pm_edits_settle (target->edits, bytes->str, bytes->len);
  if (problem != NULL)
    return problem;
  g_autoptr (GString) new_bytes = pm_edits_apply (target->edits, bytes->str, bytes->len);
  target->new.size_bytes = new_bytes->len;
  target->new.digest = pm_digest_of (new_bytes->str, new_bytes->len);
  return NULL;
}

static void
note (PmTransaction *transaction, const PmCandidate *candidate, const char *reason)
{
  g_autofree char *path = g_build_filename (candidate->root, candidate->path, NULL);
  pm_file_notes_add (transaction->notes, path, "%s", reason);
}

static gboolean
resolve (PmTransaction *transaction, PmCandidate *candidate)
{
  g_autofree char *problem =
      pm_place_resolve (transaction->fs, transaction->roots, candidate->root, candidate->path,
                        candidate->target, &candidate->status);
  if (problem != NULL)
    note (transaction, candidate, problem);
  candidate->target->device = device_of (&candidate->status);
  return problem == NULL;
}

static guint
hash_status (gconstpointer key)
{
  const PmCandidate *candidate = key;
  guint64 mixed = candidate->status.stx_ino * 31 + device_of (&candidate->status);
  return g_int64_hash (&mixed);
}

static gboolean
same_status (gconstpointer a, gconstpointer b)
{
  const PmCandidate *left = a, *right = b;
  return left->status.stx_ino == right->status.stx_ino &&
         device_of (&left->status) == device_of (&right->status);
}

static void
merge (PmTransaction *transaction, PmCandidate *into, PmCandidate *from)
{
  if (!pm_digest_equal (&into->digest, &from->digest)) {
    note (transaction, from, "is planned twice, with different contents");
    return;
  }
  into->in_place = into->in_place || from->in_place;
  for (guint i = 0; i < from->target->edits->len; i++) {
    const PmEdit *edit = &g_array_index (from->target->edits, PmEdit, i);
    pm_edits_add (into->target->edits, edit->old_span, edit->old_bytes, edit->new_bytes,
                  pm_span_length (edit->new_span));
  }
}

/* The candidates that are different files, edits of the same one together. Borrowed. */
static GPtrArray *
resolve_all (PmTransaction *transaction)
{
  GPtrArray *distinct = g_ptr_array_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (hash_status, same_status);
  for (guint i = 0; i < transaction->candidates->len; i++) {
    PmCandidate *candidate = g_ptr_array_index (transaction->candidates, i);
    if (!resolve (transaction, candidate))
      continue;
    PmCandidate *same = g_hash_table_lookup (seen, candidate);
    if (same != NULL) {
      merge (transaction, same, candidate);
      continue;
    }
    g_hash_table_add (seen, candidate);
    g_ptr_array_add (distinct, candidate);
  }
  return distinct;
}

/* FALSE: it is noted why not. */
static gboolean
check_candidate (PmTransaction *transaction, PmCandidate *candidate, const PmMounts *mounts)
{
  const char *reason = check_status (candidate);
  if (reason != NULL) {
    note (transaction, candidate, reason);
    return FALSE;
  }
  g_auto (PmFile) parent = PM_FILE_NONE (transaction->fs);
  const PmRoot *root = pm_roots_find (transaction->roots, candidate->target->root);
  if (!pm_place_open_parent (root, candidate->target, &parent)) {
    g_autofree char *why = g_strdup_printf ("cannot open its directory: %s", g_strerror (errno));
    note (transaction, candidate, why);
    return FALSE;
  }
  g_autofree char *problem = check_content (candidate, &parent);
  if (problem != NULL)
    note (transaction, candidate, problem);
  else
    choose_method (candidate, &parent, mounts);
  return problem == NULL;
}

gboolean
pm_transaction_check (PmTransaction *transaction, GError **error)
{
  g_autoptr (PmMounts) mounts = pm_mounts_read ();
  g_autoptr (GPtrArray) distinct = resolve_all (transaction);
  g_autoptr (GPtrArray) fitting = g_ptr_array_new ();
  for (guint i = 0; i < distinct->len; i++)
    if (check_candidate (transaction, g_ptr_array_index (distinct, i), mounts))
      g_ptr_array_add (fitting, g_ptr_array_index (distinct, i));
  if (transaction->notes->len == 0 && transaction->lock != NULL)
    pm_space_check (transaction, distinct);
  /* Also when others don't fit: a preview has something to say of these, too. */
  for (guint i = 0; i < fitting->len; i++) {
    PmCandidate *candidate = g_ptr_array_index (fitting, i);
    if (candidate->target->edits->len > 0)
      g_ptr_array_add (transaction->history->targets, g_steal_pointer (&candidate->target));
  }
  if (transaction->notes->len == 0)
    return TRUE;
  g_autofree char *files = pm_file_notes_describe (transaction->notes);
  g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_REFUSED, "nothing was written: %s", files);
  return FALSE;
}
