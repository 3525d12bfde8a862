#pragma once

#include "api/call.h"

G_BEGIN_DECLS

/* The handlers that the table of routes names, by the file that they are in. */

/* services.c */
void pm_api_services_list (PmCall *call);
void pm_api_services_rows (PmCall *call);
void pm_api_services_show (PmCall *call);

/* service-changes.c */
void pm_api_services_change (PmCall *call);
void pm_api_services_bulk (PmCall *call);
gboolean pm_api_services_bulk_admit (PmCall *call);

/* conflicts.c */
void pm_api_conflicts (PmCall *call);

/* ports.c */
void pm_api_ports (PmCall *call);
void pm_api_port_use (PmCall *call);
void pm_api_port_show (PmCall *call);
void pm_api_port_free (PmCall *call);

/* leases.c */
void pm_api_pools (PmCall *call);
void pm_api_port_analytics (PmCall *call);
void pm_api_leases_list (PmCall *call);
void pm_api_leases_take (PmCall *call);
void pm_api_leases_renew (PmCall *call);
void pm_api_leases_release (PmCall *call);

/* findings.c */
void pm_api_findings (PmCall *call);

/* plans.c */
void pm_api_plans_make (PmCall *call);
void pm_api_plans_show (PmCall *call);
void pm_api_plans_diff (PmCall *call);
void pm_api_plans_apply (PmCall *call);
gboolean pm_api_plan_exists (PmContext *context, gint64 id, GError **error);
void pm_api_resolve (PmCall *call);
void pm_api_ip_change (PmCall *call);
gboolean pm_api_ip_change_admit (PmCall *call);

/* sync.c */
void pm_api_sync (PmCall *call);
void pm_api_drift (PmCall *call);

/* transactions.c */
void pm_api_transactions_list (PmCall *call);
void pm_api_transactions_show (PmCall *call);
void pm_api_transactions_diff (PmCall *call);
void pm_api_transactions_undo (PmCall *call);
gboolean pm_api_transaction_exists (PmContext *context, gint64 id, GError **error);

/* config.c */
void pm_api_config_show (PmCall *call);
void pm_api_config_change (PmCall *call);

/* history.c */
void pm_api_history (PmCall *call);
void pm_api_history_csv (PmCall *call);

/* healing.c */
void pm_api_services_restart (PmCall *call);
gboolean pm_api_service_exists (PmContext *context, gint64 id, GError **error);
void pm_api_ip_decide (PmCall *call);
gboolean pm_api_change_exists (PmContext *context, gint64 id, GError **error);
void pm_api_pause (PmCall *call);

/* ip.c */
void pm_api_ip (PmCall *call);

/* health.c */
void pm_api_health_list (PmCall *call);
void pm_api_health_projects (PmCall *call);
void pm_api_health_series (PmCall *call);
void pm_api_health_show (PmCall *call);
void pm_api_health_probe (PmCall *call);

/* incidents.c */
void pm_api_incidents_list (PmCall *call);
void pm_api_incident_acknowledge (PmCall *call);
void pm_api_incident_mute (PmCall *call);
void pm_api_health_mute (PmCall *call);

/* graph.c */
void pm_api_network_graph (PmCall *call);

/* events.c */
void pm_api_events (PmCall *call);

/* notify.c */
void pm_api_notify (PmCall *call);
void pm_api_notify_test (PmCall *call);
GHashTable *pm_api_notify_tests_new (void); /* of PmApi; freeing it ends them */

/* jobs.c */
void pm_api_jobs_list (PmCall *call);
void pm_api_jobs_show (PmCall *call);
void pm_api_jobs_cancel (PmCall *call);

/* network.c */
void pm_api_network_status (PmCall *call);
void pm_api_healthz (PmCall *call);

/* session.c */
void pm_api_session_open (PmCall *call);
void pm_api_session_show (PmCall *call);

/* roots.c */
void pm_api_roots_list (PmCall *call);
void pm_api_roots_forget (PmCall *call);

/* tokens.c */
void pm_api_tokens_list (PmCall *call);
void pm_api_tokens_create (PmCall *call);
void pm_api_tokens_revoke (PmCall *call);

/* jobs.c */
void pm_api_jobs_list (PmCall *call);
void pm_api_jobs_show (PmCall *call);
void pm_api_jobs_cancel (PmCall *call);

/* audit.c */
void pm_api_audit (PmCall *call);

/* metrics.c */
void pm_api_metrics (PmCall *call);

/* openapi.c */
void pm_api_openapi (PmCall *call);

/* page.c */
void pm_api_page (PmCall *call);
void pm_api_page_style (PmCall *call);
void pm_api_dashboard_page (PmCall *call);
/* A path that nothing answers, opened in a browser: the dashboard, which says so (404), or, for a
 * page with a slash behind it, where that is. FALSE: it is no browser, or there is no dashboard. */
gboolean pm_api_dashboard_missing (PmCall *call);
void pm_api_dashboard_icon (PmCall *call);
void pm_api_dashboard_asset (PmCall *call);

G_END_DECLS
