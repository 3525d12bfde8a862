/* DESIGN
 * A way is a list of words, a few of which may be left out or come again, so what may come next is
 * a set of places in it: a nondeterministic automaton whose states are bits. */

#include "cli/usage.h"

#include <string.h>

#define MOST_WORDS 63

/* "[list | forget ROOT]": what is within is ways, none of which need be taken. */
static gboolean
is_one_bracket (const char *arguments)
{
  gsize length = strlen (arguments), first = strcspn (arguments + (length > 0), "[]");
  return length > 1 && arguments[0] == '[' && first + 2 == length &&
         strstr (arguments, " | ") != NULL;
}

GPtrArray *
pm_usage_ways (const char *arguments)
{
  if (is_one_bracket (arguments)) {
    g_autofree char *inside = g_strndup (arguments + 1, strlen (arguments) - 2);
    return pm_usage_ways (inside);
  }
  GPtrArray *ways = g_ptr_array_new_with_free_func (g_free);
  const char *from = arguments;
  guint depth = 0;
  for (const char *at = arguments;; at++) {
    depth += *at == '[';
    depth -= *at == ']';
    gboolean is_bar = depth == 0 && strncmp (at, " | ", 3) == 0;
    if (*at != '\0' && !is_bar)
      continue;
    g_ptr_array_add (ways, g_strndup (from, (gsize) (at - from)));
    if (*at == '\0')
      return ways;
    from = at + strlen (" | ");
    at += strlen (" |");
  }
}

/* --- words --- */

static void
clear_word (gpointer word)
{
  g_free (((PmUsageWord *) word)->text);
}

static gboolean
is_placeholder (const char *text)
{
  return g_ascii_isupper (text[0]);
}

/* Takes `text` over. */
static void
add_word (GArray *words, char *text, gboolean optional)
{
  PmUsageWord word = {.text = text, .optional = optional, .repeats = g_str_has_suffix (text, "…")};
  if (word.repeats)
    text[strlen (text) - strlen ("…")] = '\0';
  word.stands_for = is_placeholder (text);
  if (words->len < MOST_WORDS)
    g_array_append_val (words, word);
  else
    g_free (text);
}

typedef struct {
  GArray *words;
  gboolean behind_option; /* its value may be what comes now */
} Reader;

static void
read_word (Reader *reader, const char *from, gsize length, gboolean optional)
{
  g_autofree char *text = g_strndup (from, length);
  gboolean is_option = g_str_has_prefix (text, "--") && length > 2;
  gboolean is_value = reader->behind_option && is_placeholder (text);
  reader->behind_option = is_option;
  if (strcmp (text, "or") == 0 && reader->words->len > 0)
    g_array_index (reader->words, PmUsageWord, reader->words->len - 1).optional = TRUE;
  else if (!is_option && !is_value && strcmp (text, "|") != 0)
    add_word (reader->words, g_steal_pointer (&text), optional);
}

GArray *
pm_usage_words (const char *way)
{
  Reader reader = {.words = g_array_new (FALSE, TRUE, sizeof (PmUsageWord))};
  g_array_set_clear_func (reader.words, clear_word);
  guint depth = 0;
  for (const char *at = way; *at != '\0';) {
    gsize length = strcspn (at, " []");
    if (length > 0)
      read_word (&reader, at, length, depth > 0);
    at += length;
    depth += *at == '[';
    depth -= *at == ']' && depth > 0;
    if (*at == ']')
      reader.behind_option = FALSE;
    if (*at != '\0')
      at++;
  }
  return reader.words;
}

/* --- what may come next --- */

static gboolean
accepts (const PmUsageWord *word, const char *typed)
{
  if (word->stands_for)
    return TRUE;
  g_auto (GStrv) choices = g_strsplit (word->text, "|", -1);
  return g_strv_contains ((const char *const *) choices, typed);
}

static guint64
skip_optional (const GArray *words, guint64 places)
{
  for (guint i = 0; i < words->len; i++)
    if ((places & G_GUINT64_CONSTANT (1) << i) != 0 &&
        g_array_index (words, PmUsageWord, i).optional)
      places |= G_GUINT64_CONSTANT (1) << (i + 1);
  return places;
}

static guint64
step (const GArray *words, guint64 places, const char *typed)
{
  guint64 next = 0;
  for (guint i = 0; i < words->len; i++) {
    const PmUsageWord *word = &g_array_index (words, PmUsageWord, i);
    if ((places & G_GUINT64_CONSTANT (1) << i) == 0 || !accepts (word, typed))
      continue;
    next |= G_GUINT64_CONSTANT (1) << (i + 1);
    if (word->repeats)
      next |= G_GUINT64_CONSTANT (1) << i;
  }
  return next;
}

guint64
pm_usage_next (const GArray *words, char *const *typed, guint n_typed)
{
  guint64 places = skip_optional (words, 1);
  for (guint i = 0; i < n_typed; i++)
    places = skip_optional (words, step (words, places, typed[i]));
  return places;
}
