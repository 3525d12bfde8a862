/* DESIGN
 * Values and their places are the document's (formats/). What that does not tell is where the heads
 * of tables stand, since it gives one tree for tables in any order: they are found line by line,
 * passing over lines that lie inside a value. */

#include "config/text.h"

#include <stdlib.h>
#include <string.h>

struct PmConfigText {
  char *bytes;
  PmDocument *document;
  GArray *heads;
};

/* --- keys --- */

/* What stands behind "pools." is one name, whatever is in it. */
static char **
split (const char *key)
{
  if (g_str_has_prefix (key, "pools."))
    return g_strsplit (key, ".", 2);
  return g_strsplit (key, ".", -1);
}

static gboolean
parse_index (char *part, gint *ret_index)
{
  char *bracket = strchr (part, '[');
  gint64 index;
  *ret_index = -1;
  if (bracket == NULL)
    return TRUE;
  g_autofree char *digits = g_strdup (bracket + 1);
  gsize length = strlen (digits);
  if (length < 2 || digits[length - 1] != ']')
    return FALSE;
  digits[length - 1] = '\0';
  if (!g_ascii_string_to_signed (digits, 10, 0, 100000, &index, NULL))
    return FALSE;
  *bracket = '\0';
  *ret_index = (gint) index;
  return TRUE;
}

gboolean
pm_config_path_parse (const char *key, PmConfigPath *ret_path)
{
  PmConfigPath path = {.parts = split (key)};
  path.n_parts = g_strv_length (path.parts);
  gboolean fine = path.n_parts > 0 && parse_index (path.parts[0], &path.index);
  for (guint i = 0; i < path.n_parts; i++)
    fine = fine && path.parts[i][0] != '\0';
  if (fine)
    *ret_path = path;
  else
    g_strfreev (path.parts);
  return fine;
}

void
pm_config_path_clear (PmConfigPath *path)
{
  g_clear_pointer (&path->parts, g_strfreev);
}

/* --- heads --- */

gboolean
pm_config_is_literal (const PmDocument *document, PmNodeId id)
{
  const PmNode *node = pm_document_node (document, id);
  if (id == 0)
    return FALSE;
  if (node->kind == PM_NODE_SCALAR)
    return TRUE;
  char first = node->span.start < document->length ? document->bytes[node->span.start] : '\0';
  return first == (node->kind == PM_NODE_LIST ? '[' : '{');
}

static guint32
line_start (const PmDocument *document, guint line)
{
  return line < document->line_starts->len ? g_array_index (document->line_starts, guint32, line)
                                           : (guint32) document->length;
}

/* Lines that begin inside a value. Values nest no deeper than documents do, so this is linear. */
static guint8 *
mark_inner_lines (const PmDocument *document)
{
  guint8 *inner = g_malloc0 (document->line_starts->len + 1);
  for (PmNodeId id = 1; id < document->nodes->len; id++) {
    if (!pm_config_is_literal (document, id))
      continue;
    const PmNode *node = pm_document_node (document, id);
    guint first = pm_document_position (document, node->outer.start).line;
    guint last = pm_document_position (document, node->outer.end).line;
    for (guint line = first; line < last; line++)
      inner[line] = 1; /* lines count from 1: that is the one behind `first` */
  }
  return inner;
}

static const char *
skip_blanks (const char *at, const char *end)
{
  while (at < end && (*at == ' ' || *at == '\t'))
    at++;
  return at;
}

/* One part of a head's name; NULL: there is none. */
static char *
read_part (const char **at, const char *end)
{
  const char *start = *at;
  if (start < end && (*start == '"' || *start == '\'')) {
    const char *quote = memchr (start + 1, *start, (gsize) (end - start - 1));
    *at = quote == NULL ? end : quote + 1;
    return quote == NULL ? NULL : g_strndup (start + 1, (gsize) (quote - start - 1));
  }
  while (*at < end && (g_ascii_isalnum (**at) || **at == '_' || **at == '-'))
    (*at)++;
  return *at == start ? NULL : g_strndup (start, (gsize) (*at - start));
}

/* NULL: the line is no head. */
static char **
read_head (const char *at, const char *end, gboolean *ret_is_element)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  at = skip_blanks (at, end);
  if (at == end || *at++ != '[')
    return NULL;
  *ret_is_element = at < end && *at == '[';
  at += *ret_is_element;
  do {
    at = skip_blanks (at, end);
    char *part = read_part (&at, end);
    if (part == NULL)
      return NULL;
    g_ptr_array_add (parts, part);
    at = skip_blanks (at, end);
  } while (at < end && *at++ == '.');
  if (at > end || at[-1] != ']')
    return NULL;
  g_ptr_array_add (parts, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&parts), FALSE);
}

static gboolean
is_comment (const PmDocument *document, guint line)
{
  const char *at = document->bytes + line_start (document, line);
  const char *end = document->bytes + line_start (document, line + 1);
  at = skip_blanks (at, end);
  return at < end && *at == '#';
}

static void
head_clear (gpointer data)
{
  g_strfreev (((PmConfigHead *) data)->path);
}

static GArray *
find_heads (const PmDocument *document)
{
  GArray *heads = g_array_new (FALSE, TRUE, sizeof (PmConfigHead));
  g_autofree guint8 *inner = mark_inner_lines (document);
  g_array_set_clear_func (heads, head_clear);
  for (guint line = 0; line < document->line_starts->len; line++) {
    PmConfigHead head = {.line = line_start (document, line),
                         .behind = line_start (document, line + 1)};
    if (inner[line] != 0)
      continue;
    head.path =
        read_head (document->bytes + head.line, document->bytes + head.behind, &head.is_element);
    if (head.path == NULL)
      continue;
    guint above = line;
    while (above > 0 && inner[above - 1] == 0 && is_comment (document, above - 1))
      above--;
    head.above = line_start (document, above);
    g_array_append_val (heads, head);
  }
  return heads;
}

