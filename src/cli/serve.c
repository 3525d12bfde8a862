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

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  if (argc > 0)
    return pm_cli_usage (&pm_command_serve, "takes no arguments, got “%s”", argv[0]);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  GError *error = NULL;
  PmDaemonOptions options = {
      .listen = (const char *const *) (option_listen == NULL ? cli->context->config->server.listen
                                                             : option_listen),
      .ready = print_url,
      .data = cli,
  };
  gboolean fine = pm_daemon_run (cli->context, &options, &error);
  return fine ? PM_EXIT_DONE : pm_cli_fail (PM_EXIT_FAILED, error);
}

static const GOptionEntry options[] = {
    {"listen", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_listen,
     "where (127.0.0.1:7411; port 0 chooses one); may be given several times", "ADDR:PORT"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

const PmCommand pm_command_serve = {
    .name = "serve",
    .arguments = "",
    .summary = "answer over HTTP: the API, and a page at /",
    .details =
        "Prints its URL once it answers, and another one for a browser, which signs it in once; "
        "runs\n"
        "until SIGINT or SIGTERM. It also answers on a socket in the state directory, where this\n"
        "user may do everything. Changes over the network take a token (“port-manager token”);\n"
        "more than loopback moreover takes a certificate (server.tls_certificate, server.tls_key).",
    .options = options,
    .run = run,
};
