/* DESIGN
 * The only state is whether the next item needs a comma before it: never after an opening bracket
 * or a key, always after a value or a closing bracket. Text is copied in runs that need no escape.
 */

#include "base/json-writer.h"

#include "base/timestamp.h"

#include <math.h>
#include <string.h>

static void
before_item (PmJsonWriter *json)
{
  if (json->wants_comma)
    g_string_append_c (json->out, ',');
  json->wants_comma = TRUE;
}

static void
open_bracket (PmJsonWriter *json, char bracket)
{
  before_item (json);
  g_string_append_c (json->out, bracket);
  json->wants_comma = FALSE;
}

static void
close_bracket (PmJsonWriter *json, char bracket)
{
  g_string_append_c (json->out, bracket);
  json->wants_comma = TRUE;
}

void
pm_json_begin_object (PmJsonWriter *json)
{
  open_bracket (json, '{');
}

void
pm_json_end_object (PmJsonWriter *json)
{
  close_bracket (json, '}');
}

void
pm_json_begin_array (PmJsonWriter *json)
{
  open_bracket (json, '[');
}

void
pm_json_end_array (PmJsonWriter *json)
{
  close_bracket (json, ']');
}

/* DEL and the C1 controls are legal in JSON, but not on a terminal that it may be printed on. */
static gboolean
is_plain (guchar c)
{
  return c >= 0x20 && c != '"' && c != '\\' && c < 0x7f;
}

static void
append_escape (GString *out, guint code)
{
  switch (code) {
  case '"':
    g_string_append (out, "\\\"");
    break;
  case '\\':
    g_string_append (out, "\\\\");
    break;
  case '\n':
    g_string_append (out, "\\n");
    break;
  case '\r':
    g_string_append (out, "\\r");
    break;
  case '\t':
    g_string_append (out, "\\t");
    break;
  default:
    g_string_append_printf (out, "\\u%04x", code);
  }
}

/* One character that is not plain ASCII; returns how many bytes it took. */
static gsize
append_character (GString *out, const char *text, gsize left)
{
  guchar first = (guchar) text[0];
  if (first < 0x80) {
    append_escape (out, first);
    return 1;
  }
  gunichar character = g_utf8_get_char_validated (text, (gssize) MIN (left, 6));
  if (character == (gunichar) -1 || character == (gunichar) -2) {
    g_string_append (out, "\xef\xbf\xbd"); /* U+FFFD */
    return 1;
  }
  gsize size = (gsize) (g_utf8_next_char (text) - text);
  if (character < 0xa0 || character == 0x2028 || character == 0x2029)
    append_escape (out, character);
  else
    g_string_append_len (out, text, (gssize) size);
  return size;
}

static void
append_quoted (GString *out, const char *text, gsize length)
{
  g_string_append_c (out, '"');
  for (gsize at = 0; at < length;) {
    gsize run = at;
    while (run < length && is_plain ((guchar) text[run]))
      run++;
    g_string_append_len (out, text + at, (gssize) (run - at));
    at = run;
    if (at < length)
      at += append_character (out, text + at, length - at);
  }
  g_string_append_c (out, '"');
}

void
pm_json_key (PmJsonWriter *json, const char *key)
{
  before_item (json);
  append_quoted (json->out, key, strlen (key));
  g_string_append_c (json->out, ':');
  json->wants_comma = FALSE;
}

void
pm_json_string_len (PmJsonWriter *json, const char *text, gsize length)
{
  before_item (json);
  append_quoted (json->out, text, length);
}

void
pm_json_string (PmJsonWriter *json, const char *text)
{
  if (text == NULL)
    pm_json_null (json);
  else
    pm_json_string_len (json, text, strlen (text));
}

void
pm_json_int (PmJsonWriter *json, gint64 number)
{
  char digits[24];
  guint at = sizeof digits;
  guint64 rest = number < 0 ? -(guint64) number : (guint64) number;
  before_item (json);
  do
    digits[--at] = (char) ('0' + rest % 10);
  while ((rest /= 10) != 0);
  if (number < 0)
    digits[--at] = '-';
  g_string_append_len (json->out, digits + at, (gssize) (sizeof digits - at));
}

void
pm_json_double (PmJsonWriter *json, double number)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  if (!isfinite (number)) {
    pm_json_null (json);
    return;
  }
  before_item (json);
  /* 15 digits are what people wrote; 17 are needed only where those do not read back the same. */
  g_ascii_formatd (digits, sizeof digits, "%.15g", number);
  double back = g_ascii_strtod (digits, NULL);
  if (back < number || back > number)
    g_ascii_formatd (digits, sizeof digits, "%.17g", number);
  g_string_append (json->out, digits);
}

void
pm_json_bool (PmJsonWriter *json, gboolean value)
{
  before_item (json);
  g_string_append (json->out, value ? "true" : "false");
}

void
pm_json_null (PmJsonWriter *json)
{
  before_item (json);
  g_string_append (json->out, "null");
}

void
pm_json_time (PmJsonWriter *json, gint64 time_us)
{
  char text[PM_TIMESTAMP_SIZE];
  if (time_us == 0)
    pm_json_null (json);
  else
    pm_json_string (json, pm_timestamp_format (time_us, text));
}

void
pm_json_raw (PmJsonWriter *json, const char *text)
{
  before_item (json);
  g_string_append (json->out, text);
}

void
pm_json_member_string (PmJsonWriter *json, const char *key, const char *text)
{
  pm_json_key (json, key);
  pm_json_string (json, text);
}

void
pm_json_member_int (PmJsonWriter *json, const char *key, gint64 number)
{
  pm_json_key (json, key);
  pm_json_int (json, number);
}

void
pm_json_member_double (PmJsonWriter *json, const char *key, double number)
{
  pm_json_key (json, key);
  pm_json_double (json, number);
}

void
pm_json_member_bool (PmJsonWriter *json, const char *key, gboolean value)
{
  pm_json_key (json, key);
  pm_json_bool (json, value);
}

void
pm_json_member_time (PmJsonWriter *json, const char *key, gint64 time_us)
{
  pm_json_key (json, key);
  pm_json_time (json, time_us);
}
