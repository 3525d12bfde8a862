/* Dockerfiles (Docker's "Dockerfile reference").
 *
 * The root is a map with one child per instruction, in the order of the file, keyed by the
 * instruction's name in capitals:
 *
 *   EXPOSE, FROM        a list of its words: EXPOSE[0], FROM[0] is the image
 *   ENV, ARG, LABEL     a map name → value; `ENV A 1` is the same as `ENV A=1`; an ARG without a
 *                       default is no node
 *   RUN, CMD, ENTRYPOINT, SHELL   in exec form (a JSON array, behind RUN's flags) the list of its
 *                       strings; in shell form one scalar, flags included
 *   HEALTHCHECK         a map of its options (`--interval`) and CMD, which is like the CMD above
 *   ONBUILD             a map with the instruction that it holds
 *   all others          one scalar with everything behind the name
 *
 * The body of a heredoc follows its instruction as a scalar keyed by its mark: `<<EOF`. Tabs that
 * `<<-` would strip stay in it.
 *
 * DESIGN
 * A cursor over the bytes of one instruction: has_more() moves it over line joins (the escape
 * character at a line's end, with the comments and empty lines behind it), so that no reader knows
 * of them; the words' segments do. What has to be tried (exec form, quotes around a whole word) is
 * read ahead and taken back. A heredoc without an end is none, and none is looked for behind it. */

#include "formats/format.h"
#include "formats/lines.h"
#include "formats/words.h"

#include <string.h>

typedef struct {
  guint32 mark_start; /* `<<`, `<<-` and the name are the mark */
  guint32 mark_end;
  guint32 name_start;
  guint32 name_end;
  gboolean strips_tabs;
} Heredoc;

typedef struct {
  PmBuilder *builder;
  const char *bytes;
  guint32 at;
  guint32 length;
  char escape; /* `\`, or what a parser directive says */
  PmWords words;
  GString *name; /* of the instruction, in capitals */
  PmSpan name_span;
  GArray *heredocs; /* of the instruction that is being read */
  gboolean no_heredocs;
} Scanner;

/* --- the cursor --- */

/* Whether the escape character at `at` joins the next line. */
static gboolean
is_join (const Scanner *s, guint32 at)
{
  if (at >= s->length || s->bytes[at] != s->escape)
    return FALSE;
  guint32 behind = pm_line_skip_blanks (s->bytes, at + 1, s->length);
  return behind == s->length || s->bytes[behind] == '\n';
}

/* The next line that is neither empty nor a comment. */
static guint32
joined_line (const Scanner *s, guint32 at)
{
  while (at < s->length) {
    guint32 line_end = pm_line_end (s->bytes, at, s->length);
    guint32 first = pm_line_skip_blanks (s->bytes, at, line_end);
    if (first < line_end && s->bytes[first] != '#')
      return at;
    at = MIN (line_end + 1, s->length);
  }
  return s->length;
}

/* Moves over line joins; FALSE at the end of the instruction. */
static gboolean
has_more (Scanner *s)
{
  while (is_join (s, s->at))
    s->at = joined_line (s, MIN (pm_line_end (s->bytes, s->at, s->length) + 1, s->length));
  return s->at < s->length && s->bytes[s->at] != '\n';
}

static gboolean
skip_blanks (Scanner *s)
{
  while (has_more (s) && pm_line_is_blank (s->bytes[s->at]))
    s->at++;
  return has_more (s);
}

static gboolean
at_word (Scanner *s)
{
  return has_more (s) && !pm_line_is_blank (s->bytes[s->at]);
}

static PmKey
instruction_key (const Scanner *s)
{
  return (PmKey){s->name->str, s->name->len, s->name_span};
}

/* --- words --- */

/* A word up to a blank or `stop`. */
static void
read_bare_word (Scanner *s, char stop)
{
  guint32 end = s->at;
  pm_words_begin (&s->words, s->at);
  while (at_word (s) && s->bytes[s->at] != stop) {
    pm_words_copy (&s->words, s->at, s->at + 1);
    end = ++s->at;
  }
  pm_words_end (&s->words, end, (PmSpan){0, 0}, PM_QUOTING_NONE);
}

