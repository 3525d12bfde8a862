#pragma once

#include "allocation/resolve.h"
#include "model/conflict.h"

G_BEGIN_DECLS

/* Who cannot run beside whom: a pure function of a snapshot, whatever the order in which this lists
 * things.
 *
 * A claim is a port that a service binds on a host: what compose publishes, and what a process
 * listens on there. Ports of containers and clusters are nobody's claim. So is a live socket that
 * is foreign (ownership.h) to all who claim its port. Two claims collide when their hosts and
 * transports are the same, their ports overlap, and so do their addresses (addresses.h). A claim
 * of a service of which more containers are started than it has ports collides with itself.
 *
 * Severity:
 *   error    both run in the ordinary course of things: one of them will fail to bind;
 *   warning  one of the two ports is a tool's default or only probable;
 *   note     they collide only if somebody runs together what is not meant to be: another mode
 *            (production beside development, a package's `start` on a port of its own beside its
 *            `dev`), a profile that is off by default, another stack of the same project, an
 *            example or a test, a template, a process that reads the `.env` of a compose file
 *            which publishes the same port, a shell script of the compose file's project,
 *            a script of a workspace's root and a package of it; or a tool's default that a
 *            live socket sits on.
 *
 * Never a conflict: a service and itself, in whatever variants; a port that a project's files
 * mention and the compose service of the same project that publishes it; services of one compose
 * file whose profiles have nothing in common; alternative compose files of one directory; a
 * service that listens, and what listens beside it. */

/* Returns a new array of PmConflict, worst first, then by port, that clears its elements. One for
 * each contested port (of what ranges have in common, as far as pm_collisions_sweep follows it),
 * and more where claimants on it have nothing to do with each other. The way out that each suggests
 * is the one that pm_resolve takes; a note's is a port that no error or warning is offered. */
GArray *pm_conflicts_find (const PmSnapshot *snapshot, const PmResolveRules *rules);

/* The same, by whoever asks again and again while little changes: the way out of what is as it was
 * the last time is not looked for again. A memo is only ever as large as there are contested ports;
 * it borrows nothing of any snapshot. One thread at a time. */
typedef struct PmConflictMemo PmConflictMemo;

PmConflictMemo *pm_conflict_memo_new (void);
void pm_conflict_memo_free (PmConflictMemo *memo);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmConflictMemo, pm_conflict_memo_free)

/* `memo` may be NULL. */
GArray *pm_conflicts_find_again (const PmSnapshot *snapshot, const PmResolveRules *rules,
                                 PmConflictMemo *memo);

/* Says of those without a way out why nobody can move (`stuck`), for people: one resolution, if
 * there are any. `rules` as they were found with. */
void pm_conflicts_tell_stuck (GArray *conflicts, const PmSnapshot *snapshot,
                              const PmResolveRules *rules);

G_END_DECLS
