#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For the survey only: places that are there and could not be read this time. A place is a file, or
 * a directory with all that is below it. */

typedef struct PmUnread PmUnread;

PmUnread *pm_unread_new (void);
void pm_unread_free (PmUnread *unread);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmUnread, pm_unread_free)

/* `path` is relative to the root; "" is the root itself. `problem` is the index of what is told of
 * it. A place that is there already keeps its problem. */
void pm_unread_add (PmUnread *unread, guint root, const char *path, guint problem);

gboolean pm_unread_is_empty (const PmUnread *unread);

/* The problem of the place that a path is, or lies below; -1: the path could be read. */
gint pm_unread_problem (const PmUnread *unread, guint root, const char *path);

G_END_DECLS
