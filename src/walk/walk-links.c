/* DESIGN
 * Real files win: only when all of them are known can a link be judged. Its target is resolved by
 * the kernel, beneath the link's root; an absolute target is tried again as a path from the root.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "walk/beneath.h"
#include "walk/walk-internal.h"

char *
pm_walk_real_path (int fd)
{
  g_autofree char *magic = g_strdup_printf ("/proc/self/fd/%d", fd);
  char path[PATH_MAX];
  gssize length = readlink (magic, path, sizeof path);
  if (length <= 0 || length >= (gssize) sizeof path || path[0] != '/')
    return NULL;
  return g_strndup (path, (gsize) length);
}

gboolean
pm_walk_lies_below (const char *path, const char *above, const char **ret_rest)
{
  gsize length = strlen (above);
  if (length == 1) /* "/" */
    length = 0;
  if (strncmp (path, above, length) != 0 || (path[length] != '/' && path[length] != '\0'))
    return FALSE;
  if (ret_rest != NULL)
    *ret_rest = path[length] == '/' ? path + length + 1 : path + length;
  return TRUE;
}

static guint
identity_hash (gconstpointer key)
{
  const PmWalkIdentity *identity = key;
  guint64 mixed =
      (identity->inode ^ (identity->device << 40)) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  return (guint) (mixed >> 32);
}

static gboolean
identity_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (PmWalkIdentity)) == 0;
}

/* What was given so far. The set borrows its keys: those of the workers, and those of links. */
typedef struct {
  GHashTable *set;
  GArray *links; /* PmWalkIdentity; never grows, so the keys stay where they are */
} Given;

static void
given_init (Given *given, const PmWalk *walk, guint n_links)
{
  given->links = g_array_sized_new (FALSE, FALSE, sizeof (PmWalkIdentity), n_links);
  given->set = g_hash_table_new (identity_hash, identity_equal);
  for (guint i = 0; i < walk->most_threads; i++) {
    const GArray *ours = walk->workers[i].given;
    for (guint j = 0; j < ours->len; j++)
      g_hash_table_add (given->set, &g_array_index (ours, PmWalkIdentity, j));
  }
}

static void
given_clear (Given *given)
{
  g_hash_table_unref (given->set);
  g_array_unref (given->links);
}

/* The path of a link as seen from what it must not leave. */
static const char *
path_from_anchor (const PmWalkLink *link)
{
  gsize length = strlen (link->anchor->path);
  return length == 0 ? link->path : link->path + length + 1;
}

static int
open_target (const char *path, int anchor_fd, const char *anchor_path)
{
  int fd = pm_beneath_open (anchor_fd, path, O_PATH, TRUE);
  if (fd >= 0 || errno != EXDEV || anchor_path == NULL)
    return fd;

  char target[PATH_MAX];
  const char *rest;
  gssize length = readlinkat (anchor_fd, path, target, sizeof target - 1);
  errno = EXDEV;
  if (length <= 0 || target[0] != '/')
    return -1;
  target[length] = '\0';
  if (!pm_walk_lies_below (target, anchor_path, &rest))
    return -1;
  return pm_beneath_open (anchor_fd, rest[0] == '\0' ? "." : rest, O_PATH, TRUE);
}

/* What came of opening it. The stamp of a file that it leads to is mixed by who has it. */
static PmFingerprint
digest_target (int fd, int code, const char *anchor_path, PmStamp *ret_target,
               gboolean *ret_has_target)
{
  struct stat info;
  *ret_has_target = FALSE;
  if (fd < 0 || fstat (fd, &info) != 0)
    return pm_fingerprint_integer (PM_FINGERPRINT_START, (guint64) code);
  g_autofree char *real = pm_walk_real_path (fd);
  const char *name = NULL;
  *ret_has_target = S_ISREG (info.st_mode);
  *ret_target = pm_stamp_from_stat (&info);
  gboolean is_below =
      real != NULL && anchor_path != NULL && pm_walk_lies_below (real, anchor_path, &name);
  return pm_fingerprint_text (pm_fingerprint_integer (PM_FINGERPRINT_START, info.st_mode & S_IFMT),
                              is_below ? name : NULL);
}

static void
report_unusable (PmWalk *walk, const PmWalkLink *link, int code)
{
  if (code != EXDEV && !pm_walk_is_gone (code)) {
    pm_walk_unread (walk, link->anchor->root, link->path, "it cannot be read: %s",
                    g_strerror (code));
    return;
  }
  if (link->interest != PM_INTEREST_CONFIGURATION)
    return;
  const char *reason = code == EXDEV   ? "it links out of its root; not read"
                       : code == ELOOP ? "it is a loop of links; not read"
                                       : "it links to nothing";
  pm_walk_problem (walk, link->anchor->root, link->path, "%s", reason);
}

