#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Private to planning/: where an IPv6 address stands in brackets (RFC 3986, 3.2.2). Offsets are
 * bytes of the file. */

/* A port behind it, or a scheme or a user before it: [start, end) is the host of an endpoint. Of
 * the default in ${NAME:-default} what counts is around the expression. */
gboolean pm_brackets_is_host (const char *bytes, gsize length, gsize start, gsize end);

/* Brackets that are there already, right outside of the range. */
gboolean pm_brackets_are_around (const char *bytes, gsize length, gsize start, gsize end);

/* The directives of nginx in which every IPv6 address has them, with or without a port. `path` is a
 * key path: server.server_name[0]. */
gboolean pm_brackets_wants_nginx (const char *path);

/* [start, end) is ${NAME…}, $NAME, $(NAME) or ${NAME:…} of this variable, and of no other. */
gboolean pm_brackets_is_variable (const char *bytes, gsize start, gsize end, const char *name);

/* The range is a whole value: only blanks, quotes, `=`, `:` or the end of the line beside it. */
gboolean pm_brackets_stands_alone (const char *bytes, gsize length, gsize start, gsize end);

G_END_DECLS
