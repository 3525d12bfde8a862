#include "base/memory.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#define LARGE_BYTES (128 * 1024) /* less than a block of an arena */
#define MORE_BYTES                                                                                 \
  (32 * 1024) /* far less than is given back, else each free gives back what the                   \
                 next allocation asks for again */

/* As many threads as there are processors allocate at a time; those that wait for something else
 * need no memory of their own. */
#define FEWEST_ARENAS 2
#define MOST_ARENAS 8

void
pm_memory_begin (void)
{
#if defined(__GLIBC__)
  mallopt (M_ARENA_MAX, (int) CLAMP (g_get_num_processors (), FEWEST_ARENAS, MOST_ARENAS));
  mallopt (M_MMAP_THRESHOLD, LARGE_BYTES);
  mallopt (M_TRIM_THRESHOLD, LARGE_BYTES);
  mallopt (M_TOP_PAD, MORE_BYTES);
#endif
}

void
pm_memory_give_back (void)
{
#if defined(__GLIBC__)
  malloc_trim (0);
#endif
}
