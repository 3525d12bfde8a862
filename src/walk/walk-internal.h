#pragma once

#include "walk/ignore.h"
#include "walk/walk-tree.h"
#include "walk/walk.h"
#include "walk/witness.h"

G_BEGIN_DECLS

/* For the parts of the walk only: walk.c (roots), walk-turns.c (workers, queue), walk-entries.c
 * (one directory), walk-ahead.c (what the disk is asked for beforehand), walk-links.c (links to
 * files, after all else). */

/* man 2 getdents64 */
typedef struct {
  guint64 inode;
  gint64 offset;
  guint16 record_length;
  guint8 type;
  char name[];
} PmWalkEntry;

#define PM_WALK_NOT_JUDGED (-1)

/* An entry in the order in which a directory's are seen. */
typedef struct {
  const PmWalkEntry *entry;
  int interest; /* PmInterest, or PM_WALK_NOT_JUDGED */
} PmWalkSlot;

/* A link to look at in the end. */
typedef struct {
  PmTreeDirectory *anchor; /* the root, or the linked project, that it must not leave */
  char *path;
  PmInterest interest;
  gboolean is_ignored;
} PmWalkLink;

typedef struct {
  guint64 device;
  guint64 inode;
} PmWalkIdentity;

typedef struct {
  PmTreeDirectory *directory;
  PmIgnore *excluded; /* the caller's globs */
} PmWalkRoot;

/* A directory that is a root, or belongs to another walk. */
typedef struct {
  char *path; /* real and absolute */
  PmWalkIdentity identity;
} PmWalkPlace;

/* A link to a directory among the children of a root. */
typedef struct {
  char *path; /* of its target, real and absolute */
  guint root;
  char *name;
} PmWalkTarget;

/* Of one thread, never shared. */
typedef struct {
  guint turn; /* which of the turns it has: the `worker` of callbacks */
  PmWalkCounts counts;
  GByteArray *entries; /* what getdents64 gave */
  GArray *slots;       /* PmWalkSlot, of these */
  guint beside;        /* PmWalkFile, of all in that directory */
  GPtrArray *found;    /* PmTreeDirectory, to be queued */
  GArray *given;       /* PmWalkIdentity */
  GString *path;
  PmWitnessPage page;
  int refused; /* errno of an entry of the directory at hand that could not be looked at; 0 none */
} PmWalkWorker;

typedef struct {
  const PmWalkOptions *options;
  const PmWalkHandler *handler;
  PmTree tree;

  /* Fixed before the workers start. */
  GArray *roots;        /* PmWalkRoot */
  GArray *places;       /* PmWalkPlace */
  GArray *targets;      /* PmWalkTarget, by root and name */
  PmFingerprint digest; /* of both, as they were found */

  PmWalkWorker *workers; /* of all threads that may be */
  guint n_turns;         /* of them work at a time; the others wait for the disk, or sleep */
  guint most_threads;

  GMutex lock; /* guards all below */
  GCond wake;
  GCond turn;
  GPtrArray *pending; /* PmTreeDirectory; the last one is next, so that descriptors stay warm */
  guint n_busy;
  guint64 free_turns; /* a bit each */
  guint n_resuming;   /* waited for the disk, and now for a turn */
  guint n_asleep;
  GPtrArray *threads; /* GThread, those but the first */
  GArray *links;      /* PmWalkLink */
  guint64 n_problems;

  GMutex report; /* one callback at a time */
} PmWalk;

/* Opens the roots, and finds what is linked into them; no worker starts. */
void pm_walk_init (PmWalk *walk, const PmWalkOptions *options, const PmWalkHandler *handler);
void pm_walk_clear (PmWalk *walk);

gboolean pm_walk_is_cancelled (const PmWalk *walk);

void pm_walk_problem (PmWalk *walk, guint root, const char *path, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

/* Of something that is there and is not read (to its end). */
void pm_walk_unread (PmWalk *walk, guint root, const char *path, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

/* Whether an error means that nothing is there (any more): nobody's loss. */
gboolean pm_walk_is_gone (int code);

/* Works off all that is queued, on as many threads as are of use; returns when nothing is left. */
void pm_walk_run (PmWalk *walk);

/* Around everything that may wait for the disk: gives up the worker's turn, and takes one again. No
 * callback with a worker's number in between. */
void pm_walk_wait (PmWalk *walk, PmWalkWorker *worker);
void pm_walk_resume (PmWalk *walk, PmWalkWorker *worker);

/* Asks the disk for the files among worker->slots from one on, and says up to which. Waits. */
guint pm_walk_read_ahead (PmWalk *walk, PmWalkWorker *worker, PmTreeDirectory *directory, int fd,
                          guint from);

/* Brings one file into memory. Waits. */
void pm_walk_bring (int directory_fd, const char *name);

/* worker->path is the entry's then. */
void pm_walk_name (PmWalkWorker *worker, const PmTreeDirectory *directory, const char *name);

/* Opens one directory, gives its files, puts its directories on worker->found. */
void pm_walk_enter (PmWalk *walk, PmWalkWorker *worker, PmTreeDirectory *directory);

/* Gives one file, the stamp of which is known. */
void pm_walk_give (PmWalk *walk, PmWalkWorker *worker, const PmWalkFile *file);

/* All links that were put aside; the workers are done. */
void pm_walk_links (PmWalk *walk);

/* Where a link leads now, as a digest without the target's stamp. `path` is relative to the
 * descriptor of what it must not leave. */
PmFingerprint pm_walk_try_link (int anchor_fd, const char *path, PmStamp *ret_target,
                                gboolean *ret_has_target);

/* The real path of a descriptor, or NULL. */
char *pm_walk_real_path (int fd);

/* Is `path` the directory `above`, or below it? Then the rest behind the slash is given. */
gboolean pm_walk_lies_below (const char *path, const char *above, const char **ret_rest);

G_END_DECLS
