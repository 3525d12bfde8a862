#pragma once

#include "api/shape.h"

G_BEGIN_DECLS

/* Query parameters of routes, as tables ended by a field without a name. */

#define PM_PAGE_LIMIT 1000
#define PM_PAGE_MOST 10000

/* What services can be sorted by, NULL-terminated; services.c. */
extern const char *const pm_api_sort_words[];

extern const PmField pm_parameters_page[]; /* limit, cursor */
extern const PmField pm_parameters_services[];
extern const PmField pm_parameters_findings[];
extern const PmField pm_parameters_history[], pm_parameters_history_csv[];
extern const PmField pm_parameters_free[];
extern const PmField pm_parameters_analytics[];
extern const PmField pm_parameters_events[];
extern const PmField pm_parameters_health[], pm_parameters_health_filter[];
extern const PmField pm_parameters_health_series[], pm_parameters_health_range[];
extern const PmField pm_parameters_incidents[];

/* Services of one request for series. */
#define PM_HEALTH_MOST_SERIES 100

G_END_DECLS
