/* nginx and OpenResty: nginx's module reference (ngx_http_core_module "listen",
 * ngx_stream_core_module, ngx_http_upstream_module, and the *_pass directives of the proxy,
 * fastcgi, uwsgi, scgi, grpc and memcached modules).
 *
 * The shape is that of formats/nginx.c. Configuration of nginx has no name of its own: a file is
 * one when it holds directives that nobody else has. What points elsewhere in other directives
 * (resolver, set_real_ip_from, allow, return) says so by itself: it is read as text. */

#include "discovery/directives.h"
#include "discovery/rules/rules.h"

#include <string.h>

static const char *const files[] = {
    "*.conf",
    "*.conf.*",
    "*.nginx",
    "*.nginxconf",
    "*.vhost",
    "nginx.conf*",
    "**/sites-available/**",
    "**/sites-enabled/**",
    "**/nginx/conf.d/**",
    "**/nginx/sites/**",
    "**/nginx/snippets/**",
    "**/nginx/templates/**",
    NULL,
};

/* In a folder of nginx's, or by a name that says nothing, any file may be its configuration. */
static const char *const any_files[] = {"**/nginx/*", "**/nginx/**/*", "conf", "nginx",
                                        "nginx-*",    "nginx_*",       NULL};
static const char *const with_extensions[] = {"*.*", NULL};

#define RULE(id_, grammar_, role_)                                                                 \
  {                                                                                                \
    .id = "nginx." id_, .grammar = PM_GRAMMAR_##grammar_, .role = PM_ROLE_##role_,                 \
    .scope = PM_SCOPE_HOST, .confidence = 0.98, .insists = TRUE                                    \
  }
#define PASS(name)                                                                                 \
  {                                                                                                \
    name, NULL, 0, 0, RULE ("pass", ENDPOINT, REFERENCE)                                           \
  }

static const PmDirective directives[] = {
    {"listen", NULL, 0, 0, RULE ("listen", ENDPOINT, LISTEN)},
    {"server", "upstream", 0, 0, RULE ("server", ENDPOINT, REFERENCE)},
    PASS ("proxy_pass"),
    PASS ("fastcgi_pass"),
    PASS ("uwsgi_pass"),
    PASS ("scgi_pass"),
    PASS ("grpc_pass"),
    PASS ("memcached_pass"),
    PASS ("redis_pass"),
    PASS ("auth_http"),
};

static const PmRule other = {.id = "nginx.other",
                             .grammar = PM_GRAMMAR_TEXT,
                             .role = PM_ROLE_REFERENCE,
                             .scope = PM_SCOPE_HOST,
                             .confidence = 0.9};

/* `listen 53 udp`, `listen 443 quic`: QUIC runs over UDP. */
static void
tell_transport (PmRecognition *r, PmNodeId list, guint first)
{
  if (strcmp (pm_directive_name (r->document, list), "listen") != 0 ||
      (!pm_directive_has_argument (r->document, list, "udp") &&
       !pm_directive_has_argument (r->document, list, "quic")))
    return;
  for (guint i = first; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (finding->kind == PM_KIND_PORT)
      finding->transport = PM_TRANSPORT_UDP;
  }
}

/* ngx_http_rewrite_module, "set": `set $upstream_port 8080`, for a proxy_pass of variables. */
static void
read_variables (PmRecognition *r)
{
  static const PmRule variable = {.id = "nginx.set",
                                  .grammar = PM_GRAMMAR_PORT,
                                  .role = PM_ROLE_REFERENCE,
                                  .scope = PM_SCOPE_HOST,
                                  .confidence = 0.9};
  for (PmNodeId id = r->root + 1; id < r->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->kind != PM_NODE_LIST || g_strcmp0 (node->key, "set") != 0)
      continue;
    const char *name = pm_document_text (r->document, node->first_child);
    PmNodeId value = pm_document_node (r->document, node->first_child)->next_sibling;
    if (node->first_child != 0 && value != 0 && name != NULL && g_str_has_suffix (name, "port") &&
        !r->was_read[value])
      pm_recognition_read (r, value, &variable, "");
  }
}

static void
recognise (PmRecognition *r)
{
  read_variables (r);
  pm_directives_read (r, directives, G_N_ELEMENTS (directives), &other, tell_transport);
}

static gboolean
claims (const PmDocument *document)
{
  static const char *const own[] = {
      "listen",
      "server_name",
      "location",
      "upstream",
      "proxy_pass",
      "fastcgi_pass",
      "uwsgi_pass",
      "grpc_pass",
      "scgi_pass",
      "proxy_set_header",
      "proxy_buffering",
      "fastcgi_param",
      "set_real_ip_from",
      "real_ip_header",
      "try_files",
      "worker_connections",
      "ssl_certificate",
      "ssl_protocols",
      "add_header",
      "client_max_body_size",
      "resolver",
      "limit_req_zone",
      "gzip_types",
      "proxy_http_version",
      "default_type",
      "sendfile",
      "geo",
      "error_page",
      "allow",
      "deny",
      NULL,
  };
  return pm_directives_count (document, own, ';') > 0;
}

const PmRuleset pm_ruleset_nginx = {
    .name = "nginx",
    .files = files,
    .syntax = "nginx",
    .marks = pm_ruleset_no_marks,
    .claims = claims,
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};

const PmRuleset pm_ruleset_nginx_by_content = {
    .name = "nginx",
    .files = any_files,
    .but_no = with_extensions,
    .syntax = "nginx",
    .marks = pm_ruleset_no_marks,
    .claims = claims,
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};
