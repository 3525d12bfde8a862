/* DESIGN
 * The book holds every service's state as it is in the registry, so that a batch is compared with
 * memory and only differences are written. A batch goes: take the states over; find the causes over
 * all of them; then, in one transaction, write what was touched, tell what changed, open and close
 * incidents, count the samples. */

#include "verbs/health-book.h"

#include <string.h>

#include "registry/records.h"
#include "verbs/health-checks.h"
#include "verbs/health-graph.h"
#include "verbs/health-json.h"

#define PRUNE_EVERY_US (10 * 60 * G_USEC_PER_SEC)

typedef struct {
  PmHealthState state; /* its text is the entry's own */
  char *kind, *target, *cause;
  gint64 incident;      /* the open one's id; 0 none */
  gint64 grace_us;      /* how long its dependants have to follow it */
  gint64 recovered_us;  /* when it was up again; 0: it never was down */
  gint64 warned_expiry; /* of the certificate that was warned of */
  PmHealth before;      /* this batch */
  gboolean is_touched;
  gboolean is_elsewhere; /* another host checks it */
} Entry;

struct PmHealthBook {
  PmContext *context;
  GHashTable *entries; /* service id (in the entry) → Entry */
  GPtrArray *nodes;    /* of Entry, not owned: the snapshot's services, in their order */
  GArray *edges;       /* of PmCauseEdge, between nodes */
  gint64 pruned_us;    /* monotonic */
};

/* --- entries --- */

static void
entry_free (gpointer data)
{
  Entry *entry = data;
  g_free (entry->kind);
  g_free (entry->target);
  g_free (entry->cause);
  g_free (entry);
}

static const char *
set_text (char **text, const char *value)
{
  if (g_strcmp0 (*text, value) != 0) {
    g_free (*text);
    *text = g_strdup (value);
  }
  return *text;
}

/* All but whose fault it is, which is the book's to find. */
static void
take_state (Entry *entry, const PmHealthState *state)
{
  gint64 caused_by = entry->state.caused_by;
  entry->state = *state;
  entry->state.caused_by = caused_by;
  entry->state.kind = set_text (&entry->kind, state->kind);
  entry->state.target = set_text (&entry->target, state->target);
  entry->state.cause = set_text (&entry->cause, state->cause);
}

static Entry *
entry_of (PmHealthBook *book, gint64 service_id)
{
  Entry *entry = g_hash_table_lookup (book->entries, &service_id);
  if (entry != NULL)
    return entry;
  entry = g_new0 (Entry, 1);
  take_state (entry,
              &(PmHealthState){
                  .service_id = service_id, .kind = "", .target = "", .cause = "not checked yet"});
  g_hash_table_insert (book->entries, &entry->state.service_id, entry);
  return entry;
}

static gboolean
load_states (PmHealthBook *book, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) states = g_array_new (FALSE, FALSE, sizeof (PmHealthState));
  if (!pm_registry_health (book->context->registry, arena, states, error))
    return FALSE;
  for (guint i = 0; i < states->len; i++) {
    const PmHealthState *state = &g_array_index (states, PmHealthState, i);
    Entry *entry = entry_of (book, state->service_id);
    take_state (entry, state);
    entry->before = state->health;
    entry->state.caused_by = state->caused_by;
  }
  return TRUE;
}

static gboolean
load_incidents (PmHealthBook *book, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (PmIncident));
  PmIncidentQuery query = {.only_open = TRUE, .only_own = TRUE, .limit = G_MAXUINT};
  if (!pm_registry_incidents (book->context->registry, &query, arena, open, error))
    return FALSE;
  for (guint i = 0; i < open->len; i++) {
    const PmIncident *incident = &g_array_index (open, PmIncident, i);
    entry_of (book, incident->service_id)->incident = incident->id;
  }
  return TRUE;
}

/* --- events --- */

static gboolean
append_event (PmHealthBook *book, const char *event, const GString *data, gint64 now_us,
              GError **error)
{
  return pm_registry_event_append (book->context->registry, event, data->str, now_us, error);
}

