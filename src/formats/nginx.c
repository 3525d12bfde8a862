/* nginx configuration, as ngx_conf_read_token splits it.
 *
 * The root and every block are maps, keyed by the names of their directives, which may repeat:
 *
 *   listen 80 ssl;           a list of the arguments: `listen[0]`
 *   location /api { … }      a map; its first child, keyed `()`, is the list of the block's
 * arguments
 *                            (`location.()[0]`), left out where there are none; then its directives
 *   content_by_lua_block { … }   a list like that of a directive; the last item, an expression, is
 *                            the code
 *
 * Templates are tolerated: {{ x }} and <%= x %> belong to the word that they stand in; where a
 * directive or a word could start, {{ … }}, {% … %}, {# … #} and <% … %> are skipped like comments
 * ({{ … }} only before a directive).
 *
 * DESIGN
 * Words are collected up to `;`, `{` or `}`, then added. A quoted word may span lines; its closing
 * quote counts only if nginx would accept what follows it, else the quote is part of a bare word,
 * so that one missing quote costs one word. Each kind of quote is searched for in vain at most
 * once, a template's end only nearby: all of it is linear. */

#include "formats/format.h"
#include "formats/lines.h"
#include "formats/words.h"

#include <string.h>

#define NOT_FOUND G_MAXUINT32
#define LONGEST_TEMPLATE 500 /* bytes */
#define N_TEMPLATES 4

typedef struct {
  PmBuilder *builder;
  const char *bytes;
  guint32 at;
  guint32 length;
  PmWords words;
  guint open;                           /* blocks */
  gboolean no_more[2];                  /* of " and ': none closes behind here */
  guint32 no_template_end[N_TEMPLATES]; /* of a kind, none ends before this */
} Scanner;

static gboolean
is_space (char c)
{
  return c == '\n' || pm_line_is_blank (c);
}

static char
char_at (const Scanner *s, guint32 at)
{
  return at < s->length ? s->bytes[at] : 0;
}

/* Behind the template's expression or statement that starts at `at`, else 0. */
static guint32
template_end (Scanner *s, guint32 at)
{
  static const char *const pairs[N_TEMPLATES][2] = {
      {"{{", "}}"}, {"{%", "%}"}, {"{#", "#}"}, {"<%", "%>"}};
  guint32 end = at + MIN (s->length - at, LONGEST_TEMPLATE);
  for (gsize i = 0; end - at >= 4 && i < N_TEMPLATES; i++) {
    if (memcmp (s->bytes + at, pairs[i][0], 2) != 0)
      continue;
    guint32 from = MAX (at + 2, s->no_template_end[i]);
    const char *close = from >= end ? NULL : memmem (s->bytes + from, end - from, pairs[i][1], 2);
    if (close == NULL) {
      s->no_template_end[i] = MAX (from, end - 1);
      continue;
    }
    guint32 found = (guint32) (close - s->bytes);
    if (memchr (s->bytes + at, '\n', found - at) == NULL)
      return found + 2;
    s->no_template_end[i] = found;
  }
  return 0;
}

/* --- words --- */

/* Takes the backslash at s->at and what it hides. */
static void
take_escape (Scanner *s, guint32 end)
{
  static const char from[] = "\"'\\tnr", to[] = "\"'\\\t\n\r";
  char next = s->at + 1 < end ? s->bytes[s->at + 1] : 0;
  const char *known = next == 0 ? NULL : strchr (from, next);
  guint32 behind = MIN (s->at + 2, end);
  if (known != NULL)
    pm_words_put (&s->words, &to[known - from], 1, s->at);
  else
    pm_words_copy (&s->words, s->at, behind);
  s->at = behind;
}

/* The closing quote of the word at s->at, or NOT_FOUND. */
static guint32
closing_quote (Scanner *s)
{
  char quote = s->bytes[s->at];
  gboolean *no_more = &s->no_more[quote == '\''];
  guint32 at = s->at + 1;
  while (!*no_more && at < s->length && s->bytes[at] != quote) {
    guint32 template = template_end (s, at);
    at = template > 0 ? template : at + (s->bytes[at] == '\\' ? 2 : 1);
  }
  if (*no_more || at >= s->length) {
    *no_more = TRUE;
    return NOT_FOUND;
  }
  char next = char_at (s, at + 1);
  return next == 0 || is_space (next) || strchr (";{})", next) != NULL ? at : NOT_FOUND;
}

