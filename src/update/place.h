#pragma once

#include "base/fs.h"
#include "update/journal.h"

G_BEGIN_DECLS

/* Where files are: roots held open, and targets reached from them and from nowhere else.
 *
 * A path as found may go through symlinks, and its last part may be one. It is resolved once, to a
 * real parent directory and name inside some root; after that every access starts at the root's
 * descriptor, with openat2 RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS. Whoever
 * swaps a directory for a symlink behind our back gets an error, not our bytes. */

typedef struct {
  char *given;      /* as the caller named it */
  char *path;       /* real, absolute */
  PmFile directory; /* opened for reading: it can be locked and synced */
  guint64 device, inode;
} PmRoot;

/* A GPtrArray of PmRoot, sorted by device and inode, each directory once. */
GPtrArray *pm_roots_open (const PmFs *fs, const char *const *paths, GError **error);

/* The root with this real path, or NULL. */
const PmRoot *pm_roots_find (const GPtrArray *roots, const char *path);

/* Resolves a path below one of the roots, named as the caller named it, and fills in the target's
 * root, parent and name. ret_status is the file's. Returns NULL, or why not as a new string. */
char *pm_place_resolve (const PmFs *fs, const GPtrArray *roots, const char *root, const char *path,
                        PmTarget *target, struct statx *ret_status);

/* Opens the target's directory. With errno. */
gboolean pm_place_open_parent (const PmRoot *root, const PmTarget *target, PmFile *parent);

/* Opens a name in a directory for reading, never through a symlink, without waiting for a FIFO. */
gboolean pm_place_open_file (const PmFile *parent, const char *name, PmFile *file);

/* What is under a name in a directory: reads all of it. errno ENOENT when there is nothing; EFTYPE
 * (as EISDIR) when it is no regular file. ret_bytes may be NULL. */
gboolean pm_place_look (const PmFile *parent, const char *name, PmContent *ret_content,
                        GString **ret_bytes);

/* Reads an open file: inode, size, digest. ret_bytes may be NULL. */
gboolean pm_place_read (const PmFile *file, PmContent *ret_content, GString **ret_bytes);

#define PM_PLACE_STATX_MASK (STATX_BASIC_STATS | STATX_MNT_ID)

G_END_DECLS
