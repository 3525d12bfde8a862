/* No question about what was reads more than its answer: every statement that history, leases and
 * analytics run is caught as SQLite gets it, and its plan may not walk a table, or an index, from
 * end to end. */

#include "registry-test.h"

#include "registry/demand.h"
#include "registry/leases.h"

#include <sqlite3.h>
#include <string.h>

#define NOW G_GINT64_CONSTANT (1795375573000000)

/* --- what SQLite is asked --- */

static GPtrArray *caught; /* of char *; NULL: nobody listens */

static int
catch_statement (unsigned what, void *context, void *statement, void *text)
{
  if (caught != NULL && what == SQLITE_TRACE_STMT)
    g_ptr_array_add (caught, g_strdup (sqlite3_sql (statement)));
  return 0;
}

static int
listen_to (sqlite3 *db, char **message, const struct sqlite3_api_routines *routines)
{
  return sqlite3_trace_v2 (db, SQLITE_TRACE_STMT, catch_statement, NULL);
}

/* The first step of the plan that walks something large from end to end, or NULL. */
static char *
find_scan (const PmRegistryTest *test, const char *sql)
{
  static const char *const large[] = {
      "SCAN h",      "SCAN p",      "SCAN port_history", "SCAN port_history_ports",
      "SCAN leases", "SCAN events", "SCAN pool_h",       "SCAN port_demand",
      "SCAN f",
  };
  g_autofree char *file = pm_registry_test_path (test, "registry.db");
  g_autofree char *explain = g_strconcat ("EXPLAIN QUERY PLAN ", sql, NULL);
  char *found = NULL;
  sqlite3 *db;
  sqlite3_stmt *statement;
  g_assert_cmpint (sqlite3_open (file, &db), ==, SQLITE_OK);
  if (sqlite3_prepare_v2 (db, explain, -1, &statement, NULL) != SQLITE_OK)
    g_error ("%s: %s", explain, sqlite3_errmsg (db));
  while (sqlite3_step (statement) == SQLITE_ROW) {
    const char *step = (const char *) sqlite3_column_text (statement, 3);
    /* A partial index that holds just the rows asked for is walked as a whole. */
    gboolean walks_its_answer = strstr (step, "USING COVERING INDEX findings_bound") != NULL;
    gboolean scans = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS (large); i++)
      scans |= g_str_has_prefix (step, large[i]);
    if (found == NULL && scans && !walks_its_answer)
      found = g_strdup (step);
  }
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return found;
}

static void
ask_everything (PmRegistry *registry)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) entries = g_array_new (FALSE, TRUE, sizeof (PmHistoryEntry));
  g_autoptr (GArray) leases = g_array_new (FALSE, TRUE, sizeof (PmLease));
  g_autoptr (GArray) hours = g_array_new (FALSE, TRUE, sizeof (PmPoolHour));
  g_autoptr (GArray) ports = g_array_new (FALSE, TRUE, sizeof (PmPortDemand));
  const PmHistoryQuery queries[] = {
      {.limit = 10},
      {.limit = 10, .since_us = NOW},
      {.limit = 10, .before_id = 1},
      {.limit = 10, .port = 8080},
      {.limit = 10, .port = 8080, .service = "web"},
      {.limit = 10, .service_id = 1},
      {.limit = 10, .service_id = 1, .project = "shop"},
      {.limit = 10, .service = "web"},
      {.limit = 10, .service = "shop/web"},
      {.limit = 10, .project = "shop"},
  };
  guint moves;
  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    g_assert_true (pm_registry_history (registry, &queries[i], arena, entries, NULL));
  g_assert_true (pm_registry_leases (registry, arena, leases, NULL));
  g_assert_true (pm_registry_leases_of_port (registry, 8080, 10, arena, leases, NULL));
  g_assert_true (pm_registry_pool_hours (registry, NOW, arena, hours, NULL));
  g_assert_true (pm_registry_contested_ports (registry, 10, ports, NULL));
  g_assert_true (pm_registry_count_moves (registry, NOW, &moves, NULL));
}

static void
write_everything (PmRegistry *registry)
{
  PmLease wish = {.port = 3000, .holder = {.pid = 1}};
  PmPoolHour note = {.pool = "web", .size = 1, .in_use = 1};
  gboolean done;
  gint64 id;
  g_assert_true (pm_registry_lease_take (registry, &wish, NOW, &id, NULL));
  g_assert_true (pm_registry_lease_take (registry, &wish, NOW, &id, NULL));
  PmLease held = wish;
  held.id = 1;
  g_assert_true (pm_registry_lease_hold (registry, &held, &wish.holder, NOW, NULL));
  g_assert_true (pm_registry_lease_release (registry, &held, "released", NOW, NULL));
  g_assert_true (pm_registry_lease_reclaim (registry, &wish, "exited", NOW, &done, NULL));
  g_assert_true (pm_registry_pool_note (registry, &note, NOW, NULL));
}

