#include "api/http-listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BACKLOG 1024

G_DEFINE_QUARK (pm - http - error - quark, pm_http_error)

/* --- reading --- */

void
pm_http_address_clear (PmHttpAddress *address)
{
  g_clear_pointer (&address->path, g_free);
}

static gboolean
parse_socket (const char *path, PmHttpAddress *ret_address, GError **error)
{
  struct sockaddr_un local = {.sun_family = AF_UNIX};
  if (path[0] != '/' || strlen (path) >= sizeof local.sun_path) {
    g_set_error (
        error, PM_HTTP_ERROR, PM_HTTP_ERROR_ADDRESS,
        "cannot listen on a socket at “%s”: it takes an absolute path of at most %zu bytes", path,
        sizeof local.sun_path - 1);
    return FALSE;
  }
  g_strlcpy (local.sun_path, path, sizeof local.sun_path);
  ret_address->reach = PM_HTTP_SOCKET;
  ret_address->at.local = local;
  ret_address->length = sizeof local;
  ret_address->path = g_strdup (path);
  return TRUE;
}

static gboolean
parse_v4 (const char *host, guint16 port, PmHttpAddress *ret_address)
{
  struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = g_htons (port)};
  if (strcmp (host, "localhost") == 0)
    v4.sin_addr.s_addr = g_htonl (INADDR_LOOPBACK);
  else if (inet_pton (AF_INET, host, &v4.sin_addr) != 1)
    return FALSE;
  gboolean loopback = (g_ntohl (v4.sin_addr.s_addr) >> 24) == 127;
  ret_address->reach = loopback ? PM_HTTP_LOOPBACK : PM_HTTP_NETWORK;
  memcpy (&ret_address->at, &v4, sizeof v4);
  ret_address->length = sizeof v4;
  return TRUE;
}

/* "[::1]" */
static gboolean
parse_v6 (const char *host, guint16 port, PmHttpAddress *ret_address)
{
  struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = g_htons (port)};
  gsize length = strlen (host);
  if (length < 2 || host[0] != '[' || host[length - 1] != ']')
    return FALSE;
  g_autofree char *inner = g_strndup (host + 1, length - 2);
  if (inet_pton (AF_INET6, inner, &v6.sin6_addr) != 1)
    return FALSE;
  ret_address->reach = IN6_IS_ADDR_LOOPBACK (&v6.sin6_addr) ? PM_HTTP_LOOPBACK : PM_HTTP_NETWORK;
  memcpy (&ret_address->at, &v6, sizeof v6);
  ret_address->length = sizeof v6;
  return TRUE;
}

gboolean
pm_http_address_parse (const char *text, PmHttpAddress *ret_address, GError **error)
{
  PmHttpAddress address = {0};
  guint64 port;
  if (g_str_has_prefix (text, "unix:")) {
    if (!parse_socket (text + strlen ("unix:"), &address, error))
      return FALSE;
    *ret_address = address;
    return TRUE;
  }
  const char *colon = strrchr (text, ':');
  if (colon != NULL && g_ascii_string_to_unsigned (colon + 1, 10, 0, 65535, &port, NULL)) {
    g_autofree char *host = g_strndup (text, (gsize) (colon - text));
    if (parse_v4 (host, (guint16) port, &address) || parse_v6 (host, (guint16) port, &address)) {
      *ret_address = address;
      return TRUE;
    }
  }
  g_set_error (error, PM_HTTP_ERROR, PM_HTTP_ERROR_ADDRESS,
               "cannot listen on “%s”: it is not ADDRESS:PORT, such as 127.0.0.1:7411 or "
               "[::1]:7411",
               text);
  return FALSE;
}

gboolean
pm_http_is_network (const char *text)
{
  g_auto (PmHttpAddress) address = {0};
  return pm_http_address_parse (text, &address, NULL) && address.reach == PM_HTTP_NETWORK;
}

/* --- opening --- */

/* Whether somebody answers there: a path that nobody answers on was left by a dead process. */
static gboolean
is_alive (const PmHttpAddress *address)
{
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  gboolean alive = fd >= 0 && connect (fd, &address->at.any, address->length) == 0;
  if (fd >= 0)
    close (fd);
  return alive;
}

static gboolean
make_way (const PmHttpAddress *address, GError **error)
{
  struct stat info;
  if (lstat (address->path, &info) != 0)
    return TRUE;
  if (!S_ISSOCK (info.st_mode) || is_alive (address)) {
    g_set_error (error, PM_HTTP_ERROR, PM_HTTP_ERROR_LISTEN, "cannot listen on %s: %s",
                 address->path,
                 S_ISSOCK (info.st_mode) ? "another port-manager answers there already"
                                         : "something that is no socket is there");
    return FALSE;
  }
  unlink (address->path);
  return TRUE;
}

/* Of a socket only the owner may come near: mode 0600 from the first moment. */
static gboolean
bind_to (int fd, const PmHttpAddress *address)
{
  if (address->reach != PM_HTTP_SOCKET)
    return bind (fd, &address->at.any, address->length) == 0;
  mode_t before = umask (0177);
  int result = bind (fd, &address->at.any, address->length);
  int code = errno;
  umask (before);
  errno = code;
  return result == 0;
}

int
pm_http_address_open (const PmHttpAddress *address, const char *text, GError **error)
{
  int yes = 1;
  if (address->reach == PM_HTTP_SOCKET && !make_way (address, error))
    return -1;
  int fd = socket (address->at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd >= 0 && address->reach != PM_HTTP_SOCKET)
    setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (fd >= 0 && address->at.any.sa_family == AF_INET6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  if (fd >= 0 && bind_to (fd, address) && listen (fd, BACKLOG) == 0)
    return fd;
  int code = errno;
  g_set_error (error, PM_HTTP_ERROR, PM_HTTP_ERROR_LISTEN, "cannot listen on %s: %s%s", text,
               g_strerror (code), code == EADDRINUSE ? "; choose another port with --listen" : "");
  if (fd >= 0)
    close (fd);
  return -1;
}

/* --- telling --- */

static char *
host_of (const struct sockaddr *address, gboolean with_brackets)
{
  char text[INET6_ADDRSTRLEN] = "";
  if (address->sa_family == AF_INET)
    inet_ntop (AF_INET, &((const struct sockaddr_in *) (const void *) address)->sin_addr, text,
               sizeof text);
  else if (address->sa_family == AF_INET6)
    inet_ntop (AF_INET6, &((const struct sockaddr_in6 *) (const void *) address)->sin6_addr, text,
               sizeof text);
  else
    return g_strdup ("unix");
  return with_brackets && address->sa_family == AF_INET6 ? g_strdup_printf ("[%s]", text)
                                                         : g_strdup (text);
}

char *
pm_http_local_host (int fd, guint16 *ret_port)
{
  PmHttpAddress bound = {0};
  bound.length = sizeof bound.at;
  getsockname (fd, &bound.at.any, &bound.length);
  const struct sockaddr_in *v4 = (const struct sockaddr_in *) &bound.at;
  const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *) &bound.at;
  *ret_port = bound.at.any.sa_family == AF_INET    ? g_ntohs (v4->sin_port)
              : bound.at.any.sa_family == AF_INET6 ? g_ntohs (v6->sin6_port)
                                                   : 0;
  return host_of (&bound.at.any, TRUE);
}

char *
pm_http_peer_host (const struct sockaddr *address)
{
  return host_of (address, FALSE);
}
