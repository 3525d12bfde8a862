/* DESIGN
 * Services as rows, and what may be told about one beside a scan. config_files is JSON for
 * everybody who reads the table; here it is read back into plain values. */

#include "registry/scan.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

const char *
pm_intern (PmInterner *interner, const char *text)
{
  if (text == NULL || text[0] == '\0')
    return "";
  const char *known = g_hash_table_lookup (interner->texts, text);
  if (known != NULL)
    return known;
  char *kept = pm_arena_strdup (interner->arena, text);
  g_hash_table_add (interner->texts, kept);
  return kept;
}

/* --- config_files --- */

static const char *
json_text (PmInterner *interner, json_t *object, const char *key)
{
  return pm_intern (interner, json_string_value (json_object_get (object, key)));
}

static PmConfigFile
read_config_file (PmInterner *interner, json_t *object)
{
  PmConfigFile file = {
      .path = json_text (interner, object, "path"),
      .format = json_text (interner, object, "format"),
      .variant = json_text (interner, object, "variant"),
      .line = (guint32) json_integer_value (json_object_get (object, "line")),
      .is_kept = json_is_true (json_object_get (object, "kept")),
  };
  const char *role = json_string_value (json_object_get (object, "role"));
  if (role != NULL)
    pm_role_from_name (role, &file.role);
  const char *raw_path = json_string_value (json_object_get (object, "rawPath"));
  g_autofree char *path = raw_path == NULL ? NULL : g_uri_unescape_string (raw_path, NULL);
  g_autoptr (GBytes) bytes =
      raw_path == NULL || path != NULL ? NULL : g_uri_unescape_bytes (raw_path, -1, NULL, NULL);
  if (path != NULL)
    file.path = pm_intern (interner, path);
  else if (bytes != NULL)
    file.path = pm_arena_strndup (interner->arena, g_bytes_get_data (bytes, NULL),
                                  g_bytes_get_size (bytes));
  return file;
}

/* --- as it is nearly always written: plain ASCII without blanks and escapes --- */

typedef struct {
  PmInterner *interner;
  const char *at;
} Plain;

static gboolean
skip (Plain *plain, char c)
{
  gboolean is_there = *plain->at == c;
  plain->at += is_there ? 1 : 0;
  return is_there;
}

/* FALSE: it is not plain, or does not fit. */
static gboolean
read_plain_text (Plain *plain, char *text, gsize size)
{
  gsize length = 0;
  if (!skip (plain, '"'))
    return FALSE;
  for (; *plain->at != '"'; plain->at++) {
    if (*plain->at < 0x20 || *plain->at > 0x7e || *plain->at == '\\' || length + 1 == size)
      return FALSE;
    text[length++] = *plain->at;
  }
  text[length] = '\0';
  return skip (plain, '"');
}

static gboolean
read_plain_value (Plain *plain, const char *key, PmConfigFile *file)
{
  char text[512];
  if (strcmp (key, "line") == 0) {
    char *end = NULL;
    if (!g_ascii_isdigit (*plain->at))
      return FALSE;
    file->line = (guint32) strtoul (plain->at, &end, 10);
    plain->at = end;
    return TRUE;
  }
  if (!read_plain_text (plain, text, sizeof text))
    return FALSE;
  if (strcmp (key, "role") == 0)
    return pm_role_from_name (text, &file->role);
  const char **place = strcmp (key, "path") == 0      ? &file->path
                       : strcmp (key, "format") == 0  ? &file->format
                       : strcmp (key, "variant") == 0 ? &file->variant
                                                      : NULL;
  if (place != NULL)
    *place = pm_intern (plain->interner, text);
  return place != NULL;
}

static gboolean
read_plain_file (Plain *plain, PmConfigFile *file)
{
  char key[16];
  *file = (PmConfigFile){.path = "", .format = "", .variant = ""};
  if (!skip (plain, '{'))
    return FALSE;
  do
    if (!read_plain_text (plain, key, sizeof key) || !skip (plain, ':') ||
        !read_plain_value (plain, key, file))
      return FALSE;
  while (skip (plain, ','));
  return skip (plain, '}');
}

