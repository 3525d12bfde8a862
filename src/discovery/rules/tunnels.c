/* What leads from elsewhere to a port of this machine: frp ("Configures", client and server: the
 * client's serverPort and localPort are where it connects to, remotePort is bound by the server),
 * ngrok ("Agent Configuration File": a tunnel's `addr` is forwarded to) and OpenSSH's client
 * (ssh_config(5): Port is the other machine's, LocalForward and DynamicForward bind here). */

#include "discovery/directives.h"
#include "discovery/rules/rules.h"

#include <string.h>

#define READ(id_, path_, grammar_, role_)                                                          \
  {                                                                                                \
    .id = id_, .path = path_, .grammar = PM_GRAMMAR_##grammar_, .role = PM_ROLE_##role_,           \
    .scope = PM_SCOPE_HOST, .confidence = 0.97, .insists = TRUE                                    \
  }

static const PmRule other = {
    .id = "tunnel.other", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.85};

static void
recognise (PmRecognition *r)
{
  pm_recognition_read_keys (r, r->root, &other, "");
}

#define TUNNEL(name_, title_, ...)                                                                 \
  static const char *const name_##_files[] = {__VA_ARGS__, NULL};                                  \
  const PmRuleset pm_ruleset_##name_ = {                                                           \
      .name = title_,                                                                              \
      .files = name_##_files,                                                                      \
      .rules = name_##_rules,                                                                      \
      .n_rules = G_N_ELEMENTS (name_##_rules),                                                     \
      .expansion = PM_EXPANSION_NONE,                                                              \
      .recognise = name_##_recognise,                                                              \
  }

/* --- frp: TOML, YAML and JSON in camelCase, INI before version 0.52 --- */

static const PmRule frp_client_rules[] = {
    READ ("frp.server", "serverPort", PORT, REFERENCE),
    READ ("frp.server", "common.server_port", PORT, REFERENCE),
    READ ("frp.local", "proxies.[].localPort", PORT, REFERENCE),
    READ ("frp.local", "*.local_port", PORT, REFERENCE),
    READ ("frp.remote", "proxies.[].remotePort", PORT, REFERENCE),
    READ ("frp.remote", "*.remote_port", PORT, REFERENCE),
    READ ("frp.bound", "visitors.[].bindPort", PORT, LISTEN),
    READ ("frp.bound", "*.bind_port", PORT, LISTEN),
    READ ("frp.admin", "webServer.port", PORT, LISTEN),
    READ ("frp.admin", "common.admin_port", PORT, LISTEN),
};

static const PmRule frp_server_rules[] = {
    READ ("frp.bound", "bindPort|kcpBindPort|quicBindPort|vhostHTTPPort|vhostHTTPSPort", PORT,
          LISTEN),
    READ ("frp.bound", "tcpmuxHTTPConnectPort", PORT, LISTEN),
    READ ("frp.bound", "common.bind_port|kcp_bind_port|quic_bind_port", PORT, LISTEN),
    READ ("frp.bound", "common.vhost_http_port|vhost_https_port", PORT, LISTEN),
    READ ("frp.bound", "sshTunnelGateway.bindPort", PORT, LISTEN),
    READ ("frp.admin", "webServer.port", PORT, LISTEN),
    READ ("frp.admin", "common.dashboard_port", PORT, LISTEN),
};

/* KCP and QUIC go over UDP. */
static void
frp_server_recognise (PmRecognition *r)
{
  for (guint i = 0; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (strstr (finding->path, "kcp") != NULL || strstr (finding->path, "quic") != NULL)
      finding->transport = PM_TRANSPORT_UDP;
  }
  recognise (r);
}

#define frp_client_recognise recognise
TUNNEL (frp_client, "frp", "frpc*.toml", "frpc*.ini", "frpc*.yaml", "frpc*.yml", "frpc*.json");
TUNNEL (frp_server, "frp", "frps*.toml", "frps*.ini", "frps*.yaml", "frps*.yml", "frps*.json");

/* --- ngrok --- */

static const PmRule ngrok_rules[] = {
    READ ("ngrok.addr", "tunnels.*.addr", ENDPOINT, REFERENCE),
    READ ("ngrok.addr", "endpoints.[].upstream.url", ENDPOINT, REFERENCE),
    READ ("ngrok.inspector", "web_addr", ENDPOINT, LISTEN),
    READ ("ngrok.inspector", "agent.web_addr", ENDPOINT, LISTEN),
};

#define ngrok_recognise recognise
TUNNEL (ngrok, "ngrok", "ngrok*.yml", "ngrok*.yaml");

/* --- OpenSSH's client --- */

static const char *const ssh_files[] = {"ssh_config*", "**/ssh_config.d/*.conf", NULL};

#define DIRECTIVE(name, argument, grammar_, role_)                                                 \
  {                                                                                                \
    name, NULL, argument, argument,                                                                \
    {                                                                                              \
      .id = "ssh." name, .grammar = PM_GRAMMAR_##grammar_, .role = PM_ROLE_##role_,                \
      .scope = PM_SCOPE_HOST, .confidence = 0.97, .insists = TRUE                                  \
    }                                                                                              \
  }

static const PmDirective ssh_directives[] = {
    DIRECTIVE ("port", 0, PORT, REFERENCE),
    DIRECTIVE ("hostname", 0, HOST, REFERENCE),
    DIRECTIVE ("localforward", 0, ENDPOINT, LISTEN),
    DIRECTIVE ("dynamicforward", 0, ENDPOINT, LISTEN),
    DIRECTIVE ("remoteforward", 0, ENDPOINT, REFERENCE),
};

static const PmRule ssh_other = {.id = "ssh.other",
                                 .grammar = PM_GRAMMAR_TEXT,
                                 .role = PM_ROLE_REFERENCE,
                                 .scope = PM_SCOPE_HOST,
                                 .confidence = 0.85};

/* `LocalForward 8080 db:5432`: the other machine sees that host. */
static void
skip_far_sides (PmRecognition *r)
{
  for (PmNodeId id = 1; id < r->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->kind != PM_NODE_LIST || node->key == NULL || node->first_child == 0 ||
        g_ascii_strcasecmp (node->key, "LocalForward") != 0)
      continue;
    PmNodeId far = pm_document_node (r->document, node->first_child)->next_sibling;
    if (far != 0)
      pm_recognition_skip (r, far);
  }
}

static void
recognise_ssh (PmRecognition *r)
{
  skip_far_sides (r);
  pm_directives_read (r, ssh_directives, G_N_ELEMENTS (ssh_directives), &ssh_other, NULL);
}

const PmRuleset pm_ruleset_ssh_client = {
    .name = "ssh",
    .files = ssh_files,
    .syntax = "directive",
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_ssh,
};
