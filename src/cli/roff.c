/* DESIGN
 * A word is escaped by itself, so that its length on the line is known, and words are put on lines.
 * Escapes are those that groff_char(7) and mandoc_char(7) share. */

#include "cli/roff.h"

#include <string.h>

#define WIDTH 76

/* Characters that roff would read or print as others; those beyond ASCII have their numbers. */
static void
append_character (GString *out, gunichar character)
{
  switch (character) {
  case '\\':
    g_string_append (out, "\\(rs");
    break;
  case '-':
    g_string_append (out, "\\-");
    break;
  case '\'':
    g_string_append (out, "\\(aq");
    break;
  case '`':
    g_string_append (out, "\\(ga");
    break;
  case '^':
    g_string_append (out, "\\(ha");
    break;
  case '~':
    g_string_append (out, "\\(ti");
    break;
  case '"':
    g_string_append (out, "\\(dq");
    break;
  default:
    if (character < 0x80)
      g_string_append_c (out, (char) character);
    else
      g_string_append_printf (out, "\\[u%04X]", character);
  }
}

static void
append_escaped (GString *out, const char *text)
{
  for (; *text != '\0'; text = g_utf8_next_char (text))
    append_character (out, g_utf8_get_char (text));
}

/* --- lines of words --- */

typedef struct {
  GString *out;
  gsize column;      /* 0: at the beginning of a line */
  gboolean has_font; /* of pm_roff_text: between two backticks */
  gboolean has_pair; /* the text's backticks come in pairs */
} Lines;

static void
end_line (Lines *lines)
{
  if (lines->column > 0)
    g_string_append_c (lines->out, '\n');
  lines->column = 0;
}

static void
add_word (Lines *lines, const GString *word)
{
  if (lines->column > 0 && lines->column + 1 + word->len > WIDTH)
    end_line (lines);
  if (lines->column > 0)
    g_string_append_c (lines->out, ' ');
  /* A full stop at a line's beginning would be a request. */
  else if (word->str[0] == '.' || word->str[0] == '\'')
    g_string_append (lines->out, "\\&");
  g_string_append_len (lines->out, word->str, (gssize) word->len);
  lines->column += word->len + 1;
}

/* "done." and "(done.)", not "…" or "e.g". */
static gboolean
ends_sentence (const char *word)
{
  gsize length = strlen (word);
  while (length > 0 && strchr (")]\"'", word[length - 1]) != NULL)
    length--;
  return length > 1 && strchr (".?!", word[length - 1]) != NULL;
}

/* --- prose --- */

static void
append_prose_word (GString *escaped, Lines *lines, const char *word)
{
  for (; *word != '\0'; word = g_utf8_next_char (word)) {
    if (*word == '`' && lines->has_pair) {
      lines->has_font = !lines->has_font;
      g_string_append (escaped, lines->has_font ? "\\fB" : "\\fR");
    } else {
      append_character (escaped, g_utf8_get_char (word));
    }
  }
}

static gboolean
has_pairs (const char *text)
{
  guint ticks = 0;
  for (; *text != '\0'; text++)
    ticks += *text == '`';
  return ticks % 2 == 0;
}

void
pm_roff_text (GString *out, const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \n", -1);
  Lines lines = {.out = out, .has_pair = has_pairs (text)};
  for (char **word = words; *word != NULL; word++) {
    if (**word == '\0')
      continue;
    g_autoptr (GString) escaped = g_string_new (NULL);
    append_prose_word (escaped, &lines, *word);
    add_word (&lines, escaped);
    if (ends_sentence (*word))
      end_line (&lines);
  }
  end_line (&lines);
}

static void
end_paragraph (GString *out, GString *paragraph)
{
  pm_roff_text (out, paragraph->str);
  g_string_truncate (paragraph, 0);
}

void
pm_roff_paragraphs (GString *out, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) paragraph = g_string_new (NULL);
  gboolean is_example = FALSE;
  for (char **line = lines; *line != NULL; line++) {
    gboolean stands = **line == ' ';
    if (stands != is_example)
      end_paragraph (out, paragraph);
    if (stands != is_example)
      g_string_append (out, stands ? ".EX\n" : ".EE\n");
    is_example = stands;
    if (stands) {
      pm_roff_line (out, *line);
    } else if (**line == '\0') {
      end_paragraph (out, paragraph);
      g_string_append (out, ".PP\n");
    } else {
      g_string_append_printf (paragraph, "%s ", *line);
    }
  }
  if (is_example)
    g_string_append (out, ".EE\n");
  end_paragraph (out, paragraph);
}

/* --- usage --- */

static gboolean
is_of_name (char character)
{
  return g_ascii_isalnum (character) || strchr ("-_:", character) != NULL;
}

static const char *
font_of (const char *name, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (g_ascii_islower (name[i]))
      return length == 2 && strncmp (name, "or", 2) == 0 ? NULL : "\\fB";
  for (gsize i = 0; i < length; i++)
    if (g_ascii_isupper (name[i]))
      return "\\fI";
  return NULL;
}

static void
append_usage_word (GString *out, const char *word)
{
  while (*word != '\0') {
    gsize length = 0;
    while (word[length] != '\0' && is_of_name (word[length]))
      length++;
    if (length == 0) {
      append_character (out, g_utf8_get_char (word));
      word = g_utf8_next_char (word);
      continue;
    }
    g_autofree char *name = g_strndup (word, length);
    const char *font = font_of (name, length);
    g_string_append (out, font == NULL ? "" : font);
    append_escaped (out, name);
    g_string_append (out, font == NULL ? "" : "\\fR");
    word += length;
  }
}

void
pm_roff_usage (GString *out, const char *usage)
{
  g_auto (GStrv) words = g_strsplit (usage, " ", -1);
  Lines lines = {.out = out};
  for (char **word = words; *word != NULL; word++) {
    g_autoptr (GString) styled = g_string_new (NULL);
    append_usage_word (styled, *word);
    if (styled->len > 0)
      add_word (&lines, styled);
  }
  end_line (&lines);
}

/* --- single lines --- */

void
pm_roff_term (GString *out, const char *literal, const char *placeholder)
{
  g_string_append (out, "\\fB");
  append_escaped (out, literal);
  g_string_append (out, "\\fR");
  if (placeholder != NULL) {
    g_string_append (out, " \\fI");
    append_escaped (out, placeholder);
    g_string_append (out, "\\fR");
  }
  g_string_append_c (out, '\n');
}

void
pm_roff_line (GString *out, const char *line)
{
  if (line[0] == '.' || line[0] == '\'')
    g_string_append (out, "\\&");
  append_escaped (out, line);
  g_string_append_c (out, '\n');
}

void
pm_roff_macro (GString *out, const char *macro, const char *argument)
{
  g_string_append_printf (out, ".%s \"", macro);
  append_escaped (out, argument);
  g_string_append (out, "\"\n");
}
