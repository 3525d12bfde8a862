/* DESIGN
 * What is known (of all projects, or of those that are asked about) is read once and matched; each
 * observed service is then new, back, changed or as it was. A change of a port, an address or the
 * status is a line of history and an event of its own; any other change is one event. What nobody
 * matched, in a root that was scanned, is removed. */

#include "base/fingerprint.h"
#include "registry/scan.h"

#include "model/service-json.h"

#include <string.h>

/* --- what is known --- */

static guint16
moved_to (const PmScan *scan, gint64 service_id)
{
  for (guint i = 0; i < scan->scope->n_moves; i++)
    if (scan->scope->moves[i].service_id == service_id)
      return scan->scope->moves[i].port;
  return 0;
}

#define KNOWN_COLUMNS                                                                              \
  PM_SERVICE_COLUMNS ", fingerprint, removed IS NOT NULL, pinned, pinned_by_config"

/* Reads to the end of the rows, which may be NULL. */
static gboolean
add_known (PmScan *scan, PmStatement *rows, PmInterner *interner, GArray *known, GError **error)
{
  const PmRegistryBackend *backend = scan->registry->backend;
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (scan->registry, rows, error)) == PM_STEP_ROW) {
    PmKnownService service = {0};
    pm_service_from_row (scan->registry, rows, interner, FALSE, &service.service);
    service.fingerprint = (guint64) backend->integer (rows, PM_SERVICE_N_COLUMNS);
    service.is_removed = backend->integer (rows, PM_SERVICE_N_COLUMNS + 1) != 0;
    service.moved_to = moved_to (scan, service.service.id);
    service.pinned_by_person = pm_intern (interner, backend->text (rows, PM_SERVICE_N_COLUMNS + 2));
    service.pinned_by_config = pm_intern (interner, backend->text (rows, PM_SERVICE_N_COLUMNS + 3));
    g_array_append_val (known, service);
  }
  return step == PM_STEP_DONE;
}

static gint
compare_ids (gconstpointer a, gconstpointer b)
{
  gint64 left = ((const PmKnownService *) a)->service.id;
  gint64 right = ((const PmKnownService *) b)->service.id;
  return left < right ? -1 : left > right;
}

static gboolean
add_known_of_part (PmScan *scan, PmInterner *interner, GArray *known, GError **error)
{
  const PmScanPart *part = scan->scope->part;
  for (guint i = 0; i < part->n_projects; i++) {
    PmStatement *rows = pm_sql_query (
        scan->registry,
        "SELECT " KNOWN_COLUMNS " FROM services WHERE host = ? AND root = ? AND project_id = ?",
        PM_VALUES (pm_text (scan->registry->host), pm_text (part->projects[i].root),
                   pm_text (part->projects[i].name)),
        error);
    if (!add_known (scan, rows, interner, known, error))
      return FALSE;
  }
  g_array_sort (known, compare_ids);
  return TRUE;
}

/* In the order of their ids. */
static GArray *
read_known (PmScan *scan, PmInterner *interner, GError **error)
{
  g_autoptr (GArray) known = g_array_new (FALSE, TRUE, sizeof (PmKnownService));
  if (scan->scope->part != NULL)
    return add_known_of_part (scan, interner, known, error) ? g_steal_pointer (&known) : NULL;
  PmStatement *rows = pm_sql_query (
      scan->registry, "SELECT " KNOWN_COLUMNS " FROM services WHERE host = ? ORDER BY id",
      PM_VALUES (pm_text (scan->registry->host)), error);
  return add_known (scan, rows, interner, known, error) ? g_steal_pointer (&known) : NULL;
}

static const char *
project_name_of (const PmService *service)
{
  return service->project_name == NULL ? "" : service->project_name;
}

