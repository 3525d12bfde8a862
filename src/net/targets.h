#pragma once

#include <glib.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/* Which addresses something that the operator configured may lead to: all but those that nobody
 * means. Link-local ones (RFC 3927, RFC 4291) are where clouds keep their metadata services and the
 * credentials in them; multicast, broadcast and unspecified ones are no one's. An IPv4 address
 * inside an IPv6 one (mapped, RFC 4291; translated, RFC 6052) counts as what it is.
 *
 * A PmMayConnect (http-client.h): asked for each address that is about to be connected to, so a
 * name that is looked up once cannot point elsewhere in between. */
gboolean pm_target_is_allowed (const struct sockaddr *address, socklen_t length, gpointer unused);

G_END_DECLS