static gboolean
tell_change (PmHealthBook *book, Entry *entry, gint64 now_us, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GString) data = g_string_new (NULL);
  PmService service;
  PmJsonWriter json = pm_json_writer (data);
  if (!pm_registry_service (book->context->registry, entry->state.service_id, arena, &service,
                            error))
    return FALSE;
  pm_json_begin_object (&json);
  pm_health_write_json_members (&json, &service, &entry->state);
  pm_json_member_string (&json, "oldValue", pm_health_name (entry->before));
  pm_json_member_string (&json, "newValue", pm_health_name (entry->state.health));
  pm_json_end_object (&json);
  return append_event (book, "health.changed", data, now_us, error);
}

static void
write_dependants (const PmHealthBook *book, PmJsonWriter *json, gint64 service_id)
{
  GHashTableIter iter;
  gpointer value;
  pm_json_key (json, "dependants");
  pm_json_begin_array (json);
  g_hash_table_iter_init (&iter, book->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Entry *) value)->state.caused_by == service_id)
      pm_json_int (json, ((Entry *) value)->state.service_id);
  pm_json_end_array (json);
}

static gboolean
tell_incident (PmHealthBook *book, const char *event, const PmIncident *incident, gint64 now_us,
               GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GString) data = g_string_new (NULL);
  PmService service;
  PmJsonWriter json = pm_json_writer (data);
  if (!pm_registry_service (book->context->registry, incident->service_id, arena, &service, error))
    return FALSE;
  pm_json_begin_object (&json);
  pm_incident_write_json_members (&json, &service, incident);
  pm_json_member_string (&json, "host", service.host);
  write_dependants (book, &json, incident->service_id);
  pm_json_end_object (&json);
  return append_event (book, event, data, now_us, error);
}

/* --- incidents --- */

static gboolean
open_incident (PmHealthBook *book, Entry *entry, gint64 now_us, GError **error)
{
  PmRegistry *registry = book->context->registry;
  PmIncident incident = {
      .service_id = entry->state.service_id,
      .opened_us = now_us,
      .cause = entry->state.cause,
      .ended = "",
      .acknowledged_by = "",
      .note = "",
  };
  if (!pm_registry_health_muted (registry, incident.service_id, &incident.muted_until_us, error) ||
      !pm_registry_incident_open (registry, &incident, error))
    return FALSE;
  entry->incident = incident.id;
  return tell_incident (book, "incident.opened", &incident, now_us, error);
}

static gboolean
close_incident (PmHealthBook *book, Entry *entry, const char *why, gint64 now_us, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmRegistry *registry = book->context->registry;
  PmIncident incident;
  if (!pm_registry_incident (registry, entry->incident, arena, &incident, error))
    return FALSE;
  incident.closed_us = now_us;
  incident.ended = why;
  entry->incident = 0;
  return pm_registry_incident_put (registry, &incident, error) &&
         tell_incident (book, "incident.closed", &incident, now_us, error);
}

/* What was an alert of its own turns out to be a consequence: it stays open, and says so. */
static gboolean
mark_incident (PmHealthBook *book, const Entry *entry, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmRegistry *registry = book->context->registry;
  PmIncident incident;
  if (!pm_registry_incident (registry, entry->incident, arena, &incident, error))
    return FALSE;
  if (incident.caused_by == entry->state.caused_by)
    return TRUE;
  incident.caused_by = entry->state.caused_by;
  return pm_registry_incident_put (registry, &incident, error);
}

static gboolean
keep_incident (PmHealthBook *book, Entry *entry, gint64 now_us, GError **error)
{
  const PmHealthState *state = &entry->state;
  if (state->health == PM_HEALTH_DOWN && entry->incident == 0 && state->caused_by == 0)
    return open_incident (book, entry, now_us, error);
  if (entry->incident == 0)
    return TRUE;
  if (state->health == PM_HEALTH_DOWN)
    return mark_incident (book, entry, error);
  return close_incident (
      book, entry, state->health == PM_HEALTH_UP ? "it is up again" : state->cause, now_us, error);
}

/* --- certificates --- */

