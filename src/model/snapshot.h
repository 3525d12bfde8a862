#pragma once

#include "base/arena.h"
#include "model/fact.h"
#include "model/service.h"

G_BEGIN_DECLS

/* Everything that is known at one moment, as plain values: what a scan gives to the registry, what
 * the registry gives back, and what allocation and planning are pure functions of. Immutable once
 * made; all text lies in its arena. */

typedef struct {
  const char *root;
  const char *id;        /* path from the root */
  const char *name;      /* as its package or manifest calls it, else the directory's name */
  gboolean is_workspace; /* a package inside another project */
  gboolean is_worktree;  /* a linked worktree (git-worktree(1)), or in one: another checkout of
                            a program that has a main one */
} PmProject;

typedef struct {
  const char *root;
  const char *project;
  const char *file;   /* relative to the root; any bytes but NUL */
  const char *format; /* rule set's name, "text" where only addresses were looked for */
  const char *variant;
  guint64 size_bytes;
  gint64 mtime_ns;
  gint64 ctime_ns;
  guint64 device;
  guint64 inode;
  guint32 n_findings;
  gboolean is_kept; /* it was read before, and cannot be read (as a whole) now: what could not be
                       read stands as it was known last */
} PmDocumentRecord;

/* For tables of PmDocumentRecord: names of one file are the same. */
guint pm_document_hash_inode (gconstpointer document);
gboolean pm_document_same_inode (gconstpointer a, gconstpointer b);

typedef struct {
  const char *root;
  const char *file; /* "" for the root itself */
  guint32 line;     /* 0: the file as a whole */
  const char *reason;
} PmProblem;

/* What lies in a root: a project by its id, a document by its file. */
typedef struct {
  const char *root;
  const char *name;
} PmRooted;

typedef struct {
  PmArena *arena;
  GPtrArray *adopted; /* of PmArena: others that text lies in, freed with the snapshot */
  GArray *projects;   /* PmProject */
  GArray *documents;  /* PmDocumentRecord */
  GArray *findings;   /* PmFinding */
  GArray *briefs;     /* PmBrief (brief.h), one for each finding where somebody keeps them; else
                         none */
  GArray *facts;      /* PmServiceFact */
  GArray *links;      /* PmFileLink */
  GArray *services;   /* PmService */
  GArray *edges;      /* PmEdge */
  GArray *problems;   /* PmProblem */
  GArray *sockets;    /* PmSocket: what is bound on this host now */
  gboolean is_live;   /* somebody looked for sockets */
} PmSnapshot;

PmSnapshot *pm_snapshot_new (void);
void pm_snapshot_free (PmSnapshot *snapshot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmSnapshot, pm_snapshot_free)

/* Takes over an arena that text of the snapshot lies in. */
void pm_snapshot_adopt (PmSnapshot *snapshot, PmArena *arena);

G_END_DECLS