/* A quoted text that ends before a blank or `stop`; else nothing is read. */
static gboolean
read_quoted (Scanner *s, char stop)
{
  guint32 open = s->at;
  char quote = s->bytes[s->at++];
  pm_words_begin (&s->words, s->at);
  while (has_more (s) && s->bytes[s->at] != quote) {
    char next = s->at + 1 < s->length ? s->bytes[s->at + 1] : 0;
    gboolean escaped = quote == '"' && s->bytes[s->at] == s->escape &&
                       (next == quote || (next == s->escape && !is_join (s, s->at + 1)));
    if (escaped)
      pm_words_put (&s->words, &next, 1, s->at);
    else
      pm_words_copy (&s->words, s->at, s->at + 1);
    s->at += escaped ? 2 : 1;
  }
  guint32 close = s->at;
  gboolean closed = has_more (s);
  s->at += closed;
  if (!closed || (at_word (s) && s->bytes[s->at] != stop)) {
    s->at = open;
    return FALSE;
  }
  pm_words_end (&s->words, close, (PmSpan){open, close + 1},
                quote == '"' ? PM_QUOTING_DOUBLE : PM_QUOTING_SINGLE);
  return TRUE;
}

/* A word in which quotes and the escape character hide blanks; they stay in it, but for quotes
 * around all of it and the escape before a blank. */
static void
read_word (Scanner *s)
{
  guint32 end = s->at;
  char quote = 0;
  if (at_word (s) && (s->bytes[s->at] == '"' || s->bytes[s->at] == '\'') && read_quoted (s, 0))
    return;
  pm_words_begin (&s->words, end);
  while (has_more (s) && (quote != 0 || !pm_line_is_blank (s->bytes[s->at]))) {
    char c = s->bytes[s->at], next = s->at + 1 < s->length ? s->bytes[s->at + 1] : 0;
    guint32 taken = 1;
    if (c == s->escape && quote == 0 && (next == ' ' || next == '\t')) {
      pm_words_put (&s->words, &next, 1, s->at);
      taken = 2;
    } else {
      gboolean pair = c == s->escape && quote != '\'' && next != 0 && strchr ("\"'", next) != NULL;
      taken = pair ? 2 : 1;
      pm_words_copy (&s->words, s->at, s->at + taken);
      if (!pair && (c == '"' || c == '\''))
        quote = quote == 0 ? c : quote == c ? 0 : quote;
    }
    end = s->at += taken;
  }
  pm_words_end (&s->words, end, (PmSpan){0, 0}, PM_QUOTING_NONE);
}

/* --- shell form and heredocs --- */

/* Reads `3<<-"EOF"` as a word of RUN, COPY or ADD, if that is what stands here. */
static gboolean
is_heredoc (const Scanner *s, Heredoc *ret_heredoc)
{
  guint32 at = s->at;
  while (at < s->length && g_ascii_isdigit (s->bytes[at]))
    at++;
  if (s->length - at < 3 || memcmp (s->bytes + at, "<<", 2) != 0)
    return FALSE;
  Heredoc heredoc = {.mark_start = at, .strips_tabs = s->bytes[at + 2] == '-'};
  at += heredoc.strips_tabs ? 3 : 2;
  guint32 start = at;
  while (at < s->length && s->bytes[at] != '\n' && !pm_line_is_blank (s->bytes[at]))
    if (s->bytes[at++] == '<')
      return FALSE;
  heredoc.mark_end = heredoc.name_end = at;
  if (at - start > 2 && (s->bytes[start] == '"' || s->bytes[start] == '\'') &&
      s->bytes[at - 1] == s->bytes[start]) {
    start++;
    heredoc.name_end--;
  }
  heredoc.name_start = start;
  *ret_heredoc = heredoc;
  return heredoc.name_end > start;
}

/* The mark, each byte for itself: no piece of it can be edited, or the heredoc would lose its end.
 */
static void
take_mark (Scanner *s, const Heredoc *heredoc)
{
  g_array_append_val (s->heredocs, *heredoc);
  for (; s->at < heredoc->mark_end; s->at++)
    pm_words_put (&s->words, s->bytes + s->at, 1, s->at);
}

/* All up to the end of the instruction, as one word without the blanks at its end. */
static void
read_rest (Scanner *s, gboolean heredocs)
{
  Heredoc heredoc;
  guint32 end = s->at;
  char quote = 0;
  gboolean word_start = TRUE;
  pm_words_begin (&s->words, s->at);
  while (has_more (s)) {
    guint32 behind = pm_line_skip_blanks (s->bytes, s->at, s->length);
    char c = s->bytes[s->at];
    if (behind > s->at) {
      if (behind == s->length || s->bytes[behind] == '\n') {
        s->at = behind;
        break;
      }
      pm_words_copy (&s->words, s->at, behind);
      s->at = behind;
      word_start = quote == 0;
    } else if (heredocs && word_start && is_heredoc (s, &heredoc)) {
      take_mark (s, &heredoc);
    } else {
      word_start = FALSE;
      if ((c == '"' || c == '\'') && (s->at == 0 || s->bytes[s->at - 1] != s->escape))
        quote = quote == 0 ? c : quote == c ? 0 : quote;
      pm_words_copy (&s->words, s->at, s->at + 1);
      s->at++;
    }
    end = s->at;
  }
  pm_words_end (&s->words, end, (PmSpan){0, 0}, PM_QUOTING_NONE);
}

