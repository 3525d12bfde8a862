#pragma once

#include "discovery/edges.h"
#include "discovery/entangled.h"
#include "discovery/patchwork.h"

G_BEGIN_DECLS

/* For the parts of the patchwork only: patchwork.c (the whole), patchwork-rows.c (rows of
 * documents), patchwork-services.c, patchwork-edges.c (references and addresses). */

#define PM_NEVER_SEEN 0xff

/* What a document has among all rows. */
typedef struct {
  guint n_findings, n_facts, n_links;
  guint folder;        /* as entangled.h counts */
  gboolean is_compose; /* stacks are told from it */
  gboolean is_touched; /* by the last replacement */
  guint64 refers_to;   /* of the ports that it points at their last six bits, as a set: most
                          documents are passed over by it; 0 it points at none */
} PmPiece;

struct PmPatchwork {
  PmSnapshot *snapshot;
  char *host;
  GArray *pieces; /* of PmPiece, as many as documents */
  GArray *seen;   /* guint8, of each service: who contests it, and whether it listens */
  PmEntangled *entangled;
  gsize fresh_bytes; /* of the arena, when nothing had been replaced yet */

  /* What the last replacement touched. */
  PmSnapshot *part;
  GArray *projects; /* of PmRooted */
  GArray *gone;     /* the same */

  /* While something is being replaced. */
  PmKeeper keeper; /* of texts, in the snapshot's arena */
  GHashTable *folders;
  GByteArray *groups; /* of each number of a group whether it is concerned */
  PmPortSet *ports;   /* whose references have to be answered again */
  gboolean names_changed;
};

/* Walks along the documents and their rows. */
typedef struct {
  guint document;
  guint finding, fact, link; /* index of the first of its rows */
} PmPieceCursor;

static inline const PmPiece *
pm_piece_at (const PmPatchwork *patchwork, const PmPieceCursor *cursor)
{
  return &g_array_index (patchwork->pieces, PmPiece, cursor->document);
}

static inline void
pm_piece_next (const PmPatchwork *patchwork, PmPieceCursor *cursor)
{
  const PmPiece *piece = pm_piece_at (patchwork, cursor);
  cursor->finding += piece->n_findings;
  cursor->fact += piece->n_facts;
  cursor->link += piece->n_links;
  cursor->document++;
}

/* Adds the document at the cursor, with its rows, to another snapshot. */
void pm_patchwork_copy (const PmPatchwork *patchwork, const PmPieceCursor *cursor, PmSnapshot *to);

/* Fills in documents with what they say, in their order. */
void pm_patchwork_fill (PmPatchwork *patchwork, PmSnapshot *previous);

/* One document of the old state for one of the new, either of which may be nothing. */
void pm_patchwork_put (PmPatchwork *patchwork, const PmPatch *patch);

/* A new array of PmBrief: those who judge conflicts go along all findings each time. */
GArray *pm_patchwork_briefs (const GArray *findings);

/* Adds to places (of PmRooted) what is not there yet. */
void pm_patchwork_add_place (GArray *places, const char *root, const char *name);
void pm_patchwork_touch_project (PmPatchwork *patchwork, const PmService *service);
gboolean pm_patchwork_is_concerned (const PmPatchwork *patchwork, guint folder);

/* Puts the services of the concerned folders, as they are now (sorted), in the place of what there
 * was of them. `moved`, one for each old service: where it is now; -1 it is no more. */
void pm_patchwork_merge (PmPatchwork *patchwork, const GArray *now, gint32 *moved);

/* Does the service belong to the folders that changed? */
gboolean pm_patchwork_is_of_concern (PmPatchwork *patchwork, const PmService *service);

/* A service that is otherwise than before; either may be NULL. */
void pm_patchwork_touch_ports (PmPatchwork *patchwork, const PmService *before,
                               const PmService *now);

/* Makes edges anew where they may be others; `moved` tells where old services are now. */
void pm_patchwork_answer (PmPatchwork *patchwork, const gint32 *moved);
void pm_patchwork_tell_addresses (PmPatchwork *patchwork);

G_END_DECLS
