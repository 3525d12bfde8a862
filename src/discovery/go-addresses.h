#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* Addresses that Go programs compose of a host and a literal port, by the packages' documentation:
 * fmt.Sprintf (":%d", 8080), net.JoinHostPort (host, "8080"), ":" + strconv.Itoa (8080). */

/* Whether a literal is the port of one. ret_address is the node that stands where the whole address
 * does (an argument, the value of a field); ret_host is in the recognition's arena, "" where there
 * is none or only a variable's. */
gboolean pm_go_address_of (PmRecognition *recognition, PmNodeId scalar, PmNodeId *ret_address,
                           const char **ret_host);

G_END_DECLS
