#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The mount points that this process sees, as absolute real paths, sorted: from
 * /proc/self/mountinfo (proc(5)). A new array of new strings; empty when the table cannot be read.
 */
GPtrArray *pm_mount_points (void);

gboolean pm_mount_points_has (const GPtrArray *points, const char *path);

G_END_DECLS
