/* Flow collections for our own reader: [a, b], {a: 1}, and what is left of them when broken.
 *
 * DESIGN
 * As in json.c every token has a meaning wherever it stands: a comma ends an entry, a closing
 * bracket closes the nearest opening one of its kind. Collections are a stack, never recursion. */

#include "formats/yaml-lines.h"

#include <string.h>

/* A collection as a key inside [ ] is looked at only while it is small, so that time stays linear.
 */
#define LONGEST_PAIR_KEY 16

typedef struct {
  char bracket;
  gboolean has_key;  /* in a map or a pair: the key was read … */
  gboolean colon;    /* … and its colon */
  gboolean has_item; /* in a list: an item stands before the next comma */
  gboolean pair;     /* in a list: a map of one pair is open */
  guint item;        /* index of the event that begins that item */
} Flow;

static Flow *
top (GArray *flows)
{
  return flows->len == 0 ? NULL : &g_array_index (flows, Flow, flows->len - 1);
}

static void
close_event (PmYamlLines *l, guint32 end)
{
  PmYamlEvent event = {.kind = PM_YAML_CLOSE, .span = {end, end}};
  g_array_append_val (l->events, event);
}

static void
end_entry (PmYamlLines *l, Flow *flow)
{
  if (flow->has_key)
    pm_yaml_add_empty (l, l->end);
  if (flow->pair)
    close_event (l, l->end);
  flow->has_key = flow->colon = flow->pair = flow->has_item = FALSE;
}

/* A node is about to be added. */
static void
begin_node (PmYamlLines *l, Flow *flow)
{
  if (flow == NULL)
    return;
  if (flow->has_key && !flow->colon)
    end_entry (l, flow);
  if (flow->bracket == '[' && !flow->pair) {
    flow->has_item = TRUE;
    flow->item = l->events->len;
  } else if (flow->has_key) {
    flow->has_key = flow->colon = FALSE;
  } else if (flow->bracket == '{') {
    flow->has_key = TRUE;
  }
}

static void
take_colon (PmYamlLines *l, Flow *flow)
{
  l->end = ++l->at;
  if (flow->bracket == '[' && !flow->pair && flow->has_item &&
      l->events->len - flow->item <= LONGEST_PAIR_KEY) {
    PmYamlEvent map = {.kind = PM_YAML_MAP, .style = PM_YAML_PLAIN};
    map.span.start = map.span.end = g_array_index (l->events, PmYamlEvent, flow->item).span.start;
    g_array_insert_val (l->events, flow->item, map);
    flow->pair = flow->has_key = TRUE;
  }
  if (flow->bracket == '{' && !flow->has_key) {
    pm_yaml_add_empty (l, l->at - 1);
    flow->has_key = TRUE;
  }
  flow->colon = flow->has_key;
}

static void
open_flow (PmYamlLines *l, GArray *flows)
{
  Flow flow = {.bracket = l->text[l->at]};
  begin_node (l, top (flows));
  pm_yaml_add (l, flow.bracket == '{' ? PM_YAML_MAP : PM_YAML_LIST, PM_YAML_PLAIN,
               (PmSpan){l->at, l->at + 1}, 0);
  l->end = ++l->at;
  g_array_append_val (flows, flow);
}

static void
close_flow (PmYamlLines *l, GArray *flows)
{
  end_entry (l, top (flows));
  close_event (l, l->end);
  g_array_set_size (flows, flows->len - 1);
}

static gboolean
is_open (GArray *flows, char bracket)
{
  for (guint i = flows->len; i-- > 0 && flows->len - i <= PM_BUILDER_DEEPEST;)
    if (g_array_index (flows, Flow, i).bracket == bracket)
      return TRUE;
  return FALSE;
}

static void
take_close (PmYamlLines *l, GArray *flows, char bracket)
{
  l->at++;
  if (!is_open (flows, bracket))
    return;
  while (top (flows)->bracket != bracket)
    close_flow (l, flows);
  end_entry (l, top (flows));
  l->end = l->at;
  close_flow (l, flows);
}