static gboolean
warn_of_certificate (PmHealthBook *book, Entry *entry, gint64 now_us, GError **error)
{
  gint64 expiry = entry->state.certificate_expiry;
  gint64 days = book->context->config->health.certificate_days;
  PmRegistry *registry = book->context->registry;
  if (expiry == 0 || expiry == entry->warned_expiry ||
      expiry > now_us / G_USEC_PER_SEC + days * PM_HEALTH_DAY)
    return TRUE;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GString) data = g_string_new (NULL);
  g_autofree char *key =
      g_strdup_printf ("certificate-warned/%" G_GINT64_FORMAT, entry->state.service_id);
  g_autofree char *value = g_strdup_printf ("%" G_GINT64_FORMAT, expiry);
  const char *warned = NULL;
  PmService service;
  if (!pm_registry_setting (registry, key, arena, &warned, error))
    return FALSE;
  entry->warned_expiry = expiry;
  if (g_strcmp0 (warned, value) == 0)
    return TRUE;
  if (!pm_registry_service (registry, entry->state.service_id, arena, &service, error))
    return FALSE;
  PmJsonWriter json = pm_json_writer (data);
  pm_json_begin_object (&json);
  pm_health_write_json_members (&json, &service, &entry->state);
  pm_json_member_int (&json, "daysLeft", (expiry - now_us / G_USEC_PER_SEC) / PM_HEALTH_DAY);
  pm_json_end_object (&json);
  return pm_registry_setting_put (registry, key, value, error) &&
         append_event (book, "certificate.expiring", data, now_us, error);
}

/* --- causes --- */

static void
find_causes (PmHealthBook *book, gint64 now_us)
{
  guint n = book->nodes->len;
  g_autofree PmCauseNode *nodes = g_new0 (PmCauseNode, n + 1);
  for (guint i = 0; i < n; i++) {
    const Entry *entry = book->nodes->pdata[i];
    const PmHealthState *state = &entry->state;
    nodes[i] = (PmCauseNode){
        .service_id = state->service_id,
        .health = state->health,
        .is_failing = state->is_failing,
        .has_recovered = state->health == PM_HEALTH_UP && entry->recovered_us != 0 &&
                         now_us - entry->recovered_us < entry->grace_us,
        .since_us = state->since_us,
        .blamed = state->caused_by,
    };
  }
  pm_cause_find (nodes, n, (const PmCauseEdge *) (void *) book->edges->data, book->edges->len);
  for (guint i = 0; i < n; i++) {
    Entry *entry = book->nodes->pdata[i];
    if (entry->is_elsewhere)
      continue;
    entry->is_touched |= entry->state.caused_by != nodes[i].blamed;
    entry->state.caused_by = nodes[i].blamed;
  }
}

/* --- a batch --- */

static void
take_batch (PmHealthBook *book, const PmHealthBatch *batch)
{
  for (guint i = 0; i < batch->states->len; i++) {
    const PmHealthState *state = &g_array_index (batch->states, PmHealthState, i);
    Entry *entry = entry_of (book, state->service_id);
    entry->before = entry->state.health;
    take_state (entry, state);
    entry->is_touched = TRUE;
    if (entry->before == PM_HEALTH_DOWN && state->health == PM_HEALTH_UP)
      entry->recovered_us = state->since_us;
  }
}

static gboolean
write_entry (PmHealthBook *book, Entry *entry, gint64 now_us, gboolean *changed, GError **error)
{
  if (!pm_registry_health_put (book->context->registry, &entry->state, error) ||
      !warn_of_certificate (book, entry, now_us, error))
    return FALSE;
  if (entry->before != entry->state.health) {
    *changed = TRUE;
    if (!tell_change (book, entry, now_us, error))
      return FALSE;
    entry->before = entry->state.health;
  }
  return keep_incident (book, entry, now_us, error);
}

static gboolean
write_all (PmHealthBook *book, const PmHealthBatch *batch, gint64 now_us, gboolean *changed,
           GError **error)
{
  for (guint i = 0; i < book->nodes->len; i++) {
    Entry *entry = book->nodes->pdata[i];
    if (entry->is_touched && !entry->is_elsewhere &&
        !write_entry (book, entry, now_us, changed, error))
      return FALSE;
    entry->is_touched = FALSE;
  }
  if (!pm_registry_health_samples (book->context->registry,
                                   (const PmHealthSample *) (void *) batch->samples->data,
                                   batch->samples->len, error))
    return FALSE;
  if (g_get_monotonic_time () - book->pruned_us < PRUNE_EVERY_US)
    return TRUE;
  book->pruned_us = g_get_monotonic_time ();
  return pm_registry_health_prune (book->context->registry, now_us, error);
}

