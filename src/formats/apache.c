/* Apache httpd's configuration and .htaccess files ("Configuration Files": syntax), and Fluentd's,
 * whose own directives begin with an @ ("Config File Syntax").
 *
 * The tree is that of nginx.c. Names are case-insensitive in httpd, so keys are in small letters:
 *
 *   Listen 80                  a list of the arguments: `listen[0]`
 *   <VirtualHost *:80 [::]:80> … </VirtualHost>
 *                              a map; its first child, keyed `()`, is the list of the section's
 *                              arguments (`virtualhost.()[0]`), left out where there are none
 *
 * DESIGN
 * Line by line, a backslash at a line's end joining the next (also in comments, as in httpd). Open
 * sections are kept on a stack; an end tag closes the nearest section of its name, which is looked
 * for among the innermost PM_BUILDER_DEEPEST only. */

#include "formats/format.h"
#include "formats/lines.h"
#include "formats/words.h"

#include <string.h>

typedef struct {
  PmBuilder *builder;
  const char *bytes;
  guint32 at;
  guint32 length;
  PmWords words;
  GString *name; /* in small letters */
  PmSpan name_span;
  GArray *open; /* of PmSpan: the names of open sections */
} Scanner;

/* --- the cursor --- */

/* Moves over line joins; FALSE at the end of the statement. */
static gboolean
has_more (Scanner *s)
{
  while (s->at < s->length && s->bytes[s->at] == '\\') {
    guint32 next = s->at + 1;
    if (next < s->length && s->bytes[next] == '\r')
      next++;
    if (next < s->length && s->bytes[next] != '\n')
      return TRUE;
    s->at = MIN (next + 1, s->length);
  }
  return s->at < s->length && s->bytes[s->at] != '\n';
}

static gboolean
skip_blanks (Scanner *s)
{
  while (has_more (s) && pm_line_is_blank (s->bytes[s->at]))
    s->at++;
  return has_more (s);
}

static void
skip_statement (Scanner *s)
{
  while (has_more (s))
    s->at++;
}

/* Whether the > at s->at ends a section's start tag: only blanks follow. */
static gboolean
ends_tag (const Scanner *s)
{
  if (s->bytes[s->at] != '>')
    return FALSE;
  guint32 behind = pm_line_skip_blanks (s->bytes, s->at + 1, s->length);
  return behind == s->length || s->bytes[behind] == '\n';
}

/* --- words --- */

static void
read_bare (Scanner *s, gboolean in_tag)
{
  guint32 end = s->at;
  pm_words_begin (&s->words, s->at);
  while (has_more (s) && !pm_line_is_blank (s->bytes[s->at]) && !(in_tag && ends_tag (s))) {
    pm_words_copy (&s->words, s->at, s->at + 1);
    end = ++s->at;
  }
  pm_words_end (&s->words, end, (PmSpan){0, 0}, PM_QUOTING_NONE);
}

/* Reads up to the closing quote; FALSE, reading nothing, where the statement holds none. */
static gboolean
read_quoted (Scanner *s)
{
  guint32 open = s->at++;
  char quote = s->bytes[open];
  pm_words_begin (&s->words, s->at);
  while (has_more (s) && s->bytes[s->at] != quote)
    s->at = pm_words_copy_hidden (&s->words, s->at, s->length, quote);
  if (!has_more (s)) {
    s->at = open;
    return FALSE;
  }
  pm_words_end_quoted (&s->words, s->at);
  s->at++;
  return TRUE;
}

static void
read_words (Scanner *s, gboolean in_tag)
{
  pm_words_reset (&s->words);
  while (skip_blanks (s) && !(in_tag && ends_tag (s))) {
    char c = s->bytes[s->at];
    gboolean quoted = c == '"' || c == '\'';
    if (quoted && read_quoted (s))
      continue;
    if (quoted)
      pm_builder_problem (s->builder, s->at, "a quote that nothing closes");
    read_bare (s, in_tag);
    if (quoted)
      pm_words_mark_broken (&s->words);
  }
}

