#include "registry/counts.h"

#include "registry/backend.h"

void
pm_registry_counts_clear (PmRegistryCounts *counts)
{
  g_clear_pointer (&counts->services, g_array_unref);
  g_clear_pointer (&counts->conflicts, g_array_unref);
  g_clear_pointer (&counts->transactions, g_array_unref);
  g_clear_pointer (&counts->leases, g_array_unref);
}

/* Rows of (word, count). */
static gboolean
read_by_word (PmRegistry *registry, const char *sql, const PmSqlValue *values, guint n_values,
              PmArena *arena, GArray **ret_list, GError **error)
{
  *ret_list = g_array_new (FALSE, FALSE, sizeof (PmCount));
  PmStatement *rows = pm_sql_query (registry, sql, values, n_values, error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmCount count = {pm_sql_text (registry, rows, 0, arena),
                     (guint64) registry->backend->integer (rows, 1)};
    g_array_append_val (*ret_list, count);
  }
  return step == PM_STEP_DONE;
}

static gboolean
read_one (PmRegistry *registry, const char *sql, const PmSqlValue *values, guint n_values,
          guint64 *ret_count, GError **error)
{
  gint64 count = 0;
  if (!pm_sql_integer (registry, sql, values, n_values, &count, error))
    return FALSE;
  *ret_count = (guint64) count;
  return TRUE;
}

static gboolean
read_words (PmRegistry *registry, PmArena *arena, PmRegistryCounts *counts, GError **error)
{
  PmSqlValue host = pm_text (registry->host);
  return read_by_word (registry,
                       "SELECT status, count (*) FROM services WHERE removed IS NULL"
                       " GROUP BY status",
                       PM_NO_VALUES, arena, &counts->services, error) &&
         read_by_word (registry,
                       "SELECT severity, count (*) FROM conflicts WHERE host = ? GROUP BY severity",
                       &host, 1, arena, &counts->conflicts, error) &&
         read_by_word (registry,
                       "SELECT state, count (*) FROM transactions WHERE host = ? GROUP BY state",
                       &host, 1, arena, &counts->transactions, error) &&
         read_by_word (registry,
                       "SELECT type, count (*) FROM leases WHERE host = ? AND released IS NULL"
                       " GROUP BY type",
                       &host, 1, arena, &counts->leases, error);
}

static gboolean
read_totals (PmRegistry *registry, PmRegistryCounts *counts, GError **error)
{
  PmSqlValue host = pm_text (registry->host);
  return read_one (registry, "SELECT count (*) FROM projects WHERE host = ?", &host, 1,
                   &counts->projects, error) &&
         read_one (registry, "SELECT count (*) FROM documents WHERE host = ?", &host, 1,
                   &counts->documents, error) &&
         read_one (registry, "SELECT coalesce (sum (n_findings), 0) FROM documents WHERE host = ?",
                   &host, 1, &counts->findings, error) &&
         read_one (registry, "SELECT count (*) FROM problems WHERE host = ?", &host, 1,
                   &counts->problems, error) &&
         read_one (registry, "SELECT count (*) FROM tokens", PM_NO_VALUES, &counts->tokens,
                   error) &&
         read_one (registry, "SELECT coalesce (max (id), 0) FROM events", PM_NO_VALUES,
                   &counts->last_event_id, error);
}

gboolean
pm_registry_counts (PmRegistry *registry, PmArena *arena, PmRegistryCounts *ret_counts,
                    GError **error)
{
  g_auto (PmRegistryCounts) counts = {0};
  if (!read_words (registry, arena, &counts, error) || !read_totals (registry, &counts, error) ||
      !registry->backend->size (registry, &counts.size_bytes, &counts.free_bytes, error))
    return FALSE;
  *ret_counts = counts;
  counts = (PmRegistryCounts){0};
  return TRUE;
}
