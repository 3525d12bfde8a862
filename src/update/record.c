/* DESIGN
 * Each record's checksum covers the checksum of the record before, so neither a stale record behind
 * a torn one nor records of another journal can follow. A torn append leaves `end` where it was:
 * the next append writes over it. */

#include "update/record.h"

#include <errno.h>
#include <string.h>

#include "update/outcome.h"

#define MAGIC_BYTES 8
#define HEAD_BYTES 8
#define CHECK_BYTES 8

static void
compute_check (const guint8 *previous, const guint8 *head, const guint8 *payload, gsize length,
               guint8 *ret_check)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, previous, CHECK_BYTES);
  g_checksum_update (checksum, head, HEAD_BYTES);
  if (length > 0)
    g_checksum_update (checksum, payload, (gssize) length);
  guint8 digest[PM_DIGEST_BYTES];
  gsize size = sizeof digest;
  g_checksum_get_digest (checksum, digest, &size);
  memcpy (ret_check, digest, CHECK_BYTES);
}

gboolean
pm_records_create (PmRecords *records, const PmFs *fs, int directory, const char *name)
{
  records->file = (PmFile) PM_FILE_NONE (fs);
  if (!pm_file_open_beneath (&records->file, directory, name, O_RDWR | O_CREAT | O_EXCL, 0600) ||
      !pm_file_write (&records->file, PM_RECORDS_MAGIC, MAGIC_BYTES, 0))
    return FALSE;
  records->end = MAGIC_BYTES;
  memcpy (records->check, PM_RECORDS_MAGIC, CHECK_BYTES);
  return TRUE;
}

/* The record at *position, if it is whole. */
static gboolean
next_record (const GString *bytes, gsize *position, guint8 *check, guint32 *ret_type,
             PmWireReader *ret_payload)
{
  gsize left = bytes->len - *position;
  if (left < HEAD_BYTES + CHECK_BYTES)
    return FALSE;
  const guint8 *head = (const guint8 *) bytes->str + *position;
  PmWireReader reader = {head, HEAD_BYTES, FALSE};
  guint32 type = pm_wire_get_u32 (&reader), length = pm_wire_get_u32 (&reader);
  if (length > left - HEAD_BYTES - CHECK_BYTES)
    return FALSE;
  guint8 expected[CHECK_BYTES];
  const guint8 *payload = head + HEAD_BYTES;
  compute_check (check, head, payload, length, expected);
  if (memcmp (expected, payload + length, CHECK_BYTES) != 0)
    return FALSE;
  memcpy (check, expected, CHECK_BYTES);
  *position += HEAD_BYTES + length + CHECK_BYTES;
  *ret_type = type;
  *ret_payload = (PmWireReader){payload, length, FALSE};
  return TRUE;
}

static gboolean
is_first_damaged (const GString *bytes)
{
  if (bytes->len <= MAGIC_BYTES + HEAD_BYTES + CHECK_BYTES)
    return FALSE;
  gsize left = bytes->len - MAGIC_BYTES - HEAD_BYTES - CHECK_BYTES;
  PmWireReader reader = {(const guint8 *) bytes->str + MAGIC_BYTES, HEAD_BYTES, FALSE};
  guint32 type = pm_wire_get_u32 (&reader), length = pm_wire_get_u32 (&reader);
  return type != 0 && length > 0 && length < left;
}

static gboolean
fail_io (const char *name, GError **error)
{
  int failure = errno;
  g_set_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_IO, "cannot read %s: %s", name,
               g_strerror (failure));
  return FALSE;
}

gboolean
pm_records_open (PmRecords *records, const PmFs *fs, int directory, const char *name,
                 PmRecordsEach each, gpointer user, gboolean *ret_is_damaged, GError **error)
{
  g_autoptr (GString) bytes = NULL;
  g_auto (PmFile) file = PM_FILE_NONE (fs);
  if (!pm_file_open_beneath (&file, directory, name, O_RDWR, 0) ||
      !pm_file_read (&file, PM_RECORDS_LARGEST_BYTES, &bytes))
    return fail_io (name, error);

  gsize position = 0;
  memcpy (records->check, PM_RECORDS_MAGIC, CHECK_BYTES);
  if (bytes->len >= MAGIC_BYTES && memcmp (bytes->str, PM_RECORDS_MAGIC, MAGIC_BYTES) == 0) {
    guint32 type;
    PmWireReader payload;
    position = MAGIC_BYTES;
    while (next_record (bytes, &position, records->check, &type, &payload))
      if (!each (type, &payload, user, error))
        return FALSE;
  }
  records->end = (gint64) position;
  *ret_is_damaged = position <= MAGIC_BYTES && is_first_damaged (bytes);
  records->file = file;
  file.fd = -1;
  return TRUE;
}

gboolean
pm_records_append (PmRecords *records, guint32 type, const GByteArray *payload)
{
  gsize length = payload == NULL ? 0 : payload->len;
  if ((guint64) records->end + length > PM_RECORDS_LARGEST_BYTES) {
    errno = EFBIG;
    return FALSE;
  }
  guint8 check[CHECK_BYTES];
  g_autoptr (GByteArray) frame = g_byte_array_sized_new ((guint) length + 16);
  pm_wire_put_u32 (frame, type);
  pm_wire_put_u32 (frame, (guint32) length);
  if (length > 0)
    g_byte_array_append (frame, payload->data, (guint) length);
  compute_check (records->check, frame->data, frame->data + HEAD_BYTES, length, check);
  g_byte_array_append (frame, check, CHECK_BYTES);
  if (!pm_file_write (&records->file, frame->data, frame->len, records->end))
    return FALSE;
  records->end += frame->len;
  memcpy (records->check, check, CHECK_BYTES);
  return TRUE;
}
