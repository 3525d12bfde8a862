/* DESIGN
 * A directory is read to its end before anything is decided, since its ignore file and the tools'
 * files in it have a say about all other entries; the bytes of getdents64 are kept as they came.
 * One that is not in memory is opened, read and asked for ahead while somebody else has the turn.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "walk/beneath.h"
#include "walk/file-system.h"
#include "walk/skip.h"
#include "walk/walk-internal.h"

#define READ_BYTES (32 * 1024)
#define KEPT_BYTES (1024 * 1024)
#define DEEPEST_IGNORED 2

/* --- reading --- */

static gboolean
is_dots (const char *name)
{
  return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

/* Adds up markers of the records from `at` on, and returns how many they are. */
static guint
take_markers (const GByteArray *entries, guint at, guint *markers)
{
  guint n = 0;
  while (at < entries->len) {
    const PmWalkEntry *entry = (const PmWalkEntry *) (const void *) (entries->data + at);
    *markers |= pm_skip_marker (entry->name);
    at += entry->record_length;
    n++;
  }
  return n;
}

/* FALSE when reading failed: what came before the error counts. */
static gboolean
read_entries (PmWalkWorker *worker, int fd, guint *ret_markers, gboolean *ret_complete)
{
  GByteArray *entries = worker->entries;
  if (entries->len > KEPT_BYTES) {
    g_byte_array_unref (entries);
    entries = worker->entries = g_byte_array_new ();
  }
  g_byte_array_set_size (entries, 0);
  *ret_markers = 0;
  *ret_complete = TRUE;

  for (guint n = 0;;) {
    guint length = entries->len;
    g_byte_array_set_size (entries, length + READ_BYTES);
    long got = syscall (SYS_getdents64, fd, entries->data + length, READ_BYTES);
    g_byte_array_set_size (entries, got > 0 ? length + (guint) got : length);
    if (got <= 0)
      return got == 0 || errno == ENOENT;
    n += take_markers (entries, length, ret_markers);
    if (n > PM_WALK_MOST_ENTRIES + 2) {
      *ret_complete = FALSE;
      return TRUE;
    }
  }
}

/* --- ignore files --- */

/* Adds a level of the patterns in a file, if it is there. */
static void
add_ignore_file (PmWalk *walk, PmTreeDirectory *directory, int fd, const char *name)
{
  int file = pm_beneath_open (fd, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW, FALSE);
  if (file < 0)
    return;
  struct stat info;
  g_autofree char *text = NULL;
  gssize length = 0;
  if (fstat (file, &info) == 0 && S_ISREG (info.st_mode)) {
    gsize most = MIN ((gsize) info.st_size, PM_IGNORE_MOST_BYTES + 1);
    text = g_malloc (most + 1);
    length = pread (file, text, most, 0);
  }
  close (file);
  if (length <= 0)
    return;

  gboolean complete;
  PmIgnore *level =
      pm_ignore_new (directory->ignore, directory->path, text, (gsize) length, &complete);
  pm_ignore_unref (directory->ignore);
  directory->ignore = level;
  if (!complete)
    pm_walk_problem (walk, directory->root, directory->path,
                     "%s is too long; some patterns are not used", name);
}

static void
set_ignore (PmWalk *walk, PmWalkWorker *worker, PmTreeDirectory *directory, int fd, guint markers)
{
  if ((markers & PM_MARKER_REPOSITORY) != 0) {
    directory->ignored_depth = 0;
    pm_witness_look (&worker->page, fd, ".git/info/exclude");
    add_ignore_file (walk, directory, fd, ".git/info/exclude");
  } else if (directory->parent != NULL) {
    directory->ignore = pm_ignore_ref (directory->parent->ignore);
  }
  if ((markers & PM_MARKER_IGNORE) != 0) {
    pm_witness_look (&worker->page, fd, ".gitignore");
    add_ignore_file (walk, directory, fd, ".gitignore");
  }
}

/* --- entries --- */

void
pm_walk_give (PmWalk *walk, PmWalkWorker *worker, const PmWalkFile *file)
{
  PmWalkIdentity identity = {file->stamp.device, file->stamp.inode};
  g_array_append_val (worker->given, identity);
  worker->counts.given++;
  if (walk->handler->file (file, worker->turn, walk->handler->data))
    return;
  pm_walk_wait (walk, worker);
  pm_walk_bring (file->directory_fd, file->name);
  pm_walk_resume (walk, worker);
  PmWalkFile brought = *file;
  brought.may_wait = TRUE;
  walk->handler->file (&brought, worker->turn, walk->handler->data);
}

static void
report_name (PmWalk *walk, const PmTreeDirectory *directory, const char *path, const char *name)
{
  if (!g_utf8_validate (name, -1, NULL))
    pm_walk_problem (walk, directory->root, path, "its name is not UTF-8");
}

static void
see_directory (PmWalk *walk, PmWalkWorker *worker, PmTreeDirectory *directory, const char *name,
               guint markers, gboolean is_linked)
{
  const char *path = worker->path->str;
  if (walk->handler->enters != NULL && !walk->handler->enters (path, walk->handler->data))
    return;
  gboolean is_ignored =
      directory->ignored_depth > 0 || pm_ignore_matches (directory->ignore, path, TRUE);
  if (pm_skip_directory (name, markers, is_ignored) ||
      (is_ignored && directory->ignored_depth >= DEEPEST_IGNORED)) {
    worker->counts.skipped_directories++;
    return;
  }
  report_name (walk, directory, path, name);
  PmTreeDirectory *child = pm_tree_add (&walk->tree, directory, name);
  child->ignored_depth = is_ignored ? (guint8) (directory->ignored_depth + 1) : 0;
  child->is_linked = is_linked;
  g_ptr_array_add (worker->found, child);
}

static PmWalkFile
file_of (const PmWalkWorker *worker, PmTreeDirectory *directory, int fd, const char *name,
         const struct stat *info)
{
  PmTreeDirectory *top = directory;
  while (top->parent != NULL && !top->is_linked)
    top = top->parent;
  return (PmWalkFile){
      .root = directory->root,
      .path = worker->path->str,
      .directory_fd = fd,
      .name = name,
      .stamp = pm_stamp_from_stat (info),
      .is_linked_project = top->is_linked,
      .beside = worker->beside,
  };
}

/* TRUE: it is known. Whatever goes wrong here is found out by the way of all others. */
static gboolean
recall_file (PmWalk *walk, PmWalkWorker *worker, PmTreeDirectory *directory, int fd,
             const char *name)
{
  const PmWalkHandler *handler = walk->handler;
  struct stat info;
  if (handler->recall == NULL || directory->ignored_depth > 0 ||
      pm_ignore_matches (directory->ignore, worker->path->str, FALSE) ||
      fstatat (fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG (info.st_mode) ||
      !g_utf8_validate (name, -1, NULL))
    return FALSE;
  PmWalkFile file = file_of (worker, directory, fd, name, &info);
  if (!handler->recall (&file, worker->turn, handler->data))
    return FALSE;
  pm_witness_file (&worker->page, name, &file.stamp);
  PmWalkIdentity identity = {file.stamp.device, file.stamp.inode};
  g_array_append_val (worker->given, identity);
  worker->counts.given++;
  return TRUE;
}

static void
see_file (PmWalk *walk, PmWalkWorker *worker, PmTreeDirectory *directory, int fd,
          const PmWalkSlot *slot)
{
  const char *path = worker->path->str, *name = slot->entry->name;
  worker->counts.files++;
  if (recall_file (walk, worker, directory, fd, name))
    return;
  PmInterest interest = slot->interest == PM_WALK_NOT_JUDGED
                            ? walk->handler->interest (path, walk->handler->data)
                            : (PmInterest) slot->interest;
  if (interest == PM_INTEREST_NONE)
    return;
  gboolean is_ignored =
      directory->ignored_depth > 0 || pm_ignore_matches (directory->ignore, path, FALSE);
  if (is_ignored && interest != PM_INTEREST_CONFIGURATION) {
    worker->counts.ignored_files++;
    return;
  }

  struct stat info;
  if (fstatat (fd, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
    worker->refused = pm_walk_is_gone (errno) ? worker->refused : errno;
    return;
  }
  if (!S_ISREG (info.st_mode))
    return; /* something else by now */
  report_name (walk, directory, path, name);
  PmWalkFile file = file_of (worker, directory, fd, name, &info);
  file.interest = interest;
  file.is_ignored = is_ignored;
  pm_witness_file (&worker->page, name, &file.stamp);
  pm_walk_give (walk, worker, &file);
}

static void
put_link_aside (PmWalk *walk, PmTreeDirectory *directory, const char *path, PmInterest interest)
{
  PmTreeDirectory *anchor = directory;
  while (anchor->parent != NULL && !anchor->is_linked)
    anchor = anchor->parent;
  PmWalkLink link = {
      .anchor = pm_tree_ref (&walk->tree, anchor),
      .path = g_strdup (path),
      .interest = interest,
      .is_ignored =
          directory->ignored_depth > 0 || pm_ignore_matches (directory->ignore, path, FALSE),
  };
  g_mutex_lock (&walk->lock);
  gboolean is_full = walk->links->len >= PM_WALK_MOST_LINKS;
  if (!is_full)
    g_array_append_val (walk->links, link);
  g_mutex_unlock (&walk->lock);
  if (!is_full)
    return;
  pm_walk_unread (walk, directory->root, path, "more than %d links; this one is not read",
                  PM_WALK_MOST_LINKS);
  pm_tree_unref (&walk->tree, link.anchor);
  g_free (link.path);
}

static void
see_link (PmWalk *walk, PmWalkWorker *worker, PmTreeDirectory *directory, int fd, const char *name,
          guint markers)
{
  const char *path = worker->path->str;
  struct stat info;
  if (directory->parent == NULL && fstatat (fd, name, &info, 0) == 0 && S_ISDIR (info.st_mode)) {
    see_directory (walk, worker, directory, name, markers, TRUE);
    return;
  }
  PmInterest interest = walk->handler->interest (path, walk->handler->data);
  if (interest != PM_INTEREST_NONE)
    put_link_aside (walk, directory, path, interest);
}

/* For file systems that do not tell types with names. */
static guint8
type_of (PmWalkWorker *worker, int fd, const PmWalkEntry *entry)
{
  struct stat info;
  if (entry->type != DT_UNKNOWN)
    return entry->type;
  if (fstatat (fd, entry->name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
    worker->refused = pm_walk_is_gone (errno) ? worker->refused : errno;
    return DT_UNKNOWN;
  }
  return (guint8) IFTODT (info.st_mode);
}

void
pm_walk_name (PmWalkWorker *worker, const PmTreeDirectory *directory, const char *name)
{
  g_string_assign (worker->path, directory->path);
  if (worker->path->len > 0)
    g_string_append_c (worker->path, '/');
  g_string_append (worker->path, name);
}

static void
see_entry (PmWalk *walk, PmWalkWorker *worker, PmTreeDirectory *directory, int fd,
           const PmWalkSlot *slot, guint markers)
{
  const PmWalkEntry *entry = slot->entry;
  pm_walk_name (worker, directory, entry->name);
  const char *path = worker->path->str;
  guint8 type = type_of (worker, fd, entry);

  PmIgnore *excluded = g_array_index (walk->roots, PmWalkRoot, directory->root).excluded;
  if (pm_ignore_matches (excluded, path, type == DT_DIR)) {
    worker->counts.skipped_directories += type == DT_DIR;
    return;
  }
  if (worker->path->len > PM_WALK_LONGEST_PATH) {
    pm_walk_problem (walk, directory->root, directory->path,
                     "paths below it are longer than %d bytes; not read", PM_WALK_LONGEST_PATH);
    return;
  }

  if (type == DT_DIR)
    see_directory (walk, worker, directory, entry->name, markers, FALSE);
  else if (type == DT_REG)
    see_file (walk, worker, directory, fd, slot);
  else if (type == DT_LNK)
    see_link (walk, worker, directory, fd, entry->name, markers);
  else if (type != DT_UNKNOWN &&
           walk->handler->interest (path, walk->handler->data) == PM_INTEREST_CONFIGURATION)
    pm_walk_problem (walk, directory->root, path, "it is a socket, FIFO or device; not read");
}

/* --- the directory itself --- */

/* "Signature: …" as the Cache Directory Tagging Specification has it. */
static gboolean
is_tagged_as_cache (int fd)
{
  static const char signature[] = "Signature: 8a477f597d28d172789f06886806bc55";
  char text[sizeof signature - 1];
  int file = pm_beneath_open (fd, "CACHEDIR.TAG", O_RDONLY | O_NONBLOCK | O_NOFOLLOW, FALSE);
  if (file < 0)
    return FALSE;
  gssize length = pread (file, text, sizeof text, 0);
  close (file);
  return length == (gssize) sizeof text && memcmp (text, signature, sizeof text) == 0;
}

static gboolean
is_place (const PmWalk *walk, const struct stat *info)
{
  for (guint i = 0; i < walk->places->len; i++) {
    PmWalkIdentity place = g_array_index (walk->places, PmWalkPlace, i).identity;
    if (place.device == info->st_dev && place.inode == info->st_ino)
      return TRUE;
  }
  return FALSE;
}

/* The first link to a directory stands for it, unless that lies below another one's. */
static gboolean
is_followed (const PmWalk *walk, const PmTreeDirectory *directory, const char *real)
{
  gboolean is_met = FALSE, is_first = FALSE;
  for (guint i = 0; i < walk->targets->len; i++) {
    const PmWalkTarget *target = &g_array_index (walk->targets, PmWalkTarget, i);
    if (strcmp (target->path, real) != 0) {
      if (pm_walk_lies_below (real, target->path, NULL))
        return FALSE;
      continue;
    }
    is_first = is_first || (!is_met && target->root == directory->root &&
                            strcmp (target->name, directory->name) == 0);
    is_met = TRUE;
  }
  return is_first;
}

/* May the link be followed? */
static gboolean
accept_linked (PmWalk *walk, const PmTreeDirectory *directory, int fd)
{
  g_autofree char *real = pm_walk_real_path (fd);
  if (real == NULL)
    return FALSE;
  for (guint i = 0; i < walk->places->len; i++) {
    const char *place = g_array_index (walk->places, PmWalkPlace, i).path;
    if (pm_walk_lies_below (real, place, NULL))
      return FALSE;
    if (pm_walk_lies_below (place, real, NULL)) {
      pm_walk_problem (walk, directory->root, directory->path,
                       "it links to a directory that holds a root; not followed");
      return FALSE;
    }
  }
  return is_followed (walk, directory, real);
}

static gboolean
may_be_read (PmWalk *walk, const PmTreeDirectory *directory, int fd, const struct stat *info)
{
  if (directory->parent == NULL)
    return TRUE;
  if (is_place (walk, info))
    return FALSE;
  if (directory->device != directory->parent->device && pm_file_system_is_of_the_kernel (fd))
    return FALSE;
  return !directory->is_linked || accept_linked (walk, directory, fd);
}

/* What the witness says of a directory is of the time before its entries are read. */
static void
begin_witness (PmWalk *walk, PmWalkWorker *worker, const PmTreeDirectory *directory, int fd,
               const struct stat *info)
{
  gboolean is_border = directory->parent == NULL || directory->device != directory->parent->device;
  if (walk->options->witness != NULL && is_border && !pm_file_system_keeps_times (fd))
    pm_witness_spoil (walk->options->witness);
  pm_witness_begin (&worker->page, directory->root, directory->path, directory->is_linked, info);
}

/* Says whether an opened directory is to be read, and learns who it is. */
static gboolean
accept (PmWalk *walk, PmWalkWorker *worker, PmTreeDirectory *directory, int fd)
{
  struct stat info;
  if (fstat (fd, &info) != 0) {
    pm_walk_unread (walk, directory->root, directory->path, "it cannot be opened: %s",
                    g_strerror (errno));
    return FALSE;
  }
  if (directory->parent != NULL) {
    directory->device = info.st_dev;
    directory->inode = info.st_ino;
  }
  if (!may_be_read (walk, directory, fd, &info)) {
    pm_witness_passed (&worker->page, directory->root, directory->path, &info);
    return FALSE;
  }
  begin_witness (walk, worker, directory, fd, &info);
  return TRUE;
}

static gint
compare_inodes (gconstpointer a, gconstpointer b)
{
  guint64 left = ((const PmWalkSlot *) a)->entry->inode;
  guint64 right = ((const PmWalkSlot *) b)->entry->inode;
  return left < right ? -1 : left > right;
}

/* Of the names in question those that an entry may be found by: on some file systems whatever the
 * case. */
static guint
note (const PmWalk *walk, const char *name)
{
  const char *const *noted = walk->handler->noted;
  guint bits = 0;
  for (guint i = 0; noted != NULL && i < PM_WALK_MOST_NOTED && noted[i] != NULL; i++)
    if (g_ascii_strcasecmp (noted[i], name) == 0)
      bits |= 1u << i;
  return bits;
}

/* `sorts`: as they lie on the disk. In what order files are given makes no difference to anybody.
 */
static void
line_up (const PmWalk *walk, PmWalkWorker *worker, gboolean is_whole, gboolean sorts)
{
  if (worker->slots->len > KEPT_BYTES / sizeof (PmWalkSlot)) {
    g_array_unref (worker->slots);
    worker->slots = g_array_new (FALSE, FALSE, sizeof (PmWalkSlot));
  }
  g_array_set_size (worker->slots, 0);
  guint at = 0;
  worker->beside = 0;
  while (at < worker->entries->len && worker->slots->len < PM_WALK_MOST_ENTRIES) {
    const PmWalkEntry *entry = (const PmWalkEntry *) (const void *) (worker->entries->data + at);
    at += entry->record_length;
    if (is_dots (entry->name))
      continue;
    PmWalkSlot slot = {entry, PM_WALK_NOT_JUDGED};
    g_array_append_val (worker->slots, slot);
    worker->beside |= note (walk, entry->name);
  }
  if (at < worker->entries->len || !is_whole)
    worker->beside = G_MAXUINT;
  if (sorts)
    g_array_sort (worker->slots, compare_inodes);
}

/* A tool's own: its tag says so, or a file of it lies there. */
static gboolean
is_kept_by_a_tool (PmWalkWorker *worker, const PmTreeDirectory *directory, int fd, guint markers)
{
  if (directory->parent == NULL)
    return FALSE;
  if ((markers & PM_MARKER_VIRTUALENV) != 0)
    return TRUE;
  if ((markers & PM_MARKER_CACHE) == 0)
    return FALSE;
  pm_witness_look (&worker->page, fd, "CACHEDIR.TAG");
  return is_tagged_as_cache (fd);
}

static void
look_at_noted (const PmWalk *walk, PmWalkWorker *worker, int fd)
{
  const char *const *noted = walk->handler->noted;
  for (guint i = 0; noted != NULL && i < PM_WALK_MOST_NOTED && noted[i] != NULL; i++)
    if ((worker->beside & 1u << i) != 0)
      pm_witness_look_through (&worker->page, fd, noted[i]);
}

/* Up to where its entries can be looked at: FALSE, there is nothing in it to be looked at. */
static gboolean
list (PmWalk *walk, PmWalkWorker *worker, PmTreeDirectory *directory, int fd, guint *ret_markers,
      gboolean is_cold)
{
  gboolean complete;
  gboolean is_read = read_entries (worker, fd, ret_markers, &complete);
  if (!is_read)
    pm_walk_unread (walk, directory->root, directory->path, "it cannot be read to its end: %s",
                    g_strerror (errno));
  if (!complete)
    pm_walk_unread (walk, directory->root, directory->path,
                    "it has more than %d entries; the others are not read", PM_WALK_MOST_ENTRIES);

  if (is_kept_by_a_tool (worker, directory, fd, *ret_markers)) {
    worker->counts.skipped_directories++;
    return FALSE;
  }
  set_ignore (walk, worker, directory, fd, *ret_markers);
  line_up (walk, worker, is_read && complete, is_cold);
  look_at_noted (walk, worker, fd);
  return TRUE;
}

static void
see_entries (PmWalk *walk, PmWalkWorker *worker, PmTreeDirectory *directory, int fd, guint markers,
             guint asked_until)
{
  worker->counts.directories++;
  if (walk->handler->directory != NULL) {
    g_mutex_lock (&walk->report);
    walk->handler->directory (directory->root, directory->path, fd, walk->handler->data);
    g_mutex_unlock (&walk->report);
  }
  worker->refused = 0;
  for (guint i = 0; i < worker->slots->len && !pm_walk_is_cancelled (walk); i++) {
    if (i == asked_until) {
      pm_walk_wait (walk, worker);
      asked_until = pm_walk_read_ahead (walk, worker, directory, fd, i);
      pm_walk_resume (walk, worker);
    }
    see_entry (walk, worker, directory, fd, &g_array_index (worker->slots, PmWalkSlot, i), markers);
  }
  if (worker->refused != 0)
    pm_walk_unread (walk, directory->root, directory->path, "what is in it cannot be looked at: %s",
                    g_strerror (worker->refused));
}

void
pm_walk_enter (PmWalk *walk, PmWalkWorker *worker, PmTreeDirectory *directory)
{
  if (directory->path == NULL) {
    const char *above = directory->parent->path;
    directory->path = above[0] == '\0' ? g_strdup (directory->name)
                                       : g_strconcat (above, "/", directory->name, NULL);
  }
  int fd = pm_tree_acquire (&walk->tree, directory, TRUE);
  gboolean is_cold = fd < 0 && errno == EAGAIN;
  if (is_cold) {
    pm_walk_wait (walk, worker);
    fd = pm_tree_acquire (&walk->tree, directory, FALSE);
  }
  /* Gone, or replaced by something else, since its name was read: then it is nobody's loss. */
  if (fd < 0 && !pm_walk_is_gone (errno))
    pm_walk_unread (walk, directory->root, directory->path, "it cannot be opened: %s",
                    g_strerror (errno));
  guint markers = 0, asked_until = G_MAXUINT;
  gboolean is_ours = fd >= 0 && accept (walk, worker, directory, fd);
  gboolean is_listed = is_ours && list (walk, worker, directory, fd, &markers, is_cold);
  if (is_cold && is_listed)
    asked_until = pm_walk_read_ahead (walk, worker, directory, fd, 0);
  if (is_cold)
    pm_walk_resume (walk, worker);
  if (is_listed)
    see_entries (walk, worker, directory, fd, markers, asked_until);
  if (is_ours)
    pm_witness_end (&worker->page);
  if (fd >= 0)
    pm_tree_release (&walk->tree, directory);
}
