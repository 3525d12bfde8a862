/* DESIGN
 * Each change is made on the text that the ones before have left, which is read again in between:
 * the file is small, and no place has to be kept up to date. A change is a few edits of bytes
 * (formats/rewrite.h).
 *
 * Where a new key goes: behind the last of its siblings, written in the way that one is ("a.b = "
 * or "b = "); else below its table's head; else into a new table at the end. Keys of an element of
 * a list of tables never leave it: what has no table of its own there is dotted. */

#include "config/edit.h"

#include <string.h>

#include "config/edit-list.h"
#include "config/text.h"

typedef struct {
  GString *text;
  PmConfigText *file; /* of the text */
} Editor;

static void
read_again (Editor *editor)
{
  pm_config_text_free (editor->file);
  editor->file = pm_config_text_new (editor->text->str, editor->text->len);
}

static void
editor_clear (Editor *editor)
{
  g_string_free (editor->text, TRUE);
  pm_config_text_free (editor->file);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Editor, editor_clear)

static gboolean
apply (Editor *editor, const GArray *edits, GError **error)
{
  GString *text;
  if (!pm_rewrite_apply (editor->text->str, editor->text->len,
                         (const PmRawEdit *) (const void *) edits->data, edits->len, &text, error))
    return FALSE;
  g_string_free (editor->text, TRUE);
  editor->text = text;
  read_again (editor);
  return TRUE;
}

/* Takes the text over. */
static gboolean
replace (Editor *editor, gsize start, gsize end, char *text, GError **error)
{
  g_autoptr (GArray) edits = pm_config_edits_new ();
  pm_config_edits_take (edits, start, end, text);
  return apply (editor, edits, error);
}

static gboolean
fail (GError **error, const char *key, const char *why)
{
  g_set_error (error, PM_CONFIG_ERROR, PM_CONFIG_ERROR_EDIT, "%s %s", key, why);
  return FALSE;
}

/* --- places --- */

/* The start of the line that a byte is in, and of the next one. */
static gsize
line_of (const Editor *editor, gsize at)
{
  while (at > 0 && editor->text->str[at - 1] != '\n')
    at--;
  return at;
}

static gsize
line_behind (const Editor *editor, gsize at)
{
  const char *end = memchr (editor->text->str + at, '\n', editor->text->len - at);
  return end == NULL ? editor->text->len : (gsize) (end - editor->text->str) + 1;
}

/* A line that is put here begins one. */
static const char *
break_before (const Editor *editor, gsize at)
{
  return at > 0 && editor->text->str[at - 1] != '\n' ? "\n" : "";
}

static gboolean
is_inline (const PmDocument *document, PmNodeId id)
{
  const PmNode *node = pm_document_node (document, id);
  return id != 0 && node->kind == PM_NODE_MAP && pm_config_is_literal (document, id);
}

static gboolean
lies_inline (const PmDocument *document, PmNodeId id)
{
  while (id != 0) {
    id = pm_document_node (document, id)->parent;
    if (is_inline (document, id))
      return TRUE;
  }
  return FALSE;
}

static guint32
key_start (const PmDocument *document, PmNodeId id)
{
  guint32 start = pm_document_node (document, id)->key_span.start;
  return start > 0 && strchr ("\"'", document->bytes[start - 1]) != NULL ? start - 1 : start;
}

/* The last of a table's own keys whose value is written behind it; 0 none. */
static PmNodeId
last_key (const PmDocument *document, PmNodeId map)
{
  PmNodeId last = 0;
  for (PmNodeId id = pm_document_node (document, map)->first_child; id != 0;
       id = pm_document_node (document, id)->next_sibling)
    if (pm_config_is_literal (document, id) &&
        (last == 0 || key_start (document, id) > key_start (document, last)))
      last = id;
  return last;
}

/* --- names --- */

static void
append_name (GString *out, const char *name)
{
  gboolean is_bare = name[0] != '\0';
  for (const char *c = name; *c != '\0'; c++)
    is_bare = is_bare && (g_ascii_isalnum (*c) || *c == '_' || *c == '-');
  g_autofree char *quoted = is_bare ? g_strdup (name) : pm_config_literal_text (name);
  g_string_append (out, quoted);
}

