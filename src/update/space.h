#pragma once

#include "update/transaction-private.h"

G_BEGIN_DECLS

/* Notes every file system without room for what the transaction is about to write: the new contents
 * beside their targets, and in the state directory the journal and the copies of what is written in
 * place. `candidates` are checked, of PmCandidate. Others may take the space before we do; then the
 * write fails and everything is taken back. */
void pm_space_check (PmTransaction *transaction, const GPtrArray *candidates);

G_END_DECLS
