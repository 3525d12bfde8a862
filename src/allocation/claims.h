#pragma once

#include "allocation/addresses.h"
#include "model/snapshot.h"

G_BEGIN_DECLS

/* A range of ports that somebody binds on a host. Private to allocation/. */
typedef struct {
  gint32 service; /* index into the snapshot's services; -1: a socket of nobody's that is known */
  gint32 socket;  /* then: index into the snapshot's sockets; -1 otherwise */
  guint16 first, last;
  PmTransport transport;
  const char *host;
  const char *bind;
  const char *file;
  const char *format; /* the rule set that reads it; "" none does */
  guint32 line;
  const char *variant;
  const char *profiles;
  gboolean is_mapping; /* published by a compose file */
  gboolean in_cluster; /* of the nodes of a Kubernetes cluster: nodePort, hostPort */
  guint replicas;      /* containers that each want such a port */
  gboolean is_crowded; /* more of them than the range has room for */
  gboolean is_default; /* no file says it: the tool's default */
  double confidence;

  /* For comparing many with many. */
  PmBind address;
  guint project;        /* the same number: the same host, root and project */
  guint name;           /* and the same service name */
  gsize folder_length;  /* of the part of `file` before its last slash */
  gboolean is_aside;    /* its file lies among examples or tests of its project */
  gboolean is_everyday; /* of a file that is read when nobody names a mode */
} PmClaim;

/* All claims of a snapshot, sorted by transport, then first port, then by what they say: the order
 * in which the snapshot lists things does not matter. Sockets are claims of their own where they
 * are foreign to every service that claims their port. */
GArray *pm_claims_collect (const PmSnapshot *snapshot);

G_END_DECLS
