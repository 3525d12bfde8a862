/* DESIGN
 * One inotify instance, one watch a directory. An event's directory and name become a path, which
 * goes to the burst; a timer tells what is due. A watch follows the inode, not the name: when a
 * directory is moved, it and those below it are dropped, and found again under their new name, if
 * that is followed. */

#include "watch/watch.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "watch/burst.h"

#define MASK                                                                                       \
  (IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |  \
   IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK)

G_DEFINE_QUARK (pm - watch - error - quark, pm_watch_error)

/* One directory. */
typedef struct {
  char *path;
  int wd;
  gboolean is_wanted;
  gint64 new_s; /* followed because it is new, since; 0: it is not */
} Place;

struct PmWatch {
  PmWatchCalls calls;
  gpointer data;
  int fd;
  guint on_events, on_due;
  GHashTable *by_path; /* path → Place, owned */
  GHashTable *by_wd;   /* wd → Place */
  guint n_new;
  PmBurst *burst;
  gboolean is_limited;
  PmWatchCounts counts;
};

static gint64
now_ms (void)
{
  return g_get_monotonic_time () / 1000;
}

/* --- telling --- */

static void schedule (PmWatch *watch);

static gboolean
on_due (gpointer data)
{
  PmWatch *watch = data;
  g_autoptr (GPtrArray) paths = pm_burst_take (watch->burst, now_ms ());
  watch->on_due = 0;
  schedule (watch);
  if (paths->len > 0) {
    g_ptr_array_add (paths, NULL);
    watch->calls.changed ((const char *const *) paths->pdata, watch->data);
  }
  return G_SOURCE_REMOVE;
}

static void
schedule (PmWatch *watch)
{
  gint64 due_ms = pm_burst_due_ms (watch->burst);
  g_clear_handle_id (&watch->on_due, g_source_remove);
  if (due_ms >= 0)
    watch->on_due = g_timeout_add ((guint) MAX (due_ms - now_ms (), 0), on_due, watch);
}

/* --- places --- */

static void
place_free (gpointer data)
{
  Place *place = data;
  g_free (place->path);
  g_free (place);
}

static void
forget (PmWatch *watch, Place *place)
{
  watch->n_new -= place->new_s != 0;
  g_hash_table_remove (watch->by_wd, GINT_TO_POINTER (place->wd));
  g_hash_table_remove (watch->by_path, place->path);
}

static void
drop (PmWatch *watch, Place *place)
{
  inotify_rm_watch (watch->fd, place->wd);
  forget (watch, place);
}

static gboolean
is_below (const char *path, const char *directory)
{
  gsize length = strlen (directory);
  return strncmp (path, directory, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

/* The directory was moved away: so were those below it. */
static void
drop_below (PmWatch *watch, const char *directory)
{
  g_autoptr (GPtrArray) gone = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer place;
  g_hash_table_iter_init (&iter, watch->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &place))
    if (is_below (((const Place *) place)->path, directory))
      g_ptr_array_add (gone, place);
  for (guint i = 0; i < gone->len; i++)
    drop (watch, gone->pdata[i]);
}

static void
tell_limit (PmWatch *watch)
{
  if (watch->is_limited)
    return;
  watch->is_limited = TRUE;
  watch->calls.lost (PM_WATCH_LOST_WATCH, NULL, watch->data);
}

/* NULL: it cannot be followed. Two names of one directory (a bind mount) have one watch: the first
 * name keeps it. */
static Place *
follow (PmWatch *watch, const char *path)
{
  int wd = inotify_add_watch (watch->fd, path, MASK);
  if (wd < 0 && (errno == ENOSPC || errno == ENOMEM))
    tell_limit (watch);
  if (wd < 0 || g_hash_table_contains (watch->by_wd, GINT_TO_POINTER (wd)))
    return NULL;
  Place *place = g_new0 (Place, 1);
  place->path = g_strdup (path);
  place->wd = wd;
  g_hash_table_insert (watch->by_path, place->path, place);
  g_hash_table_insert (watch->by_wd, GINT_TO_POINTER (wd), place);
  return place;
}

/* A new directory, and those in it: somebody may have made all of them at once. Their number is
 * bounded; what is not followed is read all the same. */
static void
follow_new (PmWatch *watch, const char *path)
{
  g_autoptr (GPtrArray) waiting = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (waiting, g_strdup (path));
  while (waiting->len > 0 && watch->n_new < PM_WATCH_MOST_NEW) {
    g_autofree char *next = g_ptr_array_steal_index_fast (waiting, waiting->len - 1);
    g_autofree char *name = g_path_get_basename (next);
    if (watch->calls.is_skipped (name) || g_hash_table_contains (watch->by_path, next))
      continue;
    Place *place = follow (watch, next);
    if (place == NULL)
      continue;
    place->new_s = MAX (now_ms () / 1000, 1);
    watch->n_new++;
    g_autoptr (GDir) entries = g_dir_open (next, 0, NULL);
    const char *entry;
    while (entries != NULL && (entry = g_dir_read_name (entries)) != NULL) {
      g_autofree char *child = g_build_filename (next, entry, NULL);
      if (!g_file_test (child, G_FILE_TEST_IS_SYMLINK) && g_file_test (child, G_FILE_TEST_IS_DIR))
        g_ptr_array_add (waiting, g_steal_pointer (&child));
    }
  }
}

/* --- events --- */

static void
on_place_gone (PmWatch *watch, Place *place)
{
  g_autofree char *path = g_strdup (place->path);
  gboolean was_wanted = place->is_wanted;
  drop_below (watch, path);
  if (was_wanted)
    watch->calls.lost (PM_WATCH_LOST_PLACE, path, watch->data);
}

static void
on_directory (PmWatch *watch, const char *path, guint32 mask)
{
  if ((mask & (IN_MOVED_FROM | IN_DELETE)) != 0)
    drop_below (watch, path);
  if ((mask & (IN_CREATE | IN_MOVED_TO)) != 0)
    follow_new (watch, path);
}

static void
on_entry (PmWatch *watch, const Place *place, const struct inotify_event *event)
{
  g_autofree char *path = g_build_filename (place->path, event->name, NULL);
  gboolean is_directory = (event->mask & IN_ISDIR) != 0;
  if (is_directory && watch->calls.is_skipped (event->name))
    return;
  if (is_directory)
    on_directory (watch, path, event->mask);
  /* A file that was just made is written to next, and then closed; a link is not. */
  if ((event->mask & (IN_MODIFY | IN_CREATE)) != 0 && !is_directory)
    pm_burst_add_open (watch->burst, path, now_ms ());
  else
    pm_burst_add (watch->burst, path, now_ms ());
}

static void
on_event (PmWatch *watch, const struct inotify_event *event)
{
  watch->counts.events++;
  if ((event->mask & IN_Q_OVERFLOW) != 0) {
    watch->counts.overflows++;
    watch->calls.lost (PM_WATCH_LOST_EVENTS, NULL, watch->data);
    return;
  }
  Place *place = g_hash_table_lookup (watch->by_wd, GINT_TO_POINTER (event->wd));
  if (place == NULL)
    return; /* of a watch that was dropped */
  if ((event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT)) != 0)
    on_place_gone (watch, place);
  else if ((event->mask & IN_IGNORED) != 0)
    forget (watch, place);
  else if (event->len > 0)
    on_entry (watch, place, event);
}

