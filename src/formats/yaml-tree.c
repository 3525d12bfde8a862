/* Events → nodes.
 *
 * DESIGN
 * One walk with a stack of open containers; a map's level remembers whether its key was read. A key
 * is used by the event that follows it, so one pending key is enough. Keys that are collections
 * themselves are skipped: they read as "". A stream of one document has that document as its root;
 * of several, the root is a list of nodes flagged PM_NODE_DOCUMENT. Documents that hold nothing
 * (a `---` too many, as templates make them) don't count. */

#include "formats/yaml-events.h"
#include "formats/yaml-template.h"

#include <string.h>

typedef struct {
  gboolean is_map;
  gboolean is_root;
} Level;

typedef struct {
  PmBuilder *builder;
  const PmYamlSource *source;
  const GArray *events;
  guint at;
  guint32 broken_from;

  GArray *open;        /* of Level */
  GHashTable *anchors; /* name → PmNodeId */
  gboolean several;    /* documents */
  gboolean has_key;
  PmKey key;
  GString *key_text;
  PmYamlValue value;
  guint next_action; /* the first template action that the text has not passed */
} Tree;

static const PmYamlEvent *
event_at (const Tree *tree, guint at)
{
  return &g_array_index (tree->events, PmYamlEvent, at);
}

static Level *
top (Tree *tree)
{
  return tree->open->len == 0 ? NULL : &g_array_index (tree->open, Level, tree->open->len - 1);
}

/* --- documents --- */

static gboolean
document_holds_something (const Tree *tree, guint at)
{
  if (at + 1 >= tree->events->len)
    return FALSE;
  const PmYamlEvent *first = event_at (tree, at + 1);
  return first->kind != PM_YAML_DOCUMENT &&
         !(first->kind == PM_YAML_SCALAR && first->style == PM_YAML_EMPTY);
}

static guint
count_documents (const Tree *tree)
{
  guint n = 0;
  for (guint i = 0; i < tree->events->len; i++)
    if (event_at (tree, i)->kind == PM_YAML_DOCUMENT && document_holds_something (tree, i))
      n++;
  return n;
}

/* --- anchors --- */

static void
remember_anchor (Tree *tree, const PmYamlEvent *event, PmNodeId id)
{
  gsize length = pm_span_length (event->anchor);
  if (length == 0)
    return;
  char *name = pm_arena_strndup (pm_builder_arena (tree->builder),
                                 tree->source->bytes + event->anchor.start, length);
  g_hash_table_replace (tree->anchors, name, GUINT_TO_POINTER (id));
}

/* An anchor of the root or of a key has no node to stand for: its aliases lead nowhere. */
static PmNodeId
find_anchor (Tree *tree, const PmYamlEvent *event)
{
  g_autofree char *name = g_strndup (tree->source->bytes + event->span.start + 1,
                                     MAX (pm_span_length (event->span), 1) - 1);
  gpointer found = NULL;
  if (!g_hash_table_lookup_extended (tree->anchors, name, NULL, &found))
    pm_builder_problem (tree->builder, event->span.start, "alias of an anchor that is not defined");
  return GPOINTER_TO_UINT (found);
}

/* --- nodes --- */

static PmNodeFlags
flags_of (const Tree *tree, PmSpan span)
{
  return span.start >= tree->broken_from ? PM_NODE_BROKEN : PM_NODE_PLAIN;
}

static PmKey
take_key (Tree *tree)
{
  Level *level = top (tree);
  if (level == NULL || !level->is_map)
    return PM_NO_KEY;
  tree->has_key = FALSE;
  return tree->key;
}

/* Every node that begins outside of all containers is a document's root. */
static void
open_container (Tree *tree, PmNodeKind kind, const PmYamlEvent *event)
{
  Level level = {.is_map = kind == PM_NODE_MAP};
  PmNodeId id = 0;
  gboolean is_document = tree->open->len == 0;
  if (is_document && !tree->several) {
    pm_builder_root (tree->builder, kind);
    level.is_root = TRUE;
  } else {
    id = pm_builder_open (tree->builder, kind, take_key (tree), event->span.start);
  }
  if (id != 0)
    pm_builder_flag (tree->builder, id,
                     flags_of (tree, event->span) | (is_document ? PM_NODE_DOCUMENT : 0));
  remember_anchor (tree, event, id);
  g_array_append_val (tree->open, level);
  tree->has_key = FALSE;
}

static void
close_container (Tree *tree, guint32 end)
{
  Level *level = top (tree);
  if (level == NULL)
    return;
  if (!level->is_root)
    pm_builder_close (tree->builder, end);
  g_array_set_size (tree->open, tree->open->len - 1);
  tree->has_key = FALSE;
}

/* The first template action that reaches into the span, or NULL. */
static const PmSpan *
action_in (Tree *tree, PmSpan span)
{
  const GArray *actions = tree->source->actions;
  if (actions == NULL)
    return NULL;
  while (tree->next_action < actions->len &&
         g_array_index (actions, PmSpan, tree->next_action).end <= span.start)
    tree->next_action++;
  if (tree->next_action >= actions->len)
    return NULL;
  const PmSpan *action = &g_array_index (actions, PmSpan, tree->next_action);
  return action->start < span.end ? action : NULL;
}

/* `{{ .Values.port | default 8080 }}` as a whole value: the literal follows under the same key. */
static void
add_fallback (Tree *tree, PmKey key, PmSpan whole, PmSpan action)
{
  PmScalar scalar = {.flags = PM_NODE_FALLBACK | flags_of (tree, action)};
  g_autofree char *variable = NULL;
  if (!pm_yaml_template_fallback (tree->source->bytes, action, &scalar.span, &scalar.quoting,
                                  &variable) ||
      !pm_span_contains (whole, scalar.span))
    return;
  scalar.variable = variable;
  if (scalar.quoting != PM_QUOTING_NONE)
    scalar.outer = (PmSpan){scalar.span.start - 1, scalar.span.end + 1};
  pm_builder_scalar (tree->builder, key, &scalar);
}

