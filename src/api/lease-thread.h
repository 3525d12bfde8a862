#pragma once

#include "api/call.h"
#include "verbs/lease.h"

G_BEGIN_DECLS

/* The thread at which leases are given out (leases/desk.h), with a registry connection of its own:
 * whatever came while it served others is served next, as one transaction. So a client waits for
 * two transactions at most, however many there are, and the main loop for none. */

typedef struct PmLeaseThread PmLeaseThread;

/* What a handler of such a call finds and makes. */
typedef struct PmLeaseCall {
  PmDesk *desk;          /* to ask with (pm_verb_desk_ask) */
  PmDeskRequest request; /* made by the handler, unless it answers the call itself */
  gboolean is_made;
} PmLeaseCall;

PmLeaseThread *pm_lease_thread_new (const char *state_dir, PmConfig *config);

/* Serves what waits. What is done then is told to nobody. */
void pm_lease_thread_free (PmLeaseThread *thread);

#define PM_LEASE_THREAD_MOST_WAITING 10000

/* FALSE when too many wait. Takes a reference to the call; once it is answered, pm_api_call_done is
 * called on the main loop. */
gboolean pm_lease_thread_push (PmLeaseThread *thread, PmConfig *config, PmCall *call);

G_END_DECLS
