/* JSON (RFC 8259) and JSON with comments and trailing commas, as editors and TypeScript write it.
 *
 * DESIGN
 * One pass over the bytes, no recursion, no tokens kept. The scanner is lenient by construction:
 * every token has a meaning wherever it stands, and an expectation that is not met is a problem,
 * never an end. A string in a map is a key when none is pending, and a value when one is; a closing
 * bracket closes the nearest opening one of its kind. What follows the first problem is flagged as
 * broken. A string that does not end before its line does ends there, so that one missing quote
 * costs one line. */

#include "formats/format.h"

#include <string.h>

typedef struct {
  PmBuilder *builder;
  const char *bytes;
  guint32 at;
  guint32 length;

  GByteArray *open;  /* '{' or '[' of each open container, the root's included */
  PmKey key;         /* of the map's entry that is being read */
  GString *key_text; /* holds key.text */
  gboolean colon;    /* seen behind the key */
  gboolean wants_comma;
  gboolean done; /* the root's value is complete */
  gboolean broken;
  GString *decoded;
} Scanner;

static void
problem (Scanner *s, guint32 offset, const char *reason)
{
  if (!s->broken)
    pm_builder_problem (s->builder, offset, "%s", reason);
  s->broken = TRUE;
}

static char
container (const Scanner *s)
{
  return s->open->len == 0 ? 0 : (char) s->open->data[s->open->len - 1];
}

/* --- white space and comments --- */

static void
skip_comment (Scanner *s)
{
  const char *from = s->bytes + s->at;
  gsize left = s->length - s->at;
  const char *end;
  if (left >= 2 && from[1] == '/') {
    end = memchr (from, '\n', left);
    s->at = end == NULL ? s->length : (guint32) (end - s->bytes);
    return;
  }
  if (left >= 2 && from[1] == '*') {
    end = left < 4 ? NULL : memmem (from + 2, left - 2, "*/", 2);
    if (end == NULL)
      problem (s, s->at, "comment without an end");
    s->at = end == NULL ? s->length : (guint32) (end - s->bytes) + 2;
    return;
  }
  problem (s, s->at, "unexpected '/'");
  s->at++;
}

static void
skip_blank (Scanner *s)
{
  while (s->at < s->length) {
    char c = s->bytes[s->at];
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r')
      s->at++;
    else if (c == '/')
      skip_comment (s);
    else
      break;
  }
}

/* --- strings --- */

static int
hex4 (const char *text, gsize left)
{
  int value = 0;
  if (left < 4)
    return -1;
  for (gsize i = 0; i < 4; i++) {
    int digit = g_ascii_xdigit_value (text[i]);
    if (digit < 0)
      return -1;
    value = value * 16 + digit;
  }
  return value;
}

/* Decodes what follows a backslash; returns how many bytes of the file that was. */
static guint32
decode_escape (Scanner *s, guint32 at, guint32 end)
{
  static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
  char c = s->bytes[at];
  const char *known = memchr (from, c, sizeof from - 1);
  if (known != NULL) {
    g_string_append_c (s->decoded, to[known - from]);
    return 1;
  }
  if (c != 'u') {
    g_string_append_c (s->decoded, c);
    return 1;
  }
  int unit = hex4 (s->bytes + at + 1, end - at - 1);
  if (unit < 0) {
    g_string_append_c (s->decoded, c);
    return 1;
  }
  if (unit >= 0xd800 && unit < 0xdc00 && end - at >= 11 && s->bytes[at + 5] == '\\' &&
      s->bytes[at + 6] == 'u') {
    int low = hex4 (s->bytes + at + 7, end - at - 7);
    if (low >= 0xdc00 && low < 0xe000) {
      g_string_append_unichar (s->decoded,
                               (gunichar) (0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)));
      return 11;
    }
  }
  /* A lone surrogate is no character; a NUL would end the text. Both read as U+FFFD. */
  gboolean character = unit != 0 && (unit < 0xd800 || unit >= 0xe000);
  g_string_append_unichar (s->decoded, character ? (gunichar) unit : 0xfffd);
  return 5;
}

/* Decodes [start, end) into s->decoded; returns whether anything was escaped. With `segments`, the
 * builder is told where bytes moved. */
