#include <string.h>

#include "api/http-private.h"

/* --- Host --- */

/* "name", "name:80", "[::1]:80" */
typedef struct {
  char *name;
  const char *port; /* "" none */
} Host;

static void
host_clear (Host *host)
{
  g_free (host->name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Host, host_clear)

static Host
split_host (const char *text)
{
  const char *inside = text[0] == '[' ? strchr (text, ']') : text;
  const char *colon = inside == NULL ? NULL : strchr (inside, ':');
  if (colon == NULL)
    return (Host){g_strdup (text), ""};
  return (Host){g_strndup (text, (gsize) (colon - text)), colon + 1};
}

/* Our own port, or none. */
static gboolean
is_our_port (const PmHttpListener *listener, const char *port)
{
  g_autofree char *ours = g_strdup_printf ("%u", listener->port);
  return port[0] == '\0' || strcmp (port, ours) == 0;
}

static gboolean
is_allowed (const PmHttpServer *server, const Host *host, gboolean our_port)
{
  for (char **entry = server->allowed_hosts; *entry != NULL; entry++) {
    g_auto (Host) allowed = split_host (*entry);
    if (g_ascii_strcasecmp (allowed.name, host->name) == 0 &&
        (strcmp (allowed.port, host->port) == 0 || (allowed.port[0] == '\0' && our_port)))
      return TRUE;
  }
  return FALSE;
}

/* The address that this connection came to: right whatever the wildcard that was bound. */
static gboolean
is_local_address (const PmHttpRequest *request, const char *name)
{
  guint16 port;
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info (request->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  g_autofree char *local = pm_http_local_host (info->connect_fd, &port);
  return g_ascii_strcasecmp (local, name) == 0;
}

/* No browser can be led to a socket, so there any name will do. */
static gboolean
is_our_host (const PmHttpRequest *request, const char *text)
{
  static const char *const names[] = {"localhost", "127.0.0.1", "[::1]", NULL};
  if (text == NULL)
    return FALSE;
  if (request->listener->reach == PM_HTTP_SOCKET)
    return TRUE;
  g_auto (Host) host = split_host (text);
  gboolean our_port = is_our_port (request->listener, host.port);
  g_autofree char *lower = g_ascii_strdown (host.name, -1);
  if (our_port && (g_strv_contains (names, lower) || is_local_address (request, lower)))
    return TRUE;
  return is_allowed (request->listener->server, &host, our_port);
}

/* --- framing and size --- */

typedef struct {
  guint hosts, lengths, encodings;
  gsize bytes;
} Head;

static enum MHD_Result
count_header (void *data, enum MHD_ValueKind kind, const char *name, const char *value)
{
  Head *head = data;
  head->hosts += g_ascii_strcasecmp (name, "Host") == 0;
  head->lengths += g_ascii_strcasecmp (name, "Content-Length") == 0;
  head->encodings += g_ascii_strcasecmp (name, "Transfer-Encoding") == 0;
  head->bytes += strlen (name) + (value == NULL ? 0 : strlen (value)) + strlen (": \r\n");
  return MHD_YES;
}

gboolean
pm_http_refuse (PmHttpRequest *request)
{
  Head head = {0};
  MHD_get_connection_values (request->connection, MHD_HEADER_KIND, count_header, &head);
  if (head.lengths > 1 || head.encodings > 1 || (head.lengths > 0 && head.encodings > 0)) {
    pm_http_respond_problem (request, 400, "the request's length is ambiguous");
    return TRUE;
  }
  if (head.bytes > PM_HTTP_MOST_HEAD_BYTES) {
    pm_http_respond_problem (request, 431, "the headers are larger than %d bytes",
                             PM_HTTP_MOST_HEAD_BYTES);
    return TRUE;
  }
  if (strlen (request->path) > PM_HTTP_MOST_PATH_BYTES) {
    pm_http_respond_problem (request, 414, "the path is longer than %d bytes",
                             PM_HTTP_MOST_PATH_BYTES);
    return TRUE;
  }
  if (head.hosts != 1 || !is_our_host (request, pm_http_request_header (request, "Host"))) {
    pm_http_respond_problem (
        request, 421,
        "this server does not answer for that Host; names besides localhost and its addresses are "
        "listed in server.allowed_hosts of the configuration");
    return TRUE;
  }
  return FALSE;
}
