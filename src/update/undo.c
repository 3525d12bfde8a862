#include "update/undo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "update/transaction-private.h"

#define MOST_JOURNALS 10000000

static gboolean
open_journals (const PmFs *fs, const char *state_directory, PmFile *directory, GError **error)
{
  g_autofree char *path = g_build_filename (state_directory, "transactions", NULL);
  *directory = (PmFile) PM_FILE_NONE (fs);
  directory->fd = PM_FS (fs, openat2, AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0, 0);
  if (directory->fd >= 0)
    return TRUE;
  int failure = errno;
  g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO, "cannot open %s: %s", path,
               g_strerror (failure));
  return FALSE;
}

PmHistory *
pm_undo_read (const PmFs *fs, const char *state_directory, guint64 id, GError **error)
{
  g_auto (PmFile) directory = PM_FILE_NONE (fs);
  if (!open_journals (fs, state_directory, &directory, error))
    return NULL;
  g_autofree char *name = g_strdup_printf ("%" G_GUINT64_FORMAT ".done", id);
  PmHistory *history = NULL;
  g_autoptr (PmJournal) journal = pm_journal_open (fs, directory.fd, name, &history, error);
  if (journal == NULL)
    return NULL;
  if (history->id == id)
    return history;
  pm_history_free (history);
  g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_DAMAGED, "journal %s has no intent", name);
  return NULL;
}

static gint
compare_newest_first (gconstpointer a, gconstpointer b)
{
  const PmHistory *left = *(const PmHistory *const *) a, *right = *(const PmHistory *const *) b;
  return left->id > right->id ? -1 : left->id < right->id;
}

static GPtrArray *
list_after (const PmFs *fs, const char *state_directory, guint64 after, guint *ret_unreadable,
            GError **error)
{
  g_auto (PmFile) directory = PM_FILE_NONE (fs);
  if (!open_journals (fs, state_directory, &directory, error))
    return NULL;
  g_autoptr (GPtrArray) names = fs->list (fs, directory.fd, MOST_JOURNALS);
  if (names == NULL) {
    g_set_error_literal (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO, "cannot list the journals");
    return NULL;
  }
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) pm_history_free);
  *ret_unreadable = 0;
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);
    guint64 id = g_ascii_strtoull (name, NULL, 10);
    if (id <= after || !g_str_has_suffix (name, ".done"))
      continue;
    PmHistory *history = pm_undo_read (fs, state_directory, id, NULL);
    if (history == NULL)
      (*ret_unreadable)++;
    else
      g_ptr_array_add (list, history);
  }
  g_ptr_array_sort (list, compare_newest_first);
  return list;
}

GPtrArray *
pm_undo_list (const PmFs *fs, const char *state_directory, guint *ret_unreadable, GError **error)
{
  return list_after (fs, state_directory, 0, ret_unreadable, error);
}

char **
pm_undo_roots (const PmHistory *past)
{
  GPtrArray *roots = g_ptr_array_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < past->targets->len; i++) {
    const PmTarget *target = g_ptr_array_index (past->targets, i);
    if (g_hash_table_add (seen, target->root))
      g_ptr_array_add (roots, g_strdup (target->root));
  }
  g_ptr_array_add (roots, NULL);
  return (char **) g_ptr_array_free (roots, FALSE);
}

/* --- where the bytes stand now --- */

static gboolean
is_same_place (const PmTarget *a, const PmTarget *b)
{
  return g_str_equal (a->name, b->name) && g_str_equal (a->parent, b->parent) &&
         g_str_equal (a->root, b->root);
}

/* Where a later transaction put a span that it did not touch, or replaced as a whole. */
static PmSpan
map_span (PmSpan span, const GArray *edits)
{
  gint64 shift = 0;
  for (guint i = 0; i < edits->len; i++) {
    const PmEdit *edit = &g_array_index (edits, PmEdit, i);
    if (edit->old_span.start == span.start && edit->old_span.end == span.end)
      return edit->new_span;
    if (edit->old_span.end > span.start)
      break;
    shift += (gint64) pm_span_length (edit->new_span) - pm_span_length (edit->old_span);
  }
  return (PmSpan){(guint32) (span.start + shift), (guint32) (span.end + shift)};
}

