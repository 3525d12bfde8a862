/* Docker Compose: the Compose Specification (compose-spec, "services", "networking", "merge",
 * "include", "interpolation"), the long-gone version 1 without `services:`, and Swarm stacks.
 *
 * A service is read as Compose sees it: aliases followed, merge keys looked through. What several
 * services share by an anchor gives a finding for each of them, with the same bytes. Ports inside a
 * service are its container's, unless it uses the host's network. Traefik's label for the port that
 * it forwards to is its own documentation's ("Docker provider"). */

#include "discovery/naming.h"
#include "discovery/rules/rules.h"

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
RULE (health, "healthcheck", COMMAND, REFERENCE, CONTAINER, 0.9);
RULE (address, "networks.address", HOST, ADDRESS, CONTAINER, 1);
RULE (extra_host, "extra_hosts", TEXT, REFERENCE, CONTAINER, 0.95);
RULE (other, "other", TEXT, REFERENCE, CONTAINER, 0.7);

/* --- one service --- */

typedef struct {
  PmRecognition *r;
  PmNodeId node;
  const char *name;
  const char *profiles;
  gboolean on_host; /* network_mode: host */
} Service;

static PmNodeId
child (const Service *s, const char *key)
{
  return pm_document_child (s->r->document, s->node, key);
}

static const char *
text_of (const Service *s, const char *key)
{
  PmNodeId id = child (s, key);
  return id == 0 ? NULL : pm_recognition_text (s->r, id);
}

static gboolean
is_kind (const PmRecognition *r, PmNodeId id, PmNodeKind kind)
{
  return pm_document_node (r->document, pm_document_resolve (r->document, id))->kind == kind;
}

/* Compose matches sides of a short port by role; each side lives in a network of its own. */
static void
settle_mapping (const Service *s, gint first)
{
  for (guint i = (guint) first; first >= 0 && i < s->r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (s->r, i);
    if (finding->role == PM_ROLE_PUBLISH || finding->kind == PM_KIND_IP)
      finding->scope = PM_SCOPE_HOST;
  }
}

static PmFinding *
last_port (const Service *s, gint first)
{
  for (guint i = s->r->out->findings->len; first >= 0 && i > (guint) first; i--) {
    PmFinding *finding = pm_recognition_finding (s->r, i - 1);
    if (finding->kind == PM_KIND_PORT)
      return finding;
  }
  return NULL;
}

static void
read_long_port (const Service *s, PmNodeId item)
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
read_ports (const Service *s)
{
  PmNodeId ports = child (s, "ports");
  if (ports == 0)
    return;
  if (is_kind (s->r, ports, PM_NODE_SCALAR)) {
    settle_mapping (s, pm_recognition_read (s->r, ports, &short_port, s->name));
    return;
  }
  g_autoptr (GArray) items = pm_recognition_entries (s->r, ports);
  for (guint i = 0; i < items->len; i++) {
    PmNodeId item = g_array_index (items, PmNodeId, i);
    if (is_kind (s->r, item, PM_NODE_MAP))
      read_long_port (s, item);
    else
      settle_mapping (s, pm_recognition_read (s->r, item, &short_port, s->name));
  }
}

static void
read_each (const Service *s, PmNodeId list, const PmRule *rule)
{
  if (list == 0)
    return;
  if (is_kind (s->r, list, PM_NODE_SCALAR)) {
    pm_recognition_read (s->r, list, rule, s->name);
    return;
  }
  g_autoptr (GArray) items = pm_recognition_entries (s->r, list);
  for (guint i = 0; i < items->len; i++)
    pm_recognition_read (s->r, g_array_index (items, PmNodeId, i), rule, s->name);
}

/* Variables and labels: a map, or a list of NAME=value. */
static void
read_pairs (const Service *s, PmNodeId pairs, const PmRule *rule)
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
read_labels (const Service *s, PmNodeId labels)
{
  guint first = s->r->out->findings->len;
  read_pairs (s, labels, &label);
  for (guint i = first; i < s->r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (s->r, i);
    if (finding->kind == PM_KIND_PORT && finding->role == PM_ROLE_LISTEN)
      finding->role = PM_ROLE_TARGET;
  }
}