/* FALSE: that is for the one who reads any JSON. Most of loading many services was that. */
static gboolean
read_plain_files (PmInterner *interner, const char *text, PmService *service)
{
  PmConfigFile files[16];
  guint n = 0;
  Plain plain = {interner, text};
  if (text == NULL || !skip (&plain, '['))
    return FALSE;
  do
    if (n == G_N_ELEMENTS (files) || !read_plain_file (&plain, &files[n++]))
      return FALSE;
  while (skip (&plain, ','));
  if (!skip (&plain, ']') || *plain.at != '\0')
    return FALSE;
  service->config_files = pm_arena_alloc (interner->arena, n * sizeof (PmConfigFile));
  memcpy (service->config_files, files, n * sizeof (PmConfigFile));
  service->n_config_files = n;
  return TRUE;
}

static void
read_config_files (PmInterner *interner, const char *text, PmService *service)
{
  if (read_plain_files (interner, text, service))
    return;
  json_t *list = json_loads (text == NULL ? "[]" : text, 0, NULL);
  gsize n_files = json_array_size (list);
  if (n_files > 0)
    service->config_files = pm_arena_alloc (interner->arena, n_files * sizeof (PmConfigFile));
  for (gsize i = 0; i < n_files; i++)
    service->config_files[i] = read_config_file (interner, json_array_get (list, i));
  service->n_config_files = (guint) n_files;
  json_decref (list);
}

/* --- rows --- */

void
pm_service_from_row (PmRegistry *registry, PmStatement *row, PmInterner *interner,
                     gboolean with_files, PmService *ret_service)
{
  const PmRegistryBackend *b = registry->backend;
  PmService *service = ret_service;
  *service = (PmService){
      .id = b->integer (row, 0),
      .project_id = pm_intern (interner, b->text (row, 1)),
      .name = pm_intern (interner, b->text (row, 2)),
      .external_ip = pm_intern (interner, b->text (row, 3)),
      .internal_port = (guint16) b->integer (row, 4),
      .external_port = (guint16) b->integer (row, 5),
      .protocol = pm_intern (interner, b->text (row, 6)),
      .last_updated_us = b->integer (row, 8),
      .host = pm_intern (interner, b->text (row, 10)),
      .root = pm_intern (interner, b->text (row, 11)),
      .bind = pm_intern (interner, b->text (row, 14)),
      .type = pm_intern (interner, b->text (row, 15)),
      .variant = pm_intern (interner, b->text (row, 16)),
      .profiles = pm_intern (interner, b->text (row, 17)),
      .origin = pm_intern (interner, b->text (row, 18)),
      .confidence = b->real (row, 19),
      .pinned = pm_intern (interner, b->text (row, 20)),
      .tags = pm_intern (interner, b->text (row, 21)),
      .given_name = pm_intern (interner, b->text (row, 22)),
      .given_protocol = pm_intern (interner, b->text (row, 23)),
      .project_name = pm_intern (interner, b->text (row, 26)),
  };
  pm_status_from_name (b->text (row, 7), &service->status);
  pm_transport_from_name (b->text (row, 12), &service->transport);
  pm_scope_from_name (b->text (row, 13), &service->scope);
  if (b->integer (row, 25) > g_get_real_time ())
    pm_health_from_name (b->text (row, 24), &service->health);
  if (with_files)
    read_config_files (interner, b->text (row, 9), service);
}

gboolean
pm_registry_services (PmRegistry *registry, PmArena *arena, GArray *services, GError **error)
{
  g_autoptr (GHashTable) texts = g_hash_table_new (g_str_hash, g_str_equal);
  PmInterner interner = {arena, texts};
  PmStatement *rows = pm_sql_query (registry,
                                    "SELECT " PM_SERVICE_COLUMNS
                                    " FROM services WHERE removed IS NULL ORDER BY project_id,"
                                    " service_name, internal_port, host, root, id",
                                    PM_NO_VALUES, error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    PmService service;
    pm_service_from_row (registry, rows, &interner, TRUE, &service);
    g_array_append_val (services, service);
  }
  return step == PM_STEP_DONE;
}

static void
set_not_found (gint64 id, GError **error)
{
  g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND,
               "there is no service with id %" G_GINT64_FORMAT, id);
}

