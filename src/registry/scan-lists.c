/* DESIGN
 * The small lists of a scan. A root's projects and problems are replaced as a whole when their
 * digest differs. Conflicts are compared one by one, since one that opens or closes is an event. */

#include "base/fingerprint.h"
#include "registry/demand.h"
#include "registry/scan.h"

#include "model/service-json.h"

#include <string.h>

/* --- projects and problems, by root --- */

typedef struct {
  PmFingerprint projects, problems;
  guint n_projects, n_problems;
} RootDigests;

static RootDigests *
digests_of (GHashTable *roots, const char *root)
{
  RootDigests *digests = g_hash_table_lookup (roots, root);
  if (digests == NULL) {
    digests = g_new0 (RootDigests, 1);
    g_hash_table_insert (roots, (gpointer) root, digests);
  }
  return digests;
}

/* What is kept as `is_workspace`: 1 of a workspace, 2 of a worktree. */
static int
kind_of (const PmProject *project)
{
  return (project->is_workspace ? 1 : 0) | (project->is_worktree ? 2 : 0);
}

static void
digest_projects (const PmScan *scan, GHashTable *roots)
{
  for (guint i = 0; i < scan->observed->projects->len; i++) {
    const PmProject *project = &g_array_index (scan->observed->projects, PmProject, i);
    RootDigests *digests = digests_of (roots, project->root);
    digests->projects = pm_fingerprint_text (digests->projects, project->id);
    digests->projects = pm_fingerprint_text (digests->projects, project->name);
    digests->projects = pm_fingerprint_integer (digests->projects, (guint64) kind_of (project));
  }
}

static void
digest_problems (const PmScan *scan, GHashTable *roots)
{
  for (guint i = 0; i < scan->observed->problems->len; i++) {
    const PmProblem *problem = &g_array_index (scan->observed->problems, PmProblem, i);
    RootDigests *digests = digests_of (roots, problem->root);
    digests->problems = pm_fingerprint_text (digests->problems, problem->file);
    digests->problems = pm_fingerprint_integer (digests->problems, problem->line);
    digests->problems = pm_fingerprint_text (digests->problems, problem->reason);
  }
}

static gboolean
insert_project (PmScan *scan, const PmProject *project, GError **error)
{
  return pm_sql_run (scan->registry,
                     "INSERT INTO projects (host, root, id, name, is_workspace)"
                     " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                     PM_VALUES (pm_text (scan->registry->host), pm_text (project->root),
                                pm_text (project->id), pm_text (project->name),
                                pm_int (kind_of (project))),
                     error);
}