static PmFingerprint
service_fingerprint (const PmService *service)
{
  PmFingerprint f = PM_FINGERPRINT_START;
  f = pm_fingerprint_text (f, service->external_ip);
  f = pm_fingerprint_text (f, service->bind);
  f = pm_fingerprint_integer (f, service->internal_port);
  f = pm_fingerprint_integer (f, service->external_port);
  f = pm_fingerprint_integer (f, service->transport);
  f = pm_fingerprint_integer (f, service->scope);
  f = pm_fingerprint_text (f, service->protocol);
  f = pm_fingerprint_text (f, service->type);
  f = pm_fingerprint_text (f, service->variant);
  f = pm_fingerprint_text (f, service->profiles);
  f = pm_fingerprint_text (f, service->origin);
  f = pm_fingerprint_real (f, service->confidence);
  f = pm_fingerprint_integer (f, service->n_config_files);
  for (guint i = 0; i < service->n_config_files; i++) {
    const PmConfigFile *file = &service->config_files[i];
    f = pm_fingerprint_text (f, file->path);
    f = pm_fingerprint_text (f, file->format);
    f = pm_fingerprint_text (f, file->variant);
    f = pm_fingerprint_integer (f, file->line);
    f = pm_fingerprint_integer (f, file->is_kept ? 1u << 8 | file->role : file->role);
  }
  /* Most have none, and keep the fingerprint that they had before there were any. */
  return project_name_of (service)[0] == '\0' ? f
                                              : pm_fingerprint_text (f, project_name_of (service));
}

/* --- writing --- */

static const char *
config_files_json (PmScan *scan, const PmService *service)
{
  g_string_truncate (scan->json, 0);
  PmJsonWriter json = pm_json_writer (scan->json);
  pm_service_write_config_files_json (&json, service);
  return scan->json->str;
}

static gboolean
insert_service (PmScan *scan, PmService *service, const char *pinned_by_config, GError **error)
{
  return pm_sql_new_id (scan->registry, "services", scan->n_new_services--, &service->id, error) &&
         pm_sql_insert (
             scan->registry,
             "INSERT INTO services (id, project_id, service_name, external_ip, internal_port, "
             "external_port,"
             " protocol, status, last_updated, config_files, host, root, transport, scope, bind, "
             "type,"
             " variant, profiles, origin, confidence, fingerprint, pinned_by_config, project_name)"
             " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
             PM_VALUES (pm_int_or_null (service->id), pm_text (service->project_id),
                        pm_text (service->name), pm_text (service->external_ip),
                        pm_int (service->internal_port), pm_int (service->external_port),
                        pm_text (service->protocol), pm_text (pm_status_name (service->status)),
                        pm_int (service->last_updated_us),
                        pm_text (config_files_json (scan, service)), pm_text (service->host),
                        pm_text (service->root), pm_text (pm_transport_name (service->transport)),
                        pm_text (pm_scope_name (service->scope)), pm_text (service->bind),
                        pm_text (service->type), pm_text (service->variant),
                        pm_text (service->profiles), pm_text (service->origin),
                        pm_real (service->confidence),
                        pm_int ((gint64) service_fingerprint (service)), pm_text (pinned_by_config),
                        pm_text (project_name_of (service))),
             &service->id, error);
}

static gboolean
update_service (PmScan *scan, const PmService *service, const char *pinned_by_config,
                GError **error)
{
  return pm_sql_run (
      scan->registry,
      "UPDATE services SET root = ?, project_id = ?, service_name = ?, external_ip = ?, "
      "internal_port = ?, external_port = "
      "?, protocol = ?,"
      " status = ?, last_updated = ?, config_files = ?, scope = ?, bind = ?, type = ?, variant = ?,"
      " profiles = ?, origin = ?, confidence = ?, fingerprint = ?, pinned_by_config = ?,"
      " project_name = ?, removed = NULL WHERE id = ?",
      PM_VALUES (pm_text (service->root), pm_text (service->project_id), pm_text (service->name),
                 pm_text (service->external_ip), pm_int (service->internal_port),
                 pm_int (service->external_port), pm_text (service->protocol),
                 pm_text (pm_status_name (service->status)), pm_int (service->last_updated_us),
                 pm_text (config_files_json (scan, service)),
                 pm_text (pm_scope_name (service->scope)), pm_text (service->bind),
                 pm_text (service->type), pm_text (service->variant), pm_text (service->profiles),
                 pm_text (service->origin), pm_real (service->confidence),
                 pm_int ((gint64) service_fingerprint (service)), pm_text (pinned_by_config),
                 pm_text (project_name_of (service)), pm_int (service->id)),
      error);
}

