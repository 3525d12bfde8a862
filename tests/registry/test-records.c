#include "registry-test.h"

#include "registry/records.h"

#include <string.h>

#define NOW G_GINT64_CONSTANT (1795375573000000)

static gint64
count_events (const PmRegistryTest *test, const char *event)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count (*) FROM events WHERE event = '%s'", event);
  return pm_registry_test_sql (test, sql);
}

static void
remembers_roots (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) roots = g_array_new (FALSE, TRUE, sizeof (char *));
  g_assert_true (pm_registry_root_add (test->registry, "/srv", NOW, &error));
  g_assert_true (pm_registry_root_add (test->registry, "/srv", NOW, &error));
  g_assert_true (pm_registry_root_add (test->registry, "/home/b\xff", NOW, &error));
  g_assert_true (pm_registry_roots (test->registry, arena, roots, &error));
  g_assert_cmpuint (roots->len, ==, 2);
  g_assert_cmpstr (g_array_index (roots, char *, 0), ==, "/home/b\xff");
  g_assert_cmpint (count_events (test, "root.added"), ==, 2);

  g_autoptr (PmSnapshot) observed = pm_registry_test_snapshot ();
  pm_registry_test_add_service (observed, "web", 80, 8080);
  pm_registry_test_store (test->registry, observed, NOW);
  g_assert_true (pm_registry_root_remove (test->registry, "/srv", NOW, &error));
  g_autoptr (PmSnapshot) left = NULL;
  g_assert_true (pm_registry_snapshot (test->registry, &left, &error));
  g_assert_cmpuint (left->services->len + left->documents->len + left->projects->len, ==, 0);
  g_assert_false (pm_registry_root_remove (test->registry, "/srv", NOW, &error));
  g_assert_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND);
}

static void
remembers_settings (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  const char *value = "unset";
  g_assert_true (pm_registry_setting (test->registry, "x", arena, &value, NULL));
  g_assert_null (value);
  g_assert_true (pm_registry_setting_put (test->registry, "x", "1", NULL));
  g_assert_true (pm_registry_setting_put (test->registry, "x", "2", NULL));
  g_assert_true (pm_registry_setting (test->registry, "x", arena, &value, NULL));
  g_assert_cmpstr (value, ==, "2");
}

static void
records_a_transaction_once (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) records = g_array_new (FALSE, TRUE, sizeof (PmTransactionRecord));
  PmTransactionRecord record = {.id = 7,
                                .kind = "assign",
                                .state = "committed",
                                .started_us = NOW,
                                .finished_us = NOW + 1,
                                .files = 2,
                                .edits = 3,
                                .summary = "{\"port\":8080}"};
  for (guint i = 0; i < 3; i++)
    g_assert_true (pm_registry_transaction_put (test->registry, &record, NOW, &error));
  g_assert_cmpint (count_events (test, "transaction.committed"), ==, 1);
  record.state = "undone";
  g_assert_true (pm_registry_transaction_put (test->registry, &record, NOW, &error));
  record = (PmTransactionRecord){
      .id = 8, .kind = "undo", .state = "prepared", .started_us = NOW, .summary = "{}"};
  g_assert_true (pm_registry_transaction_put (test->registry, &record, NOW, &error));
  g_assert_true (pm_registry_transactions (test->registry, 0, 0, arena, records, &error));
  g_assert_cmpuint (records->len, ==, 2);
  g_assert_cmpint (g_array_index (records, PmTransactionRecord, 0).id, ==, 8);
  g_assert_cmpint (g_array_index (records, PmTransactionRecord, 0).finished_us, ==, 0);
  g_assert_cmpstr (g_array_index (records, PmTransactionRecord, 1).state, ==, "undone");
  PmTransactionRecord one;
  g_assert_true (pm_registry_transaction (test->registry, 7, arena, &one, &error));
  g_assert_cmpstr (one.summary, ==, "{\"port\":8080}");
  g_assert_false (pm_registry_transaction (test->registry, 9, arena, &one, &error));
  g_assert_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND);
}

static void
knows_tokens_by_their_hash (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmToken token = {.name = "ci", .role = "operator", .created_us = NOW, .expires_us = NOW + 10};
  PmToken found;
  g_assert_true (pm_registry_token_add (test->registry, &token, "abc", &error));
  g_assert_true (pm_registry_token_by_hash (test->registry, "abc", NOW, arena, &found, &error));
  g_assert_cmpstr (found.role, ==, "operator");
  g_assert_false (pm_registry_token_by_hash (test->registry, "abc", NOW + 10, arena, &found, NULL));
  g_assert_false (pm_registry_token_by_hash (test->registry, "ABC", NOW, arena, &found, NULL));
  g_assert_false (pm_registry_token_add (test->registry, &token, "def", &error));
  g_assert_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_EXISTS);
  g_assert_true (pm_registry_token_revoke (test->registry, "ci", NOW, NULL));
  g_assert_false (pm_registry_token_revoke (test->registry, "ci", NOW, NULL));
  g_assert_false (pm_registry_token_by_hash (test->registry, "abc", NOW, arena, &found, NULL));
  g_assert_cmpint (
      pm_registry_test_sql (test, "SELECT count (*) FROM events WHERE data LIKE '%abc%'"), ==, 0);
}

static void
takes_all_of_a_group_back (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  const char *value = NULL;
  g_assert_true (pm_registry_begin (test->registry, PM_DURABILITY_DECISION, NULL));
  g_assert_true (pm_registry_setting_put (test->registry, "x", "1", NULL));
  g_assert_false (pm_registry_token_revoke (test->registry, "nobody", NOW, NULL));
  g_assert_false (pm_registry_commit (test->registry, &error));
  g_assert_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_INVALID);
  g_assert_true (pm_registry_setting (test->registry, "x", arena, &value, NULL));
  g_assert_null (value);
  g_assert_true (pm_registry_setting_put (test->registry, "x", "1", NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/records/remembers-roots", remembers_roots);
  g_test_add_func ("/registry/records/remembers-settings", remembers_settings);
  g_test_add_func ("/registry/records/records-a-transaction-once", records_a_transaction_once);
  g_test_add_func ("/registry/records/knows-tokens-by-their-hash", knows_tokens_by_their_hash);
  g_test_add_func ("/registry/records/takes-all-of-a-group-back", takes_all_of_a_group_back);
  return g_test_run ();
}
