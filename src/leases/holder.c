#include "leases/holder.h"

#include <string.h>

G_DEFINE_QUARK (pm - lease - error - quark, pm_lease_error)

gboolean
pm_lease_holder_init (PmLeaseHolder *holder, const PmHost *host, gint64 pid, gint64 ttl_s,
                      GError **error)
{
  guint64 started = pid == 0 ? 0 : host->process_started (pid);
  if (pid != 0 && started == 0) {
    g_set_error (error, PM_LEASE_ERROR, PM_LEASE_ERROR_HOLDER,
                 "there is no process %" G_GINT64_FORMAT " to hold the lease", pid);
    return FALSE;
  }
  if (ttl_s < 0 || ttl_s > PM_LEASE_LONGEST_S || (pid == 0 && ttl_s == 0)) {
    g_set_error (error, PM_LEASE_ERROR, PM_LEASE_ERROR_HOLDER,
                 "a lease lasts 1 to %d seconds, or as long as a process", PM_LEASE_LONGEST_S);
    return FALSE;
  }
  *holder = (PmLeaseHolder){
      .pid = pid,
      .pid_started = started,
      .pid_namespace = host->pid_namespace,
      .boot = host->boot,
      .expires_boottime_us = ttl_s == 0 ? 0 : host->boottime_us () + ttl_s * G_USEC_PER_SEC,
      .expires_us = ttl_s == 0 ? 0 : host->unix_us () + ttl_s * G_USEC_PER_SEC,
  };
  return TRUE;
}

/* After another boot every process of the one before is gone. In another namespace, as a container
 * has, the same number is another process: nobody can tell from here. */
static gboolean
has_exited (const PmLeaseHolder *holder, const PmHost *host)
{
  if (holder->pid == 0)
    return FALSE;
  if (strcmp (holder->boot, host->boot) != 0)
    return TRUE;
  return holder->pid_namespace == host->pid_namespace &&
         host->process_state (holder->pid, holder->pid_started) == PM_PROCESS_GONE;
}

static gboolean
has_expired (const PmLeaseHolder *holder, const PmHost *host)
{
  if (holder->expires_us == 0)
    return FALSE;
  if (strcmp (holder->boot, host->boot) == 0)
    return host->boottime_us () >= holder->expires_boottime_us;
  return host->unix_us () >= holder->expires_us;
}

PmHolderState
pm_lease_holder_state (const PmLeaseHolder *holder, const PmHost *host)
{
  if (has_exited (holder, host))
    return PM_HOLDER_EXITED;
  return has_expired (holder, host) ? PM_HOLDER_EXPIRED : PM_HOLDER_LIVES;
}

const char *
pm_holder_state_outcome (PmHolderState state)
{
  return state == PM_HOLDER_EXITED ? "exited" : state == PM_HOLDER_EXPIRED ? "expired" : "";
}