/* The start of the line that ends a heredoc, or the length. */
static guint32
heredoc_end (const Scanner *s, const Heredoc *heredoc)
{
  guint32 name_length = heredoc->name_end - heredoc->name_start;
  for (guint32 at = s->at; at < s->length;) {
    guint32 line_end = pm_line_end (s->bytes, at, s->length), start = at;
    while (heredoc->strips_tabs && start < line_end && s->bytes[start] == '\t')
      start++;
    guint32 end = line_end > start && s->bytes[line_end - 1] == '\r' ? line_end - 1 : line_end;
    if (end - start == name_length &&
        memcmp (s->bytes + start, s->bytes + heredoc->name_start, name_length) == 0)
      return at;
    at = line_end + 1;
  }
  return s->length;
}

/* Reads the bodies behind the instruction's line. */
static void
read_heredocs (Scanner *s)
{
  for (guint i = 0; i < s->heredocs->len; i++) {
    const Heredoc *heredoc = &g_array_index (s->heredocs, Heredoc, i);
    s->at = MIN (s->at + 1, s->length); /* the newline */
    guint32 end = heredoc_end (s, heredoc);
    if (end == s->length) {
      pm_builder_problem (s->builder, heredoc->mark_start, "a heredoc that never ends");
      s->no_heredocs = TRUE;
      s->at--;
      return;
    }
    GString *mark = g_string_new ("<<");
    g_string_append_len (mark, s->bytes + heredoc->name_start,
                         heredoc->name_end - heredoc->name_start);
    PmKey key = {mark->str, mark->len, {heredoc->mark_start, heredoc->mark_end}};
    PmScalar body = {.span = {s->at, end > s->at ? end - 1 : end},
                     .outer = {s->at, MAX (end, s->at)},
                     .quoting = PM_QUOTING_BLOCK};
    pm_builder_scalar (s->builder, key, &body);
    g_string_free (mark, TRUE);
    s->at = pm_line_end (s->bytes, end, s->length);
  }
}

/* --- exec form --- */

static gboolean
read_json_escape (Scanner *s)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  char c = s->at + 1 < s->length ? s->bytes[s->at + 1] : 0;
  guint32 unicode = pm_words_put_unicode (&s->words, s->at, s->length);
  if (unicode > 0) {
    s->at += unicode;
    return TRUE;
  }
  const char *known = c == 0 ? NULL : strchr (from, c);
  if (known == NULL)
    return FALSE;
  pm_words_put (&s->words, &to[known - from], 1, s->at);
  s->at += 2;
  return TRUE;
}

static gboolean
read_json_string (Scanner *s)
{
  guint32 open = s->at++;
  pm_words_begin (&s->words, s->at);
  while (has_more (s) && s->bytes[s->at] != '"') {
    if (s->bytes[s->at] == '\\') {
      if (!read_json_escape (s))
        return FALSE;
      continue;
    }
    pm_words_copy (&s->words, s->at, s->at + 1);
    s->at++;
  }
  if (!has_more (s))
    return FALSE;
  pm_words_end (&s->words, s->at, (PmSpan){open, s->at + 1}, PM_QUOTING_DOUBLE);
  s->at++;
  return TRUE;
}

/* Reads a JSON array of strings up to the end of the instruction. */
static gboolean
read_array (Scanner *s)
{
  gboolean wants_string = FALSE, wants_comma = FALSE;
  for (s->at++; skip_blanks (s);) {
    char c = s->bytes[s->at];
    if (c == ']' && !wants_string) {
      s->at++;
      return !skip_blanks (s);
    }
    if (wants_comma ? c != ',' : c != '"')
      return FALSE;
    if (c == ',')
      s->at++;
    else if (!read_json_string (s))
      return FALSE;
    wants_string = c == ',';
    wants_comma = !wants_string;
  }
  return FALSE;
}

/* --- instructions --- */

