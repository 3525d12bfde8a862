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

/* `offers` holds an array of PmOffer for each of n; of m who could take the same ports each needs
 * his m cheapest ones and no others. Sets ret_ports[i], 0 where there was none left. Returns the
 * sum of costs. Of equal answers always the same one, by the order of n. */
gint64 pm_assignment_find (GArray *const *offers, guint n, guint16 *ret_ports);

G_END_DECLS
