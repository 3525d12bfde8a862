/* What of a table is shown where it does not fit. */

#include <glib.h>

#include "cli/table.h"

static void
print (guint width, const char *middle)
{
  static const PmColumn columns[] = {
      {.title = "NAME", .cut = PM_COLUMN_NAME}, {.title = "LATENCY"}, {.title = "WHY"}};
  g_autoptr (PmTable) table = pm_table_new (columns, G_N_ELEMENTS (columns));
  pm_table_add (table, PM_CELL_PLAIN, "assistant");
  pm_table_add (table, PM_CELL_PLAIN, "%s", middle);
  pm_table_add (table, PM_CELL_PLAIN, "refused");
  pm_table_print (table, FALSE, width);
}

/* `expected` is all that is printed. */
static void
expect (guint width, const char *middle, const char *expected)
{
  if (g_test_subprocess ()) {
    print (width, middle);
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout (expected);
}

static void
columns_that_hold_nothing_give_way (void)
{
  expect (20, "", "*NAME       WHY\nassistant  refused\n*");
}

static void
they_stay_where_there_is_room (void)
{
  expect (40, "", "*NAME       LATENCY  WHY\nassistant           refused\n*");
}

static void
one_that_holds_something_stays_and_names_are_cut (void)
{
  expect (24, "3 ms", "*NAME    LATENCY  WHY\nassis…  3 ms     refused\n*");
}

static void
where_columns_do_not_fit_a_row_is_a_line_for_each (void)
{
  expect (16, "3 ms", "*NAME     assist…\nLATENCY  3 ms\nWHY      refused\n*");
}

static void
and_a_cell_that_holds_nothing_is_none (void)
{
  expect (8, "", "*NAME     …\nWHY      refused\n*");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/table/columns-that-hold-nothing-give-way",
                   columns_that_hold_nothing_give_way);
  g_test_add_func ("/cli/table/they-stay-where-there-is-room", they_stay_where_there_is_room);
  g_test_add_func ("/cli/table/one-that-holds-something-stays-and-names-are-cut",
                   one_that_holds_something_stays_and_names_are_cut);
  g_test_add_func ("/cli/table/where-columns-do-not-fit-a-row-is-a-line-for-each",
                   where_columns_do_not_fit_a_row_is_a_line_for_each);
  g_test_add_func ("/cli/table/and-a-cell-that-holds-nothing-is-none",
                   and_a_cell_that_holds_nothing_is_none);
  return g_test_run ();
}
