#include "base/arena.h"

#include <string.h>

static void
keeps_what_it_gave (void)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  char *texts[2000];
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    texts[i] = pm_arena_printf (arena, "text %u", i);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *expected = g_strdup_printf ("text %u", i);
    g_assert_cmpstr (texts[i], ==, expected);
  }
}

static void
aligns_and_zeroes (void)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  for (gsize size = 0; size < 10000; size = size * 2 + 1) {
    guint8 *bytes = pm_arena_alloc (arena, size);
    g_assert_cmpuint ((guintptr) bytes % 16, ==, 0);
    for (gsize i = 0; i < size; i++)
      g_assert_cmpuint (bytes[i], ==, 0);
    memset (bytes, 0xff, size);
  }
}

static void
takes_large_pieces_without_waste (void)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  pm_arena_alloc (arena, 1);
  pm_arena_alloc (arena, 1000000);
  pm_arena_alloc (arena, 1);
  g_assert_cmpuint (pm_arena_size_bytes (arena), <, 1010000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/arena/keeps-what-it-gave", keeps_what_it_gave);
  g_test_add_func ("/base/arena/aligns-and-zeroes", aligns_and_zeroes);
  g_test_add_func ("/base/arena/takes-large-pieces-without-waste",
                   takes_large_pieces_without_waste);
  return g_test_run ();
}
