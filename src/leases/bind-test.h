#pragma once

#include "leases/host.h"

G_BEGIN_DECLS

/* Whether a server could bind the port now: see PmHost.can_bind. Between this and the server's own
 * bind anybody may come: only a lease keeps port-manager's own users apart, nothing keeps others
 * away. Not free are also ports that need a privilege that this process does not have. */
gboolean pm_bind_test (PmTransport transport, guint16 port, PmBindMode mode);

G_END_DECLS
