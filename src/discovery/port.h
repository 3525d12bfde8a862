#pragma once

#include "discovery/scan.h"

G_BEGIN_DECLS

/* Numbers of ports, as they are written. Private to the recogniser. */

typedef struct {
  PmSpan span; /* the digits; of a range from the first to the last, without the protocol */
  guint16 port, port_end;
  PmTransport transport;
} PmPortText;

/* The whole range is a port: 8080, 0x1f90, 8_080, 8000-8100, each with /tcp, /udp or /sctp. */
gboolean pm_port_parse (const PmScan *scan, PmSpan range, PmPortText *ret);

/* The decimal digits that start at `at`, if they are a port and nothing that makes it a longer word
 * or a decimal fraction follows. */
gboolean pm_port_at (const PmScan *scan, guint32 at, guint32 end, guint16 *ret_port,
                     guint32 *ret_end);

/* "tcp", "udp", "sctp". */
gboolean pm_port_transport (const PmScan *scan, PmSpan word, PmTransport *ret_transport);

G_END_DECLS
