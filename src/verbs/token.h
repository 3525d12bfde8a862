#pragma once

#include "base/json-writer.h"
#include "registry/records.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* Tokens of the API: 256 random bits that are shown once and kept as their SHA-256 only. Each has a
 * name, a role and perhaps an end. */

#define PM_TOKEN_BYTES 32
#define PM_TOKEN_NAME_MOST 64

#define PM_TOKEN_ERROR (pm_token_error_quark ())
GQuark pm_token_error_quark (void);
typedef enum {
  PM_TOKEN_ERROR_NAME, /* not 1 to 64 letters, digits and . _ - @ */
  PM_TOKEN_ERROR_ROLE, /* neither viewer nor operator nor admin */
  PM_TOKEN_ERROR_TIME, /* over already */
} PmTokenError;

/* Ended by NULL, each may what the ones before may: "viewer", "operator", "admin". */
extern const char *const pm_token_roles[];

/* Whether such a token could be made, but for its name being taken. */
gboolean pm_verb_token_check_wish (const char *name, const char *role, gint64 expires_us,
                                   GError **error);

/* expires_us 0: never. ret_token gets the token itself, a new string. Beyond the errors above:
 * PM_REGISTRY_ERROR_EXISTS. */
gboolean pm_verb_token_create (PmContext *context, const char *name, const char *role,
                               gint64 expires_us, char **ret_token, GError **error);

/* Whose token this is; PM_REGISTRY_ERROR_NOT_FOUND when it is nobody's or has expired. */
gboolean pm_verb_token_check (PmContext *context, const char *token, PmArena *arena,
                              PmToken *ret_token, GError **error);

/* Whether there is any that holds. */
gboolean pm_verb_token_any (PmContext *context, gboolean *ret_any, GError **error);

/* `{"tokens": […]}`, of PmToken: the one shape of the command line and of the API. */
void pm_tokens_write_json (PmJsonWriter *json, const GArray *tokens);

G_END_DECLS
