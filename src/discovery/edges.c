/* DESIGN
 * Indexes over the services: by external port on the host, and by name and internal port for names
 * that only resolve inside a network. Each reference is looked up once. Every look-up goes by the
 * reference's port, so a finder that is asked for some ports alone needs no other services. */

#include "discovery/edges.h"

#include <string.h>

#include "discovery/recogniser.h"
#include "model/brief.h"
#include "model/host.h"
#include "model/named-rows.h"

struct PmEdgeFinder {
  const PmSnapshot *snapshot;
  const PmStacks *stacks;
  const PmPortSet *ports; /* NULL: all */
  GHashTable *by_port;    /* port → GArray of service index */
  GHashTable *by_name;    /* "name\nport" → GArray of service index */
  PmNamedRows *rows;
  guint64 initials; /* a bit for each with which the name of such a service begins, that has
                       a port in question inside its network */
  gint32 *stack_of; /* of each service: its stack, or NOT_ASKED */
};

#define NOT_ASKED (-2)

typedef PmEdgeFinder Index;

static const PmService *
service_at (const Index *index, gint32 id)
{
  return &g_array_index (index->snapshot->services, PmService, id);
}

static void
add_to (GHashTable *table, gpointer key, gint32 service)
{
  GArray *list = g_hash_table_lookup (table, key);
  if (list == NULL) {
    list = g_array_new (FALSE, FALSE, sizeof (gint32));
    g_hash_table_insert (table, key, list);
  }
  g_array_append_val (list, service);
}

static void
add_text (GHashTable *table, char *key, gint32 service)
{
  GArray *list = g_hash_table_lookup (table, key);
  if (list == NULL) {
    add_to (table, key, service);
    return;
  }
  g_array_append_val (list, service);
  g_free (key);
}

static gboolean
is_asked_for (const Index *index, guint16 port)
{
  return index->ports == NULL || pm_port_set_has (index->ports, port);
}

static guint64
initial (const char *name)
{
  return G_GUINT64_CONSTANT (1) << ((guchar) name[0] & 63);
}

static void
add_name (Index *index, const char *name, gint32 service)
{
  guint16 port = service_at (index, service)->internal_port;
  if (!is_asked_for (index, port))
    return;
  index->initials |= initial (service_at (index, service)->name);
  add_text (index->by_name, g_strdup_printf ("%s\n%u", name, port), service);
}

gboolean
pm_edges_fact_names (const PmServiceFact *fact)
{
  return fact->aliases[0] != '\0' ||
         (strcmp (fact->owner, fact->name) != 0 && fact->name[0] != '\0');
}

static void
add_aliases (Index *index, const PmServiceFact *fact)
{
  if (!pm_edges_fact_names (fact))
    return;
  g_auto (GStrv) aliases = NULL;
  guint first, n = 0;
  if ((index->initials & initial (fact->owner)) != 0) /* of few ports it is nobody's, mostly */
    n = pm_named_rows_find (index->rows, fact->root, fact->project, fact->owner, &first);
  for (guint i = 0; i < n; i++) {
    gint32 service = (gint32) pm_named_rows_at (index->rows, first + i);
    if (!is_asked_for (index, service_at (index, service)->internal_port))
      continue;
    if (aliases == NULL)
      aliases = g_strsplit (fact->aliases, ",", 32);
    /* Inside its network it is called by its key alone. */
    if (strcmp (fact->owner, fact->name) != 0 && fact->name[0] != '\0')
      add_name (index, fact->name, service);
    for (guint k = 0; aliases[k] != NULL; k++)
      if (aliases[k][0] != '\0')
        add_name (index, aliases[k], service);
  }
}

static void
unref_list (gpointer list)
{
  g_array_unref (list);
}

#define FIRST_NODE_PORT 30000
#define LAST_NODE_PORT 32767

/* A node port is bound on every node, so its number is called like any other of the machine's
 * (kubernetes.io, "Service", "type: NodePort"; the range is --service-node-port-range's default).
 */
static gboolean
is_on_the_machine (const PmService *service)
{
  return service->scope == PM_SCOPE_HOST ||
         (service->scope == PM_SCOPE_CLUSTER && service->external_port >= FIRST_NODE_PORT &&
          service->external_port <= LAST_NODE_PORT);
}

