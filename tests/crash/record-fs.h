#pragma once

#include "base/fs.h"

/* Records what a program does to files below one directory, and says what a disk may hold after a
 * power cut: after the method of "All File Systems Are Not Created Equal" (ALICE, OSDI 2014), with
 * the weakest promises: any subset of the operations that no sync covers yet may be missing, in any
 * combination, also within one directory, and any write may be cut in half.
 *
 * fsync of a file covers its contents, fsync of a directory its names, syncfs everything. */

typedef struct {
  PmFs fs; /* first */
  char *base;
  GPtrArray *operations; /* of Operation, see record-fs.c */
  GHashTable *names;     /* at the start: path → inode, as strings and pointers */
  GHashTable *contents;  /* at the start: inode → GBytes */
  gboolean drops_syncfs; /* negative controls: these do not count */
  gboolean drops_directory_sync;
} RecordFs;

/* Takes what is below `base` as the durable start. */
void record_fs_init (RecordFs *record, const char *base);
void record_fs_clear (RecordFs *record);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RecordFs, record_fs_clear)

guint record_fs_length (const RecordFs *record);

/* Indexes of the operations before `point` that no sync before `point` covers. */
GArray *record_fs_unsynced (const RecordFs *record, guint point);

/* Makes the files below `base` what they are after a cut at `point`, when the operations in `lost`
 * (a set of indexes + 1) never reached the disk, and `halved` (an index, or G_MAXUINT) only half.
 */
void record_fs_restore (const RecordFs *record, guint point, GHashTable *lost, guint halved);
