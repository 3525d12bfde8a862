#include "base/find-bytes.h"

#include <string.h>

/* Texts of two letters hold everything that is sought, nearly, and all of it again. */
static void
finds_what_memmem_finds (void)
{
  for (guint round = 0; round < 20000; round++) {
    gsize length = (gsize) g_test_rand_int_range (0, 100);
    gsize sought_length = (gsize) g_test_rand_int_range (0, round % 2 == 0 ? 6 : 40);
    /* Of their own size, so that a byte too far is seen by a sanitizer. */
    g_autofree char *bytes = g_malloc (length + 1), *sought = g_malloc (sought_length + 1);
    for (gsize i = 0; i < length; i++)
      bytes[i] = (char) g_test_rand_int_range ('a', 'c');
    for (gsize i = 0; i < sought_length; i++)
      sought[i] = (char) g_test_rand_int_range ('a', 'c');
    g_autofree char *text = g_memdup2 (bytes, MAX (length, 1));
    g_assert_true (pm_find_bytes (text, length, sought, sought_length) ==
                   memmem (text, length, sought, sought_length));
  }
}

static void
finds_at_each_place_of_a_long_text (void)
{
  char text[257];
  for (gsize at = 0; at + 10 <= sizeof text; at++) {
    memset (text, 'c', sizeof text);
    memcpy (text + at, "containers", 10);
    g_assert_true (pm_find_bytes (text, sizeof text, "containers", 10) == text + at);
    g_assert_null (pm_find_bytes (text, at + 9, "containers", 10));
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/find-bytes/finds-what-memmem-finds", finds_what_memmem_finds);
  g_test_add_func ("/base/find-bytes/finds-at-each-place-of-a-long-text",
                   finds_at_each_place_of_a_long_text);
  return g_test_run ();
}
