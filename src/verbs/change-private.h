#pragma once

#include "verbs/change.h"

G_BEGIN_DECLS

/* Private to verbs/: a transaction of the program's own configuration file, whose result must be
 * one that the loader takes. *ret_result has its notes already. */
gboolean pm_change_settings (PmContext *context, const PmTransactionFile *file, const char *wish,
                             PmChangeResult *ret_result, GError **error);

G_END_DECLS
