#pragma once

#include "verbs/context.h"

G_BEGIN_DECLS

/* Which address replaces which, where a person leaves it out in a hurry. The new one is what the
 * sources told last that this machine has. The old one is what files say instead: the one that the
 * machine had before, or, where nobody saw that, the only public address of that kind in files.
 *
 * Where more than one is possible, or none, it is refused, and the message names what there is.
 * `new_address` NULL: it is left out, too. New strings. */
gboolean pm_pipeline_which_change (PmContext *context, const char *new_address, char **ret_old,
                                   char **ret_new, GError **error);

G_END_DECLS
