#pragma once

#include "model/conflict.h"
#include "model/port-set.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* Integrity of all configuration: a pure look at a snapshot.
 *
 *   stale-address       error    an address that only some projects still use for this machine,
 *                                while most know it by another one
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

/* All results (of PmCheckResult), worst first, then by file and line; clears its elements. Text
 * lies in the snapshot. `elsewhere`: ports of this machine that projects which are not in it bind;
 * NULL none is known. */
GArray *pm_verb_check (const PmSnapshot *snapshot, const PmPortSet *elsewhere);

/* For the former, when only these roots are checked: what the registry, where there is one, knows
 * of this host's projects elsewhere. It is only read, and nothing is recovered: a check works
 * without it. NULL: nothing is known, or no root is named. To be freed with g_free. */
PmPortSet *pm_verb_check_elsewhere (const char *state_dir, const char *config_file,
                                    char *const *roots, int n_roots);

/* The public address by which most references reach this machine, IPv4 before IPv6; NULL when there
 * is none. Ties within a family are no majority. In the snapshot. */
const char *pm_check_usual_address (const PmSnapshot *snapshot);

G_END_DECLS
