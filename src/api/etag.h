#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Entity tags (RFC 9110, 8.8.3): strong ones, of the bytes that are answered. */

/* Quoted, a new string. */
char *pm_etag_of (const char *bytes, gsize length);

/* Whether an If-Match or If-None-Match names it: "*", or a list. Weak tags are compared as RFC 9110
 * says: for If-None-Match their mark does not count, for If-Match they never match. */
gboolean pm_etag_is_named (const char *header, const char *etag, gboolean weak_counts);

G_END_DECLS
