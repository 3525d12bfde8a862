#include "discovery/binary.h"

#include <string.h>

/* By its byte order mark, or by its first two characters: every other byte is NUL. */
static gboolean
is_utf16 (const char *bytes, gsize length)
{
  if (length < 4)
    return FALSE;
  if (memcmp (bytes, "\xff\xfe", 2) == 0 || memcmp (bytes, "\xfe\xff", 2) == 0)
    return TRUE;
  gboolean first = bytes[0] == '\0', second = bytes[1] == '\0';
  return first != second && (bytes[2] == '\0') == first && (bytes[3] == '\0') == second;
}

const char *
pm_binary_reason (const char *bytes, gsize length)
{
  if (memchr (bytes, '\0', length) == NULL)
    return NULL;
  return is_utf16 (bytes, length) ? "it is UTF-16, and not read: save it as UTF-8"
                                  : "it holds NUL bytes, and is not read";
}
