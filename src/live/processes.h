#pragma once

#include <glib.h>

#include "base/arena.h"

G_BEGIN_DECLS

/* What proc(5) tells of processes. All of it is other people's text. Of processes of other users
 * the kernel shows neither descriptors nor the working directory, except to root and to whoever has
 * CAP_SYS_PTRACE. `proc` is where procfs is mounted. */

typedef struct {
  const char *command; /* arguments joined by blanks, cut to 1,024 bytes; "" unknown */
  const char *program; /* file name of the first one; "[name]" of what runs none */
  const char *cwd;     /* "" not shown */
  const char *cgroup;  /* path in the unified hierarchy, or the longest of the others; "" none */
} PmProcess;

/* Text lies in the arena. What is gone or not shown is "". */
void pm_process_read (const char *proc, gint64 pid, PmArena *arena, PmProcess *ret_process);

/* When it was started: field 22 of /proc/PID/stat, in clock ticks since the machine was. A pid that
 * is used again starts later. 0: it has ended, also if nobody has waited for it yet, or is not
 * shown. */
guint64 pm_process_started (const char *proc, gint64 pid);

/* The path out of the text of /proc/PID/cgroup (cgroups(7)). */
const char *pm_process_cgroup (const char *text, PmArena *arena);

/* The systemd unit that a cgroup belongs to, the innermost service or scope but for users' managers
 * (systemd.unit(5)): "/system.slice/shop.service" is "shop.service"; "" none. */
const char *pm_process_unit (const char *cgroup, PmArena *arena);

/* The id of the container that a cgroup belongs to, as Docker, Podman, containerd and CRI-O name
 * them: the last 64 hexadecimal digits that a part of the path ends with; "" none. */
const char *pm_process_container (const char *cgroup, PmArena *arena);

G_END_DECLS
