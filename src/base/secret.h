#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Secrets that we make up, and how they are compared. */

/* Random bytes of the kernel (getrandom(2)). Aborts when it has none: there is no safe way to go
 * on. */
void pm_secret_bytes (void *ret_bytes, gsize size);

/* `size` random bytes as base64url without padding (RFC 4648, 5). A new string. */
char *pm_secret_text (gsize size);

/* Whether two texts are equal, in a time that tells their lengths and nothing else. */
gboolean pm_secret_equal (const char *a, const char *b);

G_END_DECLS
