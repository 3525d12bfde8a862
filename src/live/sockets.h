#pragma once

#include <glib.h>

#include "model/finding.h"

G_BEGIN_DECLS

/* What is bound in this network namespace, as the kernel tells it by netlink: sock_diag(7), the
 * dump of linux/inet_diag.h for TCP and UDP, IPv4 and IPv6. No right is needed for it. SCTP is not
 * asked for, since the question alone would load a kernel module. */

#define PM_LIVE_ERROR (pm_live_error_quark ())
GQuark pm_live_error_quark (void);
typedef enum { PM_LIVE_ERROR_KERNEL } PmLiveError;

typedef struct {
  PmTransport transport;
  gboolean is_v6;      /* an IPv6 socket; which may be bound to an address mapped from IPv4 */
  gboolean is_v6_only; /* IPV6_V6ONLY */
  guint8 address[16];  /* network order; 4 bytes of IPv4 */
  guint16 port;
  guint32 device; /* index of the network device; 0 all */
  guint32 uid;
  guint64 inode; /* what /proc/PID/fd names it by */
} PmBoundSocket;

/* Appends all TCP sockets that listen and all unconnected UDP sockets with a port (of
 * PmBoundSocket), by transport, port, address and inode. */
gboolean pm_sockets_bound (GArray *sockets, GError **error);

/* Asks once more, about these alone: takes out of `sockets` what is not bound any more. Of few
 * ports that costs a fraction of asking for all. */
gboolean pm_sockets_keep_bound (GArray *sockets, GError **error);

G_END_DECLS
