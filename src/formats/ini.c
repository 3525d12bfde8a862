/* INI files and their relatives: INI as configparser, git, MySQL, php and supervisord write it,
 * systemd units (systemd.syntax), Java properties (java.util.Properties.load).
 *
 * Each section is a map, keyed by what stands in its brackets; the same name may come again. What
 * stands before the first section is in the root. Keys may repeat, and dotted keys stay one key.
 *
 * ini: `=` or `:` behind a key, the first of them (a `:` without a blank behind it only where no
 * `=` follows: `//host/:_token=x`). Comments with # or ; on lines of their own, or behind a blank.
 * Quotes around a whole value are none of it. Lines indented deeper than their key go on with its
 * value, joined by newlines (configparser), unless they look like an assignment while the value
 * above stands complete on the key's own line (MySQL). A line without a separator (an inventory's
 * host, `skip-networking`) is a scalar keyed "". systemd: `=` only; no comments behind values;
 * quotes belong to the value, which may be a list of quoted words; a backslash at a line's end
 * joins the next line with a blank, comments between are skipped. properties: no sections; `=`, `:`
 * or blanks behind a key; # and ! comments; \uXXXX and other escapes; a backslash at a line's end
 * joins the next line. Against the letter, blanks at the end of a value are none of it.
 *
 * DESIGN
 * One scanner; a dialect is a struct that says which characters start comments, whether there are
 * sections, and how an entry is read. */

#include "formats/format.h"
#include "formats/lines.h"
#include "formats/words.h"

#include <string.h>

typedef struct Scanner Scanner;

typedef struct {
  const char *comments; /* what starts a comment line */
  gboolean sections;
  /* Reads the entry whose first byte is at `start`, and moves s->at to the end of its last line. */
  void (*read_entry) (Scanner *s, guint32 start, guint32 line_end);
} Dialect;

struct Scanner {
  const Dialect *dialect;
  PmBuilder *builder;
  const char *bytes;
  guint32 line; /* start of the line that is being read */
  guint32 at;
  guint32 length;
  PmWords words;
};

static gboolean
is_comment (const Scanner *s, guint32 at, guint32 line_end)
{
  return at < line_end && strchr (s->dialect->comments, s->bytes[at]) != NULL;
}

static PmKey
key_of (const Scanner *s, guint32 start, guint32 end)
{
  return (PmKey){s->bytes + start, end - start, {start, end}};
}

/* An empty value, written at `at`. */
static void
add_empty (Scanner *s, PmKey key, guint32 at)
{
  PmScalar scalar = {.span = {at, at}};
  pm_builder_scalar (s->builder, key, &scalar);
}

/* --- INI --- */

/* The quote that closes the one at `open`, else `end`. A backslash hides \" and \\ between ". */
static guint32
closing_quote (const Scanner *s, guint32 open, guint32 end)
{
  char quote = s->bytes[open];
  guint32 at = open + 1;
  while (at < end && s->bytes[at] != quote) {
    char next = at + 1 < end ? s->bytes[at + 1] : 0;
    gboolean hidden = quote == '"' && s->bytes[at] == '\\' && (next == '"' || next == '\\');
    at += hidden ? 2 : 1;
  }
  return MIN (at, end);
}

/* Where a comment behind a value starts, else `end`. Quotes that close on the line hide it. */
static guint32
comment_start (const Scanner *s, guint32 start, guint32 end)
{
  gboolean unclosed[2] = {FALSE, FALSE};
  for (guint32 at = start; at < end; at++) {
    char c = s->bytes[at];
    if ((c == '#' || c == ';') && at > s->line && pm_line_is_blank (s->bytes[at - 1]))
      return at;
    gboolean *given_up = &unclosed[c == '"'];
    if ((c != '"' && c != '\'') || *given_up)
      continue;
    guint32 close = closing_quote (s, at, end);
    *given_up = close == end;
    if (close < end)
      at = close;
  }
  return end;
}

/* The quoted value [start, end), if that is exactly one: its escapes are \" and \\. */
static gboolean
take_quoted (Scanner *s, guint32 start, guint32 end)
{
  char quote = start < end ? s->bytes[start] : 0;
  if ((quote != '"' && quote != '\'') || closing_quote (s, start, end) + 1 != end)
    return FALSE;
  pm_words_begin (&s->words, start + 1);
  if (quote == '\'')
    pm_words_copy (&s->words, start + 1, end - 1);
  for (guint32 at = start + 1; quote == '"' && at < end - 1;)
    at = pm_words_copy_hidden (&s->words, at, end, quote);
  pm_words_end_quoted (&s->words, end - 1);
  return TRUE;
}

