#include "base/packed-rows.h"

#include <string.h>

typedef struct {
  const char *text;
  guint64 numbers[PM_PACKED_ROW_MOST_BYTES / 8 - 1];
} Row;

static void
gives_rows_back (void)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  Row rows[50], back[50];
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    memset (&rows[i], 0, sizeof rows[i]);
    rows[i].text = i % 7 == 0 ? NULL : "a text";
    rows[i].numbers[i % G_N_ELEMENTS (rows[i].numbers)] = G_MAXUINT64 - i;
    rows[i].numbers[G_N_ELEMENTS (rows[i].numbers) - 1] = i / 10;
  }
  const PmPackedRows *packed = pm_packed_rows_new (arena, rows, sizeof (Row), G_N_ELEMENTS (rows));
  memset (back, 0xa5, sizeof back);
  pm_packed_rows_unpack (packed, back);
  g_assert_cmpmem (rows, sizeof rows, back, sizeof back);
}

static void
gives_narrow_rows_back (void)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  guint64 rows[] = {0, 1, 1, G_MAXUINT64}, back[G_N_ELEMENTS (rows)];
  const PmPackedRows *packed = pm_packed_rows_new (arena, rows, 8, G_N_ELEMENTS (rows));
  pm_packed_rows_unpack (packed, back);
  g_assert_cmpmem (rows, sizeof rows, back, sizeof back);
}

static void
keeps_what_differs_only (void)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  const guint n = 1000;
  g_autofree Row *rows = g_new0 (Row, n);
  for (guint i = 0; i < n; i++) {
    memset (rows[i].numbers, 0xff, sizeof rows[i].numbers);
    rows[i].numbers[3] = i;
  }
  pm_packed_rows_new (arena, rows, sizeof (Row), n);
  g_assert_cmpuint (pm_arena_size_bytes (arena), <, n * 16);
}

static void
of_none_there_is_none (void)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  guint64 untouched = 7;
  g_assert_null (pm_packed_rows_new (arena, NULL, sizeof (Row), 0));
  pm_packed_rows_unpack (NULL, &untouched);
  g_assert_cmpuint (untouched, ==, 7);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/packed-rows/gives-rows-back", gives_rows_back);
  g_test_add_func ("/base/packed-rows/gives-narrow-rows-back", gives_narrow_rows_back);
  g_test_add_func ("/base/packed-rows/keeps-what-differs-only", keeps_what_differs_only);
  g_test_add_func ("/base/packed-rows/of-none-there-is-none", of_none_there_is_none);
  return g_test_run ();
}
