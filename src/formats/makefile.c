/* Makefiles (GNU make's manual: "Writing Makefiles", "Writing Recipes in Rules", "How to Use
 * Variables").
 *
 * The root is a map, in the order of the file; names may repeat:
 *
 *   NAME = value          a scalar, whichever of make's signs assigns; also of one target only
 *   target: …             a list of the lines of its recipe, keyed by all targets as written;
 *                         prerequisites are not read
 *   define NAME … endef   a list of its lines
 *
 * $(NAME) and $$ stay in the text. A line that a backslash continues reads as one, with a blank for
 * the seam; the signs before a command (@ - +) are none of it. Conditionals are looked through:
 * both branches are read.
 *
 * DESIGN
 * One logical line at a time. What a line is decides its first `:` or `=` outside of $( ) and ${ };
 * a line that starts with a tab behind a rule is its recipe's. */

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
  gboolean in_rule;   /* the list of a rule is open */
  gboolean in_define; /* the list of a define is */
} Scanner;

/* --- logical lines --- */

/* Whether the backslash before a line's end joins the next line: an even number of them do not. */
static gboolean
is_continued (const Scanner *s, guint32 start, guint32 line_end)
{
  guint32 end = line_end > start && s->bytes[line_end - 1] == '\r' ? line_end - 1 : line_end;
  guint32 at = end;
  while (at > start && s->bytes[at - 1] == '\\')
    at--;
  return (end - at) % 2 == 1 && line_end < s->length;
}

static guint32
logical_end (const Scanner *s, guint32 start)
{
  guint32 line_end = pm_line_end (s->bytes, start, s->length);
  while (is_continued (s, start, line_end)) {
    start = line_end + 1;
    line_end = pm_line_end (s->bytes, start, s->length);
  }
  return line_end;
}

/* The text from `start` to `end`, with a blank for each seam, as the only word. */
static void
take_text (Scanner *s, guint32 start, guint32 end)
{
  guint32 value_end = start;
  pm_words_reset (&s->words);
  pm_words_begin (&s->words, start);
  for (guint32 at = start;;) {
    guint32 line_end = MIN (pm_line_end (s->bytes, at, s->length), end);
    guint32 piece_end = pm_line_trim (s->bytes, at, line_end);
    if (line_end < end)
      piece_end = pm_line_trim (s->bytes, at, piece_end - 1); /* without the backslash */
    if (piece_end > at && value_end > start)
      pm_words_put (&s->words, " ", 1, value_end);
    pm_words_copy (&s->words, at, piece_end);
    value_end = piece_end > at ? piece_end : value_end;
    if (line_end == end)
      break;
    at = pm_line_skip_blanks (s->bytes, line_end + 1, end);
  }
  pm_words_end (&s->words, value_end, (PmSpan){0, 0}, PM_QUOTING_NONE);
}

/* Behind a $( ) or ${ } whose dollar is at `at`, else behind the dollar and what it hides. */
static guint32
behind_reference (const Scanner *s, guint32 at, guint32 end)
{
  char open = at + 1 < end ? s->bytes[at + 1] : 0, close = open == '(' ? ')' : '}';
  if (open != '(' && open != '{')
    return MIN (at + 2, end);
  guint depth = 0;
  for (guint32 i = at + 1; i < end; i++) {
    depth += s->bytes[i] == open;
    if (s->bytes[i] == close && --depth == 0)
      return i + 1;
  }
  return end;
}

/* The first of `stops` outside of references, else `end`. */
static guint32
find (const Scanner *s, guint32 at, guint32 end, const char *stops)
{
  while (at < end && strchr (stops, s->bytes[at]) == NULL)
    at = s->bytes[at] == '$' ? behind_reference (s, at, end) : at + 1;
  return MIN (at, end);
}

/* --- statements --- */

static void
close_list (Scanner *s)
{
  if (s->in_rule || s->in_define)
    pm_builder_close (s->builder, s->at);
  s->in_rule = s->in_define = FALSE;
}

static void
open_list (Scanner *s, guint32 start, guint32 end)
{
  end = pm_line_trim (s->bytes, start, end);
  pm_builder_open (s->builder, PM_NODE_LIST, (PmKey){s->bytes + start, end - start, {start, end}},
                   start);
}

static void
read_command (Scanner *s, guint32 start, guint32 end)
{
  start = pm_line_skip_blanks (s->bytes, start, end);
  while (start < end && strchr ("@-+", s->bytes[start]) != NULL)
    start = pm_line_skip_blanks (s->bytes, start + 1, end);
  if (start == end)
    return;
  take_text (s, start, end);
  pm_words_add (&s->words, 0, s->builder, PM_NO_KEY);
}

/* The length of the one of `words` that stands at `at`, before a blank or `(`; 0: none does. */
static guint32
word_at (const Scanner *s, guint32 at, guint32 end, const char *const *words)
{
  for (; *words != NULL; words++) {
    guint32 length = (guint32) strlen (*words), behind = at + length;
    if (end - at >= length && memcmp (s->bytes + at, *words, length) == 0 &&
        (behind == end || strchr (" \t\r\\(", s->bytes[behind]) != NULL))
      return length;
  }
  return 0;
}

