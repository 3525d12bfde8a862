#include "watch/burst.h"
#include "watch/watch.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- the burst, with a clock of its own --- */

static guint
take (PmBurst *burst, gint64 now_ms)
{
  g_autoptr (GPtrArray) paths = pm_burst_take (burst, now_ms);
  return paths->len;
}

static void
waits_for_quiet (void)
{
  PmBurst *burst = pm_burst_new ();
  g_assert_cmpint (pm_burst_due_ms (burst), ==, -1);
  pm_burst_add (burst, "/a", 1000);
  pm_burst_add (burst, "/a", 1004);
  pm_burst_add (burst, "/b", 1006);
  g_assert_cmpint (pm_burst_due_ms (burst), ==, 1006 + PM_WATCH_QUIET_MS);
  g_assert_cmpuint (take (burst, 1010), ==, 0);
  g_assert_cmpuint (take (burst, 1006 + PM_WATCH_QUIET_MS), ==, 2);
  g_assert_cmpint (pm_burst_due_ms (burst), ==, -1);
  pm_burst_free (burst);
}

static void
does_not_wait_for_ever (void)
{
  PmBurst *burst = pm_burst_new ();
  for (gint64 t = 1000; t < 1000 + PM_WATCH_LONGEST_MS; t += 5)
    pm_burst_add (burst, "/a", t);
  g_assert_cmpint (pm_burst_due_ms (burst), <=, 1000 + PM_WATCH_LONGEST_MS);
  g_assert_cmpuint (take (burst, 1000 + PM_WATCH_LONGEST_MS), ==, 1);
  pm_burst_free (burst);
}

static void
gives_an_open_file_time (void)
{
  PmBurst *burst = pm_burst_new ();
  pm_burst_add_open (burst, "/a", 1000);
  pm_burst_add_open (burst, "/a", 1200);
  g_assert_cmpuint (take (burst, 1100), ==, 0);
  g_assert_cmpuint (take (burst, 1000 + PM_WATCH_OPEN_MS), ==, 1);
  pm_burst_add_open (burst, "/b", 2000);
  pm_burst_add (burst, "/b", 2005); /* it was closed */
  g_assert_cmpuint (take (burst, 2005 + PM_WATCH_QUIET_MS), ==, 1);
  g_assert_cmpint (pm_burst_due_ms (burst), ==, -1);
  pm_burst_free (burst);
}

static void
slows_down_what_never_rests (void)
{
  PmBurst *burst = pm_burst_new ();
  guint told = 0;
  gint64 now_ms = 1000;
  for (; now_ms < 9000; now_ms += 20) {
    pm_burst_add (burst, "/log", now_ms);
    told += take (burst, now_ms + PM_WATCH_QUIET_MS);
  }
  g_assert_cmpuint (told, <, 60);
  g_assert_cmpuint (told, >, 40);
  /* The last change is told all the same, and somebody else's is not held up. */
  pm_burst_add (burst, "/other", now_ms);
  g_assert_cmpuint (take (burst, now_ms + PM_WATCH_QUIET_MS), ==, 1);
  g_assert_cmpuint (take (burst, now_ms + PM_WATCH_BUSY_MS), ==, 1);
  pm_burst_free (burst);
}

/* --- the watch --- */

typedef struct {
  char *root;
  PmWatch *watch;
  GHashTable *told; /* path → how often */
  guint lost[3];
  char *lost_path;
  guint bursts;
} Fixture;

static void
on_changed (const char *const *paths, gpointer data)
{
  Fixture *f = data;
  f->bursts++;
  for (; *paths != NULL; paths++)
    g_hash_table_add (f->told, g_strdup (*paths));
}

static void
on_lost (PmWatchLoss loss, const char *path, gpointer data)
{
  Fixture *f = data;
  f->lost[loss]++;
  g_free (f->lost_path);
  f->lost_path = g_strdup (path);
}

static gboolean
is_skipped (const char *name)
{
  return g_str_equal (name, "node_modules");
}

static char *
at (const Fixture *f, const char *path)
{
  return g_build_filename (f->root, path, NULL);
}

static void
make (const Fixture *f, const char *path)
{
  g_autofree char *directory = at (f, path);
  g_assert_cmpint (g_mkdir_with_parents (directory, 0755), ==, 0);
}

static void
save (const Fixture *f, const char *path, const char *text)
{
  g_autofree char *file = at (f, path);
  FILE *stream = fopen (file, "w");
  g_assert_nonnull (stream);
  fputs (text, stream);
  fclose (stream);
}

