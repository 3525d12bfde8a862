#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What may be an external address. Pure. */

/* The canonical text (inet_ntop(3), as RFC 5952 wants it); NULL when it is none. Surrounding white
 * space is passed over, a zone or prefix is not accepted. */
char *pm_external_canonical (const char *text);

/* Globally routable unicast: neither unspecified, loopback, link-local, private (RFC 1918, 4193),
 * shared (RFC 6598), multicast, nor reserved. Networks for documentation (RFC 5737, 3849) pass:
 * what examples and tests run on behaves like the real thing. `address` is canonical. */
gboolean pm_external_is_public (const char *address);

/* Whether it lies in one of the networks: "10.0.0.0/8", "fd00::/8", or a single address. */
gboolean pm_external_is_within (const char *address, const char *const *networks);

G_END_DECLS
