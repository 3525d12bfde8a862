#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Token buckets by name: how often somebody may do something. A bucket starts full. */

typedef struct PmRates PmRates;

/* `burst` at once, then `per_minute`. */
PmRates *pm_rates_new (guint burst, guint per_minute);
void pm_rates_free (PmRates *rates);

/* Takes one; 0 when there was one, else how many seconds until there is. `now_us` is monotonic. */
guint pm_rates_take (PmRates *rates, const char *name, gint64 now_us);

G_END_DECLS
