#include "update/inplace.h"

#include <errno.h>
#include <string.h>

#define LEASE_WAIT_MS 300
#define BLOCK_BYTES 512

static PmSwapResult
fail_io (GError **error, const char *what, const char *name)
{
  int failure = errno;
  g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO, "%s: cannot %s: %s", name, what,
               g_strerror (failure));
  return PM_SWAP_FAILED;
}

static PmSwapResult
conflict (GError **error, const char *name, const char *what)
{
  g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_CONFLICT, "%s: %s", name, what);
  return PM_SWAP_CONFLICT;
}

static PmSwapResult
write_over (const PmFile *file, const char *name, const char *from, gsize from_length,
            const char *to, gsize to_length, GError **error)
{
  g_autoptr (GString) bytes = NULL;
  if (!pm_file_read (file, PM_EDITS_LARGEST_FILE_BYTES, &bytes))
    return fail_io (error, "read", name);
  if (bytes->len != from_length || memcmp (bytes->str, from, from_length) != 0)
    return conflict (error, name, "was saved by another program");
  if (!pm_file_write (file, to, to_length, 0))
    return fail_io (error, "write", name);
  if (to_length < from_length && PM_FS (file->fs, ftruncate, file->fd, (off_t) to_length) < 0)
    return fail_io (error, "shorten", name);
  return PM_SWAP_DONE;
}

PmSwapResult
pm_inplace_write (const PmFile *parent, const char *name, const char *from, gsize from_length,
                  const char *to, gsize to_length, GError **error)
{
  g_auto (PmHold) readers = PM_HOLD_NONE (parent->fs);
  PmHoldResult held = pm_hold_take (&readers, parent, name, LEASE_WAIT_MS, TRUE);
  if (held == PM_HOLD_BUSY)
    return conflict (error, name, "is open for writing in another program");
  if (held == PM_HOLD_FAILED && errno == ENOENT)
    return conflict (error, name, "is no longer there");
  if (held == PM_HOLD_FAILED)
    return fail_io (error, "open", name);
  pm_hold_clear (&readers); /* our own open for writing would wait for it */

  g_auto (PmHold) writer = PM_HOLD_NONE (parent->fs);
  if (!pm_file_open_beneath (&writer.file, parent->fd, name,
                             O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0))
    return fail_io (error, "open for writing", name);
  writer.is_leased = PM_FS (parent->fs, set_lease, writer.file.fd, F_WRLCK) == 0;
  return write_over (&writer.file, name, from, from_length, to, to_length, error);
}

/* `to` up to some byte, then `from`: a write that was cut off, or not followed by its truncation.
 */
static gboolean
is_prefix_torn (const char *from, gsize from_length, const char *to, gsize to_length,
                const char *bytes, gsize length)
{
  gsize written = 0;
  while (written < MIN (length, to_length) && bytes[written] == to[written])
    written++;
  if (written == to_length && length == to_length)
    return TRUE;
  return length == MAX (from_length, written) && written <= length &&
         memcmp (bytes + written, from + written, length - written) == 0;
}

static gboolean
block_is_of (const char *bytes, gsize from, gsize to, const char *whole, gsize whole_length)
{
  return to <= whole_length && memcmp (bytes + from, whole + from, to - from) == 0;
}

static gboolean
is_block_torn (const PmCopy *copy, const char *bytes, gsize length)
{
  if (length != copy->before_length && length != copy->after_length)
    return FALSE;
  for (gsize from = 0; from < length; from += BLOCK_BYTES) {
    gsize to = MIN (from + BLOCK_BYTES, length);
    if (!block_is_of (bytes, from, to, copy->before, copy->before_length) &&
        !block_is_of (bytes, from, to, copy->after, copy->after_length))
      return FALSE;
  }
  return TRUE;
}

gboolean
pm_inplace_is_torn (const PmCopy *copy, const char *bytes, gsize length)
{
  return is_prefix_torn (copy->before, copy->before_length, copy->after, copy->after_length, bytes,
                         length) ||
         is_prefix_torn (copy->after, copy->after_length, copy->before, copy->before_length, bytes,
                         length) ||
         is_block_torn (copy, bytes, length);
}
