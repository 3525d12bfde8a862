/* DESIGN
 * has_more moves the cursor over line joins (the escape character at a line's end, with the
 * comments and empty lines behind it), so that no reader knows of them; the words' segments do.
 * What has to be tried (exec form, quotes around a whole word) is read ahead and taken back. A
 * heredoc without an end is none, and none is looked for behind it. */

#include "formats/dockerfile.h"

#include <string.h>

#include "formats/lines.h"

typedef struct {
  guint32 mark_start; /* `<<`, `<<-` and the name are the mark */
  guint32 mark_end;
  guint32 name_start;
  guint32 name_end;
  gboolean strips_tabs;
} Heredoc;

/* --- the cursor --- */

void
pm_dockerfile_init (PmDockerfile *s, PmBuilder *builder, const char *bytes, gsize start,
                    gsize length)
{
  *s = (PmDockerfile){
      .builder = builder,
      .bytes = bytes,
      .at = (guint32) start,
      .length = (guint32) length,
      .escape = '\\',
      .name = g_string_new (NULL),
      .heredocs = g_array_new (FALSE, FALSE, sizeof (Heredoc)),
  };
  pm_words_init (&s->words, bytes);
}

void
pm_dockerfile_clear (PmDockerfile *s)
{
  pm_words_clear (&s->words);
  g_clear_pointer (&s->heredocs, g_array_unref);
  g_string_free (g_steal_pointer (&s->name), TRUE);
}

/* Whether the escape character at `at` joins the next line. */
static gboolean
is_join (const PmDockerfile *s, guint32 at)
{
  if (at >= s->length || s->bytes[at] != s->escape)
    return FALSE;
  guint32 behind = pm_line_skip_blanks (s->bytes, at + 1, s->length);
  return behind == s->length || s->bytes[behind] == '\n';
}

/* The next line that is neither empty nor a comment. */
static guint32
joined_line (const PmDockerfile *s, guint32 at)
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

gboolean
pm_dockerfile_has_more (PmDockerfile *s)
{
  while (is_join (s, s->at))
    s->at = joined_line (s, MIN (pm_line_end (s->bytes, s->at, s->length) + 1, s->length));
  return s->at < s->length && s->bytes[s->at] != '\n';
}

gboolean
pm_dockerfile_skip_blanks (PmDockerfile *s)
{
  while (pm_dockerfile_has_more (s) && pm_line_is_blank (s->bytes[s->at]))
    s->at++;
  return pm_dockerfile_has_more (s);
}

static gboolean
at_word (PmDockerfile *s)
{
  return pm_dockerfile_has_more (s) && !pm_line_is_blank (s->bytes[s->at]);
}

/* --- words --- */

void
pm_dockerfile_read_bare (PmDockerfile *s, char stop)
{
  guint32 end = s->at;
  pm_words_begin (&s->words, s->at);
  while (at_word (s) && s->bytes[s->at] != stop) {
    pm_words_copy (&s->words, s->at, s->at + 1);
    end = ++s->at;
  }
  pm_words_end (&s->words, end, (PmSpan){0, 0}, PM_QUOTING_NONE);
}

gboolean
pm_dockerfile_read_quoted (PmDockerfile *s, char stop)
{
  guint32 open = s->at;
  char quote = s->bytes[s->at++];
  pm_words_begin (&s->words, s->at);
  while (pm_dockerfile_has_more (s) && s->bytes[s->at] != quote) {
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
  gboolean closed = pm_dockerfile_has_more (s);
  s->at += closed;
  if (!closed || (at_word (s) && s->bytes[s->at] != stop)) {
    s->at = open;
    return FALSE;
  }
  pm_words_end_quoted (&s->words, close);
  return TRUE;
}

void
pm_dockerfile_read_word (PmDockerfile *s)
{
  guint32 end = s->at;
  char quote = 0;
  if (at_word (s) && (s->bytes[s->at] == '"' || s->bytes[s->at] == '\'') &&
      pm_dockerfile_read_quoted (s, 0))
    return;
  pm_words_begin (&s->words, end);
  while (pm_dockerfile_has_more (s) && (quote != 0 || !pm_line_is_blank (s->bytes[s->at]))) {
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
is_heredoc (const PmDockerfile *s, Heredoc *ret_heredoc)
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
take_mark (PmDockerfile *s, const Heredoc *heredoc)
{
  g_array_append_val (s->heredocs, *heredoc);
  for (; s->at < heredoc->mark_end; s->at++)
    pm_words_put (&s->words, s->bytes + s->at, 1, s->at);
}

void
pm_dockerfile_read_rest (PmDockerfile *s, gboolean heredocs)
{
  Heredoc heredoc;
  guint32 end = s->at;
  char quote = 0;
  gboolean word_start = TRUE;
  pm_words_begin (&s->words, s->at);
  while (pm_dockerfile_has_more (s)) {
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
heredoc_end (const PmDockerfile *s, const Heredoc *heredoc)
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

void
pm_dockerfile_read_heredocs (PmDockerfile *s)
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
read_json_escape (PmDockerfile *s)
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
read_json_string (PmDockerfile *s)
{
  pm_words_begin (&s->words, ++s->at);
  while (pm_dockerfile_has_more (s) && s->bytes[s->at] != '"') {
    if (s->bytes[s->at] == '\\') {
      if (!read_json_escape (s))
        return FALSE;
      continue;
    }
    pm_words_copy (&s->words, s->at, s->at + 1);
    s->at++;
  }
  if (!pm_dockerfile_has_more (s))
    return FALSE;
  pm_words_end_quoted (&s->words, s->at);
  s->at++;
  return TRUE;
}

gboolean
pm_dockerfile_read_array (PmDockerfile *s)
{
  gboolean wants_string = FALSE, wants_comma = FALSE;
  for (s->at++; pm_dockerfile_skip_blanks (s);) {
    char c = s->bytes[s->at];
    if (c == ']' && !wants_string) {
      s->at++;
      return !pm_dockerfile_skip_blanks (s);
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
