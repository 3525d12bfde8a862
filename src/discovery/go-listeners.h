#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* What Go programs bind, by the packages' documentation: net (Listen, ListenPacket and
 * ListenConfig, whose first text is a network; ListenTCP and ListenUDP with a TCPAddr or UDPAddr),
 * crypto/tls (Listen), a Server's field Addr (net/http and what is made like it), Echo's Start,
 * Gin's RunTLS and Fiber's ListenTLS; an address is a literal or composed (go-addresses.h).
 * Literals given to functions that every language has (ListenAndServe, Run) are program.h's. */

/* Reads a literal of a .go file that one of these binds; `rule` as pm_program_read's. FALSE: none
 * does, nothing was read. */
gboolean pm_go_listeners_read (PmRecognition *recognition, PmNodeId scalar, const PmRule *rule,
                               const char *service);

G_END_DECLS
