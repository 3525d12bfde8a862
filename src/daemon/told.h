#pragma once

#include "verbs/context.h"

G_BEGIN_DECLS

/* What whoever reads the program's own log has to see of the event log, whichever process did it:
 * transactions, changes of addresses and their proposals, incidents, who got tokens. A line each,
 * from now on. */

typedef struct PmTold PmTold;

/* Somebody, whichever process, changed the configuration file by the program ("config.changed"). */
typedef void (*PmToldConfig) (gpointer data);

/* With a registry connection of its own. */
PmTold *pm_told_new (const PmContext *context, PmToldConfig config_changed, gpointer data,
                     GError **error);
void pm_told_free (PmTold *told);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmTold, pm_told_free)

G_END_DECLS
