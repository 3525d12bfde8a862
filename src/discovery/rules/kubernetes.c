/* Kubernetes resources: the Kubernetes API reference (Pod, Service, Ingress, NetworkPolicy,
 * Endpoints), the Gateway API, Istio's networking API, Knative Serving and Cloud Run, and custom
 * resources by the names of their keys; K3s' "Service Load Balancer". A file is one when a document
 * of it has apiVersion and kind.
 *
 * A key's name nearly always tells its role, wherever it stands; where it does not (`port`,
 * `number`), the keys above it do. All ports live in the cluster. */

#include "discovery/embedded.h"
#include "discovery/rules/rules.h"

#include <string.h>

static const char *const files[] = {"*.yaml", "*.yml", "*.json", NULL};

#define RULE(name, id_, grammar_, role_, confidence_)                                              \
  static const PmRule name = {.id = "k8s." id_,                                                    \
                              .grammar = PM_GRAMMAR_##grammar_,                                    \
                              .role = PM_ROLE_##role_,                                             \
                              .scope = PM_SCOPE_CLUSTER,                                           \
                              .confidence = confidence_}

RULE (variable, "env", TEXT, REFERENCE, 0.95);
RULE (command, "command", COMMAND, LISTEN, 0.9);
RULE (datum, "data", TEXT, REFERENCE, 0.85);
RULE (address, "address", HOST, ADDRESS, 0.95);
RULE (other, "other", TEXT, REFERENCE, 0.85);

/* Keys whose value is a port, tried in order over the whole path. */
static const PmRule ports[] = {
#define PORT(path_, role_)                                                                         \
  {                                                                                                \
    .id = "k8s.port", .path = path_, .grammar = PM_GRAMMAR_PORT, .role = PM_ROLE_##role_,          \
    .scope = PM_SCOPE_CLUSTER, .confidence = 1                                                     \
  }
    PORT ("**.containerPort", TARGET),
    PORT ("**.hostPort", PUBLISH),
    PORT ("**.nodePort", PUBLISH),
    PORT ("**.targetPort", TARGET),
    PORT ("**.servicePort", REFERENCE),
    PORT ("**.servers.[].port.number", LISTEN),
    PORT ("**.listeners.[].port", LISTEN),
    PORT ("**.port.number", REFERENCE),
    PORT ("**.backendRefs.[].port", REFERENCE),
    PORT ("**.ports.[].number", REFERENCE),
    PORT ("**.ports.[].endPort", REFERENCE),
    PORT ("**.healthCheckNodePort", PUBLISH),
#undef PORT
};

/* "Configure Liveness, Readiness and Startup Probes": the kubelet asks the pod, unless `host` says
 * another; so do hooks ("Container Lifecycle Hooks"). */
static const PmRule probe = {.id = "k8s.probe",
                             .path = "**.httpGet|tcpSocket|grpc.port",
                             .grammar = PM_GRAMMAR_PORT,
                             .role = PM_ROLE_REFERENCE,
                             .scope = PM_SCOPE_CLUSTER,
                             .confidence = 1};

/* `spec.ports[].port` is the Service's own; in a policy or a list of endpoints it is somebody's. */
static const PmRule service_port = {.id = "k8s.service.port",
                                    .grammar = PM_GRAMMAR_PORT,
                                    .role = PM_ROLE_LISTEN,
                                    .scope = PM_SCOPE_CLUSTER,
                                    .confidence = 1};
static const PmRule other_port = {.id = "k8s.port",
                                  .grammar = PM_GRAMMAR_PORT,
                                  .role = PM_ROLE_REFERENCE,
                                  .scope = PM_SCOPE_CLUSTER,
                                  .confidence = 1};

/* --- one resource --- */

typedef struct {
  PmRecognition *r;
  PmNodeId node;
  const char *kind;
  const char *name;
} Resource;

static const char *
text_below (PmRecognition *r, PmNodeId map, const char *key)
{
  PmNodeId id = pm_document_child (r->document, map, key);
  return id == 0 ? NULL : pm_document_text (r->document, id);
}

