#include "base/escape.h"

#include <string.h>

/* Characters that change how the rest of a line is shown without being seen themselves. */
static gboolean
is_deceptive (gunichar c)
{
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0xfeff || c == 0x2028 ||
         c == 0x2029;
}

char *
pm_escape_terminal (const char *text)
{
  GString *out = g_string_sized_new (strlen (text) + 8);
  while (*text != '\0') {
    gunichar c = g_utf8_get_char_validated (text, -1);
    if (c == (gunichar) -1 || c == (gunichar) -2) {
      g_string_append_printf (out, "\\x%02x", (guchar) *text++);
      continue;
    }
    const char *next = g_utf8_next_char (text);
    if (!is_deceptive (c))
      g_string_append_len (out, text, next - text);
    else if (c < 0x100)
      g_string_append_printf (out, "\\x%02x", c);
    else
      g_string_append_printf (out, "\\u%04x", c);
    text = next;
  }
  return g_string_free (out, FALSE);
}
