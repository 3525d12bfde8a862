/* DESIGN
 * Each table is read once, in the order of its key, inside one read transaction. Findings, facts,
 * links and edges come by document, as the documents do, so a cursor over the documents finds
 * theirs. Text that repeats (roots, formats, rules) is kept once. */

#include "registry/scan.h"

#include <string.h>

typedef struct {
  PmRegistry *registry;
  const PmRegistryBackend *backend;
  PmSnapshot *snapshot;
  PmInterner interner;
  GArray *document_ids;  /* gint64, of each of the snapshot's documents; grows */
  GArray *first_finding; /* guint, of each document, its first finding's index */
  GHashTable *services;  /* id → 1 + index */
} Reader;

static const char *
text (Reader *r, PmStatement *row, int column)
{
  return pm_intern (&r->interner, r->backend->text (row, column));
}

static guint32
number (const Reader *r, PmStatement *row, int column)
{
  return (guint32) r->backend->integer (row, column);
}

/* --- documents, projects, problems --- */

static gboolean
read_projects (Reader *r, GError **error)
{
  PmStatement *rows = pm_sql_query (
      r->registry,
      "SELECT root, id, name, is_workspace FROM projects WHERE host = ? ORDER BY root, id",
      PM_VALUES (pm_text (r->registry->host)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (r->registry, rows, error)) == PM_STEP_ROW) {
    PmProject project = {text (r, rows, 0), text (r, rows, 1), text (r, rows, 2),
                         (number (r, rows, 3) & 1) != 0, (number (r, rows, 3) & 2) != 0};
    g_array_append_val (r->snapshot->projects, project);
  }
  return step == PM_STEP_DONE;
}

static gboolean
read_problems (Reader *r, GError **error)
{
  PmStatement *rows = pm_sql_query (
      r->registry,
      "SELECT root, file, line, reason FROM problems WHERE host = ? ORDER BY root, ordinal",
      PM_VALUES (pm_text (r->registry->host)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (r->registry, rows, error)) == PM_STEP_ROW) {
    PmProblem problem = {text (r, rows, 0), text (r, rows, 1), number (r, rows, 2),
                         text (r, rows, 3)};
    g_array_append_val (r->snapshot->problems, problem);
  }
  return step == PM_STEP_DONE;
}

static void
read_document (Reader *r, PmStatement *row)
{
  gint64 id = r->backend->integer (row, 0);
  PmDocumentRecord document = {
      .root = text (r, row, 1),
      .project = text (r, row, 2),
      .file = text (r, row, 3),
      .format = text (r, row, 4),
      .variant = text (r, row, 5),
      .size_bytes = (guint64) r->backend->integer (row, 6),
      .mtime_ns = r->backend->integer (row, 7),
      .ctime_ns = r->backend->integer (row, 8),
      .device = (guint64) r->backend->integer (row, 9),
      .inode = (guint64) r->backend->integer (row, 10),
      .n_findings = number (r, row, 11),
      .is_kept = number (r, row, 12) != 0,
  };
  g_array_append_val (r->document_ids, id);
  g_array_append_val (r->snapshot->documents, document);
}

static gboolean
read_documents (Reader *r, GError **error)
{
  PmStatement *rows = pm_sql_query (r->registry,
                                    "SELECT id, root, project, file, format, variant, size_bytes,"
                                    " mtime_ns, ctime_ns, device, inode, n_findings, is_kept"
                                    " FROM documents WHERE host = ? ORDER BY id",
                                    PM_VALUES (pm_text (r->registry->host)), error);
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (r->registry, rows, error)) == PM_STEP_ROW)
    read_document (r, rows);
  return step == PM_STEP_DONE;
}

/* Moves *at to the document with this id; rows come in the order of documents. */
static const PmDocumentRecord *
document_of (const Reader *r, gint64 id, guint *at)
{
  while (*at < r->document_ids->len && g_array_index (r->document_ids, gint64, *at) < id)
    (*at)++;
  if (*at == r->document_ids->len || g_array_index (r->document_ids, gint64, *at) != id)
    return NULL;
  return &g_array_index (r->snapshot->documents, PmDocumentRecord, *at);
}

/* --- what documents say --- */

#define OF_THIS_HOST                                                                               \
  " WHERE document_id IN (SELECT id FROM documents WHERE host = ?) ORDER BY document_id, ordinal"