static void
read_networks (const Service *s)
{
  PmNodeId networks = child (s, "networks");
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

/* --- facts and links --- */

static void
append_names (const Service *s, PmNodeId list, GString *names)
{
  if (list == 0)
    return;
  g_autoptr (GArray) items = pm_recognition_entries (s->r, list);
  for (guint i = 0; i < items->len; i++) {
    const char *text = pm_recognition_text (s->r, g_array_index (items, PmNodeId, i));
    if (text != NULL && *text != '\0')
      g_string_append_printf (names, "%s%s", names->len > 0 ? "," : "", text);
  }
  const char *alone = items->len == 0 ? pm_recognition_text (s->r, list) : NULL;
  if (alone != NULL && *alone != '\0')
    g_string_append_printf (names, "%s%s", names->len > 0 ? "," : "", alone);
}

static const char *
aliases_of (const Service *s)
{
  g_autoptr (GString) names = g_string_new (NULL);
  static const char *const keys[] = {"container_name", "hostname", "domainname"};
  for (guint i = 0; i < 2; i++)
    append_names (s, child (s, keys[i]), names);
  PmNodeId networks = child (s, "networks");
  if (networks != 0) {
    g_autoptr (GArray) entries = pm_recognition_entries (s->r, networks);
    for (guint i = 0; i < entries->len; i++)
      append_names (
          s, pm_document_child (s->r->document, g_array_index (entries, PmNodeId, i), "aliases"),
          names);
  }
  return pm_arena_strndup (s->r->arena, names->str, names->len);
}

static const char *
command_of (const Service *s)
{
  PmNodeId id = child (s, "command");
  if (id == 0)
    return "";
  const char *text = pm_recognition_text (s->r, id);
  if (text != NULL)
    return text;
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (GArray) items = pm_recognition_entries (s->r, id);
  for (guint i = 0; i < items->len; i++) {
    const char *word = pm_recognition_text (s->r, g_array_index (items, PmNodeId, i));
    g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "", word == NULL ? "" : word);
  }
  return pm_arena_strndup (s->r->arena, words->str, words->len);
}

static const char *
build_of (const Service *s)
{
  PmNodeId build = child (s, "build");
  if (build == 0)
    return NULL;
  const char *path = pm_recognition_text (s->r, build);
  if (path == NULL) {
    PmNodeId context = pm_document_child (s->r->document, build, "context");
    path = context == 0 ? "." : pm_recognition_text (s->r, context);
  }
  return path == NULL ? NULL : pm_recognition_resolve_path (s->r, path);
}

static const char *
extends_of (const Service *s)
{
  PmNodeId extends = child (s, "extends");
  if (extends == 0)
    return "";
  const char *service = pm_recognition_text (s->r, extends);
  const char *file = s->r->file;
  if (service == NULL) {
    PmNodeId name = pm_document_child (s->r->document, extends, "service");
    PmNodeId from = pm_document_child (s->r->document, extends, "file");
    service = name == 0 ? NULL : pm_recognition_text (s->r, name);
    const char *path = from == 0 ? NULL : pm_recognition_text (s->r, from);
    if (path != NULL)
      file = pm_recognition_resolve_path (s->r, path);
    if (file != NULL && path != NULL)
      pm_recognition_add_link (s->r, "extends", file, s->name, extends);
  }
  return service == NULL || file == NULL ? ""
                                         : pm_arena_printf (s->r->arena, "%s\n%s", file, service);
}

/* A path, a list of paths, or a list of maps with one; the same shape is used by `env_file` of a
 * service and of an include. */
static void
link_files (PmRecognition *r, PmNodeId value, const char *kind, const char *service)
{
  if (value == 0)
    return;
  const char *alone = pm_recognition_text (r, value);
  const char *path = alone == NULL ? NULL : pm_recognition_resolve_path (r, alone);
  if (path != NULL)
    pm_recognition_add_link (r, kind, path, service, value);
  if (alone != NULL)
    return;
  g_autoptr (GArray) items = pm_recognition_entries (r, value);
  for (guint i = 0; i < items->len; i++) {
    PmNodeId item = g_array_index (items, PmNodeId, i);
    if (is_kind (r, item, PM_NODE_MAP))
      item = pm_document_child (r->document, item, "path");
    const char *text = item == 0 ? NULL : pm_recognition_text (r, item);
    path = text == NULL ? NULL : pm_recognition_resolve_path (r, text);
    if (path != NULL)
      pm_recognition_add_link (r, kind, path, service, item);
  }
}