/* The transport stands beside the port. */
static void
tell_transport (const Resource *resource, PmNodeId port, gint first)
{
  PmNodeId map = pm_document_node (resource->r->document, port)->parent;
  const char *protocol = text_below (resource->r, map, "protocol");
  PmTransport transport;
  if (first < 0 || protocol == NULL)
    return;
  g_autofree char *name = g_ascii_strdown (protocol, -1);
  if (!pm_transport_from_name (name, &transport))
    return;
  PmFinding *finding = pm_recognition_finding (resource->r, (guint) first);
  finding->transport = transport;
  if (transport == PM_TRANSPORT_UDP)
    finding->protocol = "udp";
}

/* Clusters of containers on this machine: k3d's "Using Config Files" (`ports: [{port: 8080:80}]`)
 * and kind's "Extra Port Mappings" tell what Docker publishes. */
static gboolean
read_port_of_this_host (const Resource *resource, PmNodeId id)
{
  static const PmRule mapped = {.id = "k3d.ports",
                                .grammar = PM_GRAMMAR_MAPPING,
                                .role = PM_ROLE_PUBLISH,
                                .scope = PM_SCOPE_CLUSTER,
                                .confidence = 0.95};
  static const PmRule published = {.id = "kind.ports",
                                   .grammar = PM_GRAMMAR_PORT,
                                   .role = PM_ROLE_PUBLISH,
                                   .scope = PM_SCOPE_HOST,
                                   .confidence = 1};
  PmRecognition *r = resource->r;
  const char *version = text_below (r, resource->node, "apiVersion");
  if (version == NULL)
    return FALSE;
  if (g_str_has_prefix (version, "kind.x-k8s.io/") &&
      pm_path_match (r->document, resource->node, id, "**.extraPortMappings.[].hostPort", NULL))
    return pm_recognition_read (r, id, &published, resource->name) >= 0;
  if (!g_str_has_prefix (version, "k3d.io/") ||
      !pm_path_match (r->document, resource->node, id, "ports.[].port", NULL))
    return FALSE;
  gint first = pm_recognition_read (r, id, &mapped, resource->name);
  for (guint i = (guint) first; first >= 0 && i < r->out->findings->len; i++)
    if (pm_recognition_finding (r, i)->role == PM_ROLE_PUBLISH)
      pm_recognition_finding (r, i)->scope = PM_SCOPE_HOST;
  return TRUE;
}

#define MOST_ABOVE 4 /* container, lifecycle, postStart, httpGet */

/* Whether the container that a probe belongs to says itself that it has the port. */
static gboolean
is_of_its_container (PmRecognition *r, PmNodeId id, guint16 port)
{
  PmNodeId at = pm_document_node (r->document, id)->parent;
  PmNodeId list = 0;
  for (guint n = 0; n < MOST_ABOVE && at != 0 && list == 0; n++) {
    at = pm_document_node (r->document, at)->parent;
    list = pm_document_child (r->document, at, "ports");
  }
  g_autoptr (GArray) items = list == 0 ? NULL : pm_recognition_entries (r, list);
  for (guint i = 0; items != NULL && i < items->len; i++) {
    const char *text = text_below (r, g_array_index (items, PmNodeId, i), "containerPort");
    guint16 number;
    if (text != NULL && pm_recogniser_port (text, strlen (text), &number) && number == port)
      return TRUE;
  }
  return FALSE;
}

/* A probe of a port that its container has points at that, as whoever says localhost in there. */
static gboolean
read_probe (const Resource *resource, PmNodeId id)
{
  PmRecognition *r = resource->r;
  if (!pm_path_match (r->document, resource->node, id, probe.path, NULL))
    return FALSE;
  gint first = pm_recognition_read (r, id, &probe, resource->name);
  PmNodeId map = pm_document_node (r->document, id)->parent;
  if (first >= 0 && pm_document_child (r->document, map, "host") == 0 &&
      is_of_its_container (r, id, pm_recognition_finding (r, (guint) first)->port))
    pm_recognition_finding (r, (guint) first)->host = "localhost";
  return TRUE;
}

#define POD_ABOVE_A_PORT 5 /* item, ports, container, containers, the pod's spec */

/* "Pod", `hostNetwork`: the containers use the network of their node, so a port of theirs is one
 * that the node has bound. A `hostPort` beside it says so itself. */
