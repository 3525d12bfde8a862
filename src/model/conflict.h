#pragma once

#include "model/service.h"

G_BEGIN_DECLS

/* Two services, or a service and a live socket, that cannot both bind: one per contested port. */

typedef enum { PM_SEVERITY_NOTE, PM_SEVERITY_WARNING, PM_SEVERITY_ERROR } PmSeverity;

const char *pm_severity_name (PmSeverity severity);

typedef struct {
  gint32 service;   /* index into the snapshot's services; -1: not one of ours */
  const char *file; /* relative to its root; "" for a live socket */
  guint32 line;
  const char *bind; /* address claimed; "" is all of them */
  const char *variant;
  const char *profiles;
  const PmSocket *socket; /* live, and not one of ours; NULL otherwise */
} PmClaimant;

/* Who could move, and where to. */
typedef struct {
  guint32 service; /* index into the snapshot's services */
  guint16 port;
} PmConflictMove;

typedef struct {
  char *id; /* stable across scans: "tcp-3000" and, where one port has several, a suffix */
  guint16 port;
  PmTransport transport;
  const char *host;
  PmSeverity severity;
  char *reason; /* one sentence in English */
  PmClaimant *claimants;
  guint n_claimants;
  gint32 suggested_service; /* index of whom to move; -1: nobody can be */
  guint16 suggested_port;   /* 0: none was free */
  GArray *moves;            /* PmConflictMove: all that have to move, that one first; NULL: none */
  char *stuck;              /* why nobody can be moved; NULL: somebody can, or nobody asked */
} PmConflict;

void pm_conflict_clear (PmConflict *conflict);

/* Of each service whether it claims what an error is about; `conflicts` (of PmConflict) may be
 * NULL. To be g_freed. */
gboolean *pm_conflicts_find_conflicted (const GArray *conflicts, guint n_services);

G_END_DECLS
