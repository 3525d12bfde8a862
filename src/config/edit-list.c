/* DESIGN
 * A list: what is common at its beginning and its end stays; of what lies between, entries are
 * written over one by one, and what is left is put behind the last of them, or taken out. A list of
 * one entry a line stays one: lines are put in and taken out whole, with what is commented behind
 * them. */

#include "config/edit-list.h"

#include <string.h>

static void
clear_edit (gpointer edit)
{
  pm_raw_edit_clear (edit);
}

GArray *
pm_config_edits_new (void)
{
  GArray *edits = g_array_new (FALSE, FALSE, sizeof (PmRawEdit));
  g_array_set_clear_func (edits, clear_edit);
  return edits;
}

void
pm_config_edits_take (GArray *edits, gsize start, gsize end, char *text)
{
  PmRawEdit edit = {{(guint32) start, (guint32) end}, text};
  g_array_append_val (edits, edit);
}

/* --- values --- */

char *
pm_config_literal_text (const char *text)
{
  g_autofree char *escaped = pm_format_toml.escape (PM_QUOTING_DOUBLE, TRUE, text);
  return g_strdup_printf ("\"%s\"", escaped == NULL ? "" : escaped);
}

static char *
literal_list (GVariant *list)
{
  GString *out = g_string_new ("[");
  for (gsize i = 0; i < g_variant_n_children (list); i++) {
    const char *text;
    g_variant_get_child (list, i, "&s", &text);
    g_autofree char *literal = pm_config_literal_text (text);
    g_string_append_printf (out, "%s%s", i == 0 ? "" : ", ", literal);
  }
  g_string_append_c (out, ']');
  return g_string_free (out, FALSE);
}

char *
pm_config_literal (GVariant *value)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return pm_config_literal_text (g_variant_get_string (value, NULL));
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY))
    return literal_list (value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return g_strdup (g_variant_get_boolean (value) ? "true" : "false");
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    return g_strdup_printf ("%" G_GINT64_FORMAT, g_variant_get_int64 (value));
  return g_strdup (g_ascii_formatd (number, sizeof number, "%.12g", g_variant_get_double (value)));
}

/* --- lists --- */

typedef struct {
  GArray *edits;
  const PmDocument *document;
  const PmNode *list;
  GPtrArray *nodes; /* of const PmNode: the entries that are there */
  GVariant *wanted;
  guint n_wanted;
} List;

static const PmNode *
entry (const List *list, guint index)
{
  return g_ptr_array_index (list->nodes, index);
}

static char *
wanted_literal (const List *list, guint index)
{
  const char *text;
  g_variant_get_child (list->wanted, index, "&s", &text);
  return pm_config_literal_text (text);
}

static gboolean
is_same (const List *list, guint index, guint wanted)
{
  const char *text;
  g_variant_get_child (list->wanted, wanted, "&s", &text);
  return strcmp (entry (list, index)->value, text) == 0;
}

static guint
line_at (const List *list, guint32 offset)
{
  return pm_document_position (list->document, offset).line;
}

static guint32
start_of_line (const List *list, guint line)
{
  const GArray *starts = list->document->line_starts;
  return line - 1 < starts->len ? g_array_index (starts, guint32, line - 1)
                                : (guint32) list->document->length;
}

/* Each entry in a line of its own, the brackets in others. */
static gboolean
is_one_a_line (const List *list)
{
  guint before = line_at (list, list->list->outer.start);
  for (guint i = 0; i < list->nodes->len; i++) {
    guint line = line_at (list, entry (list, i)->outer.start);
    if (line == before || line_at (list, entry (list, i)->outer.end) != line)
      return FALSE;
    before = line;
  }
  return line_at (list, list->list->outer.end) != before;
}

static gboolean
has_comma (const List *list, guint index)
{
  const char *bytes = list->document->bytes;
  guint32 at = entry (list, index)->outer.end;
  while (at < list->list->outer.end && (bytes[at] == ' ' || bytes[at] == '\t'))
    at++;
  return at < list->list->outer.end && bytes[at] == ',';
}

/* Entries [first, behind) of what is wanted, each in a line like entry `like`'s, behind it or,
 * `like` being the first, before it. */
