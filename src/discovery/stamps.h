#pragma once

#include <glib.h>

#include "walk/stamp.h"

G_BEGIN_DECLS

/* What a survey remembers of the files that it opened, so that the next one opens only those that
 * changed: for each file a digest of its path and stamp, and what came of reading it.
 *
 *   known = pm_stamps_load (file, identity);
 *   the walk: pm_stamps_look_up for each file, pm_stamps_add for each that was read
 *   learned = what was added; identity = pm_stamps_save (learned, file, &error)
 *
 * The identity (64 hexadecimal digits) is of the content. Whoever stores what the survey found
 * stores it along: a file of stamps with another one is damaged, or belongs to something else, and
 * is as good as none. Look-ups may come from several threads; adding is for one at a time. */

typedef enum {
  PM_STAMPS_QUIET,    /* says nothing */
  PM_STAMPS_DOCUMENT, /* has a record in the snapshot */
  PM_STAMPS_FAILED,   /* could not be read: tried again each time */
  PM_STAMPS_FRESH,    /* was just written, so its stamp cannot be trusted: read again */
} PmStampsKind;

typedef guint64 PmStampsKey;

typedef struct {
  PmStampsKind kind;
  guint64 detail; /* what else it depended on (environment), or how it failed; 0 nothing. The two
                     lowest bits are not kept */
} PmStampsEntry;

typedef struct PmStamps PmStamps;

#define PM_STAMPS_MOST_FILES (4 * 1024 * 1024) /* what is over it is read each time */

/* Digests go on from `so_far`; 0 to begin. Not cryptographic: who crafts a file to collide hides a
 * change of that file, nothing else. */
guint64 pm_stamps_mix (guint64 so_far, guint64 integer);
guint64 pm_stamps_mix_text (guint64 so_far, const char *text);
guint64 pm_stamps_mix_stamp (guint64 so_far, const PmStamp *stamp);

PmStamps *pm_stamps_new (void);

/* Never NULL: nothing is known when the file is missing, damaged, or has another identity. */
PmStamps *pm_stamps_load (const char *file, const char *identity);
void pm_stamps_free (PmStamps *stamps);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmStamps, pm_stamps_free)

/* Each of a NULL-terminated array, and the array. */
void pm_stamps_free_all (PmStamps **stamps);

/* Was nothing loaded? Then nobody needs to be looked up. */
gboolean pm_stamps_are_none (const PmStamps *stamps);

/* Marks the entry as met. */
gboolean pm_stamps_look_up (PmStamps *stamps, PmStampsKey key, PmStampsEntry *ret_entry);

/* Every entry that was loaded has been met, so no file is gone. FALSE where nothing was loaded. */
gboolean pm_stamps_all_met (const PmStamps *stamps);

void pm_stamps_add (PmStamps *stamps, PmStampsKey key, PmStampsEntry entry);

/* Before they are saved; goes through all of them. */
gboolean pm_stamps_was_added (const PmStamps *stamps, PmStampsKey key);

/* One more number: of everything that the walk met and that is no file. */
guint64 pm_stamps_remark (const PmStamps *stamps);
void pm_stamps_set_remark (PmStamps *stamps, guint64 remark);

/* Replaces the file as a whole; mode 0600. The identity is a new string, NULL on failure. */
char *pm_stamps_save (PmStamps *stamps, const char *file, GError **error);

G_END_DECLS
