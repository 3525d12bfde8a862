/* Caddyfiles (Caddy's "Caddyfile Concepts").
 *
 * The tree is that of nginx.c: a directive is a list of its arguments, keyed by its name; with a
 * block it is a map, whose first child, keyed `()`, is the list of the arguments, left out where
 * there are none. At the top level, blocks are keyed by what they are:
 *
 *   a.example, :80 { … }   `site`; its addresses are the list `()`: `site.()[1]` is `:80`
 *   { … }                  `global`
 *   (name) { … }           `snippet`, with `(name)` in its list `()`
 *   &(name) { … }          `route`, likewise
 *
 * A file whose only site has no braces reads as if it had them. Placeholders ({$PORT:8080},
 * {http.request.host}) stay in their words. A heredoc is one argument, without the indentation of
 * its closing mark.
 *
 * DESIGN
 * Words are collected up to the end of the line, as in Caddy's lexer; a `{` at the end of a line
 * opens a block, a `}` closes one. A quoted word may span lines; its closing quote counts only if a
 * blank follows it, else the quote is part of a bare word. Each kind of quote, and heredocs, are
 * searched for in vain at most once. */

#include "formats/format.h"
#include "formats/lines.h"
#include "formats/words.h"

#include <string.h>

#define NOT_FOUND G_MAXUINT32
#define LONGEST_PLACEHOLDER 500 /* bytes */

typedef struct {
  PmBuilder *builder;
  const char *bytes;
  guint32 at;
  guint32 length;
  PmWords words;
  guint open;          /* blocks */
  gboolean bare_site;  /* the file's only site has no braces: open for good */
  gboolean comma;      /* behind the last address: the next line goes on */
  gboolean no_more[2]; /* of " and `: none closes behind here */
  gboolean no_heredocs;
} Scanner;

static gboolean
ends_word (const Scanner *s, guint32 at)
{
  return at >= s->length || s->bytes[at] == '\n' || pm_line_is_blank (s->bytes[at]);
}

/* Behind the newline that a backslash at `at` hides, else 0. */
static guint32
behind_join (const Scanner *s, guint32 at)
{
  if (s->bytes[at] != '\\')
    return 0;
  guint32 next = at + 1 < s->length && s->bytes[at + 1] == '\r' ? at + 2 : at + 1;
  return next < s->length && s->bytes[next] == '\n' ? next + 1 : 0;
}

/* --- words --- */

/* The closing quote of the word at s->at, or NOT_FOUND. */
static guint32
closing_quote (Scanner *s)
{
  char quote = s->bytes[s->at];
  gboolean *no_more = &s->no_more[quote == '`'];
  guint32 at = s->at + 1;
  while (!*no_more && at < s->length && s->bytes[at] != quote)
    at += s->bytes[at] == '\\' && quote == '"' ? 2 : 1;
  if (*no_more || at >= s->length) {
    *no_more = TRUE;
    return NOT_FOUND;
  }
  return ends_word (s, at + 1) ? at : NOT_FOUND;
}

/* Takes \" as a quote. Caddy keeps a backslash before anything else. */
static gboolean
take_escaped_quote (Scanner *s, guint32 end)
{
  if (s->bytes[s->at] != '\\' || s->at + 1 >= end || s->bytes[s->at + 1] != '"')
    return FALSE;
  pm_words_put (&s->words, "\"", 1, s->at);
  s->at += 2;
  return TRUE;
}

static void
read_quoted (Scanner *s, guint32 close)
{
  gboolean is_double = s->bytes[s->at++] == '"';
  pm_words_begin (&s->words, s->at);
  while (s->at < close) {
    if (is_double && take_escaped_quote (s, close))
      continue;
    guint32 behind = MIN (s->at + (is_double && s->bytes[s->at] == '\\' ? 2 : 1), close);
    pm_words_copy (&s->words, s->at, behind);
    s->at = behind;
  }
  pm_words_end_quoted (&s->words, close);
  s->at = close + 1;
}

