#pragma once

#include "registry/backend.h"
#include "registry/match.h"

G_BEGIN_DECLS

/* For registry/ alone: one scan being stored, in steps that follow each other inside one
 * transaction. */

typedef struct {
  PmRegistry *registry;
  const PmSnapshot *observed;
  const PmScanScope *scope;
  gint64 now_us;
  PmScanChanges changes;
  GArray *services; /* PmService: observed's, with what the registry knows: id, status, pinned, … */
  PmArena *arena;   /* of what the registry knows of them */
  GString *json;    /* scratch */
  guint n_new_services, n_new_documents; /* that are still to be inserted */
} PmScan;

/* Whether what is missing of this root is gone. */
gboolean pm_scan_covers (const PmScan *scan, const char *root);

gboolean pm_scan_store_services (PmScan *scan, GError **error);
gboolean pm_scan_store_documents (PmScan *scan, GError **error); /* needs the services' ids */
gboolean pm_scan_store_conflicts (PmScan *scan, GError **error); /* the same */
gboolean pm_scan_store_lists (PmScan *scan, GError **error);     /* projects and problems */

/* A change of a service: one line of history (unless it is of "details"), one event. */
typedef struct {
  const char *type;    /* "external_port", "created", … */
  gboolean number;     /* the values are numbers */
  char old_value[256]; /* "" none */
  char new_value[256];
} PmServiceChange;

gboolean pm_service_changed (PmRegistry *registry, const char *event, const PmService *service,
                             const PmServiceChange *change, gint64 now_us, GError **error);

/* The columns of services, in the order in which pm_service_from_row reads them, id first. */
#define PM_SERVICE_COLUMNS                                                                         \
  "id, project_id, service_name, external_ip, internal_port, external_port, protocol, status, "    \
  "last_updated, config_files, host, root, transport, scope, bind, type, variant, profiles, "      \
  "origin, confidence, coalesce (nullif (pinned, ''), pinned_by_config), tags, given_name, "       \
  "given_protocol, "                                                                               \
  "coalesce ((SELECT state FROM health WHERE health.service_id = services.id), 'unknown'), "       \
  "coalesce ((SELECT expires FROM health WHERE health.service_id = services.id), 0), "             \
  "project_name"
#define PM_SERVICE_N_COLUMNS 27

/* Text of a row may be shared between rows: this keeps each once. */
typedef struct {
  PmArena *arena;
  GHashTable *texts;
} PmInterner;

const char *pm_intern (PmInterner *interner, const char *text);

/* Without config_files when with_files is FALSE. */
void pm_service_from_row (PmRegistry *registry, PmStatement *row, PmInterner *interner,
                          gboolean with_files, PmService *ret_service);

G_END_DECLS