/* Parts from `first` on, before the one at `behind`, dotted. A new string. */
static char *
join_names (const PmConfigPath *path, guint first, guint behind)
{
  GString *out = g_string_new (NULL);
  for (guint i = first; i < behind; i++) {
    if (i > first)
      g_string_append_c (out, '.');
    append_name (out, path->parts[i]);
  }
  return g_string_free (out, FALSE);
}

/* --- elements of lists of tables --- */

static gboolean
is_of_element (const PmConfigHead *head, const char *name)
{
  return g_str_equal (head->path[0], name) && head->path[1] != NULL;
}

/* The indices of the heads of an element: its own, and behind the last of its tables. */
static gboolean
find_element (const PmConfigText *file, const char *name, gint index, guint *ret_first,
              guint *ret_behind)
{
  const GArray *heads = pm_config_text_heads (file);
  gint seen = -1;
  for (guint i = 0; i < heads->len; i++) {
    const PmConfigHead *head = &g_array_index (heads, PmConfigHead, i);
    if (!g_str_equal (head->path[0], name) || head->path[1] != NULL || ++seen != index)
      continue;
    *ret_first = i;
    *ret_behind = i + 1;
    while (*ret_behind < heads->len &&
           is_of_element (&g_array_index (heads, PmConfigHead, *ret_behind), name))
      (*ret_behind)++;
    return TRUE;
  }
  return FALSE;
}

/* Behind the last value that heads [first, behind) have. */
static gsize
end_of_heads (const Editor *editor, guint first, guint behind)
{
  const PmDocument *document = pm_config_text_document (editor->file);
  const GArray *heads = pm_config_text_heads (editor->file);
  gsize start = g_array_index (heads, PmConfigHead, first).line;
  gsize limit =
      behind < heads->len ? g_array_index (heads, PmConfigHead, behind).line : editor->text->len;
  gsize end = g_array_index (heads, PmConfigHead, behind - 1).behind;
  for (PmNodeId id = 1; id < document->nodes->len; id++) {
    PmSpan outer = pm_document_node (document, id)->outer;
    if (pm_config_is_literal (document, id) && outer.start >= start && outer.end <= limit)
      end = MAX (end, line_behind (editor, outer.end));
  }
  return end;
}

static gboolean
add_element (Editor *editor, const char *name, gint count, GError **error)
{
  guint first, behind;
  gsize at = editor->text->len;
  if (count > 0 && !find_element (editor->file, name, count - 1, &first, &behind))
    return fail (error, name, "is written as one value, not as tables: add to it by hand");
  if (count > 0)
    at = end_of_heads (editor, first, behind);
  return replace (
      editor, at, at,
      g_strdup_printf ("%s%s[[%s]]\n", break_before (editor, at), at == 0 ? "" : "\n", name),
      error);
}

/* With the comment right above it, and the blank lines behind it. */
static gboolean
remove_element (Editor *editor, const PmConfigPath *path, const char *key, GError **error)
{
  guint first, behind;
  if (!find_element (editor->file, path->parts[0], path->index, &first, &behind))
    return fail (error, key, "is not there, or is no table of its own: edit it by hand");
  gsize start = g_array_index (pm_config_text_heads (editor->file), PmConfigHead, first).above;
  gsize end = end_of_heads (editor, first, behind);
  while (end < editor->text->len && strchr ("\r\n", editor->text->str[end]) != NULL)
    end++;
  while (end == editor->text->len && start > 1 && editor->text->str[start - 1] == '\n' &&
         editor->text->str[start - 2] == '\n')
    start--;
  return replace (editor, start, end, g_strdup (""), error);
}

/* --- new keys --- */

static gboolean
insert_inline (Editor *editor, PmNodeId map, const char *pair, GError **error)
{
  const PmDocument *document = pm_config_text_document (editor->file);
  PmNodeId last = last_key (document, map);
  gsize at = last != 0 ? pm_document_node (document, last)->outer.end
                       : pm_document_node (document, map)->outer.start + 1;
  return replace (editor, at, at, g_strdup_printf (last != 0 ? ", %s" : " %s ", pair), error);
}

