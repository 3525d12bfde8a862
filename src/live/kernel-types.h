#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Private to live/: what a kernel says of its own functions and structures, in BTF, the BPF Type
 * Format (Documentation/bpf/btf.rst in Linux; /sys/kernel/btf/vmlinux).
 *
 *   PmKernelField fields[] = {{.structure = "file", .member = "f_inode"}};
 *   pm_kernel_types_find (btf, size, "bpf_iter_task_file", &function, fields, 1);
 *
 * A pure function of the bytes, which may be any. */

typedef struct {
  const char *structure;
  const char *member; /* its own, not one of a structure inside it; no bit field */
  guint16 offset;     /* bytes; what is found */
} PmKernelField;

/* The id of a function, and where the fields lie. FALSE: some of it is not there, or these bytes
 * are of no form that is known; what was asked to be filled in is then of no use. */
gboolean pm_kernel_types_find (const guint8 *btf, gsize size, const char *function,
                               guint32 *ret_function, PmKernelField *fields, guint n_fields);

G_END_DECLS
