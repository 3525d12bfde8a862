/* What somebody might put below a root to stop, slow or mislead a scan. One walk with all files
 * read, under 30 s and 60 MB. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "walk-test.h"
#include "walk/prefilter.h"
#include "walk/reader.h"

#define MANY 100000
#define DEEP 1000

static void
make_many (WalkTest *test, const char *path, guint n)
{
  walk_test_directory (test, path);
  int fd = openat (test->fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (guint i = 0; i < n; i++) {
    char name[32];
    g_snprintf (name, sizeof name, "file-%u.yml", i);
    int file = openat (fd, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    g_assert_cmpint (file, >=, 0);
    close (file);
  }
  close (fd);
}

/* Each level has a file and a second directory, so that descriptors of all levels are wanted again.
 */
static void
make_deep (WalkTest *test, const char *path, guint n)
{
  walk_test_directory (test, path);
  int fd = openat (test->fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (guint i = 0; i < n; i++) {
    g_assert_cmpint (mkdirat (fd, "z", 0700), ==, 0);
    int file = openat (fd, "z/.env", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    g_assert_cmpint (file, >=, 0);
    close (file);
    g_assert_cmpint (mkdirat (fd, "d", 0700), ==, 0);
    int next = openat (fd, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    close (fd);
    fd = next;
  }
  close (fd);
}

static void
make_socket (WalkTest *test, const char *path)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  g_autofree char *full = g_build_filename (test->path, path, NULL);
  g_strlcpy (address.sun_path, full, sizeof address.sun_path);
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  close (fd);
}

static void
make_tree (WalkTest *test)
{
  make_many (test, "root/many", MANY + 7);
  make_deep (test, "root/deep", DEEP);
  walk_test_file (test, "root/a/b", "");
  g_assert_cmpint (mkfifoat (test->fd, "root/a/fifo.conf", 0600), ==, 0);
  make_socket (test, "root/a/s.conf");
  walk_test_link (test, "/dev/zero", "root/a/zero.json");
  walk_test_link (test, "loop-b.json", "root/a/loop-a.json");
  walk_test_link (test, "loop-a.json", "root/a/loop-b.json");
  walk_test_link (test, "..", "root/a/parent");
  walk_test_file (test, "root/a/caf\xe9.env.json", "port: 1");
  walk_test_file (test, "root/a/sparse.json", "x");
  int fd = openat (test->fd, "root/a/sparse.json", O_WRONLY | O_CLOEXEC);
  g_assert_cmpint (ftruncate (fd, (off_t) 4 << 30), ==, 0);
  close (fd);
  g_autofree char *patterns = g_strnfill (3 * 1024 * 1024, '*');
  walk_test_file (test, "root/stars/.gitignore", patterns);
}

typedef struct {
  WalkTest *test;
  PmReader *readers[3];
  gint n_read, n_deep, n_large;
} Scan;

static PmInterest
by_name (const char *path, gpointer data)
{
  const char *dot = strrchr (path, '.');
  return dot != NULL && strchr (dot, '/') == NULL ? PM_INTEREST_CONFIGURATION : PM_INTEREST_CONTENT;
}

static gboolean
read_file (const PmWalkFile *file, guint worker, gpointer data)
{
  Scan *scan = data;
  const char *bytes;
  gsize length;
  g_autoptr (GError) error = NULL;
  if (pm_reader_read (scan->readers[worker], file->directory_fd, file->name, &bytes, &length, NULL,
                      &error)) {
    pm_prefilter (bytes, length, PM_PREFILTER_ALL);
    g_atomic_int_inc (&scan->n_read);
  } else if (g_error_matches (error, PM_READER_ERROR, PM_READER_ERROR_TOO_LARGE)) {
    g_atomic_int_inc (&scan->n_large);
  }
  if (g_str_has_prefix (file->path, "deep/"))
    g_atomic_int_inc (&scan->n_deep);
  return TRUE;
}

static void
take_problem (guint root, const char *path, const char *reason, gpointer data)
{
  g_hash_table_insert (((Scan *) data)->test->problems, g_strdup (path), g_strdup (reason));
}

static void
scan_tree (Scan *scan)
{
  g_autofree char *root = g_build_filename (scan->test->path, "root", NULL);
  PmWalkOptions options = {.roots = (const char *const[]){root, NULL}, .n_workers = 3};
  PmWalkHandler handler = {
      .interest = by_name, .file = read_file, .problem = take_problem, .data = scan};
  for (guint i = 0; i < 3; i++)
    scan->readers[i] = pm_reader_new (PM_READER_MOST_BYTES);
  pm_walk (&options, &handler, &scan->test->counts);
  for (guint i = 0; i < 3; i++)
    pm_reader_free (scan->readers[i]);
}

static guint
count_descriptors (void)
{
  guint n = 0;
  g_autoptr (GDir) directory = g_dir_open ("/proc/self/fd", 0, NULL);
  while (g_dir_read_name (directory) != NULL)
    n++;
  return n;
}

static void
stays_within_its_bounds (WalkTest *test, gconstpointer unused)
{
  make_tree (test);
  Scan scan = {.test = test};
  guint n_descriptors = count_descriptors ();
  gint64 start = g_get_monotonic_time ();
  scan_tree (&scan);
  gint64 elapsed = g_get_monotonic_time () - start;
  struct rusage usage;
  getrusage (RUSAGE_SELF, &usage);
  g_test_message ("%.2f s, %ld KiB, %d files read", (double) elapsed / 1e6, usage.ru_maxrss,
                  scan.n_read);

  g_assert_cmpint (elapsed, <, 30 * G_USEC_PER_SEC);
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpint (usage.ru_maxrss, <, 60 * 1024);
#endif
  g_assert_cmpuint (count_descriptors (), ==, n_descriptors);
  g_assert_cmpint (scan.n_deep, ==, DEEP);
  g_assert_cmpint (scan.n_large, ==, 1);
  g_assert_cmpint (scan.n_read, >, MANY + DEEP - 10);
  walk_test_expect_problem (test, "many", "more than 100000 entries");
  walk_test_expect_problem (test, "a/fifo.conf", "FIFO");
  walk_test_expect_problem (test, "a/s.conf", "socket");
  walk_test_expect_problem (test, "a/zero.json", "out of its root");
  walk_test_expect_problem (test, "a/loop-a.json", "loop");
  walk_test_expect_problem (test,
                            "a/caf\xe9"
                            ".env.json",
                            "not UTF-8");
  walk_test_expect_problem (test, "stars", "too long");
}

static void
tells_what_it_may_not_read (WalkTest *test, gconstpointer unused)
{
  walk_test_file (test, "root/closed/.env", "");
  walk_test_file (test, "root/open/.env", "");
  g_assert_cmpint (fchmodat (test->fd, "root/closed", 0, 0), ==, 0);
  if (geteuid () == 0) { /* permissions do not bind root: walk as nobody, in a child */
    g_autofree char *root = g_build_filename (test->path, "root", NULL);
    g_assert_cmpint (chmod (test->path, 0755) + chmod (root, 0755), ==, 0);
    g_assert_cmpint (fchmodat (test->fd, "root/open", 0755, 0), ==, 0);
    pid_t child = fork ();
    if (child == 0) {
      g_assert_cmpint (setresuid (65534, 65534, 65534), ==, 0);
      walk_test_run (test, NULL);
      walk_test_expect (test, "open/.env\n");
      walk_test_expect_problem (test, "closed", "Permission denied");
      _exit (0);
    }
    int status;
    g_assert_cmpint (waitpid (child, &status, 0), ==, child);
    g_assert_cmpint (status, ==, 0);
    return;
  }
  walk_test_run (test, NULL);
  walk_test_expect (test, "open/.env\n");
  walk_test_expect_problem (test, "closed", "Permission denied");
  g_assert_cmpint (fchmodat (test->fd, "root/closed", 0700, 0), ==, 0);
}

static void
lives_with_few_descriptors (WalkTest *test, gconstpointer unused)
{
  make_deep (test, "root/deep", 200);
  struct rlimit limit, few;
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  few = limit;
  few.rlim_cur = count_descriptors () + 12;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &few), ==, 0);
  walk_test_run (test, NULL);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_cmpuint (test->counts.given, ==, 200);
  g_assert_cmpuint (test->counts.problems, ==, 0);
}

