#include <glib/gstdio.h>
#include <pwd.h>
#include <string.h>

#include "config/config.h"

static PmConfig *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  PmConfig *config = pm_config_parse ("c.toml", text, strlen (text), &error);
  g_assert_no_error (error);
  return config;
}

static void
expect_error (const char *text, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmConfig) config = pm_config_parse ("c.toml", text, strlen (text), &error);
  g_assert_null (config);
  g_assert_error (error, PM_CONFIG_ERROR, PM_CONFIG_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==, expected);
}

static void
has_defaults (void)
{
  g_autoptr (PmConfig) config = parse ("");
  g_assert_cmpstr (config->registry.url, ==, "");
  g_assert_cmpstr (config->server.listen[0], ==, "127.0.0.1:7411");
  g_assert_null (config->server.listen[1]);
  g_assert_null (config->roots[0]);
  g_assert_true (config->scan.watch);
  g_assert_cmpstr (config->ip.policy, ==, "propose");
  g_assert_cmpstr (config->ip.touch[2], ==, "source");
  g_assert_cmpint (config->ip.hold_down_s, ==, 10);
  g_assert_cmpint (config->health.fall, ==, 3);
  g_assert_false (config->heal.enabled);
  g_assert_cmpuint (config->rules->len, ==, 0);
}

static void
reads_every_kind_of_value (void)
{
  g_autoptr (PmConfig) config = parse (
      "roots = [\"/srv\"]\nregistry.url = 'postgresql://db/x'\n[scan]\nwatch = false\n"
      "ignore = [\"**/fixtures/**\",\n  \"*.bak\"]\n[ip]\nhold_down_s = 1_000\n[notify.mail]\n"
      "to = [\"a@b.example\"]\n[[rule]]\nfiles = \"x.ini\"\nkey = \"http.port\"\n"
      "confidence = 0.5\n[[rule]]\nfiles = \"y\"\nrule = \"generic\"\n[pools]\n"
      "api = [\"8000-8999\", \"9100\"]\n[[service]]\nmatch = \"name:api\"\n"
      "restart = { provider = \"command\", command = [\"svc\", \"up\"] }\n");
  g_assert_cmpstr (config->roots[0], ==, "/srv");
  g_assert_cmpstr (config->registry.url, ==, "postgresql://db/x");
  g_assert_false (config->scan.watch);
  g_assert_cmpstr (config->scan.ignore[1], ==, "*.bak");
  g_assert_cmpint (config->ip.hold_down_s, ==, 1000);
  g_assert_cmpstr (config->mail.to[0], ==, "a@b.example");
  g_assert_cmpuint (config->rules->len, ==, 2);
  const PmConfigRule *rule = &g_array_index (config->rules, PmConfigRule, 0);
  g_assert_cmpstr (rule->key, ==, "http.port");
  g_assert_cmpfloat (rule->confidence, ==, 0.5);
  g_assert_cmpuint (rule->line, ==, 11);
  g_assert_false (rule->silence);
  g_assert_true (g_array_index (config->rules, PmConfigRule, 1).silence);
  g_assert_cmpfloat (g_array_index (config->rules, PmConfigRule, 1).confidence, ==, 1.0);
  g_assert_cmpuint (config->pools->len, ==, 2);
  g_assert_cmpuint (g_array_index (config->pools, PmConfigPool, 0).last, ==, 8999);
  g_assert_cmpuint (g_array_index (config->pools, PmConfigPool, 1).first, ==, 9100);
  const PmConfigService *service = &g_array_index (config->services, PmConfigService, 0);
  g_assert_cmpstr (service->restart_provider, ==, "command");
  g_assert_cmpstr (service->restart_command[1], ==, "up");
}

static void
reads_the_documented_example (void)
{
  g_autoptr (PmConfig) config = parse (
      "roots = [\"~/projects\"]\n[registry]\nurl = \"\"\n[server]\nlisten = [\"127.0.0.1:7411\"]\n"
      "allowed_hosts = []\ntls_certificate = \"\"\ntls_key = \"\"\n[scan]\n"
      "ignore = [\"**/fixtures/**\"]\nwatch = true\n[[rule]]   # D7\nfiles = \"**/settings.ini\"\n"
      "key = \"http.port\"\nrole = \"listen\"\n[ip]\npolicy = \"propose\"  # notify\n"
      "sources = [\"gcp\"]\nhold_down_s = 10\ntouch = [\"config\", \"comment\", "
      "\"source\"]\n[pools]\n"
      "api = [\"8000-8999\"]\n[health]\ninterval_s = 10\ntimeout_s = 2\nrise = 2\nfall = 3\n"
      "[[service]]\nmatch = \"project:shop name:api\"\npinned = \"callback\"\n"
      "health = \"http://127.0.0.1:8080/healthz\"\n"
      "restart = { provider = \"systemd\", unit = \"shop-api.service\" }\n[heal]\nenabled = false\n"
      "[notify.mail]\nsmtp = \"smtp://127.0.0.1:2525\"\nfrom = \"p@example.org\"\n"
      "to = [\"ops@example.org\"]\n[notify.slack]\nwebhook = \"\"\n[notify.webhook]\nurl = \"\"\n"
      "secret = \"\"\n");
  g_assert_cmpstr (g_array_index (config->services, PmConfigService, 0).restart_unit, ==,
                   "shop-api.service");
}

