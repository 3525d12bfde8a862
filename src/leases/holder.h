#pragma once

#include "leases/host.h"
#include "registry/leases.h"

G_BEGIN_DECLS

/* Who holds a lease, and whether they still do. */

#define PM_LEASE_ERROR (pm_lease_error_quark ())
GQuark pm_lease_error_quark (void);
typedef enum {
  PM_LEASE_ERROR_EXHAUSTED, /* the pool has no port left */
  PM_LEASE_ERROR_TAKEN,     /* the port that was asked for is not free */
  PM_LEASE_ERROR_TYPE,      /* there is no pool of that type */
  PM_LEASE_ERROR_HOLDER,    /* no such process, or no sensible time */
} PmLeaseError;

#define PM_LEASE_LONGEST_S (366 * 24 * 3600)

/* By a process (0: none), for some time (0: as long as the process lives), or both, and then
 * whatever ends first. `boot` points into the host. HOLDER when that holds nothing. */
gboolean pm_lease_holder_init (PmLeaseHolder *holder, const PmHost *host, gint64 pid, gint64 ttl_s,
                               GError **error);

typedef enum {
  PM_HOLDER_LIVES,   /* or nobody can tell from here */
  PM_HOLDER_EXITED,  /* its process is gone */
  PM_HOLDER_EXPIRED, /* its time is over */
} PmHolderState;

/* By process and clock alone: that a port is still bound keeps its lease besides. */
PmHolderState pm_lease_holder_state (const PmLeaseHolder *holder, const PmHost *host);

/* "exited", "expired": what the history will say. */
const char *pm_holder_state_outcome (PmHolderState state);

G_END_DECLS
