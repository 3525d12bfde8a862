#pragma once

#include "walk/stamp.h"

G_BEGIN_DECLS

/* Reads whole files, safely in trees that others write to: never through a link, never from a FIFO
 * or device, never more than a bound, and never half of one version and half of another without
 * saying so.
 *
 * One reader belongs to one thread; its buffer is used again for the next file. */

#define PM_READER_ERROR (pm_reader_error_quark ())
GQuark pm_reader_error_quark (void);

typedef enum {
  PM_READER_ERROR_VANISHED,    /* not there (any more): usually to be passed over in silence */
  PM_READER_ERROR_NOT_REGULAR, /* a directory, link, FIFO, socket or device */
  PM_READER_ERROR_TOO_LARGE,
  PM_READER_ERROR_CHANGING,    /* grew, shrank or was written while it was read, twice in a row */
  PM_READER_ERROR_UNREADABLE,  /* permission, I/O error */
  PM_READER_ERROR_NOT_PRESENT, /* only pm_reader_read_present: to be asked for again */
} PmReaderError;

typedef struct PmReader PmReader;

#define PM_READER_MOST_BYTES (16 * 1024 * 1024) /* what the program reads of any one file */

PmReader *pm_reader_new (gsize most_bytes);
void pm_reader_free (PmReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmReader, pm_reader_free)

/* `name` is relative to the directory, may have several components, and is resolved beneath it
 * without following any link. The bytes are valid until the next call, followed by a NUL that does
 * not count. ret_stamp may be NULL. Messages speak of the file as "it": the caller names it. */
gboolean pm_reader_read (PmReader *reader, int directory_fd, const char *name,
                         const char **ret_bytes, gsize *ret_length, PmStamp *ret_stamp,
                         GError **error);

/* The same, but what is not in memory is not waited for: PM_READER_ERROR_NOT_PRESENT (preadv2(2),
 * RWF_NOWAIT). File systems that cannot tell are waited for. */
gboolean pm_reader_read_present (PmReader *reader, int directory_fd, const char *name,
                                 const char **ret_bytes, gsize *ret_length, PmStamp *ret_stamp,
                                 GError **error);

/* A large buffer goes back to the system, with the bytes that were read. */
void pm_reader_give_back (PmReader *reader);

G_END_DECLS