static gboolean
decode (Scanner *s, guint32 start, guint32 end, gboolean segments)
{
  g_string_truncate (s->decoded, 0);
  if (memchr (s->bytes + start, '\\', end - start) == NULL) {
    g_string_append_len (s->decoded, s->bytes + start, end - start);
    return FALSE;
  }
  if (segments)
    pm_builder_segment (s->builder, 0, start);
  for (guint32 at = start; at < end;) {
    if (s->bytes[at] != '\\' || at + 1 >= end) {
      g_string_append_c (s->decoded, s->bytes[at++]);
      continue;
    }
    guint32 before = (guint32) s->decoded->len;
    if (segments)
      pm_builder_segment (s->builder, before, at);
    at += 1 + decode_escape (s, at + 1, end);
    if (segments)
      pm_builder_segment (s->builder, (guint32) s->decoded->len, at);
  }
  return TRUE;
}

/* Moves behind a string's end; returns the span between its quotes. */
static PmSpan
scan_string (Scanner *s)
{
  guint32 open = s->at;
  char quote = s->bytes[s->at++];
  PmSpan inner = {s->at, s->at};
  while (s->at < s->length) {
    char c = s->bytes[s->at];
    if (c == quote) {
      inner.end = s->at++;
      return inner;
    }
    if (c == '\n')
      break;
    if (c == '\\' && s->at + 1 < s->length && s->bytes[s->at + 1] != '\n')
      s->at++;
    s->at++;
  }
  problem (s, open, "string without an end");
  inner.end = s->at;
  return inner;
}

/* A number, true, false, null; in JSON5 and in broken files any bare word. */
static PmSpan
scan_word (Scanner *s)
{
  PmSpan word = {s->at, s->at};
  while (s->at < s->length && strchr (" \t\r\n,:[]{}\"/", s->bytes[s->at]) == NULL)
    s->at++;
  word.end = s->at;
  return word;
}

/* --- structure --- */

static void
expect_place_for_value (Scanner *s, guint32 at)
{
  if (s->wants_comma)
    problem (s, at, "missing comma");
  else if (container (s) == '{' && s->key.text != NULL && !s->colon)
    problem (s, at, "missing colon behind a key");
  s->wants_comma = FALSE;
}

static PmKey
take_key (Scanner *s)
{
  PmKey key = s->key;
  s->key = PM_NO_KEY;
  s->colon = FALSE;
  if (container (s) == '{' && key.text == NULL)
    key.text = ""; /* a map's child always has a key */
  return key;
}

static void
value_ended (Scanner *s)
{
  s->wants_comma = s->open->len > 0;
  s->done = s->open->len == 0;
}

static void
take_key_text (Scanner *s, PmSpan inner)
{
  expect_place_for_value (s, inner.start);
  decode (s, inner.start, inner.end, FALSE);
  g_string_truncate (s->key_text, 0);
  g_string_append_len (s->key_text, s->decoded->str, (gssize) s->decoded->len);
  s->key = (PmKey){s->key_text->str, s->key_text->len, inner};
}

static void
take_scalar (Scanner *s, PmSpan inner, PmSpan outer, PmQuoting quoting)
{
  expect_place_for_value (s, outer.start);
  PmScalar scalar = {.span = inner, .outer = outer, .quoting = quoting};
  if (s->broken)
    scalar.flags = PM_NODE_BROKEN;
  if (quoting != PM_QUOTING_NONE && decode (s, inner.start, inner.end, TRUE)) {
    scalar.value = s->decoded->str;
    scalar.value_length = s->decoded->len;
  }
  if (s->open->len == 0)
    pm_builder_root (s->builder, PM_NODE_LIST);
  pm_builder_scalar (s->builder, take_key (s), &scalar);
  value_ended (s);
}

static void
take_text (Scanner *s)
{
  guint32 start = s->at;
  char c = s->bytes[start];
  gboolean quoted = c == '"' || c == '\'';
  PmSpan inner = quoted ? scan_string (s) : scan_word (s);
  if (container (s) == '{' && s->key.text == NULL) {
    take_key_text (s, inner);
    return;
  }
  PmQuoting quoting = !quoted ? PM_QUOTING_NONE : c == '"' ? PM_QUOTING_DOUBLE : PM_QUOTING_SINGLE;
  take_scalar (s, inner, (PmSpan){start, s->at}, quoting);
}

