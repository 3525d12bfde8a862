#include "verbs/conflicts.h"

#include "api/handlers.h"
#include "model/service-json.h"

void
pm_api_conflicts (PmCall *call)
{
  GError *error = NULL;
  g_autoptr (PmSnapshot) snapshot = NULL;
  g_autoptr (GArray) conflicts = pm_verb_conflicts (call->context, &snapshot, &error);
  if (conflicts == NULL) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_key (&json, "conflicts");
  pm_json_begin_array (&json);
  for (guint i = 0; i < conflicts->len; i++)
    pm_conflict_write_json (&json, &g_array_index (conflicts, PmConflict, i), snapshot->services);
  pm_json_end_array (&json);
  pm_json_end_object (&json);
}
