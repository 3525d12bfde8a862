#pragma once

#include "registry/registry.h"

G_BEGIN_DECLS

/* How much there is of everything: what is watched over time. */

typedef struct {
  const char *word; /* a status, a severity, a state; in the arena */
  guint64 count;
} PmCount;

typedef struct {
  GArray *services;                                /* of PmCount, by status */
  GArray *conflicts;                               /* by severity, this host's, open */
  GArray *transactions;                            /* by state, this host's */
  GArray *leases;                                  /* by type of pool, this host's, held */
  guint64 projects, documents, findings, problems; /* this host's */
  guint64 tokens;
  guint64 last_event_id;
  guint64 size_bytes; /* of the database, without what waits in its log */
  guint64 free_bytes; /* of it, unused */
} PmRegistryCounts;

void pm_registry_counts_clear (PmRegistryCounts *counts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmRegistryCounts, pm_registry_counts_clear)

gboolean pm_registry_counts (PmRegistry *registry, PmArena *arena, PmRegistryCounts *ret_counts,
                             GError **error);

G_END_DECLS
