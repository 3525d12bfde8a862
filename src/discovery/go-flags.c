/* DESIGN
 * The tree is formats/code.h's: what is composed of a name and a literal is the literal alone, so
 * that the place of an argument does not tell which one it is: the first text before the value is
 * the name. */

#include "discovery/go-flags.h"

gboolean
pm_go_flag_is_defined_by (const PmRecognition *recognition, PmNodeId list)
{
  const char *call = pm_document_node (recognition->document, list)->key;
  return call != NULL && g_str_has_suffix (recognition->file, ".go") &&
         (g_str_has_suffix (call, "Var()") || g_str_has_suffix (call, "VarP()"));
}

const char *
pm_go_flag_name (const PmRecognition *recognition, PmNodeId list, PmNodeId value)
{
  const PmDocument *document = recognition->document;
  PmNodeId id = pm_document_node (document, list)->first_child;
  for (; id != 0 && id != value; id = pm_document_node (document, id)->next_sibling) {
    const PmNode *node = pm_document_node (document, id);
    if (node->kind == PM_NODE_SCALAR && node->quoting != PM_QUOTING_NONE &&
        !(node->flags & (PM_NODE_EXPRESSION | PM_NODE_FRAGMENT)))
      return node->value;
  }
  return NULL;
}