static gboolean
read_port_of_the_node (const Resource *resource, PmNodeId id)
{
  static const PmRule published = {.id = "k8s.port.host-network",
                                   .grammar = PM_GRAMMAR_PORT,
                                   .role = PM_ROLE_PUBLISH,
                                   .scope = PM_SCOPE_CLUSTER,
                                   .confidence = 1};
  PmRecognition *r = resource->r;
  const PmDocument *document = r->document;
  PmNodeId item = pm_document_node (document, id)->parent, spec = id;
  for (guint i = 0; i < POD_ABOVE_A_PORT; i++)
    spec = pm_document_node (document, spec)->parent;
  if (!pm_path_match (document, resource->node, id, "**.containers.[].ports.[].containerPort",
                      NULL) ||
      g_strcmp0 (text_below (r, spec, "hostNetwork"), "true") != 0 ||
      strstr (resource->name, "{{") != NULL || /* a chart's values decide whether it holds */
      pm_document_child (document, item, "hostPort") != 0)
    return FALSE;
  gint outside = pm_recognition_read (r, id, &published, resource->name);
  gint inside = outside < 0 ? -1 : pm_recognition_read (r, id, &ports[0], resource->name);
  if (inside < 0)
    return outside >= 0;
  tell_transport (resource, id, outside);
  tell_transport (resource, id, inside);
  pm_recognition_finding (r, (guint) outside)->pair = inside;
  pm_recognition_finding (r, (guint) inside)->pair = outside;
  return TRUE;
}

/* K3s, "Networking Services", "Service Load Balancer": where a cluster has no other implementation,
 * each node binds the port of a Service of type LoadBalancer. Which one it has, no manifest tells.
 */
static void
read_port_of_a_balancer (const Resource *resource, PmNodeId id)
{
  static const PmRule balanced = {.id = "k8s.service.k3s-load-balancer",
                                  .grammar = PM_GRAMMAR_PORT,
                                  .role = PM_ROLE_PUBLISH,
                                  .scope = PM_SCOPE_CLUSTER,
                                  .confidence = 0.4};
  PmRecognition *r = resource->r;
  PmNodeId type = pm_document_find (r->document, resource->node, "spec", "type", NULL);
  const char *text = type == 0 ? NULL : pm_document_text (r->document, type);
  if (g_strcmp0 (text, "LoadBalancer") == 0)
    tell_transport (resource, id, pm_recognition_read (r, id, &balanced, resource->name));
}

static void
read_port (const Resource *resource, PmNodeId id)
{
  PmRecognition *r = resource->r;
  if (read_port_of_this_host (resource, id) || read_probe (resource, id) ||
      read_port_of_the_node (resource, id))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (ports); i++)
    if (pm_path_match (r->document, resource->node, id, ports[i].path, NULL)) {
      tell_transport (resource, id, pm_recognition_read (r, id, &ports[i], resource->name));
      return;
    }
  if (!pm_path_match (r->document, resource->node, id, "**.ports.[].port", NULL))
    return;
  gboolean is_service = strcmp (resource->kind, "Service") == 0;
  tell_transport (
      resource, id,
      pm_recognition_read (r, id, is_service ? &service_port : &other_port, resource->name));
  if (is_service)
    read_port_of_a_balancer (resource, id);
}

/* `env: [{name: PORT, value: "80"}]` */
static void
read_variable (const Resource *resource, PmNodeId item)
{
  PmRecognition *r = resource->r;
  const char *name = text_below (r, item, "name");
  PmNodeId value = pm_document_child (r->document, item, "value");
  if (name != NULL && value != 0)
    pm_recognition_read_named (r, value, name, &variable, resource->name);
}

/* Lists of a name and a value: a container's, a Dapr Component's ("Component spec", spec.metadata),
 * Argo CD's (spec.source.helm.parameters), Tekton's (params). */
static gboolean
holds_variables (const char *key)
{
  static const char *const keys[] = {"env", "metadata", "parameters", "params", NULL};
  return g_strv_contains (keys, key);
}

/* A ConfigMap's entry is a variable, or a file of that name. */
static void
read_datum (const Resource *resource, PmNodeId id, const char *key)
{
  PmRecognition *r = resource->r;
  const char *text = pm_document_text (r->document, id);
  if (text == NULL)
    return;
  if (strchr (text, '\n') == NULL) {
    pm_recognition_read_named (r, id, key, &datum, resource->name);
    return;
  }
  if (!pm_embedded_read (r, id, key, &datum, resource->name))
    pm_recognition_read (r, id, &datum, resource->name);
}