/* --- the file --- */

PmConfigText *
pm_config_text_new (const char *bytes, gsize length)
{
  PmConfigText *file = g_new0 (PmConfigText, 1);
  file->bytes = g_strndup (bytes, length);
  file->document = pm_format_parse (&pm_format_toml, file->bytes, length);
  file->heads = find_heads (file->document);
  return file;
}

void
pm_config_text_free (PmConfigText *file)
{
  if (file == NULL)
    return;
  g_array_unref (file->heads);
  pm_document_free (file->document);
  g_free (file->bytes);
  g_free (file);
}

const PmDocument *
pm_config_text_document (const PmConfigText *file)
{
  return file->document;
}

const GArray *
pm_config_text_heads (const PmConfigText *file)
{
  return file->heads;
}

static PmNodeId
child_at (const PmDocument *document, PmNodeId list, gint index)
{
  PmNodeId child = list == 0 ? 0 : pm_document_node (document, list)->first_child;
  for (gint i = 0; i < index && child != 0; i++)
    child = pm_document_node (document, child)->next_sibling;
  return child;
}

PmNodeId
pm_config_text_node (const PmConfigText *file, const PmConfigPath *path, guint n_parts)
{
  PmNodeId id = 0;
  for (guint i = 0; i < n_parts; i++) {
    id = pm_document_child (file->document, id, path->parts[i]);
    if (i == 0 && path->index >= 0)
      id = child_at (file->document, id, path->index);
    if (id == 0)
      return 0;
  }
  return id;
}

static PmNodeId
node_of (const PmConfigText *file, const char *key)
{
  g_auto (PmConfigPath) path = {0};
  return pm_config_path_parse (key, &path) ? pm_config_text_node (file, &path, path.n_parts) : 0;
}

static GVariant *
bare_value (const char *text)
{
  gint64 number;
  char *end;
  if (strcmp (text, "true") == 0 || strcmp (text, "false") == 0)
    return g_variant_ref_sink (g_variant_new_boolean (text[0] == 't'));
  g_autofree char *plain = g_strdup (text);
  char *to = plain;
  for (const char *c = text; *c != '\0'; c++)
    if (*c != '_')
      *to++ = *c;
  *to = '\0';
  if (g_ascii_string_to_signed (plain, 10, G_MININT64, G_MAXINT64, &number, NULL))
    return g_variant_ref_sink (g_variant_new_int64 (number));
  double real = g_ascii_strtod (plain, &end);
  return *end == '\0' && end != plain ? g_variant_ref_sink (g_variant_new_double (real)) : NULL;
}

static GVariant *
list_value (const PmDocument *document, const PmNode *list)
{
  g_auto (GVariantBuilder) builder;
  g_variant_builder_init (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (PmNodeId id = list->first_child; id != 0;
       id = pm_document_node (document, id)->next_sibling) {
    const PmNode *node = pm_document_node (document, id);
    if (node->kind != PM_NODE_SCALAR || !g_utf8_validate (node->value, -1, NULL))
      return NULL;
    g_variant_builder_add (&builder, "s", node->value);
  }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

GVariant *
pm_config_text_value (const PmConfigText *file, const char *key)
{
  PmNodeId id = node_of (file, key);
  const PmNode *node = pm_document_node (file->document, id);
  if (id == 0 || !pm_config_is_literal (file->document, id))
    return NULL;
  if (node->kind == PM_NODE_LIST)
    return list_value (file->document, node);
  if (node->kind != PM_NODE_SCALAR || !g_utf8_validate (node->value, -1, NULL))
    return NULL;
  if (node->quoting == PM_QUOTING_NONE)
    return bare_value (node->value);
  return g_variant_ref_sink (g_variant_new_string (node->value));
}

guint
pm_config_text_count (const PmConfigText *file, const char *table)
{
  guint count = 0;
  PmNodeId list = pm_document_child (file->document, 0, table);
  if (list == 0 || pm_document_node (file->document, list)->kind != PM_NODE_LIST)
    return 0;
  for (PmNodeId id = pm_document_node (file->document, list)->first_child; id != 0;
       id = pm_document_node (file->document, id)->next_sibling)
    count++;
  return count;
}

char **
pm_config_text_pools (const PmConfigText *file)
{
  GPtrArray *names = g_ptr_array_new ();
  PmNodeId pools = pm_document_child (file->document, 0, "pools");
  PmNodeId id = pools == 0 ? 0 : pm_document_node (file->document, pools)->first_child;
  for (; id != 0; id = pm_document_node (file->document, id)->next_sibling) {
    const PmNode *node = pm_document_node (file->document, id);
    if (node->key != NULL && g_utf8_validate (node->key, -1, NULL))
      g_ptr_array_add (names, g_strdup (node->key));
  }
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (names, FALSE);
}

gboolean
pm_config_text_span (const PmConfigText *file, const char *key, PmSpan *ret_span)
{
  PmNodeId id = node_of (file, key);
  if (id == 0)
    return FALSE;
  *ret_span = pm_document_node (file->document, id)->outer;
  return TRUE;
}

gboolean
pm_config_text_lines (const PmConfigText *file, const char *key, guint *ret_first, guint *ret_last)
{
  PmNodeId id = node_of (file, key);
  if (id == 0)
    return FALSE;
  const PmNode *node = pm_document_node (file->document, id);
  guint32 start = pm_span_length (node->key_span) > 0 ? node->key_span.start : node->outer.start;
  *ret_first = pm_document_position (file->document, start).line;
  *ret_last = pm_document_position (file->document, node->outer.end).line;
  return TRUE;
}
