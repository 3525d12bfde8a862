#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* A host and a port that Python programs give a name before they use them (socketserver,
 * http.server and socket, "Examples"): `server_address = ("", 8000)` and then
 * `HTTPServer (server_address, Handler)`; `HOST, PORT = "localhost", 9999` and then
 * `sock.connect ((HOST, PORT))`. The first call behind it that binds or connects tells which.
 *
 * Programs of Rust parse the address first (std::net, "SocketAddr"; tonic, axum, hyper, warp):
 * `let addr: SocketAddr = "127.0.0.1:9901".parse ()?` and then `serve (addr)`, `bind (&addr)`. */

/* Reads a number of a .py file that is the port of one, or a text of a .rs file that is one; `rule`
 * as pm_program_read's. FALSE: it is none, or nothing takes it; nothing was read. */
gboolean pm_named_addresses_read (PmRecognition *recognition, PmNodeId scalar, const PmRule *rule,
                                  const char *service);

G_END_DECLS
