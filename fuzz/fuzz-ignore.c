/* An ignore file, and behind its last NUL the path that is asked of it. */

#include <string.h>

#include "walk/ignore.h"

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  const guint8 *nul = memrchr (data, '\0', size);
  gsize length = nul == NULL ? size : (gsize) (nul - data);
  g_autofree char *patterns = g_malloc (MAX (length, 1)); /* exactly as long, but never NULL */
  memcpy (patterns, data, length);
  g_autofree char *path =
      nul == NULL ? g_strdup ("a/b.c") : g_strndup ((const char *) nul + 1, size - length - 1);
  gboolean complete;
  g_autoptr (PmIgnore) ignore = pm_ignore_new (NULL, "", patterns, length, &complete);
  gboolean as_file = pm_ignore_matches (ignore, path, FALSE);
  gboolean again = pm_ignore_matches (ignore, path, FALSE);
  g_assert_cmpint (as_file, ==, again);
  pm_ignore_matches (ignore, path, TRUE);
  return 0;
}
