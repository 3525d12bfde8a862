#pragma once

#include "discovery/scan.h"

G_BEGIN_DECLS

/* IP addresses as literals, in all spellings, and inside names. Private to the recogniser. */

typedef struct {
  PmSpan span; /* what a replacement would replace: of a literal with its /prefix */
  gboolean is_v6;
  guint8 bytes[16]; /* in network order; 4 of them where is_v6 is FALSE */
  gint prefix;      /* -1: none written */
  const char *grammar;
  double confidence;
  gboolean is_in_name; /* the span is a part of a name that carries it, or percent-encoded */
} PmAddress;

/* Exactly four decimal numbers from 0 to 255 without leading zeros, as inet_pton(3) reads them. */
gboolean pm_address_parse_v4 (const char *text, gsize length, guint8 *ret_bytes);

/* RFC 4291, 2.2: full, compressed, or with a dotted IPv4 end. No zone, no brackets. */
gboolean pm_address_parse_v6 (const char *text, gsize length, guint8 *ret_bytes);

/* The whole range is one address, with a zone or a /prefix or without. No brackets. */
gboolean pm_address_parse (const PmScan *scan, PmSpan range, PmAddress *ret);

/* The host of an endpoint (no brackets): an address, or a name that carries one. */
gboolean pm_address_of_host (const PmScan *scan, PmSpan host, PmAddress *ret);

/* In free text: the run of name characters [run) is an IPv4 address, and what stands around it does
 * not make it a version, an OID or path data. ret->span may end before or behind the run. */
gboolean pm_address_in_run (const PmScan *scan, PmSpan run, PmAddress *ret);

/* In free text: an IPv6 address that starts at `at`. ret_end is where the run of its characters
 * ends, whether there was one or not. */
gboolean pm_address_v6_at (const PmScan *scan, guint32 at, guint32 end, PmAddress *ret,
                           guint32 *ret_end);

/* In a percent-encoded URL, [at, end) beginning with %5B: %5B2001%3Adb8%3A%3A1%5D. The span is
 * without the brackets; ret_end is behind them. */
gboolean pm_address_encoded_at (const PmScan *scan, guint32 at, guint32 end, PmAddress *ret,
                                guint32 *ret_end);

/* Whether a text may hold any such address. */
gboolean pm_address_encoded_is_in (const char *text, gsize length);

/* A name that carries an address: 1-2-3-4.sslip.io and its kin. */
gboolean pm_disguise_parse (const PmScan *scan, PmSpan name, PmAddress *ret);

/* Whether a text holds the ending of any such name. */
gboolean pm_disguise_is_in (const char *text, gsize length);

gint pm_address_add (PmScan *scan, const PmAddress *address);

/* 0.0.0.0 and :: */
gboolean pm_address_is_wildcard (const PmAddress *address);

G_END_DECLS
