/* DESIGN
 * The whole: what is a root, a project linked into one, or somebody else's; then the workers
 * (walk-turns.c), then the links. */

#include "walk/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "walk/walk-internal.h"

#define FEWEST_WORKERS 2
#define MOST_WORKERS_BY_DEFAULT 8
#define MOST_WAITING 6 /* threads beyond the turns: 14 gain 2 % more and cost 4 MB */

char *
pm_walk_printable (const char *path)
{
  GString *text = g_string_new (NULL);
  while (*path != '\0') {
    gunichar c = g_utf8_get_char_validated (path, -1);
    gboolean is_plain = c != (gunichar) -1 && c != (gunichar) -2 && !g_unichar_iscntrl (c);
    if (is_plain) {
      g_string_append_unichar (text, c);
      path = g_utf8_next_char (path);
    } else {
      g_string_append_printf (text, "\\x%02x", (guchar) *path++);
    }
  }
  return g_string_free (text, FALSE);
}

gboolean
pm_walk_is_cancelled (const PmWalk *walk)
{
  return walk->options->cancelled != NULL && g_atomic_int_get (walk->options->cancelled) != 0;
}

gboolean
pm_walk_is_gone (int code)
{
  return code == ENOENT || code == ENOTDIR || code == ELOOP;
}

static void
report (PmWalk *walk, guint root, const char *path, const char *reason, gboolean is_unread)
{
  const PmWalkHandler *handler = walk->handler;
  g_mutex_lock (&walk->report);
  walk->n_problems++;
  if (is_unread)
    pm_witness_spoil (walk->options->witness);
  if (is_unread && handler->unread != NULL)
    handler->unread (root, path, reason, handler->data);
  else if (handler->problem != NULL)
    handler->problem (root, path, reason, handler->data);
  g_mutex_unlock (&walk->report);
}

void
pm_walk_problem (PmWalk *walk, guint root, const char *path, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  report (walk, root, path, reason, FALSE);
}

void
pm_walk_unread (PmWalk *walk, guint root, const char *path, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  report (walk, root, path, reason, TRUE);
}

guint
pm_walk_n_workers (const PmWalkOptions *options)
{
  if (options->n_workers > 0)
    return MIN (options->n_workers, PM_WALK_MOST_WORKERS);
  return CLAMP (g_get_num_processors (), FEWEST_WORKERS, MOST_WORKERS_BY_DEFAULT);
}

/* --- workers --- */

static void
worker_init (PmWalkWorker *worker, PmWitness *witness)
{
  *worker = (PmWalkWorker){
      .entries = g_byte_array_new (),
      .slots = g_array_new (FALSE, FALSE, sizeof (PmWalkSlot)),
      .found = g_ptr_array_new (),
      .given = g_array_new (FALSE, FALSE, sizeof (PmWalkIdentity)),
      .path = g_string_new (NULL),
  };
  pm_witness_page_init (&worker->page, witness);
}

static void
worker_clear (PmWalkWorker *worker)
{
  g_byte_array_unref (worker->entries);
  g_array_unref (worker->slots);
  g_ptr_array_unref (worker->found);
  g_array_unref (worker->given);
  g_string_free (worker->path, TRUE);
  pm_witness_page_clear (&worker->page);
}

static void
init_workers (PmWalk *walk)
{
  g_mutex_init (&walk->lock);
  g_cond_init (&walk->wake);
  g_cond_init (&walk->turn);
  walk->threads = g_ptr_array_new ();
  walk->n_turns = pm_walk_n_workers (walk->options);
  walk->free_turns = G_MAXUINT64 >> (64 - walk->n_turns);
  walk->most_threads = walk->n_turns + MOST_WAITING;
  walk->workers = g_new0 (PmWalkWorker, walk->most_threads);
  for (guint i = 0; i < walk->most_threads; i++)
    worker_init (&walk->workers[i], walk->options->witness);
}

/* --- roots --- */

static void
add_place (PmWalk *walk, int fd, const struct stat *info)
{
  PmWalkPlace place = {pm_walk_real_path (fd), {info->st_dev, info->st_ino}};
  if (place.path != NULL)
    g_array_append_val (walk->places, place);
}

