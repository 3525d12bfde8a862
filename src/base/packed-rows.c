/* DESIGN
 * For each row a mask, a bit for each word that is unlike the one before, and then these words. The
 * first row is held against one of zeros. */

#include "base/packed-rows.h"

#include <string.h>

typedef guint64 Word;

#define MOST_WORDS (PM_PACKED_ROW_MOST_BYTES / sizeof (Word))

struct PmPackedRows {
  guint32 n;
  guint32 n_words; /* of a row */
  char bytes[];    /* not aligned */
};

G_STATIC_ASSERT (MOST_WORDS <= 32); /* bits of a mask */

static guint32
mask_of (const Word *row, const Word *before, guint n_words)
{
  guint32 mask = 0;
  for (guint i = 0; i < n_words; i++)
    mask |= (guint32) (row[i] != before[i]) << i;
  return mask;
}

static char *
put (char *at, const void *from, gsize length)
{
  memcpy (at, from, length);
  return at + length;
}

static const char *
get (const char *at, void *to, gsize length)
{
  memcpy (to, at, length);
  return at + length;
}

static const Word nothing[MOST_WORDS];

static gsize
packed_bytes (const Word *rows, guint n_words, guint n)
{
  gsize bytes = 0;
  const Word *before = nothing;
  for (guint i = 0; i < n; i++, before = rows, rows += n_words)
    bytes += sizeof (guint32) +
             sizeof (Word) * (gsize) __builtin_popcount (mask_of (rows, before, n_words));
  return bytes;
}

const PmPackedRows *
pm_packed_rows_new (PmArena *arena, const void *rows, gsize row_bytes, guint n)
{
  g_return_val_if_fail (row_bytes % sizeof (Word) == 0 && row_bytes <= PM_PACKED_ROW_MOST_BYTES,
                        NULL);
  if (n == 0)
    return NULL;
  guint n_words = (guint) (row_bytes / sizeof (Word));
  const Word *row = rows, *before = nothing;
  PmPackedRows *packed =
      pm_arena_alloc (arena, sizeof (PmPackedRows) + packed_bytes (row, n_words, n));
  packed->n = n;
  packed->n_words = n_words;
  char *at = packed->bytes;
  for (guint i = 0; i < n; i++, before = row, row += n_words) {
    guint32 mask = mask_of (row, before, n_words);
    at = put (at, &mask, sizeof mask);
    for (; mask != 0; mask &= mask - 1)
      at = put (at, &row[__builtin_ctz (mask)], sizeof (Word));
  }
  return packed;
}

void
pm_packed_rows_unpack (const PmPackedRows *packed, void *ret_rows)
{
  if (packed == NULL)
    return;
  Word *row = ret_rows;
  const Word *before = nothing;
  const char *at = packed->bytes;
  for (guint i = 0; i < packed->n; i++, before = row, row += packed->n_words) {
    guint32 mask;
    at = get (at, &mask, sizeof mask);
    memcpy (row, before, packed->n_words * sizeof (Word));
    for (; mask != 0; mask &= mask - 1)
      at = get (at, &row[__builtin_ctz (mask)], sizeof (Word));
  }
}
