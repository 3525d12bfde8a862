#pragma once

#include "verbs/context.h"

G_BEGIN_DECLS

/* Backups of the registry, each verified before it counts (registry/maintenance.h). Those that the
 * program makes by itself lie in `backups/` in the state directory, with their time as their name;
 * [backup] of the configuration says how many are kept. A registry on a database server has that
 * server's own backups: there is nothing to do here. */

#define PM_BACKUP_ERROR (pm_backup_error_quark ())
GQuark pm_backup_error_quark (void);
typedef enum {
  PM_BACKUP_ERROR_NONE,   /* there is no backup, or none that is good */
  PM_BACKUP_ERROR_SERVER, /* the registry is on a server */
  PM_BACKUP_ERROR_PLACE,  /* no file can be made there */
  PM_BACKUP_ERROR_OURS,   /* it would lie among the program's own files, or is no file's name */
} PmBackupError;

typedef struct {
  char *file;
  gint64 time_us;  /* by its name */
  gint64 order_us; /* where it stands among the others: its time, unless that is still to come */
  guint64 size_bytes;
  guint64 rows; /* 0: it was not looked into */
} PmBackup;

void pm_backup_clear (PmBackup *backup);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmBackup, pm_backup_clear)

/* To a file that the caller names, outside of the program's own folder; what was there is replaced
 * when it is a backup, too (PM_REGISTRY_ERROR_EXISTS). */
gboolean pm_verb_backup (PmContext *context, const char *file, PmBackup *ret_backup,
                         GError **error);

/* Into backups/, and takes away those that are one too many. Event "backup.made" or
 * "backup.failed". */
gboolean pm_verb_backup_keep (PmContext *context, PmBackup *ret_backup, GError **error);

/* The newest transaction of files that no backup was made for; 0: there is none. Every change of
 * files is followed by a backup behind its answer, made by whoever has the time: the daemon, else
 * the command itself. The registry alone tells that it is due, so no crash loses it. */
gboolean pm_verb_backup_due (PmContext *context, gint64 *ret_transaction, GError **error);

/* The command's part of it: where a daemon runs it is the daemon's. The event log and `doctor` tell
 * of one that failed. */
void pm_verb_backup_follow (PmContext *context);

/* Those in backups/, newest first, of PmBackup; empty when there are none. What was made while the
 * clock was wrong, and has a name from the future, stands behind the newest one that knew no more
 * than it does (its last event). */
GArray *pm_verb_backups (const char *state_dir);

/* Makes the registry what `file` says; NULL: the newest backup in backups/ that is good, and what
 * files were changed since it was made, by the journals of these transactions. Event
 * "registry.restored". ret_from and ret_kept (where the registry as it was is now; NULL when there
 * was none) are new strings. Nobody but processes that can go on with another registry may have it
 * open: see pm_registry_restore. */
gboolean pm_verb_restore (const char *state_dir, PmConfig *config, const char *file,
                          char **ret_from, char **ret_kept, GError **error);

/* Sets the registry aside and begins an empty one that knows the old one's roots, as far as it can
 * still be read, and nothing else: history, decisions, tokens and leases are in *ret_kept only. A
 * scan has to follow. Nobody may have it open. */
gboolean pm_verb_forget (const char *state_dir, PmConfig *config, char **ret_kept, GError **error);

/* For a registry that turned out to be damaged: the newest good backup, or, where there is none, an
 * empty one. *ret_from is NULL then. A scan has to follow. Nobody may have it open. */
gboolean pm_verb_salvage (const char *state_dir, PmConfig *config, char **ret_from, char **ret_kept,
                          GError **error);

G_END_DECLS
