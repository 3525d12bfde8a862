/* DESIGN
 * A stack of the block collections that are open, each with its column, and one step for each thing
 * that a line can begin with: a dash, a key, a question mark or colon, a value. A level is
 * `pending` while its dash or key waits for a value; what comes next at a greater column is that
 * value. What stands at no level's column belongs to the nearest one that makes sense of it, so
 * that a slip of the space bar costs no more than itself. Lines that mean nothing (merge conflict
 * markers, stray text) are passed over. What a line's text holds is read in yaml-line-values.c. */

#include "formats/yaml-lines.h"

#include <string.h>

typedef struct {
  PmYamlEventKind kind; /* PM_YAML_MAP or PM_YAML_LIST */
  gint64 column;
  gboolean pending;
  guint32 empty_at;        /* where the value would stand */
  PmYamlEvent key;         /* the last one read */
  gboolean template_value; /* … has a template's action as its value */
} Level;

/* --- events --- */

static Level *
top (PmYamlLines *l)
{
  return l->open->len == 0 ? NULL : &g_array_index (l->open, Level, l->open->len - 1);
}

static void
begin_document (PmYamlLines *l)
{
  PmYamlEvent event = {.kind = PM_YAML_DOCUMENT, .span = {l->at, l->at}};
  g_array_append_val (l->events, event);
}

void
pm_yaml_add (PmYamlLines *l, PmYamlEventKind kind, PmYamlStyle style, PmSpan span, gint32 indent)
{
  if (l->events->len == 0)
    begin_document (l);
  PmYamlEvent event = {
      .kind = (guint8) kind,
      .style = (guint8) style,
      .indent = indent,
      .span = span,
      .anchor = l->anchor,
  };
  l->anchor = (PmSpan){0, 0};
  g_array_append_val (l->events, event);
}

void
pm_yaml_add_empty (PmYamlLines *l, guint32 at)
{
  pm_yaml_add (l, PM_YAML_SCALAR, PM_YAML_EMPTY, (PmSpan){at, at}, -1);
}

static void
fill_pending (PmYamlLines *l, Level *level)
{
  if (level->pending)
    pm_yaml_add_empty (l, level->empty_at);
  level->pending = FALSE;
}

static void
close_level (PmYamlLines *l)
{
  fill_pending (l, top (l));
  PmYamlEvent event = {.kind = PM_YAML_CLOSE, .span = {l->end, l->end}};
  g_array_append_val (l->events, event);
  g_array_set_size (l->open, l->open->len - 1);
}

static void
close_to (PmYamlLines *l, guint n_levels)
{
  while (l->open->len > n_levels)
    close_level (l);
}

static Level *
open_level (PmYamlLines *l, PmYamlEventKind kind, gint64 column, guint32 at)
{
  Level *outside = top (l);
  if (outside != NULL)
    outside->pending = FALSE;
  pm_yaml_add (l, kind, PM_YAML_PLAIN, (PmSpan){at, at}, 0);
  Level level = {.kind = kind, .column = column};
  g_array_append_val (l->open, level);
  return top (l);
}

static void
end_document (PmYamlLines *l)
{
  close_to (l, 0);
  l->anchor = (PmSpan){0, 0};
}

/* --- levels --- */

/* Index of the innermost level at or left of the column, or G_MAXUINT. */
static guint
find_level (PmYamlLines *l, gint64 column)
{
  for (guint i = l->open->len; i-- > 0;)
    if (g_array_index (l->open, Level, i).column <= column)
      return i;
  return G_MAXUINT;
}

static Level *
level_at (PmYamlLines *l, guint i)
{
  return i < l->open->len ? &g_array_index (l->open, Level, i) : NULL;
}

/* Repeats the key whose value was a template's action, so that what is indented below it has one.
 */
static gboolean
repeat_key (PmYamlLines *l, Level *level, gboolean always)
{
  if (level->kind != PM_YAML_MAP || !(always || level->template_value))
    return FALSE;
  g_array_append_val (l->events, level->key);
  level->pending = TRUE;
  return TRUE;
}