/* later: newest first. */
static guint32 *
expected_starts (const PmTarget *target, const GPtrArray *later)
{
  guint32 *starts = g_new (guint32, target->edits->len + 1);
  for (guint i = 0; i < target->edits->len; i++) {
    PmSpan span = g_array_index (target->edits, PmEdit, i).new_span;
    for (guint j = later->len; j-- > 0;) {
      const PmHistory *history = g_ptr_array_index (later, j);
      for (guint k = 0; k < history->targets->len; k++) {
        const PmTarget *other = g_ptr_array_index (history->targets, k);
        if (history->is_committed && !history->is_rolled_back && is_same_place (target, other))
          span = map_span (span, other->edits);
      }
    }
    starts[i] = span.start;
  }
  return starts;
}

/* The inverse edits on these bytes. A new string says why not. */
static char *
invert (const PmTarget *target, const GPtrArray *later, const PmContent *content,
        const GString *bytes, GArray *ret_edits)
{
  guint count = target->edits->len;
  gboolean is_untouched = pm_digest_equal (&content->digest, &target->new.digest);
  g_autofree guint32 *expected = expected_starts (target, later);
  g_autofree guint32 *ours = g_new (guint32, count + 1), *back = g_new (guint32, count + 1);
  pm_edits_locate (target->edits, PM_EDITS_NEW, bytes->str, bytes->len,
                   is_untouched ? NULL : expected, ours);
  pm_edits_locate (target->edits, PM_EDITS_OLD, bytes->str, bytes->len,
                   is_untouched ? NULL : expected, back);
  for (guint i = 0; i < count; i++) {
    const PmEdit *edit = &g_array_index (target->edits, PmEdit, i);
    guint32 length = pm_span_length (edit->new_span);
    guint32 start = is_untouched ? edit->new_span.start : ours[i];
    if (start == G_MAXUINT32 && back[i] == G_MAXUINT32)
      return g_strdup_printf ("was changed since: what the transaction wrote at byte %u is not "
                              "there any more",
                              edit->new_span.start);
    if (start == G_MAXUINT32)
      continue;
    PmTransactionEdit inverse = {.span = {start, start + length},
                                 .old_bytes = edit->new_bytes,
                                 .new_bytes = edit->old_bytes,
                                 .new_length = pm_span_length (edit->old_span)};
    g_array_append_val (ret_edits, inverse);
  }
  return NULL;
}

static void
add_target (PmTransaction *transaction, const PmTarget *target, gboolean is_whole,
            const GPtrArray *later)
{
  PmContent content;
  g_autoptr (GString) bytes = NULL;
  g_autofree char *path = pm_target_path (target);
  g_auto (PmFile) parent = PM_FILE_NONE (transaction->fs);
  const PmRoot *root = pm_roots_find (transaction->roots, target->root);
  if (root == NULL || !pm_place_open_parent (root, target, &parent) ||
      !pm_place_look (&parent, target->name, &content, &bytes)) {
    pm_file_notes_add (transaction->notes, path, "cannot be read: %s",
                       g_strerror (root == NULL ? ENOENT : errno));
    return;
  }
  if (is_whole && !pm_digest_equal (&content.digest, &target->new.digest)) {
    pm_file_notes_add (transaction->notes, path,
                       "was changed since: take back what came later first, or edit it by hand");
    return;
  }
  g_autoptr (GArray) edits = g_array_new (FALSE, TRUE, sizeof (PmTransactionEdit));
  g_autofree char *problem = invert (target, later, &content, bytes, edits);
  if (problem != NULL) {
    pm_file_notes_add (transaction->notes, path, "%s", problem);
    return;
  }
  g_autofree char *relative = g_build_filename (target->parent, target->name, NULL);
  PmTransactionFile file = {.root = target->root,
                            .path = relative,
                            .size_bytes = content.size_bytes,
                            .digest = content.digest,
                            .edits = (const PmTransactionEdit *) (gpointer) edits->data,
                            .n_edits = edits->len,
                            .in_place = target->method == PM_METHOD_IN_PLACE};
  if (edits->len > 0)
    pm_transaction_add (transaction, &file);
}

gboolean
pm_undo_add (PmTransaction *transaction, const char *state_directory, const PmHistory *past,
             gboolean is_whole, GError **error)
{
  if (!past->is_committed || past->is_rolled_back) {
    g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_REFUSED,
                 "transaction %" G_GUINT64_FORMAT " was rolled back: there is nothing to undo",
                 past->id);
    return FALSE;
  }
  guint unreadable;
  g_autoptr (GPtrArray) later =
      list_after (transaction->fs, state_directory, past->id, &unreadable, error);
  if (later == NULL)
    return FALSE;
  for (guint i = 0; i < past->targets->len; i++)
    add_target (transaction, g_ptr_array_index (past->targets, i), is_whole, later);
  return TRUE;
}
