#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Minimum-cost assignment of ports: everybody gets one of those that he was offered, nobody the
 * same one, at the least sum. Private to allocation/.
 *
 * By successive shortest paths with potentials (R. E. Burkard, M. Dell'Amico, S. Martello,
 * "Assignment Problems", SIAM 2009, chapter 4.4), over the sparse graph of offers. */

typedef struct {
  gint64 cost; /* not negative */
  guint16 port;
} PmOffer;

/* The next cheapest offer for one of them; FALSE: there are no more. Asked for in turn, and only as
 * far as is needed: most take one of their first, and of n nobody needs more than his n cheapest.
 */
typedef gboolean (*PmNextOffer) (guint who, PmOffer *ret_offer, gpointer data);

/* Sets ret_ports[i] for each of n, 0 where there was none left. Returns the sum of costs. Of equal
 * answers always the same one, by the order of n. */
gint64 pm_assignment_find (guint n, PmNextOffer next, gpointer data, guint16 *ret_ports);

G_END_DECLS