static PmKey
read_name (Scanner *s, gboolean in_tag)
{
  pm_words_reset (&s->words);
  read_bare (s, in_tag);
  PmKey word = pm_words_key (&s->words, 0);
  g_string_truncate (s->name, 0);
  g_string_append_len (s->name, word.text, (gssize) word.length);
  g_string_ascii_down (s->name);
  s->name_span = word.span;
  return (PmKey){s->name->str, s->name->len, word.span};
}

/* --- structure --- */

static void
open_section (Scanner *s)
{
  s->at++;
  PmKey key = read_name (s, TRUE);
  read_words (s, TRUE);
  if (!has_more (s))
    pm_builder_problem (s->builder, key.span.start, "a section's '>' is missing");
  pm_words_open_block (&s->words, 0, s->builder, key);
  g_array_append_val (s->open, s->name_span);
  skip_statement (s);
}

static gboolean
is_named (const Scanner *s, PmSpan name)
{
  return pm_span_length (name) == pm_span_length (s->name_span) &&
         g_ascii_strncasecmp (s->bytes + name.start, s->bytes + s->name_span.start,
                              pm_span_length (name)) == 0;
}

static void
close_section (Scanner *s)
{
  guint32 start = s->at;
  s->at += 2;
  read_name (s, TRUE);
  skip_statement (s);
  guint n_open = s->open->len, n_keep = n_open;
  guint lowest = n_open > PM_BUILDER_DEEPEST ? n_open - PM_BUILDER_DEEPEST : 0;
  while (n_keep > lowest && !is_named (s, g_array_index (s->open, PmSpan, n_keep - 1)))
    n_keep--;
  if (n_keep == lowest) {
    pm_builder_problem (s->builder, start, "the end of a section that is not open");
    return;
  }
  if (n_keep < n_open)
    pm_builder_problem (s->builder, start, "the end of a section inside of which others are open");
  for (guint i = n_open; i >= n_keep; i--)
    pm_builder_close (s->builder, s->at);
  g_array_set_size (s->open, n_keep - 1);
}

static void
read_statement (Scanner *s)
{
  char c = s->bytes[s->at], next = s->at + 1 < s->length ? s->bytes[s->at + 1] : 0;
  if (c == '#') {
    skip_statement (s);
  } else if (pm_line_is_template (s->bytes, s->at, pm_line_end (s->bytes, s->at, s->length))) {
    s->at = pm_line_end (s->bytes, s->at, s->length);
  } else if (c == '<' && next == '/') {
    close_section (s);
  } else if (c == '<' && g_ascii_isalpha (next)) {
    open_section (s);
  } else if (!g_ascii_isalpha (c) && !(c == '@' && g_ascii_isalpha (next))) {
    pm_builder_problem (s->builder, s->at, "no directive; the line is not read");
    skip_statement (s);
  } else {
    PmKey key = read_name (s, FALSE);
    read_words (s, FALSE);
    pm_words_add_list (&s->words, 0, s->builder, key);
  }
}

static void
apache_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  Scanner s = {
      .builder = builder,
      .bytes = bytes,
      .at = (guint32) start,
      .length = (guint32) length,
      .name = g_string_new (NULL),
      .open = g_array_new (FALSE, FALSE, sizeof (PmSpan)),
  };
  pm_words_init (&s.words, bytes);
  while (s.at < s.length && !pm_builder_is_full (builder)) {
    if (skip_blanks (&s))
      read_statement (&s);
    s.at++; /* the newline */
  }
  if (s.open->len > 0)
    pm_builder_problem (builder, s.length, "the file ends inside a section");
  pm_words_clear (&s.words);
  g_array_unref (s.open);
  g_string_free (s.name, TRUE);
}

/* --- writing --- */

static char *
apache_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  if (quoting == PM_QUOTING_DOUBLE)
    return pm_words_escape_quoted (text, '"', TRUE);
  if (quoting == PM_QUOTING_SINGLE)
    return pm_words_escape_quoted (text, '\'', TRUE);
  return pm_words_escape_bare (text, "<>");
}

const PmFormat pm_format_apache = {
    .name = "apache",
    .most_bytes = PM_FORMAT_OWN_MOST_BYTES,
    .grammar = "Apache HTTP Server's configuration files",
    .parse = apache_parse,
    .escape = apache_escape,
};
