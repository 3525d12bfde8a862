#pragma once

#include "update/journal.h"
#include "update/transaction.h"

G_BEGIN_DECLS

/* Taking a past transaction back: a new transaction with the inverse edits, which can be taken back
 * itself.
 *
 * Calling sequence: pm_undo_read the past one; pm_transaction_begin with pm_undo_roots and undo_of;
 * pm_undo_add; then prepare and commit as ever.
 *
 * Only the bytes at the spans are judged. Where the file is as the transaction left it, they are
 * where it left them; else they are looked for (edits.h tells how), starting from where later
 * transactions of ours have shifted them. Old bytes that are back already need nothing. A file
 * whose bytes are not ours any more makes prepare refuse the whole, naming it. */

/* Reads the journal of a finished transaction. */
PmHistory *pm_undo_read (const PmFs *fs, const char *state_directory, guint64 id, GError **error);

/* Every finished transaction, newest first: a GPtrArray of PmHistory. Journals that cannot be read
 * are left out and counted. */
GPtrArray *pm_undo_list (const PmFs *fs, const char *state_directory, guint *ret_unreadable,
                         GError **error);

/* The roots that its files are in; NULL-terminated. */
char **pm_undo_roots (const PmHistory *past);

/* REFUSED when it was not committed. A file that was changed since is noted where the bytes at a
 * span are no longer ours; `is_whole`: wherever it was changed at all. */
gboolean pm_undo_add (PmTransaction *transaction, const char *state_directory,
                      const PmHistory *past, gboolean is_whole, GError **error);

G_END_DECLS
