/* DESIGN
 * Of sixteen places at a time it is told whether the first byte stands there and the last one as
 * far behind as it should: where both do, the rest is compared. What is left at the end is
 * memmem's. */

#include "base/find-bytes.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>

#define AT_A_TIME 16

static guint
places_of (const char *at, __m128i first, gsize to_last, __m128i last)
{
  __m128i here = _mm_loadu_si128 ((const __m128i *) (const void *) at);
  __m128i behind = _mm_loadu_si128 ((const __m128i *) (const void *) (at + to_last));
  return (guint) _mm_movemask_epi8 (
      _mm_and_si128 (_mm_cmpeq_epi8 (here, first), _mm_cmpeq_epi8 (behind, last)));
}

const char *
pm_find_bytes (const char *bytes, gsize length, const char *sought, gsize sought_length)
{
  if (sought_length < 2 || length < sought_length)
    return memmem (bytes, length, sought, sought_length);
  const gsize to_last = sought_length - 1;
  const __m128i first = _mm_set1_epi8 (sought[0]), last = _mm_set1_epi8 (sought[to_last]);
  gsize at = 0;
  for (; length - at >= AT_A_TIME + to_last; at += AT_A_TIME)
    for (guint places = places_of (bytes + at, first, to_last, last); places != 0;
         places &= places - 1) {
      const char *place = bytes + at + __builtin_ctz (places);
      if (memcmp (place + 1, sought + 1, to_last) == 0)
        return place;
    }
  return memmem (bytes + at, length - at, sought, sought_length);
}

#else

const char *
pm_find_bytes (const char *bytes, gsize length, const char *sought, gsize sought_length)
{
  return memmem (bytes, length, sought, sought_length);
}

#endif
