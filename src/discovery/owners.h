#pragma once

#include "discovery/stacks.h"
#include "discovery/units.h"

G_BEGIN_DECLS

/* Which service each finding and fact belongs to: the one that its document names, else the compose
 * service that is given the file (mounted.h), else the file's unit (units.h). Pure.
 *
 * Compose's facts get their owners first, since units go by them. */

void pm_owners_of_compose (PmSnapshot *snapshot, PmStacks *stacks);

/* The others, and `service` and `owner` of all findings; what a mounted configuration listens on
 * gets its container's scope. */
void pm_owners_tell (PmSnapshot *snapshot, PmUnits *units, PmStacks *stacks);

G_END_DECLS