static PmFinding
read_finding (Reader *r, PmStatement *row, const PmDocumentRecord *document)
{
  PmFinding finding = {
      .root = document->root,
      .project = document->project,
      .file = document->file,
      .position = {number (r, row, 1), number (r, row, 2)},
      .span = {number (r, row, 3), number (r, row, 4)},
      .format = text (r, row, 5),
      .path = text (r, row, 6),
      .port = (guint16) number (r, row, 12),
      .port_end = (guint16) number (r, row, 13),
      .address = text (r, row, 14),
      .host = text (r, row, 15),
      .bind = text (r, row, 16),
      .scheme = text (r, row, 17),
      .protocol = text (r, row, 18),
      .service = text (r, row, 19),
      .variant = text (r, row, 20),
      .profiles = text (r, row, 21),
      .variable = text (r, row, 22),
      .origin = text (r, row, 23),
      .origin_span = {number (r, row, 24), number (r, row, 25)},
      .pair = (gint32) r->backend->integer (row, 26),
      .confidence = r->backend->real (row, 27),
      .rule = text (r, row, 28),
      .own_name = text (r, row, 29),
      .owner = text (r, row, 31),
      .means = r->backend->text (row, 32)[0] == '\0' ? NULL : text (r, row, 32),
  };
  pm_standing_from_name (r->backend->text (row, 30), &finding.standing);
  pm_kind_from_name (r->backend->text (row, 7), &finding.kind);
  pm_role_from_name (r->backend->text (row, 8), &finding.role);
  pm_scope_from_name (r->backend->text (row, 9), &finding.scope);
  pm_transport_from_name (r->backend->text (row, 10), &finding.transport);
  pm_text_class_from_name (r->backend->text (row, 11), &finding.text_class);
  return finding;
}

static gboolean
read_findings (Reader *r, GError **error)
{
  PmStatement *rows = pm_sql_query (
      r->registry,
      "SELECT document_id, line, column_bytes, span_start, span_end, format, path, kind, role, "
      "scope,"
      " transport, text_class, port, port_end, address, endpoint_host, bind, scheme, protocol,"
      " service, variant, profiles, variable, origin, origin_start, origin_end, pair, confidence,"
      " rule, own_name, standing, owner, means FROM findings" OF_THIS_HOST,
      PM_VALUES (pm_text (r->registry->host)), error);
  if (rows == NULL)
    return FALSE;
  g_array_set_size (r->first_finding, r->document_ids->len);
  guint at = 0, begun = G_MAXUINT;
  PmStep step;
  while ((step = pm_sql_step (r->registry, rows, error)) == PM_STEP_ROW) {
    const PmDocumentRecord *document = document_of (r, r->backend->integer (rows, 0), &at);
    if (document == NULL)
      continue;
    if (begun != at)
      g_array_index (r->first_finding, guint, at) = r->snapshot->findings->len;
    begun = at;
    PmFinding finding = read_finding (r, rows, document);
    if (finding.pair >= 0)
      finding.pair += (gint32) g_array_index (r->first_finding, guint, at);
    g_array_append_val (r->snapshot->findings, finding);
  }
  return step == PM_STEP_DONE;
}

static PmServiceFact
read_fact (Reader *r, PmStatement *row, const PmDocumentRecord *document)
{
  const char *build = r->backend->text (row, 6);
  PmServiceFact fact = {
      .root = document->root,
      .project = document->project,
      .file = document->file,
      .format = text (r, row, 1),
      .variant = text (r, row, 2),
      .line = number (r, row, 3),
      .name = text (r, row, 4),
      .image = text (r, row, 5),
      .build = build == NULL ? NULL : text (r, row, 6),
      .profiles = text (r, row, 7),
      .network = text (r, row, 8),
      .extends = text (r, row, 9),
      .command = text (r, row, 10),
      .tool = text (r, row, 11),
      .aliases = text (r, row, 12),
      .default_port = (guint16) number (r, row, 13),
      .default_origin = text (r, row, 14),
      .replicas = (guint16) number (r, row, 15),
      .replaces_ports = number (r, row, 16) != 0,
      .owner = text (r, row, 18),
  };
  pm_standing_from_name (r->backend->text (row, 17), &fact.standing);
  return fact;
}

static gboolean
read_facts (Reader *r, GError **error)
{
  PmStatement *rows = pm_sql_query (
      r->registry,
      "SELECT document_id, format, variant, line, name, image, build, profiles, network, extends,"
      " command, tool, aliases, default_port, default_origin, replicas, replaces_ports, standing,"
      " owner FROM facts" OF_THIS_HOST,
      PM_VALUES (pm_text (r->registry->host)), error);
  if (rows == NULL)
    return FALSE;
  guint at = 0;
  PmStep step;
  while ((step = pm_sql_step (r->registry, rows, error)) == PM_STEP_ROW) {
    const PmDocumentRecord *document = document_of (r, r->backend->integer (rows, 0), &at);
    if (document == NULL)
      continue;
    PmServiceFact fact = read_fact (r, rows, document);
    g_array_append_val (r->snapshot->facts, fact);
  }
  return step == PM_STEP_DONE;
}

static gboolean
read_links (Reader *r, GError **error)
{
  PmStatement *rows = pm_sql_query (
      r->registry, "SELECT document_id, line, kind, target, service FROM links" OF_THIS_HOST,
      PM_VALUES (pm_text (r->registry->host)), error);
  if (rows == NULL)
    return FALSE;
  guint at = 0;
  PmStep step;
  while ((step = pm_sql_step (r->registry, rows, error)) == PM_STEP_ROW) {
    const PmDocumentRecord *document = document_of (r, r->backend->integer (rows, 0), &at);
    if (document == NULL)
      continue;
    PmFileLink link = {
        .root = document->root,
        .project = document->project,
        .file = document->file,
        .line = number (r, rows, 1),
        .kind = text (r, rows, 2),
        .target = text (r, rows, 3),
        .service = text (r, rows, 4),
    };
    g_array_append_val (r->snapshot->links, link);
  }
  return step == PM_STEP_DONE;
}

