#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* The services that assembly makes of a snapshot's findings, a row each, and with each row the
 * places that say so.
 *
 *   pm_service_rows_init (&rows, snapshot, host);
 *   row = pm_service_rows_for (&rows, finding, port);   as often as needed
 *   pm_service_rows_add_evidence (&rows, row, finding);
 *   pm_service_rows_clear (&rows);                      the services stay in the snapshot
 *
 * A row is a place in snapshot->services, which nobody else may change meanwhile. Texts are the
 * snapshot's. One thread. */

typedef struct {
  PmSnapshot *snapshot;
  const char *host;
  GHashTable *by_key;  /* char * → index + 1 into snapshot->services */
  GPtrArray *evidence; /* of GArray of PmConfigFile, one a row */
} PmServiceRows;

void pm_service_rows_init (PmServiceRows *rows, PmSnapshot *snapshot, const char *host);
void pm_service_rows_clear (PmServiceRows *rows);

/* Until the next row is added. */
PmService *pm_service_rows_at (const PmServiceRows *rows, guint index);

/* GArray of PmConfigFile; the rows'. */
GArray *pm_service_rows_evidence (const PmServiceRows *rows, guint index);

/* The row of a finding's service and transport with that internal port; -1: there is none. */
gint pm_service_rows_find (const PmServiceRows *rows, const PmFinding *finding,
                           guint16 internal_port);

/* The same; a new one, without an external port, where there is none. */
guint pm_service_rows_for (PmServiceRows *rows, const PmFinding *finding, guint16 internal_port);

/* Of an internal port that is published several times: the row of a further external one. */
guint pm_service_rows_further (PmServiceRows *rows, const PmFinding *finding, guint16 internal_port,
                               guint16 external_port);

/* A row as it is, which is not there yet. */
guint pm_service_rows_add (PmServiceRows *rows, const PmService *row);

/* One more place that says it; a line counts once. */
void pm_service_rows_add_evidence (PmServiceRows *rows, guint row, const PmFinding *finding);

/* Where a finding's value is really written: "file:line". */
const char *pm_service_rows_origin (PmServiceRows *rows, const PmFinding *finding);

/* A service's name as a key of tables. The caller frees it. */
char *pm_service_name_key (const char *root, const char *project, const char *name);

G_END_DECLS
