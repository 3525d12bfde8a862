/* Caddy: "Caddyfile Concepts" (addresses), "Global options" (admin, http_port, https_port,
 * default_bind) and the directives reverse_proxy, php_fastcgi, forward_auth, bind.
 *
 * The shape is that of formats/caddyfile.c. A site's address is what Caddy binds; an upstream is
 * somebody else's. */

#include "discovery/directives.h"
#include "discovery/rules/rules.h"

static const char *const files[] = {"Caddyfile",   "Caddyfile.*", "*.Caddyfile", "*.caddyfile",
                                    "Caddyfile-*", "*.caddy",     NULL};

#define RULE(id_, grammar_, role_)                                                                 \
  {                                                                                                \
    .id = "caddy." id_, .grammar = PM_GRAMMAR_##grammar_, .role = PM_ROLE_##role_,                 \
    .scope = PM_SCOPE_HOST, .confidence = 0.98, .insists = TRUE                                    \
  }

static const PmDirective directives[] = {
    {"site", NULL, PM_DIRECTIVE_ALL, RULE ("site", ENDPOINT, LISTEN)},
    {"bind", NULL, PM_DIRECTIVE_ALL, RULE ("bind", ENDPOINT, LISTEN)},
    {"default_bind", NULL, PM_DIRECTIVE_ALL, RULE ("bind", ENDPOINT, LISTEN)},
    {"admin", "global", 0, 0, RULE ("admin", ENDPOINT, LISTEN)},
    {"http_port", NULL, 0, 0, RULE ("http_port", PORT, LISTEN)},
    {"https_port", NULL, 0, 0, RULE ("https_port", PORT, LISTEN)},
    {"reverse_proxy", NULL, PM_DIRECTIVE_ALL, RULE ("reverse_proxy", ENDPOINT, REFERENCE)},
    {"to", "reverse_proxy", PM_DIRECTIVE_ALL, RULE ("reverse_proxy", ENDPOINT, REFERENCE)},
    {"health_port", NULL, 0, 0, RULE ("health_port", PORT, REFERENCE)},
    {"php_fastcgi", NULL, PM_DIRECTIVE_ALL, RULE ("php_fastcgi", ENDPOINT, REFERENCE)},
    {"forward_auth", NULL, PM_DIRECTIVE_ALL, RULE ("forward_auth", ENDPOINT, REFERENCE)},
};

static const PmRule other = {.id = "caddy.other",
                             .grammar = PM_GRAMMAR_TEXT,
                             .role = PM_ROLE_REFERENCE,
                             .scope = PM_SCOPE_HOST,
                             .confidence = 0.9};

static void
recognise (PmRecognition *r)
{
  pm_directives_read (r, directives, G_N_ELEMENTS (directives), &other, NULL);
}

const PmRuleset pm_ruleset_caddy = {
    .name = "caddy",
    .files = files,
    .syntax = "caddyfile",
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};
