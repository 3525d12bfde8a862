#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Why bytes are no text that any format reads, as a person wants to be told; NULL: they may be. A
 * NUL stands in none of the formats; UTF-16, which some editors write, is full of them. */
const char *pm_binary_reason (const char *bytes, gsize length);

G_END_DECLS
