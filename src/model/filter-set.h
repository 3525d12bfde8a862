#pragma once

#include "model/filter.h"

G_BEGIN_DECLS

/* Many filters, as the [[service]] tables of a configuration have them, asked about one service
 * after the other. Those that want one port are found by it, the others are tried one by one. */

typedef struct PmFilterSet PmFilterSet;

PmFilterSet *pm_filter_set_new (void);
void pm_filter_set_free (PmFilterSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmFilterSet, pm_filter_set_free)

/* The first one added has number 0, the next one 1, … */
gboolean pm_filter_set_add (PmFilterSet *set, const char *text, GError **error);

/* The numbers (guint) of those that match replace what is in the list; they ascend. */
void pm_filter_set_match (const PmFilterSet *set, const PmService *service, GArray *ret_numbers);

G_END_DECLS
