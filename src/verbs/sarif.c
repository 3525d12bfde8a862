#include "verbs/sarif.h"

#include <string.h>

#include "base/json-writer.h"

#define SCHEMA                                                                                     \
  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

typedef struct {
  const char *id;
  const char *text;
} Rule;

static const Rule rules[] = {
    {"stale-address", "An address by which this machine is no longer known."},
    {"inconsistent", "Compose maps a container port on which its service does not listen."},
    {"unreadable", "A configuration file that does not parse."},
    {"dangling-reference", "Points at a port of this machine that no project binds."},
    {"unknown-meaning", "A rule of the user means a service that does not answer there."},
    {"limit", "Something that was not read: over a limit, or not permitted."},
};

/* Roots in the order of their first result. */
static GPtrArray *
roots_of (const GArray *results)
{
  GPtrArray *roots = g_ptr_array_new ();
  for (guint i = 0; i < results->len; i++) {
    const char *root = g_array_index (results, PmCheckResult, i).root;
    if (!g_ptr_array_find_with_equal_func (roots, root, g_str_equal, NULL))
      g_ptr_array_add (roots, (gpointer) root);
  }
  return roots;
}

static void
write_message (PmJsonWriter *json, const char *key, const char *text)
{
  pm_json_key (json, key);
  pm_json_begin_object (json);
  pm_json_member_string (json, "text", text);
  pm_json_end_object (json);
}

static void
write_tool (PmJsonWriter *json, const char *version)
{
  pm_json_key (json, "tool");
  pm_json_begin_object (json);
  pm_json_key (json, "driver");
  pm_json_begin_object (json);
  pm_json_member_string (json, "name", "port-manager");
  pm_json_member_string (json, "version", version);
  pm_json_key (json, "rules");
  pm_json_begin_array (json);
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++) {
    pm_json_begin_object (json);
    pm_json_member_string (json, "id", rules[i].id);
    write_message (json, "shortDescription", rules[i].text);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
  pm_json_end_object (json);
  pm_json_end_object (json);
}

static void
write_roots (PmJsonWriter *json, const GPtrArray *roots)
{
  pm_json_key (json, "originalUriBaseIds");
  pm_json_begin_object (json);
  for (guint i = 0; i < roots->len; i++) {
    g_autofree char *id = g_strdup_printf ("ROOT%u", i + 1);
    g_autofree char *escaped = g_uri_escape_string (roots->pdata[i], "/", FALSE);
    g_autofree char *uri = g_strdup_printf ("file://%s/", escaped);
    pm_json_key (json, id);
    pm_json_begin_object (json);
    pm_json_member_string (json, "uri", uri);
    pm_json_end_object (json);
  }
  pm_json_end_object (json);
}

static void
write_location (PmJsonWriter *json, const PmCheckResult *result, const GPtrArray *roots)
{
  guint root = 0;
  g_ptr_array_find_with_equal_func ((GPtrArray *) roots, result->root, g_str_equal, &root);
  g_autofree char *id = g_strdup_printf ("ROOT%u", root + 1);
  g_autofree char *uri = g_uri_escape_string (result->file, "/", FALSE);
  pm_json_key (json, "locations");
  pm_json_begin_array (json);
  pm_json_begin_object (json);
  pm_json_key (json, "physicalLocation");
  pm_json_begin_object (json);
  pm_json_key (json, "artifactLocation");
  pm_json_begin_object (json);
  pm_json_member_string (json, "uri", uri);
  pm_json_member_string (json, "uriBaseId", id);
  pm_json_end_object (json);
  if (result->line > 0) {
    pm_json_key (json, "region");
    pm_json_begin_object (json);
    pm_json_member_int (json, "startLine", result->line);
    pm_json_end_object (json);
  }
  pm_json_end_object (json);
  pm_json_end_object (json);
  pm_json_end_array (json);
}

static gint
rule_index (const char *id)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    if (strcmp (rules[i].id, id) == 0)
      return (gint) i;
  return -1;
}

static void
write_result (PmJsonWriter *json, const PmCheckResult *result, const GPtrArray *roots)
{
  g_autofree char *text = g_strdup_printf ("%s: %s", result->message, result->remedy);
  pm_json_begin_object (json);
  pm_json_member_string (json, "ruleId", result->rule);
  pm_json_member_int (json, "ruleIndex", rule_index (result->rule));
  pm_json_member_string (json, "level", pm_severity_name (result->severity));
  write_message (json, "message", text);
  write_location (json, result, roots);
  pm_json_key (json, "partialFingerprints");
  pm_json_begin_object (json);
  pm_json_member_string (json, "portManager/v1", result->fingerprint);
  pm_json_end_object (json);
  if (result->accepted) {
    pm_json_key (json, "suppressions");
    pm_json_raw (json, "[{\"kind\":\"external\"}]");
  }
  pm_json_end_object (json);
}

GString *
pm_check_to_sarif (const GArray *results, const char *version)
{
  GString *out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  g_autoptr (GPtrArray) roots = roots_of (results);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "$schema", SCHEMA);
  pm_json_member_string (&json, "version", "2.1.0");
  pm_json_key (&json, "runs");
  pm_json_begin_array (&json);
  pm_json_begin_object (&json);
  write_tool (&json, version);
  write_roots (&json, roots);
  pm_json_key (&json, "results");
  pm_json_begin_array (&json);
  for (guint i = 0; i < results->len; i++)
    write_result (&json, &g_array_index (results, PmCheckResult, i), roots);
  pm_json_end_array (&json);
  pm_json_end_object (&json);
  pm_json_end_array (&json);
  pm_json_end_object (&json);
  return out;
}
