/* DESIGN
 * A document has three digests: of its record (stamp), of what it says (content: findings, facts
 * and links), and of the edges that leave it, which depend on other documents too. Only the parts
 * whose digest differs are written. Observed findings, facts, links and edges are lists over all
 * documents; each list is sorted into its documents once, by counting. */

#include "base/fingerprint.h"
#include "registry/scan.h"

#include <string.h>

/* A list's items by document: those of document d are items[starts[d]] … items[starts[d + 1] - 1].
 */
typedef struct {
  guint *starts;
  guint *items;
} Grouping;

typedef struct {
  PmScan *scan;
  GArray *documents;       /* observed's */
  GHashTable *by_name;     /* PmDocumentRecord → 1 + index */
  guint *finding_ordinals; /* of a finding: its position in its document */
  Grouping findings, facts, links, edges;
} Documents;

typedef struct {
  gint64 id;
  const char *root;
  PmFingerprint stamp, content, edges;
} Known;

static const PmDocumentRecord *
document_at (const Documents *d, guint index)
{
  return &g_array_index (d->documents, PmDocumentRecord, index);
}

static guint
name_hash (gconstpointer key)
{
  const PmDocumentRecord *document = key;
  return g_str_hash (document->root) * 31 + g_str_hash (document->file);
}

static gboolean
name_equal (gconstpointer a, gconstpointer b)
{
  const PmDocumentRecord *left = a, *right = b;
  return g_str_equal (left->file, right->file) && g_str_equal (left->root, right->root);
}

/* --- grouping --- */

static void
grouping_clear (Grouping *grouping)
{
  g_free (grouping->starts);
  g_free (grouping->items);
}

/* documents_of: for each item the index of its document. */
static Grouping
group (const guint *documents_of, guint n_items, guint n_documents)
{
  Grouping grouping = {g_new0 (guint, n_documents + 2), g_new (guint, n_items + 1)};
  for (guint i = 0; i < n_items; i++)
    grouping.starts[documents_of[i] + 2]++;
  for (guint d = 1; d < n_documents + 2; d++)
    grouping.starts[d] += grouping.starts[d - 1];
  for (guint i = 0; i < n_items; i++)
    grouping.items[grouping.starts[documents_of[i] + 1]++] = i;
  return grouping;
}

/* Neighbours in a list mostly belong to one document: *last saves the look-up. */
static gboolean
find_document (const Documents *d, const char *root, const char *file, guint *last, GError **error)
{
  PmDocumentRecord name = {.root = root, .file = file};
  if (*last < d->documents->len && name_equal (document_at (d, *last), &name))
    return TRUE;
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (d->by_name, &name));
  if (found == 0) {
    g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_INVALID,
                 "%s/%s: the scan found something in it but does not list it as a document", root,
                 file);
    return FALSE;
  }
  *last = found - 1;
  return TRUE;
}

/* PmFinding, PmServiceFact and PmFileLink all name their document; the caller says where. */
static gboolean
group_list (const Documents *d, const GArray *list, gsize root_offset, gsize file_offset,
            Grouping *ret_grouping, guint **ret_documents_of, GError **error)
{
  guint size = g_array_get_element_size ((GArray *) list), last = G_MAXUINT;
  g_autofree guint *documents_of = g_new (guint, list->len + 1);
  for (guint i = 0; i < list->len; i++) {
    const char *item = list->data + (gsize) i * size;
    const char *root, *file;
    memcpy (&root, item + root_offset, sizeof root);
    memcpy (&file, item + file_offset, sizeof file);
    if (!find_document (d, root, file, &last, error))
      return FALSE;
    documents_of[i] = last;
  }
  *ret_grouping = group (documents_of, list->len, d->documents->len);
  if (ret_documents_of != NULL)
    *ret_documents_of = g_steal_pointer (&documents_of);
  return TRUE;
}

static gboolean
group_edges (Documents *d, const guint *document_of_finding, GError **error)
{
  const GArray *edges = d->scan->observed->edges;
  g_autofree guint *documents_of = g_new (guint, edges->len + 1);
  for (guint i = 0; i < edges->len; i++) {
    guint32 finding = g_array_index (edges, PmEdge, i).finding;
    if (finding >= d->scan->observed->findings->len) {
      g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_INVALID,
                   "an edge begins at finding %u, which the scan does not have", finding);
      return FALSE;
    }
    documents_of[i] = document_of_finding[finding];
  }
  d->edges = group (documents_of, edges->len, d->documents->len);
  return TRUE;
}

