#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* Which services a reference could mean: those that answer to its host and port, whatever else
 * speaks for or against them. Appends their indexes (guint) to `services`. `host`: as the finding
 * has it, or the address that it carries in disguise. Without a host it may be anybody's of the
 * same project, which nobody can list: none. Names that only facts give (aliases) are not looked
 * at. */
void pm_candidates_find (const PmSnapshot *snapshot, const PmFinding *reference, const char *host,
                         GArray *services);

/* "api of shop (shop/.env:1), web of crm (crm/.env:3)", 5 of them at most; new text. */
char *pm_candidates_text (const PmSnapshot *snapshot, const GArray *services);

G_END_DECLS
