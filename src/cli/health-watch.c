#include "cli/health-watch.h"

#include <stdio.h>

#include "base/timestamp.h"
#include "cli/output.h"
#include "verbs/health-json.h"

struct PmHealthWatch {
  gboolean json;
  GHashTable *known; /* service id → health + 1 */
};

PmHealthWatch *
pm_health_watch_new (gboolean json)
{
  PmHealthWatch *watch = g_new0 (PmHealthWatch, 1);
  watch->json = json;
  watch->known = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return watch;
}

void
pm_health_watch_free (PmHealthWatch *watch)
{
  if (watch == NULL)
    return;
  g_hash_table_unref (watch->known);
  g_free (watch);
}

static void
print_json (const PmHealthItem *item, guint before)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_health_write_json_members (&json, item->service, &item->state);
  pm_json_key (&json, "oldValue");
  if (before == 0)
    pm_json_null (&json);
  else
    pm_json_string (&json, pm_health_name ((PmHealth) (before - 1)));
  pm_json_member_string (&json, "newValue", pm_health_name (item->state.health));
  pm_json_end_object (&json);
  pm_output_json (out);
}

static void
print_line (const PmHealthItem *item)
{
  char time[PM_TIMESTAMP_SIZE];
  const PmHealthState *state = &item->state;
  gint64 since_us = state->since_us != 0 ? state->since_us : g_get_real_time ();
  g_autofree char *name = pm_service_full_name (item->service);
  pm_output_line ("%s  %-7s  %s%s%s", pm_timestamp_format (since_us, time),
                  pm_health_name (state->health), name, state->cause[0] == '\0' ? "" : ": ",
                  state->cause);
}

static void
show_one (PmHealthWatch *watch, const PmHealthItem *item)
{
  gint64 id = item->service->id;
  guint before = GPOINTER_TO_UINT (g_hash_table_lookup (watch->known, &id));
  guint now = (guint) item->state.health + 1;
  if (before == now)
    return;
  g_hash_table_replace (watch->known, g_memdup2 (&id, sizeof id), GUINT_TO_POINTER (now));
  if (watch->json)
    print_json (item, before);
  else
    print_line (item);
}

gboolean
pm_health_watch_show (PmHealthWatch *watch, const GArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    show_one (watch, &g_array_index (rows, PmHealthItem, i));
  return fflush (stdout) == 0;
}
