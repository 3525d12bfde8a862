#pragma once

#include "walk/stamp.h"

G_BEGIN_DECLS

/* Every file below the roots that may matter, given to a callback on several threads.
 *
 * Made for trees that others write to. Each directory is opened from its parent's descriptor,
 * beneath it and through no link, so a tree that is changed meanwhile cannot lead the walk out of
 * its root; memory and open descriptors are bounded whatever the tree looks like; nothing stops the
 * walk, and what is over a limit or cannot be read is reported.
 *
 * What is entered:
 * - Directories, but for those that skip.h names, those that the caller's globs exclude, and those
 *   that are another root, or belong to another walk (`elsewhere`).
 * - Directories that a .gitignore or .git/info/exclude excludes, for configuration files only
 * (people exclude .vscode, config, secrets) and not deeper than two levels; a repository of its own
 * inside is ordinary again, as ignore files end at a repository's border.
 * - Mount points, but never a file system of the kernel's (proc, sysfs, …).
 * - Links to directories only as direct children of a root: people link projects in. One that leads
 *   to a directory inside a root, to one that holds a root, or into the target of another link, is
 *   not followed; of several that lead to one target the first is, by root and name. Files below it
 *   lie outside the root: `is_linked_project`.
 *
 * What is given: regular files of interest. An excluded file is given only if it is configuration
 * (.env, .mcp.json, local overrides). A link to a regular file beneath the root (or the linked
 * project) is given after all others, and only if its target (by device and inode) was not; but of
 * configuration that one project links to from another both are given, since both read it. */

/* What the name of a file promises. Asked before the file is touched. */
typedef enum {
  PM_INTEREST_NONE,          /* not given */
  PM_INTEREST_CONTENT,       /* given unless excluded by an ignore file */
  PM_INTEREST_CONFIGURATION, /* always given; reported when it cannot be */
} PmInterest;

/* Valid during the callback. */
typedef struct {
  guint root;       /* index among the roots */
  const char *path; /* relative to the root; any bytes but NUL */

  /* How to open it: by pm_reader_read. Of a link this is its target, which may lie elsewhere. */
  int directory_fd;
  const char *name;

  PmStamp stamp;
  PmInterest interest;
  gboolean is_ignored;
  gboolean is_link;
  gboolean is_linked_project;

  guint beside; /* a bit for each of the handler's `noted` names: clear, no such entry is in its
                   directory; set, there is one, or nobody knows */

  gboolean may_wait; /* its bytes were brought into memory before, or that makes no difference */
} PmWalkFile;

typedef struct {
  /* On any worker, several at a time. A directory that is not entered is as if it were not there;
   * NULL: all are. */
  gboolean (*enters) (const char *path, gpointer data);
  PmInterest (*interest) (const char *path, gpointer data);

  /* A regular file that no ignore file excludes, before anybody asks what its name promises (its
   * `interest` is not set). TRUE: it is known as it is, and dealt with. NULL: nothing is known. */
  gboolean (*recall) (const PmWalkFile *file, guint worker, gpointer data);

  /* FALSE: nothing was done with it, since its bytes are not in memory (pm_reader_read_present).
   * Only where it may not wait. It is given once more when they are. */
  gboolean (*file) (const PmWalkFile *file, guint worker, gpointer data);

  /* One at a time, but on any worker; each may be NULL. Paths are as they are, any bytes but NUL;
   * "" is the root itself. A link's target is told as a path, like its own. */
  void (*problem) (guint root, const char *path, const char *reason, gpointer data);

  /* The problems of what is there and was not read: a file, or a directory with some or all of what
   * is below it. NULL: they are told to `problem`. */
  void (*unread) (guint root, const char *path, const char *reason, gpointer data);
  void (*directory) (guint root, const char *path, int fd, gpointer data);
  void (*link) (guint root, const char *path, const char *target, gpointer data);

  const char *const *noted; /* PmWalkFile.beside: NULL-terminated, at most PM_WALK_MOST_NOTED; NULL
                               none */
  gpointer data;
} PmWalkHandler;

struct PmWitness; /* witness.h */

typedef struct {
  const char *const *roots;     /* NULL-terminated; a root may be a link itself */
  const char *const *elsewhere; /* absolute, NULL-terminated: directories that are not entered, as
                                   if they were roots; may be NULL */
  const char *const *ignore; /* NULL-terminated globs as in gitignore(5), anchored at each root; may
                                be NULL. They exclude configuration too */
  guint n_workers;           /* that work at the same time, beside those that wait for the disk; 0:
                                as many as there are processors, from 2 to 8 */
  const gint *cancelled;     /* read atomically; not 0 ends the walk early. May be NULL */
  struct PmWitness *witness; /* writes down what the walk goes by (witness.h); NULL: nobody does */
} PmWalkOptions;

typedef struct {
  guint64 directories; /* entered */
  guint64 skipped_directories;
  guint64 files; /* regular files seen */
  guint64 given;
  guint64 ignored_files; /* not given, because of an ignore file */
  guint64 problems;
  guint64 waits; /* times that a worker let another one work while it waited for the disk */
} PmWalkCounts;

#define PM_WALK_MOST_ENTRIES 100000 /* of one directory; the others are reported as one problem */
#define PM_WALK_MOST_PENDING 262144 /* directories found and not yet entered */
#define PM_WALK_MOST_LINKS 65536    /* links to files */
#define PM_WALK_LONGEST_PATH 4095   /* bytes, from the root; PATH_MAX without its NUL */
#define PM_WALK_MOST_WORKERS 64
#define PM_WALK_MOST_NOTED 32

/* Returns when all is done. A root that cannot be opened is a problem of that root. */
void pm_walk (const PmWalkOptions *options, const PmWalkHandler *handler, PmWalkCounts *ret_counts);

/* How many workers such a walk has: `worker` counts from 0 below it, and is that of one callback at
 * a time, though not always of the same thread. */
guint pm_walk_n_workers (const PmWalkOptions *options);

/* UTF-8 stays, all other bytes and control characters become \xNN. Free with g_free. */
char *pm_walk_printable (const char *path);

G_END_DECLS
