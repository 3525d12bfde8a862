#pragma once

#include "base/fingerprint.h"
#include "walk/walk.h"

G_BEGIN_DECLS

/* What a walk went by, in a file: the stamp of each directory that it listed and of each file that
 * it gave, and of whatever else had a say (ignore files, links, names that were noted). While all
 * of it is as it was, another walk would meet the same, which is told by one fstatat(2) each:
 * nothing is opened, listed or judged.
 *
 *   walk.witness = pm_witness_new (folder);          NULL: there is none, which harms nobody
 *   pm_walk (&walk, …);
 *   if (pm_witness_is_sound (walk.witness, before_ns)) pm_witness_save (walk.witness, file, about);
 *   the next time: pm_witness_holds (file, about, &walk)
 *
 * `about` is whatever else the caller's result depends on (options, program, what was stored
 * along). A directory's stamp changes with its entries on the file systems named in witness.c
 * alone; a walk that met another one is no witness, nor is one that could not read something. */
typedef struct PmWitness PmWitness;

/* Begins one, in an unnamed file of a folder (O_TMPFILE). NULL: its file system cannot do that. */
PmWitness *pm_witness_new (const char *folder);
void pm_witness_free (PmWitness *witness);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmWitness, pm_witness_free)

/* After the walk: it tells all, and nothing that it met was changed at or after `before_ns` (since
 * the epoch), when it may have changed once more without a new time. */
gboolean pm_witness_is_sound (const PmWitness *witness, gint64 before_ns);

/* Replaces the file as a whole; mode 0600. FALSE: it could not. Once. */
gboolean pm_witness_save (PmWitness *witness, const char *file, guint64 about);

/* TRUE: it is of the same roots and of `about`, and a walk with these options would meet what that
 * walk met. FALSE: something is otherwise, or nobody knows. On as many threads as a walk has. */
gboolean pm_witness_holds (const char *file, guint64 about, const PmWalkOptions *options);

/* --- for the walk alone --- */

/* What one worker writes; no locks but for whole pages. Directories do not nest. */
typedef struct {
  PmWitness *witness; /* NULL: nothing is written */
  GByteArray *bytes;
  gsize record; /* where the record at hand begins */
  PmFingerprint digest;
  gint64 newest_ns;
} PmWitnessPage;

void pm_witness_page_init (PmWitnessPage *page, PmWitness *witness);
void pm_witness_page_clear (PmWitnessPage *page);

/* A directory that is listed: what follows lies in it, until the end. `path` is relative to the
 * root. One that is not entered for what it is (another root's, the kernel's) is told by who it is
 * alone. */
void pm_witness_begin (PmWitnessPage *page, guint root, const char *path, gboolean is_linked,
                       const struct stat *info);
void pm_witness_end (PmWitnessPage *page);
void pm_witness_passed (PmWitnessPage *page, guint root, const char *path, const struct stat *info);

/* A file that is given, as it was when it was looked at. */
void pm_witness_file (PmWitnessPage *page, const char *name, const PmStamp *stamp);

/* Whatever is of this name now, or that nothing is. */
void pm_witness_look (PmWitnessPage *page, int directory_fd, const char *name);

/* The same, and what it leads to if it is a link. */
void pm_witness_look_through (PmWitnessPage *page, int directory_fd, const char *name);

/* A link that was followed from its anchor (a path from the root), and what came of that. */
void pm_witness_link (PmWitnessPage *page, guint root, const char *anchor, const char *path,
                      const PmStamp *target, PmFingerprint outcome);

/* What is there was not read, so that nothing tells whether it changed. */
void pm_witness_spoil (PmWitness *witness);

/* The roots and what is linked into them. */
void pm_witness_places (PmWitness *witness, PmFingerprint places);

G_END_DECLS
