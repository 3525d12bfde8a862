#include "verbs/follow-addresses.h"

#include "base/json-writer.h"
#include "registry/addresses.h"
#include "registry/changes.h"

struct PmAddressFollower {
  PmContext *context;
  PmAddressListener listener;
  PmIpSources *sources;
  PmIpJudge *judge;
  GHashTable *silent;    /* names of sources that failed and have been told of */
  GSource *timer;        /* the end of a hold-down */
  gboolean has_detected; /* in the answer that is being heard */
};

/* --- what is recorded --- */

static const char *
event_of (PmIpRulingKind kind)
{
  static const char *const names[] = {
      [PM_IP_LEARNED] = "ip.learned",     [PM_IP_DETECTED] = "ip.detected",
      [PM_IP_WITHDRAWN] = "ip.withdrawn", [PM_IP_CONFIRMED] = "ip.confirmed",
      [PM_IP_REFUSED] = "ip.refused",
  };
  return names[kind];
}

static char *
ruling_json (const PmIpRuling *ruling)
{
  GString *out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "source", ruling->source);
  pm_json_member_string (&json, "slot", ruling->slot);
  pm_json_member_string (&json, "address", ruling->new_address);
  pm_json_member_string (&json, "oldValue",
                         *ruling->old_address != '\0' ? ruling->old_address : NULL);
  pm_json_member_string (&json, "newValue", ruling->new_address);
  pm_json_member_string (&json, "confirmedBy", ruling->second);
  pm_json_end_object (&json);
  return g_string_free (out, FALSE);
}

static gboolean
write_ruling (PmRegistry *registry, const PmIpRuling *ruling, gint64 now_us, GError **error)
{
  g_autofree char *data = ruling_json (ruling);
  PmSourceAddress known = {ruling->source, ruling->slot, ruling->new_address, now_us, now_us};
  PmAddressChange change = {.kind = "ip-change",
                            .source = ruling->source,
                            .slot = ruling->slot,
                            .old_address = ruling->old_address,
                            .new_address = ruling->new_address,
                            .confirmed_us = now_us};
  /* Files may say another one than that which is seen for the first time: the machine was stopped
   * and started before anybody looked. */
  gboolean is_change = ruling->kind == PM_IP_CONFIRMED || ruling->kind == PM_IP_LEARNED;
  return (!is_change || pm_registry_change_open (registry, &change, NULL, error)) &&
         (!is_change || pm_registry_address_put (registry, &known, error)) &&
         pm_registry_event_append (registry, event_of (ruling->kind), data, now_us, error);
}

static gboolean
record (PmRegistry *registry, const PmIpRuling *ruling, GError **error)
{
  gint64 now_us = g_get_real_time ();
  if (!pm_registry_begin (registry, PM_DURABILITY_DECISION, error))
    return FALSE;
  if (write_ruling (registry, ruling, now_us, error))
    return pm_registry_commit (registry, error);
  pm_registry_rollback (registry);
  return FALSE;
}

static void
tell_failure (PmAddressFollower *self, GError *error)
{
  if (self->listener.failed != NULL)
    self->listener.failed (error, self->listener.data);
  g_error_free (error);
}

static void
on_ruled (const PmIpRuling *ruling, gpointer data)
{
  PmAddressFollower *self = data;
  GError *error = NULL;
  if (!record (self->context->registry, ruling, &error))
    tell_failure (self, error);
  self->has_detected |= ruling->kind == PM_IP_DETECTED;
  if (self->listener.ruled != NULL)
    self->listener.ruled (ruling, self->listener.data);
}

/* --- sources that fall silent --- */

static void
record_source (PmAddressFollower *self, const char *event, const char *source, const char *cause)
{
  g_autoptr (GString) data = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (data);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "source", source);
  pm_json_member_string (&json, "cause", cause);
  pm_json_end_object (&json);
  GError *error = NULL;
  if (!pm_registry_event_append (self->context->registry, event, data->str, g_get_real_time (),
                                 &error))
    tell_failure (self, error);
}

