#include <string.h>

#include "recognise-test.h"

static void
tells_own_ports_from_references (void)
{
  recognise_test_expect ("shop/.env",
                         "PORT=3000\n"
                         "APP_PORT=\"3001\"\n"
                         "export HTTP_PORT=8080\n"
                         "SHOP_PORT=4000\n"
                         "DB_PORT=5432\n"
                         "REDISPORT=6379\n"
                         "MINIO_CONSOLE_PORT=9001\n"
                         "WORKERS=3000\n",
                         "1 listen 3000 [] PORT\n"
                         "2 listen 3001 [] APP_PORT\n"
                         "3 listen 8080 [] HTTP_PORT\n"
                         "4 listen 4000 [] SHOP_PORT\n"
                         "5 reference 5432 [] DB_PORT\n"
                         "6 reference 6379 [] REDISPORT\n"
                         "7 reference 9001 [] MINIO_CONSOLE_PORT\n");
}

static void
reads_urls_and_hosts (void)
{
  recognise_test_expect ("shop/.env.example",
                         "API_URL=http://localhost:8080/v1\n"
                         "DB_HOST=10.1.2.3\n"
                         "MAIL_HOST=http://mail:1025\n"
                         "CACHE=redis-cache:6379\n"
                         "LISTEN_ADDR=:9090\n",
                         "1 reference 8080@localhost [] API_URL\n"
                         "2 address 10.1.2.3 [] DB_HOST\n"
                         "3 reference 1025@mail [] MAIL_HOST\n"
                         "4 reference 6379@redis-cache [] CACHE\n"
                         "5 listen 9090 [] LISTEN_ADDR\n");
}

static void
leaves_look_alikes_alone (void)
{
  recognise_test_expect ("shop/.env",
                         "NODE_VERSION=20.1.0.1\n"
                         "SUPPORT=8080\n"
                         "TRANSPORT=3000\n"
                         "PORT_TIMEOUT=3000\n"
                         "REDIS_IMAGE=redis:7000\n"
                         "START_TIME=12:30\n"
                         "EXPORT_LIMIT=5000\n",
                         "");
}

/* motdotla/dotenv, python-dotenv and Compose all take the last one. */
static void
takes_the_last_of_two_definitions (void)
{
  recognise_test_expect ("shop/.env",
                         "PORT=3000\n"
                         "ADMIN_HOST=10.1.2.3\n"
                         "PORT=3001\n"
                         "ADMIN_HOST=10.1.2.4\n",
                         "1 listen 3000 [] PORT ?\n"
                         "2 address 10.1.2.3 [] ADMIN_HOST\n"
                         "3 listen 3001 [] PORT\n"
                         "4 address 10.1.2.4 [] ADMIN_HOST\n");
}

static void
takes_a_host_beside_a_port_for_somebody_else (void)
{
  recognise_test_expect ("shop/.env",
                         "PORT=3000\n"
                         "API_HOST=localhost\n"
                         "API_PORT=4000\n"
                         "BACKEND_PORT=4001\n"
                         "BACKEND_HOSTNAME=backend.internal\n"
                         "METRICS_HOST=127.0.0.1\n"
                         "METRICS_PORT=9100\n"
                         "SERVER_HOST=0.0.0.0\n"
                         "SERVER_PORT=4002\n",
                         "1 listen 3000 [] PORT\n"
                         "3 reference 4000@localhost [] API_PORT\n"
                         "4 reference 4001@backend.internal [] BACKEND_PORT\n"
                         "6 address 127.0.0.1 [] METRICS_HOST\n"
                         "7 listen 9100 [] METRICS_PORT\n"
                         "8 address 0.0.0.0 [] SERVER_HOST\n"
                         "9 listen 4002 [] SERVER_PORT\n");
  recognise_test_expect ("shop/.env",
                         "API_HOST=localhost\n"
                         "API_PORT=4000\n",
                         "2 listen 4000 [] API_PORT\n");
}

static void
reads_every_name_of_such_files (void)
{
  static const char *const names[] = {
      "shop/.env.local",  "shop/prod.env",  "shop/.flaskenv", "shop/.envs/.production/.postgres",
      "shop/env.example", "shop/.env.dist", "shop/.dev.vars"};
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    recognise_test_expect (names[i], "PORT=3000\n", "1 listen 3000 [] PORT\n");
}

