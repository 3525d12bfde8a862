#include "rig.h"

#include <errno.h>
#include <ftw.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void
rig_init (Rig *rig, const char *where)
{
  g_autofree char *template =
      g_build_filename (where == NULL ? g_get_tmp_dir () : where, "pm-update-XXXXXX", NULL);
  *rig = (Rig){.base = g_strdup (g_mkdtemp (template))};
  g_assert_nonnull (rig->base);
  rig->root = g_build_filename (rig->base, "root", NULL);
  rig->state = g_build_filename (rig->base, "state", NULL);
  g_assert_cmpint (g_mkdir (rig->root, 0755), ==, 0);
}

static int
remove_entry (const char *path, const struct stat *status, int kind, struct FTW *walk)
{
  return remove (path);
}

void
rig_clear (Rig *rig)
{
  if (rig->base != NULL)
    nftw (rig->base, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
  g_clear_pointer (&rig->base, g_free);
  g_clear_pointer (&rig->root, g_free);
  g_clear_pointer (&rig->state, g_free);
}

char *
rig_path (Rig *rig, const char *path)
{
  return g_build_filename (rig->root, path, NULL);
}

void
rig_write (Rig *rig, const char *path, const char *content)
{
  g_autofree char *full = rig_path (rig, path);
  g_autofree char *parent = g_path_get_dirname (full);
  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  FILE *file = fopen (full, "w");
  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (content, 1, strlen (content), file), ==, strlen (content));
  g_assert_cmpint (fclose (file), ==, 0);
}

char *
rig_read (Rig *rig, const char *path)
{
  g_autofree char *full = rig_path (rig, path);
  char *content = NULL;
  g_autoptr (GError) error = NULL;
  g_file_get_contents (full, &content, NULL, &error);
  g_assert_no_error (error);
  return content;
}

void
rig_expect (Rig *rig, const char *path, const char *content)
{
  g_autofree char *have = rig_read (rig, path);
  g_assert_cmpstr (have, ==, content);
}

static char *
made_path (guint index)
{
  return g_strdup_printf ("%u/.env", index);
}

static char *
made_content (guint index, const char *address)
{
  g_autofree char *padding = g_strnfill (index * 37 % 900, 'x');
  return g_strdup_printf ("# project %u %s\r\nHOST=%s\nPORT=%u\nURL=\"http://%s:%u/\"\n", index,
                          padding, address, 3000 + index, address, 3000 + index);
}

void
rig_make_files (Rig *rig, guint count)
{
  for (guint i = 0; i < count; i++) {
    g_autofree char *path = made_path (i);
    g_autofree char *content = made_content (i, RIG_OLD);
    rig_write (rig, path, content);
  }
}

void
rig_count (Rig *rig, guint count, guint *ret_old, guint *ret_new)
{
  *ret_old = *ret_new = 0;
  for (guint i = 0; i < count; i++) {
    g_autofree char *path = made_path (i);
    g_autofree char *content = rig_read (rig, path);
    g_autofree char *old_content = made_content (i, RIG_OLD);
    g_autofree char *new_content = made_content (i, RIG_NEW);
    if (g_str_equal (content, old_content))
      (*ret_old)++;
    else if (g_str_equal (content, new_content))
      (*ret_new)++;
  }
}

/* Each file once, in order, and the first is exchanged when the last is prepared. */
static void
on_tell (PmTransactionStep step, guint done, guint total, gpointer user)
{
  Rig *rig = user;
  guint *count = step == PM_STEP_PREPARE ? &rig->prepared : &rig->exchanged;
  if (step == PM_STEP_PREPARE && done == 1)
    rig->prepared = rig->exchanged = 0;
  if (step == PM_STEP_EXCHANGE)
    g_assert_cmpuint (rig->prepared, ==, total);
  g_assert_cmpuint (done, ==, ++*count);
}

PmTransaction *
rig_begin (Rig *rig, const PmFs *fs, GError **error)
{
  const char *roots[] = {rig->root, NULL};
  PmTransactionOptions options = {.state_directory = rig->state,
                                  .roots = roots,
                                  .note = "{\"kind\":\"test\"}",
                                  .lock_wait_ms = 50,
                                  .tell = on_tell,
                                  .tell_user = rig};
  return pm_transaction_begin (fs, &options, error);
}

