#include "registry-test.h"

#include "registry/demand.h"
#include "registry/leases.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

#define NOW G_GINT64_CONSTANT (1795375573000000)
#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

static const PmLease wish = {
    .transport = PM_TRANSPORT_TCP,
    .port = 3000,
    .type = "web",
    .project = "/srv/shop",
    .name = "front",
    .holder = {.pid = 42,
               .pid_started = 99,
               .pid_namespace = 7,
               .boot = "b",
               .expires_boottime_us = 500,
               .expires_us = NOW + 10},
};

static gint64
take (PmRegistryTest *test, const PmLease *lease, gint64 now_us)
{
  g_autoptr (GError) error = NULL;
  gint64 id = -1;
  pm_registry_lease_take (test->registry, lease, now_us, &id, &error);
  g_assert_no_error (error);
  return id;
}

static gint64
count_events (const PmRegistryTest *test, const char *event)
{
  g_autofree char *sql = g_strdup_printf ("SELECT count (*) FROM events WHERE event = '%s'", event);
  return pm_registry_test_sql (test, sql);
}

static void
gives_a_port_once (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) leases = g_array_new (FALSE, TRUE, sizeof (PmLease));
  PmLease udp = wish;
  udp.transport = PM_TRANSPORT_UDP;
  gint64 first = take (test, &wish, NOW);
  g_assert_cmpint (first, >, 0);
  /* Not even when its time is over: that is for somebody to judge and to say. */
  g_assert_cmpint (take (test, &wish, NOW + 100), ==, 0);
  g_assert_cmpint (take (test, &udp, NOW), >, 0);

  g_assert_true (pm_registry_leases (test->registry, arena, leases, NULL));
  g_assert_cmpuint (leases->len, ==, 2);
  const PmLease *lease = &g_array_index (leases, PmLease, 0);
  g_assert_cmpint (lease->id, ==, first);
  g_assert_cmpstr (lease->type, ==, "web");
  g_assert_cmpstr (lease->project, ==, "/srv/shop");
  g_assert_cmpstr (lease->name, ==, "front");
  g_assert_cmpint (lease->created_us, ==, NOW);
  g_assert_cmpint (lease->released_us, ==, 0);
  g_assert_cmpint (lease->holder.pid, ==, 42);
  g_assert_cmpuint (lease->holder.pid_started, ==, 99);
  g_assert_cmpuint (lease->holder.pid_namespace, ==, 7);
  g_assert_cmpstr (lease->holder.boot, ==, "b");
  g_assert_cmpint (lease->holder.expires_boottime_us, ==, 500);
  g_assert_cmpint (lease->holder.expires_us, ==, NOW + 10);
  g_assert_cmpint (count_events (test, "lease.taken"), ==, 2);
}

static PmLease
read_lease (PmRegistryTest *test, gint64 id, PmArena *arena)
{
  PmLease lease = {0};
  g_assert_true (pm_registry_lease (test->registry, id, arena, &lease, NULL));
  return lease;
}

static void
an_id_means_nothing_once_released (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmLeaseHolder later = wish.holder;
  later.expires_us = NOW + 30;
  gint64 first = take (test, &wish, NOW);
  PmLease held = read_lease (test, first, arena), seen = held;
  g_assert_true (pm_registry_lease_release (test->registry, &held, "released", NOW + 1, &error));
  g_assert_cmpint (held.released_us, ==, NOW + 1);
  gint64 second = take (test, &wish, NOW + 2);
  g_assert_cmpint (second, >, first);
  g_assert_false (pm_registry_lease_release (test->registry, &seen, "released", NOW, NULL));
  g_assert_false (pm_registry_lease_hold (test->registry, &seen, &later, NOW, &error));
  g_assert_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND);
  g_assert_cmpint (seen.released_us, ==, 0);
  held = read_lease (test, second, arena);
  g_assert_true (pm_registry_lease_hold (test->registry, &held, &later, NOW, NULL));
  g_assert_cmpint (held.holder.expires_us, ==, NOW + 30);

  PmLease past = read_lease (test, first, arena);
  g_assert_cmpint (past.released_us, ==, NOW + 1);
  g_assert_cmpstr (past.outcome, ==, "released");
  g_assert_cmpint (count_events (test, "lease.released"), ==, 1);
  g_assert_cmpint (count_events (test, "lease.renewed"), ==, 1);
}