static void
leaves_other_languages_alone (void)
{
  recognise_test_expect ("shop/src/dotenv.c", "PORT=3000\n", "");
  recognise_test_expect ("shop/src/env.test.ts",
                         "const TAG = 1;\nconst API_URL = 'http://localhost:8080';\n",
                         "2 reference 8080@localhost [] API_URL ?\n");
  recognise_test_expect ("shop/env-dev.tf", "variable \"db_port\" {\n  default = 5432\n}\n",
                         "2 reference 5432 [] variable.db_port.default\n");
  recognise_test_expect ("shop/.env.yaml", "PORT: 3000\n", "1 listen 3000 [] PORT\n");
  recognise_test_expect ("shop/.env.sh", "export PORT=3000\n", "1 listen 3000 [] PORT\n");
}

static const char *
variant_of (const char *file)
{
  static char variant[64];
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) sighting = pm_recognise (file, "shop", "A=1\n", 4, NULL, arena);
  g_strlcpy (variant, sighting->variant, sizeof variant);
  return variant;
}

static void
tells_variants (void)
{
  g_assert_cmpstr (variant_of ("shop/.env"), ==, "");
  g_assert_cmpstr (variant_of ("shop/.env.example"), ==, "template");
  g_assert_cmpstr (variant_of ("shop/.env.local"), ==, "local");
  g_assert_cmpstr (variant_of ("shop/.env.production"), ==, "prod");
  g_assert_cmpstr (variant_of ("shop/.envs/.production/.postgres"), ==, "prod");
  g_assert_cmpstr (variant_of ("shop/.env.acme"), ==, "acme");
}

/* Others come there, whatever else the name says. */
static void
a_redirects_target_is_not_bound (void)
{
  recognise_test_expect ("shop/.env",
                         "OAUTH_BINDING_REDIRECT_URI=http://localhost:5173/profile\n"
                         "OAUTH_BINDING_URI=http://localhost:5174\n",
                         "1 reference 5173@localhost [] OAUTH_BINDING_REDIRECT_URI\n"
                         "2 listen 5174@localhost [] OAUTH_BINDING_URI\n");
}

static void
obeys_ignore_comments (void)
{
  recognise_test_expect ("shop/.env",
                         "# port-manager: ignore\n"
                         "PORT=3000\n"
                         "HTTP_PORT=3001 # port-manager: ignore\n"
                         "\n"
                         "APP_PORT=3002\n",
                         "5 listen 3002 [] APP_PORT\n");
}

static void
sees_addresses_in_comments (void)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  const char *text = "# was 34.1.2.3 once\nPORT=1\n";
  g_autoptr (PmSighting) sighting =
      pm_recognise ("shop/.env", "shop", text, strlen (text), NULL, arena);
  const PmFinding *f = &g_array_index (sighting->findings, PmFinding, 1);
  g_assert_cmpstr (f->address, ==, "34.1.2.3");
  g_assert_cmpint (f->text_class, ==, PM_TEXT_COMMENT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/env/tells-own-ports-from-references",
                   tells_own_ports_from_references);
  g_test_add_func ("/discovery/env/reads-urls-and-hosts", reads_urls_and_hosts);
  g_test_add_func ("/discovery/env/leaves-look-alikes-alone", leaves_look_alikes_alone);
  g_test_add_func ("/discovery/env/takes-the-last-of-two-definitions",
                   takes_the_last_of_two_definitions);
  g_test_add_func ("/discovery/env/takes-a-host-beside-a-port-for-somebody-else",
                   takes_a_host_beside_a_port_for_somebody_else);
  g_test_add_func ("/discovery/env/reads-every-name-of-such-files", reads_every_name_of_such_files);
  g_test_add_func ("/discovery/env/leaves-other-languages-alone", leaves_other_languages_alone);
  g_test_add_func ("/discovery/env/tells-variants", tells_variants);
  g_test_add_func ("/discovery/env/a-redirects-target-is-not-bound",
                   a_redirects_target_is_not_bound);
  g_test_add_func ("/discovery/env/obeys-ignore-comments", obeys_ignore_comments);
  g_test_add_func ("/discovery/env/sees-addresses-in-comments", sees_addresses_in_comments);
  return g_test_run ();
}
