#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a host means, as it is written in a reference. */

/* The machine itself: localhost, loopback and wildcard addresses, host.docker.internal. */
gboolean pm_host_is_this_machine (const char *host);

/* A literal address that is routable in public (RFC 6890 tells those that are not). Documentation
 * addresses (RFC 5737) count as public: examples use them as such. */
gboolean pm_host_is_public_address (const char *host);

/* Whether a socket that is bound to this address ("" all) answers who calls this host, as far as
 * the two texts tell: nobody from outside reaches a loopback address, and one loopback address is
 * not another. */
gboolean pm_host_reaches (const char *host, const char *bind);

G_END_DECLS