static void
take_open (Scanner *s, char bracket)
{
  PmNodeKind kind = bracket == '{' ? PM_NODE_MAP : PM_NODE_LIST;
  expect_place_for_value (s, s->at);
  if (s->open->len == 0)
    pm_builder_root (s->builder, kind);
  else
    pm_builder_open (s->builder, kind, take_key (s), s->at);
  g_byte_array_append (s->open, (const guint8 *) &bracket, 1);
  s->at++;
}

static void
close_one (Scanner *s)
{
  if (s->open->len > 1)
    pm_builder_close (s->builder, s->at + 1);
  g_byte_array_set_size (s->open, s->open->len - 1);
  s->key = PM_NO_KEY;
  s->colon = FALSE;
  value_ended (s);
}

/* Closes down to the nearest container of the bracket's kind; without one, the bracket is ignored.
 */
static void
take_close (Scanner *s, char opener)
{
  if (s->key.text != NULL)
    problem (s, s->at, "a key without a value");
  if (container (s) != opener) {
    problem (s, s->at, "a bracket that nothing opened");
    if (s->open->len < 2 || memrchr (s->open->data, opener, s->open->len) == NULL) {
      s->at++;
      return;
    }
    while (container (s) != opener)
      close_one (s);
  }
  close_one (s);
  s->at++;
}

static void
take_colon (Scanner *s)
{
  if (s->key.text == NULL || s->colon)
    problem (s, s->at, "unexpected ':'");
  s->colon = TRUE;
  s->at++;
}

static void
take_comma (Scanner *s)
{
  if (!s->wants_comma)
    problem (s, s->at, "unexpected ','");
  s->wants_comma = FALSE;
  s->key = PM_NO_KEY;
  s->colon = FALSE;
  s->at++;
}

static void
step (Scanner *s)
{
  switch (s->bytes[s->at]) {
  case '{':
  case '[':
    take_open (s, s->bytes[s->at]);
    break;
  case '}':
    take_close (s, '{');
    break;
  case ']':
    take_close (s, '[');
    break;
  case ':':
    take_colon (s);
    break;
  case ',':
    take_comma (s);
    break;
  default:
    take_text (s);
  }
}

static void
json_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  Scanner s = {
      .builder = builder,
      .bytes = bytes,
      .at = (guint32) start,
      .length = (guint32) length,
      .open = g_byte_array_new (),
      .key_text = g_string_new (NULL),
      .decoded = g_string_new (NULL),
  };
  for (skip_blank (&s); s.at < s.length && !s.done && !pm_builder_is_full (builder);
       skip_blank (&s))
    step (&s);
  if (s.done && s.at < s.length)
    problem (&s, s.at, "text behind the end of the value; not read");
  if (s.open->len > 0 && !pm_builder_is_full (builder))
    problem (&s, s.length, "the file ends inside a value: a closing bracket is missing");
  g_byte_array_unref (s.open);
  g_string_free (s.key_text, TRUE);
  g_string_free (s.decoded, TRUE);
}

/* --- writing --- */

static char *
json_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  if (quoting == PM_QUOTING_NONE) {
    /* A number stays a number: other text would need quotes that are not ours to add. */
    gboolean number = text[0] != '\0' && strspn (text, "0123456789") == strlen (text);
    return number ? g_strdup (text) : NULL;
  }
  GString *escaped = g_string_new (NULL);
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '\\' || (*c == '"' && quoting == PM_QUOTING_DOUBLE) ||
        (*c == '\'' && quoting == PM_QUOTING_SINGLE))
      g_string_append_c (escaped, '\\');
    if ((guchar) *c < 0x20)
      g_string_append_printf (escaped, "\\u%04x", (guchar) *c);
    else
      g_string_append_c (escaped, *c);
  }
  return g_string_free (escaped, FALSE);
}

const PmFormat pm_format_json = {
    .name = "json",
    .most_bytes = PM_FORMAT_OWN_MOST_BYTES,
    .grammar = "RFC 8259, with comments and trailing commas",
    .parse = json_parse,
    .escape = json_escape,
};