/* The map that a key at this column belongs to, opened if need be. */
static Level *
map_for (PmYamlLines *l, gint64 column, guint32 at)
{
  guint i = find_level (l, column);
  if (i == G_MAXUINT) {
    if (l->open->len == 0)
      return open_level (l, PM_YAML_MAP, column, at);
    i = 0; /* left of everything: belongs to the outermost */
    level_at (l, 0)->column = column;
  }
  Level *level = level_at (l, i), *below = i > 0 ? level_at (l, i - 1) : NULL;
  if (level->kind == PM_YAML_LIST && level->column == column && below != NULL &&
      below->kind == PM_YAML_MAP && below->column == column)
    level = level_at (l, --i);
  gboolean exact = level->kind == PM_YAML_MAP && level->column == column;
  Level *inner = level_at (l, i + 1);
  if (!exact && inner != NULL && inner->kind == PM_YAML_MAP) {
    close_to (l, i + 2);
    return top (l);
  }
  close_to (l, i + 1);
  level = top (l);
  if (!exact && (level->pending || repeat_key (l, level, FALSE)))
    return open_level (l, PM_YAML_MAP, column, at);
  return level->kind == PM_YAML_MAP ? level : open_level (l, PM_YAML_MAP, column, at);
}

static Level *
list_for (PmYamlLines *l, gint64 column, guint32 at)
{
  guint i = find_level (l, column);
  if (i == G_MAXUINT) {
    if (l->open->len == 0)
      return open_level (l, PM_YAML_LIST, column, at);
    i = 0;
    level_at (l, 0)->column = column;
  }
  Level *level = level_at (l, i), *inner = level_at (l, i + 1);
  if (level->kind == PM_YAML_LIST && (level->column == column || !level->pending)) {
    gboolean dedented = level->column < column && inner != NULL && inner->kind == PM_YAML_LIST;
    close_to (l, dedented ? i + 2 : i + 1);
    return top (l);
  }
  if (level->kind == PM_YAML_MAP && inner != NULL && inner->kind == PM_YAML_LIST) {
    close_to (l, i + 2);
    return top (l);
  }
  close_to (l, i + 1);
  level = top (l);
  if (level->pending || repeat_key (l, level, TRUE))
    return open_level (l, PM_YAML_LIST, column, at);
  return level;
}

/* --- steps --- */

static void
take_dash (PmYamlLines *l)
{
  Level *list = list_for (l, pm_yaml_column (l, l->at), l->at);
  fill_pending (l, list);
  l->anchor = (PmSpan){0, 0};
  l->end = ++l->at;
  list->pending = TRUE;
  list->empty_at = l->at;
}

/* What follows the colon of a key on its line. */
static void
take_value_of_key (PmYamlLines *l, Level *map)
{
  map->pending = TRUE;
  map->template_value = FALSE;
  guint32 colon_end = l->at;
  pm_yaml_take_properties (l);
  map->empty_at = l->at;
  if (pm_yaml_line_is_over (l, l->at)) {
    l->at = l->at == colon_end ? colon_end : l->at;
    return;
  }
  guint32 value = l->at = pm_yaml_skip_blank (l, l->at);
  map->pending = FALSE;
  gint32 indent = (gint32) map->column;
  pm_yaml_take_value (l, indent); /* may not open levels: `map` stays valid */
  map->template_value = l->source->masked != l->source->bytes &&
                        memchr (l->source->bytes + value, '{', MAX (l->end, value) - value) != NULL;
}

static void
add_key (PmYamlLines *l, guint32 at, guint32 colon, PmSpan anchor)
{
  Level *map = map_for (l, pm_yaml_column (l, at), at);
  fill_pending (l, map);
  char c = l->text[l->at];
  l->anchor = anchor;
  guint first = l->events->len;
  if (c == '"' || c == '\'') {
    pm_yaml_take_quoted (l, -1);
  } else if (c == '[' || c == '{') {
    pm_yaml_take_flow (l, -1);
  } else if (c == '*') {
    pm_yaml_take_alias (l);
  } else {
    guint32 end = colon;
    while (end > l->at && pm_yaml_is_blank (l->text[end - 1]))
      end--;
    pm_yaml_add (l, PM_YAML_SCALAR, end > l->at ? PM_YAML_PLAIN : PM_YAML_EMPTY,
                 (PmSpan){l->at, end}, -1);
  }
  map->key = g_array_index (l->events, PmYamlEvent, first);
  if (map->key.kind != PM_YAML_SCALAR)
    map->key = (PmYamlEvent){.kind = PM_YAML_SCALAR, .span = {at, at}};
  l->at = l->end = colon + 1;
  take_value_of_key (l, map);
}

