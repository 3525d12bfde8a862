/* Docker Compose: the Compose Specification (compose-spec, "services", "networking", "merge",
 * "include", "interpolation"), the long-gone version 1 without `services:`, and Swarm stacks.
 *
 * A service is read as Compose sees it: aliases followed, merge keys looked through. What several
 * services share by an anchor gives a finding for each of them, with the same bytes. Ports inside a
 * service are its container's, unless it uses the host's network. Traefik's label for the port that
 * it forwards to is its own documentation's ("Docker provider"). */

#include "discovery/rules/compose.h"
#include "discovery/naming.h"
#include "discovery/rules/rules.h"
#include "formats/yaml.h"

#include <string.h>

static const char *const files[] = {
    "compose.yaml",
    "compose.yml",
    "compose.*.yaml",
    "compose.*.yml",
    "compose-*.yaml",
    "compose-*.yml",
    "docker-compose*.yaml",
    "docker-compose*.yml",
    "docker_compose*.yaml",
    "docker_compose*.yml",
    "*.docker-compose.yaml",
    "*.docker-compose.yml",
    "*-compose.yaml",
    "*-compose.yml",
    "*.compose.yaml",
    "*.compose.yml",
    "podman-compose*.yaml",
    "podman-compose*.yml",
    NULL,
};

static const char *const any_yaml[] = {"*.yaml", "*.yml", NULL};

#define RULE(name, id_, grammar_, role_, scope_, confidence_)                                      \
  static const PmRule name = {.id = "compose." id_,                                                \
                              .grammar = PM_GRAMMAR_##grammar_,                                    \
                              .role = PM_ROLE_##role_,                                             \
                              .scope = PM_SCOPE_##scope_,                                          \
                              .confidence = confidence_}

RULE (short_port, "ports.short", MAPPING, TARGET, CONTAINER, 1);
RULE (long_target, "ports.long", PORT, TARGET, CONTAINER, 1);
RULE (long_published, "ports.long", PORT, PUBLISH, HOST, 1);
RULE (long_host, "ports.long", HOST, ADDRESS, HOST, 1);
RULE (exposed, "expose", PORT, TARGET, CONTAINER, 0.95);
RULE (variable, "environment", TEXT, REFERENCE, CONTAINER, 0.95);
RULE (label, "labels", TEXT, TARGET, CONTAINER, 0.9);
RULE (command, "command", COMMAND, LISTEN, CONTAINER, 0.9);
/* "healthcheck": it asks, whatever its flags are called (["CMD-SHELL", "redis-cli -p 6379 ping"]).
 */
static const PmRule health = {.id = "compose.healthcheck",
                              .grammar = PM_GRAMMAR_COMMAND,
                              .role = PM_ROLE_REFERENCE,
                              .scope = PM_SCOPE_CONTAINER,
                              .confidence = 0.9,
                              .insists = TRUE};
RULE (address, "networks.address", HOST, ADDRESS, CONTAINER, 1);
RULE (extra_host, "extra_hosts", TEXT, REFERENCE, CONTAINER, 0.95);
RULE (other, "other", TEXT, REFERENCE, CONTAINER, 0.7);

/* --- one service --- */

/* Compose matches sides of a short port by role; each side lives in a network of its own. */
static void
settle_mapping (const PmComposeService *s, gint first)
{
  for (guint i = (guint) first; first >= 0 && i < s->r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (s->r, i);
    if (finding->role == PM_ROLE_PUBLISH || finding->kind == PM_KIND_IP)
      finding->scope = PM_SCOPE_HOST;
  }
}

static PmFinding *
last_port (const PmComposeService *s, gint first)
{
  for (guint i = s->r->out->findings->len; first >= 0 && i > (guint) first; i--) {
    PmFinding *finding = pm_recognition_finding (s->r, i - 1);
    if (finding->kind == PM_KIND_PORT)
      return finding;
  }
  return NULL;
}

static void
read_long_port (const PmComposeService *s, PmNodeId item)
{
  const PmDocument *document = s->r->document;
  PmNodeId host = pm_document_child (document, item, "host_ip");
  PmNodeId target = pm_document_child (document, item, "target");
  PmNodeId published = pm_document_child (document, item, "published");
  PmNodeId protocol = pm_document_child (document, item, "protocol");
  const char *bind = host == 0 ? NULL : pm_recognition_text (s->r, host);
  const char *transport_name = protocol == 0 ? NULL : pm_recognition_text (s->r, protocol);
  PmTransport transport = PM_TRANSPORT_TCP;
  if (transport_name != NULL)
    pm_transport_from_name (transport_name, &transport);

  if (host != 0)
    pm_recognition_read (s->r, host, &long_host, s->name);
  gint from = published == 0 ? -1 : pm_recognition_read (s->r, published, &long_published, s->name);
  PmFinding *host_side = last_port (s, from);
  gint host_index = host_side == NULL ? -1 : (gint) (s->r->out->findings->len - 1);
  gint to = target == 0 ? -1 : pm_recognition_read (s->r, target, &long_target, s->name);
  PmFinding *container_side = last_port (s, to);
  if (container_side != NULL) {
    container_side->transport = transport;
    container_side->pair = host_index;
  }
  if (host_index < 0)
    return;
  host_side = pm_recognition_finding (s->r, (guint) host_index);
  host_side->transport = transport;
  host_side->bind = bind == NULL ? "" : bind;
  if (container_side != NULL)
    host_side->pair = (gint) (s->r->out->findings->len - 1);
}

