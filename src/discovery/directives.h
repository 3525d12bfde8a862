#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* Files made of directives, `name argument argument;`, as nginx.c, apache.c, caddyfile.c and
 * directive.c of formats/ give them: each directive a list of its arguments, keyed by its name, a
 * block's own arguments the list `()` below it. A rule set tells which arguments of which directive
 * are what; the rest is read as free text. */

#define PM_DIRECTIVE_ALL 0, 99

typedef struct {
  const char *name;   /* compared without regard to case; of a block: its arguments are meant */
  const char *within; /* the block that it must stand in; NULL: anywhere */
  guint first, last;  /* the arguments that are read, from 0 */
  PmRule rule;
} PmDirective;

/* Called for each directive that was read: `list` are its arguments, `first` the index of its first
 * finding. */
typedef void (*PmDirectiveFunc) (PmRecognition *recognition, PmNodeId list, guint first);

/* Reads the whole document: by the table, what it does not tell by `rest`. `on_read` may be NULL.
 */
void pm_directives_read (PmRecognition *recognition, const PmDirective *directives,
                         gsize n_directives, const PmRule *rest, PmDirectiveFunc on_read);

/* TRUE when an argument of the list is this word. */
gboolean pm_directive_has_argument (const PmDocument *document, PmNodeId list, const char *word);

/* The name of the directive or block whose arguments a list holds; NULL: it holds none. */
const char *pm_directive_name (const PmDocument *document, PmNodeId list);

/* How many lists and blocks of the document are directives of these names (NULL-terminated, case
 * counts) with arguments that are no assignment's (`listen = 80`): a rule set's claim to a file
 * whose name says nothing. Behind the last argument of a list must stand `end`, unless that is 0.
 */
guint pm_directives_count (const PmDocument *document, const char *const *names, char end);

G_END_DECLS
