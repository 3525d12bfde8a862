#include <string.h>
#include <unistd.h>

#include "health-test.h"

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define SWITCHED                                                                                   \
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"              \
  "Sec-WebSocket-Accept: "

static void
expect (const PmCheck *check, PmHealth health, const char *cause)
{
  g_auto (HealthSeen) seen = health_probe (check);
  g_assert_cmpstr (pm_health_name (seen.health), ==, pm_health_name (health));
  if (strstr (seen.cause, cause) == NULL || (cause[0] == '\0' && seen.cause[0] != '\0'))
    g_error ("“%s” is not in “%s”", cause, seen.cause);
}

static void
expect_reply (PmCheckKind kind, const char *reply, PmHealth health, const char *cause)
{
  g_autoptr (HealthServer) server = health_server_new (reply);
  PmCheck check = health_check (kind, health_server_port (server));
  expect (&check, health, cause);
}

/* --- TCP --- */

static void
tcp_accepted (void)
{
  g_autoptr (HealthServer) server = health_server_new (NULL);
  PmCheck check = health_check (PM_CHECK_TCP, health_server_port (server));
  expect (&check, PM_HEALTH_UP, "");
}

static void
tcp_refused (void)
{
  PmCheck check = health_check (PM_CHECK_TCP, health_free_port ());
  expect (&check, PM_HEALTH_DOWN, "connection refused");
}

static void
tcp_next_address (void)
{
  static const char *const both[] = {"127.0.0.2", "127.0.0.1", NULL};
  g_autoptr (HealthServer) server = health_server_new (NULL);
  PmCheck check = health_check (PM_CHECK_TCP, health_server_port (server));
  check.addresses = both;
  expect (&check, PM_HEALTH_UP, "");
}

static void
tcp_name (void)
{
  g_autoptr (HealthServer) server = health_server_new (NULL);
  PmCheck check = health_check (PM_CHECK_TCP, health_server_port (server));
  check.addresses = NULL;
  expect (&check, PM_HEALTH_UP, "");
  check.host = "no-such-name.invalid";
  check.is_configured = TRUE;
  g_auto (HealthSeen) seen = health_probe (&check);
  g_assert_cmpint (seen.health, ==, PM_HEALTH_DOWN);
}

static void
tcp_obstacle (void)
{
  g_autoptr (HealthServer) server = health_server_new (NULL);
  PmCheck check = health_check (PM_CHECK_TCP, health_server_port (server));
  check.obstacle = "a stranger has its port";
  expect (&check, PM_HEALTH_DOWN, "a stranger has its port");
}

/* --- where a check may go --- */

static void
where_strangers (void)
{
  static const char *const documentation[] = {"192.0.2.1", NULL}; /* RFC 5737 */
  PmCheck check = health_check (PM_CHECK_TCP, 9);
  check.addresses = documentation;
  expect (&check, PM_HEALTH_DOWN, "may not be asked");
  check.kind = PM_CHECK_HTTP;
  expect (&check, PM_HEALTH_DOWN, "may not be asked");
}

static void
where_link_local (void)
{
  static const char *const addresses[] = {"169.254.169.254", "fe80::1", "::ffff:169.254.169.254",
                                          "fd00:ec2::254"};
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++) {
    const char *const list[] = {addresses[i], NULL};
    PmCheck check = health_check (PM_CHECK_TCP, 80);
    check.is_configured = TRUE;
    check.addresses = list;
    expect (&check, PM_HEALTH_DOWN, "may not be asked");
    check.kind = PM_CHECK_HTTP;
    expect (&check, PM_HEALTH_DOWN, "may not be asked");
  }
}

static void
where_no_redirect (void)
{
  g_autoptr (HealthServer) other = health_server_new (OK);
  g_autofree char *reply = g_strdup_printf (
      "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%u/\r\nContent-Length: 0\r\n\r\n",
      health_server_port (other));
  g_autoptr (HealthServer) server = health_server_new (reply);
  PmCheck check = health_check (PM_CHECK_HTTP, health_server_port (server));
  expect (&check, PM_HEALTH_UP, "");
  check.statuses = "200-299";
  expect (&check, PM_HEALTH_DOWN, "answered 302, not 200-299");
  g_assert_cmpstr (health_server_request (other), ==, "");
}

