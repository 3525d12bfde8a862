/* Apache httpd: its directive index (mpm_common "Listen", core "<VirtualHost>" and "ServerName",
 * mod_proxy, mod_proxy_balancer, mod_rewrite's [P]).
 *
 * The shape is that of formats/apache.c, keys in small letters. URLs of the proxy directives say by
 * themselves where they point: they are read as text. */

#include "discovery/directives.h"
#include "discovery/rules/rules.h"

static const char *const files[] = {
    "*.conf",
    "*.conf.*",
    "*.vhost",
    "**/sites-available/**",
    "**/sites-enabled/**",
    ".htaccess*",
    "*htaccess",
    "httpd*",
    NULL,
};

#define LISTENS(name, first, last)                                                                 \
  {                                                                                                \
    name, NULL, first, last,                                                                       \
    {                                                                                              \
      .id = "apache." name, .grammar = PM_GRAMMAR_ENDPOINT, .role = PM_ROLE_LISTEN,                \
      .scope = PM_SCOPE_HOST, .confidence = 0.98, .insists = TRUE                                  \
    }                                                                                              \
  }

static const PmDirective directives[] = {
    LISTENS ("listen", 0, 0),
    LISTENS ("namevirtualhost", 0, 0),
    LISTENS ("virtualhost", 0, 99),
};

static const PmRule other = {.id = "apache.other",
                             .grammar = PM_GRAMMAR_TEXT,
                             .role = PM_ROLE_REFERENCE,
                             .scope = PM_SCOPE_HOST,
                             .confidence = 0.9};

static void
recognise (PmRecognition *r)
{
  pm_directives_read (r, directives, G_N_ELEMENTS (directives), &other, NULL);
}

/* fluentd and others write sections like httpd's, but none of these. */
static gboolean
claims (const PmDocument *document)
{
  static const char *const own[] = {
      "virtualhost",
      "ifmodule",
      "ifdefine",
      "directory",
      "directorymatch",
      "locationmatch",
      "filesmatch",
      "documentroot",
      "loadmodule",
      "rewriteengine",
      "rewriterule",
      "proxypass",
      "proxypassreverse",
      "proxypassmatch",
      "directoryindex",
      "customlog",
      "requestheader",
      "allowoverride",
      "sslengine",
      "balancermember",
      "namevirtualhost",
      "serveradmin",
      NULL,
  };
  return pm_directives_count (document, own, '\0') > 0;
}

/* ports.conf of Debian may hold nothing but `Listen`. */
static const char *const files_of_ports[] = {"ports.conf", "**/apache2/**/*.conf",
                                             "**/httpd/**/*.conf", NULL};

static gboolean
claims_ports (const PmDocument *document)
{
  static const char *const own[] = {"listen", NULL};
  return pm_directives_count (document, own, '\0') > 0;
}

const PmRuleset pm_ruleset_apache = {
    .name = "apache",
    .files = files,
    .syntax = "apache",
    .marks = pm_ruleset_no_marks,
    .claims = claims,
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};

const PmRuleset pm_ruleset_apache_ports = {
    .name = "apache",
    .files = files_of_ports,
    .syntax = "apache",
    .marks = pm_ruleset_no_marks,
    .claims = claims_ports,
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};