static gboolean
group_all (Documents *d, GError **error)
{
  const PmSnapshot *observed = d->scan->observed;
  g_autofree guint *document_of_finding = NULL;
  for (guint i = d->documents->len; i-- > 0;)
    g_hash_table_replace (d->by_name, (gpointer) document_at (d, i), GUINT_TO_POINTER (i + 1));
  if (!group_list (d, observed->findings, G_STRUCT_OFFSET (PmFinding, root),
                   G_STRUCT_OFFSET (PmFinding, file), &d->findings, &document_of_finding, error) ||
      !group_list (d, observed->facts, G_STRUCT_OFFSET (PmServiceFact, root),
                   G_STRUCT_OFFSET (PmServiceFact, file), &d->facts, NULL, error) ||
      !group_list (d, observed->links, G_STRUCT_OFFSET (PmFileLink, root),
                   G_STRUCT_OFFSET (PmFileLink, file), &d->links, NULL, error) ||
      !group_edges (d, document_of_finding, error))
    return FALSE;
  d->finding_ordinals = g_new (guint, observed->findings->len + 1);
  for (guint document = 0; document < d->documents->len; document++)
    for (guint i = d->findings.starts[document]; i < d->findings.starts[document + 1]; i++)
      d->finding_ordinals[d->findings.items[i]] = i - d->findings.starts[document];
  return TRUE;
}

/* A pair is stored as a position in its document: what it is in the snapshot shifts with every
 * finding of another document. */
static gint32
pair_of (const Documents *d, const PmFinding *finding)
{
  const GArray *findings = d->scan->observed->findings;
  if (finding->pair < 0 || (guint) finding->pair >= findings->len)
    return -1;
  const PmFinding *partner = &g_array_index (findings, PmFinding, (guint) finding->pair);
  gboolean is_beside =
      g_str_equal (partner->file, finding->file) && g_str_equal (partner->root, finding->root);
  return is_beside ? (gint32) d->finding_ordinals[finding->pair] : -1;
}

/* --- digests --- */

static PmFingerprint
stamp_fingerprint (const PmDocumentRecord *document)
{
  PmFingerprint f = PM_FINGERPRINT_START;
  f = pm_fingerprint_text (f, document->project);
  f = pm_fingerprint_text (f, document->format);
  f = pm_fingerprint_text (f, document->variant);
  f = pm_fingerprint_integer (f, document->size_bytes);
  f = pm_fingerprint_integer (f, (guint64) document->mtime_ns);
  f = pm_fingerprint_integer (f, (guint64) document->ctime_ns);
  f = pm_fingerprint_integer (f, document->device);
  f = pm_fingerprint_integer (f, document->inode);
  return document->is_kept ? pm_fingerprint_integer (f, 1) : f;
}

static PmFingerprint
finding_fingerprint (const Documents *d, PmFingerprint f, const PmFinding *finding)
{
  f = pm_fingerprint_integer (f, (guint64) finding->span.start << 32 | finding->span.end);
  f = pm_fingerprint_integer (f, (guint64) finding->position.line << 32 | finding->position.column);
  f = pm_fingerprint_integer (f, (guint64) finding->origin_span.start << 32 |
                                     finding->origin_span.end);
  f = pm_fingerprint_integer (
      f, (guint64) finding->standing << 48 | (guint64) finding->kind << 40 |
             (guint64) finding->role << 32 | (guint64) finding->scope << 24 |
             (guint64) finding->transport << 16 | (guint64) finding->text_class);
  f = pm_fingerprint_integer (f, (guint64) (guint32) pair_of (d, finding) << 32 |
                                     (guint64) finding->port << 16 | finding->port_end);
  f = pm_fingerprint_real (f, finding->confidence);
  f = pm_fingerprint_text (f, finding->format);
  f = pm_fingerprint_text (f, finding->path);
  f = pm_fingerprint_text (f, finding->address);
  f = pm_fingerprint_text (f, finding->host);
  f = pm_fingerprint_text (f, finding->bind);
  f = pm_fingerprint_text (f, finding->scheme);
  f = pm_fingerprint_text (f, finding->protocol);
  f = pm_fingerprint_text (f, finding->service);
  f = pm_fingerprint_text (f, finding->own_name);
  f = pm_fingerprint_text (f, finding->owner);
  f = pm_fingerprint_text (f, finding->variant);
  f = pm_fingerprint_text (f, finding->profiles);
  f = pm_fingerprint_text (f, finding->variable);
  f = pm_fingerprint_text (f, finding->origin);
  f = pm_fingerprint_text (f, finding->rule);
  return finding->means == NULL ? f : pm_fingerprint_text (f, finding->means);
}

