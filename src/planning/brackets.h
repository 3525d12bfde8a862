#pragma once

#include "model/plan.h"

G_BEGIN_DECLS

/* Private to planning/: where an IPv6 address stands in brackets (RFC 3986, 3.2.2). Offsets are
 * bytes of the file. */

/* A port behind it, or a scheme or a user before it: [start, end) is the host of an endpoint. A
 * user alone is none: `ssh me@host`. Of the default in ${NAME:-default} what counts is around the
 * expression. */
gboolean pm_brackets_is_host (const char *bytes, gsize length, gsize start, gsize end);

/* Brackets that are there already, right outside of the range. */
gboolean pm_brackets_are_around (const char *bytes, gsize length, gsize start, gsize end);

/* The range stands in the authority of a percent-encoded URL: %2F%2F or %40 before it, or %3A and a
 * port behind it. ret_is_lower: its escapes are written as %2f. */
gboolean pm_brackets_are_encoded (const char *bytes, gsize length, gsize start, gsize end,
                                  gboolean *ret_is_lower);

typedef enum {
  PM_BRACKETS_OF_V6,   /* an IPv6 address in an endpoint has them, and no other */
  PM_BRACKETS_ALL_V6,  /* every IPv6 address has them, with or without a port */
  PM_BRACKETS_OF_PLACE /* those that are there are the place's own, of whatever family it speaks */
} PmBrackets;

/* Whose the brackets are there. `path` is a key path: server.server_name[0].
 * All of IPv6: directives of nginx, Django's ALLOWED_HOSTS. The place's own: a YAML list in one
 * line, `dns: [192.0.2.7]`, and Postfix's next hops. */
PmBrackets pm_brackets_at (const PmPlanFile *file, const char *path, const char *bytes,
                           gsize length, gsize start, gsize end);

/* [start, end) is ${NAME…}, $NAME, $(NAME) or ${NAME:…} of this variable, and of no other. */
gboolean pm_brackets_is_variable (const char *bytes, gsize start, gsize end, const char *name);

/* The range is a whole value: only blanks, quotes, `=`, `:` or the end of the line beside it. */
gboolean pm_brackets_stands_alone (const char *bytes, gsize length, gsize start, gsize end);

G_END_DECLS