/* Behind {$NAME:default} at `at`, whose default may hold blanks, else at + 1. */
static guint32
behind_placeholder (const Scanner *s, guint32 at)
{
  gsize left = MIN (s->length - at, LONGEST_PLACEHOLDER);
  if (left < 3 || memcmp (s->bytes + at, "{$", 2) != 0)
    return at + 1;
  const char *close = memchr (s->bytes + at, '}', left);
  if (close == NULL || memchr (s->bytes + at, '\n', (gsize) (close - s->bytes) - at) != NULL)
    return at + 1;
  return (guint32) (close - s->bytes) + 1;
}

static void
read_bare (Scanner *s)
{
  guint32 end = s->at;
  pm_words_begin (&s->words, s->at);
  while (!ends_word (s, s->at) && behind_join (s, s->at) == 0) {
    s->comma = s->open == 0 && s->bytes[s->at] == ',' && ends_word (s, s->at + 1);
    if (s->comma) {
      s->at++;
      break;
    }
    if (!take_escaped_quote (s, s->length)) {
      guint32 behind = behind_placeholder (s, s->at);
      pm_words_copy (&s->words, s->at, behind);
      s->at = behind;
    }
    end = s->at;
  }
  pm_words_end (&s->words, end, (PmSpan){0, 0}, PM_QUOTING_NONE);
}

/* --- heredocs --- */

static guint32
end_of_mark (const Scanner *s, guint32 at)
{
  while (at < s->length && (g_ascii_isalnum (s->bytes[at]) || strchr ("_-", s->bytes[at]) != NULL))
    at++;
  return at;
}

/* Where the closing mark of a heredoc stands whose body starts at `body`, or NOT_FOUND. */
static guint32
closing_mark (const Scanner *s, guint32 body, guint32 mark, guint32 mark_end)
{
  for (guint32 at = body; at < s->length; at = pm_line_end (s->bytes, at, s->length) + 1) {
    guint32 start = pm_line_skip_blanks (s->bytes, at, s->length);
    if (end_of_mark (s, start) - start == mark_end - mark &&
        memcmp (s->bytes + start, s->bytes + mark, mark_end - mark) == 0)
      return start;
  }
  return NOT_FOUND;
}

/* Takes the lines from `body` up to the closing mark, without its indentation. */
static void
take_body (Scanner *s, guint32 body, guint32 close)
{
  guint32 last = close; /* start of the closing mark's line */
  while (last > body && s->bytes[last - 1] != '\n')
    last--;
  guint32 padding = close - last, end = body;
  pm_words_begin (&s->words, body);
  for (guint32 at = body; at < last;) {
    guint32 behind = pm_line_end (s->bytes, at, last) + 1;
    guint32 indented = MIN (pm_line_skip_blanks (s->bytes, at, behind - 1), at + padding);
    end = behind < last ? behind : behind - 1;
    pm_words_copy (&s->words, indented, end);
    at = behind;
  }
  pm_words_end (&s->words, end, (PmSpan){s->at, close}, PM_QUOTING_BLOCK);
}

/* Reads `<<MARK` and the lines up to MARK, if that is what stands here. */
static gboolean
read_heredoc (Scanner *s)
{
  if (s->no_heredocs || s->length - s->at < 4 || memcmp (s->bytes + s->at, "<<", 2) != 0)
    return FALSE;
  guint32 mark = s->at + 2, mark_end = end_of_mark (s, mark);
  guint32 line_end = pm_line_skip_blanks (s->bytes, mark_end, s->length);
  if (mark_end == mark || line_end >= s->length || s->bytes[line_end] != '\n')
    return FALSE;
  guint32 close = closing_mark (s, line_end + 1, mark, mark_end);
  if (close == NOT_FOUND) {
    pm_builder_problem (s->builder, s->at, "a heredoc that never ends");
    s->no_heredocs = TRUE;
    return FALSE;
  }
  take_body (s, line_end + 1, close);
  s->at = close + (mark_end - mark);
  return TRUE;
}

/* --- structure --- */

static void
read_word (Scanner *s)
{
  char c = s->bytes[s->at];
  s->comma = FALSE;
  if (c == '<' && read_heredoc (s))
    return;
  if (c != '"' && c != '`') {
    read_bare (s);
    return;
  }
  guint32 close = closing_quote (s);
  if (close != NOT_FOUND) {
    read_quoted (s, close);
    return;
  }
  pm_builder_problem (s->builder, s->at, "a quote that nothing closes");
  read_bare (s);
  pm_words_mark_broken (&s->words);
}