/* --- HTTP --- */

static void
http_answers (void)
{
  expect_reply (PM_CHECK_HTTP, OK, PM_HEALTH_UP, "");
  expect_reply (PM_CHECK_HTTP, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", PM_HEALTH_UP,
                "");
  expect_reply (PM_CHECK_HTTP, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", PM_HEALTH_DOWN,
                "answered 503");
  expect_reply (PM_CHECK_HTTP, "garbage\r\n\r\n", PM_HEALTH_DOWN, "HTTP/0.9");
}

static void
http_request (void)
{
  g_autoptr (HealthServer) server = health_server_new (OK);
  PmCheck check = health_check (PM_CHECK_HTTP, health_server_port (server));
  check.method = "OPTIONS";
  check.path = "/healthz?deep=1";
  expect (&check, PM_HEALTH_UP, "");
  const char *head = health_server_request (server);
  g_assert_true (g_str_has_prefix (head, "OPTIONS /healthz?deep=1 HTTP/1.1\r\nHost: localhost:"));
  g_assert_nonnull (strstr (head, "\r\nCache-Control: no-cache"));
}

static void
http_body (void)
{
  g_autoptr (HealthServer) server = health_server_new (OK);
  PmCheck check = health_check (PM_CHECK_HTTP, health_server_port (server));
  check.body = "ell";
  expect (&check, PM_HEALTH_UP, "");
  check.body = "goodbye";
  expect (&check, PM_HEALTH_DOWN, "without “goodbye” in it");
}

static void
http_statuses (void)
{
  g_autoptr (HealthServer) server =
      health_server_new ("HTTP/1.1 204 Nothing\r\nContent-Length: 0\r\n\r\n");
  PmCheck check = health_check (PM_CHECK_HTTP, health_server_port (server));
  check.statuses = "200,204-205";
  expect (&check, PM_HEALTH_UP, "");
  check.statuses = "200-203,205";
  expect (&check, PM_HEALTH_DOWN, "answered 204");
}

/* What never ends is well as soon as its head is there. */
static void
http_endless (void)
{
  expect_reply (PM_CHECK_HTTP, "HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\ndata: 1\n\n",
                PM_HEALTH_UP, "");
}

static void
http_silent (void)
{
  g_autoptr (HealthServer) server = health_server_new (NULL);
  PmCheck check = health_check (PM_CHECK_HTTP, health_server_port (server));
  check.timeout_ms = 150;
  g_auto (HealthSeen) seen = health_probe (&check);
  g_assert_cmpint (seen.health, ==, PM_HEALTH_DOWN);
  g_assert_cmpint (seen.latency_us, >=, 140000);
}

/* That 8443 speaks TLS is a guess from its number. */
static void
http_plain_where_tls_is_usual (void)
{
  g_autoptr (HealthServer) server = health_server_new ("HTTP/1.0 200 OK\r\n\r\n");
  PmCheck check = health_check (PM_CHECK_HTTP, health_server_port (server));
  check.is_tls = check.is_unverified = TRUE;
  g_auto (HealthSeen) seen = health_probe (&check);
  g_assert_cmpint (seen.health, ==, PM_HEALTH_UP);
  check.is_configured = TRUE; /* then it is no guess */
  check.is_unverified = FALSE;
  g_auto (HealthSeen) told = health_probe (&check);
  g_assert_cmpint (told.health, ==, PM_HEALTH_DOWN);
}

/* What we cannot ask ourselves tells nothing of the service. */
static void
http_cannot_be_asked (void)
{
  static const char *const none[] = {"", NULL};
  PmCheck check = health_check (PM_CHECK_HTTP, 8080);
  check.host = "127.0.0.1";
  check.addresses = none;
  expect (&check, PM_HEALTH_UNKNOWN, "cannot be asked");
}

/* --- WebSocket --- */

