/* Size and time. Small by default; `-m slow` takes the size that the goals are told for: 10,000
 * services and 100,000 findings stored in under 2 s, an unchanged one compared in under 100 ms.
 * Time is told, and asserted only with a wide margin, because tests share their machine. */

#include "registry-test.h"

#include <time.h>

#define NOW G_GINT64_CONSTANT (1795375573000000)

static PmSnapshot *
big_snapshot (guint n_services)
{
  PmSnapshot *snapshot = pm_registry_test_snapshot ();
  for (guint i = 0; i < n_services; i++) {
    g_autofree char *file = g_strdup_printf ("shop/part-%u/compose.yaml", i);
    g_autofree char *name = g_strdup_printf ("service-%u", i);
    pm_registry_test_add_document (snapshot, file);
    pm_registry_test_add_service (snapshot, name, (guint16) (i % 60000 + 1),
                                  (guint16) (i % 60000 + 2));
    for (guint f = 0; f < 10; f++)
      pm_registry_test_add_finding (snapshot, file, (guint16) (1000 + f));
    PmEdge edge = {.finding = i * 10,
                   .from_service = (gint32) i,
                   .to_service = (gint32) (i / 2),
                   .confidence = 0.9};
    g_array_append_val (snapshot->edges, edge);
  }
  return snapshot;
}

typedef struct {
  gint64 wall_us;
  clock_t cpu;
} Moment;

static Moment
moment (void)
{
  return (Moment){g_get_monotonic_time (), clock ()};
}

static gint64
told (const char *what, Moment since)
{
  Moment now = moment ();
  gint64 elapsed_us = now.wall_us - since.wall_us;
  g_test_message ("%s: %.1f ms, of which %.1f ms of CPU", what, (double) elapsed_us / 1000,
                  (double) (now.cpu - since.cpu) * 1000 / CLOCKS_PER_SEC);
  return elapsed_us;
}

static void
stores_and_compares_fast (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  guint n_services = g_test_slow () ? 10000 : 1000;
  g_autoptr (PmSnapshot) observed = big_snapshot (n_services);
  Moment at = moment ();
  pm_registry_test_store (test->registry, observed, NOW);
  gint64 stored_us = told ("store", at);

  at = moment ();
  g_assert_false (pm_registry_test_store (test->registry, observed, NOW).anything);
  gint64 compared_us = told ("compare, unchanged", at);

  g_autoptr (PmSnapshot) back = NULL;
  at = moment ();
  g_assert_true (pm_registry_snapshot (test->registry, &back, NULL));
  told ("read", at);
  g_assert_cmpuint (back->services->len, ==, n_services);
  g_assert_cmpuint (back->findings->len, ==, n_services * 10);
  g_assert_cmpuint (back->edges->len, ==, n_services);
  g_test_message ("text: %" G_GSIZE_FORMAT " bytes", pm_arena_size_bytes (back->arena));

  g_array_index (observed->findings, PmFinding, 5).port = 7;
  at = moment ();
  g_assert_cmpuint (pm_registry_test_store (test->registry, observed, NOW).documents_changed, ==,
                    1);
  told ("store, one document changed", at);
  g_assert_cmpint (stored_us, <, 20 * G_USEC_PER_SEC);
  g_assert_cmpint (compared_us, <, stored_us);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/scale/stores-and-compares-fast", stores_and_compares_fast);
  return g_test_run ();
}
