/* DESIGN
 * A level holds its patterns parsed and sorted into kinds, of which most need no glob at all: a
 * plain name, a plain path, a plain ending. A question goes from the deepest level down and in each
 * from the last pattern to the first: the first that matches decides. */

#include "walk/ignore.h"

#include <string.h>

typedef enum { MATCH_EQUAL, MATCH_ENDING, MATCH_GLOB } MatchKind;

typedef struct {
  char *text; /* without the marks below; of an ending without its star */
  gsize length;
  guint8 kind;
  guint8 is_negated;
  guint8 is_directory_only;
  guint8 is_anchored; /* holds a slash: compared with the path, not with the name */
} Pattern;

struct PmIgnore {
  gatomicrefcount references;
  PmIgnore *below;
  gsize directory_length; /* with the slash behind it */
  GArray *patterns;
};

/* --- globs --- */

/* A class "[…]" at *pattern; *pattern moves behind it. FALSE in *ret_valid when it is not closed:
 * then nothing matches, as in git. */
static gboolean
class_matches (const char **pattern, guchar c, gboolean *ret_valid)
{
  static const struct {
    const char *name;
    GAsciiType type;
  } types[] = {
      {"alnum:]", G_ASCII_ALNUM}, {"alpha:]", G_ASCII_ALPHA},   {"cntrl:]", G_ASCII_CNTRL},
      {"digit:]", G_ASCII_DIGIT}, {"graph:]", G_ASCII_GRAPH},   {"lower:]", G_ASCII_LOWER},
      {"print:]", G_ASCII_PRINT}, {"punct:]", G_ASCII_PUNCT},   {"space:]", G_ASCII_SPACE},
      {"upper:]", G_ASCII_UPPER}, {"xdigit:]", G_ASCII_XDIGIT},
  };
  const guchar *p = (const guchar *) *pattern + 1;
  gboolean negated = *p == '!' || *p == '^', matched = FALSE;
  if (negated)
    p++;

  *ret_valid = FALSE;
  for (gboolean first = TRUE; first || *p != ']'; first = FALSE) {
    if (*p == '[' && p[1] == ':') {
      gsize i = 0;
      while (i < G_N_ELEMENTS (types) &&
             strncmp ((const char *) p + 2, types[i].name, strlen (types[i].name)) != 0)
        i++;
      if (i == G_N_ELEMENTS (types))
        return FALSE;
      matched = matched || (g_ascii_table[c] & types[i].type) != 0 ||
                (types[i].type == G_ASCII_SPACE && c == '\v');
      p += 2 + strlen (types[i].name);
      continue;
    }
    if (*p == '\\')
      p++;
    if (*p == '\0')
      return FALSE;
    guchar low = *p++, high = low;
    if (*p == '-' && p[1] != ']' && p[1] != '\0') {
      p++;
      if (*p == '\\')
        p++;
      if (*p == '\0')
        return FALSE;
      high = *p++;
    }
    matched = matched || (low <= c && c <= high);
  }
  *pattern = (const char *) p + 1;
  *ret_valid = TRUE;
  return matched != negated && c != '/';
}

/* One byte of text against one item of the pattern, which moves on. */
static gboolean
item_matches (const char **pattern, char c, gboolean *ret_valid)
{
  const char *p = *pattern;
  *ret_valid = TRUE;
  if (*p == '[')
    return class_matches (pattern, (guchar) c, ret_valid);
  if (*p == '\\' && p[1] != '\0')
    p++;
  else if (*p == '?') {
    *pattern = p + 1;
    return c != '/';
  }
  *pattern = p + 1;
  return *p == c;
}

/* "**" as a whole component, at p; `start` is the pattern's first byte. */
static gboolean
is_globstar (const char *start, const char *p)
{
  if (p[0] != '*' || p[1] != '*')
    return FALSE;
  return (p == start || p[-1] == '/') && (p[2] == '/' || p[2] == '\0');
}

/* Without recursion: of each kind of star only the last one seen needs to be taken back, since what
 * an earlier one has taken can only be too much. */
gboolean
pm_ignore_glob (const char *pattern, const char *text)
{
  const char *p = pattern, *t = text;
  const char *star = NULL, *star_text = NULL;
  const char *globstar = NULL, *globstar_text = NULL;

  while (TRUE) {
    if (is_globstar (pattern, p)) {
      if (p[2] == '\0')
        return *t != '\0';
      globstar = p += 3;
      globstar_text = t;
      star = NULL;
      continue;
    }
    if (*p == '*') {
      while (*p == '*')
        p++;
      star = p;
      star_text = t;
      continue;
    }
    gboolean valid = TRUE;
    if (*t == '\0' && *p == '\0')
      return TRUE;
    if (*t != '\0' && *p != '\0' && item_matches (&p, *t, &valid)) {
      t++;
      continue;
    }
    if (!valid)
      return FALSE;

    if (star != NULL && *star_text != '\0' && *star_text != '/') {
      p = star;
      t = ++star_text;
      continue;
    }
    const char *slash = globstar == NULL ? NULL : strchr (globstar_text, '/');
    if (slash == NULL)
      return FALSE;
    p = globstar;
    t = globstar_text = slash + 1;
    star = NULL;
  }
}

