#pragma once

#include "api/call.h"

G_BEGIN_DECLS

/* Calls that others work on while the main loop goes on: the request is paused until its answer is
 * there. Where nobody has the time, the call is answered at once with 503. All on the main loop. */

/* To the worker. Who asks for an answer that is being made already waits for that one. From here on
 * the call is the worker's, until it is done. */
void pm_api_send_to_worker (PmCall *call);

/* To the desk of leases (lease-thread.h). */
void pm_api_send_to_desk (PmCall *call);

G_END_DECLS
