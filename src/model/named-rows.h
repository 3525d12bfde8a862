#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* The rows of a service, found by its name: where services lie in order (pm_service_compare), as
 * those of a survey do, by halving, so that nothing has to be built for a few questions. Borrows
 * the snapshot, whose services must not change meanwhile. */
typedef struct PmNamedRows PmNamedRows;

PmNamedRows *pm_named_rows_new (const PmSnapshot *snapshot);
void pm_named_rows_free (PmNamedRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmNamedRows, pm_named_rows_free)

/* Do they lie in order already? Then rows of one name follow each other, and so do those of one
 * project. */
gboolean pm_named_rows_are_in_order (const PmNamedRows *rows);

/* How many rows there are of that name, on whatever host; *ret_first is for pm_named_rows_at. */
guint pm_named_rows_find (const PmNamedRows *rows, const char *root, const char *project,
                          const char *name, guint *ret_first);

/* The service's index; those of one name are in the order of the snapshot. */
guint pm_named_rows_at (const PmNamedRows *rows, guint place);

G_END_DECLS