static void
read_ports (const PmComposeService *s)
{
  PmNodeId ports = pm_compose_child (s, "ports");
  if (ports == 0)
    return;
  if (pm_yaml_has_tag (s->r->document, ports, "!reset")) { /* "ignored", says the specification */
    pm_recognition_skip (s->r, ports);
    return;
  }
  if (pm_compose_is_kind (s->r, ports, PM_NODE_SCALAR)) {
    settle_mapping (s, pm_recognition_read (s->r, ports, &short_port, s->name));
    return;
  }
  g_autoptr (GArray) items = pm_recognition_entries (s->r, ports);
  for (guint i = 0; i < items->len; i++) {
    PmNodeId item = g_array_index (items, PmNodeId, i);
    if (pm_compose_is_kind (s->r, item, PM_NODE_MAP))
      read_long_port (s, item);
    else
      settle_mapping (s, pm_recognition_read (s->r, item, &short_port, s->name));
  }
}

static void
read_each (const PmComposeService *s, PmNodeId list, const PmRule *rule)
{
  if (list == 0)
    return;
  if (pm_compose_is_kind (s->r, list, PM_NODE_SCALAR)) {
    pm_recognition_read (s->r, list, rule, s->name);
    return;
  }
  g_autoptr (GArray) items = pm_recognition_entries (s->r, list);
  for (guint i = 0; i < items->len; i++)
    pm_recognition_read (s->r, g_array_index (items, PmNodeId, i), rule, s->name);
}

/* Variables and labels: a map, or a list of NAME=value. */
static void
read_pairs (const PmComposeService *s, PmNodeId pairs, const PmRule *rule)
{
  if (pairs == 0)
    return;
  g_autoptr (GArray) entries = pm_recognition_entries (s->r, pairs);
  for (guint i = 0; i < entries->len; i++) {
    PmNodeId id = g_array_index (entries, PmNodeId, i);
    const char *key = pm_document_node (s->r->document, id)->key;
    if (key == NULL)
      pm_recognition_read_assignment (s->r, id, rule, s->name);
    else
      pm_recognition_read_named (s->r, id, key, rule, s->name);
  }
}

static void
read_labels (const PmComposeService *s, PmNodeId labels)
{
  guint first = s->r->out->findings->len;
  pm_compose_read_upstreams (s, labels);
  read_pairs (s, labels, &label);
  for (guint i = first; i < s->r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (s->r, i);
    if (finding->kind == PM_KIND_PORT && finding->role == PM_ROLE_LISTEN)
      finding->role = PM_ROLE_TARGET;
  }
}

static void
read_networks (const PmComposeService *s)
{
  PmNodeId networks = pm_compose_child (s, "networks");
  if (networks == 0)
    return;
  g_autoptr (GArray) entries = pm_recognition_entries (s->r, networks);
  for (guint i = 0; i < entries->len; i++) {
    PmNodeId network = g_array_index (entries, PmNodeId, i);
    static const char *const keys[] = {"ipv4_address", "ipv6_address", "link_local_ips"};
    for (guint j = 0; j < G_N_ELEMENTS (keys); j++)
      read_each (s, pm_document_child (s->r->document, network, keys[j]), &address);
  }
}

/* --- reading --- */

static void
skip_children (const PmComposeService *s, const char *const *keys)
{
  for (; *keys != NULL; keys++) {
    PmNodeId id = pm_compose_child (s, *keys);
    if (id != 0)
      pm_recognition_skip (s->r, id);
  }
}

static void
settle (const PmComposeService *s, guint first)
{
  for (guint i = first; i < s->r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (s->r, i);
    finding->profiles = s->profiles;
    if (s->on_host && finding->role != PM_ROLE_TARGET)
      finding->scope = PM_SCOPE_HOST;
  }
}

