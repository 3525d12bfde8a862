/* DESIGN
 * Linguist calls a script minified whose lines have more than 110 bytes on average. That alone
 * would count a program of a few long lines, so the script must be large, and half of it must be
 * lines that nobody writes by hand. */

#include "discovery/passive.h"

#include <string.h>

#define SMALLEST_MINIFIED_BYTES (8 * 1024)
#define MINIFIED_AVERAGE_BYTES 110
#define LONG_LINE_BYTES 500

gboolean
pm_passive_by_name (const char *name)
{
  static const char *const wrappers[] = {"mvnw", "gradlew"};
  static const char *const declarations[] = {".d.ts", ".d.mts", ".d.cts"};
  for (gsize i = 0; i < G_N_ELEMENTS (wrappers); i++)
    if (strcmp (name, wrappers[i]) == 0)
      return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (declarations); i++)
    if (g_str_has_suffix (name, declarations[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_minified (const char *bytes, gsize length)
{
  gsize n_lines = 0, long_bytes = 0;
  if (length < SMALLEST_MINIFIED_BYTES)
    return FALSE;
  for (const char *at = bytes, *end = bytes + length; at < end; n_lines++) {
    const char *newline = memchr (at, '\n', (gsize) (end - at));
    gsize line = (gsize) ((newline == NULL ? end : newline) - at);
    long_bytes += line > LONG_LINE_BYTES ? line : 0;
    at += line + 1;
  }
  return length / n_lines > MINIFIED_AVERAGE_BYTES && long_bytes > length / 2;
}

/* Where the root element's name begins, behind declarations and comments; NULL: there is none. */
static const char *
root_element (const char *bytes, gsize length)
{
  const char *end = bytes + length;
  for (const char *at = bytes; (at = memchr (at, '<', (gsize) (end - at))) != NULL;) {
    gsize left = (gsize) (end - at);
    const char *behind = "-->";
    if (left >= 2 && g_ascii_isalpha (at[1]))
      return at + 1;
    if (left < strlen ("<!--") || memcmp (at, "<!--", strlen ("<!--")) != 0)
      behind = ">";
    at = memmem (at, left, behind, strlen (behind));
    if (at == NULL)
      break;
  }
  return NULL;
}

static gboolean
is_drawing (const char *bytes, gsize length)
{
  static const char *const roots[] = {"mxfile", "mxGraphModel"};
  const char *root = root_element (bytes, length);
  gsize left = root == NULL ? 0 : length - (gsize) (root - bytes);
  for (gsize i = 0; i < G_N_ELEMENTS (roots); i++) {
    gsize name = strlen (roots[i]);
    if (left > name && memcmp (root, roots[i], name) == 0 && !g_ascii_isalnum (root[name]))
      return TRUE;
  }
  return FALSE;
}

gboolean
pm_passive_by_content (const char *syntax, const char *bytes, gsize length)
{
  if (syntax == NULL || length == 0)
    return FALSE;
  if (strcmp (syntax, "javascript") == 0)
    return is_minified (bytes, length);
  return strcmp (syntax, "xml") == 0 && is_drawing (bytes, length);
}
