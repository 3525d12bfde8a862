#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include "api/http-server.h"

G_BEGIN_DECLS

/* Private to api/: where to listen. */

typedef struct {
  PmHttpReach reach;
  socklen_t length;
  union {
    struct sockaddr any;
    struct sockaddr_storage storage;
    struct sockaddr_un local;
  } at;
  char *path; /* of a socket, "" otherwise */
} PmHttpAddress;

void pm_http_address_clear (PmHttpAddress *address);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmHttpAddress, pm_http_address_clear)

/* "127.0.0.1:7411", "[::1]:7411", "localhost:0", "unix:/run/port-manager.sock". Names are not
 * looked up. */
gboolean pm_http_address_parse (const char *text, PmHttpAddress *ret_address, GError **error);

/* A listening descriptor; -1 on failure. A socket that a dead process left is replaced. `text` is
 * for messages. */
int pm_http_address_open (const PmHttpAddress *address, const char *text, GError **error);

/* Where a descriptor is bound, as a URL shows it: "127.0.0.1", "[::1]"; a new string. 0 of a socket
 * for the port. */
char *pm_http_local_host (int fd, guint16 *ret_port);

/* The other end's address, without its port; "unix" of a socket. A new string. */
char *pm_http_peer_host (const struct sockaddr *address);

G_END_DECLS