static PmFingerprint
fact_fingerprint (PmFingerprint f, const PmServiceFact *fact)
{
  f = pm_fingerprint_integer (f, (guint64) fact->line << 32 | (guint64) fact->standing << 16 |
                                     fact->default_port);
  f = pm_fingerprint_integer (f, (guint64) fact->replicas << 1 | (fact->replaces_ports ? 1 : 0));
  f = pm_fingerprint_text (f, fact->format);
  f = pm_fingerprint_text (f, fact->variant);
  f = pm_fingerprint_text (f, fact->name);
  f = pm_fingerprint_text (f, fact->owner);
  f = pm_fingerprint_text (f, fact->image);
  f = pm_fingerprint_text (f, fact->build);
  f = pm_fingerprint_text (f, fact->profiles);
  f = pm_fingerprint_text (f, fact->network);
  f = pm_fingerprint_text (f, fact->extends);
  f = pm_fingerprint_text (f, fact->command);
  f = pm_fingerprint_text (f, fact->tool);
  f = pm_fingerprint_text (f, fact->aliases);
  return pm_fingerprint_text (f, fact->default_origin);
}

static PmFingerprint
link_fingerprint (PmFingerprint f, const PmFileLink *link)
{
  f = pm_fingerprint_integer (f, link->line);
  f = pm_fingerprint_text (f, link->kind);
  f = pm_fingerprint_text (f, link->target);
  return pm_fingerprint_text (f, link->service);
}

#define EACH_OF(grouping, document, item, Type, list)                                              \
  for (guint i_ = (grouping).starts[document];                                                     \
       i_ < (grouping).starts[(document) + 1] &&                                                   \
       ((item) = &g_array_index (list, Type, (grouping).items[i_]), TRUE);                         \
       i_++)

static PmFingerprint
content_fingerprint (const Documents *d, guint document)
{
  const PmSnapshot *observed = d->scan->observed;
  PmFingerprint f = PM_FINGERPRINT_START;
  const PmFinding *finding;
  const PmServiceFact *fact;
  const PmFileLink *link;
  EACH_OF (d->findings, document, finding, PmFinding, observed->findings)
  f = finding_fingerprint (d, f, finding);
  f = pm_fingerprint_integer (f, 1);
  EACH_OF (d->facts, document, fact, PmServiceFact, observed->facts)
  f = fact_fingerprint (f, fact);
  f = pm_fingerprint_integer (f, 2);
  EACH_OF (d->links, document, link, PmFileLink, observed->links)
  f = link_fingerprint (f, link);
  return f;
}

static gint64
service_id (const Documents *d, gint32 index)
{
  if (index < 0 || (guint) index >= d->scan->services->len)
    return 0;
  return g_array_index (d->scan->services, PmService, (guint) index).id;
}

static PmFingerprint
edges_fingerprint (const Documents *d, guint document)
{
  PmFingerprint f = PM_FINGERPRINT_START;
  const PmEdge *edge;
  EACH_OF (d->edges, document, edge, PmEdge, d->scan->observed->edges)
  {
    f = pm_fingerprint_integer (f, d->finding_ordinals[edge->finding]);
    f = pm_fingerprint_integer (f, (guint64) service_id (d, edge->from_service));
    f = pm_fingerprint_integer (f, (guint64) service_id (d, edge->to_service));
    f = pm_fingerprint_real (f, edge->confidence);
  }
  return f;
}

/* --- writing --- */

