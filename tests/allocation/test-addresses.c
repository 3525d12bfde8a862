#include "allocation/addresses.h"

static gboolean
overlap (const char *a, const char *b)
{
  PmBind left = pm_bind_parse (a), right = pm_bind_parse (b);
  g_assert_cmpint (pm_bind_overlaps (&left, &right), ==, pm_bind_overlaps (&right, &left));
  return pm_bind_overlaps (&left, &right);
}

static void
addresses_decide (void)
{
  g_assert_true (overlap ("", "127.0.0.1"));
  g_assert_true (overlap ("*", "::1"));
  g_assert_true (overlap ("0.0.0.0", "10.0.0.1"));
  g_assert_true (overlap ("[::]", "0.0.0.0"));
  g_assert_true (overlap ("::", "10.0.0.1"));
  g_assert_true (overlap ("localhost", "127.0.0.1"));
  g_assert_true (overlap ("localhost", "::1"));
  g_assert_true (overlap ("localhost", "LOCALHOST"));
  g_assert_true (overlap ("::ffff:10.0.0.1", "10.0.0.1"));
  g_assert_true (overlap ("::ffff:0.0.0.0", "10.0.0.1"));
  g_assert_true (overlap ("[fe80::1%eth0]", "fe80::1"));
  g_assert_true (overlap ("myhost", "10.0.0.1"));
  g_assert_false (overlap ("127.0.0.1", "10.0.0.1"));
  g_assert_false (overlap ("0.0.0.0", "::1"));
  g_assert_false (overlap ("::ffff:0.0.0.0", "::1"));
  g_assert_false (overlap ("::1", "127.0.0.1"));
  g_assert_false (overlap ("localhost", "127.0.0.2"));
  g_assert_false (overlap ("localhost", "10.0.0.1"));
}

static void
an_ipv6_socket_may_leave_ipv4_alone (void)
{
  PmBind v6_only = pm_bind_of_socket ("::", TRUE), dual = pm_bind_of_socket ("::", FALSE);
  static const struct {
    const char *address;
    gboolean v6_only, dual;
  } cases[] = {
      {"", TRUE, TRUE},    {"0.0.0.0", FALSE, TRUE},  {"127.0.0.1", FALSE, TRUE},
      {"::1", TRUE, TRUE}, {"localhost", TRUE, TRUE}, {"::", TRUE, TRUE},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    PmBind other = pm_bind_parse (cases[i].address);
    g_assert_cmpint (pm_bind_overlaps (&v6_only, &other), ==, cases[i].v6_only);
    g_assert_cmpint (pm_bind_overlaps (&dual, &other), ==, cases[i].dual);
  }
}

/* Every kind with every kind: symmetric, and everything overlaps itself. */
static void
symmetric_and_reflexive (void)
{
  static const char *const addresses[] = {
      "",
      "*",
      "0.0.0.0",
      "::",
      "[::]",
      "127.0.0.1",
      "127.0.0.2",
      "localhost",
      "10.0.0.1",
      "::1",
      "[::1]",
      "fe80::1%eth0",
      "::ffff:127.0.0.1",
      "myhost",
      "999.1.2.3.4",
      "[",
      "%",
      "::ffff:0.0.0.0",
      "a-name-that-is-no-address-at-all-and-longer-than-any-address.example.org",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++) {
    g_assert_true (overlap (addresses[i], addresses[i]));
    for (gsize k = 0; k < G_N_ELEMENTS (addresses); k++)
      overlap (addresses[i], addresses[k]);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/allocation/addresses/" name, function)
  ADD ("decide", addresses_decide);
  ADD ("an-ipv6-socket-may-leave-ipv4-alone", an_ipv6_socket_may_leave_ipv4_alone);
  ADD ("symmetric-and-reflexive", symmetric_and_reflexive);
  return g_test_run ();
}
