/* DESIGN
 * A page is written from its top to its end into one string: title, name, synopsis, description,
 * options, exit status, examples, see also, in the order of man-pages(7). */

#include "cli/manual.h"

#include "cli/help.h"
#include "cli/roff.h"
#include "cli/usage.h"
#include "config/schema.h"

#define PROGRAM "port-manager"
#define FILE_PAGE "port-manager.toml"

/* What is read besides the options that name it; secrets of channels stand at their keys. */
static const struct {
  const char *name, *meaning;
} variables[] = {
    {"PORT_MANAGER_STATE", "the state directory, where `--state` does not name one"},
    {"PORT_MANAGER_CONFIG", "the configuration, where `--config` does not name one"},
    {"XDG_STATE_HOME, XDG_CONFIG_HOME", "below which both are looked for otherwise"},
    {"NO_COLOR", "when it is set, nothing is coloured unless `--color` says so"},
    {"GCE_METADATA_HOST", "where the source gcp finds the metadata server"},
};

/* --- pieces --- */

static void
append_title (GString *out, const PmManual *manual, const char *name, const char *section)
{
  g_autofree char *upper = g_ascii_strup (name, -1);
  g_string_append (out, ".\\\" Made from the program's own tables while it was built.\n");
  g_string_append (out, ".TH ");
  g_autoptr (GString) title = g_string_new (NULL);
  pm_roff_line (title, upper);
  g_string_append_printf (out, "%.*s %s %s \"" PROGRAM " %s\"\n", (int) title->len - 1, title->str,
                          section, manual->date, manual->version);
  /* Options and paths are copied from a page: no word is cut, no space is widened. */
  g_string_append (out, ".nh\n.ad l\n");
}

static void
append_name (GString *out, const char *name, const char *summary)
{
  pm_roff_macro (out, "SH", "NAME");
  g_autofree char *line = g_strdup_printf ("%s - %s", name, summary);
  pm_roff_text (out, line);
}

static void
append_heading (GString *out, const char *heading)
{
  pm_roff_macro (out, "SH", heading);
}

static void
append_option (GString *out, const GOptionEntry *option)
{
  g_autofree char *name =
      option->short_name == 0
          ? g_strdup_printf ("--%s", option->long_name)
          : g_strdup_printf ("-%c, --%s", option->short_name, option->long_name);
  g_string_append (out, ".TP\n");
  pm_roff_term (out, name, option->arg_description);
  pm_roff_text (out, option->description);
}

static void
append_options (GString *out, const GOptionEntry *options)
{
  for (; options != NULL && options->long_name != NULL; options++)
    append_option (out, options);
}

static void
append_examples (GString *out, const char *const *examples)
{
  if (examples == NULL)
    return;
  append_heading (out, "EXAMPLES");
  g_string_append (out, ".EX\n");
  for (; *examples != NULL; examples++) {
    g_autofree char *line = g_strdup_printf (PROGRAM " %s", *examples);
    pm_roff_line (out, line);
  }
  g_string_append (out, ".EE\n");
}

/* --- the program --- */

static void
append_exit_statuses (GString *out)
{
  append_heading (out, "EXIT STATUS");
  for (const PmExitMeaning *each = pm_help_exit_statuses; each->meaning != NULL; each++) {
    g_string_append_printf (out, ".TP\n\\fB%d\\fR\n", each->status);
    pm_roff_text (out, each->meaning);
  }
}

static void
append_environment (GString *out)
{
  append_heading (out, "ENVIRONMENT");
  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++) {
    g_string_append (out, ".TP\n");
    pm_roff_term (out, variables[i].name, NULL);
    pm_roff_text (out, variables[i].meaning);
  }
}

/* "port-manager-scan(1)" */
static void
append_reference (GString *out, const char *name, const char *section, const char *behind)
{
  g_autoptr (GString) escaped = g_string_new (NULL);
  pm_roff_line (escaped, name);
  g_string_append_printf (out, ".BR %.*s (%s)%s\n", (int) escaped->len - 1, escaped->str, section,
                          behind);
}

