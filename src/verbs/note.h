#pragma once

#include "update/undo.h"
#include "verbs/plan.h"
#include "verbs/rescan.h"

G_BEGIN_DECLS

/* What a transaction's journal says to the registry; but for the last of them private to verbs/.
 * The note is written before the first byte, and told after the last one, by whoever comes that
 * far: this process, or the next one that recovers. Telling it twice changes nothing. */

/* New strings. */
char *pm_note_of_plan (const PmPlan *plan, guint files, guint edits);
char *pm_note_of_undo (const PmHistory *past, guint files, guint edits);
char *pm_note_of_settings (const char *wish, guint edits);

/* Whether a transaction is one of the program's own configuration, or takes one back: such a one
 * may hold secrets. */
gboolean pm_note_is_of_settings (const char *note);

/* What whoever changed the files knows of them. */
typedef struct {
  PmRescan *rescan;         /* joined before they were changed; borrowed */
  const char *const *paths; /* of them; absolute */
} PmNoteFiles;

/* Reads the files, and stores what is seen, the transaction and its decisions in one database
 * transaction. `files` NULL, or where these do not tell everything: everything is read. */
gboolean pm_note_register_files (PmContext *context, guint64 id, const char *note,
                                 const PmNoteFiles *files, GError **error);

/* The same without knowing the files, as PmTransactionCalls.registered; `user` is the PmContext. */
gboolean pm_note_register (guint64 id, const char *note, gpointer user, GError **error);

/* For a registry that is older than the files: tells it the transactions that it does not know, by
 * their journals, oldest first. What the files say now is left to the scan that follows. */
gboolean pm_note_tell_later (PmContext *context, GError **error);

/* One that was interrupted and is rolled back, as PmTransactionCalls.rolled_back; `user` is the
 * PmContext. */
gboolean pm_note_register_rollback (guint64 id, const char *note, PmOutcome outcome, gpointer user,
                                    GError **error);

/* A transaction that ended otherwise, for the list of transactions. */
gboolean pm_note_register_failure (PmContext *context, guint64 id, const char *note,
                                   PmOutcome outcome, GError **error);

G_END_DECLS
