#include <string.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "model/service-json.h"
#include "verbs/conflicts.h"
#include "verbs/live.h"

static void
print_json (const PmSnapshot *snapshot, const GArray *conflicts)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_key (&json, "conflicts");
  pm_json_begin_array (&json);
  for (guint i = 0; i < conflicts->len; i++)
    pm_conflict_write_json (&json, &g_array_index (conflicts, PmConflict, i), snapshot->services);
  pm_json_end_array (&json);
  pm_json_end_object (&json);
  pm_output_json (out);
}

static void
print_claimant (const PmSnapshot *snapshot, const PmClaimant *claimant)
{
  const PmSocket *socket = claimant->socket;
  if (socket != NULL) {
    pm_output_line ("    process %" G_GINT64_FORMAT "  %s%s%s%s%s", socket->pid, socket->command,
                    socket->cwd[0] == '\0' ? "" : "  in ", socket->cwd,
                    socket->container[0] == '\0' ? "" : "  container ", socket->container);
    return;
  }
  const PmService *service = &g_array_index (snapshot->services, PmService, claimant->service);
  g_autofree char *where = claimant->line == 0
                               ? g_strdup (service->origin)
                               : g_strdup_printf ("%s:%u", claimant->file, claimant->line);
  pm_output_line ("    %s  %s%s%s%s%s%s", pm_service_shown_name (service), where,
                  claimant->bind[0] == '\0' ? "" : "  on ", claimant->bind,
                  claimant->variant[0] == '\0' ? "" : "  in ", claimant->variant,
                  pm_service_is_kept (service) ? "  (kept: it could not be read)" : "");
}

static void
print_moves (const PmSnapshot *snapshot, const PmConflict *conflict)
{
  for (guint i = 0; i < conflict->moves->len; i++) {
    const PmConflictMove *move = &g_array_index (conflict->moves, PmConflictMove, i);
    const PmService *service = &g_array_index (snapshot->services, PmService, move->service);
    g_autofree char *name = pm_service_full_name (service);
    pm_output_line ("    %s move %s to %u", i == 0 ? "fix:" : "and ", name, move->port);
  }
}

static void
print_conflict (const PmCli *cli, const PmSnapshot *snapshot, const PmConflict *conflict)
{
  static const char *const colors[] = {"\033[2m", "\033[33m", "\033[31m"};
  printf ("%s%s%s  ", cli->color ? colors[conflict->severity] : "",
          pm_severity_name (conflict->severity), cli->color ? "\033[0m" : "");
  pm_output_line_behind ((guint) strlen (pm_severity_name (conflict->severity)) + 2, "%s  %s",
                         conflict->id, conflict->reason);
  for (guint i = 0; i < conflict->n_claimants; i++)
    print_claimant (snapshot, &conflict->claimants[i]);
  if (conflict->moves != NULL)
    print_moves (snapshot, conflict);
  else if (conflict->stuck != NULL)
    pm_output_line ("    decide by hand: %s", conflict->stuck);
}

static void
print_text (const PmCli *cli, const PmSnapshot *snapshot, const GArray *conflicts)
{
  guint counts[3] = {0};
  for (guint i = 0; i < conflicts->len; i++) {
    const PmConflict *conflict = &g_array_index (conflicts, PmConflict, i);
    print_conflict (cli, snapshot, conflict);
    counts[conflict->severity]++;
  }
  if (conflicts->len == 0)
    printf ("No conflicts.\n");
  else
    printf ("%u error%s, %u warning%s, %u note%s\n", counts[PM_SEVERITY_ERROR],
            counts[PM_SEVERITY_ERROR] == 1 ? "" : "s", counts[PM_SEVERITY_WARNING],
            counts[PM_SEVERITY_WARNING] == 1 ? "" : "s", counts[PM_SEVERITY_NOTE],
            counts[PM_SEVERITY_NOTE] == 1 ? "" : "s");
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  if (argc > 0)
    return pm_cli_usage (&pm_command_conflicts, "takes no arguments, got “%s”", argv[0]);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  GError *error = NULL;
  /* A registry that cannot be written now is read as it is. */
  pm_verb_live_refresh (cli->context, FALSE, NULL, NULL, NULL);
  g_autoptr (PmSnapshot) snapshot = NULL;
  g_autoptr (GArray) conflicts = pm_verb_conflicts (cli->context, &snapshot, &error);
  if (conflicts == NULL)
    return pm_cli_fail (PM_EXIT_FAILED, error);
  if (cli->json)
    print_json (snapshot, conflicts);
  else
    print_text (cli, snapshot, conflicts);
  gboolean any_error = conflicts->len > 0 && g_array_index (conflicts, PmConflict, 0).severity ==
                                                 PM_SEVERITY_ERROR; /* worst first */
  return any_error ? PM_EXIT_ATTENTION : PM_EXIT_DONE;
}

const PmCommand pm_command_conflicts = {
    .name = "conflicts",
    .arguments = "",
    .summary = "list the ports that two services cannot both bind, and a way out",
    .details =
        "error: one of them will fail to bind. warning: probably so, one of the ports is a "
        "default.\n"
        "note: only if somebody runs together what is not meant to be (another mode or profile).\n"
        "Exit status 1 when there is an error.",
    .examples = (const char *const[]){"conflicts", "conflicts --json", NULL},
    .run = run,
};