/* Somebody judged the holder to be gone; meanwhile it was heard of again. */
static void
does_not_reclaim_what_was_renewed (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmLeaseHolder renewed = wish.holder;
  PmLease seen;
  gboolean done = TRUE;
  gint64 id = take (test, &wish, NOW);
  renewed.expires_boottime_us = 900;
  g_assert_true (pm_registry_lease (test->registry, id, arena, &seen, NULL));
  PmLease lease = seen;
  g_assert_true (pm_registry_lease_hold (test->registry, &lease, &renewed, NOW, NULL));
  g_assert_true (pm_registry_lease_reclaim (test->registry, &seen, "expired", NOW, &done, NULL));
  g_assert_false (done);
  g_assert_cmpint (count_events (test, "lease.released"), ==, 0);

  g_assert_true (pm_registry_lease (test->registry, id, arena, &seen, NULL));
  g_assert_true (pm_registry_lease_reclaim (test->registry, &seen, "expired", NOW, &done, NULL));
  g_assert_true (done);
  g_assert_true (pm_registry_lease_reclaim (test->registry, &seen, "expired", NOW, &done, NULL));
  g_assert_false (done);
}

static void
remembers_the_port_of_a_name (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) list = g_array_new (FALSE, TRUE, sizeof (PmRememberedPort));
  PmRememberedPort port = {"/srv/shop", "front", PM_TRANSPORT_TCP, 3000, NOW};
  g_assert_true (pm_registry_port_remember (test->registry, &port, NULL));
  port.port = 3001;
  g_assert_true (pm_registry_port_remember (test->registry, &port, NULL));
  port.name = "api";
  g_assert_true (pm_registry_port_remember (test->registry, &port, NULL));
  g_assert_true (pm_registry_remembered_ports (test->registry, arena, list, NULL));
  g_assert_cmpuint (list->len, ==, 2);
  for (guint i = 0; i < list->len; i++)
    g_assert_cmpuint (g_array_index (list, PmRememberedPort, i).port, ==, 3001);
}

static void
add_range (guint16 first, guint16 last, gpointer data)
{
  g_string_append_printf (data, "%u-%u ", first, last);
}

static void
lists_what_is_declared (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmSnapshot) observed = pm_registry_test_snapshot ();
  g_autoptr (GString) found = g_string_new (NULL);
  pm_registry_test_add_service (observed, "web", 80, 8080);
  pm_registry_test_add_service (observed, "inside", 81, 8081)->scope = PM_SCOPE_CONTAINER;
  pm_registry_test_add_finding (observed, "shop/compose.yaml", 9000)->port_end = 9010;
  pm_registry_test_add_finding (observed, "shop/compose.yaml", 9100)->role = PM_ROLE_REFERENCE;
  pm_registry_test_store (test->registry, observed, NOW);
  g_assert_true (pm_registry_declared_ports (test->registry, add_range, found, NULL));
  g_assert_cmpstr (found->str, ==, "8080-8080 9000-9010 ");
}

/* --- what analytics read --- */

static void
counts_pools_by_the_hour (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) hours = g_array_new (FALSE, TRUE, sizeof (PmPoolHour));
  const PmPoolHour notes[] = {
      {.pool = "web", .size = 100, .in_use = 10, .taken = 1},
      {.pool = "web", .size = 100, .in_use = 7, .taken = 1},
      {.pool = "web", .released = 2, .refused = 1},
      {.pool = "api", .size = 50, .in_use = 1},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (notes); i++)
    g_assert_true (pm_registry_pool_note (test->registry, &notes[i], NOW, NULL));
  g_assert_true (pm_registry_pool_note (test->registry, &notes[0], NOW + HOUR_US, NULL));
  g_assert_true (pm_registry_pool_hours (test->registry, 0, arena, hours, NULL));
  g_assert_cmpuint (hours->len, ==, 3);
  const PmPoolHour *web = &g_array_index (hours, PmPoolHour, 1);
  g_assert_cmpstr (web->pool, ==, "web");
  g_assert_cmpint (web->hour, ==, NOW / HOUR_US);
  g_assert_cmpuint (web->size, ==, 100);
  g_assert_cmpuint (web->in_use, ==, 7);
  g_assert_cmpuint (web->peak, ==, 10);
  g_assert_cmpuint (web->taken, ==, 2);
  g_assert_cmpuint (web->released, ==, 2);
  g_assert_cmpuint (web->refused, ==, 1);

  g_array_set_size (hours, 0);
  g_assert_true (pm_registry_pool_hours (test->registry, NOW + HOUR_US, arena, hours, NULL));
  g_assert_cmpuint (hours->len, ==, 1);
}

