#pragma once

#include "update/hold.h"
#include "update/swap.h"

G_BEGIN_DECLS

/* New bytes for the same inode, where a new one must not take its place (hard links, mounted files,
 * another owner) or cannot (no exchange on this file system). A crash can leave such a file half
 * written, so its copy must be durable first.
 *
 * With a write lease nobody else has the file open meanwhile. Where somebody reads it (then there
 * is no such lease), a save between our last look and our write is not noticed. */

/* Writes `to` over a file that reads `from`. CONFLICT when it reads otherwise or somebody has it
 * open for writing. Not durable yet. */
PmSwapResult pm_inplace_write (const PmFile *parent, const char *name, const char *from,
                               gsize from_length, const char *to, gsize to_length, GError **error);

/* Whether bytes are what an interrupted write of copy->after over copy->before, or back, leaves:
 * the one up to some byte, then the other; or blocks of 512 bytes of either, as power loss leaves
 * them. */
gboolean pm_inplace_is_torn (const PmCopy *copy, const char *bytes, gsize length);

G_END_DECLS
