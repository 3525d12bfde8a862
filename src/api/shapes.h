#pragma once

#include "api/shape.h"

G_BEGIN_DECLS

/* The shapes of what the API takes and gives. Those with a name that a route reaches are components
 * of the OpenAPI document. */

extern const PmShape pm_shape_any; /* any object at all; no component */
extern const PmShape pm_shape_problem;
extern const PmShape pm_shape_service, pm_shape_services, pm_shape_service_rows;
extern const PmShape pm_shape_service_wish, pm_shape_bulk_wish, pm_shape_bulk;
extern const PmShape pm_shape_conflicts;
extern const PmShape pm_shape_network_status, pm_shape_graph, pm_shape_ip;
extern const PmShape pm_shape_findings;
extern const PmShape pm_shape_listener, pm_shape_port_use, pm_shape_port_who, pm_shape_free_port;
extern const PmShape pm_shape_ports, pm_shape_pools, pm_shape_port_analytics;
extern const PmShape pm_shape_leases, pm_shape_one_lease, pm_shape_lease_wish, pm_shape_renewal;
extern const PmShape pm_shape_plan, pm_shape_plan_wish;
extern const PmShape pm_shape_change; /* what came of an applied plan */
extern const PmShape pm_shape_apply_wish, pm_shape_resolve_wish, pm_shape_ip_change_wish;
extern const PmShape pm_shape_restart_wish, pm_shape_restart_report;
extern const PmShape pm_shape_change_decision, pm_shape_decided;
extern const PmShape pm_shape_pause, pm_shape_pause_state, pm_shape_pause_wish;
extern const PmShape pm_shape_sync, pm_shape_sync_wish;
extern const PmShape pm_shape_transactions, pm_shape_transaction;
extern const PmShape pm_shape_undo_preview, pm_shape_undo_wish, pm_shape_past_diff;
extern const PmShape pm_shape_config, pm_shape_config_wish, pm_shape_config_change;
extern const PmShape pm_shape_history;
extern const PmShape pm_shape_job, pm_shape_jobs;
extern const PmShape pm_shape_liveness;
extern const PmShape pm_shape_dry_run; /* of a change that has no plan */
extern const PmShape pm_shape_job, pm_shape_jobs;
extern const PmShape pm_shape_session, pm_shape_session_wish;
extern const PmShape pm_shape_roots, pm_shape_forgotten;
extern const PmShape pm_shape_tokens, pm_shape_token_wish, pm_shape_new_token, pm_shape_revoked;
extern const PmShape pm_shape_audit;
extern const PmShape pm_shape_notify, pm_shape_notify_test_wish, pm_shape_notify_test;
extern const PmShape pm_shape_health_list, pm_shape_health_detail, pm_shape_health_series;
extern const PmShape pm_shape_project_health, pm_shape_probe;
extern const PmShape pm_shape_incident, pm_shape_incidents;
extern const PmShape pm_shape_acknowledge_wish, pm_shape_mute_wish, pm_shape_muted;

G_END_DECLS
