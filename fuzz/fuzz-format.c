/* One format and its rewriter, named by FUZZED_FORMAT when this is compiled. */

#include "rewriter-property.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  static const PmFormat *format;
  if (format == NULL)
    format = pm_format_by_name (FUZZED_FORMAT);
  g_assert_nonnull (format);

  g_autofree char *bytes = rewriter_property_exact_copy ((const char *) data, size);
  rewriter_property_check (format, bytes, size, size == 0 ? 0 : data[size - 1]);
  return 0;
}