static gboolean
insert_finding (const Documents *d, gint64 document, guint ordinal, const PmFinding *finding,
                GError **error)
{
  return pm_sql_run (
      d->scan->registry,
      "INSERT INTO findings (document_id, ordinal, line, column_bytes, span_start, span_end, "
      "format,"
      " path, kind, role, scope, transport, text_class, port, port_end, address, endpoint_host,"
      " bind, scheme, protocol, service, variant, profiles, variable, origin, origin_start,"
      " origin_end, pair, confidence, rule, own_name, standing, owner, means) VALUES (?, ?, ?, ?, "
      "?,"
      " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      PM_VALUES (pm_int (document), pm_int (ordinal), pm_int (finding->position.line),
                 pm_int (finding->position.column), pm_int (finding->span.start),
                 pm_int (finding->span.end), pm_text (finding->format), pm_text (finding->path),
                 pm_text (pm_kind_name (finding->kind)), pm_text (pm_role_name (finding->role)),
                 pm_text (pm_scope_name (finding->scope)),
                 pm_text (pm_transport_name (finding->transport)),
                 pm_text (pm_text_class_name (finding->text_class)), pm_int (finding->port),
                 pm_int (finding->port_end), pm_text (finding->address), pm_text (finding->host),
                 pm_text (finding->bind), pm_text (finding->scheme), pm_text (finding->protocol),
                 pm_text (finding->service), pm_text (finding->variant),
                 pm_text (finding->profiles), pm_text (finding->variable),
                 pm_text (finding->origin), pm_int (finding->origin_span.start),
                 pm_int (finding->origin_span.end), pm_int (pair_of (d, finding)),
                 pm_real (finding->confidence), pm_text (finding->rule),
                 pm_text (finding->own_name), pm_text (pm_standing_name (finding->standing)),
                 pm_text (finding->owner), pm_text (finding->means == NULL ? "" : finding->means)),
      error);
}

static gboolean
insert_fact (PmRegistry *registry, gint64 document, guint ordinal, const PmServiceFact *fact,
             GError **error)
{
  return pm_sql_run (registry,
                     "INSERT INTO facts (document_id, ordinal, format, variant, line, name, image, "
                     "build, profiles,"
                     " network, extends, command, tool, aliases, default_port, default_origin,"
                     " replicas, replaces_ports, standing, owner)"
                     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                     PM_VALUES (pm_int (document), pm_int (ordinal), pm_text (fact->format),
                                pm_text (fact->variant), pm_int (fact->line), pm_text (fact->name),
                                pm_text (fact->image), pm_text_or_null (fact->build),
                                pm_text (fact->profiles), pm_text (fact->network),
                                pm_text (fact->extends), pm_text (fact->command),
                                pm_text (fact->tool), pm_text (fact->aliases),
                                pm_int (fact->default_port), pm_text (fact->default_origin),
                                pm_int (fact->replicas), pm_int (fact->replaces_ports),
                                pm_text (pm_standing_name (fact->standing)), pm_text (fact->owner)),
                     error);
}

static gboolean
insert_link (PmRegistry *registry, gint64 document, guint ordinal, const PmFileLink *link,
             GError **error)
{
  return pm_sql_run (registry,
                     "INSERT INTO links (document_id, ordinal, line, kind, target, service)"
                     " VALUES (?, ?, ?, ?, ?, ?)",
                     PM_VALUES (pm_int (document), pm_int (ordinal), pm_int (link->line),
                                pm_text (link->kind), pm_text (link->target),
                                pm_text (link->service)),
                     error);
}

static gboolean
write_content (const Documents *d, guint document, gint64 id, gboolean is_new, GError **error)
{
  PmRegistry *registry = d->scan->registry;
  const PmSnapshot *observed = d->scan->observed;
  PmSqlValue key = pm_int (id);
  if (!is_new &&
      (!pm_sql_run (registry, "DELETE FROM findings WHERE document_id = ?", &key, 1, error) ||
       !pm_sql_run (registry, "DELETE FROM facts WHERE document_id = ?", &key, 1, error) ||
       !pm_sql_run (registry, "DELETE FROM links WHERE document_id = ?", &key, 1, error)))
    return FALSE;
  const PmFinding *finding;
  const PmServiceFact *fact;
  const PmFileLink *link;
  EACH_OF (d->findings, document, finding, PmFinding, observed->findings)
  if (!insert_finding (d, id, i_ - d->findings.starts[document], finding, error))
    return FALSE;
  EACH_OF (d->facts, document, fact, PmServiceFact, observed->facts)
  if (!insert_fact (registry, id, i_ - d->facts.starts[document], fact, error))
    return FALSE;
  EACH_OF (d->links, document, link, PmFileLink, observed->links)
  if (!insert_link (registry, id, i_ - d->links.starts[document], link, error))
    return FALSE;
  return TRUE;
}

