/* What of the past counts as known to have been an address of this machine. */

#include "verbs/former-addresses.h"

#include "registry-test.h"
#include "registry/addresses.h"
#include "registry/changes.h"
#include "registry/records.h"

#define A "203.0.113.1"
#define B "203.0.113.2"
#define C "203.0.113.3"

/* `end` NULL: it is on its way. */
static void
put_change (PmRegistry *registry, const char *source, const char *from, const char *to,
            const char *end, const char *report)
{
  gint64 id = 0;
  PmAddressChange change = {.kind = "ip-change",
                            .source = source,
                            .slot = "nic0/0",
                            .old_address = from,
                            .new_address = to,
                            .confirmed_us = 1,
                            .report = report};
  PmChangeStep step = {.stage = end, .report = report, .is_end = TRUE, .now_us = 2};
  g_assert_true (pm_registry_change_open (registry, &change, &id, NULL));
  step.id = id;
  if (end != NULL)
    g_assert_true (pm_registry_change_step (registry, &step, NULL));
}

static void
put_decision (PmRegistry *registry, const char *from, const char *to)
{
  PmDesired desired = {
      .subject = from, .field = "address", .value = to, .reason = "", .decided_us = 3};
  g_assert_true (pm_registry_desired_put (registry, 1, &desired, NULL));
}

static void
put_current (PmRegistry *registry, const char *address)
{
  PmSourceAddress current = {"gcp", "nic0/0", address, 1, 1};
  g_assert_true (pm_registry_address_put (registry, &current, NULL));
}

/* `to` NULL: it is not known to be former. */
static void
expect (PmRegistry *registry, const char *from, const char *to)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GHashTable) former = pm_verb_former_addresses (registry, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_hash_table_lookup (former, from), ==, to);
}

static void
a_source_saw_it (void)
{
  static const char *const ends[] = {NULL, "proposed", "failed", "rolled-back", "committed"};
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++) {
    g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
    put_change (test->registry, "gcp", A, B, ends[i], "{}");
    put_current (test->registry, B);
    expect (test->registry, A, B);
    expect (test->registry, B, NULL);
  }
}

static void
a_person_dismissed_it (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  put_change (test->registry, "gcp", A, B, "dismissed", "{}");
  expect (test->registry, A, NULL);
}

static void
it_was_guessed_from_files (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  put_change (test->registry, "gcp", A, B, "proposed", "{\"guess\":true}");
  expect (test->registry, A, NULL);
}

static void
a_wish_by_hand_alone_is_no_change (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  put_change (test->registry, "hand", A, B, "failed", "{}");
  expect (test->registry, A, NULL);
  put_decision (test->registry, A, B);
  expect (test->registry, A, B);
}

static void
a_chain_ends_at_the_last (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  put_change (test->registry, "gcp", A, B, "committed", "{}");
  put_decision (test->registry, B, C);
  expect (test->registry, A, C);
  expect (test->registry, B, C);
}

static void
one_that_is_given_again_is_not_former (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  put_change (test->registry, "gcp", A, B, "committed", "{}");
  put_change (test->registry, "gcp", B, A, "proposed", "{}");
  put_decision (test->registry, "203.0.113.9", B);
  put_current (test->registry, A);
  expect (test->registry, A, NULL);
  put_decision (test->registry, A, C); /* whatever anybody says: the machine has it */
  expect (test->registry, A, NULL);
}

static void
a_ring_ends (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  put_decision (test->registry, A, B);
  put_decision (test->registry, B, C);
  put_decision (test->registry, C, A);
  g_autoptr (GHashTable) former = pm_verb_former_addresses (test->registry, NULL);
  g_assert_nonnull (former);
}

static void
spellings_are_one (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  put_decision (test->registry, "2001:DB8:0::9", "2001:db8:0:0::10");
  expect (test->registry, "2001:db8::9", "2001:db8::10");
}

static void
another_host_has_its_own (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmRegistry) there = pm_registry_test_open_as (test, "there", NULL);
  put_change (there, "gcp", A, B, "committed", "{}");
  put_decision (there, B, C);
  expect (there, A, C);
  expect (test->registry, A, NULL);
  expect (test->registry, B, NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/former-addresses/a-source-saw-it", a_source_saw_it);
  g_test_add_func ("/former-addresses/not-what-a-person-dismissed", a_person_dismissed_it);
  g_test_add_func ("/former-addresses/not-what-was-guessed-from-files", it_was_guessed_from_files);
  g_test_add_func ("/former-addresses/a-wish-by-hand-alone-is-no-change",
                   a_wish_by_hand_alone_is_no_change);
  g_test_add_func ("/former-addresses/a-chain-ends-at-the-last", a_chain_ends_at_the_last);
  g_test_add_func ("/former-addresses/not-one-that-is-given-again",
                   one_that_is_given_again_is_not_former);
  g_test_add_func ("/former-addresses/a-ring-ends", a_ring_ends);
  g_test_add_func ("/former-addresses/spellings-are-one", spellings_are_one);
  g_test_add_func ("/former-addresses/another-host-has-its-own", another_host_has_its_own);
  return g_test_run ();
}
