#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where a few bytes stand for the first time in many, or NULL: memmem(3), at the speed of memory
 * where the processor compares sixteen bytes at a time. */
const char *pm_find_bytes (const char *bytes, gsize length, const char *sought,
                           gsize sought_length);

G_END_DECLS
