/* DESIGN
 * Eight bytes a step, each folded in by a 64 × 64 → 128 bit multiplication of which both halves are
 * kept (the mixing step of the wyhash family). A text is preceded by its length, so that neighbours
 * cannot trade bytes. */

#include "base/fingerprint.h"

#include <string.h>

PmFingerprint
pm_fingerprint_integer (PmFingerprint so_far, guint64 integer)
{
  unsigned __int128 product = (unsigned __int128) (so_far ^ integer ^ 0xa0761d6478bd642fULL) *
                              (integer ^ 0xe7037ed1a0b428dbULL);
  return (guint64) product ^ (guint64) (product >> 64) ^ (so_far * 0x8ebc6af09c88c6e3ULL);
}

PmFingerprint
pm_fingerprint_real (PmFingerprint so_far, double real)
{
  guint64 bits;
  memcpy (&bits, &real, sizeof bits);
  return pm_fingerprint_integer (so_far, bits);
}

PmFingerprint
pm_fingerprint_text (PmFingerprint so_far, const char *text)
{
  if (text == NULL)
    return pm_fingerprint_integer (so_far, G_MAXUINT64);
  gsize length = strlen (text);
  so_far = pm_fingerprint_integer (so_far, length);
  for (; length > 0;) {
    guint64 word = 0;
    gsize size = MIN (length, sizeof word);
    memcpy (&word, text, size);
    so_far = pm_fingerprint_integer (so_far, word);
    text += size;
    length -= size;
  }
  return so_far;
}