/* --- patterns --- */

static gboolean
has_glob (const char *text)
{
  return strpbrk (text, "*?[\\") != NULL;
}

/* "Trailing spaces are ignored unless they are quoted with backslash." */
static gsize
without_trailing_blanks (const char *line, gsize length)
{
  gsize end = 0;
  for (gsize i = 0; i < length; i++) {
    if (line[i] == '\\' && i + 1 < length)
      end = ++i + 1;
    else if (line[i] != ' ')
      end = i + 1;
  }
  return end;
}

/* FALSE for a line that holds no pattern. */
static gboolean
pattern_init (Pattern *pattern, const char *line, gsize length)
{
  if (length > 0 && line[length - 1] == '\r')
    length--;
  length = without_trailing_blanks (line, length);
  if (length == 0 || line[0] == '#')
    return FALSE;

  *pattern = (Pattern){0};
  if (line[0] == '!') {
    pattern->is_negated = TRUE;
    line++, length--;
  }
  if (length > 0 && line[length - 1] == '/') {
    pattern->is_directory_only = TRUE;
    length--;
  }
  pattern->is_anchored = memchr (line, '/', length) != NULL;
  if (length > 0 && line[0] == '/')
    line++, length--;
  if (length == 0)
    return FALSE;

  pattern->text = g_strndup (line, length);
  pattern->kind = MATCH_GLOB;
  if (!has_glob (pattern->text))
    pattern->kind = MATCH_EQUAL;
  else if (!pattern->is_anchored && line[0] == '*' && !has_glob (pattern->text + 1)) {
    pattern->kind = MATCH_ENDING;
    memmove (pattern->text, pattern->text + 1, length);
  }
  pattern->length = strlen (pattern->text);
  return TRUE;
}

static gboolean
pattern_matches (const Pattern *pattern, const char *path, const char *name, gsize name_length,
                 gboolean is_directory)
{
  if (pattern->is_directory_only && !is_directory)
    return FALSE;
  if (pattern->kind == MATCH_ENDING)
    return name_length >= pattern->length &&
           memcmp (name + name_length - pattern->length, pattern->text, pattern->length) == 0;
  const char *subject = pattern->is_anchored ? path : name;
  if (pattern->kind == MATCH_EQUAL)
    return strcmp (subject, pattern->text) == 0;
  return pm_ignore_glob (pattern->text, subject);
}

/* --- levels --- */

static void
pattern_clear (gpointer pattern)
{
  g_free (((Pattern *) pattern)->text);
}

static gboolean
read_patterns (GArray *patterns, const char *text, gsize length)
{
  gboolean complete = TRUE;
  if (length > PM_IGNORE_MOST_BYTES) {
    length = PM_IGNORE_MOST_BYTES;
    complete = FALSE;
  }
  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    text += 3, length -= 3;

  const char *end = text + length;
  for (const char *line = text; line < end;) {
    const char *newline = memchr (line, '\n', (gsize) (end - line));
    const char *line_end = newline == NULL ? end : newline;
    gsize line_length = (gsize) (line_end - line);
    Pattern pattern;
    if (patterns->len >= PM_IGNORE_MOST_PATTERNS)
      return FALSE;
    if (line_length > PM_IGNORE_LONGEST_PATTERN)
      complete = FALSE;
    else if (pattern_init (&pattern, line, line_length))
      g_array_append_val (patterns, pattern);
    line = line_end + 1;
  }
  return complete;
}

PmIgnore *
pm_ignore_new (PmIgnore *below, const char *directory, const char *text, gsize length,
               gboolean *ret_complete)
{
  PmIgnore *ignore = g_new0 (PmIgnore, 1);
  g_atomic_ref_count_init (&ignore->references);
  ignore->below = pm_ignore_ref (below);
  ignore->directory_length = directory[0] == '\0' ? 0 : strlen (directory) + 1;
  ignore->patterns = g_array_new (FALSE, FALSE, sizeof (Pattern));
  g_array_set_clear_func (ignore->patterns, pattern_clear);
  *ret_complete = read_patterns (ignore->patterns, text, length);
  return ignore;
}

PmIgnore *
pm_ignore_ref (PmIgnore *ignore)
{
  if (ignore != NULL)
    g_atomic_ref_count_inc (&ignore->references);
  return ignore;
}

void
pm_ignore_unref (PmIgnore *ignore)
{
  while (ignore != NULL && g_atomic_ref_count_dec (&ignore->references)) {
    PmIgnore *below = ignore->below;
    g_array_unref (ignore->patterns);
    g_free (ignore);
    ignore = below;
  }
}

gboolean
pm_ignore_matches (const PmIgnore *ignore, const char *path, gboolean is_directory)
{
  const char *slash = strrchr (path, '/');
  const char *name = slash == NULL ? path : slash + 1;
  gsize name_length = strlen (name);
  for (; ignore != NULL; ignore = ignore->below) {
    for (guint i = ignore->patterns->len; i > 0; i--) {
      const Pattern *pattern = &g_array_index (ignore->patterns, Pattern, i - 1);
      if (pattern_matches (pattern, path + ignore->directory_length, name, name_length,
                           is_directory))
        return !pattern->is_negated;
    }
  }
  return FALSE;
}
