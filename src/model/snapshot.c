#include "model/snapshot.h"

#include "model/brief.h"

static void
free_arena (gpointer arena)
{
  pm_arena_free (arena);
}

guint
pm_document_hash_inode (gconstpointer key)
{
  const PmDocumentRecord *document = key;
  guint64 mixed = document->inode * 31 + document->device;
  return g_int64_hash (&mixed);
}

gboolean
pm_document_same_inode (gconstpointer a, gconstpointer b)
{
  const PmDocumentRecord *left = a, *right = b;
  return left->inode == right->inode && left->device == right->device;
}

PmSnapshot *
pm_snapshot_new (void)
{
  PmSnapshot *snapshot = g_new0 (PmSnapshot, 1);
  snapshot->arena = pm_arena_new ();
  snapshot->adopted = g_ptr_array_new_with_free_func (free_arena);
  snapshot->projects = g_array_new (FALSE, TRUE, sizeof (PmProject));
  snapshot->documents = g_array_new (FALSE, TRUE, sizeof (PmDocumentRecord));
  snapshot->findings = g_array_new (FALSE, TRUE, sizeof (PmFinding));
  snapshot->briefs = g_array_new (FALSE, TRUE, sizeof (PmBrief));
  snapshot->facts = g_array_new (FALSE, TRUE, sizeof (PmServiceFact));
  snapshot->links = g_array_new (FALSE, TRUE, sizeof (PmFileLink));
  snapshot->services = g_array_new (FALSE, TRUE, sizeof (PmService));
  snapshot->edges = g_array_new (FALSE, TRUE, sizeof (PmEdge));
  snapshot->problems = g_array_new (FALSE, TRUE, sizeof (PmProblem));
  snapshot->sockets = g_array_new (FALSE, TRUE, sizeof (PmSocket));
  return snapshot;
}

void
pm_snapshot_free (PmSnapshot *snapshot)
{
  if (snapshot == NULL)
    return;
  g_array_unref (snapshot->projects);
  g_array_unref (snapshot->documents);
  g_array_unref (snapshot->findings);
  g_array_unref (snapshot->briefs);
  g_array_unref (snapshot->facts);
  g_array_unref (snapshot->links);
  g_array_unref (snapshot->services);
  g_array_unref (snapshot->edges);
  g_array_unref (snapshot->problems);
  g_array_unref (snapshot->sockets);
  g_ptr_array_unref (snapshot->adopted);
  pm_arena_free (snapshot->arena);
  g_free (snapshot);
}

void
pm_snapshot_adopt (PmSnapshot *snapshot, PmArena *arena)
{
  g_ptr_array_add (snapshot->adopted, arena);
}
