#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Addresses that something is bound to, and which of them exclude each other on one port: bind(2),
 * ip(7), ipv6(7). */

typedef enum {
  PM_BIND_ANY,       /* "", "*", and "::", since IPV6_V6ONLY is off by default on Linux */
  PM_BIND_ANY_V4,    /* 0.0.0.0 */
  PM_BIND_ANY_V6,    /* "::" of a socket that leaves IPv4 alone */
  PM_BIND_LOCALHOST, /* the name, which is 127.0.0.1 for one program and ::1 for another */
  PM_BIND_V4,
  PM_BIND_V6,
  PM_BIND_NAME, /* any other name: it may stand for every address */
} PmBindKind;

typedef struct {
  PmBindKind kind;
  guint8 bytes[16]; /* of PM_BIND_V4 and PM_BIND_V6; network order */
} PmBind;

/* As configuration files write it, also in brackets and with a zone. `::ffff:a.b.c.d` is the IPv4
 * address a.b.c.d (RFC 4291, 2.5.5.2). */
PmBind pm_bind_parse (const char *text);

/* As a live socket has it. */
PmBind pm_bind_of_socket (const char *address, gboolean is_v6_only);

/* Whether two can collide: symmetric, and true of everything with itself. */
gboolean pm_bind_overlaps (const PmBind *a, const PmBind *b);

G_END_DECLS
