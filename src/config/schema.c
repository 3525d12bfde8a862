/* DESIGN
 * One row a key, and nothing else knows the keys: the reader, the defaults, the suggestions of
 * right spellings and the test of docs/CONFIGURATION.md all go by this table. */

#include "config/schema.h"

#include <stddef.h>
#include <string.h>

static const char *const policies[] = {"notify", "propose", "apply", NULL};
static const char *const sources[] = {"gcp", "gcp-compute", "aws",     "azure", "interface", "http",
                                      "dns", "stun",        "command", "fixed", NULL};
static const char *const touches[] = {"config", "comment", "source", NULL};
static const char *const kinds[] = {"port", "ip", NULL};
static const char *const roles[] = {"listen", "publish", "target", "reference", "address", NULL};
static const char *const providers[] = {"systemd", "compose", "docker", "pm2", "command", NULL};
static const char *const methods[] = {"GET", "HEAD", "OPTIONS", "POST", NULL};
static const char *const syntaxes[] = {
    "caddyfile",  "dockerfile", "dotenv",   "hcl",        "ini",   "json",
    "javascript", "nginx",      "procfile", "properties", "shell", "systemd",
    "toml",       "typescript", "xml",      "yaml",       NULL};

static const char *const severities[] = {"note", "warning", "error", NULL};
static const char *const securities[] = {"auto", "require", "never", NULL};

#define AT(Struct, member) .offset = offsetof (Struct, member)

/* What every channel has. */
#define CHANNEL(name, member)                                                                      \
  {"notify." name ".severity",                                                                     \
   PM_SETTING_TEXT,                                                                                \
   AT (PmConfig, member.severity),                                                                 \
   .fallback = "\"note\"",                                                                         \
   .choices = severities,                                                                          \
   .meaning = "the least that is told by it: `note`, `warning`, `error`"},                         \
      {"notify." name ".projects",                                                                 \
       PM_SETTING_LIST,                                                                            \
       AT (PmConfig, member.projects),                                                             \
       .fallback = "",                                                                             \
       .check = pm_config_check_glob,                                                              \
       .meaning =                                                                                  \
           "globs over the projects that it tells of; empty: all. What is of no project is "       \
           "always told"},                                                                         \
  {                                                                                                \
    "notify." name ".quiet_hours", PM_SETTING_LIST, AT (PmConfig, member.quiet_hours),             \
        .fallback = "", .check = pm_config_check_hours,                                            \
        .meaning = "`22:00-07:00`, local time: what is no error waits until they are over"         \
  }

static const PmSetting rule_rows[] = {
    {"files", PM_SETTING_TEXT, AT (PmConfigRule, files), .required = TRUE,
     .check = pm_config_check_glob,
     .meaning = "glob over paths, from the root or from the project; without a slash, over names"},
    {"key", PM_SETTING_TEXT, AT (PmConfigRule, key), .check = pm_config_check_key,
     .meaning = "key path within the file: `http.port`, `servers.*.ports.[]`; empty: all of it "
                "(only to silence, or with `means`)"},
    {"project", PM_SETTING_TEXT, AT (PmConfigRule, project), .check = pm_config_check_glob,
     .meaning = "glob over the projects that the rule holds for; empty: all"},
    {"kind", PM_SETTING_TEXT, AT (PmConfigRule, kind), .choices = kinds,
     .meaning = "`port` or `ip`; empty: whichever is there"},
    {"role", PM_SETTING_TEXT, AT (PmConfigRule, role), .choices = roles,
     .meaning = "`listen`, `publish`, `target`, `reference` or `address`; empty: what the value "
                "tells, else `listen`"},
    {"service", PM_SETTING_TEXT, AT (PmConfigRule, service),
     .meaning = "whose value it is; empty: the service that the file belongs to"},
    {"confidence", PM_SETTING_REAL, AT (PmConfigRule, confidence), .fallback = "1.0", .least = 0,
     .most = 1, .meaning = "how sure the finding is; below 0.5 it is never written by itself"},
    {"silence", PM_SETTING_FLAG, AT (PmConfigRule, silence), .fallback = "false",
     .meaning = "what the files say there is no finding"},
    {"rule", PM_SETTING_TEXT, AT (PmConfigRule, rule), .check = pm_config_check_glob,
     .meaning = "glob over the ids of the rules to silence, as `explain` names them; implies "
                "`silence`"},
    {"syntax", PM_SETTING_TEXT, AT (PmConfigRule, syntax), .choices = syntaxes,
     .meaning = "how to read a file whose name does not tell its syntax"},
    {"means", PM_SETTING_TEXT, AT (PmConfigRule, means), .check = pm_config_check_full_name,
     .meaning = "`project/service` that the references there point at, where several could answer"},
    {NULL},
};

