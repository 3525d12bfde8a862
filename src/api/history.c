#include <string.h>

#include "api/handlers.h"
#include "api/parameters.h"
#include "base/since.h"
#include "base/timestamp.h"
#include "verbs/history-json.h"

static void
read_time (PmCall *call, const char *name, gint64 *ret_time_us)
{
  const char *text = pm_call_query (call, name);
  if (text != NULL && !pm_since_parse (text, g_get_real_time (), ret_time_us))
    pm_call_query_mistake (call, name, "“%s” is no time (2h, 7d, 2026-11-22, RFC 3339)", text);
}

static gboolean
read_query (PmCall *call, PmHistoryQuery *query)
{
  *query = (PmHistoryQuery){
      .port = (guint16) pm_call_query_integer (call, "port", 0),
      .service_id = pm_call_query_integer (call, "serviceId", 0),
      .service = pm_call_query (call, "service"),
      .project = pm_call_query (call, "project"),
      .limit = (guint) pm_call_query_integer (call, "limit", PM_PAGE_LIMIT),
  };
  if (query->project != NULL && query->service != NULL && strchr (query->service, '/') != NULL)
    pm_call_query_mistake (call, "project", "the service “%s” names its project already",
                           query->service);
  read_time (call, "since", &query->since_us);
  read_time (call, "until", &query->until_us);
  return pm_call_cursor (call, &query->before_id);
}

void
pm_api_history (PmCall *call)
{
  GError *error = NULL;
  PmHistoryQuery query;
  if (!read_query (call, &query))
    return;
  guint limit = query.limit++;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) entries = g_array_new (FALSE, TRUE, sizeof (PmHistoryEntry));
  if (!pm_registry_history (call->context->registry, &query, arena, entries, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  guint n = MIN (entries->len, limit);
  pm_json_begin_object (&json);
  pm_json_key (&json, "history");
  pm_json_begin_array (&json);
  for (guint i = 0; i < n; i++)
    pm_history_entry_write_json (&json, &g_array_index (entries, PmHistoryEntry, i));
  pm_json_end_array (&json);
  pm_json_member_cursor (
      &json, entries->len > limit ? g_array_index (entries, PmHistoryEntry, n - 1).id : 0);
  pm_json_end_object (&json);
}

/* --- as a file --- */

#define MOST_ROWS 100000 /* in the file */

static gboolean
holds_text (const char *text, const char *word)
{
  if (text == NULL)
    return FALSE;
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *lower = g_utf8_strdown (valid, -1);
  return strstr (lower, word) != NULL;
}

/* What the page calls a change. */
static const char *
word_of (const char *change_type)
{
  static const char *const words[][2] = {
      {"created", "found"}, {"removed", "gone"}, {"external_ip", "address"}};
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i][0], change_type) == 0)
      return words[i][1];
  return change_type;
}

/* The words of the History page's filter: a port is a value as a whole. */
static gboolean
holds_word (const PmHistoryEntry *entry, const char *word)
{
  if (g_str_has_prefix (word, "project:"))
    return holds_text (entry->project_id, word + strlen ("project:"));
  if (g_str_has_prefix (word, "service:"))
    return holds_text (entry->service_name, word + strlen ("service:"));
  const char *port = g_str_has_prefix (word, "port:") ? word + strlen ("port:") : word;
  if (port[0] != '\0' && strspn (port, "0123456789") == strlen (port))
    return g_strcmp0 (entry->old_value, port) == 0 || g_strcmp0 (entry->new_value, port) == 0;
  return holds_text (entry->project_id, word) || holds_text (entry->service_name, word) ||
         holds_text (word_of (entry->change_type), word) || holds_text (entry->old_value, word) ||
         holds_text (entry->new_value, word);
}

static gboolean
holds_all (const PmHistoryEntry *entry, char *const *words)
{
  for (; *words != NULL; words++)
    if (**words != '\0' && !holds_word (entry, *words))
      return FALSE;
  return TRUE;
}

/* RFC 4180. What a spreadsheet would take for a formula gets an apostrophe first: scanned text is
 * hostile. */
static void
append_cell (GString *out, const char *text, gboolean is_last)
{
  g_autofree char *valid = g_utf8_make_valid (text == NULL ? "" : text, -1);
  gboolean is_formula = valid[0] != '\0' && strchr ("=+-@\t\r", valid[0]) != NULL;
  g_string_append_c (out, '"');
  if (is_formula)
    g_string_append_c (out, '\'');
  for (const char *c = valid; *c != '\0'; c++) {
    if (*c == '"')
      g_string_append_c (out, '"');
    g_string_append_c (out, *c);
  }
  g_string_append (out, is_last ? "\"\r\n" : "\",");
}

static void
append_row (GString *out, const PmHistoryEntry *entry)
{
  char time[PM_TIMESTAMP_SIZE];
  pm_timestamp_format (entry->timestamp_us, time);
  append_cell (out, time, FALSE);
  append_cell (out, entry->project_id, FALSE);
  append_cell (out, entry->service_name, FALSE);
  append_cell (out, entry->change_type, FALSE);
  append_cell (out, entry->old_value, FALSE);
  append_cell (out, entry->new_value, TRUE);
}

/* A page; FALSE: it was the last one, the file is full, or the registry failed. */
static gboolean
append_page (PmCall *call, PmHistoryQuery *query, char *const *words, GString *out, guint *n_rows,
             GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) entries = g_array_new (FALSE, TRUE, sizeof (PmHistoryEntry));
  if (!pm_registry_history (call->context->registry, query, arena, entries, error))
    return FALSE;
  for (guint i = 0; i < entries->len && *n_rows < MOST_ROWS; i++) {
    const PmHistoryEntry *entry = &g_array_index (entries, PmHistoryEntry, i);
    query->before_id = entry->id;
    if (!holds_all (entry, words))
      continue;
    append_row (out, entry);
    (*n_rows)++;
  }
  return entries->len == query->limit && *n_rows < MOST_ROWS;
}

void
pm_api_history_csv (PmCall *call)
{
  GError *error = NULL;
  PmHistoryQuery query;
  if (!read_query (call, &query) || pm_call_is_mistaken (call))
    return;
  const char *q = pm_call_query (call, "q");
  g_autofree char *lower = g_utf8_strdown (q == NULL ? "" : q, -1);
  g_auto (GStrv) words = g_strsplit_set (lower, " \t\n", -1);
  GString *out = g_string_new ("time,project,service,change,old,new\r\n");
  guint n_rows = 0;
  while (append_page (call, &query, words, out, &n_rows, &error))
    continue;
  if (error != NULL) {
    g_string_free (out, TRUE);
    pm_call_failed (call, error);
    return;
  }
  pm_call_header (call, "Content-Disposition", "attachment; filename=\"port-manager-history.csv\"");
  pm_call_text (call, 200, "text/csv; charset=utf-8", out);
}
