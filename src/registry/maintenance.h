#pragma once

#include "registry/registry.h"

G_BEGIN_DECLS

/* Keeping the registry safe (R5). */

/* Where it is, for messages: a file's path, or a server's name. Never a password. */
const char *pm_registry_location (const PmRegistry *registry);

/* A full check of its integrity: seconds on a big one. CORRUPT says what was found. */
gboolean pm_registry_check (PmRegistry *registry, GError **error);

/* Copies it, while others go on working, to one new file of mode 0600; `file` appears only when the
 * copy has passed a full check, has as many rows in every table as the registry had, and is on the
 * disk. What was at `file` is replaced when it is such a copy or empty, else EXISTS. ret_rows, of
 * all tables together, may be NULL. */
gboolean pm_registry_backup (PmRegistry *registry, const char *file, guint64 *ret_rows,
                             GError **error);

/* The id of the last event that the backup `file` knows of, without checking the rest of it; -1: it
 * cannot be read. Ids only ever grow, whatever a clock says. */
gint64 pm_registry_backup_last_event (const char *file);

/* Makes the registry what the backup `file` holds, after a full check of it; one that is damaged,
 * newer or another program's is refused and nothing changes. The registry as it was is kept in a
 * file beside it, *ret_kept (free with g_free; NULL when there was none). Other processes that have
 * it open see the restored one; where the present one is damaged they must be stopped first. */
gboolean pm_registry_restore (const PmRegistryOptions *options, const char *file, gint64 now_us,
                              char **ret_kept, GError **error);

/* Moves a registry aside, so that the next open makes an empty one. *ret_kept is where it is now:
 * beside, with `why` ("damaged") and the time in its name. Nobody may have it open. */
gboolean pm_registry_set_aside (const PmRegistryOptions *options, const char *why, gint64 now_us,
                                char **ret_kept, GError **error);

/* --- for those who may not wait for the disk --- */

/* This connection never again moves what it committed to its last place in the file, which it would
 * do now and then at a commit, waiting for the disk: somebody else has to (pm_registry_tidy). */
gboolean pm_registry_leave_tidying (PmRegistry *registry, GError **error);

/* Does it, from a connection and a thread of its own, while others go on reading and writing. What
 * they write meanwhile is left for the next time; where that has become much, they wait for a
 * moment. A database server does so by itself. */
gboolean pm_registry_tidy (PmRegistry *registry, GError **error);

G_END_DECLS
