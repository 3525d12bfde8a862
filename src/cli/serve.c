#include "cli/commands.h"
#include "cli/output.h"
#include "daemon/daemon.h"

#include "base/json-writer.h"

static char **option_listen;

static void
print_url (const char *url, const char *page_url, gpointer data)
{
  const PmCli *cli = data;
  if (cli->json) {
    g_autoptr (GString) out = g_string_new (NULL);
    PmJsonWriter json = pm_json_writer (out);
    pm_json_begin_object (&json);
    pm_json_member_string (&json, "url", url);
    pm_json_member_string (&json, "pageUrl", page_url);
    pm_json_end_object (&json);
    pm_output_json (out);
  } else {
    printf ("Serving %s  (Ctrl+C stops it)\n", url);
    printf ("Open    %s  (good once, for ten minutes)\n", page_url);
  }
  fflush (stdout);
}

static void
print_following (guint projects, guint directories, gpointer data)
{
  const PmCli *cli = data;
  if (cli->json)
    return;
  if (directories == 0)
    printf ("No file is followed: no root is known yet (port-manager scan ~/projects), or "
            "scan.watch is off\n");
  else
    printf ("Following %u project%s in %u directories: what is saved shows at once\n", projects,
            projects == 1 ? "" : "s", directories);
  fflush (stdout);
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  if (argc > 0)
    return pm_cli_usage (&pm_command_serve, "takes no arguments, got “%s”", argv[0]);
  GError *error = NULL;
  PmDaemonOptions options = {
      .state_dir = cli->state_dir,
      .config_file = cli->config_file,
      .listen = (const char *const *) option_listen,
      .ready = print_url,
      .following = print_following,
      .data = cli,
  };
  return pm_daemon_run (&options, &error) ? PM_EXIT_DONE : pm_cli_fail (PM_EXIT_FAILED, error);
}

static const GOptionEntry options[] = {
    {"listen", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_listen,
     "where (127.0.0.1:7411; port 0 chooses one); may be given several times", "ADDR:PORT"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

const PmCommand pm_command_serve = {
    .name = "serve",
    .arguments = "",
    .summary = "answer over HTTP, and follow the files: the API, and a page at /",
    .details =
        "Prints its URL once it answers, and another one for a browser, which signs it in once; "
        "follows\n"
        "the files of all roots (scan.watch); runs until SIGINT or SIGTERM. SIGHUP reads the\n"
        "configuration again. One runs on a state directory at a time.\n"
        "It also answers on a socket in the state directory, where this user may do everything.\n"
        "Changes over the network take a token (“port-manager token”); more than loopback "
        "moreover\n"
        "takes a certificate (server.tls_certificate, server.tls_key).",
    .examples = (const char *const[]){"serve", "serve --listen 127.0.0.1:7500", NULL},
    .options = options,
    .run = run,
};