static void
websocket_handshake (void)
{
  expect_reply (PM_CHECK_WEBSOCKET, SWITCHED "{accept}\r\n\r\n", PM_HEALTH_UP, "");
  expect_reply (PM_CHECK_WEBSOCKET, SWITCHED "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n", PM_HEALTH_DOWN,
                "wrong Sec-WebSocket-Accept");
  expect_reply (PM_CHECK_WEBSOCKET,
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
                PM_HEALTH_DOWN, "another protocol");
}

static void
websocket_path (void)
{
  g_autoptr (HealthServer) server =
      health_server_new ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  PmCheck check = health_check (PM_CHECK_WEBSOCKET, health_server_port (server));
  expect (&check, PM_HEALTH_UP, "");
  check.is_configured = TRUE;
  expect (&check, PM_HEALTH_DOWN, "with 404, not 101");
  const char *head = health_server_request (server);
  g_assert_nonnull (strstr (head, "\r\nUpgrade: websocket\r\n"));
  g_assert_nonnull (strstr (head, "\r\nSec-WebSocket-Version: 13\r\n"));
}

/* --- processes --- */

static void
process_by_name (void)
{
  PmCheck check = health_check (PM_CHECK_PROCESS, 0);
  g_autofree char *own = g_path_get_basename (g_get_prgname ());
  check.name = own;
  expect (&check, PM_HEALTH_UP, "");
  check.name = "no-such-program-anywhere";
  expect (&check, PM_HEALTH_DOWN, "no process runs");
}

static void
process_by_pid_file (void)
{
  g_autofree char *directory = g_dir_make_tmp ("pm-health-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (directory, "pid", NULL);
  g_autofree char *text = g_strdup_printf ("%d\n", getpid ());
  PmCheck check = health_check (PM_CHECK_PROCESS, 0);
  check.name = file;
  expect (&check, PM_HEALTH_DOWN, "pid");
  g_assert_true (g_file_set_contents (file, text, -1, NULL));
  expect (&check, PM_HEALTH_UP, "");
  g_assert_true (g_file_set_contents (file, "2147483646\n", -1, NULL));
  expect (&check, PM_HEALTH_DOWN, "is gone");
  g_assert_true (g_file_set_contents (file, "none\n", -1, NULL));
  expect (&check, PM_HEALTH_DOWN, "holds no process id");
  unlink (file);
  rmdir (directory);
}

static void
process_nothing (void)
{
  PmCheck check = health_check (PM_CHECK_NONE, 0);
  check.obstacle = "its port is not known";
  expect (&check, PM_HEALTH_UNKNOWN, "its port is not known");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/health/tcp/accepted-is-up", tcp_accepted);
  g_test_add_func ("/health/tcp/refused-is-down", tcp_refused);
  g_test_add_func ("/health/tcp/tries-the-next-address", tcp_next_address);
  g_test_add_func ("/health/tcp/looks-a-name-up", tcp_name);
  g_test_add_func ("/health/tcp/a-stranger-on-its-port-is-not-it", tcp_obstacle);
  g_test_add_func ("/health/where/only-this-host-unless-configured", where_strangers);
  g_test_add_func ("/health/where/never-link-local", where_link_local);
  g_test_add_func ("/health/where/follows-no-redirect", where_no_redirect);
  g_test_add_func ("/health/http/anything-but-5xx-is-up", http_answers);
  g_test_add_func ("/health/http/sends-method-path-and-no-cache", http_request);
  g_test_add_func ("/health/http/wants-the-body", http_body);
  g_test_add_func ("/health/http/wants-the-status", http_statuses);
  g_test_add_func ("/health/http/an-endless-answer-is-up", http_endless);
  g_test_add_func ("/health/http/silence-is-down", http_silent);
  g_test_add_func ("/health/http/plain-where-tls-is-usual", http_plain_where_tls_is_usual);
  g_test_add_func ("/health/http/what-cannot-be-asked-is-unknown", http_cannot_be_asked);
  g_test_add_func ("/health/websocket/checks-the-handshake", websocket_handshake);
  g_test_add_func ("/health/websocket/another-path-is-up-unless-configured", websocket_path);
  g_test_add_func ("/health/process/by-name", process_by_name);
  g_test_add_func ("/health/process/by-pid-file", process_by_pid_file);
  g_test_add_func ("/health/none/is-unknown-with-its-reason", process_nothing);
  return g_test_run ();
}
