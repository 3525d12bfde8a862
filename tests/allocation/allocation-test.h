#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* Snapshots for tests of allocation/, made piece by piece; everything is of the root "/r" on the
 * host "h". */

/* A published port: the finding, and the row that it makes. */
typedef struct {
  const char *project, *service, *file, *bind, *variant, *profiles;
  guint16 port, port_end;
  PmTransport transport;
} Published;

void publish (PmSnapshot *snapshot, Published published);

/* A process that listens on the host: the row, and, from a confidence of one half on, the finding
 * in a file that is called as the project. */
void listen_on (PmSnapshot *snapshot, const char *project, const char *name, guint16 port,
                const char *variant, double confidence);

/* Somebody of `project` points at a service, from its own file. */
void point_at (PmSnapshot *snapshot, const char *project, guint service);

/* A live TCP socket of a process; to be added in the order of ports. Fields may be set after. */
PmSocket *add_socket (PmSnapshot *snapshot, guint16 port, const char *address, gint64 pid,
                      const char *cwd);

G_END_DECLS
