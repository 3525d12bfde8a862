#include "base/digest.h"

#include <string.h>

PmDigest
pm_digest_of (const void *bytes, gsize size)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const guchar *from = bytes;
  while (size > 0) {
    gsize part = MIN (size, (gsize) G_MAXSSIZE);
    g_checksum_update (checksum, from, (gssize) part);
    from += part;
    size -= part;
  }
  PmDigest digest;
  gsize length = sizeof digest.bytes;
  g_checksum_get_digest (checksum, digest.bytes, &length);
  return digest;
}

gboolean
pm_digest_equal (const PmDigest *a, const PmDigest *b)
{
  return memcmp (a->bytes, b->bytes, sizeof a->bytes) == 0;
}

char *
pm_digest_to_hex (const PmDigest *digest)
{
  GString *hex = g_string_sized_new (2 * PM_DIGEST_BYTES);
  for (gsize i = 0; i < PM_DIGEST_BYTES; i++)
    g_string_append_printf (hex, "%02x", digest->bytes[i]);
  return g_string_free (hex, FALSE);
}