/* The separator behind a key, else line_end. */
static guint32
ini_separator (const Scanner *s, guint32 start, guint32 line_end)
{
  const char *equals = memchr (s->bytes + start, '=', line_end - start);
  for (guint32 at = start; at < line_end; at++) {
    if (s->bytes[at] == '=')
      return at;
    if (s->bytes[at] == ':' &&
        (equals == NULL || at + 1 == line_end || pm_line_is_blank (s->bytes[at + 1])))
      return at;
  }
  return line_end;
}

static gboolean
looks_like_assignment (const Scanner *s, guint32 at, guint32 line_end)
{
  guint32 start = at;
  while (at < line_end && (g_ascii_isalnum (s->bytes[at]) || strchr ("_.-", s->bytes[at]) != NULL))
    at++;
  if (at == start)
    return FALSE;
  at = pm_line_skip_blanks (s->bytes, at, line_end);
  return at < line_end && s->bytes[at] == '=' && (at + 1 == line_end || s->bytes[at + 1] != '=');
}

/* Appends the lines behind s->at that go on with the value of a key that stands in column `indent`;
 * returns where the value ends. */
static guint32
take_deeper_lines (Scanner *s, guint32 indent, guint32 value_end, gboolean complete)
{
  guint32 next = s->at + 1;
  while (next < s->length) {
    guint32 line_end = pm_line_end (s->bytes, next, s->length);
    guint32 first = pm_line_skip_blanks (s->bytes, next, line_end);
    gboolean empty = first == line_end || is_comment (s, first, line_end);
    if (!empty &&
        (first - next <= indent || (complete && looks_like_assignment (s, first, line_end))))
      break;
    if (!empty) {
      s->line = next;
      guint32 end = pm_line_trim (s->bytes, first, comment_start (s, first, line_end));
      if (value_end == 0)
        pm_words_begin (&s->words, first);
      else
        pm_words_put (&s->words, "\n", 1, value_end);
      pm_words_copy (&s->words, first, end);
      value_end = end;
      s->at = line_end;
    }
    next = line_end + 1;
  }
  return value_end;
}

static void
read_ini_value (Scanner *s, PmKey key, guint32 separator_end, guint32 line_end)
{
  guint32 indent = key.span.start - s->line;
  guint32 start = pm_line_skip_blanks (s->bytes, separator_end, line_end);
  guint32 end = MAX (start, comment_start (s, separator_end, line_end));
  if (start > separator_end && start < line_end && is_comment (s, start, line_end))
    end = start;
  end = pm_line_trim (s->bytes, start, end);

  pm_words_reset (&s->words);
  if (take_quoted (s, start, end)) {
    pm_words_add (&s->words, 0, s->builder, key);
    return;
  }
  pm_words_reset (&s->words);
  pm_words_begin (&s->words, start);
  pm_words_copy (&s->words, start, end);
  char last = end > start ? s->bytes[end - 1] : ',';
  guint32 value_end =
      take_deeper_lines (s, indent, end > start ? end : 0, last != ',' && last != '\\');
  if (value_end == 0) {
    add_empty (s, key, separator_end);
    return;
  }
  pm_words_end (&s->words, value_end, (PmSpan){0, 0}, PM_QUOTING_NONE);
  pm_words_add (&s->words, 0, s->builder, key);
}

static void
read_ini_entry (Scanner *s, guint32 start, guint32 line_end)
{
  guint32 end = comment_start (s, start, line_end);
  guint32 separator = ini_separator (s, start, end);
  guint32 key_end = pm_line_trim (s->bytes, start, separator);
  if (separator == end) {
    pm_words_reset (&s->words);
    pm_words_take (&s->words, start, key_end);
    pm_words_add (&s->words, 0, s->builder, (PmKey){"", 0, {start, start}});
  } else if (key_end == start) {
    pm_builder_problem (s->builder, start, "a value without a key; the line is not read");
  } else {
    read_ini_value (s, key_of (s, start, key_end), separator + 1, line_end);
  }
}

/* --- systemd --- */

/* The next line that is no comment, behind a line that a backslash continues; else the length. */
static guint32
continued_line (const Scanner *s, guint32 line_end)
{
  guint32 next = line_end + 1;
  while (next < s->length) {
    guint32 end = pm_line_end (s->bytes, next, s->length);
    if (!is_comment (s, pm_line_skip_blanks (s->bytes, next, end), end))
      return next;
    next = end + 1;
  }
  return s->length;
}

