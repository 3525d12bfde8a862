/* Whatever YAML's fast reader reads, the library must read the same: every event, with its place.
 */

#include "formats/yaml-subset.h"
#include "rewriter-property.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static void
check (const PmYamlEvent *ours, const PmYamlEvent *theirs)
{
  g_assert_cmpuint (ours->kind, ==, theirs->kind);
  g_assert_cmpuint (ours->style, ==, theirs->style);
  g_assert_cmpint (ours->indent, ==, theirs->indent);
  g_assert_cmpuint (ours->span.start, ==, theirs->span.start);
  g_assert_cmpuint (ours->span.end, ==, theirs->span.end);
  g_assert_cmpuint (pm_span_length (ours->anchor), ==, 0);
  g_assert_cmpuint (pm_span_length (theirs->anchor), ==, 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  static GArray *ours, *theirs;
  if (ours == NULL) {
    ours = g_array_new (FALSE, FALSE, sizeof (PmYamlEvent));
    theirs = g_array_new (FALSE, FALSE, sizeof (PmYamlEvent));
  }
  g_array_set_size (theirs, 0);
  g_autofree char *bytes = rewriter_property_exact_copy ((const char *) data, size);
  PmYamlSource source = {.bytes = bytes, .masked = bytes, .length = (guint32) size};
  if (!pm_yaml_read_subset (&source, ours)) {
    g_assert_cmpuint (ours->len, ==, 0);
    return 0;
  }
  guint32 offset;
  g_autofree char *reason = NULL;
  g_assert_true (pm_yaml_read_with_library (&source, theirs, &offset, &reason));
  g_assert_cmpuint (ours->len, ==, theirs->len);
  for (guint i = 0; i < ours->len; i++)
    check (&g_array_index (ours, PmYamlEvent, i), &g_array_index (theirs, PmYamlEvent, i));
  g_array_set_size (ours, 0);
  return 0;
}