static void
read_service (const PmComposeService *s)
{
  static const char *const no_ports_here[] = {"volumes", "devices", "ulimits",   "user",
                                              "tmpfs",   "sysctls", "mem_limit", "shm_size",
                                              "cap_add", NULL};
  static const char *const commands[] = {"command", "entrypoint"};
  guint first = s->r->out->findings->len;

  skip_children (s, no_ports_here);
  read_ports (s);
  read_each (s, pm_compose_child (s, "expose"), &exposed);
  read_pairs (s, pm_compose_child (s, "environment"), &variable);
  read_labels (s, pm_compose_child (s, "labels"));
  read_labels (s, pm_document_find (s->r->document, s->node, "deploy", "labels", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (pm_compose_child (s, commands[i]) != 0)
      pm_recognition_read_vector (s->r, pm_compose_child (s, commands[i]), &command, s->name);
  PmNodeId test = pm_document_find (s->r->document, s->node, "healthcheck", "test", NULL);
  if (test != 0)
    pm_recognition_read_vector (s->r, test, &health, s->name);
  read_networks (s);
  read_pairs (s, pm_compose_child (s, "extra_hosts"), &extra_host);
  pm_recognition_read_keys (s->r, pm_document_resolve (s->r->document, s->node), &other, s->name);

  settle (s, first);
  pm_compose_add_fact (s);
}

static void
read_services (PmRecognition *r, PmNodeId services)
{
  g_autoptr (GArray) entries = pm_recognition_entries (r, services);
  for (guint i = 0; i < entries->len; i++) {
    PmNodeId id = g_array_index (entries, PmNodeId, i);
    const PmNode *node = pm_document_node (r->document, id);
    PmComposeService service = {.r = r, .node = id};
    if (node->key == NULL)
      continue;
    service.name = pm_arena_strdup (r->arena, node->key);
    if (pm_yaml_has_tag (r->document, id, "!reset")) {
      pm_recognition_skip (r, id);
      pm_compose_add_fact (&service);
    }
    if (!pm_compose_is_kind (r, id, PM_NODE_MAP))
      continue;
    service.profiles = pm_compose_profiles (r, id);
    service.on_host = g_strcmp0 (pm_compose_text_of (&service, "network_mode"), "host") == 0;
    read_service (&service);
  }
}

/* --- which files --- */

static gboolean
looks_like_service (const PmDocument *document, PmNodeId id)
{
  static const char *const keys[] = {"image",  "build",   "ports",      "extends",
                                     "expose", "volumes", "depends_on", "environment"};
  PmNodeId map = pm_document_resolve (document, id);
  if (pm_document_node (document, map)->kind != PM_NODE_MAP)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (pm_document_child (document, map, keys[i]) != 0)
      return TRUE;
  return FALSE;
}

static gboolean
holds_services (const PmDocument *document, PmNodeId map)
{
  if (map != 0 && pm_document_node (document, map)->kind != PM_NODE_MAP)
    return FALSE;
  for (PmNodeId id = pm_document_node (document, map)->first_child; id != 0;
       id = pm_document_node (document, id)->next_sibling)
    if (pm_document_node (document, id)->key != NULL && looks_like_service (document, id))
      return TRUE;
  return FALSE;
}

static gboolean
claims (const PmDocument *document)
{
  PmNodeId services = pm_document_child (document, 0, "services");
  return services != 0 && pm_document_child (document, 0, "apiVersion") == 0 &&
         holds_services (document, services);
}

static void
recognise (PmRecognition *r)
{
  PmNodeId services = pm_document_child (r->document, r->root, "services");
  if (services != 0)
    read_services (r, services);
  else if (holds_services (r->document, r->root))
    read_services (r, r->root);
  pm_compose_add_includes (r);
  PmNodeId volumes = pm_document_child (r->document, r->root, "version");
  if (volumes != 0)
    pm_recognition_skip (r, volumes);
  pm_recognition_read_keys (r, r->root, &other, "");
}

/* A file of a name that Compose does not read by itself is an alternative that somebody names by
 * -f: a variant called as the rest of its name is. */
static const char *
variant (const char *file)
{
  const char *usual = pm_naming_variant (file);
  if (*usual != '\0')
    return usual;
  const char *slash = strrchr (file, '/');
  const char *name = slash == NULL ? file : slash + 1;
  static const char *const own_names[] = {"compose.yaml", "compose.yml", "docker-compose.yaml",
                                          "docker-compose.yml"};
  for (guint i = 0; i < G_N_ELEMENTS (own_names); i++)
    if (strcmp (name, own_names[i]) == 0)
      return "";
  return name;
}

const PmRuleset pm_ruleset_compose = {
    .name = "compose",
    .files = files,
    .syntax = "yaml",
    .variant = variant,
    .expansion = PM_EXPANSION_COMPOSE,
    .recognise = recognise,
};

static const char *const words[] = {"services", NULL};

const PmRuleset pm_ruleset_compose_by_content = {
    .name = "compose",
    .files = any_yaml,
    .syntax = "yaml",
    .marks = pm_ruleset_no_marks,
    .words = words,
    .claims = claims,
    .variant = variant,
    .expansion = PM_EXPANSION_COMPOSE,
    .recognise = recognise,
};
