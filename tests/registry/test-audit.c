#include "registry-test.h"

#include "registry/audit.h"

static void
append (PmRegistryTest *test, gint64 time_us, guint status)
{
  g_autoptr (GError) error = NULL;
  PmAuditEntry entry = {
      .time_us = time_us,
      .actor = "token ci",
      .address = "198.51.100.7",
      .method = "PUT",
      .path = "/api/services/1",
      .request = "{\"externalPort\":8081}",
      .status = status,
      .detail = status == 403 ? "no" : "",
  };
  g_assert_true (pm_registry_audit_append (test->registry, &entry, &error));
  g_assert_no_error (error);
}

static void
lists_newest_first (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (PmAuditEntry));
  append (test, 1000, 200);
  append (test, 2000, 403);
  append (test, 3000, 200);
  g_assert_true (pm_registry_audit (test->registry, 0, 2, arena, entries, NULL));
  g_assert_cmpuint (entries->len, ==, 2);
  const PmAuditEntry *second = &g_array_index (entries, PmAuditEntry, 1);
  g_assert_cmpint (second->time_us, ==, 2000);
  g_assert_cmpuint (second->status, ==, 403);
  g_assert_cmpstr (second->actor, ==, "token ci");
  g_assert_cmpstr (second->address, ==, "198.51.100.7");
  g_assert_cmpstr (second->method, ==, "PUT");
  g_assert_cmpstr (second->path, ==, "/api/services/1");
  g_assert_cmpstr (second->request, ==, "{\"externalPort\":8081}");
  g_assert_cmpstr (second->detail, ==, "no");
  g_assert_true (pm_registry_audit (test->registry, second->id, 0, arena, entries, NULL));
  g_assert_cmpuint (entries->len, ==, 3);
  g_assert_cmpint (g_array_index (entries, PmAuditEntry, 2).time_us, ==, 1000);
}

static void
forgets_the_oldest (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  append (test, 1000, 200);
  pm_registry_test_sql (test, "UPDATE sqlite_sequence SET seq = 100998 WHERE name = 'audit'");
  append (test, 2000, 200); /* 100999 */
  g_assert_cmpint (pm_registry_test_sql (test, "SELECT count (*) FROM audit"), ==, 2);
  append (test, 3000, 200); /* 101000: the first thousand go */
  g_assert_cmpint (pm_registry_test_sql (test, "SELECT count (*) FROM audit"), ==, 2);
  g_assert_cmpint (pm_registry_test_sql (test, "SELECT min (id) FROM audit"), ==, 100999);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/audit/lists-newest-first", lists_newest_first);
  g_test_add_func ("/registry/audit/forgets-the-oldest", forgets_the_oldest);
  return g_test_run ();
}
