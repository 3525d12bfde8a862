/* DESIGN
 * One loop over the span. An escape is decoded by one function for each shape that returns how many
 * bytes it took behind the backslash, or 0 when the bytes are not of that shape. A segment is
 * recorded at an escape and behind it, so that a piece between two escapes maps exactly. */

#include "formats/escapes.h"

#include <string.h>

#define NOT_A_CHARACTER 0xfffd

static void
append_character (GString *decoded, guint32 character)
{
  gboolean valid =
      character != 0 && character <= 0x10ffff && (character < 0xd800 || character >= 0xe000);
  g_string_append_unichar (decoded, valid ? character : NOT_A_CHARACTER);
}

/* Reads exactly `digits` of them; -1 when there are fewer. */
static gint64
hexadecimal (const char *at, const char *end, guint digits)
{
  gint64 value = 0;
  if ((gsize) (end - at) < digits)
    return -1;
  for (guint i = 0; i < digits; i++) {
    int digit = g_ascii_xdigit_value (at[i]);
    if (digit < 0)
      return -1;
    value = value * 16 + digit;
  }
  return value;
}

static gsize
decode_fixed (const char *at, const char *end, guint digits, GString *decoded)
{
  gint64 value = hexadecimal (at + 1, end, digits);
  if (value < 0)
    return 0;
  append_character (decoded, (guint32) value);
  return 1 + digits;
}

static gsize
decode_brace (const char *at, const char *end, GString *decoded)
{
  gsize digits = 0;
  const char *first = at + 2;
  if (end - at < 4 || at[1] != '{')
    return 0;
  while (first + digits < end && g_ascii_isxdigit (first[digits]))
    digits++;
  if (digits == 0 || digits > 8 || first + digits == end || first[digits] != '}')
    return 0;
  append_character (decoded, (guint32) hexadecimal (first, end, (guint) digits));
  return 3 + digits;
}

static gsize
decode_utf16 (const char *at, const char *end, GString *decoded)
{
  gint64 high = hexadecimal (at + 1, end, 4);
  if (high >= 0xd800 && high < 0xdc00 && end - at >= 11 && at[5] == '\\' && at[6] == 'u') {
    gint64 low = hexadecimal (at + 7, end, 4);
    if (low >= 0xdc00 && low < 0xe000) {
      append_character (decoded, (guint32) (0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)));
      return 11;
    }
  }
  return decode_fixed (at, end, 4, decoded);
}

static gsize
decode_octal (const char *at, const char *end, GString *decoded)
{
  guint32 value = 0;
  gsize digits = 0;
  while (digits < 3 && at + digits < end && at[digits] >= '0' && at[digits] <= '7')
    value = value * 8 + (guint32) (at[digits++] - '0');
  append_character (decoded, value);
  return digits;
}

/* A backslash at the end of a line; in TOML blanks may stand between. */
static gsize
skip_line_end (const PmEscapeStyle *style, const char *at, const char *end)
{
  const char *c = at;
  if (style->trims_lines) {
    gboolean line_end = FALSE;
    for (; c < end && strchr (" \t\r\n", *c) != NULL; c++)
      line_end = line_end || *c == '\n';
    return line_end ? (gsize) (c - at) : 0;
  }
  if (c < end && *c == '\r')
    c++;
  return c < end && *c == '\n' ? (gsize) (c - at) + 1 : 0;
}

/* Decodes what stands behind a backslash; returns how many bytes that was. */
static gsize
decode_one (const PmEscapeStyle *style, const char *at, const char *end, GString *decoded)
{
  const char *letter = style->letters == NULL ? NULL : strchr (style->letters, *at);
  gsize taken = style->joins_lines ? skip_line_end (style, at, end) : 0;
  if (taken > 0)
    return taken;
  if (letter != NULL) {
    g_string_append_c (decoded, style->meanings[letter - style->letters]);
    return 1;
  }
  if (*at == 'x' && style->hex)
    taken = decode_fixed (at, end, 2, decoded);
  else if (*at == 'u' && style->brace_unicode && end - at > 1 && at[1] == '{')
    taken = decode_brace (at, end, decoded);
  else if (*at == 'u' && style->unicode)
    taken = decode_utf16 (at, end, decoded);
  else if (*at == 'U' && style->long_unicode)
    taken = decode_fixed (at, end, 8, decoded);
  else if (*at >= '0' && *at <= '7' && style->octal)
    taken = decode_octal (at, end, decoded);
  if (taken > 0)
    return taken;
  if (style->only != NULL && strchr (style->only, *at) == NULL)
    g_string_append_c (decoded, '\\');
  g_string_append_c (decoded, *at);
  return 1;
}

gboolean
pm_escapes_decode (PmBuilder *builder, const char *bytes, PmSpan span, const PmEscapeStyle *style,
                   GString *decoded)
{
  const char *at = bytes + span.start, *end = bytes + span.end;
  const char *escape = memchr (at, '\\', (gsize) (end - at));
  if (escape == NULL && decoded->len == 0)
    return FALSE;

  if (builder != NULL && (escape != at || escape + 1 >= end))
    pm_builder_segment (builder, (guint32) decoded->len, span.start);
  while (escape != NULL && escape + 1 < end) {
    g_string_append_len (decoded, at, escape - at);
    if (builder != NULL)
      pm_builder_segment (builder, (guint32) decoded->len, (guint32) (escape - bytes));
    at = escape + 1 + decode_one (style, escape + 1, end, decoded);
    if (builder != NULL)
      pm_builder_segment (builder, (guint32) decoded->len, (guint32) (at - bytes));
    escape = memchr (at, '\\', (gsize) (end - at));
  }
  g_string_append_len (decoded, at, end - at);
  return TRUE;
}

char *
pm_escapes_write (const PmEscapeStyle *style, const char *special, const char *text)
{
  g_autoptr (GString) written = g_string_new (NULL);
  for (const char *c = text; *c != '\0'; c++) {
    static const char control[] = "\n\r\t", letters[] = "nrt";
    const char *known = strchr (control, *c);
    if (*c == '\\' || strchr (special, *c) != NULL)
      g_string_append_printf (written, "\\%c", *c);
    else if ((guchar) *c >= 0x20)
      g_string_append_c (written, *c);
    else if (known != NULL && style->letters != NULL &&
             strchr (style->letters, letters[known - control]) != NULL)
      g_string_append_printf (written, "\\%c", letters[known - control]);
    else if (style->unicode)
      g_string_append_printf (written, "\\u%04x", (guchar) *c);
    else
      return NULL;
  }
  return g_string_free (g_steal_pointer (&written), FALSE);
}
