#include "registry-test.h"

#include "registry/records.h"

#define NOW G_GINT64_CONSTANT (1795375573000000)

static void
decide (PmRegistryTest *test, gint64 by, gint64 service, const char *value)
{
  g_autoptr (GError) error = NULL;
  PmDesired desired = {.service_id = service,
                       .subject = "",
                       .field = "externalPort",
                       .value = value,
                       .reason = "assigned",
                       .transaction_id = by,
                       .decided_us = NOW + by};
  pm_registry_desired_put (test->registry, by, &desired, &error);
  g_assert_no_error (error);
}

static void
take_back (PmRegistryTest *test, gint64 past, gint64 by)
{
  g_autoptr (GError) error = NULL;
  pm_registry_desired_take_back (test->registry, past, by, &error);
  g_assert_no_error (error);
}

/* The service's desired port, and who decided it; value NULL: nothing is desired. */
static void
expect (PmRegistryTest *test, gint64 service, const char *value, gint64 by)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) list = g_array_new (FALSE, TRUE, sizeof (PmDesired));
  const PmDesired *found = NULL;
  g_assert_true (pm_registry_desired (test->registry, arena, list, NULL));
  for (guint i = 0; i < list->len; i++)
    if (g_array_index (list, PmDesired, i).service_id == service)
      found = &g_array_index (list, PmDesired, i);
  g_assert_cmpstr (found == NULL ? NULL : found->value, ==, value);
  if (found != NULL)
    g_assert_cmpint (found->transaction_id, ==, by);
}

static void
no_scan_touches_it (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmSnapshot) observed = pm_registry_test_snapshot (), nothing = pm_snapshot_new ();
  pm_registry_test_add_service (observed, "web", 80, 8080);
  pm_registry_test_store (test->registry, observed, NOW);
  decide (test, 3, 1, "8080");
  decide (test, 3, 1, "8090");
  pm_registry_test_store (test->registry, nothing, NOW + 1);
  expect (test, 1, "8090", 3);
  decide (test, 4, 1, NULL);
  expect (test, 1, NULL, 0);
}

static void
what_was_before_comes_back (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  decide (test, 1, 7, "8080");
  decide (test, 2, 7, "8081");
  decide (test, 2, 8, "9000");
  take_back (test, 2, 3);
  expect (test, 7, "8080", 1);
  expect (test, 8, NULL, 0);
  take_back (test, 1, 4);
  expect (test, 7, NULL, 0);
}

static void
a_take_back_is_taken_back (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  decide (test, 1, 7, "8080");
  decide (test, 2, 7, "8081");
  decide (test, 2, 8, "9000");
  take_back (test, 2, 3);
  take_back (test, 3, 4);
  expect (test, 7, "8081", 2);
  expect (test, 8, "9000", 2);
  take_back (test, 4, 5);
  expect (test, 7, "8080", 1);
  expect (test, 8, NULL, 0);
}

static void
a_later_decision_stays (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  decide (test, 1, 7, "8080");
  decide (test, 1, 8, "9000");
  decide (test, 2, 7, "8081");
  take_back (test, 1, 3);
  expect (test, 7, "8081", 2);
  expect (test, 8, NULL, 0);
}

/* After a crash it is not known whether it was said: recovery says it again. */
static void
saying_it_twice_changes_nothing (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  decide (test, 1, 7, "8080");
  decide (test, 2, 7, "8081");
  decide (test, 2, 7, "8081");
  take_back (test, 2, 3);
  take_back (test, 2, 3);
  expect (test, 7, "8080", 1);
  take_back (test, 3, 4);
  expect (test, 7, "8081", 2);
}

/* Two changes of one thing by one transaction are one. */
static void
the_first_before_counts (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  decide (test, 1, 7, "8080");
  decide (test, 2, 7, NULL);
  decide (test, 2, 7, "8082");
  take_back (test, 2, 3);
  expect (test, 7, "8080", 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/desired/no-scan-touches-it", no_scan_touches_it);
  g_test_add_func ("/registry/desired/what-was-before-comes-back", what_was_before_comes_back);
  g_test_add_func ("/registry/desired/a-take-back-is-taken-back", a_take_back_is_taken_back);
  g_test_add_func ("/registry/desired/a-later-decision-stays", a_later_decision_stays);
  g_test_add_func ("/registry/desired/saying-it-twice-changes-nothing",
                   saying_it_twice_changes_nothing);
  g_test_add_func ("/registry/desired/the-first-before-counts", the_first_before_counts);
  return g_test_run ();
}