static void
read_quoted (Scanner *s, guint32 close)
{
  pm_words_begin (&s->words, ++s->at);
  while (s->at < close) {
    if (s->bytes[s->at] == '\\') {
      take_escape (s, close);
      continue;
    }
    pm_words_copy (&s->words, s->at, s->at + 1);
    s->at++;
  }
  pm_words_end_quoted (&s->words, close);
  s->at = close + 1;
}

static void
read_bare (Scanner *s)
{
  pm_words_begin (&s->words, s->at);
  while (s->at < s->length && !is_space (s->bytes[s->at]) && s->bytes[s->at] != ';') {
    guint32 behind = template_end (s, s->at);
    if (behind == 0 && s->bytes[s->at] == '{')
      break;
    if (s->bytes[s->at] == '\\') {
      take_escape (s, s->length);
      continue;
    }
    if (behind == 0)
      behind = s->at + (s->bytes[s->at] == '$' && char_at (s, s->at + 1) == '{' ? 2 : 1);
    pm_words_copy (&s->words, s->at, behind);
    s->at = behind;
  }
  pm_words_end (&s->words, s->at, (PmSpan){0, 0}, PM_QUOTING_NONE);
}

static void
read_word (Scanner *s)
{
  char c = s->bytes[s->at];
  if (c != '"' && c != '\'') {
    read_bare (s);
    return;
  }
  guint32 start = s->at, close = closing_quote (s);
  if (close != NOT_FOUND) {
    read_quoted (s, close);
    return;
  }
  pm_builder_problem (s->builder, start, "a quote that nothing closes");
  read_bare (s);
  pm_words_mark_broken (&s->words);
}

/* --- Lua --- */

/* Behind a Lua long bracket ([[ … ]], [==[ … ]==]) at `at`: NOT_FOUND without an end, 0 when there
 * is none here. */
static guint32
long_bracket_end (const Scanner *s, guint32 at)
{
  guint32 level = 0;
  while (char_at (s, at + 1 + level) == '=')
    level++;
  if (char_at (s, at) != '[' || char_at (s, at + 1 + level) != '[')
    return 0;
  g_autofree char *close = g_strnfill (level + 2, '=');
  close[0] = close[level + 1] = ']';
  guint32 from = at + level + 2;
  const char *found = memmem (s->bytes + from, s->length - from, close, level + 2);
  return found == NULL ? NOT_FOUND : (guint32) (found - s->bytes) + level + 2;
}

static guint32
lua_string_end (const Scanner *s, guint32 at)
{
  char quote = s->bytes[at++];
  while (at < s->length && s->bytes[at] != quote && s->bytes[at] != '\n')
    at += s->bytes[at] == '\\' ? 2 : 1;
  return at + 1;
}

/* The } that ends the code from `at` on, or NOT_FOUND. */
static guint32
lua_end (const Scanner *s, guint32 at)
{
  guint depth = 1;
  while (at < s->length) {
    char c = s->bytes[at];
    gboolean comment = c == '-' && char_at (s, at + 1) == '-';
    guint32 bracket = comment    ? long_bracket_end (s, at + 2)
                      : c == '[' ? long_bracket_end (s, at)
                                 : 0;
    if (c == '}' && --depth == 0)
      return at;
    if (c == '{')
      depth++;
    if (bracket > 0)
      at = bracket;
    else if (comment)
      at = pm_line_end (s->bytes, at, s->length);
    else
      at = c == '"' || c == '\'' ? lua_string_end (s, at) : at + 1;
  }
  return NOT_FOUND;
}

static gboolean
is_lua (const Scanner *s)
{
  static const char ending[] = "_by_lua_block";
  PmKey name = pm_words_key (&s->words, 0);
  gsize length = sizeof ending - 1;
  return name.length > length && memcmp (name.text + name.length - length, ending, length) == 0;
}

