#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Private to live/: the processes that hold sockets. The kernel tells of all at once where it may
 * be asked and that pays (kernel-holders.h); else the descriptors of all of them are looked at
 * (/proc/PID/fd, proc(5)) on several threads. Both say the same.
 *
 *   g_autoptr (PmSearch) search = pm_search_new ("/proc");
 *   pm_search_begin (search);                      // may be left out
 *   ... ask the kernel for sockets ...
 *   n_hidden = pm_search_end (search, inodes, n_inodes, pids);
 *
 * A search is made once. It belongs to the thread that made it; the threads that it starts end
 * before pm_search_end or pm_search_free returns. */

typedef struct PmSearch PmSearch;

/* NULL: there is no procfs at this place. */
PmSearch *pm_search_new (const char *proc);

/* Only these processes are looked at, in this order, in place of all that there are. */
void pm_search_only (PmSearch *search, const gint *processes, guint n_processes);

typedef enum {
  PM_SEARCH_CHEAPEST,
  PM_SEARCH_DESCRIPTORS, /* the kernel is not asked */
  PM_SEARCH_KERNEL       /* it alone is */
} PmSearchWay;

/* By itself it is the cheapest; of chosen processes (pm_search_only) always their descriptors. */
void pm_search_by (PmSearch *search, PmSearchWay way);

/* Other threads, where the machine gives any, begin to look, before anybody has said which sockets
 * are wanted: so that the kernel's answer to that is waited for meanwhile. Of more than one
 * processor one of them asks the kernel. */
void pm_search_begin (PmSearch *search);

/* Looks until every wanted socket has its process, or all were looked at. Of several that hold one
 * the lowest id counts, but init only where nobody else does. ret_pids: 0 where none is seen, and
 * where the inode is 0. A pid that is not 0 when it comes in stays, and is not looked for. Returns
 * how many processes did not show their descriptors. */
guint pm_search_end (PmSearch *search, const guint64 *inodes, guint n_inodes, gint *pids);

void pm_search_free (PmSearch *search);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmSearch, pm_search_free)

G_END_DECLS