static const PmSetting service_rows[] = {
    {"match", PM_SETTING_TEXT, AT (PmConfigService, match), .required = TRUE,
     .check = pm_config_check_filter, .meaning = "filter of services: `project:shop name:api`"},
    {"name", PM_SETTING_TEXT, AT (PmConfigService, name),
     .meaning = "what to call it; empty: as its files do"},
    {"pinned", PM_SETTING_TEXT, AT (PmConfigService, pinned),
     .meaning = "why its port may not be moved; empty: it may"},
    {"health", PM_SETTING_TEXT, AT (PmConfigService, health), .check = pm_config_check_health,
     .meaning =
         "what answers while it is well: an http, https, ws, wss or tcp URL, "
         "`process:PROGRAM`, `process:/PID/FILE`, `container:NAME`, or `off`; empty: what its "
         "files suggest"},
    {"check.method", PM_SETTING_TEXT, AT (PmConfigService, check.method), .choices = methods,
     .meaning = "of the request: `GET`, `HEAD`, `OPTIONS`, `POST`; empty: `GET`"},
    {"check.status", PM_SETTING_TEXT, AT (PmConfigService, check.status),
     .check = pm_config_check_statuses,
     .meaning = "statuses that are right: `200-299,304`; empty: `200-399` of a URL that is given "
                "here, else any below 500"},
    {"check.body", PM_SETTING_TEXT, AT (PmConfigService, check.body),
     .meaning = "text that the answer must have in it"},
    {"check.verify", PM_SETTING_FLAG, AT (PmConfigService, check.verify), .fallback = "true",
     .meaning = "whether the certificate of a URL that is given here must be trusted"},
    {"check.interval_s", PM_SETTING_NUMBER, AT (PmConfigService, check.interval_s),
     .fallback = "-1", .least = -1, .most = 86400, .meaning = "-1: as `health.interval_s`"},
    {"check.timeout_s", PM_SETTING_NUMBER, AT (PmConfigService, check.timeout_s), .fallback = "-1",
     .least = -1, .most = 300, .meaning = "-1: as `health.timeout_s`"},
    {"check.rise", PM_SETTING_NUMBER, AT (PmConfigService, check.rise), .fallback = "-1",
     .least = -1, .most = 100, .meaning = "-1: as `health.rise`"},
    {"check.fall", PM_SETTING_NUMBER, AT (PmConfigService, check.fall), .fallback = "-1",
     .least = -1, .most = 100, .meaning = "-1: as `health.fall`"},
    {"check.start_period_s", PM_SETTING_NUMBER, AT (PmConfigService, check.start_period_s),
     .fallback = "-1", .least = -1, .most = 86400, .meaning = "-1: as `health.start_period_s`"},
    {"restart.provider", PM_SETTING_TEXT, AT (PmConfigService, restart_provider),
     .choices = providers, .flags = PM_SETTING_BY_HAND, .meaning = "what restarts it"},
    {"restart.unit", PM_SETTING_TEXT, AT (PmConfigService, restart_unit),
     .flags = PM_SETTING_BY_HAND, .meaning = "the systemd unit"},
    {"restart.container", PM_SETTING_TEXT, AT (PmConfigService, restart_container),
     .flags = PM_SETTING_BY_HAND, .meaning = "the container, or the compose service"},
    {"restart.process", PM_SETTING_TEXT, AT (PmConfigService, restart_process),
     .flags = PM_SETTING_BY_HAND, .meaning = "the PM2 process"},
    {"restart.command", PM_SETTING_LIST, AT (PmConfigService, restart_command), .fallback = "",
     .flags = PM_SETTING_SECRET | PM_SETTING_BY_HAND,
     .meaning = "the command, as an argument vector; never a shell line"},
    {NULL},
};

