#pragma once

#include "walk/ignore.h"

G_BEGIN_DECLS

/* For the walk only: the directories that it still needs, and their descriptors.
 *
 * A directory is kept while somebody works on it or children of it wait. Descriptors are a cache:
 * those not in use are closed, oldest first, when there are too many, and opened again from the
 * nearest ancestor that still has one; a directory that is not the same any more then counts as
 * vanished. All functions may be called from any thread. */

typedef struct PmTreeDirectory PmTreeDirectory;
struct PmTreeDirectory {
  PmTreeDirectory *parent; /* NULL: a root */
  guint root;
  guint8 ignored_depth;  /* levels below the directory that an ignore file excluded; 0 none */
  gboolean is_linked;    /* a link at a root that leads to a directory */
  char *path;            /* relative to the root; NULL until it was opened */
  PmIgnore *ignore;      /* of its entries */
  guint64 device, inode; /* 0 until it was opened */

  gint references; /* atomic */

  /* Guarded by the tree. */
  guint pins;
  int fd;
  GList idle;

  char name[];
};

typedef struct {
  GMutex lock;
  GQueue idle; /* open and unused, oldest first */
  guint n_open;
  guint most_open;
} PmTree;

void pm_tree_init (PmTree *tree);
void pm_tree_clear (PmTree *tree);

/* A root takes over its descriptor, which stays open as long as the directory. */
PmTreeDirectory *pm_tree_add_root (PmTree *tree, guint root, int fd);
PmTreeDirectory *pm_tree_add (PmTree *tree, PmTreeDirectory *parent, const char *name);
PmTreeDirectory *pm_tree_ref (PmTree *tree, PmTreeDirectory *directory);
void pm_tree_unref (PmTree *tree, PmTreeDirectory *directory);

/* The descriptor, good until pm_tree_release; or -1 with errno set. `at_once`: EAGAIN where that
 * would wait for the disk. */
int pm_tree_acquire (PmTree *tree, PmTreeDirectory *directory, gboolean at_once);
void pm_tree_release (PmTree *tree, PmTreeDirectory *directory);

G_END_DECLS
