/* DESIGN
 * Nodes are appended in the order of the file. A stack of open containers remembers the last child
 * of each, so that siblings are linked without a search. Past a limit, `skipped` counts the opens
 * that were ignored, so that their closes are ignored as well. */

#include "formats/builder.h"

#include <string.h>

#define MOST_PROBLEMS 20

typedef struct {
  PmNodeId id;
  PmNodeId last_child;
  guint32 n_children;
} Level;

struct PmBuilder {
  PmDocument *document;
  Level levels[PM_BUILDER_DEEPEST + 1];
  guint depth; /* of the open container; the root is 0 */
  guint skipped;
  gboolean too_deep;
  gboolean too_many;
  guint32 pending_segments; /* index of the first segment of the next scalar */
};

const PmKey PM_NO_KEY = {NULL, 0, {0, 0}};

/* Room for about as many nodes as a text of this length has, within bounds: what is too small
 * grows, and what is too large is given back with the document. */
static guint
first_nodes (gsize length)
{
  return (guint) CLAMP (length / 24, 16, 1024);
}

PmBuilder *
pm_builder_new (const char *format, const char *bytes, gsize length)
{
  g_assert (length < G_MAXUINT32);

  PmDocument *document = g_new0 (PmDocument, 1);
  document->format = format;
  document->bytes = bytes;
  document->length = length;
  document->arena = pm_arena_new ();
  document->nodes = g_array_sized_new (FALSE, FALSE, sizeof (PmNode), first_nodes (length));
  document->segments = g_array_new (FALSE, TRUE, sizeof (PmSegment));
  document->problems = g_array_new (FALSE, TRUE, sizeof (PmDocumentProblem));

  PmNode root = {.kind = PM_NODE_MAP, .span = {0, (guint32) length}};
  root.outer = root.span;
  g_array_append_val (document->nodes, root);

  PmBuilder *builder = g_new0 (PmBuilder, 1);
  builder->document = document;
  return builder;
}

void
pm_builder_free (PmBuilder *builder)
{
  if (builder == NULL)
    return;
  pm_document_free (builder->document);
  g_free (builder);
}

static PmNode *
node_at (PmBuilder *builder, PmNodeId id)
{
  return &g_array_index (builder->document->nodes, PmNode, id);
}

void
pm_builder_root (PmBuilder *builder, PmNodeKind kind)
{
  node_at (builder, 0)->kind = (guint8) kind;
}

guint
pm_builder_depth (const PmBuilder *builder)
{
  return builder->depth + builder->skipped;
}

gboolean
pm_builder_is_full (const PmBuilder *builder)
{
  return builder->too_many;
}

PmArena *
pm_builder_arena (PmBuilder *builder)
{
  return builder->document->arena;
}

static gboolean
has_room (PmBuilder *builder, guint32 offset)
{
  if (builder->skipped > 0 || builder->too_many)
    return FALSE;
  if (builder->document->nodes->len < PM_BUILDER_MOST_NODES)
    return TRUE;
  builder->too_many = TRUE;
  pm_builder_problem (builder, offset, "more than %d values; the rest is not read",
                      PM_BUILDER_MOST_NODES);
  return FALSE;
}

/* Links a node behind its siblings and gives it its key. */
static PmNodeId
append (PmBuilder *builder, PmKey key, PmNode *node)
{
  PmDocument *document = builder->document;
  Level *level = &builder->levels[builder->depth];
  PmNodeId id = document->nodes->len;

  node->parent = level->id;
  node->index = level->n_children++;
  if (key.text != NULL) {
    node->key = pm_arena_strndup (document->arena, key.text, key.length);
    node->key_span = key.span;
  }
  g_array_append_val (document->nodes, *node);
  if (level->last_child == 0)
    node_at (builder, level->id)->first_child = id;
  else
    node_at (builder, level->last_child)->next_sibling = id;
  level->last_child = id;
  return id;
}

PmNodeId
pm_builder_open (PmBuilder *builder, PmNodeKind kind, PmKey key, guint32 start)
{
  if (!has_room (builder, start)) {
    builder->skipped++;
    return 0;
  }
  if (builder->depth == PM_BUILDER_DEEPEST) {
    if (!builder->too_deep)
      pm_builder_problem (builder, start,
                          "nested deeper than %d levels; what is inside is not read",
                          PM_BUILDER_DEEPEST);
    builder->too_deep = TRUE;
    builder->skipped++;
    return 0;
  }

  PmNode node = {.kind = (guint8) kind, .span = {start, start}, .outer = {start, start}};
  PmNodeId id = append (builder, key, &node);
  builder->levels[++builder->depth] = (Level){.id = id};
  return id;
}