static gpointer
swap (gpointer data)
{
  WalkTest *test = data;
  for (gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC; g_get_monotonic_time () < end;) {
    g_assert_cmpint (renameat (test->fd, "root/a/d", test->fd, "root/a/d-kept"), ==, 0);
    g_assert_cmpint (symlinkat ("../../outside", test->fd, "root/a/d"), ==, 0);
    g_usleep (50);
    g_assert_cmpint (unlinkat (test->fd, "root/a/d", 0), ==, 0);
    g_assert_cmpint (renameat (test->fd, "root/a/d-kept", test->fd, "root/a/d"), ==, 0);
  }
  return NULL;
}

/* A directory that is a link to the outside every other moment. */
static void
is_not_led_out_by_swapping (WalkTest *test, gconstpointer unused)
{
  walk_test_file (test, "outside/secret.json", "");
  walk_test_file (test, "root/a/d/inside.json", "");
  GThread *thread = g_thread_new ("swap", swap, test);
  for (gint64 end = g_get_monotonic_time () + G_USEC_PER_SEC; g_get_monotonic_time () < end;) {
    walk_test_run (test, NULL);
    g_assert_false (g_hash_table_contains (test->given, "a/d/secret.json"));
  }
  g_thread_join (thread);

  /* Control: with nobody swapping, what is inside is given. */
  walk_test_run (test, NULL);
  g_assert_true (g_hash_table_contains (test->given, "a/d/inside.json"));
}

#define ADD(name, run)                                                                             \
  g_test_add ("/walk/hostile-tree/" name, WalkTest, NULL, walk_test_set_up, run,                   \
              walk_test_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("stays-within-its-bounds", stays_within_its_bounds);
  ADD ("tells-what-it-may-not-read", tells_what_it_may_not_read);
  ADD ("lives-with-few-descriptors", lives_with_few_descriptors);
  ADD ("is-not-led-out-by-swapping", is_not_led_out_by_swapping);
  return g_test_run ();
}
