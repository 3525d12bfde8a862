#include "verbs/scan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "allocation/conflicts.h"
#include "registry/records.h"
#include "verbs/conflicts.h"
#include "verbs/observe.h"
#include "verbs/pools.h"

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
    if (!canonical (*root, &path, NULL) && path == NULL)
      path = g_strdup (*root);
    add_once (paths, path);
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
  for (guint i = 0; i < snapshot->documents->len; i++)
    report.kept += g_array_index (snapshot->documents, PmDocumentRecord, i).is_kept ? 1 : 0;
  for (guint i = 0; i < conflicts->len; i++)
    report.conflicts[g_array_index (conflicts, PmConflict, i).severity]++;
  return report;
}

/* --- what is kept between scans --- */

/* Kept along in the registry: the identity of the stamps, and what to report while nothing changes.
 */
static char *
survey_text (const char *identity, const PmScanReport *report)
{
  return g_strdup_printf ("%s %u %u %u %u %u %u %u %u", identity, report->projects,
                          report->documents, report->findings, report->services, report->kept,
                          report->conflicts[0], report->conflicts[1], report->conflicts[2]);
}

static gboolean
parse_survey_text (const char *text, char ret_identity[65], PmScanReport *ret_report)
{
  PmScanReport *r = ret_report;
  return sscanf (text, "%64[0-9a-f] %u %u %u %u %u %u %u %u", ret_identity, &r->projects,
                 &r->documents, &r->findings, &r->services, &r->kept, &r->conflicts[0],
                 &r->conflicts[1], &r->conflicts[2]) == 9;
}

static guint64
mix_file (guint64 so_far, const char *file)
{
  struct stat info;
  if (file == NULL || stat (file, &info) != 0)
    return pm_stamps_mix (so_far, 0);
  PmStamp stamp = pm_stamp_from_stat (&info);
  return pm_stamps_mix_stamp (so_far, &stamp);
}

/* Another build finds other things, and so does another configuration. */
static guint64
program_number (const PmContext *context)
{
  return mix_file (mix_file (1, "/proc/self/exe"), context->config->file);
}

static PmSnapshot *
previous_snapshot (gpointer data, GError **error)
{
  PmContext *context = data;
  PmSnapshot *snapshot = NULL;
  return pm_registry_snapshot (context->registry, &snapshot, error) ? snapshot : NULL;
}

typedef struct {
  PmContext *context;
  const char *const *roots;
  char *stamps_file;
  char **mounts; /* that held something the last time */
  PmRecall recall;
  PmScanReport report; /* as the last scan made it */
} Scan;

/* Mount points are kept as text, one a line, with what is no plain text escaped. */
static char *
mounts_key (const PmContext *context)
{
  return g_strconcat ("mounts.", pm_registry_host (context->registry), NULL);
}

static gboolean
load_mounts (Scan *scan, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autofree char *key = mounts_key (scan->context);
  const char *text = NULL;
  if (!pm_registry_setting (scan->context->registry, key, arena, &text, error))
    return FALSE;
  scan->mounts = g_strsplit (text == NULL ? "" : text, "\n", -1);
  for (char **mount = scan->mounts; *mount != NULL; mount++) {
    char *plain = g_strcompress (*mount);
    g_free (*mount);
    *mount = plain;
  }
  scan->recall.mounts = (const char *const *) scan->mounts;
  return TRUE;
}

static gboolean
store_mounts (const Scan *scan, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (char **mount = scan->recall.mounted; *mount != NULL; mount++) {
    g_autofree char *escaped = g_strescape (*mount, NULL);
    g_string_append_printf (text, "%s%s", text->len == 0 ? "" : "\n", escaped);
  }
  if (g_strv_equal ((const char *const *) scan->recall.mounted, scan->recall.mounts))
    return TRUE;
  g_autofree char *key = mounts_key (scan->context);
  return pm_registry_setting_put (scan->context->registry, key, text->str, error);
}

static gboolean
scan_init (Scan *scan, PmContext *context, const char *const *roots, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  const char *text;
  char identity[65] = "";
  *scan = (Scan){.context = context, .roots = roots};
  if (!pm_registry_survey (context->registry, arena, &text, error))
    return FALSE;
  if (!parse_survey_text (text, identity, &scan->report))
    identity[0] = '\0';
  scan->stamps_file = g_build_filename (context->state_dir, "stamps", NULL);
  scan->recall.known = pm_stamps_load (scan->stamps_file, identity);
  scan->recall.program = program_number (context);
  scan->recall.previous = previous_snapshot;
  scan->recall.data = context;
  return load_mounts (scan, error);
}

static void
scan_clear (Scan *scan)
{
  pm_stamps_free (scan->recall.known);
  pm_stamps_free (scan->recall.learned);
  g_strfreev (scan->recall.mounted);
  g_strfreev (scan->mounts);
  g_free (scan->stamps_file);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scan, scan_clear)

/* Stamps first: until the registry names their identity they count for nothing. Without them the
 * next scan reads everything, which is no failure of this one. */
static gboolean
store (Scan *scan, const PmSnapshot *snapshot, GError **error)
{
  g_autoptr (GArray) conflicts = pm_verb_conflicts_of (snapshot);
  scan->report = report_on (snapshot, conflicts);
  g_autofree char *identity = pm_stamps_save (scan->recall.learned, scan->stamps_file, NULL);
  g_autofree char *text = identity == NULL ? NULL : survey_text (identity, &scan->report);
  PmScanScope scope = {
      .roots = scan->roots, .conflicts = conflicts, .survey = text, .pins_are_known = TRUE};
  return store_mounts (scan, error) &&
         pm_registry_store_scan (scan->context->registry, snapshot, &scope, g_get_real_time (),
                                 &scan->report.changes, error);
}

gboolean
pm_verb_scan (PmContext *context, char **roots, const PmSurveyOptions *options,
              PmScanReport *ret_report, PmSnapshot **ret_problems, GError **error)
{
  gint64 started_us = g_get_monotonic_time ();
  gboolean are_named = roots != NULL && roots[0] != NULL;
  g_autoptr (GPtrArray) paths =
      are_named ? named_roots (context, roots, error) : remembered_roots (context, error);
  if (paths == NULL)
    return FALSE;
  g_ptr_array_add (paths, NULL);

  g_auto (Scan) scan = {0};
  if (!scan_init (&scan, context, (const char *const *) paths->pdata, error))
    return FALSE;
  PmSurveyOptions with_host = *options;
  with_host.host = pm_registry_host (context->registry);
  with_host.recall = &scan.recall;
  with_host.keep_roots = !are_named;
  g_autoptr (PmSnapshot) snapshot =
      pm_verb_observe (context->config, scan.roots, &with_host, error);
  if (snapshot == NULL)
    return FALSE;
  if (!scan.recall.is_unchanged &&
      (!store (&scan, snapshot, error) || !pm_verb_pools_note (context, error)))
    return FALSE;
  pm_context_scan_finished (context);
  if (ret_problems != NULL && scan.recall.is_unchanged &&
      !pm_registry_problems (context->registry, ret_problems, error))
    return FALSE;
  if (ret_problems != NULL && !scan.recall.is_unchanged)
    *ret_problems = g_steal_pointer (&snapshot);
  scan.report.elapsed_us = g_get_monotonic_time () - started_us;
  *ret_report = scan.report;
  return TRUE;
}