static void
insert_lines (const List *list, guint like, gboolean is_before, guint first, guint behind)
{
  const PmNode *node = entry (list, like);
  guint line = line_at (list, node->outer.start);
  guint32 start = start_of_line (list, line);
  guint32 at = is_before ? start : start_of_line (list, line + 1);
  gboolean comma = is_before || has_comma (list, like);
  g_autofree char *indent = g_strndup (list->document->bytes + start, node->outer.start - start);
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = first; i < behind; i++) {
    g_autofree char *literal = wanted_literal (list, i);
    g_string_append_printf (text, "%s%s%s\n", indent, literal, comma || i + 1 < behind ? "," : "");
  }
  if (!comma)
    pm_config_edits_take (list->edits, node->outer.end, node->outer.end, g_strdup (","));
  pm_config_edits_take (list->edits, at, at, g_strdup (text->str));
}

static void
insert_beside (const List *list, guint like, gboolean is_before, guint first, guint behind)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = first; i < behind; i++) {
    g_autofree char *literal = wanted_literal (list, i);
    g_string_append_printf (text, is_before ? "%s, " : ", %s", literal);
  }
  guint32 at = is_before ? entry (list, like)->outer.start : entry (list, like)->outer.end;
  pm_config_edits_take (list->edits, at, at, g_strdup (text->str));
}

/* Entries [first, behind), which are not all. */
static void
take_out (const List *list, guint first, guint behind)
{
  guint32 start, end;
  if (is_one_a_line (list)) {
    start = start_of_line (list, line_at (list, entry (list, first)->outer.start));
    end = start_of_line (list, line_at (list, entry (list, behind - 1)->outer.start) + 1);
  } else if (behind < list->nodes->len) {
    start = entry (list, first)->outer.start;
    end = entry (list, behind)->outer.start;
  } else {
    start = entry (list, first - 1)->outer.end;
    end = entry (list, behind - 1)->outer.end;
  }
  pm_config_edits_take (list->edits, start, end, g_strdup (""));
}

static void
replace_list (const List *list)
{
  pm_config_edits_take (list->edits, list->list->outer.start, list->list->outer.end,
                        literal_list (list->wanted));
}

/* Old entries [first, old_behind) become the wanted ones [first, new_behind). */
static void
edit_middle (const List *list, guint first, guint old_behind, guint new_behind)
{
  guint both = MIN (old_behind, new_behind);
  for (guint i = first; i < both; i++)
    pm_config_edits_take (list->edits, entry (list, i)->outer.start, entry (list, i)->outer.end,
                          wanted_literal (list, i));
  if (old_behind > both) {
    take_out (list, both, old_behind);
  } else if (new_behind > both) {
    gboolean is_before = both == 0;
    guint like = is_before ? 0 : both - 1;
    if (is_one_a_line (list))
      insert_lines (list, like, is_before, both, new_behind);
    else
      insert_beside (list, like, is_before, both, new_behind);
  }
}

static void
edit_list (const List *list)
{
  guint n = list->nodes->len, m = list->n_wanted, first = 0, last = 0;
  if (n == 0 || m == 0) {
    replace_list (list);
    return;
  }
  while (first < MIN (n, m) && is_same (list, first, first))
    first++;
  while (last < MIN (n, m) - first && is_same (list, n - 1 - last, m - 1 - last))
    last++;
  edit_middle (list, first, n - last, m - last);
}

/* FALSE: something else than texts is in it. */
static gboolean
gather (List *list)
{
  for (PmNodeId id = list->list->first_child; id != 0;
       id = pm_document_node (list->document, id)->next_sibling) {
    const PmNode *node = pm_document_node (list->document, id);
    if (node->kind != PM_NODE_SCALAR || node->quoting == PM_QUOTING_NONE)
      return FALSE;
    g_ptr_array_add (list->nodes, (gpointer) node);
  }
  return TRUE;
}

/* --- any value --- */

static char *
literal_like (const PmNode *node, GVariant *value)
{
  if (node->quoting == PM_QUOTING_SINGLE && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING)) {
    g_autofree char *text =
        pm_format_toml.escape (PM_QUOTING_SINGLE, TRUE, g_variant_get_string (value, NULL));
    if (text != NULL)
      return g_strdup_printf ("'%s'", text);
  }
  return pm_config_literal (value);
}

void
pm_config_edit_value (GArray *edits, const PmDocument *document, PmNodeId id, GVariant *value)
{
  const PmNode *node = pm_document_node (document, id);
  if (node->kind != PM_NODE_LIST || !g_variant_is_of_type (value, G_VARIANT_TYPE_STRING_ARRAY)) {
    pm_config_edits_take (edits, node->outer.start, node->outer.end, literal_like (node, value));
    return;
  }
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();
  List list = {edits, document, node, nodes, value, (guint) g_variant_n_children (value)};
  if (gather (&list))
    edit_list (&list);
  else
    replace_list (&list);
}
