/* The program's own settings: the configuration file as JSON, by the table of its keys, and changes
 * of it. */

#include <string.h>

#include "api/change.h"
#include "api/etag.h"
#include "api/handlers.h"
#include "config/schema.h"
#include "config/text.h"
#include "verbs/settings.h"

/* --- what there is --- */

static const char *
type_name (PmSettingType type)
{
  switch (type) {
  case PM_SETTING_LIST:
    return "list";
  case PM_SETTING_FLAG:
    return "flag";
  case PM_SETTING_NUMBER:
    return "integer";
  case PM_SETTING_REAL:
    return "number";
  default:
    return "text";
  }
}

/* NULL: null. */
static void
write_value (PmJsonWriter *json, GVariant *value)
{
  if (value == NULL) {
    pm_json_null (json);
  } else if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING)) {
    pm_json_string (json, g_variant_get_string (value, NULL));
  } else if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN)) {
    pm_json_bool (json, g_variant_get_boolean (value));
  } else if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64)) {
    pm_json_int (json, g_variant_get_int64 (value));
  } else if (g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE)) {
    pm_json_double (json, g_variant_get_double (value));
  } else {
    g_autofree const char **items = g_variant_get_strv (value, NULL);
    pm_json_begin_array (json);
    for (gsize i = 0; items[i] != NULL; i++)
      pm_json_string (json, items[i]);
    pm_json_end_array (json);
  }
}

/* The default is TOML, and read as such. */
static void
write_default (PmJsonWriter *json, const PmSetting *row)
{
  const char *fallback = row->fallback == NULL ? "\"\"" : row->fallback;
  g_autofree char *text =
      g_strdup_printf (row->type == PM_SETTING_LIST ? "key = [%s]\n" : "key = %s\n", fallback);
  g_autoptr (PmConfigText) file = pm_config_text_new (text, strlen (text));
  g_autoptr (GVariant) value = row->required ? NULL : pm_config_text_value (file, "key");
  pm_json_key (json, "default");
  write_value (json, value);
}

static void
write_limit (PmJsonWriter *json, const char *name, const PmSetting *row, double limit)
{
  pm_json_key (json, name);
  if (row->most > row->least)
    pm_json_double (json, limit);
  else
    pm_json_null (json);
}

static void
write_field (PmJsonWriter *json, const PmSetting *row)
{
  pm_json_member_string (json, "key", row->key);
  pm_json_member_string (json, "type", type_name (row->type));
  pm_json_member_string (json, "meaning", row->meaning);
  write_default (json, row);
  pm_json_key (json, "choices");
  if (row->choices == NULL) {
    pm_json_null (json);
  } else {
    pm_json_begin_array (json);
    for (const char *const *choice = row->choices; *choice != NULL; choice++)
      pm_json_string (json, *choice);
    pm_json_end_array (json);
  }
  write_limit (json, "least", row, row->least);
  write_limit (json, "most", row, row->most);
  pm_json_member_bool (json, "isSecret", (row->flags & PM_SETTING_SECRET) != 0);
  pm_json_member_bool (json, "byHand", (row->flags & PM_SETTING_BY_HAND) != 0);
  pm_json_member_bool (json, "atStart", (row->flags & PM_SETTING_AT_START) != 0);
}

static void
write_line (PmJsonWriter *json, const PmConfigText *file, const char *key)
{
  guint first, last;
  pm_json_key (json, "line");
  if (pm_config_text_lines (file, key, &first, &last))
    pm_json_int (json, first);
  else
    pm_json_null (json);
}

static void
write_setting (PmJsonWriter *json, const PmConfigText *file, const PmSetting *row)
{
  PmSpan span;
  g_autoptr (GVariant) value = pm_config_text_value (file, row->key);
  pm_json_begin_object (json);
  write_field (json, row);
  pm_json_key (json, "value");
  write_value (json, (row->flags & PM_SETTING_SECRET) != 0 ? NULL : value);
  pm_json_member_bool (json, "isSet", pm_config_text_span (file, row->key, &span));
  write_line (json, file, row->key);
  pm_json_end_object (json);
}

static void
write_settings (PmJsonWriter *json, const PmConfigText *file)
{
  pm_json_key (json, "settings");
  pm_json_begin_array (json);
  for (const PmSetting *row = pm_config_schema; row->key != NULL; row++)
    if (row->type != PM_SETTING_TABLES && row->type != PM_SETTING_POOLS)
      write_setting (json, file, row);
  pm_json_end_array (json);
}

static void
write_element (PmJsonWriter *json, const PmConfigText *file, const PmSetting *table, guint index)
{
  g_autofree char *name = g_strdup_printf ("%s[%u]", table->key, index);
  pm_json_begin_object (json);
  write_line (json, file, name);
  pm_json_key (json, "values");
  pm_json_begin_object (json);
  for (const PmSetting *row = table->rows; row->key != NULL; row++) {
    g_autofree char *key = g_strdup_printf ("%s.%s", name, row->key);
    g_autoptr (GVariant) value = pm_config_text_value (file, key);
    if (value == NULL)
      continue;
    pm_json_key (json, row->key);
    write_value (json, (row->flags & PM_SETTING_SECRET) != 0 ? NULL : value);
  }
  pm_json_end_object (json);
  pm_json_end_object (json);
}

