#pragma once

#include <glib.h>

#include "model/span.h"

G_BEGIN_DECLS

/* A scalar, or a part of one, that was recognised as a port or an address. Words as in the
 * product's glossary (docs/GLOSSARY.md). All text is UTF-8, owned by the arena or snapshot that the
 * finding lies in, and never NULL unless said so: "" means unknown or none. */

typedef enum { PM_KIND_PORT, PM_KIND_IP } PmKind;

typedef enum {
  PM_ROLE_LISTEN,    /* the service binds it */
  PM_ROLE_PUBLISH,   /* host side of a mapping */
  PM_ROLE_TARGET,    /* container side of one, or a port that an image or pod exposes */
  PM_ROLE_REFERENCE, /* points at somebody's endpoint */
  PM_ROLE_ADDRESS,   /* an IP literal */
} PmRole;

typedef enum { PM_TRANSPORT_TCP, PM_TRANSPORT_UDP, PM_TRANSPORT_SCTP } PmTransport;

/* Whose network a port lives in: two ports collide only in the same one. */
typedef enum {
  PM_SCOPE_HOST,      /* the machine's own */
  PM_SCOPE_CONTAINER, /* one container's */
  PM_SCOPE_CLUSTER,   /* a Kubernetes cluster's, or a cloud's */
} PmScope;

/* What kind of text the bytes stand in; decides what an address change may touch. */
typedef enum {
  PM_TEXT_CONFIG,
  PM_TEXT_COMMENT, /* of a configuration file */
  PM_TEXT_SOURCE,
  PM_TEXT_DOCUMENTATION,
  PM_TEXT_DATA, /* logs, fixtures, data */
} PmTextClass;

/* How something stands in its document, as that is now. */
typedef enum {
  PM_STANDING_READ,      /* it was read there */
  PM_STANDING_KEPT,      /* it was read there last time; this time its place could not be read */
  PM_STANDING_TENTATIVE, /* it was read, but only since the document is broken */
} PmStanding;

typedef struct {
  const char *root;    /* absolute path of the root */
  const char *project; /* project id: its path from the root */
  const char *file;    /* relative to the root; any bytes but NUL, so not always UTF-8 */
  PmPosition position;
  PmSpan span;        /* exactly what an edit would replace */
  const char *format; /* "compose", "env", "package.json", "k8s", … */
  const char *path;   /* "services.web.ports[0]" */

  PmKind kind;
  PmRole role;
  PmScope scope;
  PmTransport transport;
  PmTextClass text_class;
  guint16 port;        /* of a port; 0: chosen at run time */
  guint16 port_end;    /* last of a range; equal to port otherwise */
  const char *address; /* of an IP: as written, with its /prefix if it has one; of one that a name
                          carries (1-2-3-4.sslip.io) the address itself */
  const char *host;    /* endpoint's host as written: "localhost", "db", "10.0.0.1"; "localhost" too
                          where the place alone says so (a probe of its own container) */
  const char *bind;    /* address that a listen or publish binds; "" is all of them */
  const char *scheme;  /* "http", "postgres", … where a URL says it */
  const char *protocol; /* "http", "ws", "tcp", "udp"; "" unknown */

  const char *service; /* the name that it goes by: compose's key, the package's name */
  const char *owner; /* the name of its service's rows: `service`, but for what tells it apart from
                        a service of the same name in another folder, or the user calls it */
  const char *own_name; /* the name that its document gives it; "" none: it is its unit's */
  const char *variant;  /* "" base; "override", "prod", "local", "template", … */
  const char *profiles; /* comma-separated compose profiles; "" always runs */
  const char *variable; /* the variable that the value was interpolated from, or "" */
  const char *origin;   /* "file:line" (relative to the root) where its value really comes from */
  PmSpan origin_span;   /* bytes there; empty where there is no origin */
  gint32 pair;       /* index of the finding on the other side of a mapping (publish ↔ target), in
                        the same document: among its findings, in a snapshot among all; -1 none */
  const char *means; /* of a reference: "project/service" that the user says it points at; NULL:
                        nobody says */
  PmStanding standing;

  double confidence; /* 0–1; below 0.5 nothing is written without a person's word */
  const char *rule;  /* "compose.ports.short" */
} PmFinding;

/* "port", "listen", "tcp", "config": the words that interfaces use. Unknown text: FALSE. */
const char *pm_kind_name (PmKind kind);
const char *pm_role_name (PmRole role);
const char *pm_transport_name (PmTransport transport);
const char *pm_scope_name (PmScope scope);
const char *pm_text_class_name (PmTextClass text_class);
const char *pm_standing_name (PmStanding standing);
gboolean pm_kind_from_name (const char *name, PmKind *ret_kind);
gboolean pm_role_from_name (const char *name, PmRole *ret_role);
gboolean pm_transport_from_name (const char *name, PmTransport *ret_transport);
gboolean pm_scope_from_name (const char *name, PmScope *ret_scope);
gboolean pm_text_class_from_name (const char *name, PmTextClass *ret_text_class);
gboolean pm_standing_from_name (const char *name, PmStanding *ret_standing);

/* "host:port", with brackets around an IPv6 address (RFC 3986). New text. */
char *pm_finding_endpoint (const PmFinding *finding);

/* Where in the user's configuration its rule stands, "config.toml:12"; of a rule of the program,
 * its id. Borrowed. */
const char *pm_finding_said_at (const PmFinding *finding);

G_END_DECLS