static const PmSetting project_rows[] = {
    {"match", PM_SETTING_TEXT, AT (PmConfigProject, match), .required = TRUE,
     .check = pm_config_check_glob, .meaning = "glob over project ids"},
    {"name", PM_SETTING_TEXT, AT (PmConfigProject, name),
     .meaning = "what to call the project; empty: as its files do"},
    {"policy", PM_SETTING_TEXT, AT (PmConfigProject, policy), .choices = policies,
     .meaning = "what a new external address does to its files; empty: as for its root"},
    {NULL},
};

static const PmSetting root_rows[] = {
    {"path", PM_SETTING_TEXT, AT (PmConfigRoot, path), .required = TRUE,
     .check = pm_config_check_path,
     .meaning = "the root that this is about; `~` is the home directory"},
    {"policy", PM_SETTING_TEXT, AT (PmConfigRoot, policy), .choices = policies, .required = TRUE,
     .meaning = "what a new external address does to its files, in place of `ip.policy`"},
    {NULL},
};

const PmSetting pm_config_schema[] = {
    {"roots", PM_SETTING_LIST, AT (PmConfig, roots), .fallback = "", .check = pm_config_check_path,
     .meaning = "folders whose children are projects, besides those that `scan` was told; `~` is "
                "the home directory, and what is relative lies beside this file"},
    {"registry.url", PM_SETTING_TEXT, AT (PmConfig, registry.url),
     .check = pm_config_check_registry,
     .flags = PM_SETTING_SECRET | PM_SETTING_BY_HAND | PM_SETTING_AT_START,
     .meaning = "empty: SQLite in the state directory; or `postgresql://USER@HOST:PORT/DATABASE`, "
                "a registry that many hosts share (docs/OPERATIONS.md)"},
    {"registry.host", PM_SETTING_TEXT, AT (PmConfig, registry.host),
     .flags = PM_SETTING_BY_HAND | PM_SETTING_AT_START,
     .meaning = "what this machine is called in the registry: every host of a shared one needs a "
                "name of its own, and keeps it; empty: its host name"},
    {"server.listen", PM_SETTING_LIST, AT (PmConfig, server.listen),
     .fallback = "\"127.0.0.1:7411\"", .check = pm_config_check_listen,
     .flags = PM_SETTING_BY_HAND | PM_SETTING_AT_START,
     .meaning =
         "where `serve` answers, besides its socket; more than loopback needs `tls_*` and a token"},
    {"server.allowed_hosts", PM_SETTING_LIST, AT (PmConfig, server.allowed_hosts), .fallback = "",
     .flags = PM_SETTING_BY_HAND | PM_SETTING_AT_START,
     .meaning = "names besides localhost and the listening addresses that requests may ask for; "
                "`name:port` where they come through another port"},
    {"server.tls_certificate", PM_SETTING_TEXT, AT (PmConfig, server.tls_certificate),
     .flags = PM_SETTING_BY_HAND | PM_SETTING_AT_START,
     .meaning = "PEM file, may hold the chain; read again when it changes. With one every address "
                "speaks TLS"},
    {"server.tls_key", PM_SETTING_TEXT, AT (PmConfig, server.tls_key),
     .flags = PM_SETTING_BY_HAND | PM_SETTING_AT_START, .meaning = "PEM file"},
    {"scan.ignore", PM_SETTING_LIST, AT (PmConfig, scan.ignore), .fallback = "",
     .check = pm_config_check_glob, .meaning = "globs of paths that are not read"},
    {"scan.watch", PM_SETTING_FLAG, AT (PmConfig, scan.watch), .fallback = "true",
     .meaning = "whether `serve` follows the files"},
    {"scan.sockets", PM_SETTING_FLAG, AT (PmConfig, scan.sockets), .fallback = "true",
     .meaning = "whether what is declared is compared with what listens now"},
    {"backup.keep", PM_SETTING_NUMBER, AT (PmConfig, backup.keep), .fallback = "10", .least = 1,
     .most = 1000, .meaning = "how many of the newest backups of the registry are kept"},
    {"backup.keep_days", PM_SETTING_NUMBER, AT (PmConfig, backup.keep_days), .fallback = "7",
     .least = 0, .most = 366,
     .meaning = "of the older ones the last of each day is kept for so many days"},
    {"backup.every_h", PM_SETTING_NUMBER, AT (PmConfig, backup.every_h), .fallback = "24",
     .least = 0, .most = 8784,
     .meaning = "hours between two backups that `serve` makes; 0: only after changes of files"},
    {"rule", PM_SETTING_TABLES, AT (PmConfig, rules), .rows = rule_rows,
     .element_bytes = sizeof (PmConfigRule), .line_offset = offsetof (PmConfigRule, line),
     .meaning = "a rule of your own"},
    {"project", PM_SETTING_TABLES, AT (PmConfig, projects), .rows = project_rows,
     .element_bytes = sizeof (PmConfigProject), .line_offset = offsetof (PmConfigProject, line),
     .meaning = "what a project is called"},
    {"root", PM_SETTING_TABLES, AT (PmConfig, root_policies), .rows = root_rows,
     .element_bytes = sizeof (PmConfigRoot), .line_offset = offsetof (PmConfigRoot, line),
     .meaning = "what holds for one root"},
    {"service", PM_SETTING_TABLES, AT (PmConfig, services), .rows = service_rows,
     .element_bytes = sizeof (PmConfigService), .line_offset = offsetof (PmConfigService, line),
     .meaning = "what files cannot say of a service"},
    {"ip.policy", PM_SETTING_TEXT, AT (PmConfig, ip.policy), .fallback = "\"propose\"",
     .choices = policies,
     .meaning = "what a new external address does: `notify`, `propose`, `apply`"},
    {"ip.sources", PM_SETTING_LIST, AT (PmConfig, ip.sources), .fallback = "", .choices = sources,
     .meaning = "who is asked for it: `gcp`, `gcp-compute`, `aws`, `azure`, `interface`, `http`, "
                "`dns`, `stun`, `command`, `fixed`"},
    {"ip.hold_down_s", PM_SETTING_NUMBER, AT (PmConfig, ip.hold_down_s), .fallback = "10",
     .least = 0, .most = 3600,
     .meaning = "seconds that a new value must hold, or a second source must see it"},
    {"ip.touch", PM_SETTING_LIST, AT (PmConfig, ip.touch),
     .fallback = "\"config\", \"comment\", \"source\"", .choices = touches,
     .meaning = "texts that a change may edit: `config`, `comment`, `source`"},
    {"ip.most_per_hour", PM_SETTING_NUMBER, AT (PmConfig, ip.most_per_hour), .fallback = "6",
     .least = 1, .most = 1000,
     .meaning = "changes that are applied by themselves within an hour; further ones are proposed"},
    {"ip.interval_s", PM_SETTING_NUMBER, AT (PmConfig, ip.interval_s), .fallback = "30", .least = 1,
     .most = 86400,
     .meaning = "seconds between two questions to a source that cannot wait for a change"},
    {"ip.allow", PM_SETTING_LIST, AT (PmConfig, ip.allow), .fallback = "",
     .check = pm_config_check_network,
     .meaning = "networks whose addresses count as external though they are private: "
                "`10.0.0.0/8`"},
    {"ip.fixed", PM_SETTING_LIST, AT (PmConfig, ip.fixed), .fallback = "",
     .check = pm_config_check_network, .meaning = "what the source `fixed` says"},
    {"ip.command", PM_SETTING_LIST, AT (PmConfig, ip.command), .fallback = "",
     .flags = PM_SETTING_SECRET | PM_SETTING_BY_HAND,
     .meaning = "of the source `command`: an argument vector that prints an address a line, or "
                "`slot=address`"},
    {"ip.interface", PM_SETTING_TEXT, AT (PmConfig, ip.interface),
     .meaning = "the only one that the source `interface` looks at; empty: all"},
    {"ip.dns.name", PM_SETTING_TEXT, AT (PmConfig, ip.dns_name),
     .meaning = "the name that the source `dns` looks up"},
    {"ip.http.urls", PM_SETTING_LIST, AT (PmConfig, ip.http_urls), .fallback = "",
     .check = pm_config_check_http,
     .meaning = "of the source `http`: servers that answer with the address that they see; two "
                "must agree"},
    {"ip.stun.servers", PM_SETTING_LIST, AT (PmConfig, ip.stun_servers), .fallback = "",
     .meaning = "of the source `stun`: `host:port`, asked one after another"},
    {"ip.gcp_compute.project", PM_SETTING_TEXT, AT (PmConfig, ip.gcp_project),
     .meaning = "empty: the key's, else the machine's own"},
    {"ip.gcp_compute.key_file", PM_SETTING_TEXT, AT (PmConfig, ip.gcp_key_file),
     .flags = PM_SETTING_BY_HAND,
     .meaning = "a service account's key (JSON); empty: the metadata server's token"},
    {"ip.gcp_compute.endpoint", PM_SETTING_TEXT, AT (PmConfig, ip.gcp_endpoint),
     .fallback = "\"https://compute.googleapis.com\"", .check = pm_config_check_http,
     .flags = PM_SETTING_BY_HAND, .meaning = "where the API is; without a slash at its end"},
    {"ip.azure.endpoint", PM_SETTING_TEXT, AT (PmConfig, ip.azure_endpoint),
     .fallback = "\"http://169.254.169.254\"", .check = pm_config_check_http,
     .flags = PM_SETTING_BY_HAND,
     .meaning = "where the metadata service is; without a slash at its end"},
    {"pools", PM_SETTING_POOLS, AT (PmConfig, pools),
     .meaning = "type of service = list of port ranges"},
    {"health.interval_s", PM_SETTING_NUMBER, AT (PmConfig, health.interval_s), .fallback = "10",
     .least = 1, .most = 86400, .meaning = "seconds between two checks of a service"},
    {"health.timeout_s", PM_SETTING_NUMBER, AT (PmConfig, health.timeout_s), .fallback = "2",
     .least = 1, .most = 300, .meaning = "seconds until a check has failed"},
    {"health.rise", PM_SETTING_NUMBER, AT (PmConfig, health.rise), .fallback = "2", .least = 1,
     .most = 100, .meaning = "checks in a row that make it up"},
    {"health.fall", PM_SETTING_NUMBER, AT (PmConfig, health.fall), .fallback = "3", .least = 1,
     .most = 100, .meaning = "failures in a row that make it down"},
    {"health.start_period_s", PM_SETTING_NUMBER, AT (PmConfig, health.start_period_s),
     .fallback = "0", .least = 0, .most = 86400,
     .meaning =
         "seconds from the first check, or from a restart, in which failures do not count; a "
         "success ends them"},
    {"health.enabled", PM_SETTING_FLAG, AT (PmConfig, health.enabled), .fallback = "true",
     .meaning =
         "whether `serve` checks what no `[[service]]` gives a check for; what is not checked "
         "is unknown"},
    {"health.certificate_days", PM_SETTING_NUMBER, AT (PmConfig, health.certificate_days),
     .fallback = "14", .least = 0, .most = 3650,
     .meaning = "so many days before its end a certificate is warned of"},
    {"heal.enabled", PM_SETTING_FLAG, AT (PmConfig, heal.enabled), .fallback = "false",
     .meaning = "restart what is down, and what a change of port or address concerns"},
    {"heal.first_wait_s", PM_SETTING_NUMBER, AT (PmConfig, heal.first_wait_s), .fallback = "10",
     .least = 1, .most = 3600,
     .meaning = "seconds that a service is down before it is restarted; each further time twice as "
                "long. Not shorter than `health.interval_s`"},
    {"heal.most_wait_s", PM_SETTING_NUMBER, AT (PmConfig, heal.most_wait_s), .fallback = "300",
     .least = 1, .most = 86400, .meaning = "the longest of these waits"},
    {"heal.budget", PM_SETTING_NUMBER, AT (PmConfig, heal.budget), .fallback = "6", .least = 1,
     .most = 32, .meaning = "restarts of one service within an hour, at most"},
    {"heal.breaker_share", PM_SETTING_REAL, AT (PmConfig, heal.breaker_share), .fallback = "0.2",
     .least = 0.01, .most = 1,
     .meaning = "when more than this share of all services goes down within a minute, nothing is "
                "restarted"},
    {"heal.timeout_s", PM_SETTING_NUMBER, AT (PmConfig, heal.timeout_s), .fallback = "90",
     .least = 1, .most = 3600, .meaning = "seconds that a restart itself may take"},
    {"heal.verify_s", PM_SETTING_NUMBER, AT (PmConfig, heal.verify_s), .fallback = "30", .least = 1,
     .most = 3600,
     .meaning = "seconds that a restarted service has to answer again; after that it stays down"},
    {"notify.enabled", PM_SETTING_FLAG, AT (PmConfig, notify.enabled), .fallback = "true",
     .meaning = "whether `serve` tells anybody anything, by the channels that are configured"},
    {"notify.dashboard", PM_SETTING_TEXT, AT (PmConfig, notify.dashboard),
     .check = pm_config_check_http,
     .meaning = "where the links of messages lead; empty: where `serve` answers"},
    {"notify.ca_file", PM_SETTING_TEXT, AT (PmConfig, notify.ca_file), .flags = PM_SETTING_BY_HAND,
     .meaning = "PEM file with the authorities that receivers' certificates come from; empty: the "
                "system's"},
    {"notify.group_s", PM_SETTING_NUMBER, AT (PmConfig, notify.group_s), .fallback = "30",
     .least = 0, .most = 3600,
     .meaning =
         "seconds in which a channel sends three messages of one kind; what comes after them "
         "waits, and goes into one"},
    {"notify.repeat_s", PM_SETTING_NUMBER, AT (PmConfig, notify.repeat_s), .fallback = "14400",
     .least = 0, .most = 604800,
     .meaning = "seconds before the same thing in the same state is told again"},
    {"notify.most_per_hour", PM_SETTING_NUMBER, AT (PmConfig, notify.most_per_hour),
     .fallback = "60", .least = 1, .most = 500,
     .meaning = "messages that a channel sends in an hour; more wait, and go into one"},
    {"notify.keep_h", PM_SETTING_NUMBER, AT (PmConfig, notify.keep_h), .fallback = "24", .least = 1,
     .most = 720, .meaning = "hours for which a message is tried again before it is dropped"},
    {"notify.most_queued", PM_SETTING_NUMBER, AT (PmConfig, notify.most_queued), .fallback = "1000",
     .least = 1, .most = 100000,
     .meaning = "messages that wait for a channel; above that the least severe, oldest is dropped"},
    {"notify.mail.smtp", PM_SETTING_TEXT, AT (PmConfig, mail.smtp), .check = pm_config_check_smtp,
     .meaning = "`smtp://host:port` or `smtps://…`; empty: no mail"},
    {"notify.mail.from", PM_SETTING_TEXT, AT (PmConfig, mail.from),
     .check = pm_config_check_mailbox, .meaning = "sender"},
    {"notify.mail.to", PM_SETTING_LIST, AT (PmConfig, mail.to), .fallback = "",
     .check = pm_config_check_mailbox, .meaning = "receivers"},
    {"notify.mail.user", PM_SETTING_TEXT, AT (PmConfig, mail.user),
     .meaning = "who signs in at the server; empty: nobody"},
    {"notify.mail.password", PM_SETTING_TEXT, AT (PmConfig, mail.password),
     .flags = PM_SETTING_SECRET,
     .meaning = "better in `password_file` or `$PORT_MANAGER_MAIL_PASSWORD`"},
    {"notify.mail.password_file", PM_SETTING_TEXT, AT (PmConfig, mail.password_file),
     .flags = PM_SETTING_BY_HAND,
     .meaning = "file whose first line is the password; read for each message"},
    {"notify.mail.tls", PM_SETTING_TEXT, AT (PmConfig, mail.tls), .fallback = "\"auto\"",
     .choices = securities,
     .meaning = "of `smtp://`: `auto` is STARTTLS where it is offered, and a must where a password "
                "goes to another machine; `require`; `never`"},
    CHANNEL ("mail", mail.channel),
    {"notify.slack.webhook", PM_SETTING_TEXT, AT (PmConfig, slack.webhook),
     .check = pm_config_check_http, .flags = PM_SETTING_SECRET,
     .meaning = "Slack's incoming webhook; empty: none"},
    {"notify.slack.webhook_file", PM_SETTING_TEXT, AT (PmConfig, slack.webhook_file),
     .flags = PM_SETTING_BY_HAND,
     .meaning = "file whose first line is the webhook, which is a secret; or "
                "`$PORT_MANAGER_SLACK_WEBHOOK`"},
    CHANNEL ("slack", slack.channel),
    {"notify.webhook.url", PM_SETTING_TEXT, AT (PmConfig, webhook.url),
     .check = pm_config_check_http, .flags = PM_SETTING_SECRET,
     .meaning = "where messages are posted; empty: nowhere"},
    {"notify.webhook.url_file", PM_SETTING_TEXT, AT (PmConfig, webhook.url_file),
     .flags = PM_SETTING_BY_HAND,
     .meaning = "file whose first line is the URL, where that is a secret; or "
                "`$PORT_MANAGER_WEBHOOK_URL`"},
    {"notify.webhook.secret", PM_SETTING_TEXT, AT (PmConfig, webhook.secret),
     .flags = PM_SETTING_SECRET,
     .meaning = "key of the signature of each post; empty: none is signed"},
    {"notify.webhook.secret_file", PM_SETTING_TEXT, AT (PmConfig, webhook.secret_file),
     .flags = PM_SETTING_BY_HAND,
     .meaning = "file whose first line is the key; or `$PORT_MANAGER_WEBHOOK_SECRET`"},
    CHANNEL ("webhook", webhook.channel),
    {NULL},
};

