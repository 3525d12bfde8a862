#include "daemon/healing-state.h"

#include <jansson.h>

#include "base/json-writer.h"

char *
pm_healing_state_write (const PmHealerState *state, const GArray *services)
{
  GString *out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_member_bool (&json, "wasUp", state->was_up);
  pm_json_member_bool (&json, "isDown", state->is_down);
  pm_json_member_bool (&json, "gaveUp", state->gave_up);
  pm_json_member_int (&json, "attempt", state->attempt);
  pm_json_member_int (&json, "waitUs", state->wait_us);
  pm_json_key (&json, "triedUs");
  pm_json_begin_array (&json);
  for (guint i = 0; i < state->n_tried; i++)
    pm_json_int (&json, state->tried_us[i]);
  pm_json_end_array (&json);
  pm_json_key (&json, "services");
  pm_json_begin_array (&json);
  for (guint i = 0; i < services->len; i++)
    pm_json_int (&json, g_array_index (services, gint64, i));
  pm_json_end_array (&json);
  pm_json_end_object (&json);
  return g_string_free (out, FALSE);
}

GArray *
pm_healing_state_read (const char *text, PmHealerState *ret_state)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  json_t *root = json_loads (text, 0, NULL);
  const json_t *tried = json_object_get (root, "triedUs"),
               *services = json_object_get (root, "services");
  *ret_state = (PmHealerState){
      .was_up = json_is_true (json_object_get (root, "wasUp")),
      .is_down = json_is_true (json_object_get (root, "isDown")),
      .gave_up = json_is_true (json_object_get (root, "gaveUp")),
      .attempt = (guint) json_integer_value (json_object_get (root, "attempt")),
      .wait_us = json_integer_value (json_object_get (root, "waitUs")),
      .n_tried = (guint) MIN (json_array_size (tried), (gsize) PM_HEALER_MOST_BUDGET),
  };
  for (guint i = 0; i < ret_state->n_tried; i++)
    ret_state->tried_us[i] = json_integer_value (json_array_get (tried, i));
  for (gsize i = 0; i < json_array_size (services); i++) {
    gint64 id = json_integer_value (json_array_get (services, i));
    g_array_append_val (ids, id);
  }
  json_decref (root);
  return ids;
}
