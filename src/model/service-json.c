#include "model/service-json.h"

#include "model/socket-json.h"

#include <string.h>

static void
write_config_file (PmJsonWriter *json, const PmConfigFile *file)
{
  pm_json_begin_object (json);
  pm_json_member_string (json, "path", file->path);
  pm_json_member_string (json, "format", file->format);
  pm_json_member_string (json, "variant", file->variant);
  pm_json_member_int (json, "line", file->line);
  pm_json_member_string (json, "role", pm_role_name (file->role));
  if (file->is_kept)
    pm_json_member_bool (json, "kept", TRUE);
  if (!g_utf8_validate (file->path, -1, NULL)) {
    g_autofree char *escaped = g_uri_escape_string (file->path, "/", FALSE);
    pm_json_member_string (json, "rawPath", escaped);
  }
  pm_json_end_object (json);
}

void
pm_service_write_config_files_json (PmJsonWriter *json, const PmService *service)
{
  pm_json_begin_array (json);
  for (guint i = 0; i < service->n_config_files; i++)
    write_config_file (json, &service->config_files[i]);
  pm_json_end_array (json);
}

/* A comma-separated text as a list. */
static void
write_list (PmJsonWriter *json, const char *key, const char *text)
{
  pm_json_key (json, key);
  pm_json_begin_array (json);
  while (text != NULL && *text != '\0') {
    gsize length = strcspn (text, ",");
    if (length > 0)
      pm_json_string_len (json, text, length);
    text += text[length] == ',' ? length + 1 : length;
  }
  pm_json_end_array (json);
}

void
pm_service_write_project_name (PmJsonWriter *json, const PmService *service)
{
  if (pm_service_shown_project (service) != service->project_id)
    pm_json_member_string (json, "projectName", pm_service_shown_project (service));
}

void
pm_service_write_json_members (PmJsonWriter *json, const PmService *service)
{
  pm_json_member_int (json, "id", service->id);
  pm_json_member_string (json, "projectId", service->project_id);
  pm_json_member_string (json, "serviceName", pm_service_shown_name (service));
  pm_json_member_string (json, "externalIP", service->external_ip);
  pm_json_member_int (json, "internalPort", service->internal_port);
  pm_json_member_int (json, "externalPort", service->external_port);
  pm_json_member_string (json, "protocol", pm_service_shown_protocol (service));
  pm_json_member_string (json, "status", pm_status_name (service->status));
  pm_json_member_time (json, "lastUpdated", service->last_updated_us);
  pm_json_key (json, "configFiles");
  pm_service_write_config_files_json (json, service);
  pm_json_member_string (json, "host", service->host);
  pm_json_member_string (json, "root", service->root);
  pm_json_member_string (json, "bind", service->bind);
  pm_json_member_string (json, "transport", pm_transport_name (service->transport));
  pm_json_member_string (json, "scope", pm_scope_name (service->scope));
  pm_json_member_string (json, "type", service->type);
  pm_json_member_string (json, "variant", service->variant);
  write_list (json, "profiles", service->profiles);
  pm_json_member_string (json, "origin", service->origin);
  pm_json_member_double (json, "confidence", service->confidence);
  pm_json_member_string (json, "pinned", service->pinned);
  write_list (json, "tags", service->tags);
  pm_json_member_bool (json, "kept", pm_service_is_kept (service));
  pm_json_member_string (json, "health", pm_health_name (service->health));
  pm_service_write_project_name (json, service);
  if (pm_service_shown_name (service) != service->name)
    pm_json_member_string (json, "observedName", service->name);
  if (pm_service_shown_protocol (service) != service->protocol)
    pm_json_member_string (json, "observedProtocol", service->protocol);
  if (service->live == PM_LIVE_UNKNOWN)
    return;
  pm_json_member_string (json, "live", pm_live_name (service->live));
  pm_json_key (json, "listener");
  if (service->socket != NULL)
    pm_socket_write_json (json, service->socket);
  else
    pm_json_null (json);
}