/* `? key`: only keys on one line are read, others pass as empty ones. */
static void
take_question (PmYamlLines *l)
{
  Level *map = map_for (l, pm_yaml_column (l, l->at), l->at);
  fill_pending (l, map);
  l->at = pm_yaml_skip_blank (l, l->at + 1);
  map->key = (PmYamlEvent){.kind = PM_YAML_SCALAR, .span = {l->at, l->at}};
  if (pm_yaml_line_is_over (l, l->at) || pm_yaml_is_dash (l, l->at) ||
      pm_yaml_key_end (l, l->at) != 0) {
    pm_yaml_add_empty (l, l->at);
    l->at = pm_yaml_line_end (l, l->at);
  } else {
    pm_yaml_take_value (l, (gint32) map->column);
  }
  map->pending = TRUE;
  map->empty_at = l->end = l->at;
}

/* `: value` on a line of its own. */
static void
take_colon (PmYamlLines *l)
{
  Level *map = map_for (l, pm_yaml_column (l, l->at), l->at);
  if (!map->pending)
    pm_yaml_add_empty (l, l->at);
  map->pending = TRUE;
  l->end = ++l->at;
  map->empty_at = l->at;
}

/* A node that is no collection of lines: the value that somebody waits for, or stray text. */
static void
take_text (PmYamlLines *l)
{
  Level *level = top (l);
  if (level == NULL) {
    guint before = l->events->len;
    if (before > 0 && g_array_index (l->events, PmYamlEvent, before - 1).kind != PM_YAML_DOCUMENT) {
      l->at = pm_yaml_line_end (l, l->at); /* behind the document's only value */
      return;
    }
    pm_yaml_take_value (l, -1);
    return;
  }
  if (!level->pending || (gint64) pm_yaml_column (l, l->at) <= level->column) {
    l->at = pm_yaml_line_end (l, l->at);
    l->anchor = (PmSpan){0, 0};
    return;
  }
  level->pending = FALSE;
  pm_yaml_take_value (l, (gint32) level->column);
}

/* TRUE when the line at l->at is no content. */
static gboolean
take_marker (PmYamlLines *l)
{
  gboolean begins = pm_yaml_is_marker (l, l->at, "---");
  if (begins || pm_yaml_is_marker (l, l->at, "...")) {
    end_document (l);
    l->at += 3;
    l->end = l->at;
    if (begins)
      begin_document (l);
    return TRUE;
  }
  gboolean at_start = l->at == l->source->start || l->text[l->at - 1] == '\n';
  if (at_start && l->text[l->at] == '%' && l->open->len == 0) {
    l->at = pm_yaml_line_end (l, l->at);
    return TRUE;
  }
  return FALSE;
}

static void
step (PmYamlLines *l)
{
  if (take_marker (l))
    return;
  guint32 start = l->at;
  if (pm_yaml_is_dash (l, start)) {
    take_dash (l);
  } else if (l->text[start] == '?' && pm_yaml_ends_word (l, start + 1)) {
    take_question (l);
  } else if (l->text[start] == ':' && pm_yaml_ends_word (l, start + 1)) {
    take_colon (l);
  } else {
    /* Properties on the line of a key belong to it, those on a line before to the map. */
    PmSpan outside = l->anchor;
    l->anchor = (PmSpan){0, 0};
    pm_yaml_take_properties (l);
    PmSpan anchor = l->anchor;
    gboolean own = pm_span_length (anchor) > 0;
    l->anchor = own ? anchor : outside;
    if (l->at > start && pm_yaml_line_is_over (l, l->at))
      return;
    l->at = pm_yaml_skip_blank (l, l->at);
    guint32 colon = pm_yaml_key_end (l, l->at);
    if (colon == 0) {
      take_text (l);
      return;
    }
    l->anchor = outside;
    add_key (l, start, colon, anchor);
  }
}

void
pm_yaml_read_lines (const PmYamlSource *source, GArray *events)
{
  PmYamlLines l = {
      .source = source,
      .text = source->masked,
      .length = source->length,
      .at = source->start,
      .events = events,
      .open = g_array_new (FALSE, TRUE, sizeof (Level)),
      .end = source->start,
      .column_at = source->start,
  };
  for (pm_yaml_skip_space (&l); l.at < l.length; pm_yaml_skip_space (&l))
    step (&l);
  end_document (&l);
  g_array_unref (l.open);
}
