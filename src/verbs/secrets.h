#pragma once

#include "model/span.h"

G_BEGIN_DECLS

/* One line of a file, for people's eyes and logs: whatever looks like a secret becomes ****, but
 * for the bytes at `shown` (n_shown spans of the line), which are addresses and ports. A secret is
 * a password in a URL, a user alone in one of the web, the value of a key or a flag that is called
 * secret, password, token, key and the like, what follows Bearer or Basic or the user of -u, and a
 * long run of random letters and digits. A new string. */
char *pm_secrets_mask (const char *line, gsize length, const PmSpan *shown, guint n_shown);

G_END_DECLS
