#include "pipeline/pause.h"

#include <jansson.h>

#include "registry/records.h"

static char *
key_of (const PmContext *context)
{
  return g_strconcat ("pipeline.paused.", pm_registry_host (context->registry), NULL);
}

static const char *
text_of (const json_t *root, const char *name, PmArena *arena)
{
  const char *text = json_string_value (json_object_get (root, name));
  return pm_arena_strdup (arena, text == NULL ? "" : text);
}

gboolean
pm_pause_read (PmContext *context, PmArena *arena, PmPause *ret_pause, GError **error)
{
  const char *value = NULL;
  g_autofree char *key = key_of (context);
  if (!pm_registry_setting (context->registry, key, arena, &value, error))
    return FALSE;
  json_t *root = value == NULL ? NULL : json_loads (value, 0, NULL);
  *ret_pause = (PmPause){
      .since_us = json_integer_value (json_object_get (root, "sinceUs")),
      .by = text_of (root, "by", arena),
      .reason = text_of (root, "reason", arena),
  };
  json_decref (root);
  return TRUE;
}

void
pm_pause_write_json (PmJsonWriter *json, const PmPause *pause)
{
  if (pause->since_us == 0) {
    pm_json_null (json);
    return;
  }
  pm_json_begin_object (json);
  pm_json_member_time (json, "since", pause->since_us);
  pm_json_member_string (json, "by", pause->by);
  pm_json_member_string (json, "reason", pause->reason);
  pm_json_end_object (json);
}

static gboolean
write_both (PmContext *context, const PmPause *pause, const char *event, const char *data,
            GError **error)
{
  g_autoptr (GString) value = g_string_new (NULL);
  g_autofree char *key = key_of (context);
  PmJsonWriter json = pm_json_writer (value);
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "sinceUs", pause->since_us);
  pm_json_member_string (&json, "by", pause->by);
  pm_json_member_string (&json, "reason", pause->reason);
  pm_json_end_object (&json);
  return pm_registry_setting_put (context->registry, key, value->str, error) &&
         pm_registry_event_append (context->registry, event, data, g_get_real_time (), error);
}

static gboolean
store (PmContext *context, const PmPause *pause, const PmPause *told, const char *event,
       GError **error)
{
  g_autoptr (GString) data = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (data);
  pm_pause_write_json (&json, told);
  if (!pm_registry_begin (context->registry, PM_DURABILITY_DECISION, error))
    return FALSE;
  if (write_both (context, pause, event, data->str, error))
    return pm_registry_commit (context->registry, error);
  pm_registry_rollback (context->registry);
  return FALSE;
}

gboolean
pm_pause_set (PmContext *context, const char *by, const char *reason, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmPause now;
  if (!pm_pause_read (context, arena, &now, error))
    return FALSE;
  PmPause pause = {g_get_real_time (), by, reason == NULL ? "" : reason};
  return now.since_us != 0 || store (context, &pause, &pause, "pipeline.paused", error);
}

gboolean
pm_pause_end (PmContext *context, const char *by, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmPause now;
  if (!pm_pause_read (context, arena, &now, error))
    return FALSE;
  PmPause none = {0, "", ""}, told = {g_get_real_time (), by, now.reason};
  return store (context, &none, &told, "pipeline.resumed", error);
}
