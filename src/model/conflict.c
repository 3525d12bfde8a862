#include "model/conflict.h"

const char *
pm_severity_name (PmSeverity severity)
{
  static const char *const names[] = {"note", "warning", "error"};
  g_return_val_if_fail ((guint) severity < G_N_ELEMENTS (names), "");
  return names[severity];
}

void
pm_conflict_clear (PmConflict *conflict)
{
  g_clear_pointer (&conflict->id, g_free);
  g_clear_pointer (&conflict->reason, g_free);
  g_clear_pointer (&conflict->stuck, g_free);
  g_clear_pointer (&conflict->claimants, g_free);
  g_clear_pointer (&conflict->moves, g_array_unref);
  conflict->n_claimants = 0;
}

gboolean *
pm_conflicts_find_conflicted (const GArray *conflicts, guint n_services)
{
  gboolean *conflicted = g_new0 (gboolean, n_services + 1);
  for (guint i = 0; conflicts != NULL && i < conflicts->len; i++) {
    const PmConflict *conflict = &g_array_index (conflicts, PmConflict, i);
    if (conflict->severity != PM_SEVERITY_ERROR)
      continue;
    for (guint c = 0; c < conflict->n_claimants; c++) {
      gint32 service = conflict->claimants[c].service;
      if (service >= 0 && (guint) service < n_services)
        conflicted[service] = TRUE;
    }
  }
  return conflicted;
}
