/* Decodes YAML scalars (YAML 1.2.2, chapters 7.3 and 8.1), keeping where each byte came from.
 *
 * DESIGN
 * Decisions (where lines end, what is an escape) are made on the masked text, and bytes are copied
 * from the real one. Copying is done in runs; at every place where the copy leaves the straight
 * line a segment is noted. A segment that only continues the line is dropped, so that a value on
 * one line without escapes has none. */

#include "formats/yaml-events.h"

#include <string.h>

void
pm_yaml_value_init (PmYamlValue *value)
{
  *value = (PmYamlValue){
      .text = g_string_new (NULL),
      .segments = g_array_new (FALSE, FALSE, sizeof (PmSegment)),
  };
}

void
pm_yaml_value_clear (PmYamlValue *value)
{
  g_string_free (value->text, TRUE);
  g_array_unref (value->segments);
}

/* The next byte of the value stands at `raw`. */
static void
note_place (PmYamlValue *value, guint32 raw)
{
  guint32 offset = (guint32) value->text->len;
  if (value->segments->len > 0) {
    PmSegment *last = &g_array_index (value->segments, PmSegment, value->segments->len - 1);
    if (last->raw_offset + (offset - last->value_offset) == raw)
      return;
    if (last->value_offset == offset) {
      last->raw_offset = raw;
      return;
    }
  }
  PmSegment segment = {offset, raw};
  g_array_append_val (value->segments, segment);
}

/* The next bytes of the value stand for an escape at `raw`, whatever came before it. */
static void
note_escape (PmYamlValue *value, guint32 raw)
{
  PmSegment segment = {(guint32) value->text->len, raw};
  const PmSegment *last = value->segments->len == 0 ? NULL
                                                    : &g_array_index (value->segments, PmSegment,
                                                                      value->segments->len - 1);
  if (last != NULL && last->value_offset == segment.value_offset)
    note_place (value, raw);
  else
    g_array_append_val (value->segments, segment);
}

static void
copy (const PmYamlSource *source, PmYamlValue *value, guint32 start, guint32 end)
{
  if (start >= end)
    return;
  note_place (value, start);
  g_string_append_len (value->text, source->bytes + start, end - start);
}

static void
append_at (PmYamlValue *value, guint32 raw, char c)
{
  note_place (value, raw);
  g_string_append_c (value->text, c);
}

static guint32
break_length (const char *text, guint32 at, guint32 end)
{
  return text[at] == '\r' && at + 1 < end && text[at + 1] == '\n' ? 2 : 1;
}

/* --- plain and quoted --- */

/* Behind the blank space and line breaks at `at`; says how many breaks and where the first is. */
static guint32
skip_breaks (const char *text, guint32 at, guint32 end, guint *ret_breaks, guint32 *ret_first)
{
  guint breaks = 0;
  while (at < end) {
    if (pm_yaml_is_blank (text[at])) {
      at++;
    } else if (pm_yaml_is_break (text[at])) {
      if (breaks++ == 0)
        *ret_first = at;
      at += break_length (text, at, end);
    } else {
      break;
    }
  }
  *ret_breaks = breaks;
  return at;
}

/* One break folds to a space, more to one less. */
static guint32
fold (const char *text, PmYamlValue *value, guint32 at, guint32 end)
{
  guint breaks = 0;
  guint32 first = at;
  guint32 behind = skip_breaks (text, at, end, &breaks, &first);
  note_place (value, first);
  if (breaks == 1)
    g_string_append_c (value->text, ' ');
  for (guint i = 1; i < breaks; i++)
    g_string_append_c (value->text, '\n');
  return behind;
}

static guint32
hex_digits (const char *text, guint32 at, guint32 end, guint n, gunichar *ret_character)
{
  gunichar character = 0;
  if (end - at < n)
    return 0;
  for (guint i = 0; i < n; i++) {
    int digit = g_ascii_xdigit_value (text[at + i]);
    if (digit < 0)
      return 0;
    character = character * 16 + (gunichar) digit;
  }
  /* No character, or one that would end the text: both read as U+FFFD. */
  *ret_character = character != 0 && g_unichar_validate (character) ? character : 0xfffd;
  return n;
}

/* The character behind a backslash at `at` - 1; returns how many bytes that is, 0 for none known.
 */
static guint32
escaped_character (const char *text, guint32 at, guint32 end, gunichar *ret_character)
{
  static const char from[] = "0abt\tnvfre \"/\\N_LP";
  static const gunichar to[] = {0xfffd, 7,   8,   9,   9,    10,   11,   12,     13,
                                27,     ' ', '"', '/', '\\', 0x85, 0xa0, 0x2028, 0x2029};
  const char *known = memchr (from, text[at], sizeof from - 1);
  if (known != NULL) {
    *ret_character = to[known - from];
    return 1;
  }
  guint n = text[at] == 'x' ? 2 : text[at] == 'u' ? 4 : text[at] == 'U' ? 8 : 0;
  if (n == 0 || hex_digits (text, at + 1, end, n, ret_character) == 0)
    return 0;
  return 1 + n;
}

