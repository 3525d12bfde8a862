/* Files of lines `keyword argument argument`: redis.conf, haproxy.cfg, sshd_config, mosquitto.conf,
 * and, since they differ little, those with `keyword: argument`, `keyword = argument` and blocks in
 * braces (nats-server.conf, sphinx.conf).
 *
 * The tree is that of nginx.c: `port 6379` is a list of the arguments, keyed `port`; `cluster {`
 * opens a map. What opens a section without braces (haproxy's `frontend web`, sshd's `Match`) is a
 * directive like the others: what belongs to it are the siblings that follow.
 *
 * A # where a word could start is a comment, as is // at a line's start. Quotes count around a
 * whole word, on one line; between " a backslash hides " and itself. A backslash hides a blank in a
 * bare word.
 *
 * DESIGN
 * One line at a time; nothing is looked for beyond its end. */

#include "formats/format.h"
#include "formats/lines.h"
#include "formats/words.h"

#include <string.h>

typedef struct {
  PmBuilder *builder;
  const char *bytes;
  guint32 at;
  guint32 length;
  guint32 line_end;
  PmWords words;
  guint open; /* blocks */
} Scanner;

/* --- words --- */

/* Whether the separator at s->at ends the keyword. */
static gboolean
is_separator (const Scanner *s)
{
  guint32 next = s->at + 1;
  return s->bytes[s->at] == '=' ||
         (s->bytes[s->at] == ':' && (next >= s->line_end || pm_line_is_blank (s->bytes[next])));
}

static void
read_bare (Scanner *s, gboolean is_keyword)
{
  pm_words_begin (&s->words, s->at);
  while (s->at < s->line_end && !pm_line_is_blank (s->bytes[s->at]) &&
         !(is_keyword && is_separator (s))) {
    guint32 left = s->line_end - s->at;
    if (s->bytes[s->at] == '\\' && left > 1 && s->bytes[s->at + 1] == ' ') {
      pm_words_put (&s->words, " ", 1, s->at);
      s->at += 2;
      continue;
    }
    pm_words_copy (&s->words, s->at, s->at + 1);
    s->at++;
  }
  pm_words_end (&s->words, s->at, (PmSpan){0, 0}, PM_QUOTING_NONE);
}

/* Reads a word that is quoted as a whole; FALSE, reading nothing, where it is not. */
static gboolean
read_quoted (Scanner *s)
{
  guint32 open = s->at, at = open + 1;
  char quote = s->bytes[open];
  pm_words_begin (&s->words, at);
  while (at < s->line_end && s->bytes[at] != quote) {
    if (quote == '"') {
      at = pm_words_copy_hidden (&s->words, at, s->line_end, quote);
      continue;
    }
    pm_words_copy (&s->words, at, at + 1);
    at++;
  }
  if (at >= s->line_end || (at + 1 < s->line_end && !pm_line_is_blank (s->bytes[at + 1])))
    return FALSE;
  pm_words_end_quoted (&s->words, at);
  s->at = at + 1;
  return TRUE;
}

static gboolean
skip_blanks (Scanner *s)
{
  s->at = pm_line_skip_blanks (s->bytes, s->at, s->line_end);
  return s->at < s->line_end && s->bytes[s->at] != '#';
}

static void
read_words (Scanner *s)
{
  pm_words_reset (&s->words);
  read_bare (s, TRUE);
  if (skip_blanks (s) && is_separator (s))
    s->at++;
  while (skip_blanks (s)) {
    char c = s->bytes[s->at];
    if ((c != '"' && c != '\'') || !read_quoted (s))
      read_bare (s, FALSE);
  }
}

/* --- lines --- */

static gboolean
is_bare (const Scanner *s, guint i, const char *text)
{
  return pm_words_at (&s->words, i)->quoting == PM_QUOTING_NONE &&
         pm_words_equal (&s->words, i, text);
}

static void
close_block (Scanner *s)
{
  if (s->open == 0) {
    pm_builder_problem (s->builder, s->at, "a '}' that nothing opened");
    return;
  }
  pm_builder_close (s->builder, s->line_end);
  s->open--;
}

static void
read_statement (Scanner *s)
{
  guint32 start = s->at;
  read_words (s);
  guint last = pm_words_count (&s->words) - 1;
  PmKey key = pm_words_key (&s->words, 0);
  if (key.length == 0) {
    pm_builder_problem (s->builder, start, "no keyword; the line is not read");
  } else if (last > 0 && is_bare (s, last, "{")) {
    pm_words_truncate (&s->words, last);
    pm_words_open_block (&s->words, 1, s->builder, key);
    s->open++;
  } else {
    pm_words_add_list (&s->words, 1, s->builder, key);
  }
}

static void
read_line (Scanner *s)
{
  s->line_end = pm_line_end (s->bytes, s->at, s->length);
  gboolean more = skip_blanks (s) && !pm_line_is_template (s->bytes, s->at, s->line_end);
  gboolean comment = more && s->line_end - s->at > 1 && memcmp (s->bytes + s->at, "//", 2) == 0;
  if (more && !comment && s->bytes[s->at] == '}')
    close_block (s);
  else if (more && !comment && s->bytes[s->at] == '{')
    pm_builder_problem (s->builder, s->at, "a block without a name");
  else if (more && !comment)
    read_statement (s);
  s->at = s->line_end + 1;
}

static void
directive_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  Scanner s = {
      .builder = builder,
      .bytes = bytes,
      .at = (guint32) start,
      .length = (guint32) length,
  };
  pm_words_init (&s.words, bytes);
  while (s.at < s.length && !pm_builder_is_full (builder))
    read_line (&s);
  if (s.open > 0)
    pm_builder_problem (builder, s.length, "the file ends inside a block: a '}' is missing");
  pm_words_clear (&s.words);
}

/* --- writing --- */

static char *
directive_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  if (quoting == PM_QUOTING_DOUBLE)
    return pm_words_escape_quoted (text, '"', TRUE);
  if (quoting == PM_QUOTING_SINGLE)
    return pm_words_escape_verbatim (text, "'");
  return pm_words_escape_bare (text, "#{}");
}

const PmFormat pm_format_directive = {
    .name = "directive",
    .most_bytes = PM_FORMAT_OWN_MOST_BYTES,
    .grammar = "lines of a keyword and its arguments",
    .parse = directive_parse,
    .escape = directive_escape,
};
