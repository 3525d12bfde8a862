#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A JSON Web Token (RFC 7519) signed with RS256 (RFC 7518, 3.3), as Google's token endpoint wants
 * it from a service account. `claims` is a JSON object as text; `private_key` is PEM. NULL and a
 * PM_NET_ERROR_PROTOCOL when the key is none of RSA. A new string. */
char *pm_jwt_rs256 (const char *claims, const char *private_key, GError **error);

G_END_DECLS
