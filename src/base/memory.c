#include "base/memory.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

/* More than a block of an arena: that is asked for all the time. */
#define LARGE_BYTES (512 * 1024)

/* What is kept of what was freed last, and what is taken beforehand: each time that it goes back
 * and is asked for again costs a page fault for each 4 KiB. */
#define FREE_BYTES (2 * 1024 * 1024)
#define MORE_BYTES (256 * 1024)

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
  mallopt (M_TRIM_THRESHOLD, FREE_BYTES);
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