void
pm_service_write_json (PmJsonWriter *json, const PmService *service)
{
  pm_json_begin_object (json);
  pm_service_write_json_members (json, service);
  pm_json_end_object (json);
}

static void
write_given (PmJsonWriter *json, const char *key, const char *text)
{
  if (text != NULL && text[0] != '\0')
    pm_json_member_string (json, key, text);
}

void
pm_service_write_row_json (PmJsonWriter *json, const PmService *service)
{
  pm_json_begin_object (json);
  pm_json_member_int (json, "id", service->id);
  pm_json_member_string (json, "projectId", service->project_id);
  pm_service_write_project_name (json, service);
  pm_json_member_string (json, "serviceName", pm_service_shown_name (service));
  write_given (json, "externalIP", service->external_ip);
  pm_json_member_int (json, "internalPort", service->internal_port);
  pm_json_member_int (json, "externalPort", service->external_port);
  pm_json_member_string (json, "protocol", pm_service_shown_protocol (service));
  pm_json_member_string (json, "status", pm_status_name (service->status));
  pm_json_member_time (json, "lastUpdated", service->last_updated_us);
  pm_json_member_string (json, "host", service->host);
  write_given (json, "bind", service->bind);
  write_given (json, "type", service->type);
  write_given (json, "variant", service->variant);
  write_given (json, "pinned", service->pinned);
  if (service->tags != NULL && service->tags[0] != '\0')
    write_list (json, "tags", service->tags);
  pm_json_member_string (json, "health", pm_health_name (service->health));
  pm_json_end_object (json);
}

static const PmService *
service_at (const GArray *services, gint32 index)
{
  if (index < 0 || (guint) index >= services->len)
    return NULL;
  return &g_array_index (services, PmService, (guint) index);
}

static void
write_claimant (PmJsonWriter *json, const PmClaimant *claimant, const GArray *services)
{
  const PmService *service = service_at (services, claimant->service);
  pm_json_begin_object (json);
  pm_json_key (json, "serviceId");
  if (service != NULL)
    pm_json_int (json, service->id);
  else
    pm_json_null (json);
  pm_json_member_string (json, "projectId", service != NULL ? service->project_id : "");
  if (service != NULL)
    pm_service_write_project_name (json, service);
  pm_json_member_string (json, "serviceName",
                         service != NULL ? pm_service_shown_name (service) : "");
  pm_json_member_string (json, "file", claimant->file);
  pm_json_member_int (json, "line", claimant->line);
  pm_json_member_string (json, "bind", claimant->bind);
  pm_json_member_string (json, "variant", claimant->variant);
  pm_json_member_string (json, "profiles", claimant->profiles);
  if (service != NULL && pm_service_is_kept (service))
    pm_json_member_bool (json, "kept", TRUE);
  const PmSocket *socket = claimant->socket;
  pm_json_member_string (json, "command", socket == NULL ? "" : socket->command);
  if (socket != NULL) {
    pm_json_member_int (json, "pid", socket->pid);
    pm_json_key (json, "listener");
    pm_socket_write_json (json, socket);
  }
  pm_json_end_object (json);
}

static void
write_move (PmJsonWriter *json, const PmService *service, guint16 port)
{
  pm_json_begin_object (json);
  pm_json_member_int (json, "serviceId", service->id);
  pm_json_member_int (json, "port", port);
  pm_json_end_object (json);
}

static void
write_suggestion (PmJsonWriter *json, const PmConflict *conflict, const GArray *services)
{
  const PmService *service = service_at (services, conflict->suggested_service);
  if (service == NULL || conflict->suggested_port == 0)
    pm_json_null (json);
  else
    write_move (json, service, conflict->suggested_port);
}