static void
build (Index *index)
{
  index->by_port = g_hash_table_new_full (NULL, NULL, NULL, unref_list);
  index->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_list);
  index->rows = pm_named_rows_new (index->snapshot);
  for (guint i = 0; i < index->snapshot->services->len; i++) {
    const PmService *service = service_at (index, (gint32) i);
    if (service->external_port != 0 && is_on_the_machine (service) &&
        is_asked_for (index, service->external_port))
      add_to (index->by_port, GUINT_TO_POINTER (service->external_port), (gint32) i);
    add_name (index, service->name, (gint32) i);
  }
  for (guint i = 0; i < index->snapshot->facts->len; i++)
    add_aliases (index, &g_array_index (index->snapshot->facts, PmServiceFact, i));
}

static gboolean
is_of_the_same_project (const Index *index, gint32 id, const PmFinding *f)
{
  const PmService *service = service_at (index, id);
  return strcmp (service->project_id, f->project) == 0 && strcmp (service->root, f->root) == 0;
}

static gboolean
is_template (const PmService *service)
{
  return strcmp (service->variant, "template") == 0;
}

static gboolean
has_real_one (const Index *index, const GArray *list)
{
  for (guint i = 0; i < list->len; i++)
    if (!is_template (service_at (index, g_array_index (list, gint32, i))))
      return TRUE;
  return FALSE;
}

/* Nobody says whom it means, or somebody says this one. */
static gboolean
may_be_meant (const PmService *service, const PmFinding *f)
{
  return f->means == NULL || pm_service_is_meant_by (service, f->means);
}

/* Two rows of one container port: whoever means the one means the other. */
static gboolean
is_further_row (const Index *index, gint32 first, const PmService *service)
{
  const PmService *known = first < 0 ? NULL : service_at (index, first);
  return known != NULL && known->internal_port == service->internal_port &&
         strcmp (known->name, service->name) == 0 &&
         strcmp (known->project_id, service->project_id) == 0 &&
         strcmp (known->root, service->root) == 0;
}

static gint
stack_of (const Index *index, gint32 id)
{
  const PmService *service = service_at (index, id);
  if (service->n_config_files == 0)
    return -1;
  if (index->stack_of[id] == NOT_ASKED)
    index->stack_of[id] = pm_stacks_of (index->stacks, service->root, service->project_id,
                                        service->config_files[0].path);
  return index->stack_of[id];
}

/* The stack of the file, if one of those in question belongs to it; else -1. */
static gint
stack_that_answers (const Index *index, const GArray *list, const PmFinding *f)
{
  gint stack = pm_stacks_of (index->stacks, f->root, f->project, f->file);
  for (guint i = 0; stack >= 0 && i < list->len; i++)
    if (stack_of (index, g_array_index (list, gint32, i)) == stack)
      return stack;
  return -1;
}

static gboolean
is_of_the_same_folder (const PmService *service, const PmFinding *f)
{
  gsize length = strcspn (f->project, "/");
  return strcmp (service->root, f->root) == 0 &&
         strncmp (service->project_id, f->project, length) == 0 &&
         (service->project_id[length] == '\0' || service->project_id[length] == '/');
}

/* What speaks for a service, the strongest first: those that the address reaches at all, of the
 * same project, of the same workspace (a direct child of the root), of the same variant, those that
 * run without a profile that somebody has to name. */
typedef enum {
  RUNS_UNASKED = 1 << 0,
  SAME_VARIANT = 1 << 1,
  SAME_FOLDER = 1 << 2,
  SAME_PROJECT = 1 << 3,
  REACHED = 1 << 4,
} Evidence;

static guint
evidence_for (const Index *index, gint32 id, const PmFinding *f, const char *host)
{
  const PmService *service = service_at (index, id);
  return (host == NULL || pm_host_reaches (host, service->bind) ? (guint) REACHED : 0) |
         (is_of_the_same_project (index, id, f) ? (guint) SAME_PROJECT : 0) |
         (is_of_the_same_folder (service, f) ? (guint) SAME_FOLDER : 0) |
         (strcmp (service->variant, f->variant) == 0 ? (guint) SAME_VARIANT : 0) |
         (service->profiles[0] == '\0' ? (guint) RUNS_UNASKED : 0);
}

typedef struct {
  gint32 best; /* -1: nobody yet; the first of several that as much speaks for */
  guint evidence;
  guint n_best, n_own, n_all;
} Choice;

static void
consider (Choice *choice, gint32 id, guint evidence)
{
  choice->n_all++;
  choice->n_own += (evidence & SAME_PROJECT) != 0;
  if (choice->best < 0 || evidence > choice->evidence) {
    choice->best = id;
    choice->evidence = evidence;
    choice->n_best = 0;
  }
  choice->n_best += evidence == choice->evidence;
}