static void
rename_to (const Fixture *f, const char *from, const char *to)
{
  g_autofree char *old = at (f, from), *new = at (f, to);
  g_assert_cmpint (g_rename (old, new), ==, 0);
}

static void
set (Fixture *f, const char *const *directories)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (; *directories != NULL; directories++)
    g_hash_table_add (wanted, at (f, *directories));
  pm_watch_set (f->watch, wanted);
}

#define SET(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Until the path was told. */
static void
expect (Fixture *f, const char *path)
{
  g_autofree char *full = at (f, path);
  while (!g_hash_table_contains (f->told, full))
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
was_told (const Fixture *f, const char *path)
{
  g_autofree char *full = at (f, path);
  return g_hash_table_contains (f->told, full);
}

/* What was told so far is forgotten. A marker is told after all that came before it. */
static void
settle (Fixture *f)
{
  save (f, "web/.marker", "");
  expect (f, "web/.marker");
  g_hash_table_remove_all (f->told);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const PmWatchCalls calls = {on_changed, on_lost, is_skipped};
  g_autoptr (GError) error = NULL;
  f->root = g_dir_make_tmp ("pm-watch-XXXXXX", NULL);
  f->told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  f->watch = pm_watch_new (&calls, f, &error);
  g_assert_no_error (error);
  make (f, "web/config");
  make (f, "api");
  set (f, SET ("", "web", "api"));
  settle (f);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);
    remove_all (child);
  }
  g_remove (path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  pm_watch_free (f->watch);
  g_hash_table_unref (f->told);
  remove_all (f->root);
  g_free (f->root);
  g_free (f->lost_path);
}

static void
sees_every_way_of_saving (Fixture *f, gconstpointer data)
{
  save (f, "web/.env", "PORT=1\n");
  expect (f, "web/.env");
  settle (f);
  save (f, "web/.env.new", "PORT=2\n"); /* as editors do */
  rename_to (f, "web/.env.new", "web/.env");
  expect (f, "web/.env");
  settle (f);
  g_autofree char *file = at (f, "web/.env");
  g_assert_cmpint (g_chmod (file, 0600), ==, 0);
  expect (f, "web/.env");
  settle (f);
  g_assert_cmpint (g_unlink (file), ==, 0);
  expect (f, "web/.env");
}

static void
sees_a_file_that_stays_open (Fixture *f, gconstpointer data)
{
  g_autofree char *file = at (f, "web/.env");
  FILE *stream = fopen (file, "w");
  fputs ("PORT=1\n", stream);
  fflush (stream);
  expect (f, "web/.env");
  settle (f);
  fputs ("PORT=2\n", stream);
  fclose (stream);
  expect (f, "web/.env");
}

static void
sees_the_last_save (Fixture *f, gconstpointer data)
{
  /* The file as it was when it was told last is the file as it is. */
  g_autofree char *full = at (f, "web/.env");
  g_autofree char *seen = NULL;
  for (guint i = 1; i <= 200; i++) {
    g_autofree char *text = g_strdup_printf ("PORT=%u\n", i);
    save (f, "web/.env", text);
    g_main_context_iteration (NULL, FALSE);
    if (was_told (f, "web/.env")) {
      g_free (g_steal_pointer (&seen));
      g_file_get_contents (full, &seen, NULL, NULL);
      g_hash_table_remove_all (f->told);
    }
  }
  while (g_strcmp0 (seen, "PORT=200\n") != 0) {
    expect (f, "web/.env");
    g_free (g_steal_pointer (&seen));
    g_file_get_contents (full, &seen, NULL, NULL);
    g_hash_table_remove_all (f->told);
  }
}

static void
follows_what_is_new (Fixture *f, gconstpointer data)
{
  make (f, "shop/deploy/k8s");
  expect (f, "shop");
  settle (f);
  save (f, "shop/deploy/k8s/web.yaml", "port: 1\n");
  expect (f, "shop/deploy/k8s/web.yaml");
  /* Also after it was decided what is worth following: it may be worth it soon. */
  set (f, SET ("", "web", "api"));
  settle (f);
  save (f, "shop/deploy/k8s/web.yaml", "port: 2\n");
  expect (f, "shop/deploy/k8s/web.yaml");
}

static void
passes_over_what_is_skipped (Fixture *f, gconstpointer data)
{
  guint before = pm_watch_counts (f->watch).followed;
  make (f, "web/node_modules/left-pad");
  settle (f);
  g_assert_false (was_told (f, "web/node_modules"));
  g_assert_cmpuint (pm_watch_counts (f->watch).followed, ==, before);
}

