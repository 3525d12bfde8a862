#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Text in terminal cells: an East Asian character takes two, a combining one none. UTF-8 without
 * control characters (escape.h). */

guint pm_cells_width (const char *text);

/* How many bytes of it fit into so many cells, whole characters only. */
gsize pm_cells_fit (const char *text, guint width);

/* At most `width` cells, the last one an ellipsis when something was cut. A new string. */
char *pm_cells_cut (const char *text, guint width);

/* The same, but what is cut is taken out of the middle, more of the beginning than of the end. */
char *pm_cells_cut_inside (const char *text, guint width);

G_END_DECLS
