#include "model/document.h"

#include <string.h>

#define MOST_ALIASES 8
#define MOST_MERGES 64 /* maps that one lookup goes through: lists of merges multiply by level */
#define DEEPEST_PATH 256

void
pm_document_free (PmDocument *document)
{
  if (document == NULL)
    return;
  g_clear_pointer (&document->nodes, g_array_unref);
  g_clear_pointer (&document->segments, g_array_unref);
  g_clear_pointer (&document->problems, g_array_unref);
  g_clear_pointer (&document->line_starts, g_array_unref);
  pm_arena_free (document->arena);
  g_free (document);
}

PmNodeId
pm_document_resolve (const PmDocument *document, PmNodeId id)
{
  for (guint i = 0; i < MOST_ALIASES; i++) {
    const PmNode *node = pm_document_node (document, id);
    if (node->kind != PM_NODE_ALIAS || node->target == 0)
      break;
    id = node->target;
  }
  return id;
}

static gboolean
is_merge (const char *key)
{
  return key[0] == '<' && key[1] == '<' && key[2] == '\0';
}

/* *ret_merge: the child "<<", 0 none. Of several of one name the last counts. */
static PmNodeId
child_of_its_own (const PmDocument *document, const PmNode *map, const char *key,
                  PmNodeId *ret_merge)
{
  PmNodeId found = 0;
  *ret_merge = 0;
  for (PmNodeId id = map->first_child; id != 0;) {
    const PmNode *child = pm_document_node (document, id);
    /* Most keys differ in the first letter. */
    if (child->key != NULL && child->key[0] == key[0] && strcmp (child->key, key) == 0)
      found = id;
    if (child->key != NULL && is_merge (child->key))
      *ret_merge = id;
    id = child->next_sibling;
  }
  return found;
}

/* What `<<` (`merge`) refers to: one map, or a list of maps of which the first that has the key
 * wins (yaml.org/type/merge.html). Merged maps that merge in turn are followed to `depth`, and
 * `maps_left` of them in all. */
static PmNodeId
child_by_merge (const PmDocument *document, PmNodeId merge, const char *key, guint depth,
                guint *maps_left)
{
  if (depth == 0 || merge == 0)
    return 0;

  PmNodeId source = pm_document_resolve (document, merge);
  const PmNode *node = pm_document_node (document, source);
  PmNodeId next = 0;
  if (node->kind == PM_NODE_LIST) {
    next = node->first_child;
    source = next;
  }
  while (source != 0) {
    const PmNode *merged = pm_document_node (document, pm_document_resolve (document, source));
    if (merged->kind == PM_NODE_MAP) {
      if (*maps_left == 0)
        return 0;
      --*maps_left;
      PmNodeId inner;
      PmNodeId found = child_of_its_own (document, merged, key, &inner);
      if (found == 0)
        found = child_by_merge (document, inner, key, depth - 1, maps_left);
      if (found != 0)
        return found;
    }
    source = next == 0 ? 0 : pm_document_node (document, source)->next_sibling;
  }
  return 0;
}

PmNodeId
pm_document_child (const PmDocument *document, PmNodeId map, const char *key)
{
  const PmNode *node = pm_document_node (document, pm_document_resolve (document, map));
  if (node->kind != PM_NODE_MAP)
    return 0;
  PmNodeId merge;
  PmNodeId found = child_of_its_own (document, node, key, &merge);
  guint maps_left = MOST_MERGES;
  return found != 0 ? found : child_by_merge (document, merge, key, MOST_ALIASES, &maps_left);
}

PmNodeId
pm_document_find (const PmDocument *document, PmNodeId from, ...)
{
  va_list keys;
  va_start (keys, from);
  PmNodeId id = from;
  for (const char *key = va_arg (keys, const char *); key != NULL;
       key = va_arg (keys, const char *)) {
    id = pm_document_child (document, id, key);
    if (id == 0)
      break;
  }
  va_end (keys);
  return id;
}

const char *
pm_document_text (const PmDocument *document, PmNodeId id)
{
  const PmNode *node = pm_document_node (document, pm_document_resolve (document, id));
  return node->kind == PM_NODE_SCALAR ? node->value : NULL;
}

void
pm_document_append_path (const PmDocument *document, PmNodeId id, GString *path)
{
  PmNodeId steps[DEEPEST_PATH];
  guint n_steps = 0;
  for (; id != 0 && n_steps < DEEPEST_PATH; id = pm_document_node (document, id)->parent) {
    if (pm_document_node (document, id)->flags & PM_NODE_DOCUMENT)
      break;
    steps[n_steps++] = id;
  }

  while (n_steps > 0) {
    const PmNode *node = pm_document_node (document, steps[--n_steps]);
    if (node->key == NULL) {
      g_string_append_printf (path, "[%u]", node->index);
      continue;
    }
    if (path->len > 0)
      g_string_append_c (path, '.');
    g_string_append (path, node->key);
  }
}

