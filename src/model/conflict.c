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
  g_clear_pointer (&conflict->claimants, g_free);
  conflict->n_claimants = 0;
}
