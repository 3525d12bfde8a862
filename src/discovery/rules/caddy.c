/* Caddy: "Caddyfile Concepts" (addresses), "Global options" (admin, http_port, https_port,
 * auto_https, default_bind), "Automatic HTTPS" and the directives reverse_proxy, php_fastcgi,
 * forward_auth, bind.
 *
 * The shape is that of formats/caddyfile.c. A site's address is what Caddy binds; an upstream is
 * somebody else's. A site without a port is served on the port for HTTPS, and redirected to from
 * the one for HTTP; with http:// on that one: no byte says 443 and 80, so they are defaults. */

#include "discovery/directives.h"
#include "discovery/rules/rules.h"

#include <string.h>

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

/* --- ports that nobody writes --- */

typedef struct {
  PmNodeId http, https; /* sites that are served so without saying a port; 0 none */
  gboolean has_http_port, has_https_port, redirects;
} Sites;

static void
take_address (Sites *sites, PmNodeId site, const char *address)
{
  gboolean is_http = g_str_has_prefix (address, "http://");
  const char *scheme = strstr (address, "://");
  const char *host = scheme == NULL ? address : scheme + strlen ("://");
  const char *colon = strrchr (host, ':'), *bracket = strchr (host, ']');
  gboolean has_port = colon != NULL && (bracket == NULL || colon > bracket);
  if (*host == '\0' || has_port || strchr (host, '{') != NULL) /* what a placeholder says */
    return;
  if (is_http)
    sites->http = site;
  else
    sites->https = site;
}

static void
take_site (PmRecognition *r, Sites *sites, PmNodeId site)
{
  PmNodeId addresses = pm_document_child (r->document, site, "()");
  for (PmNodeId id = addresses == 0 ? 0 : pm_document_node (r->document, addresses)->first_child;
       id != 0; id = pm_document_node (r->document, id)->next_sibling) {
    const char *text = pm_document_text (r->document, id);
    g_autofree char *address = text == NULL ? NULL : g_strndup (text, strcspn (text, ","));
    if (address != NULL)
      take_address (sites, site, address);
  }
}

static void
take_global (PmRecognition *r, Sites *sites, PmNodeId global)
{
  PmNodeId automatic = pm_document_child (r->document, global, "auto_https");
  sites->has_http_port = pm_document_child (r->document, global, "http_port") != 0;
  sites->has_https_port = pm_document_child (r->document, global, "https_port") != 0;
  sites->redirects =
      automatic == 0 || (!pm_directive_has_argument (r->document, automatic, "off") &&
                         !pm_directive_has_argument (r->document, automatic, "disable_redirects"));
}

static void
add_default (PmRecognition *r, PmNodeId site, guint16 port, const char *origin)
{
  PmServiceFact *fact = pm_recognition_add_service (r, "", site);
  fact->default_port = port;
  fact->default_origin = origin;
}

static void
tell_defaults (PmRecognition *r)
{
  Sites sites = {.redirects = TRUE};
  for (PmNodeId id = pm_document_node (r->document, r->root)->first_child; id != 0;
       id = pm_document_node (r->document, id)->next_sibling) {
    const char *key = pm_document_node (r->document, id)->key;
    if (g_strcmp0 (key, "site") == 0)
      take_site (r, &sites, id);
    else if (g_strcmp0 (key, "global") == 0)
      take_global (r, &sites, id);
  }
  if (sites.https != 0 && !sites.has_https_port)
    add_default (r, sites.https, 443, "caddy's automatic HTTPS");
  if (sites.has_http_port)
    return;
  if (sites.http != 0)
    add_default (r, sites.http, 80, "caddy's port for http://");
  else if (sites.https != 0 && sites.redirects)
    add_default (r, sites.https, 80, "caddy's redirect to HTTPS");
}

static void
recognise (PmRecognition *r)
{
  pm_directives_read (r, directives, G_N_ELEMENTS (directives), &other, NULL);
  tell_defaults (r);
}

const PmRuleset pm_ruleset_caddy = {
    .name = "caddy",
    .files = files,
    .syntax = "caddyfile",
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};