static void
read_unit_value (Scanner *s, PmKey key, guint32 separator_end, guint32 line_end)
{
  guint32 start = pm_line_skip_blanks (s->bytes, separator_end, line_end);
  pm_words_reset (&s->words);
  pm_words_begin (&s->words, start);
  guint32 at = start, value_end = start;
  for (;;) {
    guint32 end = pm_line_trim (s->bytes, at, line_end);
    gboolean continued = end > at && s->bytes[end - 1] == '\\';
    value_end = pm_line_trim (s->bytes, at, continued ? end - 1 : end);
    pm_words_copy (&s->words, at, value_end);
    s->at = line_end;
    guint32 next = continued ? continued_line (s, line_end) : s->length;
    if (next >= s->length)
      break;
    line_end = pm_line_end (s->bytes, next, s->length);
    at = pm_line_skip_blanks (s->bytes, next, line_end);
    pm_words_put (&s->words, " ", 1, end - 1);
  }
  pm_words_end (&s->words, MAX (start, value_end), (PmSpan){0, 0}, PM_QUOTING_NONE);
  if (s->words.text->len == 0)
    add_empty (s, key, separator_end);
  else
    pm_words_add (&s->words, 0, s->builder, key);
}

static void
read_unit_entry (Scanner *s, guint32 start, guint32 line_end)
{
  const char *equals = memchr (s->bytes + start, '=', line_end - start);
  guint32 separator = equals == NULL ? line_end : (guint32) (equals - s->bytes);
  guint32 key_end = pm_line_trim (s->bytes, start, separator);
  if (equals == NULL || key_end == start)
    pm_builder_problem (s->builder, start, "no assignment; the line is not read");
  else
    read_unit_value (s, key_of (s, start, key_end), separator + 1, line_end);
}

/* --- properties --- */

/* Where the line behind the newline at `at` (or CR LF) goes on, its leading blanks skipped. */
static guint32
joined_line (const Scanner *s, guint32 at)
{
  guint32 next = pm_line_end (s->bytes, at, s->length) + 1;
  if (next >= s->length)
    return s->length;
  return pm_line_skip_blanks (s->bytes, next, s->length);
}

static gboolean
is_line_break (const Scanner *s, guint32 at)
{
  return at >= s->length || s->bytes[at] == '\n' ||
         (s->bytes[at] == '\r' && (at + 1 >= s->length || s->bytes[at + 1] == '\n'));
}

/* Takes what the backslash at `at` stands for; returns what is behind. */
static guint32
take_escape (Scanner *s, guint32 at)
{
  static const char from[] = "tnrf", to[] = "\t\n\r\f";
  if (is_line_break (s, at + 1))
    return joined_line (s, at + 1);
  char c = s->bytes[at + 1];
  guint32 unicode = c == 'u' ? pm_words_put_unicode (&s->words, at, s->length) : 0;
  if (unicode > 0)
    return at + unicode;
  const char *known = memchr (from, c, sizeof from - 1);
  pm_words_put (&s->words, known == NULL ? &c : &to[known - from], 1, at);
  return at + 2;
}

/* Takes a key up to its separator, or a value up to its line's end; returns what is behind. */
static guint32
take_property_text (Scanner *s, guint32 start, gboolean is_key)
{
  guint32 at = start, end = start;
  pm_words_begin (&s->words, start);
  while (!is_line_break (s, at)) {
    guint32 blanks = pm_line_skip_blanks (s->bytes, at, s->length);
    if (is_key && (blanks > at || s->bytes[at] == '=' || s->bytes[at] == ':'))
      break;
    if (blanks > at) {
      if (is_line_break (s, blanks))
        break;
      pm_words_copy (&s->words, at, blanks);
      end = at = blanks;
    } else if (s->bytes[at] == '\\') {
      guint32 behind = take_escape (s, at);
      end = is_line_break (s, at + 1) ? end : behind;
      at = behind;
    } else {
      pm_words_copy (&s->words, at, at + 1);
      end = ++at;
    }
  }
  pm_words_end (&s->words, end, (PmSpan){0, 0}, PM_QUOTING_NONE);
  return at;
}