/* `before` stands before the name: blanks, and the tables that a dotted sibling names too. */
static gboolean
insert_behind (Editor *editor, PmNodeId sibling, const char *pair, GError **error)
{
  const PmDocument *document = pm_config_text_document (editor->file);
  gsize start = key_start (document, sibling), line = line_of (editor, start);
  gsize at = line_behind (editor, pm_document_node (document, sibling)->outer.end);
  g_autofree char *before = g_strndup (editor->text->str + line, start - line);
  return replace (editor, at, at,
                  g_strdup_printf ("%s%s%s\n", break_before (editor, at), before, pair), error);
}

static const PmConfigHead *
head_of (const PmConfigText *file, const PmConfigPath *path, guint n_parts)
{
  const GArray *heads = pm_config_text_heads (file);
  guint first, behind;
  if (path->index >= 0 && n_parts == 1)
    return find_element (file, path->parts[0], path->index, &first, &behind)
               ? &g_array_index (heads, PmConfigHead, first)
               : NULL;
  for (guint i = 0; i < heads->len && path->index < 0; i++) {
    const PmConfigHead *head = &g_array_index (heads, PmConfigHead, i);
    gboolean is_it = !head->is_element && g_strv_length (head->path) == n_parts;
    for (guint k = 0; k < n_parts && is_it; k++)
      is_it = g_str_equal (head->path[k], path->parts[k]);
    if (is_it)
      return head;
  }
  return NULL;
}

/* Into the table that the first n_parts name; *ret_done FALSE when it is nowhere yet. */
static gboolean
insert_into (Editor *editor, const PmConfigPath *path, guint n_parts, const char *literal,
             gboolean *ret_done, GError **error)
{
  const PmDocument *document = pm_config_text_document (editor->file);
  PmNodeId map = pm_config_text_node (editor->file, path, n_parts);
  g_autofree char *name = join_names (path, n_parts, path->n_parts);
  g_autofree char *pair = g_strdup_printf ("%s = %s", name, literal);
  *ret_done = TRUE;
  if (is_inline (document, map))
    return insert_inline (editor, map, pair, error);
  PmNodeId sibling = n_parts > 0 && map == 0 ? 0 : last_key (document, map);
  if (sibling != 0)
    return insert_behind (editor, sibling, pair, error);
  const PmConfigHead *head = n_parts == 0 ? NULL : head_of (editor->file, path, n_parts);
  *ret_done = head != NULL;
  if (head == NULL)
    return TRUE;
  return replace (editor, head->behind, head->behind,
                  g_strdup_printf ("%s%s\n", break_before (editor, head->behind), pair), error);
}

/* Before the first table; at the very end there is none. */
static gboolean
insert_at_top (Editor *editor, const PmConfigPath *path, const char *literal, GError **error)
{
  const GArray *heads = pm_config_text_heads (editor->file);
  g_autofree char *name = join_names (path, 0, path->n_parts);
  gsize at = heads->len == 0 ? editor->text->len : g_array_index (heads, PmConfigHead, 0).above;
  return replace (editor, at, at,
                  g_strdup_printf ("%s%s = %s\n%s", break_before (editor, at), name, literal,
                                   heads->len == 0 ? "" : "\n"),
                  error);
}

static gboolean
insert_table (Editor *editor, const PmConfigPath *path, const char *literal, GError **error)
{
  gsize at = editor->text->len;
  g_autofree char *table = join_names (path, 0, path->n_parts - 1);
  g_autofree char *name = join_names (path, path->n_parts - 1, path->n_parts);
  return replace (editor, at, at,
                  g_strdup_printf ("%s%s[%s]\n%s = %s\n", break_before (editor, at),
                                   at == 0 ? "" : "\n", table, name, literal),
                  error);
}

static gboolean
insert (Editor *editor, const PmConfigPath *path, const char *literal, GError **error)
{
  guint least = path->index >= 0 ? 1 : path->n_parts - 1;
  for (guint n_parts = path->n_parts; n_parts-- > least;) {
    gboolean done;
    if (!insert_into (editor, path, n_parts, literal, &done, error))
      return FALSE;
    if (done)
      return TRUE;
  }
  return path->n_parts == 1 ? insert_at_top (editor, path, literal, error)
                            : insert_table (editor, path, literal, error);
}

