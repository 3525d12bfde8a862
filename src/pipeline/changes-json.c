#include "pipeline/changes-json.h"

#include "pipeline/report.h"

#define MOST_RECENT 20
#define STALE_AFTER_US (3 * G_TIME_SPAN_MINUTE)

gboolean
pm_ip_state_read (PmIpState *state, PmContext *context, GError **error)
{
  PmRegistry *registry = context->registry;
  *state = (PmIpState){
      .arena = pm_arena_new (),
      .machine = g_array_new (FALSE, FALSE, sizeof (PmSourceAddress)),
      .open = g_array_new (FALSE, FALSE, sizeof (PmAddressChange)),
      .proposals = g_array_new (FALSE, FALSE, sizeof (PmAddressChange)),
      .recent = g_array_new (FALSE, FALSE, sizeof (PmAddressChange)),
  };
  return pm_registry_addresses (registry, state->arena, state->machine, error) &&
         pm_registry_changes_open (registry, state->arena, state->open, error) &&
         pm_pipeline_proposals (context, state->arena, state->proposals, error) &&
         pm_registry_changes (registry, MOST_RECENT, state->arena, state->recent, error) &&
         pm_pause_read (context, state->arena, &state->pause, error);
}

void
pm_ip_state_clear (PmIpState *state)
{
  g_clear_pointer (&state->machine, g_array_unref);
  g_clear_pointer (&state->open, g_array_unref);
  g_clear_pointer (&state->proposals, g_array_unref);
  g_clear_pointer (&state->recent, g_array_unref);
  g_clear_pointer (&state->arena, pm_arena_free);
}

const char *
pm_ip_state_of (const PmSourceAddress *address, gint64 now_us)
{
  return now_us - MAX (address->last_seen_us, address->since_us) > STALE_AFTER_US ? "stale"
                                                                                  : "current";
}

static void
write_machine (PmJsonWriter *json, const GArray *machine)
{
  gint64 now_us = g_get_real_time ();
  pm_json_key (json, "machine");
  pm_json_begin_array (json);
  for (guint i = 0; i < machine->len; i++) {
    const PmSourceAddress *a = &g_array_index (machine, PmSourceAddress, i);
    pm_json_begin_object (json);
    pm_json_member_string (json, "address", a->address);
    pm_json_member_string (json, "source", a->source);
    pm_json_member_string (json, "slot", a->slot);
    pm_json_member_time (json, "since", a->since_us);
    pm_json_member_time (json, "lastSeen", MAX (a->last_seen_us, a->since_us));
    pm_json_member_string (json, "state", pm_ip_state_of (a, now_us));
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
}

void
pm_change_write_state (PmJsonWriter *json, const PmAddressChange *change)
{
  pm_json_begin_object (json);
  pm_json_member_int (json, "id", change->id);
  pm_json_member_string (json, "kind", change->kind);
  pm_json_member_string (json, "source", change->source);
  pm_json_member_string (json, "slot", change->slot);
  pm_json_member_string (json, "oldValue", change->old_address);
  pm_json_member_string (json, "newValue", change->new_address);
  pm_json_member_string (json, "stage", change->stage);
  pm_json_member_time (json, "confirmed", change->confirmed_us);
  pm_json_member_time (json, "finished", change->finished_us);
  pm_json_key (json, "report");
  pm_json_raw (json, change->report);
  pm_json_end_object (json);
}

static void
write_changes (PmJsonWriter *json, const char *key, const GArray *changes)
{
  pm_json_key (json, key);
  pm_json_begin_array (json);
  for (guint i = 0; i < changes->len; i++)
    pm_change_write_state (json, &g_array_index (changes, PmAddressChange, i));
  pm_json_end_array (json);
}

void
pm_ip_state_write_members (const PmIpState *state, PmJsonWriter *json)
{
  write_machine (json, state->machine);
  write_changes (json, "open", state->open);
  write_changes (json, "proposals", state->proposals);
  write_changes (json, "recent", state->recent);
  pm_json_key (json, "paused");
  pm_pause_write_json (json, &state->pause);
}

gint64
pm_changes_plan_of (const PmAddressChange *change)
{
  PmRunReport report;
  pm_run_report_init (&report);
  pm_run_report_read (&report, change->report);
  gint64 id = report.plan_id;
  pm_run_report_clear (&report);
  return id;
}
