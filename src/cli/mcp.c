#include <signal.h>
#include <unistd.h>

#include "cli/commands.h"
#include "mcp/mcp.h"

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  GError *error = NULL;
  if (argc > 0)
    return pm_cli_usage (&pm_command_mcp, "takes no arguments, got “%s”", argv[0]);
  if (isatty (STDIN_FILENO))
    fprintf (stderr, "This speaks to an agent's client, in lines of JSON. To set one up: "
                     "port-manager mcp --help\n");
  PmMcpOptions options = {
      .state_dir = cli->state_dir,
      .config_file = cli->config_file,
      .version = PM_VERSION,
      .input = STDIN_FILENO,
      .output = STDOUT_FILENO,
  };
  signal (SIGPIPE, SIG_IGN);
  return pm_mcp_serve (&options, &error) ? PM_EXIT_DONE : pm_cli_fail (PM_EXIT_FAILED, error);
}

const PmCommand pm_command_mcp = {
    .name = "mcp",
    .arguments = "",
    .summary = "serve an AI agent on standard input and output (Model Context Protocol)",
    .details =
        "An agent asks which port is free, takes it, sees who has one, and proposes changes. Files "
        "are\n"
        "changed only when the person behind the client has seen what would be written, and "
        "agreed;\n"
        "a client that cannot ask gets a plan, and the command by which a person applies it.\n"
        "In the client's configuration (docs/MCP.md has more):\n"
        "  {\"mcpServers\": {\"port-manager\": {\"command\": \"port-manager\", \"args\": "
        "[\"mcp\"]}}}",
    .examples = (const char *const[]){"mcp", "--state /srv/ports mcp", NULL},
    .run = run,
};