/* A value without quotes never starts as a block's header does (YAML 1.2.2, 7.3.3). The reader of
 * lines takes it all the same where it reads a template. */
static PmNodeFlags
plain_flags (const Tree *tree)
{
  PmSpan span = tree->value.span;
  char first = pm_span_length (span) == 0 ? '\0' : tree->source->bytes[span.start];
  return tree->value.quoting == PM_QUOTING_NONE && (first == '>' || first == '|') ? PM_NODE_BROKEN
                                                                                  : PM_NODE_PLAIN;
}

static void
add_scalar (Tree *tree, const PmYamlEvent *event)
{
  pm_yaml_decode (tree->source, event, &tree->value);
  PmScalar scalar = {
      .span = tree->value.span,
      .outer = tree->value.outer,
      .quoting = tree->value.quoting,
      .flags = flags_of (tree, event->span) | plain_flags (tree),
  };
  if (tree->value.changed) {
    scalar.value = tree->value.text->str;
    scalar.value_length = tree->value.text->len;
    for (guint i = 0; i < tree->value.segments->len; i++) {
      PmSegment segment = g_array_index (tree->value.segments, PmSegment, i);
      pm_builder_segment (tree->builder, segment.value_offset, segment.raw_offset);
    }
  }
  const PmSpan *action = action_in (tree, scalar.outer);
  if (action != NULL)
    scalar.flags |= PM_NODE_EXPRESSION;
  PmKey key = take_key (tree);
  remember_anchor (tree, event, pm_builder_scalar (tree->builder, key, &scalar));
  if (action != NULL && key.text != NULL && pm_span_contains (*action, scalar.span))
    add_fallback (tree, key, scalar.span, *action);
}

static void
add_value (Tree *tree, const PmYamlEvent *event)
{
  gboolean is_document = tree->open->len == 0;
  if (is_document && event->kind == PM_YAML_SCALAR && event->style == PM_YAML_EMPTY)
    return;
  if (is_document)
    open_container (tree, PM_NODE_LIST, &(PmYamlEvent){.span = event->span});
  if (event->kind == PM_YAML_ALIAS) {
    PmNodeId target = find_anchor (tree, event);
    PmNodeId id = pm_builder_alias (tree->builder, take_key (tree), event->span, target);
    if (id != 0)
      pm_builder_flag (tree->builder, id, flags_of (tree, event->span));
  } else {
    add_scalar (tree, event);
  }
  if (is_document)
    close_container (tree, event->span.end);
}

static void
skip_collection (Tree *tree)
{
  guint depth = 0;
  for (; tree->at < tree->events->len; tree->at++) {
    guint8 kind = event_at (tree, tree->at)->kind;
    if (kind == PM_YAML_MAP || kind == PM_YAML_LIST)
      depth++;
    if (kind == PM_YAML_CLOSE && --depth == 0)
      break;
  }
}

static void
read_key (Tree *tree, const PmYamlEvent *event)
{
  g_string_truncate (tree->key_text, 0);
  tree->key = (PmKey){.span = event->span};
  if (event->kind == PM_YAML_SCALAR) {
    pm_yaml_decode (tree->source, event, &tree->value);
    tree->key.span = tree->value.span;
    if (tree->value.changed)
      g_string_append_len (tree->key_text, tree->value.text->str, (gssize) tree->value.text->len);
    else
      g_string_append_len (tree->key_text, tree->source->bytes + event->span.start,
                           pm_span_length (event->span));
    remember_anchor (tree, event, 0);
  } else if (event->kind != PM_YAML_ALIAS) {
    skip_collection (tree);
    if (tree->at < tree->events->len)
      tree->key.span.end = MAX (event_at (tree, tree->at)->span.end, tree->key.span.start);
  }
  tree->key.text = tree->key_text->str;
  tree->key.length = tree->key_text->len;
  tree->has_key = TRUE;
}

static void
step (Tree *tree)
{
  const PmYamlEvent *event = event_at (tree, tree->at);
  Level *level = top (tree);
  if (event->kind == PM_YAML_CLOSE)
    close_container (tree, event->span.end);
  else if (event->kind == PM_YAML_DOCUMENT)
    g_hash_table_remove_all (tree->anchors);
  else if (level != NULL && level->is_map && !tree->has_key)
    read_key (tree, event);
  else if (event->kind == PM_YAML_MAP)
    open_container (tree, PM_NODE_MAP, event);
  else if (event->kind == PM_YAML_LIST)
    open_container (tree, PM_NODE_LIST, event);
  else
    add_value (tree, event);
}

void
pm_yaml_build_tree (PmBuilder *builder, const PmYamlSource *source, const GArray *events,
                    guint32 broken_from)
{
  Tree tree = {
      .builder = builder,
      .source = source,
      .events = events,
      .broken_from = broken_from,
      .open = g_array_new (FALSE, TRUE, sizeof (Level)),
      .anchors = g_hash_table_new (g_str_hash, g_str_equal),
      .key_text = g_string_new (NULL),
  };
  pm_yaml_value_init (&tree.value);
  tree.several = count_documents (&tree) > 1;
  if (tree.several)
    pm_builder_root (builder, PM_NODE_LIST);
  for (; tree.at < events->len && !pm_builder_is_full (builder); tree.at++)
    step (&tree);
  pm_yaml_value_clear (&tree.value);
  g_array_unref (tree.open);
  g_hash_table_unref (tree.anchors);
  g_string_free (tree.key_text, TRUE);
}
