#include "walk/prefilter.h"

#include <string.h>

static void
expect (const char *text, guint expected)
{
  for (const PmPrefilterVariant *variant = pm_prefilter_variants (); variant->name != NULL;
       variant++) {
    /* At every place of a block, and in the tail that no block covers. */
    for (gsize before = 0; before < 70; before += 3) {
      g_autofree char *padding = g_strnfill (before, ' ');
      g_autofree char *padded = g_strconcat (padding, text, NULL);
      g_autofree char *exact = g_memdup2 (padded, strlen (padded));
      guint found = variant->filter (exact, strlen (padded), PM_PREFILTER_ALL);
      if (found != expected)
        g_error ("%s: \"%s\" behind %" G_GSIZE_FORMAT " blanks gives %#x, not %#x", variant->name,
                 text, before, found, expected);
    }
  }
}

static void
knows_addresses (void)
{
  expect ("34.41.115.199", PM_PREFILTER_IPV4);
  expect ("v1.2.3.4567", 0);
  expect ("1.2.3", 0);
  expect ("1.2.3.4", PM_PREFILTER_IPV4);
  expect ("0.1.2.3.4", 0);
  expect ("1.2.3.4.5", 0);
  expect ("1.2.3.4.", PM_PREFILTER_IPV4);
  expect ("web.1.2.3.4.nip.io", PM_PREFILTER_IPV4);
  expect ("web-0.1.2.3.4.nip.io", PM_PREFILTER_IPV4);
  expect ("0-1-2-3-4-5", PM_PREFILTER_IPV4);
  expect ("1.2.3.256", 0);
  expect ("1.2.03.4", 0);
  expect ("1-2-03-4", PM_PREFILTER_IPV4);
  expect ("1.2.3.0", PM_PREFILTER_IPV4);
  expect ("1234.1.2.3", 0);
  expect ("1-2-3-4.sslip.io", PM_PREFILTER_IPV4);
  expect ("2024-01-02", 0);
  expect ("1.2-3.4", 0);
  expect ("[::]", PM_PREFILTER_IPV6);
  expect ("::1", PM_PREFILTER_COLON | PM_PREFILTER_IPV6);
  expect ("fe80::1", PM_PREFILTER_COLON | PM_PREFILTER_IPV6);
  expect ("2001:db8::", PM_PREFILTER_IPV6);
  expect ("std::string", 0);
  expect ("Fade::create", 0);
  expect ("", 0);
}

static void
knows_ports (void)
{
  expect ("x:80", PM_PREFILTER_COLON | PM_PREFILTER_ENDPOINT);
  expect ("x: 80", 0);
  expect ("PORT=80", PM_PREFILTER_PORT | PM_PREFILTER_NUMBERED);
  expect ("server_port", PM_PREFILTER_PORT);
  expect ("reportPort", PM_PREFILTER_PORT);
  expect ("dbport", PM_PREFILTER_PORT);
  expect ("import x", 0);
  expect ("EXPORTED", 0);
  expect ("support", 0);
  expect ("portable portal", 0);
}

/* Bits that numbers alone give. */
static void
believes_numbers (void)
{
  expect ("http://db:5432/x", PM_PREFILTER_COLON | PM_PREFILTER_ENDPOINT);
  expect ("\":8080\"", PM_PREFILTER_COLON | PM_PREFILTER_ENDPOINT);
  expect ("8443:8443", PM_PREFILTER_COLON | PM_PREFILTER_ENDPOINT);
  expect ("80:80", PM_PREFILTER_COLON | PM_PREFILTER_ENDPOINT);
  expect ("web1:30", PM_PREFILTER_COLON | PM_PREFILTER_ENDPOINT);
  expect ("at 12:30", PM_PREFILTER_COLON);
  expect ("2024-01-02T23:59:59Z", PM_PREFILTER_COLON);
  expect ("x:8", PM_PREFILTER_COLON);
  expect ("x:808080", PM_PREFILTER_COLON);
  expect ("x:80a", PM_PREFILTER_COLON);
  expect ("x:080", PM_PREFILTER_COLON);
  expect ("{\"width\":10}", PM_PREFILTER_COLON);
  expect ("port 8_080", PM_PREFILTER_PORT | PM_PREFILTER_NUMBERED);
  expect ("port 0x1f90", PM_PREFILTER_PORT | PM_PREFILTER_NUMBERED);
  expect ("port 8", PM_PREFILTER_PORT);
  expect ("port v10 1.50", PM_PREFILTER_PORT);
  expect ("listen (3000)", PM_PREFILTER_LISTEN | PM_PREFILTER_NUMBERED);
  expect ("3000 is what we bind", PM_PREFILTER_BIND | PM_PREFILTER_NUMBERED);
  g_autofree char *far = g_strdup_printf ("80 %100s port %200s 80", "", "");
  expect (far, PM_PREFILTER_PORT);
  g_autofree char *near = g_strdup_printf ("80 %100s port %100s 80", "", "");
  expect (near, PM_PREFILTER_PORT | PM_PREFILTER_NUMBERED);
}

