#pragma once

#include "health/round.h"

G_BEGIN_DECLS

/* What the tests of health/ share: real servers on loopback that answer as they are told, and
 * checks of them. */

/* Answers each connection, once the empty line of a request's head is there, with `reply`; NULL:
 * never. "{accept}" in it becomes what RFC 6455 wants behind the request's key. */
typedef struct HealthServer HealthServer;

HealthServer *health_server_new (const char *reply);
guint16 health_server_port (const HealthServer *server);
const char *health_server_request (const HealthServer *server); /* the last head; "" none yet */
void health_server_free (HealthServer *server);                 /* nobody listens there any more */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HealthServer, health_server_free)

/* A port of loopback that nobody has. */
guint16 health_free_port (void);

/* A check of a port of this host as nobody configured it; times out after 1 s. */
PmCheck health_check (PmCheckKind kind, guint16 port);

/* One probe, waited for. */
typedef struct {
  PmHealth health;
  gint64 latency_us;
  gint64 certificate_expiry;
  char *cause;
} HealthSeen;

HealthSeen health_probe (const PmCheck *check);
void health_seen_clear (HealthSeen *seen);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HealthSeen, health_seen_clear)

G_END_DECLS