static void
read_text (Scanner *s)
{
  pm_words_reset (&s->words);
  gboolean heredocs =
      !s->no_heredocs && (strcmp (s->name->str, "RUN") == 0 || strcmp (s->name->str, "COPY") == 0 ||
                          strcmp (s->name->str, "ADD") == 0);
  read_rest (s, heredocs);
  pm_words_add (&s->words, 0, s->builder, instruction_key (s));
}

static void
read_command (Scanner *s)
{
  guint32 start = s->at;
  pm_words_reset (&s->words);
  while (s->length - s->at > 2 && memcmp (s->bytes + s->at, "--", 2) == 0) {
    read_bare_word (s, 0);
    skip_blanks (s);
  }
  pm_words_reset (&s->words);
  if (has_more (s) && s->bytes[s->at] == '[' && read_array (s)) {
    pm_words_add_list (&s->words, 0, s->builder, instruction_key (s));
    return;
  }
  s->at = start;
  read_text (s);
}

static void
read_list (Scanner *s)
{
  pm_words_reset (&s->words);
  while (skip_blanks (s))
    read_word (s);
  pm_words_add_list (&s->words, 0, s->builder, instruction_key (s));
}

/* The name of a pair, up to its `=`; quotes around it are none of it. */
static void
read_pair_name (Scanner *s)
{
  pm_words_reset (&s->words);
  char c = s->bytes[s->at];
  if ((c != '"' && c != '\'') || !read_quoted (s, '='))
    read_bare_word (s, '=');
}

/* The value of `ENV A value with blanks`. */
static void
read_old_value (Scanner *s)
{
  guint32 start = s->at;
  guint count = pm_words_count (&s->words);
  if ((s->bytes[s->at] == '"' || s->bytes[s->at] == '\'') && read_quoted (s, 0) && !skip_blanks (s))
    return;
  pm_words_truncate (&s->words, count);
  s->at = start;
  read_rest (s, FALSE);
}

static void
read_pairs (Scanner *s)
{
  gboolean is_argument = strcmp (s->name->str, "ARG") == 0;
  pm_builder_open (s->builder, PM_NODE_MAP, instruction_key (s), s->name_span.start);
  for (gboolean first = TRUE; skip_blanks (s); first = FALSE) {
    read_pair_name (s);
    guint32 name_end = s->at;
    if (has_more (s) && s->bytes[s->at] == '=') {
      s->at++;
      read_word (s);
    } else if (first && !is_argument && skip_blanks (s)) {
      read_old_value (s);
    } else if (!is_argument) {
      pm_builder_problem (s->builder, name_end - 1, "a name without a value");
      continue;
    }
    if (pm_words_count (&s->words) > 1)
      pm_words_add (&s->words, 1, s->builder, pm_words_key (&s->words, 0));
  }
  pm_builder_close (s->builder, s->at);
}

/* Reads a word as the name of what follows, in capitals. */
static void
read_name (Scanner *s)
{
  pm_words_reset (&s->words);
  read_bare_word (s, 0);
  PmKey word = pm_words_key (&s->words, 0);
  g_string_truncate (s->name, 0);
  g_string_append_len (s->name, word.text, (gssize) word.length);
  g_string_ascii_up (s->name);
  s->name_span = word.span;
}

static void
read_healthcheck (Scanner *s)
{
  pm_builder_open (s->builder, PM_NODE_MAP, instruction_key (s), s->name_span.start);
  while (skip_blanks (s) && s->bytes[s->at] == '-') {
    read_pair_name (s);
    if (has_more (s) && s->bytes[s->at] == '=') {
      s->at++;
      read_word (s);
      pm_words_add (&s->words, 1, s->builder, pm_words_key (&s->words, 0));
    }
  }
  if (skip_blanks (s)) {
    read_name (s);
    if (strcmp (s->name->str, "NONE") != 0 && skip_blanks (s))
      read_command (s);
  }
  pm_builder_close (s->builder, s->at);
}

static const struct {
  const char *name;
  void (*read) (Scanner *s);
} instructions[] = {
    {"ADD", read_text},      {"ARG", read_pairs},          {"CMD", read_command},
    {"COPY", read_text},     {"ENTRYPOINT", read_command}, {"ENV", read_pairs},
    {"EXPOSE", read_list},   {"FROM", read_list},          {"HEALTHCHECK", read_healthcheck},
    {"LABEL", read_pairs},   {"MAINTAINER", read_text},    {"RUN", read_command},
    {"SHELL", read_command}, {"STOPSIGNAL", read_text},    {"USER", read_text},
    {"VOLUME", read_text},   {"WORKDIR", read_text},
};

