#pragma once

#include "pipeline/change.h"
#include "registry/addresses.h"

G_BEGIN_DECLS

/* The state of this host's external addresses and of what becomes of their changes, the same for
 * the command line and the API. */

typedef struct {
  PmArena *arena;
  GArray *machine;   /* PmSourceAddress: what the sources told last */
  GArray *open;      /* PmAddressChange: under way, oldest first */
  GArray *proposals; /* PmAddressChange: wait for a person, newest first */
  GArray *recent;    /* PmAddressChange: the newest of all */
  PmPause pause;
} PmIpState;

gboolean pm_ip_state_read (PmIpState *state, PmContext *context, GError **error);
void pm_ip_state_clear (PmIpState *state);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmIpState, pm_ip_state_clear)

/* Whether its source has spoken within the last minutes, as far as the registry knows. */
const char *pm_ip_state_of (const PmSourceAddress *address, gint64 now_us); /* "current", "stale" */

/* "machine":[{"address","source","slot","since","lastSeen","state"}],"open":[…],"proposals":[…],
 * "recent":[…],"paused": each change is {"id","kind","source","slot","oldValue","newValue","stage",
 * "confirmed","finished","report"}. Members of an object that is open. */
void pm_ip_state_write_members (const PmIpState *state, PmJsonWriter *json);
void pm_change_write_state (PmJsonWriter *json, const PmAddressChange *change);

/* The plan that a proposal keeps; 0 none. */
gint64 pm_changes_plan_of (const PmAddressChange *change);

G_END_DECLS
