/* 500 files, one address in each: a journaled transaction against `sed -i` on the same files
 * followed by `sync`, in one run, on the file system of the directory given (the working directory
 * if none). Prints both times and their ratio, and how long recovering the 500 takes after a crash
 * before the commit. Rounds alternate, and the medians are compared. */

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "update/recover.h"
#include "update/transaction.h"

#define FILES 500
#define ROUNDS 7
#define ADDRESS_A "34.41.115.199"
#define ADDRESS_B "136.112.123.243"

static char *
path_of (const char *root, guint index)
{
  return g_strdup_printf ("%s/p%u/.env", root, index);
}

static void
make_files (const char *root)
{
  for (guint i = 0; i < FILES; i++) {
    g_autofree char *path = path_of (root, i);
    g_autofree char *directory = g_path_get_dirname (path);
    g_autofree char *filler = g_strnfill (200 + i * 7 % 1500, 'x');
    g_autofree char *text =
        g_strdup_printf ("HOST=" ADDRESS_A "\nPORT=%u\n# %s\nURL=http://" ADDRESS_A ":%u/\n",
                         3000 + i, filler, 3000 + i);
    g_mkdir_with_parents (directory, 0755);
    if (!g_file_set_contents (path, text, -1, NULL))
      g_error ("cannot write %s", path);
  }
}

static PmTransaction *
plan (const char *base, const char *root, const char *from, const char *to)
{
  g_autofree char *state = g_build_filename (base, "state", NULL);
  const char *roots[] = {root, NULL};
  PmTransactionOptions options = {.state_directory = state, .roots = roots};
  g_autoptr (GError) error = NULL;
  PmTransaction *transaction = pm_transaction_begin (pm_fs_real (), &options, &error);
  if (transaction == NULL)
    g_error ("%s", error->message);
  for (guint i = 0; i < FILES; i++) {
    g_autofree char *path = path_of (root, i), *content = NULL;
    gsize length, count = 0;
    PmTransactionEdit edits[4];
    if (!g_file_get_contents (path, &content, &length, NULL))
      g_error ("cannot read %s", path);
    for (char *at = content; (at = strstr (at, from)) != NULL && count < 4; at += strlen (from)) {
      guint32 start = (guint32) (at - content);
      edits[count++] =
          (PmTransactionEdit){{start, start + (guint32) strlen (from)}, from, to, strlen (to)};
    }
    PmTransactionFile file = {
        root, path + strlen (root) + 1, length, pm_digest_of (content, length), edits, count,
        FALSE};
    pm_transaction_add (transaction, &file);
  }
  return transaction;
}

static double
seconds_since (gint64 start)
{
  return (double) (g_get_monotonic_time () - start) / 1e6;
}

static double
time_transaction (const char *base, const char *root, const char *from, const char *to)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmTransaction) transaction = plan (base, root, from, to);
  gint64 start = g_get_monotonic_time ();
  if (!pm_transaction_prepare (transaction, &error) ||
      !pm_transaction_commit (transaction, NULL, &error))
    g_error ("%s", error->message);
  return seconds_since (start);
}

static double
time_sed (const char *root, const char *from, const char *to)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (argv, g_strdup ("sed"));
  g_ptr_array_add (argv, g_strdup ("-i"));
  g_ptr_array_add (argv, g_strdup_printf ("s/%s/%s/g", from, to));
  for (guint i = 0; i < FILES; i++)
    g_ptr_array_add (argv, path_of (root, i));
  g_ptr_array_add (argv, NULL);
  int status;
  gint64 start = g_get_monotonic_time ();
  if (!g_spawn_sync (NULL, (char **) argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                     &status, NULL) ||
      status != 0)
    g_error ("sed failed");
  sync ();
  return seconds_since (start);
}

/* A crash before the commit, in a child that just goes. */
static double
time_recovery (const char *base, const char *root)
{
  g_autofree char *state = g_build_filename (base, "state", NULL);
  g_autoptr (GPtrArray) recovered = NULL;
  pid_t child = fork ();
  if (child == 0) {
    PmTransaction *transaction = plan (base, root, ADDRESS_A, ADDRESS_B);
    _exit (!pm_transaction_prepare (transaction, NULL));
  }
  waitpid (child, NULL, 0);
  sync ();
  gint64 start = g_get_monotonic_time ();
  if (!pm_recover (pm_fs_real (), state, 0, NULL, &recovered, NULL) || recovered->len != 1)
    g_error ("recovery failed");
  return seconds_since (start);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a, right = *(const double *) b;
  return left < right ? -1 : left > right;
}

static double
median (double *values)
{
  qsort (values, ROUNDS, sizeof *values, compare);
  return values[ROUNDS / 2];
}

int
main (int argc, char *argv[])
{
  g_autofree char *template = g_build_filename (argc > 1 ? argv[1] : ".", "bench-XXXXXX", NULL);
  g_autofree char *relative = g_strdup (g_mkdtemp (template));
  g_autofree char *base = realpath (relative, NULL);
  g_autofree char *root = g_build_filename (base, "root", NULL);
  double ours[ROUNDS], sed[ROUNDS], recovery[ROUNDS];
  make_files (root);
  for (guint i = 0; i < ROUNDS; i++) {
    sync ();
    sed[i] = time_sed (root, ADDRESS_A, ADDRESS_B);
    sync ();
    ours[i] = time_transaction (base, root, ADDRESS_B, ADDRESS_A);
    recovery[i] = time_recovery (base, root);
  }
  double ours_s = median (ours), sed_s = median (sed);
  printf ("%d files: transaction %.1f ms, sed -i and sync %.1f ms, ratio %.2f; recovery %.1f ms\n",
          FILES, ours_s * 1e3, sed_s * 1e3, ours_s / sed_s, median (recovery) * 1e3);
  const char *remove_argv[] = {"rm", "-rf", base, NULL};
  g_spawn_sync (NULL, (char **) remove_argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                NULL, NULL);
  return ours_s / sed_s > 2;
}
