#pragma once

#include <glib.h>
#include <sys/socket.h>

G_BEGIN_DECLS

/* Which addresses checks may be sent to. Private to health/. */

/* This host's own addresses, as getifaddrs(3) tells them; read anew when they are older than a few
 * seconds. */
typedef struct PmOwnAddresses PmOwnAddresses;

PmOwnAddresses *pm_own_addresses_new (void);
void pm_own_addresses_free (PmOwnAddresses *own);

/* Loopback (all of 127.0.0.0/8), unspecified (which connects to oneself), or of a network device;
 * an IPv4 address mapped to IPv6 (RFC 4291, 2.5.5.2) is taken for what it maps. */
gboolean pm_own_addresses_has (PmOwnAddresses *own, const struct sockaddr *address);

/* 169.254.0.0/16 (RFC 3927), fe80::/10 (RFC 4291, 2.5.6), also mapped, and Amazon's metadata server
 * under fd00:ec2::/32. */
gboolean pm_address_is_link_local (const struct sockaddr *address);

G_END_DECLS
