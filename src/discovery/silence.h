#pragma once

#include "discovery/user-rules.h"

G_BEGIN_DECLS

/* What is not to be told: by a mark in the file itself, or by a rule of the user.
 *
 *   PORT=3000  # port-manager: ignore          this line
 *   # port-manager: ignore                     the line below, where only a comment stands here
 *   # port-manager: ignore-file                the whole file, wherever it stands
 */

/* The confidence of a finding that has been dropped and will be taken out. */
#define PM_SILENCED (-1.0)

/* Takes out what is silenced, keeping the pairs of the others right. `silences` is of PmSilence. */
void pm_silence (PmSighting *sighting, const char *bytes, gsize length, const GArray *silences);

G_END_DECLS
