#pragma once

#include "planning/brackets.h"

G_BEGIN_DECLS

/* Private to planning/: values as bytes of a file. */

typedef struct {
  gboolean is_v6;
  guint8 bytes[16]; /* network order; 4 of them where is_v6 is FALSE */
} PmIp;

/* As inet_pton(3) reads it; an IPv4 address mapped into IPv6 is that IPv4 address. */
gboolean pm_ip_parse (const char *text, gsize length, PmIp *ret_ip);
gboolean pm_ip_equal (const PmIp *a, const PmIp *b);
void pm_ip_print (const PmIp *ip, char *ret_text); /* INET6_ADDRSTRLEN bytes */

/* What to write in place of [start, end) so that it reads `to` in the way it read `from`: a literal
 * with its /prefix, a wildcard DNS name's dashes, dots or hex digits, a reversed name. The range
 * may grow by the brackets of an IPv6 literal, which are written where they must be: brackets.h.
 * Those around an IPv4 address are no part of it and stay. NULL, with a reason: it does not read
 * `from`, or `to` cannot be written like that. A new string. */
char *pm_spelling_address (const char *bytes, gsize length, gsize *start, gsize *end,
                           const PmIp *from, const PmIp *to, PmBrackets brackets,
                           const char **ret_reason);

/* The same for a port: decimal, 0x, or with digits in groups (8_000). */
char *pm_spelling_port (const char *bytes, gsize start, gsize end, guint from, guint to,
                        const char **ret_reason);

/* Narrows the range of a ${NAME:-default} to its default if that is `value`. */
gboolean pm_spelling_default (const char *bytes, gsize *start, gsize *end, const char *value);

G_END_DECLS
