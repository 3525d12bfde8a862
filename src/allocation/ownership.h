#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* Whether what listens where a service should is that service: a judgement from evidence, since no
 * kernel knows services.
 *
 * Its own is a process or container that was started in the service's project, or in one around or
 * inside it; of what runs elsewhere, a container of its name, and, for what is not published by
 * containers, a systemd unit, a program or a path that carries the name of the service or of its
 * project's folder, or the daemon that its configuration file is of. A published port is held for a
 * container: a program of the same name on the host is not it. In doubt, hidden: the owner is not
 * shown to us, or the port is held for a container that nobody tells about. All else is foreign. */

PmLive pm_ownership (const PmService *service, const PmSocket *socket);

/* The host's side of a mapping, as compose publishes it. */
gboolean pm_ownership_is_mapping (const PmService *service);

/* Looks at every service of the sockets' host that has a port there: sets `live` and `socket` in
 * `services` (of PmService) by `sockets` (of PmSocket, by transport and port, as pm_live_look gives
 * them). Own ones count before hidden ones, those before foreign ones. */
void pm_ownership_judge (GArray *services, const GArray *sockets, const char *host);

G_END_DECLS