/* Opens what stands at the top level, by the words before its brace. */
static void
open_top (Scanner *s)
{
  const char *key = "global";
  guint32 start = s->at;
  if (pm_words_count (&s->words) > 0) {
    PmKey first = pm_words_key (&s->words, 0);
    key = first.length > 0 && first.text[0] == '('                           ? "snippet"
          : first.length > 1 && first.text[0] == '&' && first.text[1] == '(' ? "route"
                                                                             : "site";
    start = first.span.start;
  }
  pm_words_open_block (&s->words, 0, s->builder, (PmKey){key, strlen (key), {start, start}});
}

static void
open_block (Scanner *s)
{
  if (s->open == 0)
    open_top (s);
  else if (pm_words_count (&s->words) > 0)
    pm_words_open_block (&s->words, 1, s->builder, pm_words_key (&s->words, 0));
  else {
    pm_builder_problem (s->builder, s->at, "a block without a name");
    pm_builder_open (s->builder, PM_NODE_MAP, (PmKey){"", 0, {s->at, s->at}}, s->at);
  }
  s->open++;
  s->comma = FALSE;
  pm_words_reset (&s->words);
}

static void
end_line (Scanner *s)
{
  if (pm_words_count (&s->words) == 0 || s->comma)
    return;
  if (s->open > 0 || pm_words_equal (&s->words, 0, "import")) {
    pm_words_add_list (&s->words, 1, s->builder, pm_words_key (&s->words, 0));
    pm_words_reset (&s->words);
    return;
  }
  s->bare_site = TRUE;
  open_block (s);
}

static void
close_block (Scanner *s)
{
  s->comma = FALSE;
  end_line (s);
  s->at++;
  if (s->open == (s->bare_site ? 1 : 0)) {
    pm_builder_problem (s->builder, s->at - 1, "a '}' that nothing opened");
    return;
  }
  pm_builder_close (s->builder, s->at);
  s->open--;
}

static void
step (Scanner *s)
{
  char c = s->bytes[s->at];
  guint32 join = behind_join (s, s->at);
  if (c == '\n') {
    end_line (s);
    s->at++;
  } else if (join > 0) {
    s->at = join;
  } else if (pm_line_is_blank (c)) {
    s->at++;
  } else if (c == '#') {
    s->at = pm_line_end (s->bytes, s->at, s->length);
  } else if (c == '{' && ends_word (s, s->at + 1)) {
    open_block (s);
    s->at++;
  } else if (c == '}' && ends_word (s, s->at + 1)) {
    close_block (s);
  } else {
    read_word (s);
  }
}

static void
caddyfile_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  Scanner s = {
      .builder = builder,
      .bytes = bytes,
      .at = (guint32) start,
      .length = (guint32) length,
  };
  pm_words_init (&s.words, bytes);
  while (s.at < s.length && !pm_builder_is_full (builder))
    step (&s);
  s.comma = FALSE;
  end_line (&s);
  if (s.open > (s.bare_site ? 1 : 0))
    pm_builder_problem (builder, s.length, "the file ends inside a block: a '}' is missing");
  pm_words_clear (&s.words);
}

/* --- writing --- */

static char *
caddyfile_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  switch (quoting) {
  case PM_QUOTING_DOUBLE:
    return pm_words_escape_quoted (text, '"', FALSE);
  case PM_QUOTING_BACKTICK:
    return pm_words_escape_verbatim (text, "`");
  case PM_QUOTING_BLOCK:
    return pm_words_escape_verbatim (text, "");
  default:
    return pm_words_escape_bare (text, "{}#,<");
  }
}

const PmFormat pm_format_caddyfile = {
    .name = "caddyfile",
    .most_bytes = PM_FORMAT_OWN_MOST_BYTES,
    .grammar = "Caddy's Caddyfile concepts",
    .parse = caddyfile_parse,
    .escape = caddyfile_escape,
};
