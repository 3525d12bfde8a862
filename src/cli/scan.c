#include <stdlib.h>
#include <unistd.h>

#include "cli/change.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "verbs/scan-json.h"

#include "base/json-writer.h"
#include "model/conflict.h"

#define MOST_PROBLEMS_SHOWN 10

static PmChangeOptions options; /* whether to ask */

static void
show_progress (const PmSurveyProgress *progress, gpointer data)
{
  fprintf (stderr, "\r\033[Kscanning: %" G_GUINT64_FORMAT " files, %" G_GUINT64_FORMAT " documents",
           progress->files, progress->documents);
  fflush (stderr);
}

static void
print_json (const PmScanReport *report, const PmSnapshot *snapshot)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_scan_write_json_members (&json, report, snapshot);
  pm_json_end_object (&json);
  pm_output_json (out);
}

static void
print_problems (const PmSnapshot *snapshot)
{
  guint n = snapshot->problems->len;
  for (guint i = 0; i < MIN (n, MOST_PROBLEMS_SHOWN); i++) {
    const PmProblem *problem = &g_array_index (snapshot->problems, PmProblem, i);
    if (problem->line > 0)
      pm_output_line ("  %s:%u: %s", problem->file, problem->line, problem->reason);
    else
      pm_output_line ("  %s: %s", problem->file[0] == '\0' ? problem->root : problem->file,
                      problem->reason);
  }
  if (n > MOST_PROBLEMS_SHOWN)
    printf ("  … and %u more (--json shows all)\n", n - MOST_PROBLEMS_SHOWN);
}

static void
print_text (const PmScanReport *report, const PmSnapshot *snapshot)
{
  const guint *conflicts = report->conflicts;
  pm_output_line ("%u project%s, %u document%s, %u finding%s, %u service%s in %.2f s",
                  report->projects, pm_output_s (report->projects), report->documents,
                  pm_output_s (report->documents), report->findings, pm_output_s (report->findings),
                  report->services, pm_output_s (report->services),
                  (double) report->elapsed_us / G_USEC_PER_SEC);
  pm_output_line ("conflicts: %u error%s, %u warning%s, %u note%s", conflicts[PM_SEVERITY_ERROR],
                  pm_output_s (conflicts[PM_SEVERITY_ERROR]), conflicts[PM_SEVERITY_WARNING],
                  pm_output_s (conflicts[PM_SEVERITY_WARNING]), conflicts[PM_SEVERITY_NOTE],
                  pm_output_s (conflicts[PM_SEVERITY_NOTE]));
  if (report->changes.services_created + report->changes.services_changed +
          report->changes.services_removed >
      0)
    printf ("services: %u new, %u changed, %u gone\n", report->changes.services_created,
            report->changes.services_changed, report->changes.services_removed);
  if (report->kept > 0)
    printf ("kept the last known state of %u document%s that cannot be read (as a whole)\n",
            report->kept, pm_output_s (report->kept));
  if (report->roots_inside > 0)
    printf ("%u root%s of %s own in there, not scanned with it: “port-manager scan” reads all\n",
            report->roots_inside, pm_output_s (report->roots_inside),
            report->roots_inside == 1 ? "its" : "their");
  if (snapshot->problems->len > 0)
    printf ("%u problem%s:\n", snapshot->problems->len, pm_output_s (snapshot->problems->len));
  print_problems (snapshot);
}

/* The top of the file system holds everything, other machines' disks too: seldom meant. */
static gboolean
is_whole_machine (const char *path)
{
  char *resolved = realpath (path, NULL);
  gboolean is_top = g_strcmp0 (resolved, "/") == 0;
  free (resolved);
  return is_top;
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  for (int i = 0; i < argc; i++) {
    PmExit status = PM_EXIT_REFUSED;
    if (options.yes || !is_whole_machine (argv[i]))
      continue;
    if (!isatty (STDIN_FILENO))
      return pm_cli_refuse (status,
                            "%s is the whole machine: name the folders that hold projects, "
                            "or say --yes",
                            argv[i]);
    if (!pm_change_confirm (&options, "Read all files of this machine as projects?", &status))
      return status;
  }
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  GError *error = NULL;
  PmScanReport report;
  g_autoptr (PmSnapshot) snapshot = NULL;
  PmSurveyOptions survey = {.progress = cli->progress ? show_progress : NULL};
  gboolean fine = pm_verb_scan (cli->context, argv, &survey, &report, &snapshot, &error);
  if (cli->progress)
    fputs ("\r\033[K", stderr);
  if (!fine && g_error_matches (error, PM_SCAN_ERROR, PM_SCAN_ERROR_NO_ROOT))
    return pm_cli_fail (PM_EXIT_USAGE, error);
  if (!fine)
    return pm_cli_fail (PM_EXIT_FAILED, error);
  if (cli->json)
    print_json (&report, snapshot);
  else
    print_text (&report, snapshot);
  return report.conflicts[PM_SEVERITY_ERROR] > 0 || report.kept > 0 ? PM_EXIT_ATTENTION
                                                                    : PM_EXIT_DONE;
}

static const GOptionEntry entries[] = {
    {"yes", 'y', 0, G_OPTION_ARG_NONE, &options.yes, "don't ask before / is read", NULL},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

static const char *const examples[] = {"scan ~/projects", "scan", NULL};

const PmCommand pm_command_scan = {
    .name = "scan",
    .arguments = "[ROOT…]",
    .summary = "read all projects below the roots and store what they say",
    .details = "A root is a folder whose children are projects. Roots are remembered: without any, "
               "those known\n"
               "are scanned again. Nothing is written into a project. What is there and cannot be "
               "read is\n"
               "not gone: what was known of it stands, and is marked. Exit status 1 when there are "
               "conflicts\n"
               "of severity error, or something was kept like that.",
    .examples = examples,
    .options = entries,
    .run = run,
};
