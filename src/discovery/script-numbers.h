#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Which numbers of a shell script can be ports, without a parse: a number alone is one by the name
 * that it is given, by the flag before it, or by a program that takes ports as they are. May say so
 * of a number that is none; never misses one that pm_script_read finds. */

/* Bash's /dev/tcp/host/port, or /dev/udp. */
gboolean pm_script_connects (const char *bytes, gsize length);

/* Is there anything by which each number may be one: a program or a subcommand of command.h's
 * tables, a here-document? */
gboolean pm_script_takes_numbers (const char *bytes, gsize length);

/* Of a number that begins at `at` and stands by itself in a script where that is not so. */
gboolean pm_script_number_is_named (const char *bytes, gsize length, gsize at);

/* `-p8000`, or `-lvp` before a number that begins at `at`: by a letter that command-flags.c knows.
 */
gboolean pm_script_is_letter_flag (const char *bytes, gsize at);

G_END_DECLS
