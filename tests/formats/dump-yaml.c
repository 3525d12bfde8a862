/* Prints what the YAML format reads, for comparison with another reader: for each file named on
 * standard input a line `file NAME PROBLEMS NODES`, then a line for each value: its path, its line
 * and its text, escaped and separated by tabs. */

#include <stdio.h>
#include <string.h>

#include "formats/format.h"

static void
dump_node (const PmDocument *document, PmNodeId id)
{
  const PmNode *node = pm_document_node (document, id);
  if (node->kind != PM_NODE_SCALAR && node->kind != PM_NODE_ALIAS)
    return;
  g_autoptr (GString) path = g_string_new (NULL);
  pm_document_append_path (document, id, path);
  g_autofree char *escaped_path = g_strescape (path->str, NULL);
  g_autofree char *value = g_strescape (node->kind == PM_NODE_ALIAS ? "*" : node->value, NULL);
  g_print ("%s\t%u\t%s\n", escaped_path, pm_document_position (document, node->outer.start).line,
           value);
}

int
main (void)
{
  char name[4096];
  while (fgets (name, sizeof name, stdin) != NULL) {
    g_autofree char *bytes = NULL;
    gsize length;
    name[strcspn (name, "\n")] = '\0';
    if (!g_file_get_contents (name, &bytes, &length, NULL))
      continue;
    g_autoptr (PmDocument) document = pm_format_parse (pm_format_by_name ("yaml"), bytes, length);
    g_print ("file\t%s\t%u\t%u\n", name, document->problems->len, document->nodes->len);
    for (guint id = 1; id < document->nodes->len; id++)
      dump_node (document, id);
  }
  return 0;
}