static void
knows_the_most_contested (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (GArray) list = g_array_new (FALSE, TRUE, sizeof (PmPortDemand));
  PmLease calm = wish;
  calm.port = 3001;
  take (test, &wish, NOW);
  take (test, &calm, NOW);
  for (guint i = 0; i < 3; i++)
    take (test, &wish, NOW + 1);
  PmPortDemand conflict = {.port = 5432, .conflicts = 1};
  g_assert_true (pm_registry_port_demand_add (test->registry, &conflict, NOW, NULL));
  g_assert_true (pm_registry_contested_ports (test->registry, 10, list, NULL));
  g_assert_cmpuint (list->len, ==, 2); /* nobody missed 3001 */
  const PmPortDemand *most = &g_array_index (list, PmPortDemand, 0);
  g_assert_cmpuint (most->port, ==, 3000);
  g_assert_cmpuint (most->leased, ==, 1);
  g_assert_cmpuint (most->lost, ==, 3);
  g_assert_cmpuint (g_array_index (list, PmPortDemand, 1).port, ==, 5432);
}

/* --- migration --- */

/* A lease of version 1 is still held, and its id will not be given again. */
static void
outlive_a_migration (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autofree char *file = pm_registry_test_path (test, "registry.db");
  g_autofree char *data = g_test_build_filename (G_TEST_DIST, "data", "v1.sql", NULL);
  g_autofree char *sql = NULL;
  sqlite3 *db;
  g_clear_pointer (&test->registry, pm_registry_close);
  g_assert_true (g_file_get_contents (data, &sql, NULL, NULL));
  g_assert_cmpint (g_unlink (file), ==, 0);
  g_assert_cmpint (sqlite3_open (file, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db,
                                 "INSERT INTO leases VALUES"
                                 " (8, 'here', 'tcp', 3001, 'web', 'b', 9, 9, 5, NULL),"
                                 " (9, 'here', 'tcp', 3000, 'web', 'a', 9, 9, 5, NULL);"
                                 "DELETE FROM leases WHERE id = 9",
                                 NULL, NULL, NULL),
                   ==, SQLITE_OK);
  sqlite3_close (db);
  test->registry = pm_registry_test_open (test, &error);
  g_assert_no_error (error);
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) leases = g_array_new (FALSE, TRUE, sizeof (PmLease));
  g_assert_true (pm_registry_leases (test->registry, arena, leases, NULL));
  g_assert_cmpuint (leases->len, ==, 1);
  g_assert_cmpint (g_array_index (leases, PmLease, 0).id, ==, 8);
  g_assert_cmpint (take (test, &wish, NOW), ==, 10);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/leases/gives-a-port-once", gives_a_port_once);
  g_test_add_func ("/registry/leases/an-id-means-nothing-once-released",
                   an_id_means_nothing_once_released);
  g_test_add_func ("/registry/leases/does-not-reclaim-what-was-renewed",
                   does_not_reclaim_what_was_renewed);
  g_test_add_func ("/registry/leases/remembers-the-port-of-a-name", remembers_the_port_of_a_name);
  g_test_add_func ("/registry/leases/lists-what-is-declared", lists_what_is_declared);
  g_test_add_func ("/registry/leases/counts-pools-by-the-hour", counts_pools_by_the_hour);
  g_test_add_func ("/registry/leases/knows-the-most-contested", knows_the_most_contested);
  g_test_add_func ("/registry/leases/outlive-a-migration", outlive_a_migration);
  return g_test_run ();
}