static guint
found_in_program (const char *text, guint comments)
{
  return pm_prefilter (text, strlen (text),
                       PM_PREFILTER_ENDPOINT | PM_PREFILTER_NUMBERED | comments);
}

/* Of program text less is believed. */
static void
believes_programs_less (void)
{
  const guint slashes = PM_PREFILTER_SLASHES, hashes = PM_PREFILTER_HASHES;
  g_assert_cmpuint (found_in_program ("x:80", PM_PREFILTER_PROGRAM), ==, PM_PREFILTER_ENDPOINT);
  g_assert_cmpuint (found_in_program ("x:80.5", PM_PREFILTER_PROGRAM), ==, 0);
  g_assert_cmpuint (found_in_program ("${x:0:12}", PM_PREFILTER_PROGRAM), ==, 0);
  g_assert_cmpuint (found_in_program ("${x:-a:12}", PM_PREFILTER_PROGRAM), ==,
                    PM_PREFILTER_ENDPOINT);
  g_assert_cmpuint (found_in_program ("  // x:80\n", slashes), ==, 0);
  g_assert_cmpuint (found_in_program ("y // x:80\n", slashes), ==, PM_PREFILTER_ENDPOINT);
  g_assert_cmpuint (found_in_program ("*at = x:80\n", slashes), ==, PM_PREFILTER_ENDPOINT);
  g_assert_cmpuint (found_in_program ("# x:80\n", slashes), ==, PM_PREFILTER_ENDPOINT);
  g_assert_cmpuint (found_in_program ("# x:80\n", hashes), ==, 0);
  g_assert_cmpuint (found_in_program ("port 80", PM_PREFILTER_PROGRAM), ==, PM_PREFILTER_NUMBERED);
  g_assert_cmpuint (found_in_program ("80 port", PM_PREFILTER_PROGRAM), ==, PM_PREFILTER_NUMBERED);
  g_assert_cmpuint (found_in_program ("80 bind", PM_PREFILTER_PROGRAM), ==, 0);
  g_assert_cmpuint (found_in_program ("bind 80", PM_PREFILTER_PROGRAM), ==, PM_PREFILTER_NUMBERED);
  /* A verb asks for numbers behind it, and the next word also for those before that. */
  g_assert_cmpuint (found_in_program ("bind 80000 80 bind port", PM_PREFILTER_PROGRAM), ==,
                    PM_PREFILTER_NUMBERED);
}

static void
stops_at_the_first (void)
{
  const char *text = "10.0.0.1 port 80";
  guint both = PM_PREFILTER_IPV4 | PM_PREFILTER_PORT;
  for (const PmPrefilterVariant *variant = pm_prefilter_variants (); variant->name != NULL;
       variant++) {
    g_assert_cmpuint (variant->filter (text, strlen (text), both), ==, both);
    g_assert_cmpuint (variant->filter (text, strlen (text), both | PM_PREFILTER_FIRST), ==,
                      PM_PREFILTER_IPV4);
  }
}

static void
knows_key_words (void)
{
  expect ("HostName", PM_PREFILTER_HOST);
  expect ("address", PM_PREFILTER_ADDR);
  expect ("baseURL", PM_PREFILTER_URL);
  expect ("app.listen(", PM_PREFILTER_LISTEN);
  expect ("--bind", PM_PREFILTER_BIND);
  expect ("linden bistro", 0);
  expect ("ip", PM_PREFILTER_IP);
  expect ("externalIP", PM_PREFILTER_IP);
  expect ("HOST_IP=", PM_PREFILTER_HOST | PM_PREFILTER_IP);
  expect ("allowed_ips", PM_PREFILTER_IP);
  expect ("script zip IPA", 0);
}

