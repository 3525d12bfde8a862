/* dotenv files, as motdotla/dotenv and Docker Compose's "Syntax for environment files" read them.
 *
 * The root is a map of name → value, in the order of the file; names may repeat. A name without a
 * value (`KEY`: Compose passes it on from the host) is no node. Interpolation (${X:-y}) and the \$
 * that prevents it stay in the value: the scalar's quoting tells whether it happens at all.
 *
 * Lines that are nothing but an action of a template engine ({% if x %}) are skipped.
 *
 * Where the two differ: a comment behind an unquoted value needs a blank before its # (Compose); a
 * `:` with a blank behind it stands for `=` (dotenv); escapes are those of Compose.
 *
 * DESIGN
 * One pass, line by line. A quoted value may span lines, so its closing quote is searched for to
 * the end of the file; it counts only if nothing but a comment follows on its line, else the value
 * is read as unquoted, up to the end of its line: one missing quote costs one value. Each kind of
 * quote is searched for in vain at most once. */

#include "formats/format.h"
#include "formats/lines.h"
#include "formats/words.h"

#include <string.h>

#define NOT_FOUND G_MAXUINT32

typedef struct {
  PmBuilder *builder;
  const char *bytes;
  guint32 at;
  guint32 length;
  PmWords words;       /* the value */
  gboolean no_more[3]; /* of " ' `: none closes behind here */
} Scanner;

static const char QUOTES[] = "\"'`";

static gboolean
is_name (const char *text, guint32 length)
{
  for (guint32 i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && strchr ("_.-", text[i]) == NULL)
      return FALSE;
  return length > 0;
}

/* --- values --- */

/* The closing quote behind `open`; a backslash hides one only if `escapes`. */
static guint32
closing_quote (const Scanner *s, guint32 open, guint32 end, gboolean escapes)
{
  char quote = s->bytes[open];
  for (guint32 at = open + 1; at < end; at++) {
    if (s->bytes[at] == quote)
      return at;
    if (escapes && s->bytes[at] == '\\')
      at++;
  }
  return NOT_FOUND;
}

static gboolean
nothing_follows (const Scanner *s, guint32 at)
{
  at = pm_line_skip_blanks (s->bytes, at, s->length);
  return at >= s->length || s->bytes[at] == '\n' || s->bytes[at] == '#';
}

/* Where the quoted value that starts at `open` ends, or NOT_FOUND when it is none. */
static guint32
end_of_quoted (Scanner *s, guint32 open)
{
  gsize kind = (gsize) (strchr (QUOTES, s->bytes[open]) - QUOTES);
  guint32 close = NOT_FOUND;
  if (!s->no_more[kind]) {
    close = closing_quote (s, open, s->length, TRUE);
    s->no_more[kind] = close == NOT_FOUND;
  }
  if (close != NOT_FOUND && nothing_follows (s, close + 1))
    return close;
  /* 'C:\' ends at its last quote although a backslash stands before it. */
  close = closing_quote (s, open, pm_line_end (s->bytes, open, s->length), FALSE);
  return close != NOT_FOUND && nothing_follows (s, close + 1) ? close : NOT_FOUND;
}

/* What a backslash and `c` stand for between these quotes; 0: for themselves. */
static char
unescaped (char quote, char c)
{
  static const char from[] = "nrt\\", to[] = "\n\r\t\\";
  if (c == quote)
    return c;
  const char *known = quote == '"' ? memchr (from, c, sizeof from - 1) : NULL;
  return known == NULL ? 0 : to[known - from];
}

static void
read_quoted (Scanner *s, guint32 open, guint32 close)
{
  char quote = s->bytes[open];
  pm_words_begin (&s->words, open + 1);
  for (guint32 at = open + 1; at < close;) {
    char c = s->bytes[at] == '\\' && at + 1 < close ? unescaped (quote, s->bytes[at + 1]) : 0;
    if (c != 0)
      pm_words_put (&s->words, &c, 1, at);
    else
      pm_words_copy (&s->words, at, at + 1);
    at += c != 0 ? 2 : 1;
  }
  pm_words_end_quoted (&s->words, close);
}

