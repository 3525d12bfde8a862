#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What kind of service an image, a tool or a name stands for, as far as it is common knowledge. */
typedef struct {
  const char *type;     /* "web", "api", "database", "cache", "queue", "metrics", "mail", "proxy",
                           "storage", "search", "mcp" */
  const char *protocol; /* "http", "ws", "tcp" */
} PmServiceType;

/* Looks at a container image, then a tool, then the service's own name (all may be ""). FALSE when
 * none of them tells. */
gboolean pm_service_type (const char *image, const char *tool, const char *name,
                          PmServiceType *ret_type);

/* Whether a port number usually speaks HTTP: 80, 443, 3000, 8080 …; by IANA's registry and the
 * defaults of development servers. */
gboolean pm_service_type_port_is_http (guint16 port);

G_END_DECLS
