#include "cli/lease.h"

#include <errno.h>
#include <signal.h>

#include "base/timestamp.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "verbs/lease-json.h"
#include "verbs/pools.h"

static char *option_type;
static char *option_name;
#define NOT_GIVEN G_MININT64
#define NO_PORT G_MININT

static gint option_port = NO_PORT;
static gint64 option_pid = NOT_GIVEN;
static gint64 option_ttl = NOT_GIVEN;
static gint64 option_renew = NOT_GIVEN;
static gboolean option_udp;

void
pm_lease_print_json (const PmLease *lease)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_key (&json, "lease");
  pm_lease_write_json (&json, lease, pm_verb_lease_state (lease));
  pm_json_end_object (&json);
  pm_output_json (out);
}

PmExit
pm_lease_fail (GError *error)
{
  gboolean misused = g_error_matches (error, PM_POOL_VERB_ERROR, PM_POOL_VERB_ERROR_TYPE) ||
                     g_error_matches (error, PM_LEASE_ERROR, PM_LEASE_ERROR_HOLDER) ||
                     g_error_matches (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_NOT_FOUND);
  gboolean refused = g_error_matches (error, PM_LEASE_ERROR, PM_LEASE_ERROR_TAKEN);
  return pm_cli_fail (misused ? PM_EXIT_USAGE : refused ? PM_EXIT_REFUSED : PM_EXIT_FAILED, error);
}

/* The port alone on standard output, for `PORT=$(port-manager lease …)`. */
static void
print_text (const PmLease *lease, guint16 usual)
{
  char expires[PM_TIMESTAMP_SIZE] = "";
  if (lease->holder.expires_us != 0)
    pm_timestamp_format (lease->holder.expires_us, expires);
  printf ("%u\n", lease->port);
  fprintf (stderr, "lease %" G_GINT64_FORMAT, lease->id);
  if (lease->holder.pid != 0)
    fprintf (stderr, ", held by process %" G_GINT64_FORMAT, lease->holder.pid);
  if (expires[0] != '\0')
    fprintf (stderr, ", until %s", expires);
  if (usual != 0)
    fprintf (stderr, "; its usual port %u is in use", usual);
  fprintf (stderr, "\n");
}

/* Whoever was not told has no lease. */
static PmExit
give_back (PmCli *cli, const PmLease *lease)
{
  int cause = errno;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GError) failure = NULL;
  GError *error = NULL;
  gboolean done = pm_verb_lease_release (cli->context, lease->id, arena, NULL, &failure);
  g_set_error (&error, G_FILE_ERROR, g_file_error_from_errno (cause),
               "port %u could not be told: %s; lease %" G_GINT64_FORMAT " %s%s", lease->port,
               g_strerror (cause), lease->id,
               done ? "was given back" : "is still held, since it could not be given back: ",
               done ? "" : failure->message);
  return pm_cli_fail (PM_EXIT_FAILED, error);
}

static gboolean
take (PmCli *cli, PmArena *arena, PmLeaseGiven *ret_given, GError **error)
{
  g_autofree char *here = g_get_current_dir ();
  g_autofree char *folder = pm_verb_lease_folder (here);
  PmLeaseWish wish = {
      .type = option_type == NULL ? "" : option_type,
      .folder = folder,
      .name = option_name == NULL ? "" : option_name,
      .port = (guint16) option_port,
      .transport = option_udp ? PM_TRANSPORT_UDP : PM_TRANSPORT_TCP,
      .pid = option_pid,
      .ttl_s = option_ttl,
  };
  return pm_verb_lease (cli->context, &wish, arena, ret_given, error);
}

/* What was not given is 0 from here on; FALSE: what was given is no number from 1 on. */
static gboolean
settle (gint64 *option)
{
  gboolean is_fine = *option == NOT_GIVEN || *option >= 1;
  *option = MAX (*option, 0);
  return is_fine;
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmLeaseGiven given = {0};
  if (argc > 0)
    return pm_cli_usage (&pm_command_lease, "takes no arguments, got “%s”", argv[0]);
  if (option_port != NO_PORT && (option_port < 1 || option_port > G_MAXUINT16))
    return pm_cli_usage (&pm_command_lease, "%d is no port (1 to 65535)", option_port);
  if (!settle (&option_ttl) || !settle (&option_pid) || !settle (&option_renew))
    return pm_cli_usage (&pm_command_lease, "--ttl, --pid and --renew take numbers from 1 on");
  if (option_ttl != 0 && option_pid != 0)
    return pm_cli_usage (&pm_command_lease,
                         "a lease is for a time (--ttl) or for a process (--pid), not for both");
  option_port = MAX (option_port, 0);
  if (option_renew != 0 && (option_type != NULL || option_name != NULL || option_port != 0))
    return pm_cli_usage (&pm_command_lease,
                         "--renew keeps type, name and port: only --ttl and --pid go with it");
  if (option_name != NULL && !g_utf8_validate (option_name, -1, NULL))
    return pm_cli_usage (&pm_command_lease, "the name is no UTF-8");
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  signal (SIGPIPE, SIG_IGN); /* a reader who has gone is a write that fails */
  gboolean done = option_renew == 0 ? take (cli, arena, &given, &error)
                                    : pm_verb_lease_renew (cli->context, option_renew, option_pid,
                                                           option_ttl, arena, &given.lease, &error);
  if (!done)
    return pm_lease_fail (error);
  if (cli->json)
    pm_lease_print_json (&given.lease);
  else
    print_text (&given.lease, given.usual);
  if (option_renew == 0 && fflush (stdout) != 0)
    return give_back (cli, &given.lease);
  return PM_EXIT_DONE;
}

static const GOptionEntry options[] = {
    {"type", 0, 0, G_OPTION_ARG_STRING, &option_type,
     "of this type of service: web, api, database, … (“pools” lists them)", "T"},
    {"name", 0, 0, G_OPTION_ARG_STRING, &option_name,
     "the service's name in this project: it gets the same port again next time", "S"},
    {"ttl", 0, 0, G_OPTION_ARG_INT64, &option_ttl, "held for so many seconds (3600 without --pid)",
     "SEC"},
    {"pid", 0, 0, G_OPTION_ARG_INT64, &option_pid, "held as long as this process lives", "PID"},
    {"port", 0, 0, G_OPTION_ARG_INT, &option_port, "this port and no other", "N"},
    {"udp", 0, 0, G_OPTION_ARG_NONE, &option_udp, "for UDP", NULL},
    {"renew", 0, 0, G_OPTION_ARG_INT64, &option_renew,
     "keep this lease, from now on for --ttl or as long as --pid lives", "ID"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

static const char *const examples[] = {"lease --type api --name shop --pid $$",
                                       "lease --type database --ttl 600 --json",
                                       "lease --renew 12 --ttl 600", NULL};

const PmCommand pm_command_lease = {
    .name = "lease",
    .arguments = "[--type T] [--name S] [--ttl SEC | --pid PID]",
    .summary = "take a free port that nobody else gets",
    .details =
        "Prints the port. It is held until its time is over, its process is gone, or “release”; "
        "and\n"
        "as long as anything is bound to it. Whoever asks again gets another port, also under the\n"
        "same name; a name gets its own port again once that is free. What could not be printed is "
        "given\n"
        "back.\n"
        "Exit status 3 when the pool is exhausted, 4 when the port asked for is taken.",
    .examples = examples,
    .options = options,
    .run = run,
};
