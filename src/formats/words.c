/* DESIGN
 * Text and segments of all words of a statement lie one behind the other in two growing buffers
 * that are reused for the next statement: no allocation per word. `expected` is what makes
 * segments: a piece that does not stand where the one before it ended starts a new one. */

#include "formats/words.h"

#include <string.h>

#define NOWHERE G_MAXUINT32

void
pm_words_init (PmWords *words, const char *bytes)
{
  *words = (PmWords){
      .bytes = bytes,
      .words = g_array_new (FALSE, FALSE, sizeof (PmWord)),
      .text = g_string_new (NULL),
      .segments = g_array_new (FALSE, FALSE, sizeof (PmSegment)),
  };
}

void
pm_words_clear (PmWords *words)
{
  g_clear_pointer (&words->words, g_array_unref);
  g_clear_pointer (&words->segments, g_array_unref);
  g_string_free (g_steal_pointer (&words->text), TRUE);
}

void
pm_words_reset (PmWords *words)
{
  g_array_set_size (words->words, 0);
  g_array_set_size (words->segments, 0);
  g_string_truncate (words->text, 0);
}

void
pm_words_begin (PmWords *words, guint32 start)
{
  words->current = (PmWord){
      .span = {start, start},
      .text_start = (guint32) words->text->len,
      .first_segment = words->segments->len,
  };
  words->expected = start;
}

static void
add_segment (PmWords *words, guint32 value_offset, guint32 raw_offset)
{
  PmSegment segment = {value_offset, raw_offset};
  g_array_append_val (words->segments, segment);
}

/* What follows stands at raw_offset. */
static void
mark (PmWords *words, guint32 raw_offset)
{
  guint32 value_offset = (guint32) words->text->len - words->current.text_start;
  if (value_offset > 0 && words->segments->len == words->current.first_segment)
    add_segment (words, 0, words->current.span.start);
  add_segment (words, value_offset, raw_offset);
}

void
pm_words_copy (PmWords *words, guint32 start, guint32 end)
{
  if (start >= end)
    return;
  if (start != words->expected)
    mark (words, start);
  g_string_append_len (words->text, words->bytes + start, end - start);
  words->expected = end;
}

void
pm_words_put (PmWords *words, const char *text, gsize length, guint32 start)
{
  mark (words, start);
  g_string_append_len (words->text, text, (gssize) length);
  words->expected = NOWHERE;
}

/* The code unit of \uXXXX at `at`; G_MAXUINT32: there is none. */
static gunichar
code_unit (const char *bytes, guint32 at, guint32 end)
{
  gunichar unit = 0;
  if (end - at < 6 || bytes[at] != '\\' || bytes[at + 1] != 'u')
    return G_MAXUINT32;
  for (guint32 i = at + 2; i < at + 6; i++) {
    int digit = g_ascii_xdigit_value (bytes[i]);
    if (digit < 0)
      return G_MAXUINT32;
    unit = unit * 16 + (gunichar) digit;
  }
  return unit;
}

guint32
pm_words_put_unicode (PmWords *words, guint32 at, guint32 end)
{
  char utf8[6];
  guint32 length = 6;
  gunichar unit = code_unit (words->bytes, at, end);
  if (unit == G_MAXUINT32)
    return 0;
  if (unit >= 0xd800 && unit < 0xdc00) {
    gunichar low = code_unit (words->bytes, at + 6, end);
    if (low >= 0xdc00 && low < 0xe000) {
      unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
      length = 12;
    }
  }
  if (unit == 0 || (unit >= 0xd800 && unit < 0xe000))
    unit = 0xfffd;
  pm_words_put (words, utf8, (gsize) g_unichar_to_utf8 (unit, utf8), at);
  return length;
}

void
pm_words_end (PmWords *words, guint32 end, PmSpan outer, PmQuoting quoting)
{
  PmWord *word = &words->current;
  word->span.end = end;
  word->outer = pm_span_length (outer) == 0 ? word->span : outer;
  word->quoting = quoting;
  word->text_length = (guint32) words->text->len - word->text_start;
  gboolean moved = words->segments->len > word->first_segment;
  if (!moved && word->text_length != pm_span_length (word->span))
    add_segment (words, 0, word->span.start);
  word->n_segments = words->segments->len - word->first_segment;
  g_array_append_val (words->words, *word);
}

static PmQuoting
quoting_of (char quote)
{
  return quote == '"' ? PM_QUOTING_DOUBLE : quote == '\'' ? PM_QUOTING_SINGLE : PM_QUOTING_BACKTICK;
}

