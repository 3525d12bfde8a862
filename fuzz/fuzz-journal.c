/* What a journal and its copies hold, as recovery and undo read it. An even first byte: the rest is
 * the file as it is. An odd one: the rest is records, each a type, a length (two bytes, low first)
 * and that many bytes, which are written with right checksums, since nothing that a fuzzer makes up
 * would get past them. Whatever is read must hold together, or be refused with a reason. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "update/journal.h"
#include "update/record.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static char *folder;
static int folder_fd = -1;

static void
remove_folder (void)
{
  static const char *const names[] = {"1.open", "1.copies"};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    unlinkat (folder_fd, names[i], 0);
  g_rmdir (folder);
}

static void
make_folder (void)
{
  if (folder != NULL)
    return;
  g_autofree char *pattern = g_build_filename (
      g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR) ? "/dev/shm" : g_get_tmp_dir (),
      "fuzz-journal-XXXXXX", NULL);
  folder = g_mkdtemp (g_strdup (pattern));
  g_assert_nonnull (folder);
  folder_fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_assert_cmpint (folder_fd, >=, 0);
  atexit (remove_folder);
}

static void
write_raw (const char *name, const guint8 *data, size_t size)
{
  int fd = openat (folder_fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, size), ==, (gssize) size);
  close (fd);
}

static void
write_records (const char *name, const guint8 *data, size_t size)
{
  PmRecords records = {0};
  unlinkat (folder_fd, name, 0);
  g_assert_true (pm_records_create (&records, pm_fs_real (), folder_fd, name));
  while (size >= 3) {
    size_t length = MIN ((size_t) (data[1] | data[2] << 8), size - 3);
    g_autoptr (GByteArray) payload = g_byte_array_new ();
    g_byte_array_append (payload, data + 3, (guint) length);
    g_assert_true (pm_records_append (&records, data[0], payload));
    data += 3 + length;
    size -= 3 + length;
  }
  pm_file_clear (&records.file);
}

static void
check (const PmHistory *history)
{
  g_assert_true (history->id != 0 || history->targets->len == 0);
  for (guint i = 0; i < history->targets->len; i++) {
    const PmTarget *target = g_ptr_array_index (history->targets, i);
    g_autofree char *path = pm_target_path (target);
    g_assert_nonnull (path);
    for (guint k = 0; k < target->edits->len; k++)
      g_assert_nonnull (&g_array_index (target->edits, PmEdit, k));
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  static const char *const names[] = {"1.open", "1.copies"};
  if (size < 1)
    return 0;
  make_folder ();
  /* The same bytes as a journal, and, behind a journal that is none, as its copies. */
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    write_raw ("1.open", (const guint8 *) "", 0);
    if (data[0] % 2 == 0)
      write_raw (names[i], data + 1, size - 1);
    else
      write_records (names[i], data + 1, size - 1);
    g_autoptr (PmHistory) history = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (PmJournal) journal =
        pm_journal_open (pm_fs_real (), folder_fd, "1.open", &history, &error);
    g_assert_true ((journal == NULL) == (error != NULL));
    if (journal == NULL)
      continue;
    check (history);
    g_autoptr (GHashTable) copies = pm_journal_read_copies (journal, &error);
    g_assert_true ((copies == NULL) == (error != NULL));
  }
  return 0;
}
