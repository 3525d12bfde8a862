#pragma once

#include "api/call.h"

G_BEGIN_DECLS

/* Who asks, and whether they may: before anything of the request is believed.
 *
 *   who                                   may
 *   a token                               what its role says
 *   the socket, same user or root         all
 *   loopback, without a token             read (nothing that can be read is a secret)
 *   anybody else                          what anybody may
 *
 * Changes moreover must not come from another site's page (Origin, Sec-Fetch-Site), must be JSON,
 * and must not come too often. */

typedef struct PmGuard PmGuard;

PmGuard *pm_guard_new (void);
void pm_guard_free (PmGuard *guard);

/* Fills the call's actor and what it may. FALSE: the call has been answered. */
gboolean pm_guard_check (PmGuard *guard, PmCall *call);

G_END_DECLS
