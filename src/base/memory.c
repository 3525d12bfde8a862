#include "base/memory.h"

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#define LARGE_BYTES (128 * 1024) /* less than a block of an arena */

void
pm_memory_begin (void)
{
#if defined(__GLIBC__)
  mallopt (M_MMAP_THRESHOLD, LARGE_BYTES);
  mallopt (M_TRIM_THRESHOLD, LARGE_BYTES);
#endif
}

void
pm_memory_give_back (void)
{
#if defined(__GLIBC__)
  malloc_trim (0);
#endif
}
