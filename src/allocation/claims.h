#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* A range of ports that a service binds on its host. Private to allocation/. */
typedef struct {
  gint32 service; /* index into the snapshot's services */
  guint16 first, last;
  PmTransport transport;
  const char *host;
  const char *bind;
  const char *file;
  guint32 line;
  const char *variant;
  const char *profiles;
  gboolean is_mapping; /* published by a compose file */
  guint replicas;      /* containers that each want such a port */
  gboolean is_crowded; /* more of them than the range has room for */
  gboolean is_default; /* no file says it: the tool's default */
  double confidence;
} PmClaim;

/* All claims of a snapshot, sorted by transport, then first port. */
GArray *pm_claims_collect (const PmSnapshot *snapshot);

G_END_DECLS
