#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* openat2(2), which glibc 2.36 does not wrap. Never leaves the directory, never follows a magic
 * link; `follow` allows links that stay beneath it. Gives O_CLOEXEC and O_NOCTTY by itself. Returns
 * a descriptor, or -1 with errno set (EXDEV: the path leads out; ELOOP: a link was met). */
int pm_beneath_open (int directory_fd, const char *path, guint64 flags, gboolean follow);

/* The same without links, and only if that can be done without waiting for the disk, else -1 with
 * EAGAIN (RESOLVE_CACHED). A kernel that cannot tell (before Linux 5.12) gives EAGAIN always. */
int pm_beneath_open_at_once (int directory_fd, const char *path, guint64 flags);

G_END_DECLS
