#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Follows directories with inotify(7) and tells which paths changed, in bursts.
 *
 *   PmWatch *watch = pm_watch_new (&calls, data, &error);
 *   pm_watch_set (watch, directories);          // again whenever others are to be followed
 *   …calls.changed: read these paths again
 *   …calls.lost: something may have been missed, read everything again
 *
 * A burst is told when nothing has come for PM_WATCH_QUIET_MS, but no later than
 * PM_WATCH_LONGEST_MS after its first event; a file that is still open for writing, after
 * PM_WATCH_OPEN_MS. Whatever happens to a path after it was told is told again, so the last save is
 * never missed. A path that changes all the time (a log) is told once in PM_WATCH_BUSY_MS.
 *
 * A directory that is made or moved into one that is followed is followed at once, with what is in
 * it, for PM_WATCH_NEW_S: whoever decides what is worth following decides by then. Directories that
 * go are forgotten by themselves. Works on the default main context; reads no file. */

#define PM_WATCH_QUIET_MS 10
#define PM_WATCH_LONGEST_MS 50
#define PM_WATCH_OPEN_MS 250
#define PM_WATCH_BUSY_MS 1000
#define PM_WATCH_NEW_S 3600
#define PM_WATCH_MOST_NEW 4096

#define PM_WATCH_ERROR (pm_watch_error_quark ())
GQuark pm_watch_error_quark (void);
typedef enum { PM_WATCH_ERROR_UNAVAILABLE } PmWatchError;

typedef enum {
  PM_WATCH_LOST_EVENTS, /* the kernel's queue was full */
  PM_WATCH_LOST_WATCH,  /* fs.inotify.max_user_watches: not all directories are followed */
  PM_WATCH_LOST_PLACE,  /* a directory of pm_watch_set is gone, or was moved, and the one above it
                           is not followed: that would tell */
} PmWatchLoss;

typedef struct {
  /* Absolute paths, NULL-terminated, each once: of what was made, written, removed, renamed, or got
   * other permissions. */
  void (*changed) (const char *const *paths, gpointer data);
  void (*lost) (PmWatchLoss loss, const char *path, gpointer data); /* `path` of a place, or NULL */
  gboolean (*is_skipped) (const char *name); /* a directory that need not be followed */
} PmWatchCalls;

typedef struct PmWatch PmWatch;

/* UNAVAILABLE: no inotify instance is to be had; the message names the limit. */
PmWatch *pm_watch_new (const PmWatchCalls *calls, gpointer data, GError **error);
void pm_watch_free (PmWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmWatch, pm_watch_free)

/* Follows these (a set of absolute paths, borrowed), and those that are new, and no other. One that
 * was not followed before is told as changed: what happened in it until now nobody saw. */
void pm_watch_set (PmWatch *watch, GHashTable *directories);

typedef struct {
  guint followed;
  guint wanted; /* more than are followed: the limit was reached, or some cannot be read */
  guint64 events;
  guint64 overflows;
} PmWatchCounts;
PmWatchCounts pm_watch_counts (const PmWatch *watch);

G_END_DECLS