/* What may stand before an assignment. */
static guint32
skip_modifiers (const Scanner *s, guint32 at, guint32 end)
{
  static const char *const modifiers[] = {"export", "override", "private", NULL};
  for (guint32 length; (length = word_at (s, at, end, modifiers)) > 0;)
    at = pm_line_skip_blanks (s->bytes, at + length, end);
  return at;
}

/* Reads `NAME sign value`, if that is what stands from `start` on; `=` at `equals`. */
static void
read_assignment (Scanner *s, guint32 start, guint32 equals, guint32 end)
{
  guint32 name = skip_modifiers (s, start, equals), name_end = equals;
  while (name_end > name && strchr (":?+!", s->bytes[name_end - 1]) != NULL)
    name_end--;
  name_end = pm_line_trim (s->bytes, name, name_end);
  guint32 value = pm_line_skip_blanks (s->bytes, equals + 1, end);
  guint32 comment = find (s, value, end, "#");
  while (comment < end && comment > value && s->bytes[comment - 1] == '\\')
    comment = find (s, comment + 1, end, "#");
  if (name == name_end)
    return;
  take_text (s, value, comment);
  pm_words_add (&s->words, 0, s->builder,
                (PmKey){s->bytes + name, name_end - name, {name, name_end}});
}

/* Where the = of an assignment stands in what follows a rule's colon, or `end`. */
static guint32
equals_of_target (const Scanner *s, guint32 at, guint32 end)
{
  guint32 stop = find (s, at, end, "=;|#");
  return stop < end && s->bytes[stop] == '=' ? stop : end;
}

static void
read_rule (Scanner *s, guint32 start, guint32 colon, guint32 end)
{
  guint32 behind = colon;
  while (behind < end && s->bytes[behind] == ':')
    behind++;
  guint32 equals = equals_of_target (s, behind, end);
  if (equals < end) {
    read_assignment (s, pm_line_skip_blanks (s->bytes, behind, end), equals, end);
    return;
  }
  open_list (s, start, colon > start && s->bytes[colon - 1] == '&' ? colon - 1 : colon);
  s->in_rule = TRUE;
  guint32 recipe = find (s, behind, end, ";#");
  if (recipe < end && s->bytes[recipe] == ';')
    read_command (s, recipe + 1, end);
}

static const char *const conditionals[] = {"ifeq", "ifneq", "ifdef", "ifndef",
                                           "else", "endif", NULL};
static const char *const define[] = {"define", NULL};
static const char *const endef[] = {"endef", NULL};

static void
read_statement (Scanner *s, guint32 start, guint32 end)
{
  close_list (s);
  guint32 first = skip_modifiers (s, start, end), defines = word_at (s, first, end, define);
  if (defines > 0) {
    guint32 name = pm_line_skip_blanks (s->bytes, first + defines, end);
    open_list (s, name, find (s, name, end, "=:?+!"));
    s->in_define = TRUE;
    return;
  }
  guint32 sign = find (s, start, end, ":=#");
  guint32 behind = sign;
  while (behind < end && s->bytes[behind] == ':')
    behind++;
  if (behind < end && s->bytes[behind] == '=')
    read_assignment (s, start, behind, end);
  else if (sign < end && s->bytes[sign] == ':')
    read_rule (s, start, sign, end);
}

static void
read_line (Scanner *s)
{
  guint32 start = s->at, end = logical_end (s, start);
  guint32 first = pm_line_skip_blanks (s->bytes, start, end);
  gboolean is_recipe = s->in_rule && s->bytes[start] == '\t';
  if (first == end) {
    /* an empty line */
  } else if (s->in_define) {
    if (word_at (s, first, end, endef) > 0)
      close_list (s);
    else
      read_command (s, first, end);
  } else if (is_recipe) {
    if (s->bytes[first] != '#')
      read_command (s, first, end);
  } else if (s->bytes[first] != '#' && word_at (s, first, end, conditionals) == 0 &&
             !pm_line_is_template (s->bytes, first, end)) {
    read_statement (s, first, end);
  }
  s->at = end + 1;
}

static void
makefile_parse (PmBuilder *builder, const char *bytes, gsize start, gsize length)
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
  s.at = s.length;
  close_list (&s);
  pm_words_clear (&s.words);
}

/* --- writing --- */

/* A $ starts a reference, a # a comment; a quote is the shell's. */
static char *
makefile_escape (PmQuoting quoting, gboolean whole, const char *text)
{
  gsize length = strlen (text);
  if (whole && (length == 0 || pm_line_is_blank (text[0]) || pm_line_is_blank (text[length - 1]) ||
                strchr ("@-+", text[0]) != NULL))
    return NULL;
  return pm_words_escape_verbatim (text, "$#\\\"'`");
}

const PmFormat pm_format_makefile = {
    .name = "makefile",
    .most_bytes = PM_FORMAT_OWN_MOST_BYTES,
    .grammar = "GNU make's makefiles",
    .parse = makefile_parse,
    .escape = makefile_escape,
};
