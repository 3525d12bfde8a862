#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Ignore patterns, exactly as gitignore(5) has them: nested files, negation, anchors, `**`,
 * trailing slashes, character classes, escaped blanks. Paths are bytes, compared with regard to
 * case.
 *
 * Calling sequence: each directory with an ignore file gets a level on top of its parent's; a path
 * is asked of the level of the directory it lies in. That a path below an excluded directory cannot
 * be taken in again is the walker's business: it does not ask for such a path. Not read: git's
 * core.excludesFile, and the exclude file of a linked worktree.
 *
 * Levels are immutable once made and counted atomically, so threads may share them. */

typedef struct PmIgnore PmIgnore;

#define PM_IGNORE_MOST_BYTES (1024 * 1024) /* of an ignore file */
#define PM_IGNORE_MOST_PATTERNS 4096       /* of one level */
#define PM_IGNORE_LONGEST_PATTERN 1024     /* bytes; longer ones are left out */

/* `directory` is where the patterns are anchored, relative to the root and without a slash at its
 * end
 * ("" the root itself); `below` (may be NULL) is what they override. *ret_complete is FALSE when
 * patterns were left out because of the limits. */
PmIgnore *pm_ignore_new (PmIgnore *below, const char *directory, const char *text, gsize length,
                         gboolean *ret_complete);
PmIgnore *pm_ignore_ref (PmIgnore *ignore); /* NULL gives NULL */
void pm_ignore_unref (PmIgnore *ignore);    /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmIgnore, pm_ignore_unref)

/* Is the path excluded by the last pattern that matches it? `ignore` may be NULL: nothing is. The
 * path is relative to the root and lies below the directory of every level. */
gboolean pm_ignore_matches (const PmIgnore *ignore, const char *path, gboolean is_directory);

/* One pattern against one text: `*` and `?` and classes stop at slashes, `**` as a whole component
 * crosses them. Time is at most the product of both lengths, times the number of components. */
gboolean pm_ignore_glob (const char *pattern, const char *text);

G_END_DECLS
