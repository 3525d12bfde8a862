#pragma once

#include "allocation/pools.h"

G_BEGIN_DECLS

/* What leases need to know of this machine just now: clocks, processes, what can be bound. Tests
 * give one of their own. Nothing here keeps anything. */

/* How a port is tried. */
typedef enum {
  PM_BIND_FRESH, /* nobody has anything to do with it, not even a connection that is ending */
  PM_BIND_AGAIN, /* a server that sets SO_REUSEADDR, as they all do, could listen on it */
} PmBindMode;

typedef enum {
  PM_PROCESS_LIVES,
  PM_PROCESS_GONE,
  PM_PROCESS_UNKNOWN, /* it cannot be seen from here */
} PmProcessState;

typedef struct {
  gint64 (*unix_us) (void);
  gint64 (*boottime_us) (void); /* CLOCK_BOOTTIME: nobody sets it, and sleep counts */

  /* Binds TCP or UDP, IPv4 and IPv6, all addresses and loopback alone, one after the other, and
   * lets go again. Addresses that this machine does not have are passed over. */
  gboolean (*can_bind) (PmTransport transport, guint16 port, PmBindMode mode);

  /* Field 22 of /proc/PID/stat (proc(5)): a pid that is used again starts later. 0: unknown. */
  guint64 (*process_started) (gint64 pid);

  /* Whether this very process lives. One that has died and was not waited for does not. */
  PmProcessState (*process_state) (gint64 pid, guint64 started);

  char boot[40];         /* /proc/sys/kernel/random/boot_id */
  guint64 pid_namespace; /* ours; 0: unknown */
} PmHost;

/* This machine. */
void pm_host_init (PmHost *host);

/* From /proc/sys/net/ipv4. */
void pm_host_kernel_ports (PmKernelPorts *ret_ports);

G_END_DECLS
