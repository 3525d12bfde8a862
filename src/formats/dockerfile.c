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
 * A table of instructions, each with the function that reads what it holds; the words are those of
 * dockerfile-words.c. */

#include "formats/dockerfile.h"

#include <string.h>

#include "formats/format.h"
#include "formats/lines.h"

static PmKey
instruction_key (const PmDockerfile *s)
{
  return (PmKey){s->name->str, s->name->len, s->name_span};
}

/* --- instructions --- */

/* ["…] that is no JSON: Docker takes it for the shell's words, which who wrote it hardly meant. */
static gboolean
is_flawed_array (const PmDockerfile *s, PmSpan text)
{
  while (text.end > text.start && strchr (" \t\r", s->bytes[text.end - 1]) != NULL)
    text.end--;
  if (pm_span_length (text) < 2 || s->bytes[text.start] != '[' || s->bytes[text.end - 1] != ']')
    return FALSE;
  while (++text.start < text.end && (s->bytes[text.start] == ' ' || s->bytes[text.start] == '\t'))
    ;
  return s->bytes[text.start] == '"';
}

static void
read_text (PmDockerfile *s)
{
  pm_words_reset (&s->words);
  gboolean heredocs =
      !s->no_heredocs && (strcmp (s->name->str, "RUN") == 0 || strcmp (s->name->str, "COPY") == 0 ||
                          strcmp (s->name->str, "ADD") == 0);
  pm_dockerfile_read_rest (s, heredocs);
  PmWord *text = pm_words_at (&s->words, 0);
  if (is_flawed_array (s, text->span))
    text->flags |= PM_NODE_BROKEN;
  pm_words_add (&s->words, 0, s->builder, instruction_key (s));
}

static void
read_command (PmDockerfile *s)
{
  guint32 start = s->at;
  pm_words_reset (&s->words);
  while (s->length - s->at > 2 && memcmp (s->bytes + s->at, "--", 2) == 0) {
    pm_dockerfile_read_bare (s, 0);
    pm_dockerfile_skip_blanks (s);
  }
  pm_words_reset (&s->words);
  if (pm_dockerfile_has_more (s) && s->bytes[s->at] == '[' && pm_dockerfile_read_array (s)) {
    pm_words_add_list (&s->words, 0, s->builder, instruction_key (s));
    return;
  }
  s->at = start;
  read_text (s);
}

static void
read_list (PmDockerfile *s)
{
  pm_words_reset (&s->words);
  while (pm_dockerfile_skip_blanks (s))
    pm_dockerfile_read_word (s);
  pm_words_add_list (&s->words, 0, s->builder, instruction_key (s));
}

/* The name of a pair, up to its `=`; quotes around it are none of it. */
static void
read_pair_name (PmDockerfile *s)
{
  pm_words_reset (&s->words);
  char c = s->bytes[s->at];
  if ((c != '"' && c != '\'') || !pm_dockerfile_read_quoted (s, '='))
    pm_dockerfile_read_bare (s, '=');
}

/* The value of `ENV A value with blanks`. */
static void
read_old_value (PmDockerfile *s)
{
  guint32 start = s->at;
  guint count = pm_words_count (&s->words);
  if ((s->bytes[s->at] == '"' || s->bytes[s->at] == '\'') && pm_dockerfile_read_quoted (s, 0) &&
      !pm_dockerfile_skip_blanks (s))
    return;
  pm_words_truncate (&s->words, count);
  s->at = start;
  pm_dockerfile_read_rest (s, FALSE);
}

static void
read_pairs (PmDockerfile *s)
{
  gboolean is_argument = strcmp (s->name->str, "ARG") == 0;
  pm_builder_open (s->builder, PM_NODE_MAP, instruction_key (s), s->name_span.start);
  for (gboolean first = TRUE; pm_dockerfile_skip_blanks (s); first = FALSE) {
    read_pair_name (s);
    guint32 name_end = s->at;
    if (pm_dockerfile_has_more (s) && s->bytes[s->at] == '=') {
      s->at++;
      pm_dockerfile_read_word (s);
    } else if (first && !is_argument && pm_dockerfile_skip_blanks (s)) {
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
read_name (PmDockerfile *s)
{
  pm_words_reset (&s->words);
  pm_dockerfile_read_bare (s, 0);
  PmKey word = pm_words_key (&s->words, 0);
  g_string_truncate (s->name, 0);
  g_string_append_len (s->name, word.text, (gssize) word.length);
  g_string_ascii_up (s->name);
  s->name_span = word.span;
}

static void
read_healthcheck (PmDockerfile *s)
{
  pm_builder_open (s->builder, PM_NODE_MAP, instruction_key (s), s->name_span.start);
  while (pm_dockerfile_skip_blanks (s) && s->bytes[s->at] == '-') {
    read_pair_name (s);
    if (pm_dockerfile_has_more (s) && s->bytes[s->at] == '=') {
      s->at++;
      pm_dockerfile_read_word (s);
      pm_words_add (&s->words, 1, s->builder, pm_words_key (&s->words, 0));
    }
  }
  if (pm_dockerfile_skip_blanks (s)) {
    read_name (s);
    if (strcmp (s->name->str, "NONE") != 0 && pm_dockerfile_skip_blanks (s))
      read_command (s);
  }
  pm_builder_close (s->builder, s->at);
}

static const struct {
  const char *name;
  void (*read) (PmDockerfile *s);
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
read_unknown (PmDockerfile *s)
{
  pm_builder_problem (s->builder, s->name_span.start, "no instruction that is known");
  pm_words_reset (&s->words);
  pm_dockerfile_read_rest (s, FALSE);
  if (pm_words_at (&s->words, 0)->text_length == 0)
    return;
  pm_words_at (&s->words, 0)->flags |= PM_NODE_BROKEN;
  pm_words_add (&s->words, 0, s->builder, instruction_key (s));
}

static void
read_instruction (PmDockerfile *s)
{
  gboolean more = pm_dockerfile_skip_blanks (s);
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
read_statement (PmDockerfile *s)
{
  g_array_set_size (s->heredocs, 0);
  read_name (s);
  gboolean on_build = strcmp (s->name->str, "ONBUILD") == 0;
  if (on_build) {
    pm_builder_open (s->builder, PM_NODE_MAP, instruction_key (s), s->name_span.start);
    if (pm_dockerfile_skip_blanks (s))
      read_name (s);
  }
  read_instruction (s);
  if (on_build)
    pm_builder_close (s->builder, s->at);
  pm_dockerfile_read_heredocs (s);
}

/* --- the file --- */

/* `# escape=x`, one of the directives that may stand at the very top; FALSE: this line is none. */
static gboolean
read_directive (PmDockerfile *s)
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
  PmDockerfile s;
  pm_dockerfile_init (&s, builder, bytes, start, length);
  while (read_directive (&s))
    continue;
  while (s.at < s.length && !pm_builder_is_full (builder)) {
    s.at = pm_line_skip_blanks (bytes, s.at, s.length);
    guint32 line_end = pm_line_end (bytes, s.at, s.length);
    if (s.at < line_end && (bytes[s.at] == '#' || pm_line_is_template (bytes, s.at, line_end)))
      s.at = line_end;
    else if (pm_dockerfile_skip_blanks (&s))
      read_statement (&s);
    s.at++; /* the newline */
  }
  pm_dockerfile_clear (&s);
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
