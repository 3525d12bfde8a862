/* DESIGN
 * A map's own children come first, then those of the maps that it merges, each key once; a repeated
 * key of one map gives its last value. Merges are followed to a fixed depth. */

#include "discovery/ruleset.h"

#include <string.h>

#define MOST_ENTRIES 20000
#define DEEPEST_MERGE 8

static void
add_entry (const PmDocument *document, GArray *entries, GHashTable *by_key, PmNodeId id,
           gboolean replace)
{
  const char *key = pm_document_node (document, id)->key;
  gpointer known;
  if (key == NULL || !g_hash_table_lookup_extended (by_key, key, NULL, &known)) {
    if (entries->len >= MOST_ENTRIES)
      return;
    g_hash_table_insert (by_key, (gpointer) (key == NULL ? "" : key),
                         GUINT_TO_POINTER (entries->len));
    g_array_append_val (entries, id);
  } else if (replace) {
    g_array_index (entries, PmNodeId, GPOINTER_TO_UINT (known)) = id;
  }
}

static void
add_map (const PmRecognition *r, GArray *entries, GHashTable *by_key, PmNodeId map, guint depth)
{
  const PmDocument *document = r->document;
  PmNodeId merge = 0;
  for (PmNodeId id = pm_document_node (document, map)->first_child; id != 0 && *r->steps_left > 0;
       --*r->steps_left, id = pm_document_node (document, id)->next_sibling) {
    const PmNode *child = pm_document_node (document, id);
    if (child->flags & PM_NODE_FRAGMENT)
      continue;
    if (child->key != NULL && strcmp (child->key, "<<") == 0)
      merge = id;
    else
      add_entry (document, entries, by_key, id, depth == DEEPEST_MERGE);
  }
  if (merge == 0 || depth == 0)
    return;

  PmNodeId source = pm_document_resolve (document, merge);
  if (pm_document_node (document, source)->kind == PM_NODE_MAP) {
    add_map (r, entries, by_key, source, depth - 1);
    return;
  }
  guint n = 0;
  for (PmNodeId id = pm_document_node (document, source)->first_child; id != 0 && n < 32;
       id = pm_document_node (document, id)->next_sibling, n++) {
    PmNodeId map_of_list = pm_document_resolve (document, id);
    if (pm_document_node (document, map_of_list)->kind == PM_NODE_MAP)
      add_map (r, entries, by_key, map_of_list, depth - 1);
  }
}

GArray *
pm_recognition_entries (const PmRecognition *recognition, PmNodeId container)
{
  const PmDocument *document = recognition->document;
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (PmNodeId));
  PmNodeId resolved = pm_document_resolve (document, container);
  const PmNode *node = pm_document_node (document, resolved);
  if (node->kind == PM_NODE_LIST) {
    for (PmNodeId id = node->first_child; id != 0 && *recognition->steps_left > 0;
         --*recognition->steps_left, id = pm_document_node (document, id)->next_sibling)
      if (!(pm_document_node (document, id)->flags & PM_NODE_FRAGMENT))
        g_array_append_val (entries, id);
  } else if (node->kind == PM_NODE_MAP) {
    g_autoptr (GHashTable) by_key = g_hash_table_new (g_str_hash, g_str_equal);
    add_map (recognition, entries, by_key, resolved, DEEPEST_MERGE);
  }
  return entries;
}
