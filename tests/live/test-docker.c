#include "live/docker.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char answer[] =
    "[{\"Id\":\"abc\",\"Names\":[\"/shop-db-1\"],\"Image\":\"postgres:16\","
    "\"Labels\":{\"com.docker.compose.service\":\"db\","
    "\"com.docker.compose.project.working_dir\":\"/srv/shop\"},"
    "\"Ports\":[{\"IP\":\"0.0.0.0\",\"PrivatePort\":5432,\"PublicPort\":5433,\"Type\":\"tcp\"},"
    "{\"PrivatePort\":9000,\"Type\":\"udp\"},{\"PrivatePort\":1,\"Type\":\"bogus\"}]},"
    "{\"Id\":\"def\"}]";

static void
reads_containers (void)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (PmContainer));
  GError *error = NULL;
  pm_docker_parse (answer, strlen (answer), arena, list, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 2);
  const PmContainer *first = &g_array_index (list, PmContainer, 0);
  g_assert_cmpstr (first->name, ==, "shop-db-1");
  g_assert_cmpstr (first->folder, ==, "/srv/shop");
  g_assert_cmpstr (first->compose_service, ==, "db");
  g_assert_cmpuint (first->n_ports, ==, 2);
  g_assert_cmpuint (first->ports[0].public_port, ==, 5433);
  g_assert_cmpuint (first->ports[0].private_port, ==, 5432);
  g_assert_cmpuint (first->ports[1].public_port, ==, 0);
  g_assert_cmpstr (g_array_index (list, PmContainer, 1).name, ==, "");
}

static void
refuses_what_is_no_list (void)
{
  static const char *const texts[] = {"", "{}", "[", "{\"message\":\"no\"}", "[]x"};
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (PmArena) arena = pm_arena_new ();
    g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (PmContainer));
    g_autoptr (GError) error = NULL;
    g_assert_false (pm_docker_parse (texts[i], strlen (texts[i]), arena, list, &error));
    g_assert_error (error, PM_DOCKER_ERROR, PM_DOCKER_ERROR_ANSWER);
  }
}

/* --- a daemon that says what it is told to --- */

typedef struct {
  char *folder, *path;
  int listener;
  const char *says; /* NULL: nothing, and keeps the connection until the client is gone */
  GThread *thread;
} Daemon;

static gpointer
serve (gpointer data)
{
  const Daemon *daemon = data;
  char request[512];
  int client = accept (daemon->listener, NULL, NULL);
  g_assert_cmpint (client, >=, 0);
  gsize length = 0;
  while (length < sizeof request - 1) {
    ssize_t got = recv (client, request + length, sizeof request - 1 - length, 0);
    if (got <= 0)
      break;
    length += (gsize) got;
    request[length] = '\0';
    if (daemon->says != NULL && strstr (request, "\r\n\r\n") != NULL)
      break;
  }
  for (const char *at = daemon->says; at != NULL && *at != '\0'; at++) /* in small pieces */
    if (send (client, at, 1, MSG_NOSIGNAL) != 1)
      break;
  close (client);
  return NULL;
}

static void
daemon_start (Daemon *daemon, const char *says)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  daemon->folder = g_dir_make_tmp ("pm-docker-XXXXXX", NULL);
  daemon->path = g_build_filename (daemon->folder, "socket", NULL);
  daemon->says = says;
  g_strlcpy (address.sun_path, daemon->path, sizeof address.sun_path);
  daemon->listener = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint (bind (daemon->listener, (const struct sockaddr *) &address, sizeof address), ==,
                   0);
  g_assert_cmpint (listen (daemon->listener, 1), ==, 0);
  daemon->thread = g_thread_new ("daemon", serve, daemon);
}

static void
daemon_stop (Daemon *daemon)
{
  g_thread_join (daemon->thread);
  close (daemon->listener);
  g_unlink (daemon->path);
  g_rmdir (daemon->folder);
  g_free (daemon->path);
  g_free (daemon->folder);
}

/* What comes of a daemon that says this: "" or the error's message. */
static char *
outcome_of (const char *says, guint timeout_ms, guint *ret_n)
{
  Daemon daemon;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (PmContainer));
  g_autoptr (GError) error = NULL;
  daemon_start (&daemon, says);
  gboolean fine = pm_docker_containers (daemon.path, timeout_ms, arena, list, &error);
  daemon_stop (&daemon);
  *ret_n = list->len;
  g_assert_cmpint (fine, ==, error == NULL);
  return g_strdup (fine ? "" : error->message);
}

static void
asks_over_the_socket (void)
{
  guint n;
  g_autofree char *good = g_strconcat ("HTTP/1.0 200 OK\r\nX: y\r\n\r\n", answer, NULL);
  g_autofree char *fine = outcome_of (good, 30000, &n);
  g_assert_cmpstr (fine, ==, "");
  g_assert_cmpuint (n, ==, 2);
  g_autofree char *refused = outcome_of ("HTTP/1.1 403 Forbidden\r\n\r\n", 30000, &n);
  g_assert_nonnull (strstr (refused, "status 403"));
  g_autofree char *other = outcome_of ("SSH-2.0-OpenSSH\r\n", 30000, &n);
  g_assert_nonnull (strstr (other, "no HTTP"));
  g_autofree char *cut = outcome_of ("HTTP/1.0 200 OK\r\n", 30000, &n);
  g_assert_nonnull (strstr (cut, "cannot be read"));
}

static void
a_daemon_that_hangs_is_left (void)
{
  guint n;
  g_autofree char *outcome = outcome_of (NULL, 20, &n);
  g_assert_nonnull (strstr (outcome, g_strerror (ETIME)));
}

static void
no_daemon_is_no_failure (void)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (PmContainer));
  g_autoptr (GError) error = NULL;
  g_assert_false (pm_docker_containers ("/nonexistent/docker.sock", 1000, arena, list, &error));
  g_assert_error (error, PM_DOCKER_ERROR, PM_DOCKER_ERROR_ABSENT);
}

static void
docker_host_decides (void)
{
  g_setenv ("DOCKER_HOST", "unix:///tmp/elsewhere.sock", TRUE);
  g_autofree char *there = pm_docker_socket_path ();
  g_assert_cmpstr (there, ==, "/tmp/elsewhere.sock");
  g_setenv ("DOCKER_HOST", "tcp://10.0.0.9:2375", TRUE);
  g_autofree char *far = pm_docker_socket_path ();
  g_assert_null (far);
  g_unsetenv ("DOCKER_HOST");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/live/docker/" name, function)
  ADD ("reads-containers", reads_containers);
  ADD ("refuses-what-is-no-list", refuses_what_is_no_list);
  ADD ("asks-over-the-socket", asks_over_the_socket);
  ADD ("a-daemon-that-hangs-is-left", a_daemon_that_hangs_is_left);
  ADD ("no-daemon-is-no-failure", no_daemon_is_no_failure);
  ADD ("docker-host-decides", docker_host_decides);
  return g_test_run ();
}