static void
nothing_is_read_in_vain (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmSnapshot) observed = pm_registry_test_snapshot ();
  pm_registry_test_add_service (observed, "web", 80, 8080);
  pm_registry_test_store (test->registry, observed, NOW);
  g_autoptr (GPtrArray) statements = g_ptr_array_new_with_free_func (g_free);
  caught = statements;
  write_everything (test->registry);
  ask_everything (test->registry);
  caught = NULL;
  g_assert_cmpuint (statements->len, >, 20);
  for (guint i = 0; i < statements->len; i++) {
    g_autofree char *scan = find_scan (test, statements->pdata[i]);
    if (scan != NULL)
      g_error ("%s\n  %s", (char *) statements->pdata[i], scan);
  }
}

/* The test above could not fail if it did not know a scan when it sees one. */
static void
a_scan_is_noticed (void)
{
  static const char *const bad[] = {
      "SELECT * FROM port_history h WHERE h.old_value = '80'",
      "SELECT count (*) FROM leases WHERE name = 'x'",
      "SELECT h.id FROM port_history h ORDER BY h.timestamp DESC",
      "SELECT sum (peak) FROM pool_hours",
  };
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *scan = find_scan (test, bad[i]);
    if (scan == NULL)
      g_error ("%s: no scan was seen", bad[i]);
  }
}

/* --- and the answers are right --- */

static void
move_to (PmRegistryTest *test, guint16 web, guint16 api, gint64 now_us)
{
  g_autoptr (PmSnapshot) observed = pm_registry_test_snapshot ();
  pm_registry_test_add_service (observed, "web", 80, web);
  pm_registry_test_add_service (observed, "api", 81, api);
  pm_registry_test_store (test->registry, observed, now_us);
}

static guint
count (PmRegistryTest *test, PmHistoryQuery query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) entries = g_array_new (FALSE, TRUE, sizeof (PmHistoryEntry));
  pm_registry_history (test->registry, &query, arena, entries, &error);
  g_assert_no_error (error);
  for (guint i = 1; i < entries->len; i++)
    g_assert_cmpint (g_array_index (entries, PmHistoryEntry, i).timestamp_us, <=,
                     g_array_index (entries, PmHistoryEntry, i - 1).timestamp_us);
  return entries->len;
}

static void
every_question_has_its_answer (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  guint moves = 0;
  move_to (test, 8080, 9000, NOW);
  move_to (test, 8081, 9000, NOW + 1);
  move_to (test, 8080, 9001, NOW + 2);
  g_assert_cmpuint (count (test, (PmHistoryQuery){0}), ==, 5);
  g_assert_cmpuint (count (test, (PmHistoryQuery){.limit = 2}), ==, 2);
  g_assert_cmpuint (count (test, (PmHistoryQuery){.since_us = NOW + 1}), ==, 3);
  g_assert_cmpuint (count (test, (PmHistoryQuery){.before_id = 3}), ==, 2);
  g_assert_cmpuint (count (test, (PmHistoryQuery){.port = 8080}), ==, 3);
  g_assert_cmpuint (count (test, (PmHistoryQuery){.port = 9000}), ==, 2);
  g_assert_cmpuint (count (test, (PmHistoryQuery){.port = 9000, .service = "web"}), ==, 0);
  g_assert_cmpuint (count (test, (PmHistoryQuery){.service = "shop/web"}), ==, 3);
  g_assert_cmpuint (count (test, (PmHistoryQuery){.service = "web", .since_us = NOW + 2}), ==, 1);
  g_assert_cmpuint (count (test, (PmHistoryQuery){.service_id = 2}), ==, 2);
  g_assert_cmpuint (count (test, (PmHistoryQuery){.service_id = 2, .service = "web"}), ==, 0);
  g_assert_cmpuint (count (test, (PmHistoryQuery){.port = 8081, .before_id = 3}), ==, 0);
  g_assert_cmpuint (count (test, (PmHistoryQuery){.project = "shop"}), ==, 5);
  g_assert_cmpuint (count (test, (PmHistoryQuery){.project = "shop", .limit = 2}), ==, 2);
  g_assert_cmpuint (count (test, (PmHistoryQuery){.project = "blog"}), ==, 0);
  g_assert_cmpuint (count (test, (PmHistoryQuery){.project = "shop", .service = "web"}), ==, 3);
  g_assert_cmpuint (count (test, (PmHistoryQuery){.project = "blog", .service = "web"}), ==, 0);
  g_assert_cmpuint (count (test, (PmHistoryQuery){.project = "blog", .service_id = 2}), ==, 0);
  g_assert_cmpuint (count (test, (PmHistoryQuery){.project = "blog", .port = 8080}), ==, 0);
  g_assert_true (pm_registry_count_moves (test->registry, NOW + 2, &moves, NULL));
  g_assert_cmpuint (moves, ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  sqlite3_auto_extension ((void (*) (void)) listen_to);
  g_test_add_func ("/registry/history/nothing-is-read-in-vain", nothing_is_read_in_vain);
  g_test_add_func ("/registry/history/a-scan-is-noticed", a_scan_is_noticed);
  g_test_add_func ("/registry/history/every-question-has-its-answer",
                   every_question_has_its_answer);
  return g_test_run ();
}
