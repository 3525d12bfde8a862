#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which file system something that is open lies on, by statfs(2)'s magic numbers. Unknown is
 * neither. */

/* The kernel's own: what lies there is no file that anybody wrote. */
gboolean pm_file_system_is_of_the_kernel (int fd);

/* Local ones whose directories get a new time with every entry that comes or goes (POSIX asks for
 * it), at once and for everybody. Not those that other machines write to behind their back, nor
 * those of user space. */
gboolean pm_file_system_keeps_times (int fd);

G_END_DECLS
