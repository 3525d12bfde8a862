#pragma once

#include "registry/registry.h"

G_BEGIN_DECLS

/* Tells when somebody, in whatever process, has committed something: who shows the event log needs
 * not ask for it again and again.
 *
 *   tail = pm_tail_new (registry, on_change, data);     // its own registry connection
 *   …on_change: pm_registry_events behind the last id that was seen
 *
 * It watches the database's log file with inotify, which is told of a write just before that is
 * visible to others, so it looks a few times in growing distances. A server tells by itself
 * (NOTIFY). What nobody tells (a commit whose fsync takes long, what was committed while the server
 * could not be reached) is found by looking once a second. Works on the thread's default main
 * context, as it is when this is called. */

#define PM_TAIL_LOOKS_EVERY_MS 1000

typedef struct PmTail PmTail;
typedef void (*PmTailFunc) (gpointer data);

/* Borrows the registry, a connection with which nobody writes: its own writes are not told. */
PmTail *pm_tail_new (PmRegistry *registry, PmTailFunc changed, gpointer data);
void pm_tail_free (PmTail *tail);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmTail, pm_tail_free)

/* FALSE: there is nothing to watch (an inotify limit, a server that is gone), so it only looks. */
gboolean pm_tail_is_watching (const PmTail *tail);

G_END_DECLS