/* What a container list or a ConfigMap gives by its key, wherever it stands. */
static void
read_special (const Resource *resource, PmNodeId id)
{
  PmRecognition *r = resource->r;
  const PmNode *node = pm_document_node (r->document, id);
  if (node->key == NULL || r->was_read[id])
    return;
  PmNodeKind kind = pm_document_node (r->document, pm_document_resolve (r->document, id))->kind;
  if (kind == PM_NODE_LIST && holds_variables (node->key)) {
    g_autoptr (GArray) items = pm_recognition_entries (r, id);
    for (guint i = 0; i < items->len; i++)
      read_variable (resource, g_array_index (items, PmNodeId, i));
  } else if (kind == PM_NODE_LIST &&
             (strcmp (node->key, "command") == 0 || strcmp (node->key, "args") == 0)) {
    pm_recognition_read_vector (r, id, &command, resource->name);
  } else if (kind == PM_NODE_MAP &&
             (strcmp (node->key, "data") == 0 || strcmp (node->key, "stringData") == 0) &&
             node->parent == resource->node) {
    g_autoptr (GArray) entries = pm_recognition_entries (r, id);
    for (guint i = 0; i < entries->len; i++) {
      PmNodeId entry = g_array_index (entries, PmNodeId, i);
      read_datum (resource, entry, pm_document_node (r->document, entry)->key);
    }
  } else if (kind == PM_NODE_SCALAR && (g_str_has_suffix (node->key, "IP") == TRUE)) {
    pm_recognition_read (r, id, &address, resource->name);
  }
}

static PmNodeId
find_containers (PmRecognition *r, PmNodeId resource)
{
  PmNodeId found =
      pm_document_find (r->document, resource, "spec", "template", "spec", "containers", NULL);
  if (found == 0)
    found = pm_document_find (r->document, resource, "spec", "containers", NULL);
  if (found == 0)
    found = pm_document_find (r->document, resource, "spec", "jobTemplate", "spec", "template",
                              "spec", "containers", NULL);
  return found;
}

static void
add_fact (const Resource *resource)
{
  PmRecognition *r = resource->r;
  PmNodeId containers = find_containers (r, resource->node);
  gboolean is_service = strcmp (resource->kind, "Service") == 0;
  if (containers == 0 && !is_service)
    return;
  PmServiceFact *fact = pm_recognition_add_service (r, resource->name, resource->node);
  PmNodeId space = pm_document_find (r->document, resource->node, "metadata", "namespace", NULL);
  const char *namespace = space == 0 ? NULL : pm_document_text (r->document, space);
  if (is_service && namespace != NULL)
    fact->aliases =
        pm_arena_printf (r->arena, "%s.%s,%s.%s.svc,%s.%s.svc.cluster.local", resource->name,
                         namespace, resource->name, namespace, resource->name, namespace);
  PmNodeId first =
      containers == 0
          ? 0
          : pm_document_node (r->document, pm_document_resolve (r->document, containers))
                ->first_child;
  const char *image = first == 0 ? NULL : text_below (r, first, "image");
  fact->image = image == NULL ? "" : pm_arena_strdup (r->arena, image);
}

#define NEAR 8 /* findings of one entry of `ports` */

/* "spec.ports[0].nodePort" and "spec.ports[0].port" stand in one map. */
static gboolean
are_of_one_map (const char *a, const char *b)
{
  const char *dot_a = strrchr (a, '.'), *dot_b = strrchr (b, '.');
  return dot_a != NULL && dot_b != NULL && dot_a - a == dot_b - b &&
         strncmp (a, b, (gsize) (dot_a - a)) == 0;
}

/* "Service", "type: NodePort": the cluster's nodes open nodePort, and port is what stands behind
 * it; "Pod", `hostPort` beside containerPort likewise. */
static const char *
other_side (const char *path)
{
  if (g_str_has_suffix (path, ".nodePort"))
    return ".port";
  return g_str_has_suffix (path, ".hostPort") ? ".containerPort" : NULL;
}

