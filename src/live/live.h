#pragma once

#include "base/arena.h"
#include "live/holders.h"
#include "model/snapshot.h"

G_BEGIN_DECLS

/* What really runs on this host, as one list: every bound socket with the process that holds it,
 * the folder and project that this was started in, and the container that it is of.
 *
 *   PmLiveOptions options = {.host = "box1", .projects = snapshot->projects};
 *   pm_live_look (&options, arena, sockets, &report, &error);
 *
 * Nothing is run, no right is needed. What only root may see of other users' processes is left
 * empty and counted in the report. Docker is asked only if a socket is a container's, or could be,
 * and only for its list of running ones. Sockets inside containers' own networks are not here: what
 * is published of them is. */

typedef struct {
  const char *host;
  const GArray *projects;    /* of PmProject; NULL none */
  const char *proc;          /* where procfs is; NULL: /proc */
  const char *docker_socket; /* "": Docker is not asked; NULL: where it is by default */
  PmHolders *holders;        /* for whoever looks again and again; what is believed of it stands in
                                holders.h. NULL: all processes are looked at */
} PmLiveOptions;

typedef struct {
  guint n_sockets;
  guint n_unowned;            /* sockets whose process was not shown */
  guint n_hidden;             /* processes that did not show their descriptors */
  guint n_containers;         /* that Docker told of */
  const char *docker_failure; /* why Docker was asked in vain; "" it was not, or it is not here. In
                                 the arena */
} PmLiveReport;

/* Appends to `sockets` (of PmSocket), by transport, port and address; text lies in the arena. A
 * socket that several processes share is listed once. */
gboolean pm_live_look (const PmLiveOptions *options, PmArena *arena, GArray *sockets,
                       PmLiveReport *ret_report, GError **error);

G_END_DECLS