/* Reads the code behind the { at s->at. */
static void
read_lua (Scanner *s)
{
  PmKey key = pm_words_key (&s->words, 0);
  guint32 start = s->at + 1, end = lua_end (s, start);
  if (end == NOT_FOUND) {
    pm_builder_problem (s->builder, s->at, "a block that nothing closes");
    end = s->length;
  }
  pm_builder_open (s->builder, PM_NODE_LIST, key, key.span.start);
  for (guint i = 1; i < pm_words_count (&s->words); i++)
    pm_words_add (&s->words, i, s->builder, PM_NO_KEY);
  PmScalar code = {.span = {start, end}, .quoting = PM_QUOTING_BLOCK, .flags = PM_NODE_EXPRESSION};
  pm_builder_scalar (s->builder, PM_NO_KEY, &code);
  s->at = MIN (end + 1, s->length);
  pm_builder_close (s->builder, s->at);
}

/* --- structure --- */

static void
end_directive (Scanner *s)
{
  if (pm_words_count (&s->words) > 0)
    pm_words_add_list (&s->words, 1, s->builder, pm_words_key (&s->words, 0));
  pm_words_reset (&s->words);
}

static void
open_block (Scanner *s)
{
  PmKey key = {"", 0, {s->at, s->at}};
  if (pm_words_count (&s->words) > 0)
    key = pm_words_key (&s->words, 0);
  else
    pm_builder_problem (s->builder, s->at, "a block without a name");
  pm_words_open_block (&s->words, 1, s->builder, key);
  pm_words_reset (&s->words);
  s->open++;
  s->at++;
}

static void
close_block (Scanner *s)
{
  if (pm_words_count (&s->words) > 0)
    pm_builder_problem (s->builder, s->at, "a missing ';' before '}'");
  end_directive (s);
  s->at++;
  if (s->open == 0) {
    pm_builder_problem (s->builder, s->at - 1, "a '}' that nothing opened");
    return;
  }
  pm_builder_close (s->builder, s->at);
  s->open--;
}

/* Behind a template's statement that stands where a word could, else 0. */
static guint32
skipped_template (Scanner *s)
{
  gboolean is_value = char_at (s, s->at + 1) == '{' || char_at (s, s->at + 2) == '=';
  return is_value && pm_words_count (&s->words) > 0 ? 0 : template_end (s, s->at);
}

static void
step (Scanner *s)
{
  char c = s->bytes[s->at];
  guint32 template = c == '{' || c == '<' ? skipped_template (s) : 0;
  if (is_space (c)) {
    s->at++;
  } else if (c == '#') {
    s->at = pm_line_end (s->bytes, s->at, s->length);
  } else if (template > 0) {
    s->at = template;
  } else if (c == ';') {
    if (pm_words_count (&s->words) == 0)
      pm_builder_problem (s->builder, s->at, "a ';' without a directive");
    end_directive (s);
    s->at++;
  } else if (c == '}') {
    close_block (s);
  } else if (c != '{' || template_end (s, s->at) > 0) {
    read_word (s);
  } else if (pm_words_count (&s->words) > 0 && is_lua (s)) {
    read_lua (s);
    pm_words_reset (&s->words);
  } else {
    open_block (s);
  }
}

static void
nginx_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
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
  if (pm_words_count (&s.words) > 0)
    pm_builder_problem (builder, s.length, "the file ends inside a directive: a ';' is missing");
  end_directive (&s);
  if (s.open > 0)
    pm_builder_problem (builder, s.length, "the file ends inside a block: a '}' is missing");
  pm_words_clear (&s.words);
}

/* --- writing --- */

static char *
nginx_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  if (quoting == PM_QUOTING_DOUBLE)
    return pm_words_escape_quoted (text, '"', TRUE);
  if (quoting == PM_QUOTING_SINGLE)
    return pm_words_escape_quoted (text, '\'', TRUE);
  return pm_words_escape_bare (text, ";{}#");
}

const PmFormat pm_format_nginx = {
    .name = "nginx",
    .most_bytes = PM_FORMAT_OWN_MOST_BYTES,
    .grammar = "nginx's configuration file, as its core reads it",
    .parse = nginx_parse,
    .escape = nginx_escape,
};
