/* DESIGN
 * Services first, because conflicts and edges refer to their ids; then documents, conflicts, and
 * the small lists. Each part reads what is stored (digests, for whatever is large), compares, and
 * writes the difference only. The transaction takes the write lock at its begin, so nothing can
 * change between the comparison and the writing; without a difference it commits without having
 * touched a page. */

#include "registry/scan.h"

#include "base/json-writer.h"
#include "registry/records.h"

#include <string.h>

gboolean
pm_scan_covers (const PmScan *scan, const char *root)
{
  if (scan->scope->roots == NULL)
    return TRUE;
  for (gsize i = 0; scan->scope->roots[i] != NULL; i++)
    if (strcmp (scan->scope->roots[i], root) == 0)
      return TRUE;
  return FALSE;
}

static void
copy_services (PmScan *scan)
{
  const GArray *services = scan->observed->services;
  g_array_append_vals (scan->services, services->data, services->len);
  for (guint i = 0; i < scan->services->len; i++) {
    PmService *service = &g_array_index (scan->services, PmService, i);
    if (service->host == NULL || service->host[0] == '\0')
      service->host = scan->registry->host;
  }
}

static gboolean
changed_anything (const PmScanChanges *changes)
{
  return changes->anything || changes->services_created > 0 || changes->services_changed > 0 ||
         changes->services_removed > 0 || changes->documents_changed > 0 ||
         changes->documents_removed > 0 || changes->conflicts_opened > 0 ||
         changes->conflicts_closed > 0;
}

static gboolean
append_finished (PmScan *scan, GError **error)
{
  const PmScanChanges *changes = &scan->changes;
  g_string_truncate (scan->json, 0);
  PmJsonWriter json = pm_json_writer (scan->json);
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "servicesCreated", changes->services_created);
  pm_json_member_int (&json, "servicesChanged", changes->services_changed);
  pm_json_member_int (&json, "servicesRemoved", changes->services_removed);
  pm_json_member_int (&json, "documentsChanged", changes->documents_changed);
  pm_json_member_int (&json, "documentsRemoved", changes->documents_removed);
  pm_json_member_int (&json, "conflictsOpened", changes->conflicts_opened);
  pm_json_member_int (&json, "conflictsClosed", changes->conflicts_closed);
  pm_json_end_object (&json);
  return pm_registry_event_append (scan->registry, "scan.finished", scan->json->str, scan->now_us,
                                   error);
}

/* --- what a survey keeps along --- */

static const char *
survey_key (PmRegistry *registry, PmArena *arena)
{
  return pm_arena_printf (arena, "survey.%s", registry->host);
}

gboolean
pm_registry_survey (PmRegistry *registry, PmArena *arena, const char **ret_survey, GError **error)
{
  const char *survey = NULL;
  if (!pm_registry_setting (registry, survey_key (registry, arena), arena, &survey, error))
    return FALSE;
  *ret_survey = survey == NULL ? "" : survey;
  return TRUE;
}

/* Written only when it differs, as all else. */
static gboolean
store_survey (PmScan *scan, GError **error)
{
  const char *survey = scan->scope->survey == NULL ? "" : scan->scope->survey, *known;
  if (!pm_registry_survey (scan->registry, scan->arena, &known, error))
    return FALSE;
  if (strcmp (survey, known) == 0)
    return TRUE;
  return pm_sql_run (scan->registry,
                     "INSERT INTO settings (host, key, value) VALUES (?, ?, ?)"
                     " ON CONFLICT (host, key) DO UPDATE SET value = excluded.value",
                     PM_VALUES (pm_text (scan->registry->host),
                                pm_text (survey_key (scan->registry, scan->arena)),
                                pm_text (survey)),
                     error);
}

/* --- the whole --- */

static gboolean
store (PmScan *scan, GError **error)
{
  copy_services (scan);
  if (!pm_scan_store_services (scan, error) || !pm_scan_store_documents (scan, error) ||
      !pm_scan_store_conflicts (scan, error) || !pm_scan_store_lists (scan, error) ||
      !store_survey (scan, error))
    return FALSE;
  scan->changes.anything = changed_anything (&scan->changes);
  return !scan->changes.anything || append_finished (scan, error);
}

gboolean
pm_registry_store_scan (PmRegistry *registry, const PmSnapshot *observed, const PmScanScope *scope,
                        gint64 now_us, PmScanChanges *ret_changes, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) services = g_array_new (FALSE, TRUE, sizeof (PmService));
  g_autoptr (GString) json = g_string_new (NULL);
  PmScan scan = {
      .registry = registry,
      .observed = observed,
      .scope = scope,
      .now_us = now_us,
      .services = services,
      .arena = arena,
      .json = json,
  };
  if (!pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error))
    return FALSE;
  gboolean ok = store (&scan, error);
  if (!pm_registry_leave (registry, ok, error))
    return FALSE;
  if (ret_changes != NULL)
    *ret_changes = scan.changes;
  for (guint i = 0; scope->ret_ids != NULL && i < services->len; i++)
    scope->ret_ids[i] = g_array_index (services, PmService, i).id;
  return TRUE;
}
