#include <string.h>

#include "api/http-private.h"

/* localhost, 127.0.0.1 or [::1], with our port or none. */
static gboolean
is_our_host (const PmHttpListener *listener, const char *host)
{
  static const char *const names[] = {"localhost", "127.0.0.1", "[::1]", NULL};
  if (host == NULL)
    return FALSE;
  for (guint i = 0; names[i] != NULL; i++) {
    gsize length = strlen (names[i]);
    if (g_ascii_strncasecmp (host, names[i], length) != 0)
      continue;
    g_autofree char *port = g_strdup_printf (":%u", listener->port);
    return host[length] == '\0' || strcmp (host + length, port) == 0;
  }
  return FALSE;
}

typedef struct {
  guint hosts, lengths, encodings;
} Framing;

static enum MHD_Result
count_header (void *data, enum MHD_ValueKind kind, const char *name, const char *value)
{
  Framing *framing = data;
  framing->hosts += g_ascii_strcasecmp (name, "Host") == 0;
  framing->lengths += g_ascii_strcasecmp (name, "Content-Length") == 0;
  framing->encodings += g_ascii_strcasecmp (name, "Transfer-Encoding") == 0;
  return MHD_YES;
}

gboolean
pm_http_refuse (PmHttpRequest *request)
{
  Framing framing = {0};
  MHD_get_connection_values (request->connection, MHD_HEADER_KIND, count_header, &framing);
  if (framing.lengths > 1 || (framing.lengths > 0 && framing.encodings > 0)) {
    pm_http_respond_problem (request, 400, "the request's length is ambiguous");
    return TRUE;
  }
  if (framing.hosts != 1 ||
      !is_our_host (request->listener, pm_http_request_header (request, "Host"))) {
    pm_http_respond_problem (request, 421, "this server does not answer for that Host");
    return TRUE;
  }
  return FALSE;
}