static gboolean
is_flow_indicator (char c)
{
  return c != '\0' && strchr (",[]{}", c) != NULL;
}

static gboolean
plain_ends (const PmYamlLines *l, guint32 at, guint32 start)
{
  char c = l->text[at];
  if (is_flow_indicator (c))
    return TRUE;
  if (c == ':')
    return pm_yaml_ends_word (l, at + 1) || is_flow_indicator (l->text[at + 1]);
  return c == '#' && at > start && pm_yaml_ends_word (l, at - 1);
}

/* Whether the line that begins at or behind `at` is no part of the collection any more. */
static gboolean
line_is_outside (PmYamlLines *l, guint32 at, gint32 indent)
{
  return at < l->length && (gint64) pm_yaml_column (l, at) <= indent &&
         strchr ("]}\"'{[", l->text[at]) == NULL;
}

static void
take_plain (PmYamlLines *l, gint32 indent)
{
  guint32 start = l->at, end = l->at;
  gboolean new_line = FALSE;
  while (l->at < l->length) {
    char c = l->text[l->at];
    if (pm_yaml_is_break (c)) {
      new_line = TRUE;
      l->at++;
      continue;
    }
    if (pm_yaml_is_blank (c)) {
      l->at++;
      continue;
    }
    if (plain_ends (l, l->at, start) || (new_line && line_is_outside (l, l->at, indent)))
      break;
    new_line = FALSE;
    end = ++l->at;
  }
  if (end == start) /* an indicator where none may be */
    end = l->at = start + 1;
  l->at = l->end = end;
  pm_yaml_add (l, PM_YAML_SCALAR, PM_YAML_PLAIN, (PmSpan){start, end}, indent);
}

static void
take_node (PmYamlLines *l, Flow *flow, gint32 indent)
{
  char c = l->text[l->at];
  if (c == '?' && pm_yaml_ends_word (l, l->at + 1)) {
    l->at++;
    return;
  }
  begin_node (l, flow);
  if (c == '"' || c == '\'')
    pm_yaml_take_quoted (l, indent);
  else if (c == '*')
    pm_yaml_take_alias (l);
  else
    take_plain (l, indent);
}

static gboolean
is_colon (const PmYamlLines *l)
{
  if (l->text[l->at] != ':')
    return FALSE;
  gboolean behind_quote = l->at > 0 && strchr ("\"']}", l->text[l->at - 1]) != NULL;
  return behind_quote || pm_yaml_ends_word (l, l->at + 1) || is_flow_indicator (l->text[l->at + 1]);
}

static void
step (PmYamlLines *l, GArray *flows, gint32 indent)
{
  char c = l->text[l->at];
  if (c == '[' || c == '{') {
    open_flow (l, flows);
  } else if (c == ']' || c == '}') {
    take_close (l, flows, c == ']' ? '[' : '{');
  } else if (c == ',') {
    end_entry (l, top (flows));
    l->end = ++l->at;
  } else if (is_colon (l)) {
    take_colon (l, top (flows));
  } else if (c == '&' || c == '!') {
    pm_yaml_take_properties (l);
  } else {
    take_node (l, top (flows), indent);
  }
}

void
pm_yaml_take_flow (PmYamlLines *l, gint32 indent)
{
  GArray *flows = g_array_new (FALSE, TRUE, sizeof (Flow));
  open_flow (l, flows);
  while (flows->len > 0) {
    guint32 before = l->at;
    pm_yaml_skip_space (l);
    gboolean new_line = memchr (l->text + before, '\n', l->at - before) != NULL;
    if (l->at >= l->length || (new_line && line_is_outside (l, l->at, indent))) {
      l->at = before;
      break;
    }
    step (l, flows, indent);
  }
  while (flows->len > 0)
    close_flow (l, flows);
  g_array_unref (flows);
}