/* --- changes --- */

/* The port that others reach it by: what "who had this port" means when it came and went. */
static guint16
port_of (const PmService *service)
{
  return service->external_port != 0 ? service->external_port : service->internal_port;
}

static gboolean
created (PmScan *scan, const PmService *service, GError **error)
{
  PmServiceChange change = {.type = "created", .number = TRUE};
  g_snprintf (change.new_value, sizeof change.new_value, "%u", port_of (service));
  scan->changes.services_created++;
  return pm_service_changed (scan->registry, "service.created", service, &change, scan->now_us,
                             error);
}

static gboolean
removed (PmScan *scan, const PmService *known, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmServiceChange change = {.type = "removed", .number = TRUE};
  PmService service;
  g_snprintf (change.old_value, sizeof change.old_value, "%u", port_of (known));
  scan->changes.services_removed++;
  return pm_registry_service (scan->registry, known->id, arena, &service, error) &&
         pm_sql_run (scan->registry,
                     "UPDATE services SET removed = ?, last_updated = ?, status = 'inactive' "
                     "WHERE id = ?",
                     PM_VALUES (pm_int (scan->now_us), pm_int (scan->now_us), pm_int (known->id)),
                     error) &&
         pm_service_changed (scan->registry, "service.removed", &service, &change, scan->now_us,
                             error);
}

static gboolean
changed_number (PmScan *scan, const PmService *service, const char *type, guint old_number,
                guint new_number, GError **error)
{
  if (old_number == new_number)
    return TRUE;
  PmServiceChange change = {.type = type, .number = TRUE};
  g_snprintf (change.old_value, sizeof change.old_value, "%u", old_number);
  g_snprintf (change.new_value, sizeof change.new_value, "%u", new_number);
  return pm_service_changed (scan->registry, "service.changed", service, &change, scan->now_us,
                             error);
}

static gboolean
changed_text (PmScan *scan, const PmService *service, const char *type, const char *old_text,
              const char *new_text, GError **error)
{
  if (strcmp (old_text, new_text) == 0)
    return TRUE;
  PmServiceChange change = {.type = type};
  g_strlcpy (change.old_value, old_text, sizeof change.old_value);
  g_strlcpy (change.new_value, new_text, sizeof change.new_value);
  return pm_service_changed (scan->registry, "service.changed", service, &change, scan->now_us,
                             error);
}

static gboolean
is_same_place (const PmService *a, const PmService *b)
{
  return a->internal_port == b->internal_port && a->external_port == b->external_port &&
         a->status == b->status && strcmp (a->external_ip, b->external_ip) == 0;
}

/* Another folder tells it apart, or another root took it over. */
static gboolean
is_called_as (const PmService *now, const PmService *old)
{
  return strcmp (now->name, old->name) == 0 && strcmp (now->project_id, old->project_id) == 0 &&
         strcmp (now->root, old->root) == 0;
}

