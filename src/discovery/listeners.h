#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* Which of several values decides where a service listens.
 *
 * Every port that a process binds on the host is a candidate for one listener of its service, its
 * "slot": PORT, a script's --port and vite's server.port speak of the main one; METRICS_PORT or
 * preview.port of others. Modes (.env.production) are apart from the base; a template counts only
 * where nothing else speaks.
 *
 * A frontend's development server (Vite's and its kin, which read no PORT) and a port that program
 * text of the same package binds are two listeners: they run side by side.
 *
 * Rank follows what the tools do at run time: dotenv and Vite let the real environment, and so a
 * script's assignment, win over files, and .env.<mode>.local over .env.<mode> over .env.local over
 * .env; a flag wins over all of them. */

typedef struct {
  guint32 finding;         /* index into the snapshot's findings */
  const char *slot;        /* in the snapshot's arena or static */
  const char *mode;        /* "" the base */
  guint rank;              /* the lowest of a group decides */
  gboolean is_environment; /* a script or a dotenv file says it */
} PmListener;

/* All candidates (of PmListener), grouped, the one that decides first in its group. */
GArray *pm_listeners_collect (PmSnapshot *snapshot, double least_confidence);

/* Whether two candidates speak of the same listener in the same mode. */
gboolean pm_listeners_same (const PmSnapshot *snapshot, const PmListener *a, const PmListener *b);

/* Whether `files` (of PmConfigFile) of a row say where another process of the package listens than
 * the development server that the fact tells of. */
gboolean pm_listeners_is_anothers (const PmServiceFact *fact, const GArray *files);

G_END_DECLS
