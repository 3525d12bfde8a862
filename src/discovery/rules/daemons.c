/* Configuration of servers by lines `keyword value`: Redis and Valkey (redis.conf; sentinel.conf),
 * OpenSSH (sshd_config(5)), Mosquitto (mosquitto.conf(5)), NATS (nats-server's configuration),
 * OpenVPN (openvpn(8)), Squid, Tinyproxy, SSDB, PostgreSQL ("Setting Parameters");
 * and, as INI, MySQL and MariaDB ("Using Option Files": [client] connects, [mysqld] binds; dashes
 * and underscores are one), php.ini
 * ("List of php.ini directives", Xdebug's settings: all of them tell where PHP connects to) and
 * PHP-FPM's pools ("FPM configuration").
 *
 * The shape of the former is that of formats/directive.c. Files are taken by their names. */

#include "discovery/directives.h"
#include "discovery/rules/rules.h"

static const char *const named_files[] = {
    "redis*.conf",  "valkey*.conf",    "sentinel*.conf", "mosquitto*.conf",
    "sshd_config*", "nats*.conf",      "*.ovpn",         "openvpn*.conf",
    "squid*.conf",  "tinyproxy*.conf", "ssdb*.conf",     "memcached*.conf",
    NULL,
};

#define READ(name, argument, grammar_, role_)                                                      \
  {                                                                                                \
    name, NULL, argument, argument,                                                                \
    {                                                                                              \
      .id = "daemon." name, .grammar = PM_GRAMMAR_##grammar_, .role = PM_ROLE_##role_,             \
      .scope = PM_SCOPE_HOST, .confidence = 0.97, .insists = TRUE                                  \
    }                                                                                              \
  }

static const PmDirective directives[] = {
    READ ("port", 0, PORT, LISTEN),
    READ ("tls-port", 0, PORT, LISTEN),
    READ ("cluster-port", 0, PORT, LISTEN),
    READ ("listen", 0, ENDPOINT, LISTEN),
    READ ("listener", 0, PORT, LISTEN),
    READ ("listenaddress", 0, ENDPOINT, LISTEN),
    READ ("http", 0, ENDPOINT, LISTEN),
    READ ("https", 0, ENDPOINT, LISTEN),
    READ ("http_port", 0, ENDPOINT, LISTEN),
    READ ("https_port", 0, ENDPOINT, LISTEN),
    READ ("monitor_port", 0, PORT, LISTEN),
    READ ("lport", 0, PORT, LISTEN),
    READ ("rport", 0, PORT, REFERENCE),
    READ ("remote", 1, PORT, REFERENCE),
    READ ("replicaof", 1, PORT, REFERENCE),
    READ ("slaveof", 1, PORT, REFERENCE),
    READ ("replica-announce-port", 0, PORT, REFERENCE),
    READ ("cluster-announce-port", 0, PORT, REFERENCE),
    READ ("sentinel", 3, PORT, REFERENCE),
    READ ("address", 0, ENDPOINT, REFERENCE),
    READ ("upstream", 1, ENDPOINT, REFERENCE),
    READ ("permitopen", 0, ENDPOINT, REFERENCE),
};

static const PmRule other = {.id = "daemon.other",
                             .grammar = PM_GRAMMAR_TEXT,
                             .role = PM_ROLE_REFERENCE,
                             .scope = PM_SCOPE_HOST,
                             .confidence = 0.85};

static void
recognise (PmRecognition *r)
{
  pm_directives_read (r, directives, G_N_ELEMENTS (directives), &other, NULL);
}

const PmRuleset pm_ruleset_daemons = {
    .name = "daemon",
    .files = named_files,
    .syntax = "directive",
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};

/* --- PostgreSQL --- */

static const char *const postgresql_files[] = {
    "postgresql*.conf", "postgres*.conf", "**/postgresql/conf.d/*.conf", "recovery.conf", NULL};

static const PmDirective postgresql_directives[] = {
    READ ("port", 0, PORT, LISTEN),
    READ ("listen_addresses", 0, TEXT, ADDRESS),
    READ ("primary_conninfo", 0, COMMAND, REFERENCE),
};

static void
recognise_postgresql (PmRecognition *r)
{
  pm_directives_read (r, postgresql_directives, G_N_ELEMENTS (postgresql_directives), &other, NULL);
}

const PmRuleset pm_ruleset_postgresql = {
    .name = "postgresql",
    .files = postgresql_files,
    .syntax = "directive",
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_postgresql,
};

/* --- INI --- */

#define SETTING(id_, path_, grammar_, role_)                                                       \
  {                                                                                                \
    .id = id_, .path = path_, .grammar = PM_GRAMMAR_##grammar_, .role = PM_ROLE_##role_,           \
    .scope = PM_SCOPE_HOST, .confidence = 0.97, .insists = TRUE                                    \
  }

static const PmRule setting = {
    .id = "daemon.other", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.9};

static void
recognise_settings (PmRecognition *r)
{
  pm_recognition_read_keys (r, r->root, &setting, "");
}

static const char *const mysql_files[] = {"my.cnf", "*.cnf", "my.ini", ".my.cnf", NULL};

static const PmRule mysql_rules[] = {
    SETTING ("mysql.port",
             "mysqld|mysqld-*|mariadbd|mariadb|mariadb-*|server|mysqld_safe.port|mysqlx_port|"
             "mysqlx-port|loose_mysqlx_port|loose-mysqlx-port|admin_port|admin-port|extra_port|"
             "extra-port",
             PORT, LISTEN),
    SETTING ("mysql.port", "*.port", PORT, REFERENCE),
};

const PmRuleset pm_ruleset_mysql = {
    .name = "mysql",
    .files = mysql_files,
    .syntax = "ini",
    .rules = mysql_rules,
    .n_rules = G_N_ELEMENTS (mysql_rules),
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_settings,
};

static const char *const php_files[] = {"php.ini", "php-*.ini", "php*.ini", "*xdebug*.ini", NULL};

static const PmRule php_rules[] = {
    SETTING ("php.port", "**.xdebug*port|mysqli*port|smtp_port|ibase*port", PORT, REFERENCE),
};

const PmRuleset pm_ruleset_php = {
    .name = "php",
    .files = php_files,
    .syntax = "ini",
    .rules = php_rules,
    .n_rules = G_N_ELEMENTS (php_rules),
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_settings,
};

static const char *const fpm_files[] = {"www.conf",         "php-fpm*.conf",  "*fpm*.conf",
                                        "**/pool.d/*.conf", "zz-docker.conf", NULL};

static const PmRule fpm_rules[] = {
    SETTING ("php-fpm.listen", "*.listen", ENDPOINT, LISTEN),
};

static gboolean
is_fpm (const PmDocument *document)
{
  for (PmNodeId id = pm_document_node (document, 0)->first_child; id != 0;
       id = pm_document_node (document, id)->next_sibling)
    if (pm_document_child (document, id, "pm") != 0 ||
        pm_document_child (document, id, "listen") != 0)
      return TRUE;
  return FALSE;
}

const PmRuleset pm_ruleset_php_fpm = {
    .name = "php-fpm",
    .files = fpm_files,
    .syntax = "ini",
    .claims = is_fpm,
    .rules = fpm_rules,
    .n_rules = G_N_ELEMENTS (fpm_rules),
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_settings,
};