gboolean
pm_registry_service (PmRegistry *registry, gint64 id, PmArena *arena, PmService *ret_service,
                     GError **error)
{
  g_autoptr (GHashTable) texts = g_hash_table_new (g_str_hash, g_str_equal);
  PmInterner interner = {arena, texts};
  PmStatement *rows =
      pm_sql_query (registry, "SELECT " PM_SERVICE_COLUMNS " FROM services WHERE id = ?",
                    PM_VALUES (pm_int (id)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step = pm_sql_step (registry, rows, error);
  if (step == PM_STEP_ROW) {
    pm_service_from_row (registry, rows, &interner, TRUE, ret_service);
    pm_sql_finish (registry, rows);
    return TRUE;
  }
  if (step == PM_STEP_DONE)
    set_not_found (id, error);
  return FALSE;
}

/* --- what is told beside a scan --- */

static gboolean
set_status (PmRegistry *registry, gint64 id, PmStatus status, gint64 now_us, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmService service;
  if (!pm_registry_service (registry, id, arena, &service, error))
    return FALSE;
  if (service.status == status || service.status == PM_STATUS_CONFLICT)
    return TRUE;
  PmServiceChange change = {.type = "status"};
  g_strlcpy (change.old_value, pm_status_name (service.status), sizeof change.old_value);
  g_strlcpy (change.new_value, pm_status_name (status), sizeof change.new_value);
  service.status = status;
  service.last_updated_us = now_us;
  return pm_sql_run (registry, "UPDATE services SET status = ?, last_updated = ? WHERE id = ?",
                     PM_VALUES (pm_text (pm_status_name (status)), pm_int (now_us), pm_int (id)),
                     error) &&
         pm_service_changed (registry, "service.changed", &service, &change, now_us, error);
}

gboolean
pm_registry_set_status (PmRegistry *registry, gint64 id, PmStatus status, gint64 now_us,
                        GError **error)
{
  if (!pm_registry_enter (registry, PM_ACCESS_OBSERVATION, error))
    return FALSE;
  return pm_registry_leave (registry, set_status (registry, id, status, now_us, error), error);
}

static gboolean
annotate (PmRegistry *registry, gint64 id, const PmAnnotation *a, gint64 now_us, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmServiceChange change = {.type = "details"};
  PmService service;
  if (!pm_registry_service (registry, id, arena, &service, error))
    return FALSE;
  return pm_sql_run (registry,
                     "UPDATE services SET pinned = coalesce (?, pinned), tags = coalesce (?, tags),"
                     " given_name = coalesce (?, given_name),"
                     " given_protocol = coalesce (?, given_protocol) WHERE id = ?",
                     PM_VALUES (pm_text_or_null (a->pinned), pm_text_or_null (a->tags),
                                pm_text_or_null (a->name), pm_text_or_null (a->protocol),
                                pm_int (id)),
                     error) &&
         pm_registry_service (registry, id, arena, &service, error) &&
         pm_service_changed (registry, "service.changed", &service, &change, now_us, error);
}

gboolean
pm_registry_annotate (PmRegistry *registry, gint64 id, const PmAnnotation *annotation,
                      gint64 now_us, GError **error)
{
  if (!pm_registry_enter (registry, PM_ACCESS_DECISION, error))
    return FALSE;
  return pm_registry_leave (registry, annotate (registry, id, annotation, now_us, error), error);
}

gboolean
pm_registry_conflicts (PmRegistry *registry, PmArena *arena, GArray *objects, GError **error)
{
  PmStatement *rows =
      pm_sql_query (registry, "SELECT data FROM conflicts WHERE host = ? ORDER BY port, id",
                    PM_VALUES (pm_text (registry->host)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW) {
    const char *object = pm_sql_text (registry, rows, 0, arena);
    g_array_append_val (objects, object);
  }
  return step == PM_STEP_DONE;
}

gboolean
pm_registry_count_conflicts (PmRegistry *registry, guint ret_counts[3], GError **error)
{
  PmStatement *rows = pm_sql_query (
      registry, "SELECT severity, count(*) FROM conflicts WHERE host = ? GROUP BY severity",
      PM_VALUES (pm_text (registry->host)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  memset (ret_counts, 0, 3 * sizeof *ret_counts);
  while ((step = pm_sql_step (registry, rows, error)) == PM_STEP_ROW)
    for (guint severity = 0; severity < 3; severity++)
      if (strcmp (registry->backend->text (rows, 0), pm_severity_name ((PmSeverity) severity)) == 0)
        ret_counts[severity] = (guint) registry->backend->integer (rows, 1);
  return step == PM_STEP_DONE;
}