/* Reads up to a comment or the line's end; `separator_end` is behind the = itself. */
static void
read_unquoted (Scanner *s, guint32 separator_end, guint32 start, guint32 line_end)
{
  guint32 end = start;
  while (end < line_end &&
         (s->bytes[end] != '#' || end == separator_end || !pm_line_is_blank (s->bytes[end - 1])))
    end++;
  end = pm_line_trim (s->bytes, start, end);
  /* An empty value is written directly behind the =. */
  if (end == start)
    start = end = separator_end;
  pm_words_take (&s->words, start, end);
}

static void
read_value (Scanner *s, PmKey key, guint32 separator_end)
{
  guint32 line_end = pm_line_end (s->bytes, separator_end, s->length);
  guint32 start = pm_line_skip_blanks (s->bytes, separator_end, line_end);
  gboolean quoted = start < line_end && strchr (QUOTES, s->bytes[start]) != NULL;
  guint32 close = quoted ? end_of_quoted (s, start) : NOT_FOUND;

  pm_words_reset (&s->words);
  if (close != NOT_FOUND) {
    read_quoted (s, start, close);
    line_end = pm_line_end (s->bytes, close, s->length);
  } else {
    read_unquoted (s, separator_end, start, line_end);
  }
  if (quoted && close == NOT_FOUND) {
    pm_builder_problem (s->builder, start, "a quote that nothing closes");
    pm_words_mark_broken (&s->words);
  }
  pm_words_add (&s->words, 0, s->builder, key);
  s->at = line_end;
}

/* --- lines --- */

/* Behind `export` and its blanks, unless that is itself the name. */
static guint32
skip_export (const Scanner *s, guint32 at, guint32 line_end)
{
  if (line_end - at < 7 || memcmp (s->bytes + at, "export", 6) != 0 ||
      !pm_line_is_blank (s->bytes[at + 6]))
    return at;
  guint32 behind = pm_line_skip_blanks (s->bytes, at + 6, line_end);
  return behind < line_end && s->bytes[behind] != '=' ? behind : at;
}

static guint32
end_of_name (const Scanner *s, guint32 at, guint32 line_end)
{
  for (; at < line_end; at++) {
    char c = s->bytes[at];
    gboolean colon = c == ':' && (at + 1 == line_end || pm_line_is_blank (s->bytes[at + 1]));
    if (colon || pm_line_is_blank (c) || strchr ("=#\"'`", c) != NULL)
      break;
  }
  return at;
}

static void
read_line (Scanner *s)
{
  guint32 line_end = pm_line_end (s->bytes, s->at, s->length);
  guint32 start = pm_line_skip_blanks (s->bytes, s->at, line_end);
  s->at = line_end;
  if (start == line_end || s->bytes[start] == '#' ||
      pm_line_is_template (s->bytes, start, line_end))
    return;

  start = skip_export (s, start, line_end);
  guint32 end = end_of_name (s, start, line_end);
  guint32 separator = pm_line_skip_blanks (s->bytes, end, line_end);
  gboolean assigned =
      separator < line_end && (s->bytes[separator] == '=' || s->bytes[separator] == ':');
  if (end > start && assigned) {
    PmKey key = {s->bytes + start, end - start, {start, end}};
    read_value (s, key, separator + 1);
    return;
  }
  gboolean alone = separator == line_end || s->bytes[separator] == '#';
  if (!alone || !is_name (s->bytes + start, end - start))
    pm_builder_problem (s->builder, start, "no assignment; the line is not read");
}

static void
dotenv_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  Scanner s = {
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

/* --- writing --- */

static char *
dotenv_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  if (quoting == PM_QUOTING_DOUBLE)
    return pm_words_escape_quoted (text, '"', TRUE);
  if (quoting == PM_QUOTING_SINGLE)
    return pm_words_escape_quoted (text, '\'', FALSE);
  if (quoting == PM_QUOTING_BACKTICK)
    return pm_words_escape_quoted (text, '`', FALSE);
  return text[0] == '\0' ? g_strdup ("") : pm_words_escape_bare (text, "#");
}

const PmFormat pm_format_dotenv = {
    .name = "dotenv",
    .most_bytes = PM_FORMAT_OWN_MOST_BYTES,
    .grammar = "motdotla/dotenv and Docker Compose's syntax for environment files",
    .parse = dotenv_parse,
    .escape = dotenv_escape,
};
