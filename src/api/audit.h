#pragma once

#include "api/call.h"

G_BEGIN_DECLS

/* Every change that somebody asked for is written down, with who, from where, what, and what came
 * of it. */

/* For the call's thread: into the registry of its context. */
void pm_audit_write (PmCall *call);

/* For the main loop: the same, later, on the worker. */
void pm_audit_later (PmCall *call);

G_END_DECLS
