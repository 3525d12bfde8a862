#pragma once

#include "model/health.h"

G_BEGIN_DECLS

/* Who is to blame: pure. A service that is down while something that it needs is down, or about to
 * be, is a consequence; the service at the end of that way is the cause, and it alone is an alert.
 * Of services that need each other in a circle the one that failed first is it.
 *
 * A cause that has just recovered keeps its dependants for a while, which need time themselves. */

typedef struct {
  gint64 service_id;
  PmHealth health;
  gboolean is_failing;    /* the last look failed: it may be about to be down */
  gboolean has_recovered; /* up again, and only just */
  gint64 since_us;
  gint64 blamed; /* what it was a consequence of before; 0 nothing. What is it now, afterwards */
} PmCauseNode;

/* `from` needs `to`: indices of nodes. Peers are of one service (it has several ports): they go
 * down together, and one of them is enough to tell so. */
typedef struct {
  guint from, to;
  gboolean are_peers;
} PmCauseEdge;

/* Sets `blamed` of every node: 0 of what is well, and of causes. In time linear to nodes and edges,
 * with no recursion. */
void pm_cause_find (PmCauseNode *nodes, guint n_nodes, const PmCauseEdge *edges, guint n_edges);

G_END_DECLS
