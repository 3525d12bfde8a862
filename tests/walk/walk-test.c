#include "walk-test.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

void
walk_test_set_up (WalkTest *test, gconstpointer unused)
{
  test->path = g_dir_make_tmp ("pm-walk-XXXXXX", NULL);
  test->fd = open (test->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_mutex_init (&test->lock);
  test->given = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  test->problems = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  test->links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  walk_test_directory (test, "root");
}

void
walk_test_tear_down (WalkTest *test, gconstpointer unused)
{
  char *arguments[] = {(char *) "rm", (char *) "-rf", test->path, NULL};
  close (test->fd);
  g_assert_true (g_spawn_sync (NULL, arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                               NULL, NULL));
  g_hash_table_unref (test->given);
  g_hash_table_unref (test->problems);
  g_hash_table_unref (test->links);
  g_mutex_clear (&test->lock);
  g_free (test->path);
}

static void
make_parents (WalkTest *test, const char *path)
{
  for (const char *slash = strchr (path, '/'); slash != NULL; slash = strchr (slash + 1, '/')) {
    g_autofree char *parent = g_strndup (path, (gsize) (slash - path));
    g_assert_true (mkdirat (test->fd, parent, 0700) == 0 || errno == EEXIST);
  }
}

void
walk_test_directory (WalkTest *test, const char *path)
{
  make_parents (test, path);
  g_assert_cmpint (mkdirat (test->fd, path, 0700), ==, 0);
}

void
walk_test_file (WalkTest *test, const char *path, const char *text)
{
  make_parents (test, path);
  int fd = openat (test->fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, text, strlen (text)), ==, strlen (text));
  close (fd);
}

void
walk_test_link (WalkTest *test, const char *target, const char *path)
{
  make_parents (test, path);
  g_assert_cmpint (symlinkat (target, test->fd, path), ==, 0);
}

static PmInterest
interest (const char *path, gpointer data)
{
  g_autofree char *name = g_path_get_basename (path);
  if (g_str_has_prefix (name, ".env") || g_str_has_suffix (name, ".json") ||
      g_str_has_suffix (name, ".yml") || g_str_has_suffix (name, ".conf"))
    return PM_INTEREST_CONFIGURATION;
  return g_str_has_suffix (name, ".bin") ? PM_INTEREST_NONE : PM_INTEREST_CONTENT;
}

static gboolean
take_file (const PmWalkFile *file, guint worker, gpointer data)
{
  WalkTest *test = data;
  g_autofree char *flags =
      g_strconcat (file->is_ignored ? "ignored " : "", file->is_link ? "link " : "",
                   file->is_linked_project ? "project " : "", NULL);
  g_strchomp (flags);
  struct stat info;
  g_assert_cmpint (fstatat (file->directory_fd, file->name, &info, AT_SYMLINK_NOFOLLOW), ==, 0);
  g_assert_cmpuint (info.st_ino, ==, file->stamp.inode);
  g_mutex_lock (&test->lock);
  g_assert_true (
      g_hash_table_insert (test->given, g_strdup (file->path), g_steal_pointer (&flags)));
  g_mutex_unlock (&test->lock);
  return TRUE;
}

static void
take_problem (guint root, const char *path, const char *reason, gpointer data)
{
  g_assert_true (g_utf8_validate (path, -1, NULL));
  g_hash_table_insert (((WalkTest *) data)->problems, g_strdup (path), g_strdup (reason));
}

static void
take_link (guint root, const char *path, const char *target, gpointer data)
{
  g_hash_table_insert (((WalkTest *) data)->links, g_strdup (path), g_strdup (target));
}

void
walk_test_run (WalkTest *test, const char *const *ignore)
{
  g_autofree char *root = g_build_filename (test->path, "root", NULL);
  PmWalkOptions options = {
      .roots = (const char *const[]){root, NULL}, .ignore = ignore, .n_workers = 3};
  PmWalkHandler handler = {.interest = interest,
                           .file = take_file,
                           .problem = take_problem,
                           .link = take_link,
                           .data = test};
  g_hash_table_remove_all (test->given);
  g_hash_table_remove_all (test->problems);
  g_hash_table_remove_all (test->links);
  pm_walk (&options, &handler, &test->counts);
  g_assert_cmpuint (test->counts.given, ==, g_hash_table_size (test->given));
}

void
walk_test_expect (WalkTest *test, const char *expected)
{
  g_autoptr (GList) paths =
      g_list_sort (g_hash_table_get_keys (test->given), (GCompareFunc) strcmp);
  g_autoptr (GString) text = g_string_new (NULL);
  for (GList *at = paths; at != NULL; at = at->next) {
    const char *flags = g_hash_table_lookup (test->given, at->data);
    g_string_append (text, at->data);
    if (flags[0] != '\0')
      g_string_append_printf (text, " (%s)", flags);
    g_string_append_c (text, '\n');
  }
  g_assert_cmpstr (text->str, ==, expected);
}

void
walk_test_expect_problem (WalkTest *test, const char *path, const char *part)
{
  const char *reason = g_hash_table_lookup (test->problems, path);
  if (part == NULL && reason != NULL)
    g_error ("%s: \"%s\" was not expected", path, reason);
  if (part != NULL && (reason == NULL || strstr (reason, part) == NULL))
    g_error ("%s: \"%s\" does not say \"%s\"", path, reason, part);
}