/* An empty piece has a place even where a longer one would not be contiguous. */
static guint32
outer_offset (const PmDocument *document, guint32 offset)
{
  const PmNode *node = pm_document_node (document->outer, document->outer_node);
  PmSpan raw = node->span;
  offset = MIN (offset, node->value_length);
  pm_document_raw_span (document->outer, document->outer_node, offset, offset, &raw);
  return raw.start;
}

PmPosition
pm_document_position (const PmDocument *document, guint32 offset)
{
  for (; document->outer != NULL; document = document->outer)
    offset = outer_offset (document, offset);

  const guint32 *starts = (const guint32 *) (void *) document->line_starts->data;
  guint low = 0, high = document->line_starts->len;
  while (high - low > 1) {
    guint middle = low + (high - low) / 2;
    if (starts[middle] <= offset)
      low = middle;
    else
      high = middle;
  }
  return (PmPosition){.line = low + 1, .column = offset - starts[low] + 1};
}

/* A segment, with where it ends in the value and in the file. */
typedef struct {
  guint32 value_start, value_end;
  guint32 raw_start, raw_end;
} Stretch;

static Stretch
stretch_at (const PmDocument *document, const PmNode *node, guint32 start)
{
  const PmSegment *segments = &g_array_index (document->segments, PmSegment, node->first_segment);
  guint in = 0;
  while (in + 1 < node->segment_count && segments[in + 1].value_offset <= start)
    in++;
  gboolean is_last = in + 1 == node->segment_count;
  return (Stretch){
      .value_start = segments[in].value_offset,
      .value_end = is_last ? node->value_length : segments[in + 1].value_offset,
      .raw_start = segments[in].raw_offset,
      .raw_end = is_last ? node->span.end : segments[in + 1].raw_offset,
  };
}

/* One character that an escape stands for (\u0038, &#56;): it is replaced with the whole of it. No
 * escape goes over a line's end: what does has the joint of two lines behind it. */
static gboolean
is_escape (const PmDocument *document, const PmNode *node, const Stretch *s)
{
  if (s->raw_start >= s->raw_end || s->raw_end > document->length ||
      s->raw_end - s->raw_start <= s->value_end - s->value_start)
    return FALSE;
  if (memchr (document->bytes + s->raw_start, '\n', s->raw_end - s->raw_start) != NULL)
    return FALSE;
  gsize length = g_utf8_skip[(guchar) node->value[s->value_start]];
  char first = document->bytes[s->raw_start];
  return length == s->value_end - s->value_start && (first == '\\' || first == '&');
}

/* Bytes that stand in the file as they read, and no first half of a doubled one ('', %%, $$). */
static gboolean
is_literal (const PmDocument *document, const PmNode *node, const Stretch *s, guint32 start,
            guint32 end)
{
  guint32 raw = s->raw_start + (start - s->value_start), raw_end = raw + (end - start);
  if (raw_end > document->length ||
      memcmp (document->bytes + raw, node->value + start, end - start) != 0)
    return FALSE;
  if (end == start || end < s->value_end || raw_end >= s->raw_end)
    return TRUE;
  char last = document->bytes[raw_end - 1];
  return document->bytes[raw_end] != last || g_ascii_isalnum (last);
}

gboolean
pm_document_raw_span (const PmDocument *document, PmNodeId scalar, guint32 start, guint32 end,
                      PmSpan *ret_span)
{
  const PmNode *node = pm_document_node (document, scalar);
  if (node->kind != PM_NODE_SCALAR || start > end || end > node->value_length)
    return FALSE;
  if (node->segment_count == 0) {
    ret_span->start = node->span.start + start;
    ret_span->end = node->span.start + end;
    return TRUE;
  }

  Stretch s = stretch_at (document, node, start);
  if (end > s.value_end)
    return FALSE;
  if (start == s.value_start && end == s.value_end && end > start &&
      is_escape (document, node, &s)) {
    *ret_span = (PmSpan){s.raw_start, s.raw_end};
    return TRUE;
  }
  if (!is_literal (document, node, &s, start, end))
    return FALSE;
  ret_span->start = s.raw_start + (start - s.value_start);
  ret_span->end = ret_span->start + (end - start);
  return TRUE;
}

gboolean
pm_document_file_span (const PmDocument *document, PmSpan span, PmSpan *ret_span)
{
  for (; document->outer != NULL; document = document->outer)
    if (!pm_document_raw_span (document->outer, document->outer_node, span.start, span.end, &span))
      return FALSE;
  *ret_span = span;
  return TRUE;
}
