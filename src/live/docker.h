#pragma once

#include <glib.h>

#include "base/arena.h"
#include "model/finding.h"

G_BEGIN_DECLS

/* Containers that run, as Docker's daemon tells them on its unix socket: GET /containers/json of
 * the Engine API, which Podman's service speaks too. */

#define PM_DOCKER_ERROR (pm_docker_error_quark ())
GQuark pm_docker_error_quark (void);
typedef enum {
  PM_DOCKER_ERROR_ABSENT, /* no such socket: no daemon here */
  PM_DOCKER_ERROR_ANSWER, /* not permitted, too late, or no answer that makes sense */
} PmDockerError;

typedef struct {
  const char *address; /* of the host, that it is published on */
  guint16 public_port; /* 0: only exposed */
  guint16 private_port;
  PmTransport transport;
} PmContainerPort;

typedef struct {
  const char *id;
  const char *name;
  const char *compose_service; /* "" not made by compose */
  const char *folder;          /* of the compose project; "" unknown */
  const PmContainerPort *ports;
  guint n_ports;
} PmContainer;

/* Where the daemon listens: what DOCKER_HOST says if it names a unix socket, else Docker's own
 * place, or Podman's, whichever is there. NULL: a daemon elsewhere, whose containers are not here.
 * A new string. */
char *pm_docker_socket_path (void);

/* Appends the running containers (of PmContainer, text in the arena). The whole question takes at
 * most `timeout_ms`. */
gboolean pm_docker_containers (const char *socket_path, guint timeout_ms, PmArena *arena,
                               GArray *containers, GError **error);

/* From the answer's body. */
gboolean pm_docker_parse (const char *json, gsize length, PmArena *arena, GArray *containers,
                          GError **error);

G_END_DECLS
