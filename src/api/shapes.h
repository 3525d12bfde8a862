#pragma once

#include "api/shape.h"

G_BEGIN_DECLS

/* The shapes of what the API takes and gives; pm_shapes lists those that are components of the
 * OpenAPI document. */

extern const PmShape pm_shape_any; /* any object at all; no component */
extern const PmShape pm_shape_problem;
extern const PmShape pm_shape_service, pm_shape_services;
extern const PmShape pm_shape_conflicts;
extern const PmShape pm_shape_network_status;
extern const PmShape pm_shape_job, pm_shape_jobs;
extern const PmShape pm_shape_liveness;

/* Ended by NULL. */
extern const PmShape *const pm_shapes[];

G_END_DECLS