/* From one child of the root into another. */
static gboolean
crosses_projects (const PmWalkLink *link, const char *target)
{
  gsize length = strcspn (link->path, "/");
  return link->anchor->path[0] == '\0' && link->path[length] == '/' &&
         (strncmp (link->path, target, length) != 0 || target[length] != '/');
}

static void
give_target (PmWalk *walk, PmWalkWorker *worker, const PmWalkLink *link, int anchor_fd,
             const char *name, const struct stat *info, Given *given)
{
  const PmWalkHandler *handler = walk->handler;
  if (handler->link != NULL) {
    g_autofree char *target = link->anchor->path[0] == '\0'
                                  ? g_strdup (name)
                                  : g_strconcat (link->anchor->path, "/", name, NULL);
    handler->link (link->anchor->root, link->path, target, handler->data);
  }
  PmWalkIdentity identity = {info->st_dev, info->st_ino};
  gboolean is_given = g_hash_table_contains (given->set, &identity);
  if (is_given && !(link->interest == PM_INTEREST_CONFIGURATION && crosses_projects (link, name)))
    return;
  if (link->is_ignored && link->interest != PM_INTEREST_CONFIGURATION) {
    worker->counts.ignored_files++;
    return;
  }
  g_array_append_val (given->links, identity);
  g_hash_table_add (given->set,
                    &g_array_index (given->links, PmWalkIdentity, given->links->len - 1));
  PmWalkFile file = {
      .root = link->anchor->root,
      .path = link->path,
      .directory_fd = anchor_fd,
      .name = name,
      .stamp = pm_stamp_from_stat (info),
      .interest = link->interest,
      .is_ignored = link->is_ignored,
      .is_link = TRUE,
      .is_linked_project = link->anchor->is_linked,
      .beside = G_MAXUINT,
      .may_wait = TRUE,
  };
  worker->counts.given++;
  handler->file (&file, worker->turn, handler->data);
}

static void
witness_link (PmWalkWorker *worker, const PmWalkLink *link, int fd, int code,
              const char *anchor_path)
{
  PmStamp target;
  gboolean has_target;
  if (worker->page.witness == NULL)
    return;
  PmFingerprint outcome = digest_target (fd, code, anchor_path, &target, &has_target);
  pm_witness_link (&worker->page, link->anchor->root, link->anchor->path, path_from_anchor (link),
                   has_target ? &target : NULL, outcome);
}

static void
follow (PmWalk *walk, PmWalkWorker *worker, const PmWalkLink *link, Given *given)
{
  int anchor_fd = pm_tree_acquire (&walk->tree, link->anchor, FALSE);
  if (anchor_fd < 0)
    return;
  g_autofree char *anchor_path = pm_walk_real_path (anchor_fd);
  int fd = open_target (path_from_anchor (link), anchor_fd, anchor_path);
  int code = errno;
  witness_link (worker, link, fd, code, anchor_path);
  struct stat info;
  if (fd < 0) {
    report_unusable (walk, link, code);
  } else if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode)) {
    g_autofree char *real = pm_walk_real_path (fd);
    const char *name;
    if (real != NULL && anchor_path != NULL && pm_walk_lies_below (real, anchor_path, &name))
      give_target (walk, worker, link, anchor_fd, name, &info, given);
  }
  if (fd >= 0)
    close (fd);
  pm_tree_release (&walk->tree, link->anchor);
}

void
pm_walk_links (PmWalk *walk)
{
  if (walk->links->len == 0)
    return;
  Given given;
  given_init (&given, walk, walk->links->len);
  for (guint i = 0; i < walk->links->len; i++) {
    const PmWalkLink *link = &g_array_index (walk->links, PmWalkLink, i);
    if (!pm_walk_is_cancelled (walk))
      follow (walk, &walk->workers[0], link, &given);
    pm_tree_unref (&walk->tree, link->anchor);
    g_free (link->path);
  }
  given_clear (&given);
}

PmFingerprint
pm_walk_try_link (int anchor_fd, const char *path, PmStamp *ret_target, gboolean *ret_has_target)
{
  g_autofree char *anchor_path = pm_walk_real_path (anchor_fd);
  int fd = open_target (path, anchor_fd, anchor_path);
  PmFingerprint digest = digest_target (fd, errno, anchor_path, ret_target, ret_has_target);
  if (fd >= 0)
    close (fd);
  return digest;
}