void
pm_builder_close (PmBuilder *builder, guint32 end)
{
  if (builder->skipped > 0) {
    builder->skipped--;
    return;
  }
  g_return_if_fail (builder->depth > 0);
  PmNode *node = node_at (builder, builder->levels[builder->depth].id);
  node->span.end = MAX (end, node->span.start);
  node->outer.end = node->span.end;
  builder->depth--;
}

PmNodeId
pm_builder_scalar (PmBuilder *builder, PmKey key, const PmScalar *scalar)
{
  PmDocument *document = builder->document;
  guint32 first_segment = builder->pending_segments;
  builder->pending_segments = document->segments->len;
  if (!has_room (builder, scalar->span.start)) {
    g_array_set_size (document->segments, first_segment);
    builder->pending_segments = first_segment;
    return 0;
  }
  g_assert (scalar->span.start <= scalar->span.end && scalar->span.end <= document->length);

  const char *value = scalar->value;
  gsize value_length = scalar->value_length;
  if (value == NULL) {
    value = document->bytes + scalar->span.start;
    value_length = pm_span_length (scalar->span);
  }
  PmNode node = {
      .kind = PM_NODE_SCALAR,
      .quoting = (guint8) scalar->quoting,
      .flags = (guint16) scalar->flags,
      .span = scalar->span,
      .outer = scalar->outer.end == 0 ? scalar->span : scalar->outer,
      .value = pm_arena_strndup (document->arena, value, value_length),
      .value_length = (guint32) value_length,
      .first_segment = first_segment,
      .segment_count = document->segments->len - first_segment,
      .variable = pm_arena_strdup (document->arena, scalar->variable),
  };
  return append (builder, key, &node);
}

PmNodeId
pm_builder_alias (PmBuilder *builder, PmKey key, PmSpan span, PmNodeId target)
{
  if (!has_room (builder, span.start))
    return 0;
  PmNode node = {.kind = PM_NODE_ALIAS, .span = span, .outer = span, .target = target};
  return append (builder, key, &node);
}

void
pm_builder_segment (PmBuilder *builder, guint32 value_offset, guint32 raw_offset)
{
  PmSegment segment = {value_offset, raw_offset};
  g_array_append_val (builder->document->segments, segment);
}

void
pm_builder_flag (PmBuilder *builder, PmNodeId id, PmNodeFlags flags)
{
  node_at (builder, id)->flags |= (guint16) flags;
}

void
pm_builder_problem (PmBuilder *builder, guint32 offset, const char *reason, ...)
{
  PmDocument *document = builder->document;
  if (document->problems->len >= MOST_PROBLEMS)
    return;
  va_list arguments;
  va_start (arguments, reason);
  g_autofree char *text = g_strdup_vprintf (reason, arguments);
  va_end (arguments);
  PmDocumentProblem problem = {offset, pm_arena_strdup (document->arena, text)};
  g_array_append_val (document->problems, problem);
}

static guint
count_lines (const char *bytes, gsize length)
{
  guint n = 1;
  for (const char *at = bytes, *end = bytes + length;
       (at = memchr (at, '\n', (gsize) (end - at))) != NULL; at++)
    n++;
  return n;
}

/* Counted first: an array that grows by itself would be copied as it does. */
static GArray *
line_starts_of (const char *bytes, gsize length)
{
  guint n = count_lines (bytes, length);
  GArray *starts = g_array_sized_new (FALSE, FALSE, sizeof (guint32), n);
  g_array_set_size (starts, n);
  guint32 *start = (guint32 *) (void *) starts->data;
  start[0] = 0;
  const char *at = bytes;
  for (guint i = 1; i < n; i++) {
    at = (const char *) memchr (at, '\n', length - (gsize) (at - bytes)) + 1;
    start[i] = (guint32) (at - bytes);
  }
  return starts;
}

PmDocument *
pm_builder_finish (PmBuilder *builder)
{
  PmDocument *document = g_steal_pointer (&builder->document);
  for (guint i = builder->depth; i > 0; i--) {
    PmNode *node = &g_array_index (document->nodes, PmNode, builder->levels[i].id);
    node->span.end = node->outer.end = (guint32) document->length;
  }
  document->line_starts = line_starts_of (document->bytes, document->length);
  return document;
}
