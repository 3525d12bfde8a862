#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* In which order things that need each other are restarted: pure. */

typedef struct {
  guint from; /* needs … */
  guint to;   /* … this one */
} PmOrderEdge;

/* Sets ret_levels[i] for i < n: those of level 0 need nobody, those of level k nobody above k - 1,
 * so all of one level may be done at once. A circle has no first one: its members get the lowest
 * level that what they need outside of it allows. Edges to oneself and beyond n are passed over. */
void pm_order_levels (guint n, const PmOrderEdge *edges, guint n_edges, guint *ret_levels);

G_END_DECLS