static guint32
decode_backslash (const PmYamlSource *source, PmYamlValue *value, guint32 at, guint32 end)
{
  const char *text = source->masked;
  gunichar character;
  if (at + 1 < end && pm_yaml_is_break (text[at + 1])) {
    guint breaks = 0;
    guint32 first = at + 1;
    guint32 behind = skip_breaks (text, at + 1, end, &breaks, &first);
    for (guint i = 1; i < breaks; i++)
      append_at (value, at, '\n');
    return behind;
  }
  guint32 used = at + 1 < end ? escaped_character (text, at + 1, end, &character) : 0;
  if (used == 0) {
    copy (source, value, at, at + 1);
    return at + 1;
  }
  note_escape (value, at);
  g_string_append_unichar (value->text, character);
  return at + 1 + used;
}

/* Whether a break follows the blank space at `at`. */
static gboolean
line_ends (const char *text, guint32 at, guint32 end)
{
  while (at < end && pm_yaml_is_blank (text[at]))
    at++;
  return at < end && pm_yaml_is_break (text[at]);
}

static gboolean
has_any (const char *text, PmSpan span, const char *wanted)
{
  for (; *wanted != '\0'; wanted++)
    if (memchr (text + span.start, *wanted, pm_span_length (span)) != NULL)
      return TRUE;
  return FALSE;
}

static void
decode_flow (const PmYamlSource *source, PmSpan span, char escape, PmYamlValue *value)
{
  const char *text = source->masked;
  guint32 at = span.start, run = at;
  while (at < span.end) {
    char c = text[at];
    if ((pm_yaml_is_blank (c) || pm_yaml_is_break (c)) && line_ends (text, at, span.end)) {
      copy (source, value, run, at);
      run = at = fold (text, value, at, span.end);
    } else if (pm_yaml_is_blank (c)) {
      while (at < span.end && pm_yaml_is_blank (text[at]))
        at++;
    } else if (c == '\\' && escape == '\\') {
      copy (source, value, run, at);
      run = at = decode_backslash (source, value, at, span.end);
    } else if (c == '\'' && escape == '\'' && at + 1 < span.end) {
      copy (source, value, run, at + 1);
      run = at = at + 2;
    } else {
      at++;
    }
  }
  copy (source, value, run, span.end);
}

/* --- block --- */

typedef struct {
  char style; /* | or > */
  char chomp; /* - strip, + keep, 0 clip */
  guint32 indent;
  guint32 content; /* where the line behind the header starts */
} Header;

static guint32
line_end (const char *text, guint32 at, guint32 end)
{
  while (at < end && !pm_yaml_is_break (text[at]))
    at++;
  return at;
}

static guint32
next_line (const char *text, guint32 at, guint32 end)
{
  at = line_end (text, at, end);
  return at < end ? at + break_length (text, at, end) : at;
}

static guint32
count_spaces (const char *text, guint32 at, guint32 end)
{
  guint32 from = at;
  while (at < end && text[at] == ' ')
    at++;
  return at - from;
}

/* The indentation of the first line that holds more than spaces, but no less than is allowed. */
static guint32
detect_indent (const PmYamlSource *source, guint32 at, guint32 least)
{
  while (at < source->length) {
    guint32 spaces = count_spaces (source->masked, at, source->length);
    guint32 behind = at + spaces;
    if (behind < source->length && !pm_yaml_is_break (source->masked[behind]))
      return MAX (spaces, least);
    at = next_line (source->masked, at, source->length);
  }
  return least;
}

static Header
read_header (const PmYamlSource *source, guint32 at, gint32 indent)
{
  const char *text = source->masked;
  /* Behind an error the library may tell of a block whose header nobody finds. */
  if (at >= source->length)
    return (Header){
        .style = '|', .content = source->length, .indent = (guint32) MAX (indent + 1, 0)};
  Header header = {.style = text[at]};
  guint32 digit = 0;
  for (at++; at < source->length; at++) {
    char c = text[at];
    if (c == '-' || c == '+')
      header.chomp = c;
    else if (c >= '1' && c <= '9')
      digit = (guint32) (c - '0');
    else
      break;
  }
  header.content = next_line (text, at, source->length);
  header.indent = digit != 0 ? (guint32) MAX (indent, 0) + digit
                             : detect_indent (source, header.content, (guint32) (indent + 1));
  return header;
}

typedef enum { LINE_CONTENT, LINE_EMPTY, LINE_OUTSIDE } LineKind;

