#include "verbs/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "allocation/conflicts.h"
#include "registry/records.h"
#include "verbs/conflicts.h"
#include "verbs/observe.h"

G_DEFINE_QUARK (pm - scan - error - quark, pm_scan_error)

/* Absolute, without links and dots: a root is known by one name. */
static gboolean
canonical (const char *path, char **ret_path, GError **error)
{
  char *resolved = realpath (path, NULL);
  if (resolved == NULL) {
    g_set_error (error, PM_SCAN_ERROR, PM_SCAN_ERROR_ROOT,
                 "cannot scan %s: %s; name a folder whose children are projects", path,
                 g_strerror (errno));
    return FALSE;
  }
  gboolean is_folder = g_file_test (resolved, G_FILE_TEST_IS_DIR);
  *ret_path = g_strdup (resolved);
  free (resolved);
  if (!is_folder)
    g_set_error (error, PM_SCAN_ERROR, PM_SCAN_ERROR_ROOT,
                 "cannot scan %s: it is no folder; “findings FILE” reads a single file", path);
  return is_folder;
}

static void
add_once (GPtrArray *paths, char *path)
{
  if (g_ptr_array_find_with_equal_func (paths, path, g_str_equal, NULL))
    g_free (path);
  else
    g_ptr_array_add (paths, path);
}

static GPtrArray *
named_roots (PmContext *context, char **roots, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  for (; *roots != NULL; roots++) {
    char *path = NULL;
    gboolean fine = canonical (*roots, &path, error);
    if (path != NULL)
      add_once (paths, path);
    if (!fine)
      return NULL;
  }
  for (guint i = 0; i < paths->len; i++)
    if (!pm_registry_root_add (context->registry, g_ptr_array_index (paths, i), g_get_real_time (),
                               error))
      return NULL;
  return g_steal_pointer (&paths);
}

static GPtrArray *
remembered_roots (PmContext *context, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (char *));
  if (!pm_registry_roots (context->registry, arena, known, error))
    return NULL;
  if (known->len == 0 && context->config->roots[0] == NULL) {
    g_set_error_literal (error, PM_SCAN_ERROR, PM_SCAN_ERROR_NO_ROOT,
                         "no root is known yet; name a folder whose children are projects: "
                         "port-manager scan ~/projects");
    return NULL;
  }
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < known->len; i++)
    g_ptr_array_add (paths, g_strdup (g_array_index (known, char *, i)));
  for (char **root = context->config->roots; *root != NULL; root++) {
    char *path = NULL;
    gboolean fine = canonical (*root, &path, error);
    if (path != NULL)
      add_once (paths, path);
    if (!fine)
      return NULL;
  }
  return g_steal_pointer (&paths);
}

static PmScanReport
report_on (const PmSnapshot *snapshot, const GArray *conflicts)
{
  PmScanReport report = {
      .projects = snapshot->projects->len,
      .documents = snapshot->documents->len,
      .findings = snapshot->findings->len,
      .services = snapshot->services->len,
  };
  for (guint i = 0; i < conflicts->len; i++)
    report.conflicts[g_array_index (conflicts, PmConflict, i).severity]++;
  return report;
}

gboolean
pm_verb_scan (PmContext *context, char **roots, const PmSurveyOptions *options,
              PmScanReport *ret_report, PmSnapshot **ret_snapshot, GError **error)
{
  gint64 started_us = g_get_monotonic_time ();
  g_autoptr (GPtrArray) paths = roots != NULL && roots[0] != NULL
                                    ? named_roots (context, roots, error)
                                    : remembered_roots (context, error);
  if (paths == NULL)
    return FALSE;
  g_ptr_array_add (paths, NULL);
  const char *const *scanned = (const char *const *) paths->pdata;

  PmSurveyOptions with_host = *options;
  with_host.host = pm_registry_host (context->registry);
  g_autoptr (PmSnapshot) snapshot = pm_verb_observe (context->config, scanned, &with_host, error);
  if (snapshot == NULL)
    return FALSE;
  g_autoptr (GArray) conflicts = pm_verb_conflicts_of (snapshot);
  PmScanScope scope = {.roots = scanned, .conflicts = conflicts};
  PmScanReport report = report_on (snapshot, conflicts);
  if (!pm_registry_store_scan (context->registry, snapshot, &scope, g_get_real_time (),
                               &report.changes, error))
    return FALSE;
  pm_context_scan_finished (context);
  report.elapsed_us = g_get_monotonic_time () - started_us;
  *ret_report = report;
  if (ret_snapshot != NULL)
    *ret_snapshot = g_steal_pointer (&snapshot);
  return TRUE;
}
