#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether a file of a tree is for other machines than the one that the tree is on, by the place
 * that a tool's documentation gives it: what Ansible's roles copy to the hosts that they manage
 * ("Roles": files/ and templates/; Molecule's scenarios), and what GitHub's, Gitea's and CircleCI's
 * runners use. What such a file listens on is bound over there: its scope is PM_SCOPE_CLUSTER.
 *
 * `file` is relative to the root. Pure. */
gboolean pm_elsewhere (const char *file);

G_END_DECLS
