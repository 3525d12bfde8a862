/* What runs changes more often than what files say, and is stored by itself: the status of services
 * and the conflicts, each compared with what is there. */

#include "registry/scan.h"

#include <string.h>

static gboolean
set_status (PmRegistry *registry, const PmService *service, PmStatus status, gint64 now_us,
            GError **error)
{
  PmService changed = *service;
  PmServiceChange change = {.type = "status"};
  g_strlcpy (change.old_value, pm_status_name (service->status), sizeof change.old_value);
  g_strlcpy (change.new_value, pm_status_name (status), sizeof change.new_value);
  changed.status = status;
  changed.last_updated_us = now_us;
  return pm_sql_run (
             registry, "UPDATE services SET status = ?, last_updated = ? WHERE id = ?",
             PM_VALUES (pm_text (pm_status_name (status)), pm_int (now_us), pm_int (service->id)),
             error) &&
         pm_service_changed (registry, "service.changed", &changed, &change, now_us, error);
}

static gboolean
store (PmScan *scan, gboolean *ret_changed, GError **error)
{
  g_autofree gboolean *conflicted =
      pm_conflicts_find_conflicted (scan->scope->conflicts, scan->services->len);
  *ret_changed = FALSE;
  for (guint i = 0; i < scan->services->len; i++) {
    PmService *service = &g_array_index (scan->services, PmService, i);
    PmStatus status = conflicted[i] ? PM_STATUS_CONFLICT : pm_service_live_status (service);
    if (status == service->status || strcmp (service->host, scan->registry->host) != 0)
      continue;
    if (!set_status (scan->registry, service, status, scan->now_us, error))
      return FALSE;
    service->status = status;
    *ret_changed = TRUE;
  }
  if (!pm_scan_store_conflicts (scan, error))
    return FALSE;
  *ret_changed |= scan->changes.anything || scan->changes.conflicts_opened > 0 ||
                  scan->changes.conflicts_closed > 0;
  return TRUE;
}

gboolean
pm_registry_store_live (PmRegistry *registry, PmSnapshot *snapshot, const GArray *conflicts,
                        gint64 now_us, gboolean *ret_changed, GError **error)
{
  g_autoptr (GString) json = g_string_new (NULL);
  PmScanScope scope = {.conflicts = conflicts};
  PmScan scan = {
      .registry = registry,
      .observed = snapshot,
      .scope = &scope,
      .now_us = now_us,
      .services = snapshot->services,
      .arena = snapshot->arena,
      .json = json,
  };
  return pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error) &&
         pm_registry_leave (registry, store (&scan, ret_changed, error), error);
}