static LineKind
classify (const PmYamlSource *source, const Header *header, guint32 at, guint32 *ret_content)
{
  const char *text = source->masked;
  guint32 spaces = MIN (count_spaces (text, at, source->length), header->indent);
  guint32 content = at + spaces;
  *ret_content = content;
  if (content >= source->length || pm_yaml_is_break (text[content]))
    return LINE_EMPTY;
  if (spaces < header->indent)
    return LINE_OUTSIDE;
  gboolean marker = header->indent == 0 && source->length - at >= 3 &&
                    (memcmp (text + at, "---", 3) == 0 || memcmp (text + at, "...", 3) == 0) &&
                    (source->length - at == 3 || pm_yaml_is_blank (text[at + 3]) ||
                     pm_yaml_is_break (text[at + 3]));
  return marker ? LINE_OUTSIDE : LINE_CONTENT;
}

/* The breaks in [start, end), as they are. */
static void
append_breaks (const PmYamlSource *source, PmYamlValue *value, guint32 start, guint32 end)
{
  for (guint32 at = line_end (source->masked, start, end); at < end;
       at = line_end (source->masked, at, end)) {
    guint32 length = break_length (source->masked, at, end);
    append_at (value, at + length - 1, '\n');
    at += length;
  }
}

typedef struct {
  gboolean any;       /* a line of content was seen */
  gboolean indented;  /* the last one began with a blank: folding leaves it alone */
  guint32 last_end;   /* where its content ended: its break follows */
  guint32 blank_from; /* where lines without content began, behind that break */
} BlockState;

static void
join_lines (const PmYamlSource *source, const Header *header, PmYamlValue *value,
            const BlockState *state, guint32 at, gboolean indented)
{
  guint32 first_break = state->any ? state->last_end : state->blank_from;
  if (!state->any || header->style == '|' || state->indented || indented) {
    append_breaks (source, value, first_break, at);
    return;
  }
  if (line_end (source->masked, state->blank_from, at) == at)
    append_at (value, state->blank_from - 1, ' ');
  else
    append_breaks (source, value, state->blank_from, at);
}

static void
decode_block (const PmYamlSource *source, const PmYamlEvent *event, PmYamlValue *value)
{
  Header header = read_header (source, event->span.start, event->indent);
  BlockState state = {.last_end = header.content, .blank_from = header.content};
  guint32 at = header.content, content = at;
  LineKind kind;
  for (; at < event->span.end; at = next_line (source->masked, at, source->length)) {
    kind = classify (source, &header, at, &content);
    if (kind == LINE_OUTSIDE)
      break;
    if (kind == LINE_EMPTY)
      continue;
    gboolean indented = pm_yaml_is_blank (source->masked[content]);
    join_lines (source, &header, value, &state, at, indented);
    guint32 end = line_end (source->masked, content, source->length);
    copy (source, value, content, end);
    state = (BlockState){TRUE, indented, end, next_line (source->masked, end, source->length)};
  }

  guint32 end = state.any ? state.last_end : header.content;
  if (header.chomp == '+') {
    append_breaks (source, value, end, at);
    end = at;
  } else if (state.any && header.chomp == 0) {
    append_breaks (source, value, state.last_end, state.blank_from);
    end = state.blank_from;
  }
  if (value->segments->len == 0)
    note_place (value, header.content);
  guint32 start = g_array_index (value->segments, PmSegment, 0).raw_offset;
  value->span = (PmSpan){start, MAX (end, start)};
  value->outer = (PmSpan){event->span.start, MAX (event->span.end, value->span.end)};
  value->quoting = PM_QUOTING_BLOCK;
  value->changed = TRUE;
}

guint32
pm_yaml_block_end (const PmYamlSource *source, guint32 at, gint32 indent)
{
  Header header = read_header (source, at, indent);
  guint32 end = header.content, content;
  for (guint32 line = header.content; line < source->length;
       line = next_line (source->masked, line, source->length)) {
    if (classify (source, &header, line, &content) == LINE_OUTSIDE)
      break;
    end = next_line (source->masked, line, source->length);
  }
  return end;
}

void
pm_yaml_decode (const PmYamlSource *source, const PmYamlEvent *event, PmYamlValue *value)
{
  g_string_truncate (value->text, 0);
  g_array_set_size (value->segments, 0);
  value->span = value->outer = event->span;
  value->quoting = PM_QUOTING_NONE;
  value->changed = FALSE;
  if (event->style == PM_YAML_BLOCK) {
    decode_block (source, event, value);
    return;
  }

  const char *wanted = "\n\r";
  char escape = '\0';
  if (event->style == PM_YAML_SINGLE || event->style == PM_YAML_DOUBLE) {
    gboolean single = event->style == PM_YAML_SINGLE;
    escape = single ? '\'' : '\\';
    wanted = single ? "'\n\r" : "\\\n\r";
    value->quoting = single ? PM_QUOTING_SINGLE : PM_QUOTING_DOUBLE;
    value->outer.start -= 1;
    value->outer.end = MIN (value->outer.end + 1, source->length);
  }
  if (!has_any (source->masked, event->span, wanted))
    return;
  value->changed = TRUE;
  decode_flow (source, event->span, escape, value);
  if (value->segments->len == 0)
    note_place (value, event->span.start);
}
