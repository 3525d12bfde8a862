#include <string.h>

#include "base/json-writer.h"
#include "base/since.h"
#include "base/timestamp.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/table.h"
#include "verbs/token.h"

static char *option_role;
static char *option_expires;

/* "30d" is a time from now; pm_since_parse reads it as one before now. */
static gboolean
parse_end (const char *text, gint64 now_us, gint64 *ret_us)
{
  gint64 time_us;
  if (!pm_since_parse (text, now_us, &time_us))
    return FALSE;
  gboolean is_duration = text[0] != '\0' && strchr ("smhdw", text[strlen (text) - 1]) != NULL;
  *ret_us = is_duration ? now_us + (now_us - time_us) : time_us;
  return TRUE;
}

static void
print_created (const PmCli *cli, const char *name, const char *role, gint64 expires_us,
               const char *token)
{
  if (!cli->json) {
    printf ("%s\n", token);
    fprintf (
        stderr,
        "This is the only time that the token is shown; send it as “Authorization: Bearer …”.\n");
    return;
  }
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "token", token);
  pm_json_member_string (&json, "name", name);
  pm_json_member_string (&json, "role", role);
  pm_json_member_time (&json, "expires", expires_us);
  pm_json_end_object (&json);
  pm_output_json (out);
}

static PmExit
create_token (PmCli *cli, const char *name)
{
  GError *error = NULL;
  const char *role = option_role == NULL ? "operator" : option_role;
  gint64 expires_us = 0;
  if (option_expires != NULL && !parse_end (option_expires, g_get_real_time (), &expires_us))
    return pm_cli_usage (&pm_command_token, "“%s” is no time (12h, 30d, 2030-01-31, RFC 3339)",
                         option_expires);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  g_autofree char *token = NULL;
  if (pm_verb_token_create (cli->context, name, role, expires_us, &token, &error)) {
    print_created (cli, name, role, expires_us, token);
    return PM_EXIT_DONE;
  }
  gboolean misused = error->domain == PM_TOKEN_ERROR;
  gboolean exists = g_error_matches (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_EXISTS);
  return pm_cli_fail (misused ? PM_EXIT_USAGE : exists ? PM_EXIT_REFUSED : PM_EXIT_FAILED, error);
}

static void
print_list_json (const GArray *tokens)
{
  g_autoptr (GString) out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_tokens_write_json (&json, tokens);
  pm_output_json (out);
}

static void
print_list (const PmCli *cli, const GArray *tokens)
{
  static const PmColumn columns[] = {{"NAME", FALSE, PM_COLUMN_NAME},
                                     {"ROLE", FALSE, PM_COLUMN_WHOLE},
                                     {"CREATED", FALSE, PM_COLUMN_TIME},
                                     {"EXPIRES", FALSE, PM_COLUMN_TIME}};
  g_autoptr (PmTable) table = pm_table_new (columns, G_N_ELEMENTS (columns));
  gint64 now_us = g_get_real_time ();
  for (guint i = 0; i < tokens->len; i++) {
    const PmToken *token = &g_array_index (tokens, PmToken, i);
    char created[PM_TIMESTAMP_SIZE], expires[PM_TIMESTAMP_SIZE];
    pm_timestamp_format (token->created_us, created);
    pm_timestamp_format (token->expires_us, expires);
    pm_table_add (table, PM_CELL_PLAIN, "%s", token->name);
    pm_table_add (table, PM_CELL_PLAIN, "%s", token->role);
    pm_table_add (table, PM_CELL_DIM, "%s", created);
    gboolean is_over = token->expires_us != 0 && token->expires_us <= now_us;
    pm_table_add (table, is_over || token->expires_us == 0 ? PM_CELL_DIM : PM_CELL_PLAIN, "%s%s",
                  token->expires_us == 0 ? "never" : expires, is_over ? " (over)" : "");
  }
  pm_table_print (table, cli->color, cli->width);
}

static PmExit
list_tokens (PmCli *cli)
{
  GError *error = NULL;
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (PmToken));
  if (!pm_registry_tokens (cli->context->registry, arena, tokens, &error))
    return pm_cli_fail (PM_EXIT_FAILED, error);
  if (cli->json)
    print_list_json (tokens);
  else if (tokens->len == 0)
    printf ("No tokens; “port-manager token create NAME” makes one.\n");
  else
    print_list (cli, tokens);
  return PM_EXIT_DONE;
}

static PmExit
revoke_token (PmCli *cli, const char *name)
{
  GError *error = NULL;
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  if (!pm_registry_token_revoke (cli->context->registry, name, g_get_real_time (), &error))
    return pm_cli_fail_to_find (error);
  if (cli->json) {
    g_autoptr (GString) out = g_string_new (NULL);
    PmJsonWriter json = pm_json_writer (out);
    pm_json_begin_object (&json);
    pm_json_member_string (&json, "revoked", name);
    pm_json_end_object (&json);
    pm_output_json (out);
  } else {
    pm_output_line ("%s is revoked.", name);
  }
  return PM_EXIT_DONE;
}

static PmExit
run (PmCli *cli, int argc, char *argv[])
{
  const char *verb = argc == 0 ? "list" : argv[0];
  gboolean takes_name = strcmp (verb, "create") == 0 || strcmp (verb, "revoke") == 0;
  if (!takes_name && strcmp (verb, "list") != 0)
    return pm_cli_usage (&pm_command_token, "there is no “%s”: create, list or revoke", verb);
  if (takes_name ? argc != 2 : argc > 1)
    return pm_cli_usage (&pm_command_token, "%s takes %s", verb,
                         takes_name ? "one name" : "no arguments");
  if (strcmp (verb, "create") != 0 && (option_role != NULL || option_expires != NULL))
    return pm_cli_usage (&pm_command_token, "--role and --expires belong to “token create”");
  if (strcmp (verb, "create") == 0)
    return create_token (cli, argv[1]);
  return takes_name ? revoke_token (cli, argv[1]) : list_tokens (cli);
}

static const GOptionEntry options[] = {
    {"role", 0, 0, G_OPTION_ARG_STRING, &option_role,
     "what it may: viewer reads, operator (the default) also writes, admin also gives tokens",
     "ROLE"},
    {"expires", 0, 0, G_OPTION_ARG_STRING, &option_expires,
     "when it ends: 12h, 30d, 2030-01-31, RFC 3339 (never)", "T"},
    {NULL, 0, 0, 0, NULL, NULL, NULL},
};

static const char *const examples[] = {"token create ci --role viewer --expires 90d", "token list",
                                       "token revoke ci", NULL};

const PmCommand pm_command_token = {
    .name = "token",
    .arguments = "create NAME | list | revoke NAME",
    .summary = "give and take back tokens of the API",
    .details =
        "A token is 256 random bits. It is shown once, by “create”, and only its SHA-256 is kept.",
    .examples = examples,
    .options = options,
    .run = run,
};