/* --- the three things that can be wished --- */

static gboolean
make_room (Editor *editor, const PmConfigPath *path, const char *key, GError **error)
{
  gint count = path->index < 0 ? 0 : (gint) pm_config_text_count (editor->file, path->parts[0]);
  if (path->index < 0 || path->index < count)
    return TRUE;
  if (path->index > count)
    return fail (error, key, "is more than one behind the last");
  return add_element (editor, path->parts[0], count, error);
}

static gboolean
set (Editor *editor, const PmConfigPath *path, const PmConfigChange *change, GError **error)
{
  if (path->index >= 0 && path->n_parts == 1)
    return fail (error, change->key, "is a table: name one of its keys");
  if (!make_room (editor, path, change->key, error))
    return FALSE;
  const PmDocument *document = pm_config_text_document (editor->file);
  PmNodeId id = pm_config_text_node (editor->file, path, path->n_parts);
  if (id == 0) {
    g_autofree char *literal = pm_config_literal (change->value);
    return insert (editor, path, literal, error);
  }
  const PmNode *node = pm_document_node (document, id);
  if (node->kind == PM_NODE_MAP || !pm_config_is_literal (document, id))
    return fail (error, change->key, "is a table: name one of its keys");
  g_autoptr (GArray) edits = pm_config_edits_new ();
  pm_config_edit_value (edits, document, id, change->value);
  return apply (editor, edits, error);
}

static gboolean
remove_inline (Editor *editor, PmNodeId id, const char *key, GError **error)
{
  const PmDocument *document = pm_config_text_document (editor->file);
  const PmNode *node = pm_document_node (document, id);
  if (!is_inline (document, node->parent))
    return fail (error, key, "is dotted inside of {…}: take it away by hand");
  gsize start = key_start (document, id), end = node->outer.end;
  PmNodeId before = 0;
  for (PmNodeId child = pm_document_node (document, node->parent)->first_child; child != id;
       child = pm_document_node (document, child)->next_sibling)
    before = child;
  if (before != 0)
    start = pm_document_node (document, before)->outer.end;
  else if (node->next_sibling != 0)
    end = key_start (document, node->next_sibling);
  return replace (editor, start, end, g_strdup (""), error);
}

static gboolean
take_away (Editor *editor, const PmConfigPath *path, const char *key, GError **error)
{
  if (path->index >= 0 && path->n_parts == 1)
    return remove_element (editor, path, key, error);
  const PmDocument *document = pm_config_text_document (editor->file);
  PmNodeId id = pm_config_text_node (editor->file, path, path->n_parts);
  if (id == 0)
    return TRUE;
  if (!pm_config_is_literal (document, id))
    return fail (error, key, "is a table: name one of its keys");
  if (lies_inline (document, id))
    return remove_inline (editor, id, key, error);
  gsize start = line_of (editor, key_start (document, id));
  gsize end = line_behind (editor, pm_document_node (document, id)->outer.end);
  return replace (editor, start, end, g_strdup (""), error);
}

static gboolean
make_change (Editor *editor, const PmConfigChange *change, GError **error)
{
  g_auto (PmConfigPath) path = {0};
  if (!pm_config_path_parse (change->key, &path))
    return fail (error, change->key, "is no key: as in ip.policy or service[0].pinned");
  if (change->value == NULL)
    return take_away (editor, &path, change->key, error);
  return set (editor, &path, change, error);
}

GString *
pm_config_edit (const char *bytes, gsize length, const PmConfigChange *changes, gsize n_changes,
                gsize *ret_wrong, GError **error)
{
  g_auto (Editor) editor = {.text = g_string_new_len (bytes, (gssize) length)};
  read_again (&editor);
  for (gsize i = 0; i < n_changes; i++) {
    if (make_change (&editor, &changes[i], error))
      continue;
    *ret_wrong = i;
    return NULL;
  }
  GString *text = editor.text;
  editor.text = g_string_new (NULL);
  return text;
}
