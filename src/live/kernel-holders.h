#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Private to live/: the sockets of all processes as the kernel walks over them itself, in one pass,
 * in place of a link followed for each descriptor: a BPF iterator
 * (Documentation/bpf/bpf_iterators.rst in Linux, "task_file", since 5.8). It takes 3 ms, 5,000
 * sockets or none, where a link takes 4 µs.
 *
 * It needs CAP_BPF and CAP_PERFMON (capabilities(7)), or CAP_SYS_ADMIN, as root has them outside of
 * containers, and a kernel that tells its own types. Without them it answers FALSE, and the links
 * have to do. Nothing of it stays in the kernel. */

typedef struct {
  guint64 inode;
  guint64 pid;
} PmSight;

/* Whether it may be asked about the processes of this procfs, and is then quicker than the links:
 * the whole machine has many files open. */
gboolean pm_kernel_holders_pay (const char *proc);

/* Appends to `sights` (of PmSight) every socket with every process that holds it, in the order of
 * their ids. FALSE: it could not be asked; nothing was appended. Any thread. */
gboolean pm_kernel_holders_ask (const char *proc, GArray *sights);

G_END_DECLS