/* Reads what no instruction's name starts; it may be one all the same. */
static void
read_unknown (Scanner *s)
{
  pm_builder_problem (s->builder, s->name_span.start, "no instruction that is known");
  pm_words_reset (&s->words);
  read_rest (s, FALSE);
  if (pm_words_at (&s->words, 0)->text_length == 0)
    return;
  pm_words_at (&s->words, 0)->flags |= PM_NODE_BROKEN;
  pm_words_add (&s->words, 0, s->builder, instruction_key (s));
}

static void
read_instruction (Scanner *s)
{
  gboolean more = skip_blanks (s);
  for (gsize i = 0; i < G_N_ELEMENTS (instructions); i++) {
    if (strcmp (instructions[i].name, s->name->str) != 0)
      continue;
    if (more)
      instructions[i].read (s);
    else
      pm_builder_problem (s->builder, s->name_span.start, "an instruction without arguments");
    return;
  }
  read_unknown (s);
}

static void
read_statement (Scanner *s)
{
  g_array_set_size (s->heredocs, 0);
  read_name (s);
  gboolean on_build = strcmp (s->name->str, "ONBUILD") == 0;
  if (on_build) {
    pm_builder_open (s->builder, PM_NODE_MAP, instruction_key (s), s->name_span.start);
    if (skip_blanks (s))
      read_name (s);
  }
  read_instruction (s);
  if (on_build)
    pm_builder_close (s->builder, s->at);
  read_heredocs (s);
}

/* --- the file --- */

/* `# escape=x`, one of the directives that may stand at the very top; FALSE: this line is none. */
static gboolean
read_directive (Scanner *s)
{
  guint32 line_end = pm_line_end (s->bytes, s->at, s->length);
  guint32 at = pm_line_skip_blanks (s->bytes, s->at, line_end);
  if (at == line_end || s->bytes[at] != '#')
    return FALSE;
  guint32 name = pm_line_skip_blanks (s->bytes, at + 1, line_end), name_end = name;
  while (name_end < line_end && g_ascii_isalnum (s->bytes[name_end]))
    name_end++;
  guint32 equals = pm_line_skip_blanks (s->bytes, name_end, line_end);
  if (name_end == name || equals == line_end || s->bytes[equals] != '=')
    return FALSE;
  guint32 value = pm_line_skip_blanks (s->bytes, equals + 1, line_end);
  gboolean is_escape =
      name_end - name == 6 && g_ascii_strncasecmp (s->bytes + name, "escape", 6) == 0;
  if (is_escape && value < line_end && (s->bytes[value] == '`' || s->bytes[value] == '\\'))
    s->escape = s->bytes[value];
  s->at = MIN (line_end + 1, s->length);
  return TRUE;
}

static void
dockerfile_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
{
  Scanner s = {
      .builder = builder,
      .bytes = bytes,
      .at = (guint32) start,
      .length = (guint32) length,
      .escape = '\\',
      .name = g_string_new (NULL),
      .heredocs = g_array_new (FALSE, FALSE, sizeof (Heredoc)),
  };
  pm_words_init (&s.words, bytes);
  while (read_directive (&s))
    continue;
  while (s.at < s.length && !pm_builder_is_full (builder)) {
    s.at = pm_line_skip_blanks (bytes, s.at, s.length);
    guint32 line_end = pm_line_end (bytes, s.at, s.length);
    if (s.at < line_end && (bytes[s.at] == '#' || pm_line_is_template (bytes, s.at, line_end)))
      s.at = line_end;
    else if (skip_blanks (&s))
      read_statement (&s);
    s.at++; /* the newline */
  }
  pm_words_clear (&s.words);
  g_array_unref (s.heredocs);
  g_string_free (s.name, TRUE);
}

/* --- writing --- */

/* Which escapes hold between double quotes depends on the instruction (JSON or shell), and the
 * escape character on the file: so nothing is written that needs one. */
static char *
dockerfile_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  if (quoting == PM_QUOTING_NONE)
    return pm_words_escape_bare (text, "");
  return pm_words_escape_verbatim (text, "\"'`\\");
}

const PmFormat pm_format_dockerfile = {
    .name = "dockerfile",
    .most_bytes = PM_FORMAT_OWN_MOST_BYTES,
    .grammar = "Docker's Dockerfile reference",
    .parse = dockerfile_parse,
    .escape = dockerfile_escape,
};