void
rig_add (Rig *rig, PmTransaction *transaction, const char *path, const char *from, const char *to)
{
  g_autofree char *content = rig_read (rig, path);
  g_autoptr (GArray) edits = g_array_new (FALSE, TRUE, sizeof (PmTransactionEdit));
  for (char *at = content; (at = strstr (at, from)) != NULL; at += strlen (from)) {
    guint32 start = (guint32) (at - content);
    PmTransactionEdit edit = {.span = {start, start + (guint32) strlen (from)},
                              .old_bytes = from,
                              .new_bytes = to,
                              .new_length = strlen (to)};
    g_array_append_val (edits, edit);
  }
  PmTransactionFile file = {.root = rig->root,
                            .path = path,
                            .size_bytes = strlen (content),
                            .digest = pm_digest_of (content, strlen (content)),
                            .edits = (const PmTransactionEdit *) (gpointer) edits->data,
                            .n_edits = edits->len};
  pm_transaction_add (transaction, &file);
}

static gboolean
on_verify (const PmTransactionChange *change, gpointer user, GError **error)
{
  Rig *rig = user;
  if (rig->refuse_verify)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "not as intended");
  return !rig->refuse_verify;
}

static gboolean
on_registered (guint64 id, const char *note, gpointer user, GError **error)
{
  Rig *rig = user;
  if (rig->refuse_registry) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "the database is away");
    return FALSE;
  }
  rig->registered++;
  rig->registered_id = id;
  return TRUE;
}

PmTransactionCalls
rig_calls (Rig *rig)
{
  return (PmTransactionCalls){rig, on_verify, on_registered};
}

static PmOutcome
run (Rig *rig, PmTransaction *transaction, guint64 *ret_id, GError **error)
{
  PmTransactionCalls calls = rig_calls (rig);
  if (pm_transaction_prepare (transaction, error))
    pm_transaction_commit (transaction, &calls, error);
  if (ret_id != NULL)
    *ret_id = pm_transaction_id (transaction);
  return pm_transaction_outcome (transaction);
}

PmOutcome
rig_replace (Rig *rig, const PmFs *fs, const char *const *paths, const char *from, const char *to,
             guint64 *ret_id, GError **error)
{
  g_autoptr (PmTransaction) transaction = rig_begin (rig, fs, error);
  if (transaction == NULL)
    return PM_OUTCOME_FAILED;
  for (gsize i = 0; paths[i] != NULL; i++)
    rig_add (rig, transaction, paths[i], from, to);
  return run (rig, transaction, ret_id, error);
}

PmOutcome
rig_replace_all (Rig *rig, const PmFs *fs, guint count, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < count; i++)
    g_ptr_array_add (paths, made_path (i));
  g_ptr_array_add (paths, NULL);
  return rig_replace (rig, fs, (const char *const *) paths->pdata, RIG_OLD, RIG_NEW, NULL, error);
}

PmOutcome
rig_undo (Rig *rig, const PmFs *fs, guint64 id, guint64 *ret_id, GError **error)
{
  g_autoptr (PmHistory) past = pm_undo_read (fs, rig->state, id, error);
  g_assert_nonnull (past);
  g_auto (GStrv) roots = pm_undo_roots (past);
  PmTransactionOptions options = {.state_directory = rig->state,
                                  .roots = (const char *const *) roots,
                                  .undo_of = id,
                                  .lock_wait_ms = 50};
  g_autoptr (PmTransaction) transaction = pm_transaction_begin (fs, &options, error);
  if (transaction == NULL || !pm_undo_add (transaction, rig->state, past, FALSE, error))
    return transaction == NULL ? PM_OUTCOME_FAILED : PM_OUTCOME_REFUSED;
  return run (rig, transaction, ret_id, error);
}

guint
rig_recover (Rig *rig)
{
  PmTransactionCalls calls = rig_calls (rig);
  g_autoptr (GPtrArray) recovered = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_done = pm_recover (pm_fs_real (), rig->state, 1000, &calls, &recovered, &error);
  g_assert_no_error (error);
  g_assert_true (is_done);
  g_assert_false (pm_recover_is_needed (pm_fs_real (), rig->state));
  return recovered->len;
}

static int
check_entry (const char *path, const struct stat *status, int kind, struct FTW *walk)
{
  return g_str_has_prefix (path + walk->base, ".port-manager-");
}

gboolean
rig_has_leftovers (Rig *rig)
{
  return nftw (rig->root, check_entry, 16, FTW_PHYS) != 0;
}

void
rig_expect_no_leftovers (Rig *rig)
{
  g_assert_false (rig_has_leftovers (rig));
}
