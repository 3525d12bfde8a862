#pragma once

#include "walk/ignore.h"
#include "walk/walk-tree.h"
#include "walk/walk.h"

G_BEGIN_DECLS

/* For the parts of the walk only: walk.c (roots, workers, queue), walk-entries.c (one directory),
 * walk-links.c (links to files, after all else). */

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
  guint index;
  PmWalkCounts counts;
  GByteArray *entries; /* what getdents64 gave */
  GPtrArray *found;    /* PmTreeDirectory, to be queued */
  GArray *given;       /* PmWalkIdentity */
  GString *path;
  int refused; /* errno of an entry of the directory at hand that could not be looked at; 0 none */
} PmWalkWorker;

typedef struct {
  const PmWalkOptions *options;
  const PmWalkHandler *handler;
  PmTree tree;

  /* Fixed before the workers start. */
  GArray *roots;   /* PmWalkRoot */
  GArray *places;  /* PmWalkPlace */
  GArray *targets; /* PmWalkTarget, by root and name */

  GMutex lock; /* guards all below */
  GCond wake;
  GPtrArray *pending; /* PmTreeDirectory; the last one is next, so that descriptors stay warm */
  guint n_busy;
  GArray *links; /* PmWalkLink */
  guint64 n_problems;

  GMutex report; /* one callback at a time */
} PmWalk;

gboolean pm_walk_is_cancelled (const PmWalk *walk);

void pm_walk_problem (PmWalk *walk, guint root, const char *path, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

/* Of something that is there and is not read (to its end). */
void pm_walk_unread (PmWalk *walk, guint root, const char *path, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

/* Whether an error means that nothing is there (any more): nobody's loss. */
gboolean pm_walk_is_gone (int code);

/* Opens one directory, gives its files, puts its directories on worker->found. */
void pm_walk_enter (PmWalk *walk, PmWalkWorker *worker, PmTreeDirectory *directory);

/* Gives one file, the stamp of which is known. */
void pm_walk_give (PmWalk *walk, PmWalkWorker *worker, const PmWalkFile *file);

/* All links that were put aside; the workers are done. */
void pm_walk_links (PmWalk *walk, PmWalkWorker *workers, guint n_workers);

/* The real path of a descriptor, or NULL. */
char *pm_walk_real_path (int fd);

/* Is `path` the directory `above`, or below it? Then the rest behind the slash is given. */
gboolean pm_walk_lies_below (const char *path, const char *above, const char **ret_rest);

G_END_DECLS