static gboolean
on_events (int fd, GIOCondition condition, gpointer data)
{
  PmWatch *watch = data;
  char buffer[64 * 1024] __attribute__ ((aligned (__alignof__(struct inotify_event))));
  gssize length = read (fd, buffer, sizeof buffer);
  for (char *p = buffer; length > 0 && p < buffer + length;) {
    const struct inotify_event *event = (const struct inotify_event *) (gconstpointer) p;
    p += sizeof *event + event->len;
    on_event (watch, event);
  }
  schedule (watch);
  return G_SOURCE_CONTINUE;
}

/* --- from outside --- */

PmWatch *
pm_watch_new (const PmWatchCalls *calls, gpointer data, GError **error)
{
  int fd = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0) {
    g_set_error (error, PM_WATCH_ERROR, PM_WATCH_ERROR_UNAVAILABLE,
                 "files cannot be followed: %s; see fs.inotify.max_user_instances",
                 g_strerror (errno));
    return NULL;
  }
  PmWatch *watch = g_new0 (PmWatch, 1);
  watch->calls = *calls;
  watch->data = data;
  watch->fd = fd;
  watch->by_path = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, place_free);
  watch->by_wd = g_hash_table_new (NULL, NULL);
  watch->burst = pm_burst_new ();
  watch->on_events = g_unix_fd_add (fd, G_IO_IN, on_events, watch);
  return watch;
}

void
pm_watch_free (PmWatch *watch)
{
  if (watch == NULL)
    return;
  g_source_remove (watch->on_events);
  g_clear_handle_id (&watch->on_due, g_source_remove);
  close (watch->fd);
  g_hash_table_unref (watch->by_wd);
  g_hash_table_unref (watch->by_path);
  pm_burst_free (watch->burst);
  g_free (watch);
}

/* What is neither wanted nor new any more. */
static void
drop_unwanted (PmWatch *watch, GHashTable *directories)
{
  g_autoptr (GPtrArray) surplus = g_ptr_array_new ();
  gint64 oldest_s = now_ms () / 1000 - PM_WATCH_NEW_S;
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, watch->by_path);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Place *place = value;
    place->is_wanted = g_hash_table_contains (directories, place->path);
    if (!place->is_wanted && (place->new_s == 0 || place->new_s < oldest_s))
      g_ptr_array_add (surplus, place);
  }
  for (guint i = 0; i < surplus->len; i++)
    drop (watch, surplus->pdata[i]);
}

void
pm_watch_set (PmWatch *watch, GHashTable *directories)
{
  GHashTableIter iter;
  gpointer path;
  drop_unwanted (watch, directories);
  watch->is_limited = FALSE;
  watch->counts.wanted = g_hash_table_size (directories);
  g_hash_table_iter_init (&iter, directories);
  while (!watch->is_limited && g_hash_table_iter_next (&iter, &path, NULL)) {
    Place *place = g_hash_table_lookup (watch->by_path, path);
    if (place == NULL && (place = follow (watch, path)) != NULL)
      pm_burst_add (watch->burst, path, now_ms ());
    if (place == NULL)
      continue;
    place->is_wanted = TRUE;
    watch->n_new -= place->new_s != 0;
    place->new_s = 0;
  }
  schedule (watch);
}

PmWatchCounts
pm_watch_counts (const PmWatch *watch)
{
  PmWatchCounts counts = watch->counts;
  counts.followed = g_hash_table_size (watch->by_path);
  return counts;
}