static void
pair_sides (PmRecognition *r, guint first)
{
  for (guint i = first; i < r->out->findings->len; i++) {
    PmFinding *node = pm_recognition_finding (r, i);
    const char *inner = node->role == PM_ROLE_PUBLISH ? other_side (node->path) : NULL;
    guint from = i > first + NEAR ? i - NEAR : first;
    guint to = MIN (r->out->findings->len, i + NEAR);
    for (guint k = from; inner != NULL && node->pair < 0 && k < to; k++) {
      PmFinding *inside = pm_recognition_finding (r, k);
      if (k == i || !g_str_has_suffix (inside->path, inner) ||
          !are_of_one_map (node->path, inside->path))
        continue;
      node->pair = (gint32) k;
      inside->pair = (gint32) i;
      inside->transport = node->transport;
    }
  }
}

/* Secrets hold base64, which means nothing here. */
static void
skip_what_is_no_text (const Resource *resource)
{
  PmRecognition *r = resource->r;
  static const char *const keys[] = {"apiVersion", "kind", "binaryData"};
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    PmNodeId id = pm_document_child (r->document, resource->node, keys[i]);
    if (id != 0)
      pm_recognition_skip (r, id);
  }
  PmNodeId status = pm_document_child (r->document, resource->node, "status");
  if (status != 0)
    pm_recognition_pass_over (r, status);
  PmNodeId data = pm_document_child (r->document, resource->node, "data");
  if (data != 0 && strcmp (resource->kind, "Secret") == 0)
    pm_recognition_skip (r, data);
}

static void
read_resource (PmRecognition *r, PmNodeId node)
{
  PmNodeId name_node = pm_document_find (r->document, node, "metadata", "name", NULL);
  const char *kind = text_below (r, node, "kind");
  const char *name = name_node == 0 ? NULL : pm_document_text (r->document, name_node);
  Resource resource = {.r = r, .node = node, .kind = kind == NULL ? "" : kind};
  resource.name = name == NULL ? "" : pm_arena_strdup (r->arena, name);

  guint first = r->out->findings->len;
  skip_what_is_no_text (&resource);
  const GArray *nodes = r->document->nodes;
  for (PmNodeId id = node + 1; id < nodes->len; id++) {
    if (pm_document_node (r->document, id)->parent < node)
      break;
    read_special (&resource, id);
    if (pm_document_node (r->document, id)->kind == PM_NODE_SCALAR && !r->was_read[id] &&
        pm_recognition_may_hit (r, id))
      read_port (&resource, id);
  }
  pair_sides (r, first);
  pm_recognition_read_keys (r, node, &other, resource.name);
  if (*resource.name != '\0')
    add_fact (&resource);
}

static void
recognise (PmRecognition *r)
{
  PmNodeId items = pm_document_child (r->document, r->root, "items");
  const char *kind = text_below (r, r->root, "kind");
  if (items == 0 || kind == NULL || !g_str_has_suffix (kind, "List")) {
    read_resource (r, r->root);
    return;
  }
  for (PmNodeId id = pm_document_node (r->document, items)->first_child; id != 0;
       id = pm_document_node (r->document, id)->next_sibling)
    read_resource (r, id);
}

/* --- which files --- */

static gboolean
is_resource (const PmDocument *document, PmNodeId id)
{
  PmNodeId version = pm_document_child (document, id, "apiVersion");
  PmNodeId kind = pm_document_child (document, id, "kind");
  return version != 0 && kind != 0 && pm_document_text (document, version) != NULL &&
         pm_document_text (document, kind) != NULL;
}

static gboolean
claims (const PmDocument *document)
{
  if (is_resource (document, 0))
    return TRUE;
  for (PmNodeId id = pm_document_node (document, 0)->first_child; id != 0;
       id = pm_document_node (document, id)->next_sibling)
    if (pm_document_node (document, id)->flags & PM_NODE_DOCUMENT && is_resource (document, id))
      return TRUE;
  return FALSE;
}

/* What a service without ports is told by. */
static const char *const words[] = {"containers", "Service", NULL};

const PmRuleset pm_ruleset_kubernetes = {
    .name = "k8s",
    .files = files,
    .marks = pm_ruleset_no_marks,
    .words = words,
    .claims = claims,
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise,
};