static gboolean
compare (PmScan *scan, PmService *now, const PmKnownService *known, const char *pinned_by_config,
         GError **error)
{
  const PmService *old = &known->service;
  gboolean moved = !is_same_place (now, old);
  if (!moved && service_fingerprint (now) == known->fingerprint && is_called_as (now, old) &&
      strcmp (pinned_by_config, known->pinned_by_config) == 0)
    return TRUE;
  scan->changes.services_changed++;
  if (!moved) {
    PmServiceChange change = {.type = "details"};
    return update_service (scan, now, pinned_by_config, error) &&
           pm_service_changed (scan->registry, "service.changed", now, &change, scan->now_us,
                               error);
  }
  now->last_updated_us = scan->now_us;
  return update_service (scan, now, pinned_by_config, error) &&
         changed_number (scan, now, "internal_port", old->internal_port, now->internal_port,
                         error) &&
         changed_number (scan, now, "external_port", old->external_port, now->external_port,
                         error) &&
         changed_text (scan, now, "external_ip", old->external_ip, now->external_ip, error) &&
         changed_text (scan, now, "status", pm_status_name (old->status),
                       pm_status_name (now->status), error);
}

/* --- one scan --- */

static PmStatus
status_of (const PmScan *scan, const PmService *observed, const PmService *known,
           gboolean is_conflicted)
{
  PmStatus status = observed->status;
  if (!scan->scope->status_is_known && observed->live != PM_LIVE_UNKNOWN)
    status = pm_service_live_status (observed);
  else if (!scan->scope->status_is_known && known != NULL)
    status = known->status;
  if (scan->scope->conflicts == NULL)
    return known != NULL && known->status == PM_STATUS_CONFLICT ? PM_STATUS_CONFLICT : status;
  if (is_conflicted)
    return PM_STATUS_CONFLICT;
  return status == PM_STATUS_CONFLICT ? PM_STATUS_INACTIVE : status;
}

/* What the configuration pins it with: as observed, or where nobody looked, as before. */
static const char *
pinned_by_config (const PmScan *scan, const PmService *observed, const PmKnownService *known)
{
  if (scan->scope->pins_are_known)
    return observed->pinned;
  return known == NULL ? "" : known->pinned_by_config;
}

static gboolean
store_one (PmScan *scan, PmService *now, const PmKnownService *known, gboolean is_conflicted,
           GError **error)
{
  const PmService *old = known == NULL ? NULL : &known->service;
  gboolean is_back = known != NULL && known->is_removed;
  const char *by_config = pinned_by_config (scan, now, known);
  now->health = old == NULL ? PM_HEALTH_UNKNOWN : old->health;
  now->status = status_of (scan, now, is_back ? NULL : old, is_conflicted);
  now->pinned =
      known == NULL || known->pinned_by_person[0] == '\0' ? by_config : known->pinned_by_person;
  now->tags = old == NULL ? "" : old->tags;
  now->given_name = old == NULL ? "" : old->given_name;
  now->given_protocol = old == NULL ? "" : old->given_protocol;
  /* A web server on another port is one still: a number says less than what was known. */
  if (old != NULL && !is_back && now->is_protocol_guessed)
    now->protocol = old->protocol;
  now->last_updated_us = old == NULL || is_back ? scan->now_us : old->last_updated_us;
  if (old == NULL)
    return insert_service (scan, now, by_config, error) && created (scan, now, error);
  now->id = old->id;
  if (is_back)
    return update_service (scan, now, by_config, error) && created (scan, now, error);
  return compare (scan, now, known, by_config, error);
}

static gboolean
remove_missing (PmScan *scan, const GArray *known, const gboolean *matched, GError **error)
{
  for (guint i = 0; i < known->len; i++) {
    const PmKnownService *service = &g_array_index (known, PmKnownService, i);
    if (matched[i] || service->is_removed || !pm_scan_covers (scan, service->service.root))
      continue;
    if (!removed (scan, &service->service, error))
      return FALSE;
  }
  return TRUE;
}

/* --- which of the observed ones --- */

static gboolean
is_in_part (const PmScanPart *part, const PmService *service)
{
  for (guint i = 0; i < part->n_projects; i++)
    if (strcmp (part->projects[i].name, service->project_id) == 0 &&
        strcmp (part->projects[i].root, service->root) == 0)
      return TRUE;
  return FALSE;
}

