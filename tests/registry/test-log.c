#include "registry-test.h"

#include <string.h>

#define NOW G_GINT64_CONSTANT (1795375573000000)

static GArray *
history (PmRegistry *registry, const PmHistoryQuery *query, PmArena *arena)
{
  g_autoptr (GError) error = NULL;
  GArray *entries = g_array_new (FALSE, TRUE, sizeof (PmHistoryEntry));
  pm_registry_history (registry, query, arena, entries, &error);
  g_assert_no_error (error);
  return entries;
}

static void
store_port (PmRegistryTest *test, guint16 port, gint64 now_us)
{
  g_autoptr (PmSnapshot) observed = pm_registry_test_snapshot ();
  pm_registry_test_add_service (observed, "web", 80, port);
  pm_registry_test_add_service (observed, "db", 5432, 5432);
  pm_registry_test_store (test->registry, observed, now_us);
}

static void
keeps_old_value (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  store_port (test, 8080, NOW);
  store_port (test, 8081, NOW + 1);
  PmHistoryQuery query = {.service = "shop/web"};
  g_autoptr (GArray) entries = history (test->registry, &query, arena);
  g_assert_cmpuint (entries->len, ==, 2);
  const PmHistoryEntry *moved = &g_array_index (entries, PmHistoryEntry, 0);
  g_assert_cmpstr (moved->change_type, ==, "external_port");
  g_assert_cmpstr (moved->old_value, ==, "8080");
  g_assert_cmpstr (moved->new_value, ==, "8081");
  g_assert_cmpint (moved->timestamp_us, ==, NOW + 1);
  g_assert_cmpstr (moved->service_name, ==, "web");
  const PmHistoryEntry *came = &g_array_index (entries, PmHistoryEntry, 1);
  g_assert_cmpstr (came->change_type, ==, "created");
  g_assert_null (came->old_value);
  g_assert_cmpstr (came->new_value, ==, "8080");
}

static void
tells_who_had_a_port (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSnapshot) nothing = pm_snapshot_new ();
  store_port (test, 8080, NOW);
  store_port (test, 8081, NOW + 1);
  pm_registry_test_store (test->registry, nothing, NOW + 2);
  PmHistoryQuery query = {.port = 8080};
  g_autoptr (GArray) entries = history (test->registry, &query, arena);
  g_assert_cmpuint (entries->len, ==, 2); /* came with it, left it */
  query = (PmHistoryQuery){.port = 8081, .since_us = NOW + 2};
  g_autoptr (GArray) last = history (test->registry, &query, arena);
  g_assert_cmpuint (last->len, ==, 1);
  g_assert_cmpstr (g_array_index (last, PmHistoryEntry, 0).change_type, ==, "removed");
  g_assert_cmpstr (g_array_index (last, PmHistoryEntry, 0).old_value, ==, "8081");
  query = (PmHistoryQuery){.port = 9999};
  g_autoptr (GArray) none = history (test->registry, &query, arena);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
pages_through_history (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  for (guint16 i = 0; i < 5; i++)
    store_port (test, (guint16) (8080 + i), NOW + i);
  guint seen = 0;
  PmHistoryQuery query = {.limit = 2};
  for (;;) {
    g_autoptr (GArray) page = history (test->registry, &query, arena);
    if (page->len == 0)
      break;
    g_assert_cmpuint (page->len, <=, 2);
    seen += page->len;
    query.before_id = g_array_index (page, PmHistoryEntry, page->len - 1).id;
  }
  g_assert_cmpuint (seen, ==, 6);
}

static void
tells_each_change_as_an_event (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) events = g_array_new (FALSE, TRUE, sizeof (PmEvent));
  gint64 before = 0;
  store_port (test, 8080, NOW);
  g_assert_true (pm_registry_last_event (test->registry, &before, NULL));
  store_port (test, 8081, NOW + 1);
  g_assert_true (pm_registry_events (test->registry, before, 0, arena, events, NULL));
  g_assert_cmpuint (events->len, ==, 2);
  const PmEvent *changed = &g_array_index (events, PmEvent, 0);
  g_assert_cmpstr (changed->event, ==, "service.changed");
  g_assert_cmpint (changed->time_us, ==, NOW + 1);
  g_assert_nonnull (strstr (changed->data, "\"externalPort\":8081"));
  g_assert_nonnull (strstr (changed->data, "\"oldValue\":8080,\"newValue\":8081"));
  g_assert_nonnull (strstr (changed->data, "\"lastUpdated\":\"2026-11-22T"));
  g_assert_cmpstr (g_array_index (events, PmEvent, 1).event, ==, "scan.finished");
}

static void
is_part_of_the_same_transaction (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  store_port (test, 8080, NOW);
  gint64 before = 0, after = 0;
  g_assert_true (pm_registry_last_event (test->registry, &before, NULL));
  g_assert_true (pm_registry_begin (test->registry, PM_DURABILITY_DECISION, NULL));
  store_port (test, 8081, NOW + 1);
  g_assert_cmpint (pm_registry_test_sql (test, "SELECT count (*) FROM port_history"), ==, 2);
  pm_registry_rollback (test->registry);
  g_assert_true (pm_registry_last_event (test->registry, &after, NULL));
  g_assert_cmpint (before, ==, after);
  g_assert_cmpint (pm_registry_test_sql (test, "SELECT count (*) FROM port_history"), ==, 2);
  g_assert_cmpint (
      pm_registry_test_sql (test, "SELECT external_port FROM services WHERE service_name = 'web'"),
      ==, 8080);
}

static void
status_is_history_too (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  store_port (test, 8080, NOW);
  g_assert_true (pm_registry_set_status (test->registry, 1, PM_STATUS_ACTIVE, NOW + 1, &error));
  g_assert_true (pm_registry_set_status (test->registry, 1, PM_STATUS_ACTIVE, NOW + 2, &error));
  PmHistoryQuery query = {.service_id = 1};
  g_autoptr (GArray) entries = history (test->registry, &query, arena);
  g_assert_cmpuint (entries->len, ==, 2);
  g_assert_cmpstr (g_array_index (entries, PmHistoryEntry, 0).old_value, ==, "inactive");
  g_assert_cmpstr (g_array_index (entries, PmHistoryEntry, 0).new_value, ==, "active");
  g_assert_false (pm_registry_set_status (test->registry, 77, PM_STATUS_ACTIVE, NOW, &error));
  g_assert_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND);
}

static void
prunes_old_events_only (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  for (gint64 i = 0; i < 10; i++)
    g_assert_true (pm_registry_event_append (test->registry, "test", "{}", NOW + i, NULL));
  g_assert_true (pm_registry_prune_events (test->registry, NOW + 8, 5, NULL));
  g_assert_cmpint (pm_registry_test_sql (test, "SELECT count (*) FROM events"), ==, 5);
  g_assert_true (pm_registry_prune_events (test->registry, NOW, 0, NULL));
  g_assert_cmpint (pm_registry_test_sql (test, "SELECT count (*) FROM events"), ==, 5);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/history/keeps-old-value", keeps_old_value);
  g_test_add_func ("/registry/history/tells-who-had-a-port", tells_who_had_a_port);
  g_test_add_func ("/registry/history/pages", pages_through_history);
  g_test_add_func ("/registry/history/status-is-history-too", status_is_history_too);
  g_test_add_func ("/registry/events/tells-each-change", tells_each_change_as_an_event);
  g_test_add_func ("/registry/events/is-part-of-the-same-transaction",
                   is_part_of_the_same_transaction);
  g_test_add_func ("/registry/events/prunes-old-ones-only", prunes_old_events_only);
  return g_test_run ();
}
