#include "verbs/roots.h"
#include "api/handlers.h"

void
pm_api_roots_list (PmCall *call)
{
  GError *error = NULL;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) roots = g_array_new (FALSE, TRUE, sizeof (PmRoot));
  if (!pm_verb_roots (call->context, arena, roots, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_roots_write_json (&json, roots);
}

/* By id: no route takes a path. */
static const PmRoot *
root_of (const GArray *roots, const char *id)
{
  for (guint i = 0; i < roots->len; i++)
    if (g_str_equal (g_array_index (roots, PmRoot, i).id, id))
      return &g_array_index (roots, PmRoot, i);
  return NULL;
}

void
pm_api_roots_forget (PmCall *call)
{
  GError *error = NULL;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) roots = g_array_new (FALSE, TRUE, sizeof (PmRoot));
  if (!pm_verb_roots (call->context, arena, roots, &error)) {
    pm_call_failed (call, error);
    return;
  }
  const PmRoot *root = root_of (roots, call->id);
  if (root == NULL) {
    pm_call_problem (call, 404, "there is no root %s; GET /api/roots has them", call->id);
    return;
  }
  if (call->dry_run && !root->is_configured) {
    pm_call_dry_run (call, "forget %s, with %u of its services", root->path, root->services);
    return;
  }
  if (!pm_verb_root_forget (call->context, root, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "forgotten", root->path);
  pm_json_end_object (&json);
}
