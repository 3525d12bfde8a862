#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* Ports that are called the same whoever has them, and whose library tells by what stands around
 * them. For program.c.
 *
 * NestJS ("Microservices", "gRPC"): `options: {port}` beside `transport: Transport.TCP` is bound in
 * createMicroservice and connectMicroservice, and connected to by clients; every other transport
 * connects to its broker. Ecto ("Ecto.Repo", "Shared options"): the `port` of a repository is its
 * database's, where an Endpoint's is bound. CherryPy ("Configure"): server.socket_port is bound.
 * Spring ("@Value"): `${server.port:8080}` is what a property is when nothing sets it. */

/* Reads the literal of one; `rule` as pm_program_read's. FALSE: it is none, nothing was read. */
gboolean pm_program_read_in_context (PmRecognition *recognition, PmNodeId scalar,
                                     const PmRule *rule, const char *service);

G_END_DECLS