/* One that is not there keeps nobody out. */
static void
add_elsewhere (PmWalk *walk, const char *path)
{
  struct stat info;
  int fd = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return;
  if (fstat (fd, &info) == 0)
    add_place (walk, fd, &info);
  close (fd);
}

static void
add_target (PmWalk *walk, guint root, const char *name)
{
  g_autofree char *path = g_build_filename (walk->options->roots[root], name, NULL);
  int fd = open (path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return;
  PmWalkTarget target = {pm_walk_real_path (fd), root, g_strdup (name)};
  close (fd);
  if (target.path != NULL)
    g_array_append_val (walk->targets, target);
  else
    g_free (target.name);
}

static gint
compare_targets (gconstpointer a, gconstpointer b)
{
  const PmWalkTarget *left = a, *right = b;
  if (left->root != right->root)
    return left->root < right->root ? -1 : 1;
  return strcmp (left->name, right->name);
}

static void
find_targets (PmWalk *walk, guint root)
{
  DIR *directory = opendir (walk->options->roots[root]);
  const struct dirent *entry;
  guint n = 0;
  while (directory != NULL && (entry = readdir (directory)) != NULL && n++ < PM_WALK_MOST_ENTRIES)
    if (entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN)
      add_target (walk, root, entry->d_name);
  if (directory != NULL)
    closedir (directory);
}

/* Links that are not followed, wherever they come, stand for nothing. */
static void
drop_useless_targets (PmWalk *walk)
{
  for (guint i = walk->targets->len; i > 0; i--) {
    const char *target = g_array_index (walk->targets, PmWalkTarget, i - 1).path;
    for (guint k = 0; k < walk->places->len; k++) {
      const char *place = g_array_index (walk->places, PmWalkPlace, k).path;
      if (pm_walk_lies_below (target, place, NULL) || pm_walk_lies_below (place, target, NULL)) {
        g_array_remove_index (walk->targets, i - 1);
        break;
      }
    }
  }
}

static void
clear_place (gpointer place)
{
  g_free (((PmWalkPlace *) place)->path);
}

static void
clear_target (gpointer target)
{
  g_free (((PmWalkTarget *) target)->path);
  g_free (((PmWalkTarget *) target)->name);
}

static void
add_root (PmWalk *walk, guint index)
{
  PmWalkRoot root = {0};
  int fd = open (walk->options->roots[index],
                 O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  struct stat info;
  if (fd < 0 || fstat (fd, &info) != 0) {
    pm_walk_unread (walk, index, "", "it cannot be opened: %s", g_strerror (errno));
    g_array_append_val (walk->roots, root);
    return;
  }
  add_place (walk, fd, &info);
  root.directory = pm_tree_add_root (&walk->tree, index, fd);
  root.directory->device = info.st_dev;
  root.directory->inode = info.st_ino;
  if (walk->options->ignore != NULL) {
    gboolean complete;
    g_autofree char *globs = g_strjoinv ("\n", (char **) walk->options->ignore);
    root.excluded = pm_ignore_new (NULL, "", globs, strlen (globs), &complete);
    if (!complete)
      pm_walk_problem (walk, index, "", "too many globs in [scan] ignore; some are not used");
  }
  g_array_append_val (walk->roots, root);
}

/* The same directory given twice is walked once. */
static void
queue_roots (PmWalk *walk)
{
  for (guint i = 0; i < walk->roots->len; i++) {
    PmTreeDirectory *directory = g_array_index (walk->roots, PmWalkRoot, i).directory;
    gboolean is_new = directory != NULL;
    for (guint j = 0; j < i && is_new; j++) {
      const PmTreeDirectory *other = g_array_index (walk->roots, PmWalkRoot, j).directory;
      is_new =
          other == NULL || other->device != directory->device || other->inode != directory->inode;
    }
    if (is_new)
      g_ptr_array_add (walk->pending, pm_tree_ref (&walk->tree, directory));
  }
}

/* What makes a directory somebody else's, and which link stands for one. */
static PmFingerprint
digest_places (const PmWalk *walk)
{
  PmFingerprint digest = PM_FINGERPRINT_START;
  for (guint i = 0; i < walk->places->len; i++) {
    const PmWalkPlace *place = &g_array_index (walk->places, PmWalkPlace, i);
    digest = pm_fingerprint_text (digest, place->path);
    digest = pm_fingerprint_integer (digest, place->identity.device);
    digest = pm_fingerprint_integer (digest, place->identity.inode);
  }
  for (guint i = 0; i < walk->targets->len; i++) {
    const PmWalkTarget *target = &g_array_index (walk->targets, PmWalkTarget, i);
    digest = pm_fingerprint_text (digest, target->path);
    digest = pm_fingerprint_text (pm_fingerprint_integer (digest, target->root), target->name);
  }
  return digest;
}

void
pm_walk_init (PmWalk *walk, const PmWalkOptions *options, const PmWalkHandler *handler)
{
  *walk = (PmWalk){.options = options, .handler = handler};
  pm_tree_init (&walk->tree);
  init_workers (walk);
  g_mutex_init (&walk->report);
  walk->roots = g_array_new (FALSE, TRUE, sizeof (PmWalkRoot));
  walk->pending = g_ptr_array_new ();
  walk->links = g_array_new (FALSE, FALSE, sizeof (PmWalkLink));
  walk->places = g_array_new (FALSE, FALSE, sizeof (PmWalkPlace));
  walk->targets = g_array_new (FALSE, FALSE, sizeof (PmWalkTarget));
  g_array_set_clear_func (walk->places, clear_place);
  g_array_set_clear_func (walk->targets, clear_target);
  for (guint i = 0; options->roots[i] != NULL; i++) {
    add_root (walk, i);
    find_targets (walk, i);
  }
  for (guint i = 0; options->elsewhere != NULL && options->elsewhere[i] != NULL; i++)
    add_elsewhere (walk, options->elsewhere[i]);
  g_array_sort (walk->targets, compare_targets);
  walk->digest = digest_places (walk);
  pm_witness_places (options->witness, walk->digest);
  drop_useless_targets (walk);
  queue_roots (walk);
}

static void
clear_workers (PmWalk *walk)
{
  for (guint i = 0; i < walk->most_threads; i++)
    worker_clear (&walk->workers[i]);
  g_free (walk->workers);
  g_ptr_array_unref (walk->threads);
  g_cond_clear (&walk->wake);
  g_cond_clear (&walk->turn);
  g_mutex_clear (&walk->lock);
}

void
pm_walk_clear (PmWalk *walk)
{
  for (guint i = 0; i < walk->pending->len; i++) /* nobody walked */
    pm_tree_unref (&walk->tree, g_ptr_array_index (walk->pending, i));
  for (guint i = 0; i < walk->roots->len; i++) {
    PmWalkRoot *root = &g_array_index (walk->roots, PmWalkRoot, i);
    if (root->directory != NULL)
      pm_tree_unref (&walk->tree, root->directory);
    pm_ignore_unref (root->excluded);
  }
  g_array_unref (walk->roots);
  g_ptr_array_unref (walk->pending);
  g_array_unref (walk->links);
  g_array_unref (walk->places);
  g_array_unref (walk->targets);
  g_mutex_clear (&walk->report);
  clear_workers (walk);
  pm_tree_clear (&walk->tree);
}

void
pm_walk (const PmWalkOptions *options, const PmWalkHandler *handler, PmWalkCounts *ret_counts)
{
  PmWalk walk;
  pm_walk_init (&walk, options, handler);
  pm_walk_run (&walk);
  pm_walk_links (&walk);

  PmWalkCounts counts = {.problems = walk.n_problems};
  for (guint i = 0; i < walk.most_threads; i++) {
    const PmWalkCounts *ours = &walk.workers[i].counts;
    counts.directories += ours->directories;
    counts.skipped_directories += ours->skipped_directories;
    counts.files += ours->files;
    counts.given += ours->given;
    counts.ignored_files += ours->ignored_files;
    counts.waits += ours->waits;
  }
  *ret_counts = counts;
  pm_walk_clear (&walk);
}
