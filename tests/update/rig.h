#pragma once

#include "update/recover.h"
#include "update/transaction.h"
#include "update/undo.h"

/* A root with files and a state directory, in a directory of its own, for tests of transactions.
 *
 * The files hold RIG_OLD once or more; rig_add plans to replace each with RIG_NEW. */

#define RIG_OLD "34.41.115.199"
#define RIG_NEW "136.112.123.243"

typedef struct {
  char *base;       /* absolute */
  char *root;       /* base/root */
  char *state;      /* base/state */
  guint registered; /* calls of the registry's part */
  guint64 registered_id;
  guint prepared, exchanged; /* files of the last transaction, as it told */
  gboolean refuse_verify;    /* what the calls answer */
  gboolean refuse_registry;
} Rig;

/* Below `where`, or the directory for temporary files when it is NULL. */
void rig_init (Rig *rig, const char *where);
void rig_clear (Rig *rig);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rig, rig_clear)

void rig_write (Rig *rig, const char *path, const char *content);
char *rig_read (Rig *rig, const char *path);
char *rig_path (Rig *rig, const char *path);
void rig_expect (Rig *rig, const char *path, const char *content);

/* Files called 0/.env, 1/.env …, of different lengths, each with RIG_OLD in two places. */
void rig_make_files (Rig *rig, guint count);

/* How many of rig_make_files's files are as made, and how many as edited. What is neither is in
 * none of the two. */
void rig_count (Rig *rig, guint count, guint *ret_old, guint *ret_new);

PmTransaction *rig_begin (Rig *rig, const PmFs *fs, GError **error);

/* Plans to replace every `from` in a file with `to`. */
void rig_add (Rig *rig, PmTransaction *transaction, const char *path, const char *from,
              const char *to);

PmTransactionCalls rig_calls (Rig *rig);

/* Begins, adds the files, prepares, commits. Returns the outcome; ret_id may be NULL. */
PmOutcome rig_replace (Rig *rig, const PmFs *fs, const char *const *paths, const char *from,
                       const char *to, guint64 *ret_id, GError **error);

/* The same for rig_make_files's. */
PmOutcome rig_replace_all (Rig *rig, const PmFs *fs, guint count, GError **error);

PmOutcome rig_undo (Rig *rig, const PmFs *fs, guint64 id, guint64 *ret_id, GError **error);

/* Recovers with the real table, and asserts that it works and that nothing is left to do. Returns
 * how many transactions it brought to an end. */
guint rig_recover (Rig *rig);

/* Whether a temporary is below the root. */
gboolean rig_has_leftovers (Rig *rig);
void rig_expect_no_leftovers (Rig *rig);
