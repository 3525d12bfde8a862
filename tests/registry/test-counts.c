#include "registry-test.h"

#include "registry/counts.h"
#include "registry/records.h"

static guint64
count_of (const GArray *counts, const char *word)
{
  for (guint i = 0; i < counts->len; i++)
    if (g_str_equal (g_array_index (counts, PmCount, i).word, word))
      return g_array_index (counts, PmCount, i).count;
  return 0;
}

static void
are_of_what_is_there (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_auto (PmRegistryCounts) counts = {0};
  g_autoptr (GError) error = NULL;
  g_assert_true (pm_registry_counts (test->registry, arena, &counts, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (counts.services->len, ==, 0);
  g_assert_cmpuint (counts.tokens, ==, 0);
  g_assert_cmpuint (counts.size_bytes, >, 0);
  pm_registry_counts_clear (&counts);

  PmToken token = {.name = "ci", .role = "viewer", .created_us = 1};
  PmTransactionRecord record = {.id = 1, .kind = "assign", .state = "committed", .summary = "{}"};
  g_assert_true (pm_registry_token_add (test->registry, &token, "abc", NULL));
  g_assert_true (pm_registry_transaction_put (test->registry, &record, 2, NULL));
  record.id = 2;
  g_assert_true (pm_registry_transaction_put (test->registry, &record, 3, NULL));
  g_assert_true (pm_registry_counts (test->registry, arena, &counts, NULL));
  g_assert_cmpuint (counts.tokens, ==, 1);
  g_assert_cmpuint (count_of (counts.transactions, "committed"), ==, 2);
  g_assert_cmpuint (count_of (counts.transactions, "rolled-back"), ==, 0);
  g_assert_cmpuint (counts.last_event_id, ==, 3);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/counts/are-of-what-is-there", are_of_what_is_there);
  return g_test_run ();
}
