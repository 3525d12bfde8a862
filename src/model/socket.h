#pragma once

#include "model/finding.h"

G_BEGIN_DECLS

/* One thing that is bound on a host at this moment: a TCP socket that listens, or a UDP socket that
 * is not connected. Text as in PmFinding; "" also where the kernel does not show it to us. */

typedef struct {
  const char *host; /* the machine */
  PmTransport transport;
  guint16 port;
  const char *address; /* numeric; "0.0.0.0" and "::" are all of their family */
  gboolean is_v6_only; /* of "::": it leaves IPv4 alone (IPV6_V6ONLY) */
  const char *device;  /* bound to this network device alone; "" all */
  guint32 uid;         /* whose it is */

  gint64 pid;          /* the first process that holds it; 0: not shown to us */
  const char *command; /* its arguments, joined by blanks */
  const char *program; /* name of what it runs, without the folder */
  const char *cwd;     /* its working directory, as its own mounts have it */
  const char *unit;    /* systemd unit that it runs in: "shop-api.service" */

  const char *root; /* the project that it was started in, by its or its container's folder */
  const char *project_id;

  gboolean is_proxy; /* holds the port for a container, and is not what answers */
  const char *container_id;
  const char *container;        /* name */
  const char *container_folder; /* of the compose project */
  const char *compose_service;
  guint16 container_port; /* behind the published one; 0 unknown */
} PmSocket;

G_END_DECLS
