#pragma once

#include "ip/source.h"

G_BEGIN_DECLS

/* An OAuth 2.0 access token for Google's APIs: from a service account's key (RFC 7523; developers.
 * google.com, "Using OAuth 2.0 for server to server applications"), or from the metadata server.
 * Kept until a minute before it expires. Private to ip/. */

typedef struct PmGcpToken PmGcpToken;

/* `key_file` "": the metadata server. FALSE with PM_IP_ERROR_SETTINGS when the file is no key. */
PmGcpToken *pm_gcp_token_new (PmHttpClient *http, const char *key_file, GError **error);
void pm_gcp_token_free (PmGcpToken *token);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmGcpToken, pm_gcp_token_free)

/* The project that the key is of; NULL: it does not say, or there is no key. */
const char *pm_gcp_token_project (const PmGcpToken *token);

/* Calls `done` once, at once or later, with the value of an Authorization header or the cause why
 * there is none. One question at a time. */
typedef void (*PmGcpTokenDone) (const char *authorization, const char *cause, gpointer data);
void pm_gcp_token_get (PmGcpToken *token, PmGcpTokenDone done, gpointer data);

void pm_gcp_token_stop (PmGcpToken *token);

/* It was refused: the next question asks anew. */
void pm_gcp_token_forget (PmGcpToken *token);

G_END_DECLS