static void
note_silence (PmAddressFollower *self, const char *source, const char *cause)
{
  gboolean was_silent = g_hash_table_contains (self->silent, source);
  if (cause != NULL && !was_silent) {
    g_hash_table_add (self->silent, g_strdup (source));
    record_source (self, "source.failed", source, cause);
  } else if (cause == NULL && was_silent) {
    g_hash_table_remove (self->silent, source);
    record_source (self, "source.recovered", source, NULL);
  }
}

/* --- the end of a hold-down --- */

static void
stop_timer (PmAddressFollower *self)
{
  if (self->timer == NULL)
    return;
  g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static gboolean
on_due (gpointer data)
{
  PmAddressFollower *self = data;
  const char *source;
  stop_timer (self);
  if (pm_ip_judge_due (self->judge, &source) >= 0)
    pm_ip_sources_ask_one (self->sources, source);
  return G_SOURCE_REMOVE;
}

static void
await_due (PmAddressFollower *self)
{
  const char *source;
  stop_timer (self);
  gint64 due_us = pm_ip_judge_due (self->judge, &source);
  if (due_us < 0)
    return;
  gint64 left_us = due_us - g_get_monotonic_time ();
  self->timer = g_timeout_source_new (left_us > 0 ? (guint) (left_us / 1000 + 1) : 0);
  g_source_set_callback (self->timer, on_due, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

static void
on_heard (const char *source, const PmIpReading *readings, guint n_readings, const char *cause,
          gpointer data)
{
  PmAddressFollower *self = data;
  note_silence (self, source, cause);
  if (cause == NULL) {
    GError *error = NULL;
    self->has_detected = FALSE;
    if (!pm_registry_address_seen (self->context->registry, source, g_get_real_time (), &error))
      tell_failure (self, error);
    pm_ip_judge_hear (self->judge, source, readings, n_readings, g_get_monotonic_time (), on_ruled,
                      self);
    await_due (self);
    /* The sooner a second source speaks, the sooner it is believed. */
    if (self->has_detected)
      pm_ip_sources_ask_others (self->sources, source);
  }
  if (self->listener.heard != NULL)
    self->listener.heard (source, cause, self->listener.data);
}

/* --- public --- */

static gboolean
load_known (PmAddressFollower *self, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (PmSourceAddress));
  if (!pm_registry_addresses (self->context->registry, arena, known, error))
    return FALSE;
  for (guint i = 0; i < known->len; i++) {
    const PmSourceAddress *k = &g_array_index (known, PmSourceAddress, i);
    pm_ip_judge_know (self->judge, k->source, k->slot, k->address);
  }
  return TRUE;
}

PmAddressFollower *
pm_verb_follow_addresses (PmContext *context, const PmAddressListener *listener, GError **error)
{
  const PmConfig *config = context->config;
  g_autoptr (PmAddressFollower) self = g_new0 (PmAddressFollower, 1);
  self->context = context;
  self->listener = *listener;
  self->silent = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->judge = pm_ip_judge_new (config->ip.hold_down_s * G_USEC_PER_SEC,
                                 (const char *const *) config->ip.allow);
  self->sources = pm_ip_sources_new (config, on_heard, self, error);
  if (self->sources == NULL || !load_known (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
pm_address_follower_free (PmAddressFollower *self)
{
  if (self == NULL)
    return;
  stop_timer (self);
  pm_ip_sources_free (self->sources);
  pm_ip_judge_free (self->judge);
  g_hash_table_unref (self->silent);
  g_free (self);
}

void
pm_address_follower_start (PmAddressFollower *self)
{
  pm_ip_sources_start (self->sources);
}

void
pm_address_follower_ask (PmAddressFollower *self)
{
  pm_ip_sources_ask (self->sources);
}

const PmIpSources *
pm_address_follower_sources (const PmAddressFollower *self)
{
  return self->sources;
}