/* Those that may have changed, and where they are among all. */
static GArray *
choose (const PmScan *scan, GArray *places)
{
  const PmScanPart *part = scan->scope->part;
  GArray *chosen = g_array_new (FALSE, FALSE, sizeof (PmService));
  const PmService *last = NULL;
  gboolean was_chosen = FALSE;
  for (guint i = 0; i < scan->services->len; i++) {
    const PmService *service = &g_array_index (scan->services, PmService, i);
    gboolean is_next =
        last != NULL && last->project_id == service->project_id && last->root == service->root;
    was_chosen = part == NULL || (is_next ? was_chosen : is_in_part (part, service));
    last = service;
    if (!was_chosen)
      continue;
    g_array_append_val (chosen, *service);
    g_array_append_val (places, i);
  }
  return chosen;
}

/* What people call the others, which conflicts tell. */
static gboolean
take_given_names (PmScan *scan, GError **error)
{
  g_autoptr (GHashTable) indices = g_hash_table_new (g_int64_hash, g_int64_equal);
  PmStatement *rows = pm_sql_query (
      scan->registry, "SELECT id, given_name FROM services WHERE host = ? AND given_name <> ''",
      PM_VALUES (pm_text (scan->registry->host)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (scan->registry, rows, error)) == PM_STEP_ROW) {
    for (guint i = 0; g_hash_table_size (indices) == 0 && i < scan->services->len; i++)
      g_hash_table_insert (indices, &g_array_index (scan->services, PmService, i).id,
                           GUINT_TO_POINTER (i + 1));
    gint64 id = scan->registry->backend->integer (rows, 0);
    guint at = GPOINTER_TO_UINT (g_hash_table_lookup (indices, &id));
    if (at != 0)
      g_array_index (scan->services, PmService, at - 1).given_name =
          pm_sql_text (scan->registry, rows, 1, scan->arena);
  }
  return step == PM_STEP_DONE;
}

static gboolean
is_own (const PmScan *scan, const PmService *service)
{
  return strcmp (service->host, scan->registry->host) == 0;
}

gboolean
pm_scan_store_services (PmScan *scan, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GHashTable) texts = g_hash_table_new (g_str_hash, g_str_equal);
  PmInterner interner = {arena, texts};
  g_autoptr (GArray) known = read_known (scan, &interner, error);
  if (known == NULL || (scan->scope->part != NULL && !take_given_names (scan, error)))
    return FALSE;

  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) chosen = choose (scan, places);
  g_autofree gint32 *matches = g_new (gint32, chosen->len + 1);
  g_autofree gboolean *matched = g_new0 (gboolean, known->len + 1);
  g_autofree gboolean *conflicted =
      pm_conflicts_find_conflicted (scan->scope->conflicts, scan->observed->services->len);
  pm_match_services (known, chosen, matches);
  for (guint i = 0; i < chosen->len; i++)
    scan->n_new_services += matches[i] < 0 && is_own (scan, &g_array_index (chosen, PmService, i));
  for (guint i = 0; i < chosen->len; i++) {
    guint place = g_array_index (places, guint, i);
    PmService *now = &g_array_index (scan->services, PmService, place);
    PmKnownService *old =
        matches[i] < 0 ? NULL : &g_array_index (known, PmKnownService, matches[i]);
    if (!is_own (scan, now))
      continue; /* another machine's, that a snapshot brought along */
    if (old != NULL)
      matched[matches[i]] = TRUE;
    if (!store_one (scan, now, old, conflicted[place], error))
      return FALSE;
    /* The known one's text dies with this function. */
    now->pinned = pm_arena_strdup (scan->arena, now->pinned);
    now->tags = pm_arena_strdup (scan->arena, now->tags);
    now->given_name = pm_arena_strdup (scan->arena, now->given_name);
    now->given_protocol = pm_arena_strdup (scan->arena, now->given_protocol);
    now->protocol = pm_arena_strdup (scan->arena, now->protocol);
  }
  return remove_missing (scan, known, matched, error);
}