static void
names_unknown_keys_and_the_nearest (void)
{
  expect_error ("rots = []\n", "c.toml:1: there is no key “rots”; did you mean “roots”?");
  expect_error (
      "[server]\nlisten = [\"[::1]:1\"]\nalowed_hosts = []\n",
      "c.toml:3: there is no key “server.alowed_hosts”; did you mean “server.allowed_hosts”?");
  expect_error ("[notify.slak]\nwebhook = \"\"\n",
                "c.toml:1: there is no key “notify.slak”; did you mean “notify.slack”?");
  expect_error ("hold_down_s = 5\n",
                "c.toml:1: there is no key “hold_down_s”; did you mean “ip.hold_down_s”?");
  expect_error ("colour = 1\n", "c.toml:1: there is no key “colour”");
  expect_error ("[[rule]]\nfiles = \"x\"\nkey = \"y\"\nrolle = \"listen\"\n",
                "c.toml:4: there is no key “rolle”; did you mean “role”?");
}

static void
refuses_wrong_types (void)
{
  expect_error ("roots = \"~/projects\"\n", "c.toml:1: roots must be a list: [\"…\", \"…\"]");
  expect_error ("roots = [1]\n", "c.toml:1: roots must be a list of texts, each in quotes");
  expect_error ("scan.watch = \"true\"\n",
                "c.toml:1: scan.watch must be true or false, without quotes");
  expect_error ("[health]\nrise = \"2\"\n",
                "c.toml:2: health.rise must be a whole number, without quotes");
  expect_error ("[health]\nrise = 2.5\n",
                "c.toml:2: health.rise must be a whole number, without quotes");
  expect_error ("scan = 1\n", "c.toml:1: scan must be a table: [scan]");
  expect_error ("rule = 1\n", "c.toml:1: “rule” is a list of tables: write [[rule]]");
  expect_error ("registry.url = 1\n", "c.toml:1: registry.url must be a text, in quotes");
}

static void
refuses_bad_values (void)
{
  expect_error ("[health]\nrise = 0\n", "c.toml:2: health.rise is 0, but must be from 1 to 100");
  expect_error ("[ip]\npolicy = \"aply\"\n",
                "c.toml:2: ip.policy: “aply” is not one of notify, propose, apply; did you mean "
                "“apply”?");
  expect_error (
      "[ip]\nsources = [\"gpc\"]\n",
      "c.toml:2: ip.sources: “gpc” is not one of gcp, gcp-compute, aws, azure, interface, "
      "http, dns, stun, command, fixed; did you mean “gcp”?");
  expect_error ("[scan]\nignore = [\"a\", \"/x/**\"]\n",
                "c.toml:2: scan.ignore: “/x/**” is no glob from the root: leave the leading “/”, "
                "“./” and any “..” out");
  expect_error ("[server]\nlisten = [\"7411\"]\n",
                "c.toml:2: server.listen: “7411” is not ADDRESS:PORT, as in 127.0.0.1:7411 or "
                "[::1]:7411");
  expect_error ("[[service]]\nname = \"x\"\n", "c.toml:1: this [[service]] has no “match”");
  expect_error ("[[service]]\nmatch = \"port:abc\"\n\n[[service]]\nmatch = \"prot:3000\"\n",
                "c.toml:1: match: “port:abc” is no port and no range (port:3000, port:3000-3999)\n"
                "c.toml:4: match: there is no filter “prot”; did you mean “port”?");
  expect_error ("[[rule]]\nfiles = \"x\"\n",
                "c.toml:1: this [[rule]] has no “key”, and silences nothing either: give a key, or "
                "silence = true");
}

static void
refuses_bad_pools (void)
{
  static const char *const bad[] = {"9000-8000", "0-10", "70000", "8000-", "a-b", ""};
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *text = g_strdup_printf ("[pools]\nweb = [\"3000\",\n\"%s\"]\n", bad[i]);
    g_autofree char *expected =
        g_strdup_printf ("c.toml:3: pools.web: %s is no range of ports: give FIRST-LAST from 1 to "
                         "65535, in quotes",
                         bad[i]);
    expect_error (text, expected);
  }
}

static void
refuses_duplicates (void)
{
  expect_error ("[scan]\nwatch = true\n\nwatch = false\n",
                "c.toml:4: “watch” is given twice; the first is in line 2");
  expect_error ("[scan]\nwatch = true\n[ip]\n[scan]\nignore = []\n",
                "c.toml:4:1: the table [scan] is given twice, which is no TOML: put its keys under "
                "the first one");
}