void
pm_words_end_quoted (PmWords *words, guint32 close)
{
  guint32 open = words->current.span.start - 1;
  pm_words_end (words, close, (PmSpan){open, close + 1}, quoting_of (words->bytes[open]));
}

guint32
pm_words_copy_hidden (PmWords *words, guint32 at, guint32 end, char quote)
{
  const char *next = words->bytes + at + 1;
  if (words->bytes[at] == '\\' && at + 1 < end && (*next == quote || *next == '\\')) {
    pm_words_put (words, next, 1, at);
    return at + 2;
  }
  pm_words_copy (words, at, at + 1);
  return at + 1;
}

void
pm_words_mark_broken (PmWords *words)
{
  pm_words_at (words, pm_words_count (words) - 1)->flags |= PM_NODE_BROKEN;
}

void
pm_words_take (PmWords *words, guint32 start, guint32 end)
{
  pm_words_begin (words, start);
  pm_words_copy (words, start, end);
  pm_words_end (words, end, (PmSpan){0, 0}, PM_QUOTING_NONE);
}

gboolean
pm_words_equal (const PmWords *words, guint i, const char *text)
{
  const PmWord *word = pm_words_at (words, i);
  return word->text_length == strlen (text) &&
         memcmp (pm_words_text (words, i), text, word->text_length) == 0;
}

void
pm_words_truncate (PmWords *words, guint count)
{
  g_array_set_size (words->words, count);
}

PmKey
pm_words_key (const PmWords *words, guint i)
{
  const PmWord *word = pm_words_at (words, i);
  return (PmKey){pm_words_text (words, i), word->text_length, word->span};
}

PmNodeId
pm_words_add (const PmWords *words, guint i, PmBuilder *builder, PmKey key)
{
  const PmWord *word = pm_words_at (words, i);
  for (guint n = 0; n < word->n_segments; n++) {
    PmSegment *segment = &g_array_index (words->segments, PmSegment, word->first_segment + n);
    pm_builder_segment (builder, segment->value_offset, segment->raw_offset);
  }
  PmScalar scalar = {
      .span = word->span,
      .outer = word->outer,
      .quoting = word->quoting,
      .flags = word->flags,
      .value = pm_words_text (words, i),
      .value_length = word->text_length,
  };
  return pm_builder_scalar (builder, key, &scalar);
}

void
pm_words_add_list (const PmWords *words, guint first, PmBuilder *builder, PmKey key)
{
  guint32 end = key.span.end;
  pm_builder_open (builder, PM_NODE_LIST, key, key.span.start);
  for (guint i = first; i < pm_words_count (words); i++) {
    pm_words_add (words, i, builder, PM_NO_KEY);
    end = pm_words_at (words, i)->outer.end;
  }
  pm_builder_close (builder, end);
}

void
pm_words_open_block (const PmWords *words, guint first, PmBuilder *builder, PmKey key)
{
  pm_builder_open (builder, PM_NODE_MAP, key, key.span.start);
  if (first >= pm_words_count (words))
    return;
  guint32 start = pm_words_at (words, first)->outer.start;
  PmKey arguments = {"()", 2, {start, start}};
  pm_words_add_list (words, first, builder, arguments);
}

/* --- writing --- */

char *
pm_words_escape_bare (const char *text, const char *specials)
{
  if (text[0] == '\0')
    return NULL;
  for (const char *c = text; *c != '\0'; c++)
    if ((guchar) *c <= ' ' || *c == 0x7f || strchr ("\"'`\\", *c) != NULL ||
        strchr (specials, *c) != NULL)
      return NULL;
  return g_strdup (text);
}

char *
pm_words_escape_quoted (const char *text, char quote, gboolean doubles_backslash)
{
  g_autoptr (GString) escaped = g_string_new (NULL);
  for (const char *c = text; *c != '\0'; c++) {
    if ((guchar) *c < ' ' || *c == 0x7f || (*c == '\\' && !doubles_backslash))
      return NULL;
    if (*c == quote || *c == '\\')
      g_string_append_c (escaped, '\\');
    g_string_append_c (escaped, *c);
  }
  return g_string_free (g_steal_pointer (&escaped), FALSE);
}

char *
pm_words_escape_verbatim (const char *text, const char *forbidden)
{
  for (const char *c = text; *c != '\0'; c++)
    if ((guchar) *c < ' ' || *c == 0x7f || strchr (forbidden, *c) != NULL)
      return NULL;
  return g_strdup (text);
}
