#include <glib/gstdio.h>
#include <string.h>

#include "rig.h"
#include "update/edits.h"

static const char *const one[] = {"a/.env", NULL};

static guint64
replace (Rig *rig, const char *from, const char *to)
{
  guint64 id;
  g_autoptr (GError) error = NULL;
  PmOutcome outcome = rig_replace (rig, pm_fs_real (), one, from, to, &id, &error);
  g_assert_no_error (error);
  g_assert_cmpint (outcome, ==, PM_OUTCOME_COMMITTED);
  return id;
}

static guint64
undo (Rig *rig, guint64 id)
{
  guint64 own;
  g_autoptr (GError) error = NULL;
  PmOutcome outcome = rig_undo (rig, pm_fs_real (), id, &own, &error);
  g_assert_no_error (error);
  g_assert_cmpint (outcome, ==, PM_OUTCOME_COMMITTED);
  return own;
}

static void
expect_refusal (Rig *rig, guint64 id)
{
  g_autoptr (GError) error = NULL;
  g_assert_cmpint (rig_undo (rig, pm_fs_real (), id, NULL, &error), ==, PM_OUTCOME_REFUSED);
  g_assert_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_REFUSED);
}

static void
gives_back_every_byte (void)
{
  g_auto (Rig) rig = {0};
  rig_init (&rig, NULL);
  const char *before = "A=" RIG_OLD "\r\nB=" RIG_OLD "," RIG_OLD "\n\n# end";
  rig_write (&rig, "a/.env", before);
  undo (&rig, replace (&rig, RIG_OLD, RIG_NEW));
  rig_expect (&rig, "a/.env", before);
}

static void
undoes_an_undo (void)
{
  g_auto (Rig) rig = {0};
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env", "A=" RIG_OLD "\n");
  guint64 first = undo (&rig, replace (&rig, RIG_OLD, RIG_NEW));
  guint64 second = undo (&rig, first);
  rig_expect (&rig, "a/.env", "A=" RIG_NEW "\n");
  undo (&rig, second);
  rig_expect (&rig, "a/.env", "A=" RIG_OLD "\n");
}

static void
judges_only_the_bytes_at_the_spans (void)
{
  g_auto (Rig) rig = {0};
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env", "# one\nA=" RIG_OLD "\nB=1\n");
  guint64 id = replace (&rig, RIG_OLD, RIG_NEW);
  rig_write (&rig, "a/.env", "# ONE\nA=" RIG_NEW "\nB=2\nC=3\n");
  undo (&rig, id);
  rig_expect (&rig, "a/.env", "# ONE\nA=" RIG_OLD "\nB=2\nC=3\n");
}

static void
finds_bytes_that_a_hand_edit_shifted (void)
{
  g_auto (Rig) rig = {0};
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env", "A=8080\nB=8080\n");
  guint64 id = replace (&rig, "8080", "9090");
  rig_write (&rig, "a/.env", "# a new line\nA=9090\n  B=9090\r\nC=9090\n");
  undo (&rig, id);
  rig_expect (&rig, "a/.env", "# a new line\nA=8080\n  B=8080\r\nC=9090\n");
}

static void
finds_bytes_that_later_transactions_shifted (void)
{
  g_auto (Rig) rig = {0};
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env", "x=1 y=8080 z=8080\n");
  guint64 id = replace (&rig, "8080", "9090");
  replace (&rig, "x=1", "x=1000000");
  undo (&rig, id);
  rig_expect (&rig, "a/.env", "x=1000000 y=8080 z=8080\n");
}

static void
refuses_what_is_not_ours_any_more (void)
{
  g_auto (Rig) rig = {0};
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env", "A=8080\n");
  guint64 first = replace (&rig, "8080", "9090");
  replace (&rig, "9090", "7070");
  expect_refusal (&rig, first);
  rig_write (&rig, "a/.env", "A=90901\n");
  expect_refusal (&rig, first);
  rig_expect (&rig, "a/.env", "A=90901\n");
}

static void
refuses_the_whole_when_one_file_does_not_fit (void)
{
  g_auto (Rig) rig = {0};
  const char *const both[] = {"a/.env", "b/.env", NULL};
  guint64 id;
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env", "A=8080\n");
  rig_write (&rig, "b/.env", "B=8080\n");
  g_assert_cmpint (rig_replace (&rig, pm_fs_real (), both, "8080", "9090", &id, NULL), ==, 0);
  rig_write (&rig, "b/.env", "B=1\n");
  expect_refusal (&rig, id);
  rig_expect (&rig, "a/.env", "A=9090\n");
}

static void
passes_by_what_is_back_already (void)
{
  g_auto (Rig) rig = {0};
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env", "A=8080\nB=8080\n");
  guint64 id = replace (&rig, "8080", "808");
  rig_write (&rig, "a/.env", "A=8080\nB=808\n");
  undo (&rig, id);
  rig_expect (&rig, "a/.env", "A=8080\nB=8080\n");
}

static void
lists_transactions_newest_first (void)
{
  g_auto (Rig) rig = {0};
  guint unreadable;
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env", "A=1\n");
  undo (&rig, replace (&rig, "1", "2"));
  g_autoptr (GPtrArray) list = pm_undo_list (pm_fs_real (), rig.state, &unreadable, NULL);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpuint (unreadable, ==, 0);
  const PmHistory *newest = g_ptr_array_index (list, 0);
  g_assert_cmpuint (newest->id, ==, 2);
  g_assert_cmpuint (newest->undo_of, ==, 1);
  g_assert_true (newest->is_committed && newest->is_registered);
}

#define ADD(name, function) g_test_add_func ("/update/undo/" name, function)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("gives-back-every-byte", gives_back_every_byte);
  ADD ("undoes-an-undo", undoes_an_undo);
  ADD ("judges-only-the-bytes-at-the-spans", judges_only_the_bytes_at_the_spans);
  ADD ("finds-bytes-that-a-hand-edit-shifted", finds_bytes_that_a_hand_edit_shifted);
  ADD ("finds-bytes-that-later-transactions-shifted", finds_bytes_that_later_transactions_shifted);
  ADD ("refuses-what-is-not-ours-any-more", refuses_what_is_not_ours_any_more);
  ADD ("refuses-the-whole-when-one-file-does-not-fit",
       refuses_the_whole_when_one_file_does_not_fit);
  ADD ("passes-by-what-is-back-already", passes_by_what_is_back_already);
  ADD ("lists-transactions-newest-first", lists_transactions_newest_first);
  return g_test_run ();
}