/* Several of the same project are as a rule one that is written down twice. */
static gboolean
is_decided (const Choice *choice, const PmFinding *f, double *ret_confidence)
{
  if (f->means != NULL) {
    *ret_confidence = 1;
    return TRUE;
  }
  gboolean is_own = (choice->evidence & SAME_PROJECT) != 0;
  gboolean is_alone = is_own ? choice->n_own == 1 : choice->n_all == 1;
  *ret_confidence = is_alone ? 0.9 : choice->n_best == 1 ? 0.7 : 0.5;
  return choice->n_best == 1 || is_own;
}

/* The one that most speaks for: with several, the first of the same project, else none: a guess
 * would move the wrong reference one day. What only a template (.env.example) declares answers when
 * nobody else does. Whom the user says that it means is the one, or nobody is. `host`: whose
 * address it is that is called; NULL: it is called by its name. */
static gint32
choose (const Index *index, const GArray *list, const PmFinding *f, const char *host,
        double *ret_confidence)
{
  Choice choice = {.best = -1};
  if (list == NULL)
    return -1;
  gboolean is_real = has_real_one (index, list);
  gint stack = f->means != NULL ? -1 : stack_that_answers (index, list, f);
  for (guint i = 0; i < list->len; i++) {
    gint32 id = g_array_index (list, gint32, i);
    const PmService *service = service_at (index, id);
    if ((service->transport == PM_TRANSPORT_UDP && f->transport != PM_TRANSPORT_UDP) ||
        !may_be_meant (service, f) || (f->means == NULL && is_real && is_template (service)) ||
        (stack >= 0 && stack_of (index, id) != stack) ||
        is_further_row (index, choice.best, service))
      continue;
    consider (&choice, id, evidence_for (index, id, f, host));
  }
  return is_decided (&choice, f, ret_confidence) ? choice.best : -1;
}

/* `db`, and in Kubernetes also `db.namespace.svc.cluster.local`: the first label is the name. */
static gint32
find_by_name (const Index *index, const PmFinding *f, double *ret_confidence)
{
  g_autofree char *key = g_strdup_printf ("%s\n%u", f->host, f->port);
  gint32 found = choose (index, g_hash_table_lookup (index->by_name, key), f, NULL, ret_confidence);
  const char *dot = strchr (f->host, '.');
  if (found >= 0 || dot == NULL || strstr (dot, ".svc") == NULL)
    return found;
  g_autofree char *label = g_strndup (f->host, (gsize) (dot - f->host));
  g_autofree char *label_key = g_strdup_printf ("%s\n%u", label, f->port);
  return choose (index, g_hash_table_lookup (index->by_name, label_key), f, NULL, ret_confidence);
}

/* Of several rows of one service the surest, and of those the first. */
static gint32
service_that_holds (const Index *index, const PmFinding *f)
{
  gint32 found = -1;
  guint first, n = pm_named_rows_find (index->rows, f->root, f->project, f->owner, &first);
  for (guint i = 0; i < n; i++) {
    gint32 service = (gint32) pm_named_rows_at (index->rows, first + i);
    if (found < 0 ||
        service_at (index, service)->confidence > service_at (index, found)->confidence)
      found = service;
  }
  return found;
}

/* What a service says of itself: a probe's port, localhost inside a container. */
static gint32
find_own (const Index *index, const PmFinding *f, double *ret_confidence)
{
  g_autofree char *key = g_strdup_printf ("%s\n%u", f->owner, f->port);
  gint32 found = choose (index, g_hash_table_lookup (index->by_name, key), f, NULL, ret_confidence);
  gboolean is_own = found >= 0 && is_of_the_same_project (index, found, f);
  return is_own || f->means != NULL ? found : -1;
}

static gint32
find_on_host (const Index *index, const PmFinding *f, const char *host, double *ret_confidence)
{
  return choose (index, g_hash_table_lookup (index->by_port, GUINT_TO_POINTER (f->port)), f, host,
                 ret_confidence);
}

static gint32
find_target (const Index *index, const PmFinding *f, double *ret_confidence)
{
  gint32 found = -1;
  if (f->host[0] == '\0') {
    /* Only a number: somebody's port of the same project, perhaps. */
    found = find_own (index, f, ret_confidence);
    if (found < 0)
      found = find_on_host (index, f, NULL, ret_confidence);
    if (f->means != NULL)
      return found;
    *ret_confidence = MIN (*ret_confidence, 0.4);
    return found >= 0 && is_of_the_same_project (index, found, f) ? found : -1;
  }
  char carried[PM_HIT_ADDRESS_SIZE];
  const char *host = pm_recogniser_address_in_name (f->host, carried) ? carried : f->host;
  if (pm_host_is_public_address (host))
    return find_on_host (index, f, host, ret_confidence);
  if (!pm_host_is_this_machine (host)) {
    found = find_by_name (index, f, ret_confidence);
    /* A name that only its user knows (a hosts file, a DNS record): the port is somebody's. */
    return found >= 0 || f->means == NULL ? found : find_on_host (index, f, host, ret_confidence);
  }
  if (f->scope != PM_SCOPE_HOST)
    found = find_own (index, f, ret_confidence);
  return found >= 0 ? found : find_on_host (index, f, host, ret_confidence);
}

