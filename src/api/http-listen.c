#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/http-private.h"

G_DEFINE_QUARK (pm - http - error - quark, pm_http_error)

static gboolean
parse_listen (const char *text, struct sockaddr_storage *ret_address, socklen_t *ret_length,
              GError **error)
{
  const char *colon = strrchr (text, ':');
  guint64 port;
  if (colon == NULL || !g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &port, NULL)) {
    g_set_error (error, PM_HTTP_ERROR, PM_HTTP_ERROR_ADDRESS,
                 "cannot listen on “%s”: it is not ADDRESS:PORT, such as 127.0.0.1:7411", text);
    return FALSE;
  }
  g_autofree char *host = g_strndup (text, (gsize) (colon - text));
  struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = g_htons ((guint16) port)};
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = g_htons ((guint16) port)};
  memset (ret_address, 0, sizeof *ret_address);
  if (strcmp (host, "localhost") == 0 || inet_pton (AF_INET, host, &v4.sin_addr) == 1) {
    if (strcmp (host, "localhost") == 0)
      v4.sin_addr.s_addr = g_htonl (INADDR_LOOPBACK);
    if ((g_ntohl (v4.sin_addr.s_addr) >> 24) == 127) {
      memcpy (ret_address, &v4, sizeof v4);
      *ret_length = sizeof v4;
      return TRUE;
    }
  }
  if (strcmp (host, "[::1]") == 0) {
    v6.sin6_addr = in6addr_loopback;
    memcpy (ret_address, &v6, sizeof v6);
    *ret_length = sizeof v6;
    return TRUE;
  }
  g_set_error (error, PM_HTTP_ERROR, PM_HTTP_ERROR_ADDRESS,
               "cannot listen on “%s”: only loopback (127.0.0.1, [::1]) is served, since nothing "
               "here asks who you are; use an SSH tunnel to reach it from elsewhere",
               text);
  return FALSE;
}

int
pm_http_listen_open (const char *listen_text, GError **error)
{
  struct sockaddr_storage address;
  socklen_t length;
  if (!parse_listen (listen_text, &address, &length, error))
    return -1;
  int fd = socket (address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  int yes = 1;
  if (fd >= 0)
    setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (fd < 0 || bind (fd, (struct sockaddr *) &address, length) != 0 || listen (fd, 1024) != 0) {
    int code = errno;
    g_set_error (error, PM_HTTP_ERROR, PM_HTTP_ERROR_LISTEN,
                 "cannot listen on %s: %s; choose another port with --listen", listen_text,
                 g_strerror (code));
    if (fd >= 0)
      close (fd);
    return -1;
  }
  return fd;
}

char *
pm_http_listen_url (int fd, guint16 *ret_port)
{
  struct sockaddr_storage bound;
  socklen_t length = sizeof bound;
  char host[INET6_ADDRSTRLEN] = "";
  getsockname (fd, (struct sockaddr *) &bound, &length);
  if (bound.ss_family == AF_INET6) {
    *ret_port = g_ntohs (((const struct sockaddr_in6 *) &bound)->sin6_port);
    return g_strdup_printf ("http://[::1]:%u", *ret_port);
  }
  const struct sockaddr_in *v4 = (const struct sockaddr_in *) &bound;
  *ret_port = g_ntohs (v4->sin_port);
  inet_ntop (AF_INET, &v4->sin_addr, host, sizeof host);
  return g_strdup_printf ("http://%s:%u", host, *ret_port);
}
