/* DESIGN
 * Open (non-blocking, so that a FIFO swapped in cannot hang us), ask the descriptor what it is,
 * read up to one byte more than its size, ask again: the same stamp before and after, and as many
 * bytes as it says, or it is read once more. */

#include "walk/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "walk/beneath.h"

G_DEFINE_QUARK (pm - reader - error - quark, pm_reader_error)

#define FIRST_BUFFER_BYTES (64 * 1024)
#define KEPT_BUFFER_BYTES                                                                          \
  (256 * 1024) /* a larger one goes back to the system with the next file                          \
                */

struct PmReader {
  gsize most_bytes;
  char *buffer;
  gsize buffer_bytes;
};

PmReader *
pm_reader_new (gsize most_bytes)
{
  g_return_val_if_fail (most_bytes < G_MAXSIZE / 4, NULL);
  PmReader *reader = g_new0 (PmReader, 1);
  reader->most_bytes = most_bytes;
  return reader;
}

void
pm_reader_free (PmReader *reader)
{
  if (reader == NULL)
    return;
  g_free (reader->buffer);
  g_free (reader);
}

static void
reserve (PmReader *reader, gsize size_bytes)
{
  gboolean is_kept = reader->buffer_bytes <= KEPT_BUFFER_BYTES || size_bytes > KEPT_BUFFER_BYTES;
  if (reader->buffer_bytes >= size_bytes && is_kept)
    return;
  g_free (reader->buffer);
  reader->buffer_bytes = MAX (size_bytes, FIRST_BUFFER_BYTES);
  reader->buffer = g_malloc (reader->buffer_bytes);
}

static void
set_error_from_errno (GError **error, int code)
{
  if (code == EAGAIN) {
    g_set_error_literal (error, PM_READER_ERROR, PM_READER_ERROR_NOT_PRESENT,
                         "it is not in memory yet");
    return;
  }
  if (code == ENOENT || code == ENOTDIR)
    g_set_error_literal (error, PM_READER_ERROR, PM_READER_ERROR_VANISHED, "it is not there");
  else if (code == ELOOP)
    g_set_error_literal (error, PM_READER_ERROR, PM_READER_ERROR_NOT_REGULAR, "it is a link");
  else if (code == ENXIO || code == ENODEV)
    g_set_error_literal (error, PM_READER_ERROR, PM_READER_ERROR_NOT_REGULAR,
                         "it is a socket, FIFO or device");
  else
    g_set_error (error, PM_READER_ERROR, PM_READER_ERROR_UNREADABLE, "it cannot be read: %s",
                 g_strerror (code));
}

static gboolean
check (const PmReader *reader, const struct stat *info, GError **error)
{
  if (!S_ISREG (info->st_mode)) {
    g_set_error_literal (error, PM_READER_ERROR, PM_READER_ERROR_NOT_REGULAR,
                         S_ISDIR (info->st_mode) ? "it is a directory"
                                                 : "it is a socket, FIFO or device");
    return FALSE;
  }
  if ((guint64) info->st_size > reader->most_bytes) {
    g_set_error (error, PM_READER_ERROR, PM_READER_ERROR_TOO_LARGE,
                 "it has %" G_GUINT64_FORMAT " bytes, more than %" G_GSIZE_FORMAT "; not read",
                 (guint64) info->st_size, reader->most_bytes);
    return FALSE;
  }
  return TRUE;
}

/* Reads to the end of the file or until `wanted` bytes are there. */
static gssize
read_up_to (int fd, char *buffer, gsize wanted, gboolean waits)
{
  gsize length = 0;
  while (length < wanted) {
    struct iovec rest = {buffer + length, wanted - length};
    gssize n = preadv2 (fd, &rest, 1, (off_t) length, waits ? 0 : RWF_NOWAIT);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0 && errno == EOPNOTSUPP && !waits) {
      waits = TRUE;
      continue;
    }
    if (n < 0)
      return -1;
    if (n == 0)
      break;
    length += (gsize) n;
    /* A short read that is all the file said to have: the check afterwards notices growth. */
    if (length + 1 == wanted)
      break;
  }
  return (gssize) length;
}

static gboolean
read_once (PmReader *reader, int fd, gboolean waits, gsize *ret_length, PmStamp *ret_stamp,
           gboolean *ret_changed, GError **error)
{
  struct stat info, after;
  if (fstat (fd, &info) != 0) {
    set_error_from_errno (error, errno);
    return FALSE;
  }
  if (!check (reader, &info, error))
    return FALSE;

  reserve (reader, (gsize) info.st_size + 1);
  gssize length = read_up_to (fd, reader->buffer, (gsize) info.st_size + 1, waits);
  if (length < 0 || fstat (fd, &after) != 0) {
    set_error_from_errno (error, errno);
    return FALSE;
  }
  PmStamp before_stamp = pm_stamp_from_stat (&info), after_stamp = pm_stamp_from_stat (&after);
  *ret_changed =
      (gsize) length != (gsize) info.st_size || !pm_stamp_equal (&before_stamp, &after_stamp);
  *ret_length = (gsize) length;
  *ret_stamp = before_stamp;
  return TRUE;
}

static gboolean
read_file (PmReader *reader, int directory_fd, const char *name, gboolean waits,
           const char **ret_bytes, gsize *ret_length, PmStamp *ret_stamp, GError **error)
{
  int fd = pm_beneath_open (directory_fd, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, FALSE);
  if (fd < 0) {
    set_error_from_errno (error, errno);
    return FALSE;
  }

  gsize length = 0;
  PmStamp stamp;
  gboolean changed = FALSE;
  gboolean ok = read_once (reader, fd, waits, &length, &stamp, &changed, error);
  if (ok && changed)
    ok = read_once (reader, fd, waits, &length, &stamp, &changed, error);
  close (fd);
  if (!ok)
    return FALSE;
  if (changed) {
    g_set_error_literal (error, PM_READER_ERROR, PM_READER_ERROR_CHANGING,
                         "it was written to while it was read; not read");
    return FALSE;
  }

  reader->buffer[length] = '\0';
  *ret_bytes = reader->buffer;
  *ret_length = length;
  if (ret_stamp != NULL)
    *ret_stamp = stamp;
  return TRUE;
}

gboolean
pm_reader_read (PmReader *reader, int directory_fd, const char *name, const char **ret_bytes,
                gsize *ret_length, PmStamp *ret_stamp, GError **error)
{
  return read_file (reader, directory_fd, name, TRUE, ret_bytes, ret_length, ret_stamp, error);
}

gboolean
pm_reader_read_present (PmReader *reader, int directory_fd, const char *name,
                        const char **ret_bytes, gsize *ret_length, PmStamp *ret_stamp,
                        GError **error)
{
  return read_file (reader, directory_fd, name, FALSE, ret_bytes, ret_length, ret_stamp, error);
}

void
pm_reader_give_back (PmReader *reader)
{
  if (reader->buffer_bytes <= KEPT_BUFFER_BYTES)
    return;
  g_clear_pointer (&reader->buffer, g_free);
  reader->buffer_bytes = 0;
}
