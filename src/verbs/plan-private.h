#pragma once

#include "verbs/plan.h"

G_BEGIN_DECLS

/* Private to verbs/: the two ends of making a plan. */

/* Scans the remembered roots, and gives what is known then. Spans are only good for the bytes that
 * they were read from, so every plan starts with it. */
PmSnapshot *pm_plan_look (PmContext *context, GError **error);

/* Fits the plan to the bytes of its files. Takes it over; NULL stays NULL. */
PmPlan *pm_plan_fitted (PmPlan *plan, GError **error);

G_END_DECLS
