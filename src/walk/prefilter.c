/* DESIGN
 * Each variant is one loop over blocks: shuffle, and, skip what has no candidate. What is left of
 * the bytes after the last whole block goes through the plain loop. */

#include "walk/prefilter.h"

#include "walk/prefilter-words.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

static guint
filter_plain (const char *bytes, gsize length, guint wanted)
{
  PmPrefilterState state;
  pm_prefilter_begin (&state, bytes, length, wanted);
  return pm_prefilter_finish (&state, 0);
}

#if defined(__x86_64__)

__attribute__ ((target ("ssse3"))) static inline __m128i
look_up_16 (const char *bytes, guint place)
{
  const __m128i nibble = _mm_set1_epi8 (15);
  __m128i low = _mm_loadu_si128 ((const __m128i *) (const void *) pm_prefilter_low[place]);
  __m128i high = _mm_loadu_si128 ((const __m128i *) (const void *) pm_prefilter_high[place]);
  __m128i block = _mm_loadu_si128 ((const __m128i *) (const void *) (bytes + place));
  return _mm_and_si128 (_mm_shuffle_epi8 (low, _mm_and_si128 (block, nibble)),
                        _mm_shuffle_epi8 (high, _mm_and_si128 (_mm_srli_epi16 (block, 4), nibble)));
}

__attribute__ ((target ("ssse3"))) static guint
filter_ssse3 (const char *bytes, gsize length, guint wanted)
{
  PmPrefilterState state;
  pm_prefilter_begin (&state, bytes, length, wanted);
  __m128i live = _mm_set1_epi8 ((char) state.buckets);
  gsize at = 0;
  for (; length - at >= 16 + 2 && state.buckets != 0; at += 16) {
    __m128i hits =
        _mm_and_si128 (_mm_and_si128 (look_up_16 (bytes + at, 0), look_up_16 (bytes + at, 1)),
                       _mm_and_si128 (look_up_16 (bytes + at, 2), live));
    guint none = (guint) _mm_movemask_epi8 (_mm_cmpeq_epi8 (hits, _mm_setzero_si128 ()));
    guint left = ~none & 0xffff;
    if (left == 0)
      continue;
    guint8 buckets[16];
    _mm_storeu_si128 ((__m128i *) (void *) buckets, hits);
    for (; left != 0; left &= left - 1) {
      guint i = (guint) __builtin_ctz (left);
      pm_prefilter_confirm (&state, at + i, buckets[i]);
    }
    live = _mm_set1_epi8 ((char) state.buckets);
  }
  return pm_prefilter_finish (&state, at);
}

__attribute__ ((target ("avx2"))) static inline __m256i
look_up_32 (const char *bytes, guint place)
{
  const __m256i nibble = _mm256_set1_epi8 (15);
  __m256i low = _mm256_broadcastsi128_si256 (
      _mm_loadu_si128 ((const __m128i *) (const void *) pm_prefilter_low[place]));
  __m256i high = _mm256_broadcastsi128_si256 (
      _mm_loadu_si128 ((const __m128i *) (const void *) pm_prefilter_high[place]));
  __m256i block = _mm256_loadu_si256 ((const __m256i *) (const void *) (bytes + place));
  return _mm256_and_si256 (
      _mm256_shuffle_epi8 (low, _mm256_and_si256 (block, nibble)),
      _mm256_shuffle_epi8 (high, _mm256_and_si256 (_mm256_srli_epi16 (block, 4), nibble)));
}

__attribute__ ((target ("avx2"))) static guint
filter_avx2 (const char *bytes, gsize length, guint wanted)
{
  PmPrefilterState state;
  pm_prefilter_begin (&state, bytes, length, wanted);
  __m256i live = _mm256_set1_epi8 ((char) state.buckets);
  gsize at = 0;
  for (; length - at >= 32 + 2 && state.buckets != 0; at += 32) {
    __m256i hits =
        _mm256_and_si256 (_mm256_and_si256 (look_up_32 (bytes + at, 0), look_up_32 (bytes + at, 1)),
                          _mm256_and_si256 (look_up_32 (bytes + at, 2), live));
    guint left = ~(guint) _mm256_movemask_epi8 (_mm256_cmpeq_epi8 (hits, _mm256_setzero_si256 ()));
    if (left == 0)
      continue;
    guint8 buckets[32];
    _mm256_storeu_si256 ((__m256i *) (void *) buckets, hits);
    for (; left != 0; left &= left - 1) {
      guint i = (guint) __builtin_ctz (left);
      pm_prefilter_confirm (&state, at + i, buckets[i]);
    }
    live = _mm256_set1_epi8 ((char) state.buckets);
  }
  return pm_prefilter_finish (&state, at);
}

const PmPrefilterVariant *
pm_prefilter_variants (void)
{
  static const PmPrefilterVariant variants[] = {
      {"avx2", filter_avx2}, {"ssse3", filter_ssse3}, {"plain", filter_plain}, {NULL, NULL}};
  __builtin_cpu_init ();
  if (__builtin_cpu_supports ("avx2"))
    return variants;
  return __builtin_cpu_supports ("ssse3") ? variants + 1 : variants + 2;
}

#elif defined(__aarch64__)

static inline uint8x16_t
look_up_neon (const char *bytes, guint place)
{
  uint8x16_t block = vld1q_u8 ((const guint8 *) bytes + place);
  return vandq_u8 (
      vqtbl1q_u8 (vld1q_u8 (pm_prefilter_low[place]), vandq_u8 (block, vdupq_n_u8 (15))),
      vqtbl1q_u8 (vld1q_u8 (pm_prefilter_high[place]), vshrq_n_u8 (block, 4)));
}

static guint
filter_neon (const char *bytes, gsize length, guint wanted)
{
  PmPrefilterState state;
  pm_prefilter_begin (&state, bytes, length, wanted);
  gsize at = 0;
  for (; length - at >= 16 + 2 && state.buckets != 0; at += 16) {
    uint8x16_t hits =
        vandq_u8 (vandq_u8 (look_up_neon (bytes + at, 0), look_up_neon (bytes + at, 1)),
                  vandq_u8 (look_up_neon (bytes + at, 2), vdupq_n_u8 (state.buckets)));
    if (vmaxvq_u8 (hits) == 0)
      continue;
    guint8 buckets[16];
    vst1q_u8 (buckets, hits);
    for (guint i = 0; i < 16; i++)
      if (buckets[i] != 0)
        pm_prefilter_confirm (&state, at + i, buckets[i]);
  }
  return pm_prefilter_finish (&state, at);
}

const PmPrefilterVariant *
pm_prefilter_variants (void)
{
  static const PmPrefilterVariant variants[] = {
      {"neon", filter_neon}, {"plain", filter_plain}, {NULL, NULL}};
  return variants;
}

#else

const PmPrefilterVariant *
pm_prefilter_variants (void)
{
  static const PmPrefilterVariant variants[] = {{"plain", filter_plain}, {NULL, NULL}};
  return variants;
}

#endif

guint
pm_prefilter (const char *bytes, gsize length, guint wanted)
{
  return pm_prefilter_variants ()->filter (bytes, length, wanted);
}
