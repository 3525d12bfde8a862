#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For postgres*.c alone: what PostgreSQL writes differently. Pure.
 *
 * Bytes. Its text must be valid UTF-8, and names of files need not be. A byte that is no part of
 * valid UTF-8 is stored as the private-use character U+EF00 + byte (U+EF80 … U+EFFF, three bytes),
 * and so is each byte of such a character that was there before: any bytes but NUL come back as
 * they were, and all that is valid is stored as it is. */

/* NULL: it can be stored as it is. Else a new string. */
char *pm_postgres_encode (const char *text);

/* NULL: it is what it says. Else a new string. */
char *pm_postgres_decode (const char *text);

/* Parameters are numbered: `?` outside of quotes becomes $1, $2 … A new string. */
char *pm_postgres_statement (const char *sql);

/* A step of the schema, written for SQLite: types, keys and table options are PostgreSQL's; text is
 * compared by its bytes, as SQLite does. What one of the two alone is to do is marked in the step:
 *
 *   -- SQLite alone:
 *   …
 *   -- PostgreSQL alone: one statement on one line;
 *   -- both:
 *
 * A new string. */
char *pm_postgres_schema_step (const char *step);

/* `message` without any password: what stands for `password` (NULL: there is none) as it is or
 * percent-encoded becomes ****. A new string. */
char *pm_postgres_redact (const char *message, const char *password);

G_END_DECLS
