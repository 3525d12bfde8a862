#include "walk/reader.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  char *path;
  int fd;
  PmReader *reader;
  gint stop; /* atomic: the writer's */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->path = g_dir_make_tmp ("pm-reader-XXXXXX", NULL);
  f->fd = open (f->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  f->reader = pm_reader_new (1024 * 1024);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  static const char *const names[] = {"file", "link", "fifo", "large", "sub/file", "sub"};
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (unlinkat (f->fd, names[i], 0) != 0)
      unlinkat (f->fd, names[i], AT_REMOVEDIR);
  close (f->fd);
  rmdir (f->path);
  pm_reader_free (f->reader);
  g_free (f->path);
}

static void
write_file (Fixture *f, const char *name, const char *bytes, gsize length)
{
  int fd = openat (f->fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  g_assert_cmpint (write (fd, bytes, length), ==, length);
  close (fd);
}

static void
expect_error (Fixture *f, const char *name, PmReaderError code)
{
  const char *bytes;
  gsize length;
  g_autoptr (GError) error = NULL;
  g_assert_false (pm_reader_read (f->reader, f->fd, name, &bytes, &length, NULL, &error));
  g_assert_error (error, PM_READER_ERROR, (gint) code);
}

static void
reads_bytes_as_they_are (Fixture *f, gconstpointer data)
{
  const char *bytes;
  gsize length;
  PmStamp stamp;
  write_file (f, "file", "a\0b\r\n", 5);
  g_assert_cmpint (mkdirat (f->fd, "sub", 0700), ==, 0);
  write_file (f, "sub/file", "", 0);
  g_assert_true (pm_reader_read (f->reader, f->fd, "file", &bytes, &length, &stamp, NULL));
  g_assert_cmpmem (bytes, (int) length + 1, "a\0b\r\n", 6);
  g_assert_cmpuint (stamp.size_bytes, ==, 5);
  g_assert_true (pm_reader_read (f->reader, f->fd, "sub/file", &bytes, &length, &stamp, NULL));
  g_assert_cmpuint (length, ==, 0);
}

static void
refuses_what_is_no_file (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (mkfifoat (f->fd, "fifo", 0600), ==, 0);
  g_assert_cmpint (symlinkat ("/dev/zero", f->fd, "link"), ==, 0);
  expect_error (f, "fifo", PM_READER_ERROR_NOT_REGULAR);
  expect_error (f, "link", PM_READER_ERROR_NOT_REGULAR);
  expect_error (f, ".", PM_READER_ERROR_NOT_REGULAR);
  expect_error (f, "missing", PM_READER_ERROR_VANISHED);
  expect_error (f, "../etc/passwd", PM_READER_ERROR_UNREADABLE);
}

static void
refuses_links_on_the_way (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (symlinkat (".", f->fd, "link"), ==, 0);
  write_file (f, "file", "x", 1);
  expect_error (f, "link/file", PM_READER_ERROR_NOT_REGULAR);
}

static void
reads_no_large_file (Fixture *f, gconstpointer data)
{
  write_file (f, "large", "x", 1);
  int fd = openat (f->fd, "large", O_WRONLY | O_CLOEXEC);
  g_assert_cmpint (ftruncate (fd, (off_t) 4 << 30), ==, 0);
  close (fd);
  gint64 start = g_get_monotonic_time ();
  expect_error (f, "large", PM_READER_ERROR_TOO_LARGE);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC / 10);
}

/* Out of memory, onto the disk; tmpfs and the like have none. */
static void
evict (Fixture *f, const char *name)
{
  int fd = openat (f->fd, name, O_RDONLY | O_CLOEXEC);
  g_assert_cmpint (fsync (fd), ==, 0);
  posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  close (fd);
}

static void
tells_what_it_would_wait_for (Fixture *f, gconstpointer data)
{
  const char *bytes;
  gsize length;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strnfill (100 * 1000, 'x');
  write_file (f, "file", text, 100 * 1000);
  g_assert_true (pm_reader_read_present (f->reader, f->fd, "file", &bytes, &length, NULL, NULL));
  g_assert_cmpmem (bytes, (int) length, text, 100 * 1000);
  evict (f, "file");
  gboolean is_there =
      pm_reader_read_present (f->reader, f->fd, "file", &bytes, &length, NULL, &error);
  if (!is_there)
    g_assert_error (error, PM_READER_ERROR, PM_READER_ERROR_NOT_PRESENT);
  g_assert_true (pm_reader_read (f->reader, f->fd, "file", &bytes, &length, NULL, NULL));
  g_assert_cmpmem (bytes, (int) length, text, 100 * 1000);
  g_assert_true (pm_reader_read_present (f->reader, f->fd, "file", &bytes, &length, NULL, NULL));
  if (is_there)
    g_test_skip ("what is on this file system stays in memory");
}

static gpointer
keep_writing (gpointer data)
{
  Fixture *f = data;
  g_autofree char *block = g_strnfill (300 * 1024, 'x');
  int fd = openat (f->fd, "file", O_WRONLY | O_CLOEXEC);
  while (!g_atomic_int_get (&f->stop)) {
    g_assert_cmpint (ftruncate (fd, 0), ==, 0);
    g_assert_cmpint (pwrite (fd, block, 300 * 1024, 0), >, 0);
  }
  close (fd);
  return NULL;
}

/* Whatever it says, it never hands out bytes of another number than the stamp tells. */
static void
notices_writers (Fixture *f, gconstpointer data)
{
  write_file (f, "file", "x", 1);
  GThread *writer = g_thread_new ("writer", keep_writing, f);
  guint n_changing = 0;
  /* Until it was noticed; the bound is only there so that a reader that notices nothing fails. */
  for (guint i = 0; n_changing == 0 && i < 1000000; i++) {
    const char *bytes;
    gsize length;
    PmStamp stamp;
    g_autoptr (GError) error = NULL;
    if (pm_reader_read (f->reader, f->fd, "file", &bytes, &length, &stamp, &error)) {
      g_assert_cmpuint (length, ==, stamp.size_bytes);
      g_assert_cmpint (bytes[length], ==, '\0');
      continue;
    }
    g_assert_error (error, PM_READER_ERROR, PM_READER_ERROR_CHANGING);
    n_changing++;
  }
  g_atomic_int_set (&f->stop, 1);
  g_thread_join (writer);
  g_assert_cmpuint (n_changing, >, 0);
}

#define ADD(name, test) g_test_add ("/walk/reader/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("reads-bytes-as-they-are", reads_bytes_as_they_are);
  ADD ("refuses-what-is-no-file", refuses_what_is_no_file);
  ADD ("refuses-links-on-the-way", refuses_links_on_the_way);
  ADD ("reads-no-large-file", reads_no_large_file);
  ADD ("tells-what-it-would-wait-for", tells_what_it_would_wait_for);
  ADD ("notices-writers", notices_writers);
  return g_test_run ();
}