static void
add_fact (const Service *s)
{
  const char *image = text_of (s, "image");
  const char *network = text_of (s, "network_mode");
  const char *build = build_of (s);
  const char *extends = extends_of (s);
  PmServiceFact *fact = pm_recognition_add_service (s->r, s->name, s->node);
  fact->image = image == NULL ? "" : image;
  fact->network = network == NULL ? "" : network;
  fact->profiles = s->profiles;
  fact->build = build;
  fact->extends = extends;
  fact->aliases = aliases_of (s);
  fact->command = pm_recognition_program (s->r, command_of (s));
}

/* --- reading --- */

static void
skip_children (const Service *s, const char *const *keys)
{
  for (; *keys != NULL; keys++) {
    PmNodeId id = child (s, *keys);
    if (id != 0)
      pm_recognition_skip (s->r, id);
  }
}

static void
settle (const Service *s, guint first)
{
  for (guint i = first; i < s->r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (s->r, i);
    finding->profiles = s->profiles;
    if (s->on_host && finding->role != PM_ROLE_TARGET)
      finding->scope = PM_SCOPE_HOST;
  }
}

static void
read_service (const Service *s)
{
  static const char *const no_ports_here[] = {"volumes", "devices", "ulimits",   "user",
                                              "tmpfs",   "sysctls", "mem_limit", "shm_size",
                                              "cap_add", NULL};
  static const char *const commands[] = {"command", "entrypoint"};
  guint first = s->r->out->findings->len;

  skip_children (s, no_ports_here);
  read_ports (s);
  read_each (s, child (s, "expose"), &exposed);
  read_pairs (s, child (s, "environment"), &variable);
  read_labels (s, child (s, "labels"));
  read_labels (s, pm_document_find (s->r->document, s->node, "deploy", "labels", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (child (s, commands[i]) != 0)
      pm_recognition_read_vector (s->r, child (s, commands[i]), &command, s->name);
  PmNodeId test = pm_document_find (s->r->document, s->node, "healthcheck", "test", NULL);
  if (test != 0)
    pm_recognition_read_vector (s->r, test, &health, s->name);
  read_networks (s);
  read_pairs (s, child (s, "extra_hosts"), &extra_host);
  pm_recognition_read_keys (s->r, pm_document_resolve (s->r->document, s->node), &other, s->name);

  settle (s, first);
  add_fact (s);
  link_files (s->r, child (s, "env_file"), "env_file", s->name);
}

static const char *
profiles_of (PmRecognition *r, PmNodeId service)
{
  Service s = {.r = r, .node = service};
  g_autoptr (GString) names = g_string_new (NULL);
  append_names (&s, child (&s, "profiles"), names);
  return pm_arena_strndup (r->arena, names->str, names->len);
}

static void
read_services (PmRecognition *r, PmNodeId services)
{
  g_autoptr (GArray) entries = pm_recognition_entries (r, services);
  for (guint i = 0; i < entries->len; i++) {
    PmNodeId id = g_array_index (entries, PmNodeId, i);
    const PmNode *node = pm_document_node (r->document, id);
    if (node->key == NULL || !is_kind (r, id, PM_NODE_MAP))
      continue;
    Service service = {.r = r, .node = id};
    service.name = pm_arena_strdup (r->arena, node->key);
    service.profiles = profiles_of (r, id);
    service.on_host = g_strcmp0 (text_of (&service, "network_mode"), "host") == 0;
    read_service (&service);
  }
}

static void
read_includes (PmRecognition *r)
{
  PmNodeId include = pm_document_child (r->document, r->root, "include");
  if (include == 0)
    return;
  g_autoptr (GArray) items = pm_recognition_entries (r, include);
  for (guint i = 0; i < items->len; i++) {
    PmNodeId item = g_array_index (items, PmNodeId, i);
    if (!is_kind (r, item, PM_NODE_MAP)) {
      link_files (r, item, "include", "");
      continue;
    }
    link_files (r, pm_document_child (r->document, item, "path"), "include", "");
    link_files (r, pm_document_child (r->document, item, "env_file"), "env_file", "");
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
  read_includes (r);
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

const PmRuleset pm_ruleset_compose_by_content = {
    .name = "compose",
    .files = any_yaml,
    .syntax = "yaml",
    .claims = claims,
    .variant = variant,
    .expansion = PM_EXPANSION_COMPOSE,
    .recognise = recognise,
};
