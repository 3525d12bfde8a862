/* DESIGN
 * The line is read as dispatch.c would: global options, a command, its options and its words. What
 * may stand at the line's end then follows from the tables alone: the value of an option, an
 * option, a command, or what the command's usage has there (usage.h). */

#include "cli/completions.h"

#include <string.h>

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/usage.h"

typedef struct {
  const PmCommand *command;  /* NULL: none yet */
  gboolean is_help;          /* "help" stands there */
  const GOptionEntry *wants; /* its value comes next; NULL none */
  gboolean only_words;       /* behind -- */
  GPtrArray *words;          /* the command's own, borrowed */
} Line;

/* --- completions --- */

/* Such a name means the same to every shell, and looks like what it is. */
static gboolean
needs_no_quoting (const char *text)
{
  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && strchr ("-_./:@+,%=", *text) == NULL)
      return FALSE;
  return TRUE;
}

void
pm_completions_add (PmCompletions *completions, const char *text, const char *meaning)
{
  if (!g_str_has_prefix (text, completions->word) || text[0] == '\0' || !needs_no_quoting (text))
    return;
  g_autofree char *line = g_strdup (meaning == NULL ? "" : meaning);
  for (char *at = line; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';
  g_string_append_printf (completions->out, "%s%s\t%s\n", completions->prefix, text, line);
}

static void
add_options (PmCompletions *completions, const GOptionEntry *options)
{
  for (; options != NULL && options->long_name != NULL; options++) {
    g_autofree char *name = g_strdup_printf ("--%s", options->long_name);
    pm_completions_add (completions, name, options->description);
  }
}

static void
add_commands (PmCompletions *completions)
{
  for (const PmCommand *const *each = pm_commands (); *each != NULL; each++)
    pm_completions_add (completions, (*each)->name, (*each)->summary);
}

static void
add_usage_word (PmCompletions *completions, const PmCommand *command, const PmUsageWord *word)
{
  if (word->stands_for) {
    pm_completions_add_values (completions, command, word->text);
    return;
  }
  g_auto (GStrv) choices = g_strsplit (word->text, "|", -1);
  for (char **choice = choices; *choice != NULL; choice++)
    pm_completions_add (completions, *choice, NULL);
}

/* "services unpin": a way that begins with the word itself goes before one where any word may be.
 */
static gboolean
is_meant (const Line *line, const GArray *words)
{
  const PmUsageWord *first = words->len == 0 ? NULL : &g_array_index (words, PmUsageWord, 0);
  if (line->words->len == 0 || first == NULL)
    return line->words->len == 0;
  g_auto (GStrv) choices = g_strsplit (first->text, "|", -1);
  return !first->stands_for &&
         g_strv_contains ((const char *const *) choices, line->words->pdata[0]);
}

static GPtrArray *
ways_of (const Line *line)
{
  g_autoptr (GPtrArray) ways = pm_usage_ways (line->command->arguments);
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  GPtrArray *meant = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  for (guint i = 0; i < ways->len; i++) {
    GArray *words = pm_usage_words (ways->pdata[i]);
    g_ptr_array_add (all, words);
    if (is_meant (line, words))
      g_ptr_array_add (meant, g_array_ref (words));
  }
  gboolean any = meant->len > 0;
  g_ptr_array_unref (any ? all : meant);
  return any ? meant : all;
}

/* Two ways may want the same there. */
static void
add_words (PmCompletions *completions, const Line *line)
{
  g_autoptr (GPtrArray) ways = ways_of (line);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  char *const *typed = (char *const *) line->words->pdata;
  for (guint i = 0; i < ways->len; i++) {
    const GArray *words = ways->pdata[i];
    guint64 next = pm_usage_next (words, typed, line->words->len);
    for (guint k = 0; k < words->len; k++) {
      const PmUsageWord *word = &g_array_index (words, PmUsageWord, k);
      if ((next & G_GUINT64_CONSTANT (1) << k) != 0 &&
          g_hash_table_add (seen, g_strdup (word->text)))
        add_usage_word (completions, line->command, word);
    }
  }
}

/* --- the line --- */

static const GOptionEntry *
find_option (const GOptionEntry *options, const char *word)
{
  gboolean is_long = word[1] == '-';
  gsize length = strcspn (word + 2, "=");
  for (; options != NULL && options->long_name != NULL; options++)
    if (is_long ? strlen (options->long_name) == length &&
                      strncmp (options->long_name, word + 2, length) == 0
                : options->short_name == word[1] && word[2] == '\0')
      return options;
  return NULL;
}

static const GOptionEntry *
option_of (const Line *line, const char *word)
{
  const GOptionEntry *found = find_option (pm_help_global_options (), word);
  return found != NULL || line->command == NULL ? found
                                                : find_option (line->command->options, word);
}

static gboolean
is_option (const Line *line, const char *word)
{
  return !line->only_words && word[0] == '-' && word[1] != '\0';
}

static void
take_command (Line *line, const char *word)
{
  for (const PmCommand *const *each = pm_commands (); *each != NULL; each++)
    if (strcmp ((*each)->name, word) == 0)
      line->command = *each;
  line->is_help = strcmp (word, "help") == 0;
}

/* The options that say whose services are offered. */
static void
take_value (PmCli *cli, const GOptionEntry *option, const char *value)
{
  if (strcmp (option->long_name, "state") == 0)
    cli->state_dir = value;
  else if (strcmp (option->long_name, "config") == 0)
    cli->config_file = value;
}

static void
take_option (Line *line, PmCli *cli, const char *word)
{
  const GOptionEntry *option = option_of (line, word);
  const char *equals = strchr (word, '=');
  if (option == NULL || option->arg_description == NULL)
    return;
  if (equals != NULL)
    take_value (cli, option, equals + 1);
  else
    line->wants = option;
}

static void
take_word (Line *line, PmCli *cli, char *word)
{
  if (line->wants != NULL) {
    take_value (cli, line->wants, word);
    line->wants = NULL;
  } else if (!line->only_words && strcmp (word, "--") == 0) {
    line->only_words = TRUE;
    if (line->command != NULL && strstr (line->command->arguments, "-- ") != NULL)
      g_ptr_array_add (line->words, word);
  } else if (is_option (line, word)) {
    take_option (line, cli, word);
  } else if (line->command == NULL) {
    take_command (line, word);
  } else {
    g_ptr_array_add (line->words, word);
  }
}

static void
add_last (PmCompletions *completions, const Line *line)
{
  const char *word = completions->word, *equals = strchr (word, '=');
  const GOptionEntry *option = is_option (line, word) ? option_of (line, word) : NULL;
  if (line->wants != NULL) {
    pm_completions_add_values (completions, line->command, line->wants->arg_description);
  } else if (option != NULL && equals != NULL && option->arg_description != NULL) {
    g_autofree char *prefix = g_strndup (word, (gsize) (equals + 1 - word));
    PmCompletions behind = {completions->out, completions->cli, prefix, equals + 1};
    pm_completions_add_values (&behind, line->command, option->arg_description);
  } else if (is_option (line, word)) {
    add_options (completions, line->command == NULL ? NULL : line->command->options);
    add_options (completions, pm_help_global_options ());
  } else if (line->command != NULL) {
    add_words (completions, line);
  } else {
    add_commands (completions);
    if (!line->is_help)
      pm_completions_add (completions, "help", "what a command does, and how it is called");
  }
}

void
pm_completions_append (GString *out, PmCli *cli, char *const *typed, guint n_typed)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  Line line = {.words = words};
  for (guint i = 0; i + 1 < n_typed; i++)
    take_word (&line, cli, typed[i]);
  PmCompletions completions = {out, cli, "", n_typed == 0 ? "" : typed[n_typed - 1]};
  add_last (&completions, &line);
}