static void
does_not_follow_what_nobody_wants (Fixture *f, gconstpointer data)
{
  save (f, "web/config/x.yaml", "port: 1\n");
  settle (f);
  g_assert_false (was_told (f, "web/config/x.yaml"));
  set (f, SET ("", "web", "web/config", "api"));
  expect (f, "web/config"); /* nobody saw what happened in it before */
  save (f, "web/config/x.yaml", "port: 2\n");
  expect (f, "web/config/x.yaml");
  set (f, SET ("", "web"));
  save (f, "api/.env", "PORT=1\n");
  settle (f);
  g_assert_false (was_told (f, "api/.env"));
}

static void
knows_the_new_name_of_what_moved (Fixture *f, gconstpointer data)
{
  set (f, SET ("", "web", "web/config", "api"));
  rename_to (f, "web", "site");
  expect (f, "site");
  g_assert_true (was_told (f, "web"));
  g_hash_table_remove_all (f->told);
  save (f, "site/config/x.yaml", "port: 1\n");
  expect (f, "site/config/x.yaml");
  g_assert_false (was_told (f, "web/config/x.yaml"));
}

static void
tells_when_a_place_is_gone (Fixture *f, gconstpointer data)
{
  g_autofree char *elsewhere = g_strconcat (f->root, ".moved", NULL);
  g_assert_cmpint (g_rename (f->root, elsewhere), ==, 0);
  while (f->lost[PM_WATCH_LOST_PLACE] == 0)
    g_main_context_iteration (NULL, TRUE);
  g_autofree char *root = at (f, "");
  g_assert_cmpstr (f->lost_path, ==, root);
  g_assert_cmpuint (pm_watch_counts (f->watch).followed, ==, 0);
  g_assert_cmpint (g_rename (elsewhere, f->root), ==, 0);
  set (f, SET ("", "web", "api"));
  settle (f);
}

static void
tells_of_a_directory_that_went_by_the_one_above (Fixture *f, gconstpointer data)
{
  g_autofree char *web = at (f, "web");
  remove_all (web);
  expect (f, "web");
  make (f, "web");
  settle (f);
  g_assert_cmpuint (f->lost[PM_WATCH_LOST_PLACE], ==, 0);
}

static void
tells_when_the_queue_was_full (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents ("/proc/sys/fs/inotify/max_queued_events", &text, NULL, NULL)) {
    g_test_skip ("no limit to be read");
    return;
  }
  guint64 limit = g_ascii_strtoull (text, NULL, 10);
  if (limit > 100000) {
    g_test_skip ("the queue is too long to be filled");
    return;
  }
  g_autofree char *one = at (f, "web/one"), *two = at (f, "web/two");
  save (f, "web/one", "");
  for (guint64 i = 0; i <= limit; i++) {
    g_rename (one, two);
    g_rename (two, one);
  }
  while (f->lost[PM_WATCH_LOST_EVENTS] == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (pm_watch_counts (f->watch).overflows, ==, 1);
  settle (f);
}

#define ADD(path, function) g_test_add ("/watch/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/watch/burst/waits-for-quiet", waits_for_quiet);
  g_test_add_func ("/watch/burst/does-not-wait-for-ever", does_not_wait_for_ever);
  g_test_add_func ("/watch/burst/gives-an-open-file-time", gives_an_open_file_time);
  g_test_add_func ("/watch/burst/slows-down-what-never-rests", slows_down_what_never_rests);
  ADD ("sees-every-way-of-saving", sees_every_way_of_saving);
  ADD ("sees-a-file-that-stays-open", sees_a_file_that_stays_open);
  ADD ("sees-the-last-save", sees_the_last_save);
  ADD ("follows-what-is-new", follows_what_is_new);
  ADD ("passes-over-what-is-skipped", passes_over_what_is_skipped);
  ADD ("does-not-follow-what-nobody-wants", does_not_follow_what_nobody_wants);
  ADD ("knows-the-new-name-of-what-moved", knows_the_new_name_of_what_moved);
  ADD ("tells-when-a-place-is-gone", tells_when_a_place_is_gone);
  ADD ("tells-of-a-directory-that-went-by-the-one-above",
       tells_of_a_directory_that_went_by_the_one_above);
  ADD ("tells-when-the-queue-was-full", tells_when_the_queue_was_full);
  return g_test_run ();
}
