#pragma once

#include "base/packed-rows.h"
#include "discovery/ruleset.h"
#include "model/snapshot.h"

G_BEGIN_DECLS

/* For the survey only: what documents say, kept small until all files have been read.
 *
 * A keeper copies a sighting: each text once, rows packed, so that all that was needed to
 * recognise a document can be given back at once. One keeper belongs to one thread. */

/* What one document says; all pointers are borrowed. */
typedef struct {
  const char *format;
  const char *variant;
  const PmFinding *findings;
  const PmServiceFact *facts;
  const PmFileLink *links;
  const PmProblem *problems;
  guint n_findings, n_facts, n_links, n_problems;
  gint32 pairs_from; /* pairs of findings count from here */
} PmSaid;

/* Those of its rows that are many, while they are kept. */
typedef struct {
  const PmPackedRows *findings;
  const PmPackedRows *facts;
} PmSaidPacked;

typedef struct {
  PmArena *text;
  GHashTable *texts; /* const char *, in `text` */
  PmArena *rows;     /* of documents that are kept */
} PmKeeper;

void pm_keeper_init (PmKeeper *keeper);
void pm_keeper_clear (PmKeeper *keeper);

const char *pm_keeper_text (PmKeeper *keeper, const char *text); /* NULL gives NULL */

/* Puts a row's texts into the keeper, all but root, project and file. */
void pm_keeper_finding (PmKeeper *keeper, PmFinding *finding);
void pm_keeper_fact (PmKeeper *keeper, PmServiceFact *fact);
void pm_keeper_link (PmKeeper *keeper, PmFileLink *link);

/* Texts of any row: PM_KEEP (keeper, &row.text, …). */
#define PM_KEEP(keeper, ...)                                                                       \
  pm_keeper_texts ((keeper), (const char **const[]){__VA_ARGS__},                                  \
                   sizeof ((const char **const[]){__VA_ARGS__}) / sizeof (const char **))
void pm_keeper_texts (PmKeeper *keeper, const char **const *texts, gsize n);

/* All of it is the keeper's, the texts of the sighting's own rows, too. Findings and facts are
 * counted and packed: they are no rows (NULL). */
PmSaid pm_keeper_keep (PmKeeper *keeper, PmSighting *sighting, PmSaidPacked *ret_packed);

/* Makes rows in an arena of what is packed, and nothing of what is not. */
void pm_said_unpack (PmSaid *said, PmSaidPacked *packed, PmArena *arena);

/* Adds a document, and what it says, to a snapshot: rows are copied, texts are not. */
void pm_said_append (const PmSaid *said, const PmDocumentRecord *record, PmSnapshot *snapshot);

gboolean pm_sighting_says_something (const PmSighting *sighting);

/* Where a snapshot's documents are, and what they say. The snapshot is one of pm_registry_snapshot:
 * findings, facts and links lie in the order of its documents. */
typedef struct PmSaidIndex PmSaidIndex;

PmSaidIndex *pm_said_index_new (const PmSnapshot *snapshot);
void pm_said_index_free (PmSaidIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmSaidIndex, pm_said_index_free)

/* NULL: there is no such document. */
const PmDocumentRecord *pm_said_index_find (const PmSaidIndex *index, const char *root,
                                            const char *file, PmSaid *ret_said);

G_END_DECLS
