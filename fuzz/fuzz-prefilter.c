#include "walk/prefilter.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  /* A copy of exactly this size, so that the sanitizer sees a read behind its end. */
  g_autofree char *bytes = g_memdup2 (data, size);
  const PmPrefilterVariant *variants = pm_prefilter_variants ();
  guint expected = variants[0].filter (bytes, size, PM_PREFILTER_ALL);
  for (guint i = 1; variants[i].name != NULL; i++)
    g_assert_cmpuint (variants[i].filter (bytes, size, PM_PREFILTER_ALL), ==, expected);
  return 0;
}
