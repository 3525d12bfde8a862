#include "ip/external.h"

static void
is_canonical (void)
{
  static const char *const rows[][2] = {
      {"203.0.113.7", "203.0.113.7"},
      {" 203.0.113.7\n", "203.0.113.7"},
      {"2001:DB8:0:0::1", "2001:db8::1"},
      {"203.0.113", NULL},
      {"203.0.113.007", NULL},
      {"203.0.113.7/32", NULL},
      {"999.1.1.1", NULL},
      {"example.org", NULL},
      {"", NULL},
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *got = pm_external_canonical (rows[i][0]);
    g_test_message ("%s", rows[i][0]);
    g_assert_cmpstr (got, ==, rows[i][1]);
  }
}

static void
knows_what_is_public (void)
{
  static const char *const public[] = {"34.41.115.199", "203.0.113.7", "2a00:1450::1",
                                       "2001:db8::1",   "172.32.0.1",  "100.128.0.1"};
  static const char *const private[] = {
      "0.0.0.0",     "10.1.2.3",  "100.64.0.1",      "127.0.0.1", "169.254.1.1", "172.16.0.1",
      "192.168.1.1", "224.0.0.1", "255.255.255.255", "::",        "::1",         "fe80::1",
      "fd00::1",     "ff02::1",   "::ffff:8.8.8.8",  "no"};
  for (guint i = 0; i < G_N_ELEMENTS (public); i++)
    if (!pm_external_is_public (public[i]))
      g_error ("%s is public", public[i]);
  for (guint i = 0; i < G_N_ELEMENTS (private); i++)
    if (pm_external_is_public (private[i]))
      g_error ("%s is not public", private[i]);
}

static void
looks_into_networks (void)
{
  static const char *const networks[] = {"10.9.0.0/16", "192.0.2.1", "fd00::/8", NULL};
  g_assert_true (pm_external_is_within ("10.9.255.1", networks));
  g_assert_true (pm_external_is_within ("192.0.2.1", networks));
  g_assert_true (pm_external_is_within ("fd12::1", networks));
  g_assert_false (pm_external_is_within ("10.10.0.1", networks));
  g_assert_false (pm_external_is_within ("192.0.2.2", networks));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ip/external/is-canonical", is_canonical);
  g_test_add_func ("/ip/external/knows-what-is-public", knows_what_is_public);
  g_test_add_func ("/ip/external/looks-into-networks", looks_into_networks);
  return g_test_run ();
}