static gboolean
replace_projects (PmScan *scan, const char *root, GError **error)
{
  if (!pm_sql_run (scan->registry, "DELETE FROM projects WHERE host = ? AND root = ?",
                   PM_VALUES (pm_text (scan->registry->host), pm_text (root)), error))
    return FALSE;
  for (guint i = 0; i < scan->observed->projects->len; i++) {
    const PmProject *project = &g_array_index (scan->observed->projects, PmProject, i);
    if (strcmp (project->root, root) == 0 && !insert_project (scan, project, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
replace_problems (PmScan *scan, const char *root, GError **error)
{
  if (!pm_sql_run (scan->registry, "DELETE FROM problems WHERE host = ? AND root = ?",
                   PM_VALUES (pm_text (scan->registry->host), pm_text (root)), error))
    return FALSE;
  for (guint i = 0; i < scan->observed->problems->len; i++) {
    const PmProblem *problem = &g_array_index (scan->observed->problems, PmProblem, i);
    if (strcmp (problem->root, root) == 0 &&
        !pm_sql_run (scan->registry,
                     "INSERT INTO problems (host, root, ordinal, file, line, reason)"
                     " VALUES (?, ?, ?, ?, ?, ?)",
                     PM_VALUES (pm_text (scan->registry->host), pm_text (root), pm_int (i),
                                pm_text (problem->file), pm_int (problem->line),
                                pm_text (problem->reason)),
                     error))
      return FALSE;
  }
  return TRUE;
}

/* TRUE in *ret_changed when the digest was another one; then it is now this one. */
static gboolean
exchange_digest (PmScan *scan, const char *root, const char *subject, PmFingerprint digest,
                 gboolean *ret_changed, GError **error)
{
  gint64 stored = 0;
  PmSqlValue host = pm_text (scan->registry->host), name = pm_text (root), what = pm_text (subject);
  if (!pm_sql_integer (scan->registry,
                       "SELECT digest FROM digests WHERE host = ? AND root = ? AND subject = ?",
                       PM_VALUES (host, name, what), &stored, error))
    return FALSE;
  *ret_changed = (PmFingerprint) stored != digest;
  if (!*ret_changed)
    return TRUE;
  scan->changes.anything = TRUE;
  return pm_sql_run (scan->registry,
                     "INSERT INTO digests (host, root, subject, digest) VALUES (?, ?, ?, ?)"
                     " ON CONFLICT (host, root, subject) DO UPDATE SET digest = excluded.digest",
                     PM_VALUES (host, name, what, pm_int ((gint64) digest)), error);
}

static gboolean
store_root (PmScan *scan, const char *root, const RootDigests *digests, GError **error)
{
  gboolean changed;
  if (!exchange_digest (scan, root, "projects", digests->projects, &changed, error) ||
      (changed && !replace_projects (scan, root, error)))
    return FALSE;
  return exchange_digest (scan, root, "problems", digests->problems, &changed, error) &&
         (!changed || replace_problems (scan, root, error));
}

/* Roots that have something stored, but of which nothing may have been observed. */
static gboolean
add_stored_roots (PmScan *scan, PmArena *arena, GHashTable *roots, GError **error)
{
  PmStatement *rows =
      pm_sql_query (scan->registry, "SELECT DISTINCT root FROM digests WHERE host = ?",
                    PM_VALUES (pm_text (scan->registry->host)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (scan->registry, rows, error)) == PM_STEP_ROW)
    digests_of (roots, pm_sql_text (scan->registry, rows, 0, arena));
  return step == PM_STEP_DONE;
}

gboolean
pm_scan_store_lists (PmScan *scan, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GHashTable) roots = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  digest_projects (scan, roots);
  digest_problems (scan, roots);
  if (!add_stored_roots (scan, arena, roots, error))
    return FALSE;
  GHashTableIter iter;
  gpointer root, digests;
  g_hash_table_iter_init (&iter, roots);
  while (g_hash_table_iter_next (&iter, &root, &digests))
    if (pm_scan_covers (scan, root) && !store_root (scan, root, digests, error))
      return FALSE;
  return TRUE;
}

/* --- conflicts --- */

typedef struct {
  const char *data;
  gboolean is_open_still;
} OpenConflict;

static gboolean
read_open (PmScan *scan, PmArena *arena, GHashTable *open, GError **error)
{
  PmStatement *rows =
      pm_sql_query (scan->registry, "SELECT id, data FROM conflicts WHERE host = ? ORDER BY id",
                    PM_VALUES (pm_text (scan->registry->host)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (scan->registry, rows, error)) == PM_STEP_ROW) {
    OpenConflict *conflict = pm_arena_new0 (arena, OpenConflict);
    conflict->data = pm_sql_text (scan->registry, rows, 1, arena);
    g_hash_table_insert (open, (gpointer) pm_sql_text (scan->registry, rows, 0, arena), conflict);
  }
  return step == PM_STEP_DONE;
}

static gboolean
count_conflict (PmScan *scan, const PmConflict *conflict, GError **error)
{
  PmPortDemand demand = {.transport = conflict->transport, .port = conflict->port, .conflicts = 1};
  return pm_registry_port_demand_add (scan->registry, &demand, scan->now_us, error);
}

/* Of what was stored, what it was written from and what was written. */
typedef struct {
  PmFingerprint from, data;
} Stored;

PmStoredConflicts *
pm_stored_conflicts_new (void)
{
  return (PmStoredConflicts *) g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

void
pm_stored_conflicts_free (PmStoredConflicts *stored)
{
  if (stored != NULL)
    g_hash_table_unref ((GHashTable *) stored);
}

/* Another process may have stored it meanwhile, and this one may have rolled back. */
static gboolean
is_as_stored (const PmScan *scan, const PmConflict *conflict, PmFingerprint from, const char *data)
{
  const Stored *stored =
      scan->scope->stored == NULL || from == 0
          ? NULL
          : g_hash_table_lookup ((GHashTable *) scan->scope->stored, conflict->id);
  return stored != NULL && stored->from == from &&
         stored->data == pm_fingerprint_text (PM_FINGERPRINT_START, data);
}

static void
remember_stored (const PmScan *scan, const PmConflict *conflict, PmFingerprint from)
{
  if (scan->scope->stored == NULL)
    return;
  Stored *stored = g_new (Stored, 1);
  *stored = (Stored){from, pm_fingerprint_text (PM_FINGERPRINT_START, scan->json->str)};
  g_hash_table_replace ((GHashTable *) scan->scope->stored, g_strdup (conflict->id), stored);
}

static gboolean
store_conflict (PmScan *scan, const PmConflict *conflict, OpenConflict *open, GError **error)
{
  PmFingerprint from =
      scan->scope->stored == NULL ? 0 : pm_conflict_json_digest (conflict, scan->services);
  if (open != NULL && is_as_stored (scan, conflict, from, open->data)) {
    open->is_open_still = TRUE;
    return TRUE;
  }
  g_string_truncate (scan->json, 0);
  PmJsonWriter json = pm_json_writer (scan->json);
  pm_conflict_write_json (&json, conflict, scan->services);
  remember_stored (scan, conflict, from);
  if (open != NULL) {
    open->is_open_still = TRUE;
    if (strcmp (open->data, scan->json->str) == 0)
      return TRUE;
    scan->changes.anything = TRUE;
  } else {
    scan->changes.conflicts_opened++;
  }
  return pm_sql_run (scan->registry,
                     "INSERT INTO conflicts (host, id, port, severity, data, opened)"
                     " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (host, id) DO UPDATE SET"
                     " port = excluded.port, severity = excluded.severity, data = excluded.data",
                     PM_VALUES (pm_text (scan->registry->host), pm_text (conflict->id),
                                pm_int (conflict->port),
                                pm_text (pm_severity_name (conflict->severity)),
                                pm_text (scan->json->str), pm_int (scan->now_us)),
                     error) &&
         pm_registry_event_append (scan->registry,
                                   open == NULL ? "conflict.opened" : "conflict.changed",
                                   scan->json->str, scan->now_us, error) &&
         (open != NULL || count_conflict (scan, conflict, error));
}

static gboolean
close_conflicts (PmScan *scan, GHashTable *open, GError **error)
{
  GHashTableIter iter;
  gpointer id, value;
  g_hash_table_iter_init (&iter, open);
  while (g_hash_table_iter_next (&iter, &id, &value)) {
    const OpenConflict *conflict = value;
    if (conflict->is_open_still)
      continue;
    scan->changes.conflicts_closed++;
    if (scan->scope->stored != NULL)
      g_hash_table_remove ((GHashTable *) scan->scope->stored, id);
    if (!pm_sql_run (scan->registry, "DELETE FROM conflicts WHERE host = ? AND id = ?",
                     PM_VALUES (pm_text (scan->registry->host), pm_text (id)), error) ||
        !pm_registry_event_append (scan->registry, "conflict.closed", conflict->data, scan->now_us,
                                   error))
      return FALSE;
  }
  return TRUE;
}

gboolean
pm_scan_store_conflicts (PmScan *scan, GError **error)
{
  const GArray *conflicts = scan->scope->conflicts;
  if (conflicts == NULL)
    return TRUE;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GHashTable) open = g_hash_table_new (g_str_hash, g_str_equal);
  if (!read_open (scan, arena, open, error))
    return FALSE;
  for (guint i = 0; i < conflicts->len; i++) {
    const PmConflict *conflict = &g_array_index (conflicts, PmConflict, i);
    if (!store_conflict (scan, conflict, g_hash_table_lookup (open, conflict->id), error))
      return FALSE;
  }
  return close_conflicts (scan, open, error);
}