static void
reports_all_errors (void)
{
  g_autoptr (GError) error = NULL;
  const char *text = "rots = []\n[health]\nrise = 0\nfal = 1\n[scan]\nwatch = 1\n";
  g_assert_null (pm_config_parse ("c.toml", text, strlen (text), &error));
  g_auto (GStrv) lines = g_strsplit (error->message, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
}

static void
names_the_line_that_does_not_parse (void)
{
  g_autoptr (GError) error = NULL;
  const char *text = "roots = []\n[scan\nwatch = true\n";
  g_assert_null (pm_config_parse ("c.toml", text, strlen (text), &error));
  g_assert_error (error, PM_CONFIG_ERROR, PM_CONFIG_ERROR_INVALID);
  g_assert_true (g_str_has_prefix (error->message, "c.toml:2:"));
}

static void
expands_the_home_directory (void)
{
  g_setenv ("HOME", "/home/ada", TRUE);
  g_autoptr (PmConfig) config = parse ("roots = [\"~/p\", \"~\", \"/~\", \"~root/p\"]\n");
  g_assert_cmpstr (config->roots[0], ==, "/home/ada/p");
  g_assert_cmpstr (config->roots[1], ==, "/home/ada");
  g_assert_cmpstr (config->roots[2], ==, "/~");
  g_autofree char *of_root = g_build_filename (getpwnam ("root")->pw_dir, "p", NULL);
  g_assert_cmpstr (config->roots[3], ==, of_root);
  expect_error ("roots = [\n  \"~no-such-user/p\"]\n",
                "c.toml:2: roots: “~no-such-user/p” names a user that does not exist; “./~…” is a "
                "folder of that name");
}

/* Wherever the program is started. */
static void
finds_relative_paths_beside_the_file (void)
{
  static const char text[] = "roots = [\"p\", \"../q/\", \".\"]\nserver.tls_key = \"k.pem\"\n"
                             "notify.ca_file = \"/etc/ca.pem\"\n[[root]]\npath = \"p\"\n"
                             "policy = \"notify\"\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (PmConfig) config = pm_config_parse ("/etc/pm/c.toml", text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (config->roots[0], ==, "/etc/pm/p");
  g_assert_cmpstr (config->roots[1], ==, "/etc/q");
  g_assert_cmpstr (config->roots[2], ==, "/etc/pm");
  g_assert_cmpstr (config->server.tls_key, ==, "/etc/pm/k.pem");
  g_assert_cmpstr (config->server.tls_certificate, ==, "");
  g_assert_cmpstr (config->notify.ca_file, ==, "/etc/ca.pem");
  g_assert_cmpstr (g_array_index (config->root_policies, PmConfigRoot, 0).path, ==, "/etc/pm/p");
}

static void
finds_the_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("pm-config-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "c.toml", NULL);
  g_assert_true (g_file_set_contents (file, "scan.watch = false\n", -1, NULL));

  g_autoptr (PmConfig) missing = pm_config_load ("/nonexistent/c.toml", &error);
  g_assert_null (missing);
  g_assert_error (error, PM_CONFIG_ERROR, PM_CONFIG_ERROR_READ);
  g_assert_nonnull (strstr (error->message, "/nonexistent/c.toml"));
  g_clear_error (&error);

  g_setenv ("PORT_MANAGER_CONFIG", file, TRUE);
  g_autoptr (PmConfig) named = pm_config_load (NULL, &error);
  g_assert_no_error (error);
  g_assert_false (named->scan.watch);
  g_assert_cmpstr (named->file, ==, file);

  g_setenv ("PORT_MANAGER_CONFIG", "/nonexistent/c.toml", TRUE);
  g_assert_null (pm_config_load (NULL, &error));
  g_assert_error (error, PM_CONFIG_ERROR, PM_CONFIG_ERROR_READ);
  g_unsetenv ("PORT_MANAGER_CONFIG");
  g_unlink (file);
  g_rmdir (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/config/read/has-defaults", has_defaults);
  g_test_add_func ("/config/read/every-kind-of-value", reads_every_kind_of_value);
  g_test_add_func ("/config/read/the-documented-example", reads_the_documented_example);
  g_test_add_func ("/config/wrong/unknown-keys-and-the-nearest",
                   names_unknown_keys_and_the_nearest);
  g_test_add_func ("/config/wrong/types", refuses_wrong_types);
  g_test_add_func ("/config/wrong/values", refuses_bad_values);
  g_test_add_func ("/config/wrong/pools", refuses_bad_pools);
  g_test_add_func ("/config/wrong/duplicates", refuses_duplicates);
  g_test_add_func ("/config/wrong/all-errors-are-reported", reports_all_errors);
  g_test_add_func ("/config/wrong/syntax", names_the_line_that_does_not_parse);
  g_test_add_func ("/config/roots/home-directory", expands_the_home_directory);
  g_test_add_func ("/config/finds-relative-paths-beside-the-file",
                   finds_relative_paths_beside_the_file);
  g_test_add_func ("/config/load/search-order", finds_the_file);
  return g_test_run ();
}
