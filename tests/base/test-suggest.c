#include "base/suggest.h"

static const char *const commands[] = {"scan", "services", "conflicts", "serve", NULL};

static void
finds_the_nearest (void)
{
  g_assert_cmpstr (pm_suggest_nearest ("confilcts", commands), ==, "conflicts");
  g_assert_cmpstr (pm_suggest_nearest ("scn", commands), ==, "scan");
  g_assert_cmpstr (pm_suggest_nearest ("servces", commands), ==, "services");
}

static void
says_nothing_when_nothing_is_near (void)
{
  g_assert_null (pm_suggest_nearest ("xyzzy", commands));
  g_assert_null (pm_suggest_nearest ("", commands));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/suggest/finds-the-nearest", finds_the_nearest);
  g_test_add_func ("/base/suggest/says-nothing-when-nothing-is-near",
                   says_nothing_when_nothing_is_near);
  return g_test_run ();
}
