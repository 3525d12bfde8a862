#pragma once

#include "api/call.h"

G_BEGIN_DECLS

/* How a call's answer reaches its request: with its tag (RFC 9110, 8.8.3) or as nothing but that,
 * kept for the next who asks, or as what was known last while the registry's server is away. All on
 * the main loop. */

/* The call's answer becomes the request's. Nothing to do: no answer yet, or the request is gone. */
void pm_api_give_answer (PmCall *call);

/* TRUE when an answer was kept, and is given. */
gboolean pm_api_give_from_cache (PmCall *call);

/* Answered without having been handed on; what wants to write is noted. */
void pm_api_finish (PmCall *call);

G_END_DECLS
