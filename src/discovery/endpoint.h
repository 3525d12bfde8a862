#pragma once

#include "discovery/address.h"

G_BEGIN_DECLS

/* URLs and host:port. Private to the recogniser. */

typedef struct {
  PmSpan scheme; /* empty: none */
  PmSpan host;   /* without brackets and user; empty: none */
  PmSpan port;   /* empty: none */
  guint16 number, last;
  PmTransport transport;
  guint32 end; /* behind the last byte that belongs to host or port */
} PmEndpoint;

/* The authority of a URL whose "://" stands at `at`; `least` is how far back the scheme may go.
 * FALSE when nothing behind it can be a host. */
gboolean pm_endpoint_url_at (const PmScan *scan, guint32 at, guint32 least, guint32 end,
                             PmEndpoint *ret);

/* host:port, [v6]:port, :port, *:port, or only a host, from `at` on. */
gboolean pm_endpoint_at (const PmScan *scan, guint32 at, guint32 end, PmEndpoint *ret);

/* The whole range is one item as listening addresses are written, see PM_GRAMMAR_ENDPOINT. */
gboolean pm_endpoint_parse (const PmScan *scan, PmSpan item, PmEndpoint *ret);

/* TRUE for "", *, +, 0.0.0.0, [::]: all addresses of the machine. */
gboolean pm_endpoint_is_wildcard (const PmScan *scan, const PmEndpoint *endpoint);

typedef struct {
  const char *grammar;
  PmRole role;
  gboolean is_sure;
  double confidence;
} PmReading;

/* Adds the host, if it is an address, and the port; returns the port's index or -1. */
gint pm_endpoint_add (PmScan *scan, const PmEndpoint *endpoint, const PmReading *reading);

/* The same with the role that a URL has: what it points at, unless its host is a wildcard. */
gint pm_endpoint_add_url (PmScan *scan, const PmEndpoint *endpoint, double confidence);

/* Behind a URL with several hosts (mongodb://a:1,b:2): its other hosts; returns where they end. */
guint32 pm_endpoint_add_siblings (PmScan *scan, const PmEndpoint *url, guint32 end,
                                  double confidence);

G_END_DECLS
