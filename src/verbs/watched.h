#pragma once

#include "verbs/context.h"

G_BEGIN_DECLS

/* What has to be followed to hear of every change that a scan would see: the roots that are known
 * and there, their children, every project's directory, every directory that holds a document, and
 * those above them up to the root. Not every directory: a tree has many more, and the kernel's
 * watches are counted. */

typedef struct {
  GHashTable *directories; /* set of absolute paths, owned */
  GPtrArray *roots;        /* of char *: those that are there */
  GPtrArray *missing;      /* of char *: those that are not */
  guint projects;
} PmWatched;

void pm_watched_clear (PmWatched *watched);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmWatched, pm_watched_clear)

gboolean pm_verb_watched (PmContext *context, PmWatched *ret_watched, GError **error);

/* Whether a scan passes a directory of this name over, wherever it is. */
gboolean pm_verb_is_skipped (const char *name);

G_END_DECLS
