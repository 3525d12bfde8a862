/* DESIGN
 * Rows are looked up by the service's name: any port that is in force when the tool is started as
 * the fact tells makes the default none. A row that is added counts for the facts behind it: what a
 * program or a script runs comes before what a manifest only depends on. */

#include "discovery/default-ports.h"

#include <string.h>

#include "discovery/elsewhere.h"
#include "discovery/listeners.h"
#include "discovery/mounted.h"

/* `next dev` without a port beside `next start -p 4000`: what one script says is not in force when
 * another one is run. */
static gboolean
is_another_scripts (const PmServiceFact *fact, const PmConfigFile *file)
{
  return strcmp (fact->format, "package.json") == 0 && strcmp (file->path, fact->file) == 0 &&
         file->line != fact->line;
}

gboolean
pm_default_ports_is_a_proxys (const PmServiceFact *fact)
{
  return strcmp (fact->format, "caddy") == 0;
}

/* A container has its ports from whoever maps them, another machine has none here. */
static gboolean
is_run_elsewhere (PmUnits *units, const PmMounted *mounted, const PmServiceFact *fact)
{
  return pm_units_of (units, fact->root, fact->project, fact->file)->is_in_containers ||
         (pm_default_ports_is_a_proxys (fact) &&
          (pm_elsewhere (fact->file) ||
           pm_mounted_of (mounted, fact->root, fact->file, fact->format) != NULL));
}

/* Whether something says where the service listens, when it is started as the fact tells. */
static gboolean
is_told_a_port (const PmServiceRows *rows, const PmServiceFact *fact, GHashTable *by_name)
{
  g_autofree char *key = pm_service_name_key (fact->root, fact->project, fact->owner);
  const GArray *named = g_hash_table_lookup (by_name, key);
  for (guint i = 0; named != NULL && i < named->len; i++) {
    guint row = g_array_index (named, guint, i);
    const GArray *files = pm_service_rows_evidence (rows, row);
    if (pm_service_rows_at (rows, row)->internal_port == fact->default_port)
      return TRUE;
    /* A proxy has other ports besides, and those of what it stands before. */
    if (pm_default_ports_is_a_proxys (fact))
      continue;
    if (pm_listeners_is_anothers (fact, files))
      continue;
    for (guint k = 0; k < files->len; k++)
      if (!is_another_scripts (fact, &g_array_index (files, PmConfigFile, k)))
        return TRUE;
  }
  return FALSE;
}

static void
add_row_by_name (GHashTable *by_name, const PmService *row, guint index)
{
  g_autofree char *key = pm_service_name_key (row->root, row->project_id, row->name);
  GArray *rows = g_hash_table_lookup (by_name, key);
  if (rows == NULL) {
    rows = g_array_new (FALSE, FALSE, sizeof (guint));
    g_hash_table_insert (by_name, g_steal_pointer (&key), rows);
  }
  g_array_append_val (rows, index);
}

static void
unref_rows (gpointer rows)
{
  g_array_unref (rows);
}

static GHashTable *
rows_by_name (const PmServiceRows *rows)
{
  GHashTable *by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_rows);
  for (guint i = 0; i < rows->snapshot->services->len; i++)
    add_row_by_name (by_name, pm_service_rows_at (rows, i), i);
  return by_name;
}

/* Whether a manifest names it among what the project depends on, as rules/manifests.c reads them:
 * nothing says that it is started. */
static gboolean
is_only_depended_on (const PmServiceFact *fact)
{
  static const char *const manifests[] = {"pyproject", "requirements", "gemfile",
                                          "gradle",    "composer",     "maven",
                                          "cargo",     "csproj",       NULL};
  return g_strv_contains (manifests, fact->format);
}

static void
add_row (PmServiceRows *rows, GHashTable *by_name, const PmServiceFact *fact)
{
  PmService row = {
      .host = rows->host,
      .root = fact->root,
      .project_id = fact->project,
      .name = fact->owner,
      .external_ip = "",
      .bind = "",
      .internal_port = fact->default_port,
      .external_port = fact->default_port,
      .scope = PM_SCOPE_HOST,
      .protocol = "",
      .type = "",
      .variant = fact->variant,
      .profiles = fact->profiles,
      .origin = fact->default_origin,
      .confidence = 0.4,
      .pinned = "",
      .tags = "",
  };
  PmConfigFile file = {.path = fact->file,
                       .format = fact->format,
                       .variant = fact->variant,
                       .line = fact->line,
                       .role = PM_ROLE_LISTEN,
                       .is_kept = fact->standing == PM_STANDING_KEPT};
  guint index = pm_service_rows_add (rows, &row);
  g_array_append_val (pm_service_rows_evidence (rows, index), file);
  add_row_by_name (by_name, &row, index);
}

void
pm_default_ports_add (PmServiceRows *rows, PmUnits *units)
{
  g_autoptr (GHashTable) by_name = rows_by_name (rows);
  g_autoptr (PmMounted) mounted = NULL;
  const GArray *facts = rows->snapshot->facts;
  for (guint i = 0; i < 2 * facts->len; i++) {
    gboolean is_second_round = i >= facts->len;
    const PmServiceFact *fact = &g_array_index (facts, PmServiceFact, i % facts->len);
    if (fact->default_port == 0 || is_only_depended_on (fact) != is_second_round)
      continue;
    if (mounted == NULL && pm_default_ports_is_a_proxys (fact))
      mounted = pm_mounted_new (rows->snapshot);
    if (!is_run_elsewhere (units, mounted, fact) && !is_told_a_port (rows, fact, by_name))
      add_row (rows, by_name, fact);
  }
}
