#pragma once

#include "registry/registry.h"

G_BEGIN_DECLS

/* Who asked for which change over the network, from where, and what came of it, whether it was
 * granted or refused. The event log tells what changed; this tells who wanted to. */

#define PM_AUDIT_MOST 100000 /* of a host; older ones go */

typedef struct {
  gint64 id;
  gint64 time_us;
  const char *actor;   /* "token ci", "user 1000", "anonymous" */
  const char *address; /* where from, or "unix" */
  const char *method;
  const char *path;    /* without the query */
  const char *request; /* what was sent, a JSON value; "" nothing, or nothing that may be kept */
  guint status;        /* of HTTP */
  const char *detail;  /* what was wrong; "" nothing */
} PmAuditEntry;

/* Text is copied. The id is given. */
gboolean pm_registry_audit_append (PmRegistry *registry, const PmAuditEntry *entry, GError **error);

/* This host's, newest first, those with an id below before_id (0: from the newest), at most `limit`
 * (0: 1000), appended to `entries` (of PmAuditEntry). */
gboolean pm_registry_audit (PmRegistry *registry, gint64 before_id, guint limit, PmArena *arena,
                            GArray *entries, GError **error);

G_END_DECLS