static gboolean
write_edges (const Documents *d, guint document, gint64 id, gboolean is_new, GError **error)
{
  PmRegistry *registry = d->scan->registry;
  PmSqlValue key = pm_int (id);
  if (!is_new && !pm_sql_run (registry, "DELETE FROM edges WHERE document_id = ?", &key, 1, error))
    return FALSE;
  const PmEdge *edge;
  EACH_OF (d->edges, document, edge, PmEdge, d->scan->observed->edges)
  if (!pm_sql_run (registry,
                   "INSERT INTO edges (document_id, ordinal, finding, from_service, to_service,"
                   " confidence) VALUES (?, ?, ?, ?, ?, ?)",
                   PM_VALUES (key, pm_int (i_ - d->edges.starts[document]),
                              pm_int (d->finding_ordinals[edge->finding]),
                              pm_int_or_null (service_id (d, edge->from_service)),
                              pm_int_or_null (service_id (d, edge->to_service)),
                              pm_real (edge->confidence)),
                   error))
    return FALSE;
  return TRUE;
}

static gboolean
put_document (const Documents *d, guint index, const Known *now, gint64 *io_id, GError **error)
{
  const PmDocumentRecord *document = document_at (d, index);
  guint n_findings = d->findings.starts[index + 1] - d->findings.starts[index];
  return pm_sql_insert (
      d->scan->registry,
      "INSERT INTO documents (id, host, root, project, file, format, variant, size_bytes, mtime_ns,"
      " ctime_ns, device, inode, n_findings, is_kept, stamp, content, edges)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (host, root, file) DO UPDATE SET project = excluded.project,"
      " format = excluded.format, variant = excluded.variant, size_bytes = excluded.size_bytes,"
      " mtime_ns = excluded.mtime_ns, ctime_ns = excluded.ctime_ns, device = excluded.device,"
      " inode = excluded.inode, n_findings = excluded.n_findings, is_kept = excluded.is_kept,"
      " stamp = excluded.stamp,"
      " content = excluded.content, edges = excluded.edges",
      PM_VALUES (pm_int_or_null (*io_id), pm_text (d->scan->registry->host),
                 pm_text (document->root), pm_text (document->project), pm_text (document->file),
                 pm_text (document->format), pm_text (document->variant),
                 pm_int ((gint64) document->size_bytes), pm_int (document->mtime_ns),
                 pm_int (document->ctime_ns), pm_int ((gint64) document->device),
                 pm_int ((gint64) document->inode), pm_int (n_findings),
                 pm_int (document->is_kept ? 1 : 0), pm_int ((gint64) now->stamp),
                 pm_int ((gint64) now->content), pm_int ((gint64) now->edges)),
      io_id, error);
}

static gboolean
store_one (const Documents *d, guint index, const Known *known, GError **error)
{
  Known now = {
      .stamp = stamp_fingerprint (document_at (d, index)),
      .content = content_fingerprint (d, index),
      .edges = edges_fingerprint (d, index),
  };
  gboolean is_new = known == NULL;
  gboolean new_content = is_new || known->content != now.content;
  gboolean new_edges = is_new || known->edges != now.edges;
  if (!new_content && !new_edges && known->stamp == now.stamp)
    return TRUE;
  d->scan->changes.documents_changed++;
  now.id = is_new ? 0 : known->id;
  if (is_new &&
      !pm_sql_new_id (d->scan->registry, "documents", d->scan->n_new_documents--, &now.id, error))
    return FALSE;
  return put_document (d, index, &now, &now.id, error) &&
         (!new_content || write_content (d, index, now.id, is_new, error)) &&
         (!new_edges || write_edges (d, index, now.id, is_new, error));
}

/* --- one scan --- */

#define KNOWN_DOCUMENT "SELECT id, root, file, stamp, content, edges FROM documents WHERE host = ?"

