#pragma once

#include "base/fs.h"
#include "update/wire.h"

G_BEGIN_DECLS

/* A file of framed records, only ever appended to (docs/JOURNAL.md, Framing). */

#define PM_RECORDS_MAGIC "pmjrnl1\n"
#define PM_RECORDS_LARGEST_BYTES (512 * 1024 * 1024)

typedef struct {
  PmFile file;
  gint64 end;      /* where the next record goes: behind the last good one */
  guint8 check[8]; /* of the last good one: it is part of the next one's */
} PmRecords;

/* A new, empty file, 0600. Not durable yet. */
gboolean pm_records_create (PmRecords *records, const PmFs *fs, int directory, const char *name);

/* Opens an existing one and calls `each` for every good record from the first; FALSE from it stops
 * and fails. ret_is_damaged tells that the first record fails its check although more was appended
 * behind it: it was durable once. */
typedef gboolean (*PmRecordsEach) (guint32 type, PmWireReader *payload, gpointer user,
                                   GError **error);
gboolean pm_records_open (PmRecords *records, const PmFs *fs, int directory, const char *name,
                          PmRecordsEach each, gpointer user, gboolean *ret_is_damaged,
                          GError **error);

/* Appends; with errno. After a failure the record is not there, or is not durable. */
gboolean pm_records_append (PmRecords *records, guint32 type, const GByteArray *payload);

G_END_DECLS
