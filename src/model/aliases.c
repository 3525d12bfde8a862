/* DESIGN
 * Few files have two names. They are found by device and inode once for a snapshot; what remains is
 * a table of those few, so that asking for any other file costs one look. Since that is done for
 * each saved file, inodes are first counted in so many slots that most have one of their own; only
 * those that share a slot are looked up. */

#include "model/aliases.h"

#include <string.h>

#define SLOT_BITS 18
#define N_SLOTS (1 << SLOT_BITS)

struct PmAliases {
  GHashTable *groups; /* "root\nfile" → GPtrArray of PmDocumentRecord, shared by its members */
};

static char *
key_of (const char *root, const char *file)
{
  return g_strconcat (root, "\n", file, NULL);
}

static void
add (PmAliases *aliases, const PmDocumentRecord *first, const PmDocumentRecord *document)
{
  g_autofree char *key = key_of (first->root, first->file);
  GPtrArray *group = g_hash_table_lookup (aliases->groups, key);
  if (group == NULL) {
    group = g_ptr_array_new ();
    g_ptr_array_add (group, (gpointer) first);
    g_hash_table_insert (aliases->groups, g_steal_pointer (&key), group);
  }
  g_ptr_array_add (group, (gpointer) document);
  g_hash_table_insert (aliases->groups, key_of (document->root, document->file),
                       g_ptr_array_ref (group));
}

typedef struct {
  guint64 once[N_SLOTS / 64], again[N_SLOTS / 64];
} Slots;

static guint
slot_of (const PmDocumentRecord *document)
{
  return (guint) ((document->inode * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) >> (64 - SLOT_BITS));
}

static void
count (Slots *slots, const PmDocumentRecord *document)
{
  guint slot = slot_of (document);
  guint64 bit = (guint64) 1 << (slot % 64);
  slots->again[slot / 64] |= slots->once[slot / 64] & bit;
  slots->once[slot / 64] |= bit;
}

/* FALSE: no other document has its inode. */
static gboolean
may_have_another_name (const Slots *slots, const PmDocumentRecord *document)
{
  guint slot = slot_of (document);
  return document->inode != 0 /* not known */ && (slots->again[slot / 64] >> (slot % 64) & 1) != 0;
}

PmAliases *
pm_aliases_new (const PmSnapshot *snapshot)
{
  const PmDocumentRecord *documents = (const PmDocumentRecord *) (void *) snapshot->documents->data;
  g_autofree Slots *slots = g_new0 (Slots, 1);
  for (guint i = 0; i < snapshot->documents->len; i++)
    count (slots, &documents[i]);
  PmAliases *aliases = g_new0 (PmAliases, 1);
  aliases->groups =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  g_autoptr (GHashTable) seen = g_hash_table_new (pm_document_hash_inode, pm_document_same_inode);
  for (guint i = 0; i < snapshot->documents->len; i++) {
    const PmDocumentRecord *document = &documents[i];
    if (!may_have_another_name (slots, document))
      continue;
    const PmDocumentRecord *first = g_hash_table_lookup (seen, document);
    if (first == NULL)
      g_hash_table_add (seen, (gpointer) document);
    else
      add (aliases, first, document);
  }
  return aliases;
}

void
pm_aliases_free (PmAliases *aliases)
{
  if (aliases == NULL)
    return;
  g_hash_table_unref (aliases->groups);
  g_free (aliases);
}

const GPtrArray *
pm_aliases_of (const PmAliases *aliases, const char *root, const char *file)
{
  if (g_hash_table_size (aliases->groups) == 0)
    return NULL;
  g_autofree char *key = key_of (root, file);
  return g_hash_table_lookup (aliases->groups, key);
}

const PmDocumentRecord *
pm_aliases_find (const PmAliases *aliases, const char *root, const char *file)
{
  const GPtrArray *group = pm_aliases_of (aliases, root, file);
  return group == NULL ? NULL : g_ptr_array_index (group, 0);
}

gboolean
pm_aliases_has_origin (const PmFinding *finding)
{
  return finding->origin[0] != '\0' && pm_span_length (finding->origin_span) > 0 &&
         strrchr (finding->origin, ':') != NULL;
}

char *
pm_aliases_place (const PmAliases *aliases, const PmFinding *finding)
{
  gboolean has_origin = pm_aliases_has_origin (finding);
  g_autofree char *defined =
      has_origin
          ? g_strndup (finding->origin, (gsize) (strrchr (finding->origin, ':') - finding->origin))
          : NULL;
  const char *file = has_origin ? defined : finding->file;
  PmSpan span = has_origin ? finding->origin_span : finding->span;
  const PmDocumentRecord *first = pm_aliases_find (aliases, finding->root, file);
  return g_strdup_printf ("%s\n%s\n%u\n%u", first == NULL ? finding->root : first->root,
                          first == NULL ? file : first->file, span.start, span.end);
}

gboolean
pm_aliases_are_none (const PmAliases *aliases)
{
  return g_hash_table_size (aliases->groups) == 0;
}
