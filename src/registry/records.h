#pragma once

#include "registry/registry.h"

G_BEGIN_DECLS

/* What people and transactions decided, as against what was observed: no scan writes any of this.
 * As everywhere in the registry, each function is one transaction (or a part of the one that
 * pm_registry_begin opened), an event is part of it, text of results lies in the arena. */

/* --- roots: the directories whose children are projects --- */

/* Adding one that is there changes nothing. `path` is absolute. */
gboolean pm_registry_root_add (PmRegistry *registry, const char *path, gint64 now_us,
                               GError **error);

/* This host's, by path, appended to `roots` (of const char *). */
gboolean pm_registry_roots (PmRegistry *registry, PmArena *arena, GArray *roots, GError **error);

/* And everything that was observed in it; NOT_FOUND. Conflicts are those of the next scan. */
gboolean pm_registry_root_remove (PmRegistry *registry, const char *path, gint64 now_us,
                                  GError **error);

/* --- settings: of this host, by key --- */

/* *ret_value is NULL when it is not set. */
gboolean pm_registry_setting (PmRegistry *registry, const char *key, PmArena *arena,
                              const char **ret_value, GError **error);
gboolean pm_registry_setting_put (PmRegistry *registry, const char *key, const char *value,
                                  GError **error);

/* --- desired values --- */

typedef struct {
  gint64 service_id;   /* 0: about no service */
  const char *subject; /* then what it is about, as an address that was replaced; else "" */
  const char *field;   /* "externalPort", "externalIP", … */
  const char *value;
  const char *reason;    /* "" */
  gint64 transaction_id; /* 0 none */
  gint64 decided_us;
} PmDesired;

/* By service, subject and field; what was there is replaced, and removed where `value` is NULL.
 * What it was is remembered as changed by transaction `by`. Saying the same twice changes nothing.
 */
gboolean pm_registry_desired_put (PmRegistry *registry, gint64 by, const PmDesired *desired,
                                  GError **error);

/* All of this host, appended to `list` (of PmDesired). */
gboolean pm_registry_desired (PmRegistry *registry, PmArena *arena, GArray *list, GError **error);

/* What transaction `past` changed is again as it was before it, as a change of transaction `by`,
 * which can be taken back like any other. What was decided anew since stays. */
gboolean pm_registry_desired_take_back (PmRegistry *registry, gint64 past, gint64 by,
                                        GError **error);

/* --- transactions of the update engine --- */

typedef struct {
  gint64 id;         /* the engine's: grows, on each host */
  const char *kind;  /* "assign", "ip-change", "undo", … */
  const char *state; /* "prepared", "committed", "rolled-back", … */
  gint64 started_us;
  gint64 finished_us; /* 0: not yet */
  guint files, edits;
  const char *summary; /* a JSON object */
} PmTransactionRecord;

/* By its id: the first time it is new, later it takes the new state. Saying the same twice changes
 * nothing, so recovery may always say it again. A new state is an event "transaction.STATE". */
gboolean pm_registry_transaction_put (PmRegistry *registry, const PmTransactionRecord *record,
                                      gint64 now_us, GError **error);

/* This host's, newest first, those with an id below before_id (0: from the newest), at most `limit`
 * (0: 1000), appended to `records` (of PmTransactionRecord). */
gboolean pm_registry_transactions (PmRegistry *registry, gint64 before_id, guint limit,
                                   PmArena *arena, GArray *records, GError **error);

/* NOT_FOUND. */
gboolean pm_registry_transaction (PmRegistry *registry, gint64 id, PmArena *arena,
                                  PmTransactionRecord *ret_record, GError **error);

/* --- API tokens: their hashes --- */

typedef struct {
  gint64 id;
  const char *name;
  const char *role; /* "viewer", "operator", "admin" */
  gint64 created_us;
  gint64 expires_us; /* 0 never */
} PmToken;

/* EXISTS when the name is taken. `hash` is hexadecimal, of a token that nobody can guess. */
gboolean pm_registry_token_add (PmRegistry *registry, const PmToken *token, const char *hash,
                                GError **error);

/* By name, appended to `tokens` (of PmToken). */
gboolean pm_registry_tokens (PmRegistry *registry, PmArena *arena, GArray *tokens, GError **error);

/* NOT_FOUND when there is none, or it has expired. */
gboolean pm_registry_token_by_hash (PmRegistry *registry, const char *hash, gint64 now_us,
                                    PmArena *arena, PmToken *ret_token, GError **error);
gboolean pm_registry_token_revoke (PmRegistry *registry, const char *name, gint64 now_us,
                                   GError **error);

G_END_DECLS
