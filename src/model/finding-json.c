#include "model/finding-json.h"

static void
write_text (PmJsonWriter *json, const char *key, const char *text)
{
  if (text[0] != '\0')
    pm_json_member_string (json, key, text);
}

static void
write_value (PmJsonWriter *json, const PmFinding *f)
{
  if (f->kind == PM_KIND_IP) {
    pm_json_member_string (json, "value", f->address);
    return;
  }
  pm_json_member_int (json, "value", f->port);
  if (f->port_end > f->port)
    pm_json_member_int (json, "value_end", f->port_end);
}

static void
write_endpoint (PmJsonWriter *json, const PmFinding *f)
{
  if (f->kind != PM_KIND_PORT || f->host[0] == '\0')
    return;
  g_autofree char *endpoint = pm_finding_endpoint (f);
  pm_json_member_string (json, "endpoint", endpoint);
}

void
pm_finding_write_json (PmJsonWriter *json, const PmFinding *f)
{
  pm_json_begin_object (json);
  pm_json_member_string (json, "root", f->root);
  pm_json_member_string (json, "project", f->project);
  pm_json_member_string (json, "file", f->file);
  pm_json_member_int (json, "line", f->position.line);
  pm_json_member_int (json, "column", f->position.column);
  pm_json_member_int (json, "start", f->span.start);
  pm_json_member_int (json, "end", f->span.end);
  pm_json_member_string (json, "format", f->format);
  pm_json_member_string (json, "path", f->path);
  pm_json_member_string (json, "kind", pm_kind_name (f->kind));
  pm_json_member_string (json, "role", pm_role_name (f->role));
  write_value (json, f);
  write_endpoint (json, f);
  write_text (json, "origin", f->origin);
  write_text (json, "variable", f->variable);
  pm_json_member_string (json, "service", f->service);
  if (g_strcmp0 (f->owner, f->service) != 0)
    write_text (json, "owner", f->owner);
  write_text (json, "protocol",
              f->protocol[0] == '\0' && f->transport != PM_TRANSPORT_TCP
                  ? pm_transport_name (f->transport)
                  : f->protocol);
  write_text (json, "bind", f->bind);
  pm_json_member_string (json, "scope", pm_scope_name (f->scope));
  pm_json_member_string (json, "variant", f->variant);
  write_text (json, "profiles", f->profiles);
  pm_json_member_string (json, "text", pm_text_class_name (f->text_class));
  pm_json_member_double (json, "confidence", f->confidence);
  pm_json_member_string (json, "rule", f->rule);
  if (f->means != NULL)
    pm_json_member_string (json, "means", f->means);
  if (f->standing != PM_STANDING_READ)
    pm_json_member_string (json, "standing", pm_standing_name (f->standing));
  pm_json_end_object (json);
}
