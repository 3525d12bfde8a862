#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How the program's memory comes from the system and goes back to it (malloc(3), mallopt(3)). */

/* Large blocks are given back as soon as they are free, however often there are such: by itself
 * glibc keeps them from the second one on. To be called first of all; has no effect elsewhere. */
void pm_memory_begin (void);

/* Gives back what is free between blocks that are used. Takes milliseconds: after something large.
 */
void pm_memory_give_back (void);

G_END_DECLS
