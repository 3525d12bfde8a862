#pragma once

#include "model/finding.h"

G_BEGIN_DECLS

/* The one place that knows what ports, addresses, endpoints, URLs and command-line flags look like
 * inside a piece of text. It knows no files and no tools: a rule says by which grammar a value is
 * to be read, the recogniser says which bytes of it mean what.
 *
 * Sources: RFC 3986 (URLs), RFC 4291 and 5952 (IPv6), RFC 6335 (ports), inet_pton(3). */

typedef enum {
  PM_GRAMMAR_PORT,     /* the whole text is a port: 8080, "8080/tcp", 8000-8100, 0x1f90 */
  PM_GRAMMAR_PORTS,    /* a list of those, by comma, semicolon or blank */
  PM_GRAMMAR_HOST,     /* the whole text is a host: an address is an IP finding, a name is none */
  PM_GRAMMAR_ENDPOINT, /* host:port, :port, *:port, [v6]:port, tcp://…, a bare port; or a list */
  PM_GRAMMAR_MAPPING,  /* docker's short syntax: [ip:][published[-end]:]target[-end][/protocol] */
  PM_GRAMMAR_COMMAND,  /* an argument vector in one string: flags, assignments, URLs, endpoints */
  PM_GRAMMAR_TEXT,     /* free text: URLs, host:port and addresses, taken only when sure */
} PmGrammar;

#define PM_HIT_ADDRESS_SIZE 56 /* INET6_ADDRSTRLEN and a prefix */

/* One thing seen. Offsets are bytes of the text given. */
typedef struct {
  PmKind kind;
  guint32 start, end;           /* of the port or the address */
  guint32 host_start, host_end; /* the host beside a port; empty where there is none */
  guint32 scheme_start, scheme_end;
  guint16 port, port_end; /* of a port: its number, and the last of a range (else the same) */
  PmRole role;            /* what the grammar can tell: PUBLISH and TARGET of a mapping, LISTEN
                             of a listen flag, REFERENCE of a URL; ADDRESS of an IP */
  gboolean role_is_sure;  /* FALSE: the rule knows better */
  PmTransport transport;
  gint32 pair;         /* index in the array of the other side of a mapping; -1 none */
  double confidence;   /* 0–1, of the recognition alone */
  const char *grammar; /* static: "url", "endpoint", "flag.port", "mapping", "ipv4", … Of a name
                          that carries an address: "sslip", "nip", "ec2" and "googleusercontent" */
  gboolean is_in_name; /* such a name: start to end stands for the address, in dashes, in
                          hexadecimal or backwards; or percent-encoded */
  char address[PM_HIT_ADDRESS_SIZE]; /* of an IP: its canonical form (RFC 5952), with its /prefix
                                        but no zone; "" of a port */
} PmHit;

/* FALSE: no grammar has a hit in this text. Cheap, and true of most texts that have none: a hit has
 * a digit or two colons, or is a name of a wildcard DNS service with an address in hexadecimal. */
gboolean pm_recogniser_may_hit (const char *text, gsize length);

/* The address that a name carries (1-2-3-4.sslip.io), canonical. FALSE: it carries none. */
gboolean pm_recogniser_address_in_name (const char *name, char ret_address[PM_HIT_ADDRESS_SIZE]);

/* Appends to `hits` (of PmHit), in the order of the text. Never more than 256 of one text. */
void pm_recogniser_scan (PmGrammar grammar, const char *text, gsize length, GArray *hits);

/* TRUE and the number when all of text is a decimal port from 1 to 65535, leading zeros refused. */
gboolean pm_recogniser_port (const char *text, gsize length, guint16 *ret_port);

/* The service name and protocol that a scheme stands for: "https" → "http", 443. Unknown: FALSE. */
gboolean pm_recogniser_scheme (const char *scheme, gsize length, const char **ret_protocol,
                               guint16 *ret_default_port);

G_END_DECLS
