#include "client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "leases/desk.h"

#define PAUSE_US 2000
#define AWAY_US 50000
#define TTL_S 10 /* leases whose answer was lost with the server go by themselves */

/* --- the daemon --- */

typedef struct {
  int fd;
  char answer[4096];
} Connection;

static int
dial (const char *state_dir)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  g_snprintf (address.sun_path, sizeof address.sun_path, "%s/port-manager.sock", state_dir);
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

/* The whole answer is there: its head, and as many bytes as that says. */
static gboolean
is_whole (const char *answer, gsize length)
{
  const char *body = strstr (answer, "\r\n\r\n");
  const char *told = strcasestr (answer, "\r\nContent-Length: ");
  return body != NULL && told != NULL && told < body &&
         length >= (gsize) (body + 4 - answer) + strtoul (told + 18, NULL, 10);
}

/* The status; 0: the connection broke. */
static guint
call (Connection *connection, const char *method, const char *path, const char *body)
{
  char request[1024];
  gsize length = 0;
  int size = g_snprintf (request, sizeof request,
                         "%s %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                         "Content-Length: %zu\r\n\r\n%s",
                         method, path, strlen (body), body);
  if (send (connection->fd, request, (gsize) size, MSG_NOSIGNAL) != size)
    return 0;
  do {
    ssize_t n = recv (connection->fd, connection->answer + length,
                      sizeof connection->answer - 1 - length, 0);
    if (n <= 0)
      return 0;
    length += (gsize) n;
    connection->answer[length] = '\0';
  } while (!is_whole (connection->answer, length));
  return (guint) strtoul (connection->answer + strlen ("HTTP/1.1 "), NULL, 10);
}

static gint64
number_in (const char *answer, const char *name)
{
  const char *at = strstr (answer, name);
  return at == NULL ? 0 : strtoll (at + strlen (name), NULL, 10);
}

/* Up to twice `average_us`. */
static void
pause_for (GRand *rand, gint64 average_us)
{
  if (average_us > 0)
    g_usleep ((gulong) g_rand_int_range (rand, 0, (gint32) MIN (2 * average_us, G_MAXINT32 - 1)));
}

static void
hold (PmBoard *board, GRand *rand, const PmStormClient *client, guint16 port)
{
  pm_board_enter (board, port);
  pause_for (rand, client->hold_us / 2);
  pm_board_leave (board, port);
}

/* FALSE: the connection broke. */
static gboolean
lease_once (PmBoard *board, GRand *rand, const PmStormClient *client, Connection *connection)
{
  char body[128], path[64];
  g_snprintf (body, sizeof body, "{\"type\":\"" PM_STORM_POOL "\",\"pid\":%d,\"ttl\":%d}",
              (int) getpid (), TTL_S);
  gint64 began_us = g_get_monotonic_time ();
  guint status = call (connection, "POST", "/api/ports/allocate", body);
  if (status == 0)
    return FALSE;
  if (status != 201) {
    atomic_fetch_add (status == 409 || status == 503 ? &board->refused : &board->failures, 1);
    g_usleep (PAUSE_US);
    return TRUE;
  }
  pm_board_tell (board, g_get_monotonic_time () - began_us);
  gint64 id = number_in (connection->answer, "\"id\":");
  guint16 port = (guint16) number_in (connection->answer, "\"port\":");
  hold (board, rand, client, port);
  g_snprintf (path, sizeof path, "/api/leases/%" G_GINT64_FORMAT, id);
  status = call (connection, "DELETE", path, "");
  if (status != 200 && status != 0)
    atomic_fetch_add (&board->failures, 1);
  return status != 0;
}

/* As many requests, to a handler of the same server that does nothing. */
static gboolean
ask_once (PmBoard *board, GRand *rand, const PmStormClient *client, Connection *connection)
{
  gint64 began_us = g_get_monotonic_time ();
  guint status = call (connection, "GET", "/healthz", "");
  if (status == 0)
    return FALSE;
  pm_board_tell (board, g_get_monotonic_time () - began_us);
  atomic_fetch_add (&board->taken, 1);
  pause_for (rand, client->hold_us / 2);
  return call (connection, "GET", "/healthz", "") != 0;
}

void
pm_storm_ask_daemon (PmBoard *board, const PmStormClient *client)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (client->seed);
  Connection *connection = g_new0 (Connection, 1);
  connection->fd = -1;
  while (!pm_board_is_done (board)) {
    if (connection->fd < 0) {
      connection->fd = dial (client->state_dir);
      if (connection->fd < 0)
        pause_for (rand, AWAY_US); /* so that all of them leave the new one the time to start */
      continue;
    }
    pause_for (rand, client->every_us);
    if (client->only_asks ? ask_once (board, rand, client, connection)
                          : lease_once (board, rand, client, connection))
      continue;
    atomic_fetch_add (&board->broken, 1);
    close (connection->fd);
    connection->fd = -1;
  }
  if (connection->fd >= 0)
    close (connection->fd);
  g_free (connection);
}

/* --- the registry --- */

/* Sockets would hide a duplicate, and the daemon has tried the port already where it gave it. */
static gboolean
always (PmTransport transport, guint16 port, PmBindMode mode)
{
  return TRUE;
}

static gboolean
serve (PmBoard *board, PmDesk *desk, PmDeskRequest *request)
{
  pm_desk_serve (desk, &request, 1);
  if (request->error == NULL)
    return TRUE;
  gboolean expected = g_error_matches (request->error, PM_LEASE_ERROR, PM_LEASE_ERROR_EXHAUSTED) ||
                      g_error_matches (request->error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_BUSY);
  if (!expected)
    g_printerr ("%s\n", request->error->message);
  atomic_fetch_add (expected ? &board->refused : &board->failures, 1);
  g_clear_error (&request->error);
  return FALSE;
}

void
pm_storm_ask_registry (PmBoard *board, const PmStormClient *client)
{
  PmPortRange range = {client->first, client->last};
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (client->seed);
  PmRegistryOptions options = {.state_directory = client->state_dir};
  g_autoptr (PmRegistry) registry = pm_registry_open (&options, &error);
  if (registry == NULL)
    g_error ("%s", error->message);
  PmHost host;
  pm_host_init (&host);
  host.can_bind = always;
  PmPools *pools = pm_pools_new ();
  pm_pools_set (pools, PM_STORM_POOL, &range, 1);
  g_autoptr (PmDesk) desk = pm_desk_new (registry, pools, &host);
  while (!pm_board_is_done (board)) {
    PmDeskRequest take = {.lease = {.type = PM_STORM_POOL, .project = "", .name = ""}};
    pause_for (rand, client->every_us);
    if (!pm_lease_holder_init (&take.lease.holder, &host, getpid (), TTL_S, &error))
      g_error ("%s", error->message);
    if (!serve (board, desk, &take))
      continue;
    hold (board, rand, client, take.lease.port);
    PmDeskRequest release = {.kind = PM_DESK_RELEASE, .lease = {.id = take.lease.id}};
    serve (board, desk, &release);
  }
}