static void
write_suggestions (PmJsonWriter *json, const PmConflict *conflict, const GArray *services)
{
  pm_json_begin_array (json);
  for (guint i = 0; conflict->moves != NULL && i < conflict->moves->len; i++) {
    const PmConflictMove *move = &g_array_index (conflict->moves, PmConflictMove, i);
    const PmService *service = service_at (services, (gint32) move->service);
    if (service != NULL)
      write_move (json, service, move->port);
  }
  pm_json_end_array (json);
}

void
pm_conflict_write_json (PmJsonWriter *json, const PmConflict *conflict, const GArray *services)
{
  pm_json_begin_object (json);
  pm_json_member_string (json, "id", conflict->id);
  pm_json_member_int (json, "port", conflict->port);
  pm_json_member_string (json, "transport", pm_transport_name (conflict->transport));
  pm_json_member_string (json, "host", conflict->host);
  pm_json_member_string (json, "severity", pm_severity_name (conflict->severity));
  pm_json_key (json, "claimants");
  pm_json_begin_array (json);
  for (guint i = 0; i < conflict->n_claimants; i++)
    write_claimant (json, &conflict->claimants[i], services);
  pm_json_end_array (json);
  pm_json_member_string (json, "reason", conflict->reason);
  pm_json_key (json, "suggestion");
  write_suggestion (json, conflict, services);
  pm_json_key (json, "suggestions");
  write_suggestions (json, conflict, services);
  pm_json_member_string (json, "stuck", conflict->stuck);
  pm_json_end_object (json);
}

/* --- what such an object says --- */

static PmFingerprint
mix_texts (PmFingerprint digest, const char *const *texts, gsize n)
{
  for (gsize i = 0; i < n; i++)
    digest = pm_fingerprint_text (digest, texts[i]);
  return digest;
}

static PmFingerprint
mix_claimant (PmFingerprint digest, const PmClaimant *claimant, const GArray *services)
{
  const PmService *service = service_at (services, claimant->service);
  const char *const said[] = {claimant->file, claimant->bind, claimant->variant,
                              claimant->profiles};
  digest = mix_texts (digest, said, G_N_ELEMENTS (said));
  digest = pm_fingerprint_integer (digest, claimant->line);
  if (service == NULL)
    return pm_fingerprint_integer (digest, 1);
  const char *const names[] = {service->project_id, pm_service_shown_project (service),
                               pm_service_shown_name (service)};
  digest = mix_texts (digest, names, G_N_ELEMENTS (names));
  digest = pm_fingerprint_integer (digest, (guint64) service->id);
  return pm_fingerprint_integer (digest, pm_service_is_kept (service) ? 3 : 2);
}

static PmFingerprint
mix_move (PmFingerprint digest, const GArray *services, gint32 index, guint16 port)
{
  const PmService *service = service_at (services, index);
  digest = pm_fingerprint_integer (digest, service == NULL ? 0 : (guint64) service->id);
  return pm_fingerprint_integer (digest, (service == NULL ? 0u : 1u) << 16 | port);
}

PmFingerprint
pm_conflict_json_digest (const PmConflict *conflict, const GArray *services)
{
  const char *const said[] = {conflict->id, conflict->host, conflict->reason, conflict->stuck};
  PmFingerprint digest = mix_texts (PM_FINGERPRINT_START, said, G_N_ELEMENTS (said));
  digest =
      pm_fingerprint_integer (digest, (guint64) conflict->severity << 32 |
                                          (guint64) conflict->transport << 16 | conflict->port);
  digest = pm_fingerprint_integer (digest, conflict->n_claimants);
  for (guint i = 0; i < conflict->n_claimants; i++) {
    if (conflict->claimants[i].socket != NULL)
      return 0;
    digest = mix_claimant (digest, &conflict->claimants[i], services);
  }
  digest = mix_move (digest, services, conflict->suggested_service, conflict->suggested_port);
  for (guint i = 0; conflict->moves != NULL && i < conflict->moves->len; i++) {
    const PmConflictMove *move = &g_array_index (conflict->moves, PmConflictMove, i);
    digest = mix_move (digest, services, (gint32) move->service, move->port);
  }
  return digest;
}
