#pragma once

#include "registry/registry.h"

G_BEGIN_DECLS

/* A registry in a directory of its own, or on the server that PM_TEST_POSTGRES names, and snapshots
 * to store in it. */

typedef struct {
  char *directory;
  PmRegistry *registry;
} PmRegistryTest;

PmRegistryTest *pm_registry_test_new (void);
void pm_registry_test_free (PmRegistryTest *test); /* removes the directory */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmRegistryTest, pm_registry_test_free)

/* Another connection to the same registry, as another process would have. */
PmRegistry *pm_registry_test_open (const PmRegistryTest *test, GError **error);

/* The same as another host's. */
PmRegistry *pm_registry_test_open_as (const PmRegistryTest *test, const char *host, GError **error);

/* A file beside the registry, or the registry's own ("registry.db"). */
char *pm_registry_test_path (const PmRegistryTest *test, const char *name);

/* One project "shop" with compose.yaml; add to it what a test needs. */
PmSnapshot *pm_registry_test_snapshot (void);
PmService *pm_registry_test_add_service (PmSnapshot *snapshot, const char *name,
                                         guint16 internal_port, guint16 external_port);
PmFinding *pm_registry_test_add_finding (PmSnapshot *snapshot, const char *file, guint16 port);
PmDocumentRecord *pm_registry_test_add_document (PmSnapshot *snapshot, const char *file);

/* Stores it, all roots, statuses known, and returns what changed. */
PmScanChanges pm_registry_test_store (PmRegistry *registry, const PmSnapshot *snapshot,
                                      gint64 now_us);

/* Runs SQL with an own connection; the first column of the first row. */
gint64 pm_registry_test_sql (const PmRegistryTest *test, const char *sql);

G_END_DECLS
