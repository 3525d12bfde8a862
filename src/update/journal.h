#pragma once

#include "base/fs.h"
#include "update/edits.h"
#include "update/outcome.h"

G_BEGIN_DECLS

/* The journal of one transaction: what recovery and undo know. docs/JOURNAL.md has the format.
 *
 * A journal is `<state>/transactions/<id>.open` while recovery may have something to do, and
 * `<id>.done` ever after. It is made with its INTENT record; everything else is appended. A record
 * that is cut off or fails its checksum ends the journal: whatever depends on a record happens only
 * after the record is durable.
 *
 * Contents of files that are written in place are kept in `<id>.copies` until the end. */

typedef enum {
  PM_METHOD_EXCHANGE, /* a new inode takes the name */
  PM_METHOD_IN_PLACE, /* the same inode gets new bytes */
} PmMethod;

typedef struct {
  guint64 inode;
  guint64 size_bytes;
  PmDigest digest;
} PmContent;

/* A swap back that may have been interrupted: `moved_in` was given the target's name, where
 * `expected_out` had been seen. If what came out is something else, it is newer. */
typedef struct {
  gboolean is_set;
  PmContent moved_in;
  PmContent expected_out;
} PmBack;

/* Bytes of ours taken back out of a file that somebody edited after us. */
typedef struct {
  gboolean is_set;
  PmContent before;
  PmContent after;
  PmBack back;
} PmRevert;

/* One file of a transaction. Paths are real: no symlink in them. */
typedef struct {
  char *root;   /* absolute */
  char *parent; /* relative to the root; "." for the root itself */
  char *name;
  char *temporary; /* beside it */
  char *revert;    /* another name beside it, for recovery */
  PmMethod method;
  PmContent old;
  PmContent new; /* the inode is 0: it is not known when the intent is written */
  GArray *edits; /* of PmEdit */

  guint64 device; /* not in the journal: 0 in recovery */
  PmBack back;    /* from later records */
  PmRevert reverted;
} PmTarget;

PmTarget *pm_target_new (void);
void pm_target_free (PmTarget *target);
char *pm_target_path (const PmTarget *target); /* absolute; a new string */

/* swap.h, inplace.h and revert.h know a file by its name alone: puts its directory before it. */
void pm_target_prefix_error (const PmTarget *target, GError **error);

typedef enum {
  PM_RECORD_INTENT = 1,
  PM_RECORD_PREPARED = 2,
  PM_RECORD_BACK = 3,
  PM_RECORD_REVERT = 4,
  PM_RECORD_COMMIT = 5,
  PM_RECORD_ROLLBACK = 6,
  PM_RECORD_ROLLED_BACK = 7,
  PM_RECORD_REGISTERED = 8,
  PM_RECORD_COPY = 9, /* in the file of copies only */
} PmRecordType;

/* A journal in memory: what its records said. */
typedef struct {
  guint64 id;
  gint64 started_us; /* since 1970, UTC */
  guint64 undo_of;
  char *note;
  GPtrArray *targets; /* of PmTarget, owned */

  gboolean is_prepared;
  gboolean is_committed;
  gboolean is_rolling_back;
  gboolean is_rolled_back;
  gboolean is_registered;
  PmOutcome outcome; /* valid once rolled back */
  GPtrArray *notes;  /* PmFileNote: what ROLLED_BACK says needs attention */
} PmHistory;

PmHistory *pm_history_new (void);
void pm_history_free (PmHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmHistory, pm_history_free)

/* A file being appended to. */
typedef struct PmJournal PmJournal;

/* Makes `<id>.open` in `directory` (borrowed, must outlive it) with the history's intent; durable,
 * its name too. On failure nothing is left behind that recovery would act on. */
PmJournal *pm_journal_create (const PmFs *fs, int directory, const PmHistory *history,
                              GError **error);

/* Reads a journal, and is ready to append to it. A journal without a whole INTENT record gives a
 * history without targets, of id 0. PM_UPDATE_ERROR_DAMAGED when bytes that were once durable
 * cannot be read. */
PmJournal *pm_journal_open (const PmFs *fs, int directory, const char *file_name,
                            PmHistory **ret_history, GError **error);

void pm_journal_close (PmJournal *journal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmJournal, pm_journal_close)

/* Appends a record and makes it durable. */
gboolean pm_journal_append (PmJournal *journal, PmRecordType type, const GByteArray *payload,
                            GError **error);

/* After a failed append: the record was written, but not made durable, so it may be found later. */
gboolean pm_journal_is_unsure (const PmJournal *journal);

/* Payloads. slot 0: the transaction's own swap; 1: a revert's. */
gboolean pm_journal_append_back (PmJournal *journal, guint32 target, guint32 slot,
                                 const PmBack *back, GError **error);
gboolean pm_journal_append_revert (PmJournal *journal, guint32 target, const PmContent *before,
                                   const PmContent *after, GError **error);
gboolean pm_journal_append_rolled_back (PmJournal *journal, PmOutcome outcome,
                                        const GPtrArray *notes, GError **error);

/* A whole content kept before a file is written in place, and what is being written. */
typedef struct {
  guint32 target;
  gboolean is_revert; /* not the transaction's own write, but recovery's */
  char *before, *after;
  gsize before_length, after_length;
} PmCopy;

void pm_copy_free (PmCopy *copy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmCopy, pm_copy_free)

/* Appends to `<id>.copies`; durable after pm_journal_sync_copies. */
gboolean pm_journal_append_copy (PmJournal *journal, const PmCopy *copy, GError **error);
gboolean pm_journal_sync_copies (PmJournal *journal, GError **error);

/* The last copy of each target: target + 1 as a pointer → PmCopy. Empty when there are none. */
GHashTable *pm_journal_read_copies (PmJournal *journal, GError **error);

/* `<id>.open` becomes `<id>.done`, the copies go. */
gboolean pm_journal_finish (PmJournal *journal, GError **error);

G_END_DECLS
