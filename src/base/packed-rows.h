#pragma once

#include "base/arena.h"

G_BEGIN_DECLS

/* Rows of one type kept small until they are needed as they are. Rows of a list are much alike, so
 * of each the words that differ from the row before it are kept, and which those are.
 *
 * A row is a struct without references of its own that count (pointers stay as they are), of whole
 * words of 8 bytes, at most PM_PACKED_ROW_MOST_BYTES. */

#define PM_PACKED_ROW_MOST_BYTES (32 * 8)

typedef struct PmPackedRows PmPackedRows; /* lies in the arena that it was packed to */

/* Puts `n` rows of `row_bytes` each to the arena. NULL for none. */
const PmPackedRows *pm_packed_rows_new (PmArena *arena, const void *rows, gsize row_bytes, guint n);

/* Writes them back, one behind the other, to `ret_rows`, which has room for all of them. */
void pm_packed_rows_unpack (const PmPackedRows *packed, void *ret_rows);

G_END_DECLS
