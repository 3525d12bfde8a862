#pragma once

#include "formats/format.h"

G_BEGIN_DECLS

/* YAML, format "yaml": maps, lists and scalars are what they are in the file.
 *
 * A file of one document has that document as the root; one of several has a list of them, and
 * pm_document_append_path leaves the document's place in it out. Rules read both alike:
 *
 *   for (guint i = 0; i < pm_yaml_n_documents (document); i++)
 *     … pm_yaml_document (document, i) …
 *
 * Plain scalars are text: `22:22`, `0x1bb` and `24_678` are left to who reads them. Aliases are not
 * expanded (pm_document_resolve does it, one by one), merge keys stay children named `<<`,
 * directives are passed over, and a tag is told by pm_yaml_has_tag. What templates put in carries
 * PM_NODE_EXPRESSION; the fallback of an action that is a whole value follows as PM_NODE_FALLBACK
 * with the same key. */

/* Documents that hold something; at least 1. */
guint pm_yaml_n_documents (const PmDocument *document);

/* The root of the document at `index`, which must be less than their number. */
PmNodeId pm_yaml_document (const PmDocument *document, guint index);

/* Whether the value of a key carries a tag, `!reset`, on the line of its key. */
gboolean pm_yaml_has_tag (const PmDocument *document, PmNodeId value, const char *tag);

G_END_DECLS
