#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many files a process may have open (RLIMIT_NOFILE, getrlimit(2)). The soft limit is 1,024 as
 * a rule, since select(2) knows no more: who needs many raises it for as long as it does, so that
 * programs that are started meanwhile or later don't get it. */

/* Raises the soft limit to the hard one. Returns what it was. */
guint64 pm_open_files_raise (void);

/* Back to what pm_open_files_raise returned. */
void pm_open_files_restore (guint64 soft);

G_END_DECLS
