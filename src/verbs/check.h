#pragma once

#include "model/conflict.h"
#include "model/port-set.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* Integrity of all configuration: a pure look at a snapshot.
 *
 *   stale-address       error    an address that this machine is known to have had
 *                       warning  by files alone: several ports of this machine's services are
 *                                reached by it in one project, while most know another address
 *                       note     the same of one port
 *   inconsistent        error    compose maps a container port on which its service, by its own
 *                                files, does not listen
 *                       warning  a Dockerfile exposes another port than the environment says
 *   unreadable          error    a configuration file that does not parse
 *   dangling-reference  warning  points at a port of this machine that no project binds
 *   limit               note     something that was not read: over a limit, not permitted */

typedef struct {
  PmSeverity severity;
  const char *rule; /* static */
  const char *root;
  const char *file; /* relative to the root */
  guint32 line;     /* 0: the file as a whole */
  guint32 column;
  const char *path;  /* key path; "" the file as a whole, or no key */
  char *value;       /* what was complained of: an address, host:port, a reason */
  char *message;     /* one sentence */
  char *remedy;      /* what to do */
  char *fingerprint; /* of rule, file, path and value, but not the line: the same after edits */
  gboolean accepted; /* by a baseline */
} PmCheckResult;

void pm_check_result_clear (PmCheckResult *result);

/* What the registry, where there is one, knows besides. */
typedef struct {
  PmPortSet elsewhere; /* ports of this machine that projects which are not looked at bind */
  GHashTable *former;  /* addresses that this machine had, and … */
  GHashTable *current; /* … those that it has (former-addresses.h) */
} PmCheckKnown;

void pm_check_known_free (PmCheckKnown *known);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmCheckKnown, pm_check_known_free)

/* When everything that is registered is checked. */
PmCheckKnown *pm_verb_check_known (PmRegistry *registry, GError **error);

/* When only these roots are checked. The registry is only read, and nothing is recovered: a check
 * works without it. NULL: nothing is known. */
PmCheckKnown *pm_verb_check_known_elsewhere (const char *state_dir, const char *config_file,
                                             char *const *roots, int n_roots);

/* All results (of PmCheckResult), worst first, then by file and line; clears its elements. Text
 * lies in the snapshot. `known` NULL: nothing. */
GArray *pm_verb_check (const PmSnapshot *snapshot, const PmCheckKnown *known);

/* The public address by which most references reach this machine, IPv4 before IPv6; NULL when there
 * is none. Ties within a family are no majority. In the snapshot. */
const char *pm_check_usual_address (const PmSnapshot *snapshot);

G_END_DECLS