void
pm_manual_of_program (GString *out, const PmManual *manual, const PmCommand *const *commands)
{
  append_title (out, manual, PROGRAM, "1");
  append_name (out, PROGRAM, pm_help_summary);
  append_heading (out, "SYNOPSIS");
  pm_roff_usage (out, PROGRAM " [--state DIR] [--config FILE] COMMAND …");
  append_heading (out, "COMMANDS");
  pm_roff_text (out, "Each has a page of its own.");
  for (const PmCommand *const *each = commands; *each != NULL; each++) {
    g_autofree char *page = g_strdup_printf (PROGRAM "-%s", (*each)->name);
    g_string_append (out, ".TP\n");
    append_reference (out, page, "1", "");
    pm_roff_text (out, (*each)->summary);
  }
  append_heading (out, "OPTIONS");
  append_options (out, pm_help_global_options ());
  append_exit_statuses (out);
  append_environment (out);
  append_heading (out, "SEE ALSO");
  append_reference (out, FILE_PAGE, "5", "");
}

/* --- a command --- */

static void
append_synopsis (GString *out, const PmCommand *command)
{
  g_autoptr (GPtrArray) ways = pm_usage_ways (command->arguments);
  append_heading (out, "SYNOPSIS");
  for (guint i = 0; i < ways->len; i++) {
    g_autofree char *usage = g_strdup_printf (PROGRAM " [--state DIR] [--config FILE] %s %s",
                                              command->name, (char *) ways->pdata[i]);
    g_string_append (out, i == 0 ? "" : ".br\n");
    pm_roff_usage (out, usage);
  }
}

void
pm_manual_of_command (GString *out, const PmManual *manual, const PmCommand *command)
{
  g_autofree char *name = g_strdup_printf (PROGRAM "-%s", command->name);
  append_title (out, manual, name, "1");
  append_name (out, name, command->summary);
  append_synopsis (out, command);
  if (command->details != NULL) {
    append_heading (out, "DESCRIPTION");
    pm_roff_paragraphs (out, command->details);
  }
  append_heading (out, "OPTIONS");
  append_options (out, command->options);
  append_options (out, pm_help_global_options ());
  append_examples (out, command->examples);
  append_heading (out, "SEE ALSO");
  append_reference (out, PROGRAM, "1", ",");
  append_reference (out, FILE_PAGE, "5", "");
}

/* --- the configuration --- */

static void
append_rows (GString *out, const PmSetting *rows)
{
  for (; rows->key != NULL; rows++) {
    g_autofree char *type = pm_setting_describe_type (rows), *fallback = pm_setting_default (rows);
    g_autofree char *kind = g_strdup_printf ("(%s%s)", type, rows->required ? ", required" : "");
    g_autofree char *term =
        fallback == NULL ? g_strdup (rows->key) : g_strdup_printf ("%s = %s", rows->key, fallback);
    g_string_append (out, ".TP\n");
    pm_roff_term (out, term, kind);
    pm_roff_text (out, rows->meaning);
  }
}

void
pm_manual_of_configuration (GString *out, const PmManual *manual)
{
  append_title (out, manual, FILE_PAGE, "5");
  append_name (out, FILE_PAGE, "what port-manager is told about its work");
  append_heading (out, "DESCRIPTION");
  pm_roff_text (out,
                "A TOML file, every key of which may be left out. Each is shown with what holds "
                "then. The file is the first of these that is named:");
  g_string_append (out, ".PP\n");
  pm_roff_usage (out, PROGRAM " --config FILE");
  g_string_append (out, ".br\n");
  pm_roff_line (out, "$PORT_MANAGER_CONFIG");
  g_string_append (out, ".br\n");
  pm_roff_line (out, "$XDG_CONFIG_HOME/port-manager/config.toml");
  append_heading (out, "KEYS");
  append_rows (out, pm_config_schema);
  for (const PmSetting *row = pm_config_schema; row->key != NULL; row++) {
    if (row->rows == NULL)
      continue;
    g_autofree char *heading = g_strdup_printf ("[[%s]]", row->key);
    append_heading (out, heading);
    pm_roff_text (out, row->meaning);
    append_rows (out, row->rows);
  }
  append_heading (out, "SEE ALSO");
  append_reference (out, PROGRAM, "1", "");
}