static void
read_property (Scanner *s, guint32 start, guint32 line_end)
{
  pm_words_reset (&s->words);
  guint32 key_end = take_property_text (s, start, TRUE);
  line_end = pm_line_end (s->bytes, key_end, s->length);
  guint32 at = pm_line_skip_blanks (s->bytes, key_end, line_end);
  gboolean separated = at < line_end && (s->bytes[at] == '=' || s->bytes[at] == ':');
  guint32 separator_end = separated ? at + 1 : at;
  at = pm_line_skip_blanks (s->bytes, separator_end, line_end);
  at = take_property_text (s, at, FALSE);
  s->at = pm_line_end (s->bytes, MIN (at, s->length), s->length);
  if (pm_words_at (&s->words, 1)->text_length > 0)
    pm_words_add (&s->words, 1, s->builder, pm_words_key (&s->words, 0));
  else if (separated)
    add_empty (s, pm_words_key (&s->words, 0), separator_end);
}

/* --- lines --- */

/* Opens the section whose [ is at `start`; returns what is behind its ]. */
static guint32
read_section (Scanner *s, guint32 start, guint32 line_end)
{
  guint32 at = start + 1;
  gboolean quoted = FALSE; /* git's [remote "a]b"] */
  while (at < line_end && (quoted || s->bytes[at] != ']'))
    quoted ^= s->bytes[at++] == '"';
  if (at == line_end && quoted) {
    const char *close = memchr (s->bytes + start, ']', line_end - start);
    at = close == NULL ? line_end : (guint32) (close - s->bytes);
  }
  if (at == line_end) {
    pm_builder_problem (s->builder, start, "a section's closing bracket is missing");
    at = pm_line_trim (s->bytes, start + 1, line_end);
  }
  if (pm_builder_depth (s->builder) > 0)
    pm_builder_close (s->builder, s->line);
  pm_builder_open (s->builder, PM_NODE_MAP, key_of (s, start + 1, at), start);
  while (at < line_end && s->bytes[at] == ']')
    at++;
  return at;
}

static void
read_line (Scanner *s)
{
  guint32 line_end = pm_line_end (s->bytes, s->at, s->length);
  guint32 start = pm_line_skip_blanks (s->bytes, s->at, line_end);
  s->line = s->at;
  s->at = line_end;
  if (start < line_end && s->dialect->sections && s->bytes[start] == '[') {
    start = read_section (s, start, line_end);
    start = pm_line_skip_blanks (s->bytes, start, line_end);
  }
  if (start < line_end && !is_comment (s, start, line_end) &&
      !pm_line_is_template (s->bytes, start, line_end))
    s->dialect->read_entry (s, start, line_end);
}

static void
parse (const Dialect *dialect, PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  Scanner s = {
      .dialect = dialect,
      .builder = builder,
      .bytes = bytes,
      .at = (guint32) start,
      .length = (guint32) length,
  };
  pm_words_init (&s.words, bytes);
  while (s.at < s.length && !pm_builder_is_full (builder)) {
    read_line (&s);
    s.at++; /* the newline */
  }
  pm_words_clear (&s.words);
}

static void
ini_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  static const Dialect dialect = {"#;", TRUE, read_ini_entry};
  parse (&dialect, builder, bytes, start, length);
}

static void
systemd_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  static const Dialect dialect = {"#;", TRUE, read_unit_entry};
  parse (&dialect, builder, bytes, start, length);
}

static void
properties_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  static const Dialect dialect = {"#!", FALSE, read_property};
  parse (&dialect, builder, bytes, start, length);
}

/* --- writing --- */

static char *
ini_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  if (quoting == PM_QUOTING_DOUBLE)
    return pm_words_escape_quoted (text, '"', TRUE);
  if (quoting == PM_QUOTING_SINGLE)
    return pm_words_escape_verbatim (text, "'");
  return pm_words_escape_bare (text, "#;");
}

/* A % starts a specifier (systemd.unit). */
static char *
systemd_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  return pm_words_escape_bare (text, "%");
}

static char *
properties_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  return pm_words_escape_bare (text, "");
}

const PmFormat pm_format_ini = {
    .name = "ini",
    .most_bytes = PM_FORMAT_OWN_MOST_BYTES,
    .grammar = "INI as configparser, git, MySQL, php and supervisord write it",
    .parse = ini_parse,
    .escape = ini_escape,
};

const PmFormat pm_format_systemd = {
    .name = "systemd",
    .most_bytes = PM_FORMAT_OWN_MOST_BYTES,
    .grammar = "systemd.syntax(7)",
    .parse = systemd_parse,
    .escape = systemd_escape,
};

const PmFormat pm_format_properties = {
    .name = "properties",
    .most_bytes = PM_FORMAT_OWN_MOST_BYTES,
    .grammar = "java.util.Properties.load",
    .parse = properties_parse,
    .escape = properties_escape,
};