static const PmSetting *
find_among (const PmSetting *rows, const char *key)
{
  for (; rows->key != NULL; rows++)
    if (strcmp (rows->key, key) == 0)
      return rows;
  return NULL;
}

const PmSetting *
pm_setting_find (const char *key)
{
  const char *bracket = strchr (key, '['), *dot = bracket == NULL ? NULL : strchr (bracket, '.');
  if (g_str_has_prefix (key, "pools."))
    return find_among (pm_config_schema, "pools");
  if (bracket == NULL)
    return find_among (pm_config_schema, key);
  g_autofree char *table = g_strndup (key, (gsize) (bracket - key));
  const PmSetting *row = find_among (pm_config_schema, table);
  return row == NULL || row->rows == NULL || dot == NULL ? row : find_among (row->rows, dot + 1);
}

const char *
pm_setting_type_name (PmSettingType type)
{
  static const char *const names[] = {"text",   "list of texts", "true or false",  "whole number",
                                      "number", "tables",        "lists of ranges"};
  return names[type];
}

char *
pm_setting_default (const PmSetting *row)
{
  if (row->required || row->type == PM_SETTING_TABLES || row->type == PM_SETTING_POOLS)
    return NULL;
  if (row->type == PM_SETTING_LIST)
    return g_strdup_printf ("[%s]", row->fallback);
  return g_strdup (row->fallback == NULL ? "\"\"" : row->fallback);
}

char *
pm_setting_describe_type (const PmSetting *row)
{
  const char *name = pm_setting_type_name (row->type);
  return row->most > row->least ? g_strdup_printf ("%s, %g to %g", name, row->least, row->most)
                                : g_strdup (name);
}
