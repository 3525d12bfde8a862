/* DESIGN
 * One pass over the nodes in the order of the file, so that repeated directives are all seen; a
 * table is short enough to be looked through for each. */

#include "discovery/directives.h"

#include <string.h>

const char *
pm_directive_name (const PmDocument *document, PmNodeId list)
{
  const PmNode *node = pm_document_node (document, list);
  if (node->kind != PM_NODE_LIST || node->key == NULL)
    return NULL;
  return strcmp (node->key, "()") == 0 ? pm_document_node (document, node->parent)->key : node->key;
}

/* The key of the block that a directive or block stands in, or NULL. */
static const char *
block_around (const PmDocument *document, PmNodeId list)
{
  const PmNode *node = pm_document_node (document, list);
  PmNodeId block = node->parent;
  if (strcmp (node->key, "()") == 0)
    block = pm_document_node (document, block)->parent;
  return pm_document_node (document, block)->key;
}

static const PmDirective *
find (const PmDocument *document, PmNodeId list, const PmDirective *directives, gsize n)
{
  const char *name = pm_directive_name (document, list);
  if (name == NULL)
    return NULL;
  for (gsize i = 0; i < n; i++) {
    if (g_ascii_strcasecmp (directives[i].name, name) != 0)
      continue;
    if (directives[i].within == NULL)
      return &directives[i];
    const char *block = block_around (document, list);
    if (block != NULL && g_ascii_strcasecmp (directives[i].within, block) == 0)
      return &directives[i];
  }
  return NULL;
}

static void
read_directive (PmRecognition *r, PmNodeId list, const PmDirective *directive,
                PmDirectiveFunc on_read)
{
  guint before = r->out->findings->len, n = 0;
  PmRule as_text = directive->rule; /* a placeholder's default: {$PORT:8080} */
  as_text.grammar = PM_GRAMMAR_TEXT;
  for (PmNodeId id = pm_document_node (r->document, list)->first_child; id != 0;
       id = pm_document_node (r->document, id)->next_sibling) {
    if (!pm_recognition_is_readable (r, id))
      continue;
    if (n >= directive->first && n <= directive->last &&
        pm_recognition_read (r, id, &directive->rule, "") < 0)
      pm_recognition_read (r, id, &as_text, "");
    n++;
  }
  if (on_read != NULL && r->out->findings->len > before)
    on_read (r, list, before);
}

void
pm_directives_read (PmRecognition *recognition, const PmDirective *directives, gsize n_directives,
                    const PmRule *rest, PmDirectiveFunc on_read)
{
  PmRecognition *r = recognition;
  for (PmNodeId id = 1; id < r->document->nodes->len; id++) {
    const PmDirective *directive = find (r->document, id, directives, n_directives);
    if (directive != NULL)
      read_directive (r, id, directive, on_read);
    if (pm_recognition_is_readable (r, id) && !r->was_read[id])
      /* A list's arguments are read before the walk comes to them. */
      pm_recognition_read (r, id, rest, "");
  }
}

gboolean
pm_directive_has_argument (const PmDocument *document, PmNodeId list, const char *word)
{
  for (PmNodeId id = pm_document_node (document, list)->first_child; id != 0;
       id = pm_document_node (document, id)->next_sibling) {
    const char *text = pm_document_text (document, id);
    if (text != NULL && strcmp (text, word) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_assignment (const PmDocument *document, const PmNode *node)
{
  PmNodeId first = node->first_child;
  if (first != 0 && pm_document_node (document, first)->kind == PM_NODE_LIST)
    first = pm_document_node (document, first)->first_child;
  const char *text = first == 0 ? NULL : pm_document_text (document, first);
  return text != NULL && (*text == '=' || *text == ':') && (text[1] == '\0' || text[1] == '=');
}

static gboolean
ends_with (const PmDocument *document, const PmNode *node, char end)
{
  PmNodeId last = node->first_child;
  if (end == '\0' || node->kind != PM_NODE_LIST || last == 0)
    return TRUE;
  for (PmNodeId id = last; id != 0; id = pm_document_node (document, id)->next_sibling)
    last = id;
  gsize at = pm_document_node (document, last)->outer.end;
  while (at < document->length && g_ascii_isspace (document->bytes[at]))
    at++;
  return at < document->length && document->bytes[at] == end;
}

guint
pm_directives_count (const PmDocument *document, const char *const *names, char end)
{
  guint count = 0;
  for (PmNodeId id = 1; id < document->nodes->len; id++) {
    const PmNode *node = pm_document_node (document, id);
    if (node->key == NULL || node->kind == PM_NODE_SCALAR || !g_strv_contains (names, node->key))
      continue;
    if (!is_assignment (document, node) && ends_with (document, node, end))
      count++;
  }
  return count;
}