static void
write_table (PmJsonWriter *json, const PmConfigText *file, const PmSetting *table)
{
  guint n = pm_config_text_count (file, table->key);
  pm_json_begin_object (json);
  pm_json_member_string (json, "key", table->key);
  pm_json_member_string (json, "meaning", table->meaning);
  pm_json_key (json, "fields");
  pm_json_begin_array (json);
  for (const PmSetting *row = table->rows; row->key != NULL; row++) {
    pm_json_begin_object (json);
    write_field (json, row);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
  pm_json_key (json, "elements");
  pm_json_begin_array (json);
  for (guint i = 0; i < n; i++)
    write_element (json, file, table, i);
  pm_json_end_array (json);
  pm_json_end_object (json);
}

static void
write_tables (PmJsonWriter *json, const PmConfigText *file)
{
  pm_json_key (json, "tables");
  pm_json_begin_array (json);
  for (const PmSetting *row = pm_config_schema; row->key != NULL; row++)
    if (row->type == PM_SETTING_TABLES)
      write_table (json, file, row);
  pm_json_end_array (json);
}

static void
write_pools (PmJsonWriter *json, const PmConfigText *file)
{
  g_auto (GStrv) names = pm_config_text_pools (file);
  pm_json_key (json, "pools");
  pm_json_begin_array (json);
  for (char **name = names; *name != NULL; name++) {
    g_autofree char *key = g_strconcat ("pools.", *name, NULL);
    g_autoptr (GVariant) ranges = pm_config_text_value (file, key);
    if (ranges == NULL || !g_variant_is_of_type (ranges, G_VARIANT_TYPE_STRING_ARRAY))
      continue;
    pm_json_begin_object (json);
    pm_json_member_string (json, "type", *name);
    pm_json_key (json, "ranges");
    write_value (json, ranges);
    write_line (json, file, key);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

static void
write_mistakes (PmJsonWriter *json, const GString *bytes)
{
  g_autoptr (GArray) mistakes = pm_config_mistakes (bytes->str, bytes->len);
  pm_json_key (json, "mistakes");
  pm_json_begin_array (json);
  for (guint i = 0; i < mistakes->len; i++) {
    const PmConfigMistake *mistake = &g_array_index (mistakes, PmConfigMistake, i);
    pm_json_begin_object (json);
    pm_json_key (json, "line");
    if (mistake->line == 0)
      pm_json_null (json);
    else
      pm_json_int (json, mistake->line);
    pm_json_member_string (json, "cause", mistake->cause);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

static void
write_config (PmJsonWriter *json, const PmSettings *settings)
{
  g_autoptr (PmConfigText) file = pm_config_text_new (settings->bytes->str, settings->bytes->len);
  pm_json_begin_object (json);
  pm_json_member_string (json, "file", settings->path);
  pm_json_member_bool (json, "exists", settings->exists);
  pm_json_member_string (json, "version", settings->version);
  write_mistakes (json, settings->bytes);
  write_settings (json, file);
  write_tables (json, file);
  write_pools (json, file);
  pm_json_end_object (json);
}

static gboolean
open_settings (PmCall *call, PmSettings *settings)
{
  GError *error = NULL;
  if (pm_settings_open (call->context, settings, &error))
    return TRUE;
  pm_call_problem (call, 500, "%s", error->message);
  g_error_free (error);
  return FALSE;
}

void
pm_api_config_show (PmCall *call)
{
  g_auto (PmSettings) settings = {0};
  if (!open_settings (call, &settings))
    return;
  PmJsonWriter json = pm_call_json (call, 200);
  write_config (&json, &settings);
}

/* --- changes --- */

static void
unref_value (gpointer change)
{
  g_clear_pointer (&((PmConfigChange *) change)->value, g_variant_unref);
}

/* NULL, with a mistake: nothing that a setting can be. */
static GVariant *
read_list (PmCall *call, const json_t *list, const char *pointer)
{
  g_auto (GVariantBuilder) builder;
  g_variant_builder_init (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (gsize i = 0; i < json_array_size (list); i++) {
    const char *text = json_string_value (json_array_get (list, i));
    if (text == NULL) {
      pm_call_mistake (call, pointer, "entry %" G_GSIZE_FORMAT " is no text", i);
      return NULL;
    }
    g_variant_builder_add (&builder, "s", text);
  }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static GVariant *
read_value (PmCall *call, const json_t *value, const char *pointer)
{
  if (json_is_string (value))
    return g_variant_ref_sink (g_variant_new_string (json_string_value (value)));
  if (json_is_boolean (value))
    return g_variant_ref_sink (g_variant_new_boolean (json_is_true (value)));
  if (json_is_integer (value))
    return g_variant_ref_sink (g_variant_new_int64 (json_integer_value (value)));
  if (json_is_real (value))
    return g_variant_ref_sink (g_variant_new_double (json_real_value (value)));
  if (json_is_array (value))
    return read_list (call, value, pointer);
  pm_call_mistake (call, pointer, "it is an object: name the keys in it one by one");
  return NULL;
}

static GArray *
read_changes (PmCall *call)
{
  GArray *changes = g_array_new (FALSE, TRUE, sizeof (PmConfigChange));
  const json_t *list = json_object_get (call->body, "changes");
  g_array_set_clear_func (changes, unref_value);
  for (gsize i = 0; i < json_array_size (list); i++) {
    const json_t *wish = json_array_get (list, i), *value = json_object_get (wish, "value");
    g_autofree char *pointer = g_strdup_printf ("/changes/%" G_GSIZE_FORMAT "/value", i);
    PmConfigChange change = {.key = json_string_value (json_object_get (wish, "key"))};
    if (!json_is_null (value))
      change.value = read_value (call, value, pointer);
    g_array_append_val (changes, change);
  }
  return changes;
}

/* RFC 9110, 13.1.1. */
static gboolean
check_match (PmCall *call, const PmSettings *settings)
{
  if (call->if_match == NULL)
    return TRUE;
  g_autoptr (GString) now = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (now);
  write_config (&json, settings);
  g_autofree char *etag = pm_etag_of (now->str, now->len);
  if (pm_etag_is_named (call->if_match, etag, FALSE))
    return TRUE;
  pm_call_problem (call, 412, "%s has changed since it was read: read it again", settings->path);
  return FALSE;
}

static void
tell_mistakes (PmCall *call, const GArray *mistakes)
{
  for (guint i = 0; i < mistakes->len; i++) {
    const PmSettingsMistake *mistake = &g_array_index (mistakes, PmSettingsMistake, i);
    g_autofree char *pointer =
        mistake->change == G_MAXSIZE
            ? g_strdup ("")
            : g_strdup_printf ("/changes/%" G_GSIZE_FORMAT "/value", mistake->change);
    if (mistake->line == 0)
      pm_call_mistake (call, pointer, "%s", mistake->cause);
    else
      pm_call_mistake (call, pointer, "line %u: %s", mistake->line, mistake->cause);
  }
}

/* "sets ip.policy, pools.api; takes service[2] away" */
static char *
describe (const GArray *changes)
{
  g_autoptr (GString) sets = g_string_new (NULL), takes = g_string_new (NULL);
  for (guint i = 0; i < changes->len; i++) {
    const PmConfigChange *change = &g_array_index (changes, PmConfigChange, i);
    GString *to = change->value == NULL ? takes : sets;
    g_string_append_printf (to, "%s%s", to->len == 0 ? "" : ", ", change->key);
  }
  return g_strdup_printf ("%s%s%s%s%s%s", sets->len == 0 ? "" : "sets ", sets->str,
                          sets->len > 0 && takes->len > 0 ? "; " : "",
                          takes->len == 0 ? "" : "takes ", takes->str,
                          takes->len == 0 ? "" : " away");
}

static void
show_change (PmCall *call, const GString *diff, guint64 transaction)
{
  PmJsonWriter json = pm_call_json (call, 200);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "diff", diff->str);
  pm_json_key (&json, "transactionId");
  if (transaction == 0)
    pm_json_null (&json);
  else
    pm_json_int (&json, (gint64) transaction);
  pm_json_end_object (&json);
}

static void
make_changes (PmCall *call, const PmSettings *settings, const GArray *changes)
{
  GError *error = NULL;
  g_autoptr (GArray) mistakes = pm_settings_mistakes_new ();
  g_autoptr (GString) text = pm_settings_plan (
      settings, (const PmConfigChange *) (const void *) changes->data, changes->len, mistakes);
  if (text == NULL) {
    tell_mistakes (call, mistakes);
    pm_call_is_mistaken (call);
    return;
  }
  g_autoptr (GString) diff = pm_settings_diff (settings, text);
  if (call->dry_run || g_string_equal (text, settings->bytes)) {
    show_change (call, diff, 0);
    return;
  }
  g_autofree char *wish = describe (changes);
  g_auto (PmChangeResult) result = {.outcome = PM_OUTCOME_FAILED};
  if (pm_settings_write (call->context, settings, text, wish, &result, &error))
    show_change (call, diff, result.id);
  else
    pm_call_change_failed (call, &result, error);
}

void
pm_api_config_change (PmCall *call)
{
  g_auto (PmSettings) settings = {0};
  g_autoptr (GArray) changes = read_changes (call);
  if (!pm_call_is_mistaken (call) && open_settings (call, &settings) &&
      check_match (call, &settings))
    make_changes (call, &settings, changes);
}