/* A consequence whose cause's time of grace is over becomes an alert though nothing was seen. */
gboolean
pm_health_book_store (PmHealthBook *book, const PmHealthBatch *batch, gboolean *ret_changed,
                      GError **error)
{
  PmRegistry *registry = book->context->registry;
  gint64 now_us = g_get_real_time ();
  *ret_changed = FALSE;
  take_batch (book, batch);
  find_causes (book, now_us);
  if (!pm_registry_begin (registry, PM_DURABILITY_OBSERVATION, error))
    return FALSE;
  if (!write_all (book, batch, now_us, ret_changed, error)) {
    pm_registry_rollback (registry);
    return FALSE;
  }
  return pm_registry_commit (registry, error);
}

/* --- a look at what is declared --- */

static gboolean
close_missing (PmHealthBook *book, const PmCheckSet *checks, GError **error)
{
  g_autoptr (GHashTable) ids = g_hash_table_new (g_int64_hash, g_int64_equal);
  GHashTableIter iter;
  gpointer value;
  for (guint i = 0; i < checks->checks->len; i++)
    g_hash_table_add (ids, &g_array_index (checks->checks, PmCheck, i).service_id);
  g_hash_table_iter_init (&iter, book->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Entry *entry = value;
    if (g_hash_table_contains (ids, &entry->state.service_id))
      continue;
    if (entry->incident != 0 &&
        !close_incident (book, entry, "it is not declared any more", g_get_real_time (), error))
      return FALSE;
    g_hash_table_iter_remove (&iter);
  }
  return TRUE;
}

static gboolean
is_elsewhere (const PmHealthBook *book, const PmService *service)
{
  return strcmp (service->host, pm_registry_host (book->context->registry)) != 0;
}

/* Leaves the checks that are this host's. */
static void
take_nodes (PmHealthBook *book, const PmSnapshot *snapshot, PmCheckSet *checks)
{
  guint n_ours = 0;
  g_ptr_array_set_size (book->nodes, 0);
  for (guint i = 0; i < checks->checks->len; i++) {
    PmCheck *check = &g_array_index (checks->checks, PmCheck, i);
    Entry *entry = entry_of (book, check->service_id);
    entry->grace_us = (gint64) (check->rise + 2) * check->interval_ms * 1000;
    entry->is_elsewhere = is_elsewhere (book, &g_array_index (snapshot->services, PmService, i));
    g_ptr_array_add (book->nodes, entry);
    if (!entry->is_elsewhere)
      g_array_index (checks->checks, PmCheck, n_ours++) = *check;
  }
  g_array_set_size (checks->checks, n_ours);
}

gboolean
pm_health_book_look (PmHealthBook *book, const PmSnapshot *snapshot, PmCheckSet **ret_checks,
                     GError **error)
{
  g_autoptr (PmCheckSet) checks = pm_verb_checks (book->context, snapshot, error);
  if (checks == NULL || !close_missing (book, checks, error))
    return FALSE;
  take_nodes (book, snapshot, checks);
  g_array_unref (book->edges);
  book->edges = pm_verb_health_graph (snapshot);
  *ret_checks = g_steal_pointer (&checks);
  return TRUE;
}

static gint
compare_states (gconstpointer a, gconstpointer b)
{
  gint64 left = ((const PmHealthState *) a)->service_id;
  gint64 right = ((const PmHealthState *) b)->service_id;
  return left < right ? -1 : left > right;
}

GArray *
pm_health_book_states (const PmHealthBook *book)
{
  GArray *states = g_array_new (FALSE, FALSE, sizeof (PmHealthState));
  for (guint i = 0; i < book->nodes->len; i++)
    g_array_append_val (states, ((Entry *) book->nodes->pdata[i])->state);
  g_array_sort (states, compare_states);
  return states;
}

/* --- from outside --- */

PmHealthBook *
pm_health_book_new (PmContext *context, GError **error)
{
  g_autoptr (PmHealthBook) book = g_new0 (PmHealthBook, 1);
  book->context = context;
  book->entries = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, entry_free);
  book->nodes = g_ptr_array_new ();
  book->edges = g_array_new (FALSE, FALSE, sizeof (PmCauseEdge));
  book->pruned_us = G_MININT64 / 2;
  if (!load_states (book, error) || !load_incidents (book, error))
    return NULL;
  return g_steal_pointer (&book);
}

void
pm_health_book_free (PmHealthBook *book)
{
  if (book == NULL)
    return;
  g_hash_table_unref (book->entries);
  g_ptr_array_unref (book->nodes);
  g_array_unref (book->edges);
  g_free (book);
}