PmEdgeFinder *
pm_edge_finder_new (const PmSnapshot *snapshot, const PmStacks *stacks, const PmPortSet *ports)
{
  PmEdgeFinder *finder = g_new0 (PmEdgeFinder, 1);
  finder->snapshot = snapshot;
  finder->stacks = stacks;
  finder->ports = ports;
  finder->stack_of = g_new (gint32, snapshot->services->len + 1);
  for (guint i = 0; i < snapshot->services->len; i++)
    finder->stack_of[i] = NOT_ASKED;
  build (finder);
  return finder;
}

void
pm_edge_finder_free (PmEdgeFinder *finder)
{
  if (finder == NULL)
    return;
  g_hash_table_unref (finder->by_port);
  g_hash_table_unref (finder->by_name);
  pm_named_rows_free (finder->rows);
  g_free (finder->stack_of);
  g_free (finder);
}

static gboolean
is_reference (const PmFinding *f)
{
  return f->kind == PM_KIND_PORT && f->role == PM_ROLE_REFERENCE && f->port != 0;
}

PmEdge
pm_edge_finder_find (const PmEdgeFinder *finder, guint finding)
{
  const PmFinding *f = &g_array_index (finder->snapshot->findings, PmFinding, finding);
  double confidence = 0;
  gint32 to = find_target (finder, f, &confidence);
  return (PmEdge){finding, service_that_holds (finder, f), to, confidence,
                  pm_host_is_public_address (f->host)};
}

/* --- addresses --- */

/* The edge's host, if it is a public address and somebody answers; else NULL. */
static const char *
address_of (const PmSnapshot *snapshot, const PmEdge *edge)
{
  if (edge->to_service < 0 || !edge->is_addressed)
    return NULL;
  return g_array_index (snapshot->findings, PmFinding, edge->finding).host;
}

/* A reference that says an address, and who answers it. */
typedef struct {
  const char *host;
  gint32 service;
} Told;

/* A service's address is the one that most references of all services use: a project that was
 * forgotten when the machine moved does not decide it. */
void
pm_edges_tell_addresses (PmSnapshot *snapshot)
{
  g_autoptr (GHashTable) counts = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GArray) told = g_array_new (FALSE, FALSE, sizeof (Told));
  for (guint i = 0; i < snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (snapshot->edges, PmEdge, i);
    Told one = {address_of (snapshot, edge), edge->to_service};
    if (one.host == NULL)
      continue;
    guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, one.host));
    g_hash_table_insert (counts, (gpointer) one.host, GUINT_TO_POINTER (count + 1));
    g_array_append_val (told, one);
  }
  for (guint i = 0; i < told->len; i++) {
    const Told *one = &g_array_index (told, Told, i);
    PmService *service = &g_array_index (snapshot->services, PmService, one->service);
    guint best = GPOINTER_TO_UINT (g_hash_table_lookup (counts, service->external_ip));
    if (GPOINTER_TO_UINT (g_hash_table_lookup (counts, one->host)) > best)
      service->external_ip = one->host;
  }
}

void
pm_edges_find_meant (PmSnapshot *snapshot)
{
  g_autoptr (PmEdgeFinder) finder = NULL;
  for (guint i = 0; i < snapshot->edges->len; i++) {
    PmEdge *edge = &g_array_index (snapshot->edges, PmEdge, i);
    if (g_array_index (snapshot->findings, PmFinding, edge->finding).means == NULL)
      continue;
    if (finder == NULL)
      finder = pm_edge_finder_new (snapshot, NULL, NULL);
    *edge = pm_edge_finder_find (finder, edge->finding);
  }
}

void
pm_edges_find (PmSnapshot *snapshot, const PmStacks *stacks)
{
  g_autoptr (PmEdgeFinder) finder = pm_edge_finder_new (snapshot, stacks, NULL);
  for (guint i = 0; i < snapshot->findings->len; i++) {
    if (!is_reference (&g_array_index (snapshot->findings, PmFinding, i)))
      continue;
    PmEdge edge = pm_edge_finder_find (finder, i);
    g_array_append_val (snapshot->edges, edge);
  }
  pm_edges_tell_addresses (snapshot);
}
