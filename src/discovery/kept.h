#pragma once

#include "discovery/said.h"

G_BEGIN_DECLS

/* For the survey only: what a document said before stands until the document can be read again.
 * Pure. New rows lie in the arena. */

/* What a document said that cannot be read at all now. Its problems are told anew. */
PmSaid pm_kept_whole (const PmSaid *before, PmArena *arena);

/* What a broken document says, with what it said while it was whole and is read in it no more:
 * - what is read at the same place (kind, role, path, transport) counts as it is read now, but is
 *   believed as before where it is the same value;
 * - the same value read at another place was misread behind the syntax error: it is moved back;
 * - what is not read is kept; of a service, what is not told any more.
 * FALSE: it was never whole, as far as is known; then *said stays as it is. */
gboolean pm_kept_broken (PmSaid *said, const PmSaid *before, PmArena *arena);

G_END_DECLS
