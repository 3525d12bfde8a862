/* Errors on standard error: text for people, one JSON object where --json was asked for. */

#include "cli/command.h"

#include "base/escape.h"
#include "base/json-writer.h"
#include "registry/registry.h"
#include "verbs/plan.h"

/* The process tells its errors in one way, which its first look at the arguments decides. */
static gboolean as_json;

void
pm_cli_errors_as_json (gboolean json)
{
  as_json = json;
}

static void
print_json (PmExit status, const char *message, const char *hint)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_key (&json, "error");
  pm_json_begin_object (&json);
  pm_json_member_int (&json, "status", status);
  pm_json_member_string (&json, "message", message);
  if (hint != NULL)
    pm_json_member_string (&json, "hint", hint);
  pm_json_end_object (&json);
  pm_json_end_object (&json);
  fprintf (stderr, "%s\n", out->str);
}

static PmExit
tell (PmExit status, const char *command, const char *message, const char *hint)
{
  fflush (stdout); /* where both go to one place, what was said before stands before */
  if (as_json) {
    print_json (status, message, hint);
    return status;
  }
  g_auto (GStrv) lines = g_strsplit (message, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    g_autofree char *text = pm_escape_terminal (*line);
    fprintf (stderr, "port-manager%s%s: %s\n", command[0] == '\0' ? "" : " ", command, text);
  }
  if (hint != NULL)
    fprintf (stderr, "%s\n", hint);
  return status;
}

PmExit
pm_cli_fail (PmExit status, GError *error)
{
  tell (status, "", error->message, NULL);
  g_error_free (error);
  return status;
}

PmExit
pm_cli_fail_to_find (GError *error)
{
  gboolean is_missing = g_error_matches (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND) ||
                        g_error_matches (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_SERVICE) ||
                        g_error_matches (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_NO_PLAN);
  gboolean is_elsewhere = g_error_matches (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_ELSEWHERE);
  return pm_cli_fail (is_missing     ? PM_EXIT_USAGE
                      : is_elsewhere ? PM_EXIT_REFUSED
                                     : PM_EXIT_FAILED,
                      error);
}

PmExit
pm_cli_refuse (PmExit status, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return tell (status, "", message, NULL);
}

PmExit
pm_cli_usage (const PmCommand *command, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (command == NULL)
    return tell (PM_EXIT_USAGE, "", message, "Try “port-manager --help”.");
  g_autofree char *hint =
      g_strdup_printf ("usage: port-manager %s%s%s\nTry “port-manager %s --help”.", command->name,
                       command->arguments[0] == '\0' ? "" : " ", command->arguments, command->name);
  return tell (PM_EXIT_USAGE, command->name, message, hint);
}