/* Reads to the end of the rows, which may be NULL. */
static gboolean
add_known (PmScan *scan, PmStatement *rows, PmArena *arena, GHashTable *known, GError **error)
{
  const PmRegistryBackend *backend = scan->registry->backend;
  if (rows == NULL)
    return FALSE;
  PmStep step;
  while ((step = pm_sql_step (scan->registry, rows, error)) == PM_STEP_ROW) {
    PmDocumentRecord *name = pm_arena_new0 (arena, PmDocumentRecord);
    Known *document = pm_arena_new0 (arena, Known);
    name->root = pm_sql_text (scan->registry, rows, 1, arena);
    name->file = pm_sql_text (scan->registry, rows, 2, arena);
    document->id = backend->integer (rows, 0);
    document->root = name->root;
    document->stamp = (PmFingerprint) backend->integer (rows, 3);
    document->content = (PmFingerprint) backend->integer (rows, 4);
    document->edges = (PmFingerprint) backend->integer (rows, 5);
    g_hash_table_insert (known, name, document);
  }
  return step == PM_STEP_DONE;
}

static gboolean
add_known_named (PmScan *scan, const char *root, const char *file, PmArena *arena,
                 GHashTable *known, GError **error)
{
  PmStatement *rows = pm_sql_query (
      scan->registry, KNOWN_DOCUMENT " AND root = ? AND file = ?",
      PM_VALUES (pm_text (scan->registry->host), pm_text (root), pm_text (file)), error);
  return add_known (scan, rows, arena, known, error);
}

/* PmDocumentRecord (root and file) → Known, all in the arena. */
static gboolean
read_known (PmScan *scan, PmArena *arena, GHashTable *known, GError **error)
{
  const PmScanPart *part = scan->scope->part;
  if (part == NULL)
    return add_known (scan,
                      pm_sql_query (scan->registry, KNOWN_DOCUMENT,
                                    PM_VALUES (pm_text (scan->registry->host)), error),
                      arena, known, error);
  for (guint i = 0; i < scan->observed->documents->len; i++) {
    const PmDocumentRecord *document =
        &g_array_index (scan->observed->documents, PmDocumentRecord, i);
    if (!add_known_named (scan, document->root, document->file, arena, known, error))
      return FALSE;
  }
  for (guint i = 0; i < part->n_gone; i++)
    if (!add_known_named (scan, part->gone[i].root, part->gone[i].name, arena, known, error))
      return FALSE;
  return TRUE;
}

/* What is left of `known` was not observed. */
static gboolean
remove_missing (PmScan *scan, GHashTable *known, GError **error)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, known);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Known *document = value;
    if (!pm_scan_covers (scan, document->root))
      continue;
    scan->changes.documents_removed++;
    if (!pm_sql_run (scan->registry, "DELETE FROM documents WHERE id = ?",
                     PM_VALUES (pm_int (document->id)), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
store_all (Documents *d, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GHashTable) known = g_hash_table_new (name_hash, name_equal);
  if (!group_all (d, error) || !read_known (d->scan, arena, known, error))
    return FALSE;
  for (guint i = 0; i < d->documents->len; i++)
    d->scan->n_new_documents += !g_hash_table_contains (known, document_at (d, i));
  for (guint i = 0; i < d->documents->len; i++) {
    gpointer name = (gpointer) document_at (d, i);
    if (GPOINTER_TO_UINT (g_hash_table_lookup (d->by_name, name)) != i + 1)
      continue; /* listed twice */
    if (!store_one (d, i, g_hash_table_lookup (known, name), error))
      return FALSE;
    g_hash_table_remove (known, name);
  }
  return remove_missing (d->scan, known, error);
}

gboolean
pm_scan_store_documents (PmScan *scan, GError **error)
{
  g_autoptr (GHashTable) by_name = g_hash_table_new (name_hash, name_equal);
  Documents d = {.scan = scan, .documents = scan->observed->documents, .by_name = by_name};
  gboolean ok = store_all (&d, error);
  g_free (d.finding_ordinals);
  grouping_clear (&d.findings);
  grouping_clear (&d.facts);
  grouping_clear (&d.links);
  grouping_clear (&d.edges);
  return ok;
}
