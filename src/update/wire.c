#include "update/wire.h"

#include <string.h>

void
pm_wire_put_u32 (GByteArray *to, guint32 value)
{
  guint32 little = GUINT32_TO_LE (value);
  g_byte_array_append (to, (const guint8 *) &little, sizeof little);
}

void
pm_wire_put_u64 (GByteArray *to, guint64 value)
{
  guint64 little = GUINT64_TO_LE (value);
  g_byte_array_append (to, (const guint8 *) &little, sizeof little);
}

void
pm_wire_put_bytes (GByteArray *to, const void *bytes, gsize length)
{
  g_return_if_fail (length <= G_MAXUINT32);
  pm_wire_put_u32 (to, (guint32) length);
  if (length > 0)
    g_byte_array_append (to, bytes, (guint) length);
}

void
pm_wire_put_text (GByteArray *to, const char *text)
{
  pm_wire_put_bytes (to, text, text == NULL ? 0 : strlen (text));
}

void
pm_wire_put_digest (GByteArray *to, const PmDigest *digest)
{
  g_byte_array_append (to, digest->bytes, sizeof digest->bytes);
}

static const guint8 *
take (PmWireReader *reader, gsize length)
{
  if (reader->failed || length > reader->left) {
    reader->failed = TRUE;
    return NULL;
  }
  const guint8 *taken = reader->next;
  reader->next += length;
  reader->left -= length;
  return taken;
}

guint32
pm_wire_get_u32 (PmWireReader *reader)
{
  guint32 value = 0;
  const guint8 *from = take (reader, sizeof value);
  if (from != NULL)
    memcpy (&value, from, sizeof value);
  return GUINT32_FROM_LE (value);
}

guint64
pm_wire_get_u64 (PmWireReader *reader)
{
  guint64 value = 0;
  const guint8 *from = take (reader, sizeof value);
  if (from != NULL)
    memcpy (&value, from, sizeof value);
  return GUINT64_FROM_LE (value);
}

char *
pm_wire_get_bytes (PmWireReader *reader, gsize *ret_length)
{
  gsize length = pm_wire_get_u32 (reader);
  const guint8 *from = take (reader, length);
  if (from == NULL)
    length = 0;
  char *bytes = g_malloc0 (length + 1);
  if (length > 0)
    memcpy (bytes, from, length);
  *ret_length = length;
  return bytes;
}

char *
pm_wire_get_text (PmWireReader *reader)
{
  gsize length;
  char *text = pm_wire_get_bytes (reader, &length);
  if (strlen (text) != length)
    reader->failed = TRUE;
  return text;
}

PmDigest
pm_wire_get_digest (PmWireReader *reader)
{
  PmDigest digest = {{0}};
  const guint8 *from = take (reader, sizeof digest.bytes);
  if (from != NULL)
    memcpy (digest.bytes, from, sizeof digest.bytes);
  return digest;
}

gboolean
pm_wire_is_good (const PmWireReader *reader)
{
  return !reader->failed && reader->left == 0;
}