static void
gives_only_what_is_wanted (void)
{
  const char *text = "host: 10.0.0.1:80";
  for (const PmPrefilterVariant *variant = pm_prefilter_variants (); variant->name != NULL;
       variant++) {
    g_assert_cmpuint (variant->filter (text, strlen (text), PM_PREFILTER_IPV4), ==,
                      PM_PREFILTER_IPV4);
    g_assert_cmpuint (variant->filter (text, strlen (text), PM_PREFILTER_URL), ==, 0);
    g_assert_cmpuint (variant->filter (text, strlen (text), 0), ==, 0);
  }
}

static void
append_piece (GString *text)
{
  static const char *const pieces[] = {
      "port", "Port", "import", "host", "addr", "url", "listen", "bind", "ip",    "IP",    ":",
      "::",   "1",    "23",     ".",    "-",    "f",   "[",      "]",    "a",     "_",     " ",
      "\n",   "sup",  "lis",    "bin",  "po",   "//",  "* ",     "#",    "(this", "event", "er"};
  gint choice = g_test_rand_int_range (0, (gint) G_N_ELEMENTS (pieces) + 4);
  if (choice < (gint) G_N_ELEMENTS (pieces))
    g_string_append (text, pieces[choice]);
  else
    g_string_append_c (text, (char) g_test_rand_int_range (0, 256));
}

static void
variants_agree (void)
{
  const PmPrefilterVariant *variants = pm_prefilter_variants ();
  guint n_hits = 0;
  for (guint round = 0; round < 20000; round++) {
    g_autoptr (GString) text = g_string_new (NULL);
    gint n_pieces = g_test_rand_int_range (0, 80);
    for (gint i = 0; i < n_pieces; i++)
      append_piece (text);
    g_autofree char *exact = g_memdup2 (text->str, text->len);
    guint wanted = (guint) g_test_rand_int_range (0, PM_PREFILTER_ALL + 1);
    if (round % 2 == 1)
      wanted |= (guint) g_test_rand_int_range (1, 8) * PM_PREFILTER_PROGRAM;
    guint first = variants[0].filter (exact, text->len, wanted);
    n_hits += first != 0;
    g_assert_cmpuint (first & ~wanted, ==, 0);
    /* What a program is believed, anything is. */
    guint more = variants[0].filter (exact, text->len, wanted & PM_PREFILTER_ALL);
    g_assert_cmpuint (first & ~more, ==, 0);
    for (guint i = 1; variants[i].name != NULL; i++)
      g_assert_cmpuint (variants[i].filter (exact, text->len, wanted), ==, first);
  }
  g_assert_cmpuint (n_hits, >, 5000);
}

static void
measures_speed (void)
{
  if (!g_test_perf ()) {
    g_test_skip ("run with -m perf");
    return;
  }
  g_autoptr (GString) text = g_string_new (NULL);
  while (text->len < 64 * 1024 * 1024)
    g_string_append_printf (text, "const value%u = compute (\"some text\", other.field) + %u;\n",
                            (guint) text->len % 977, (guint) text->len % 13);
  for (const PmPrefilterVariant *variant = pm_prefilter_variants (); variant->name != NULL;
       variant++) {
    gint64 start = g_get_monotonic_time ();
    guint found = variant->filter (text->str, text->len, PM_PREFILTER_ALL);
    gint64 elapsed = g_get_monotonic_time () - start;
    g_test_message ("%s: %.0f MB/s (bits %#x)", variant->name,
                    (double) text->len / (double) elapsed, found);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/walk/prefilter/knows-addresses", knows_addresses);
  g_test_add_func ("/walk/prefilter/knows-ports", knows_ports);
  g_test_add_func ("/walk/prefilter/believes-numbers", believes_numbers);
  g_test_add_func ("/walk/prefilter/believes-programs-less", believes_programs_less);
  g_test_add_func ("/walk/prefilter/stops-at-the-first", stops_at_the_first);
  g_test_add_func ("/walk/prefilter/knows-key-words", knows_key_words);
  g_test_add_func ("/walk/prefilter/gives-only-what-is-wanted", gives_only_what_is_wanted);
  g_test_add_func ("/walk/prefilter/variants-agree", variants_agree);
  g_test_add_func ("/walk/prefilter/measures-speed", measures_speed);
  return g_test_run ();
}
