#pragma once

#include <glib.h>

#include "base/arena.h"

G_BEGIN_DECLS

/* What proc(5) tells of processes. All of it is other people's text. Of processes of other users
 * the kernel shows neither descriptors nor the working directory, except to root and to whoever has
 * CAP_SYS_PTRACE. `proc` is where procfs is mounted. */

/* Who held which socket when somebody looked last. One thread at a time. */
typedef struct PmHolders PmHolders;

PmHolders *pm_holders_new (void);
void pm_holders_free (PmHolders *holders);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmHolders, pm_holders_free)

/* The process that holds each socket, by the inode that its descriptors name: in ret_pids, 0 where
 * none is seen. Of several the first one: as a rule the parent of those that it forked; the init
 * process, which holds what it hands out, only where nobody else does. Returns how many processes
 * did not show their descriptors.
 *
 * `holders` (may be NULL) saves the look at all processes where those that held the sockets last
 * still do: then each stays with its process, also if another one holds it by now. What nobody, or
 * init alone, was seen to hold is looked for again after ten seconds. */
guint pm_processes_holding (const char *proc, const guint64 *inodes, guint n_inodes,
                            PmHolders *holders, gint *ret_pids);

typedef struct {
  const char *command; /* arguments joined by blanks, cut to 1,024 bytes; "" unknown */
  const char *program; /* file name of the first one; "[name]" of what runs none */
  const char *cwd;     /* "" not shown */
  const char *cgroup;  /* path in the unified hierarchy, or the longest of the others; "" none */
} PmProcess;

/* Text lies in the arena. What is gone or not shown is "". */
void pm_process_read (const char *proc, gint64 pid, PmArena *arena, PmProcess *ret_process);

/* The path out of the text of /proc/PID/cgroup (cgroups(7)). */
const char *pm_process_cgroup (const char *text, PmArena *arena);

/* The systemd unit that a cgroup belongs to, the innermost service or scope but for users' managers
 * (systemd.unit(5)): "/system.slice/shop.service" is "shop.service"; "" none. */
const char *pm_process_unit (const char *cgroup, PmArena *arena);

/* The id of the container that a cgroup belongs to, as Docker, Podman, containerd and CRI-O name
 * them: the last 64 hexadecimal digits that a part of the path ends with; "" none. */
const char *pm_process_container (const char *cgroup, PmArena *arena);

G_END_DECLS
