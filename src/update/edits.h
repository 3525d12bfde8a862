#pragma once

#include <glib.h>

#include "model/span.h"
#include "update/wire.h"

G_BEGIN_DECLS

/* The edits of one file: what they make of its bytes, and where their bytes stand when the file has
 * been changed since.
 *
 * Locating. A transaction can be taken back after others edited the file, so the journal keeps for
 * each edit where its bytes stood, and a 32-bit print of what stood before and after them on their
 * line (not the text itself: it may be a secret). An edit's bytes are found, in this order:
 *  1. at the expected place, between the same neighbours;
 *  2. anywhere between the same neighbours, if there are exactly as many such places as edits that
 *     look alike; they are taken in their order;
 *  3. at the expected place, if on each side either the neighbours are the same or a word ends
 *     there (808 is not found in 8080).
 * Otherwise they are not ours any more. */

typedef struct {
  PmSpan old_span; /* in the old bytes */
  PmSpan new_span; /* in the new bytes; valid once settled */
  char *old_bytes;
  char *new_bytes;
  guint32 old_before, old_after; /* prints of the line around; valid once applied */
  guint32 new_before, new_after;
} PmEdit;

/* The largest file that is edited (architecture.md, Limits). */
#define PM_EDITS_LARGEST_FILE_BYTES (16 * 1024 * 1024)

/* A GArray of PmEdit that clears its elements. */
GArray *pm_edits_new (void);
void pm_edits_add (GArray *edits, PmSpan span, const char *old_bytes, const char *new_bytes,
                   gsize new_length);

/* Sorts, drops repetitions and edits that change nothing, and computes new_span. On failure returns
 * a new string that says why: old bytes not there, overlap, outside of the file. NULL is success.
 */
char *pm_edits_settle (GArray *edits, const char *bytes, gsize length);

/* The new content; fills in the prints. The edits must be settled on these bytes. */
GString *pm_edits_apply (GArray *edits, const char *bytes, gsize length);

typedef enum {
  PM_EDITS_OLD,
  PM_EDITS_NEW,
} PmEditsSide;

/* Looks for every edit's bytes of one side. `expected` has the start where each is looked for
 * first, or is NULL: where the journal says. Fills ret_starts (edits->len of them) with the places,
 * or G_MAXUINT32 for what was not found. Returns how many were found. */
guint pm_edits_locate (const GArray *edits, PmEditsSide side, const char *bytes, gsize length,
                       const guint32 *expected, guint32 *ret_starts);

void pm_edits_encode (const GArray *edits, GByteArray *to);
GArray *pm_edits_decode (PmWireReader *reader);

G_END_DECLS