/* --- services and edges --- */

/* This host's first, so that whoever knows only those counts them as before. */
static gboolean
read_services (Reader *r, gboolean of_all_hosts, GError **error)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (PmService));
  if (!pm_registry_services (r->registry, r->snapshot->arena, all, error))
    return FALSE;
  for (guint pass = 0; pass < (of_all_hosts ? 2 : 1); pass++)
    for (guint i = 0; i < all->len; i++) {
      PmService *service = &g_array_index (all, PmService, i);
      if ((strcmp (service->host, r->registry->host) == 0) == (pass == 0))
        g_array_append_val (r->snapshot->services, *service);
    }
  for (guint i = 0; i < r->snapshot->services->len; i++) {
    gint64 *id = &g_array_index (r->snapshot->services, PmService, i).id;
    g_hash_table_insert (r->services, id, GUINT_TO_POINTER (i + 1));
  }
  return TRUE;
}

static gint32
service_index (const Reader *r, gint64 id)
{
  return GPOINTER_TO_INT (g_hash_table_lookup (r->services, &id)) - 1;
}

static gboolean
read_edges (Reader *r, GError **error)
{
  PmStatement *rows = pm_sql_query (r->registry,
                                    "SELECT document_id, finding, from_service, to_service,"
                                    " confidence FROM edges" OF_THIS_HOST,
                                    PM_VALUES (pm_text (r->registry->host)), error);
  if (rows == NULL)
    return FALSE;
  guint at = 0;
  PmStep step;
  while ((step = pm_sql_step (r->registry, rows, error)) == PM_STEP_ROW) {
    if (document_of (r, r->backend->integer (rows, 0), &at) == NULL)
      continue;
    PmEdge edge = {
        .finding = g_array_index (r->first_finding, guint, at) + number (r, rows, 1),
        .from_service = service_index (r, r->backend->integer (rows, 2)),
        .to_service = service_index (r, r->backend->integer (rows, 3)),
        .confidence = r->backend->real (rows, 4),
    };
    if (edge.finding < r->snapshot->findings->len)
      g_array_append_val (r->snapshot->edges, edge);
  }
  return step == PM_STEP_DONE;
}

/* --- whole --- */

typedef enum { PART_ALL, PART_ALL_HOSTS, PART_DOCUMENTS, PART_PROBLEMS } Part;

static gboolean
read_part (Reader *r, Part part, GError **error)
{
  if (part == PART_PROBLEMS)
    return read_problems (r, error);
  if (!read_projects (r, error) || !read_documents (r, error))
    return FALSE;
  return part == PART_DOCUMENTS ||
         (read_problems (r, error) && read_findings (r, error) && read_facts (r, error) &&
          read_links (r, error) && read_services (r, part == PART_ALL_HOSTS, error) &&
          read_edges (r, error));
}

static gboolean
read_snapshot (PmRegistry *registry, Part part, PmSnapshot **ret_snapshot, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = pm_snapshot_new ();
  g_autoptr (GHashTable) texts = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) services = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GArray) document_ids = g_array_new (FALSE, TRUE, sizeof (gint64));
  g_autoptr (GArray) first_finding = g_array_new (FALSE, TRUE, sizeof (guint));
  Reader reader = {
      .registry = registry,
      .backend = registry->backend,
      .snapshot = snapshot,
      .interner = {snapshot->arena, texts},
      .document_ids = document_ids,
      .first_finding = first_finding,
      .services = services,
  };
  if (!pm_registry_enter (registry, PM_ACCESS_READ, error))
    return FALSE;
  gboolean ok = read_part (&reader, part, error);
  if (!pm_registry_leave (registry, ok, error))
    return FALSE;
  *ret_snapshot = g_steal_pointer (&snapshot);
  return TRUE;
}

gboolean
pm_registry_snapshot (PmRegistry *registry, PmSnapshot **ret_snapshot, GError **error)
{
  return read_snapshot (registry, PART_ALL, ret_snapshot, error);
}

gboolean
pm_registry_snapshot_of_all (PmRegistry *registry, PmSnapshot **ret_snapshot, GError **error)
{
  return read_snapshot (registry, PART_ALL_HOSTS, ret_snapshot, error);
}

gboolean
pm_registry_documents (PmRegistry *registry, PmSnapshot **ret_snapshot, GError **error)
{
  return read_snapshot (registry, PART_DOCUMENTS, ret_snapshot, error);
}

gboolean
pm_registry_problems (PmRegistry *registry, PmSnapshot **ret_snapshot, GError **error)
{
  return read_snapshot (registry, PART_PROBLEMS, ret_snapshot, error);
}
