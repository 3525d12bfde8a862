/* DESIGN
 * Where the kernel tells of all processes at once, one thread asks it, nobody looks at any, and
 * what it said is what that thread saw. Where it does not, the search goes on as if it had not been
 * thought of:
 *
 * Descriptors are the expensive part: the kernel makes an inode for each that is followed. Several
 * threads take the processes one by one, in the order of their ids. As long as nobody has said
 * which sockets are wanted, each keeps what it sees for itself; then all write to one table.
 *
 * Nobody takes another process once every socket has one; those that were taken are looked at to
 * their end, and of several holders the lowest id counts, so the result does not depend on who was
 * quick. A process with many descriptors is shared: whoever finds no other process any more takes
 * some of its numbers, and nobody ends before all are done. */

#include "live/search.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "live/inode-table.h"
#include "live/kernel-holders.h"

#define INIT_PID 1
#define MOST_HELPERS 3
#define MOST_GAPS 4 /* unused numbers before the rest is listed */
#define FEW 32      /* descriptors: to list them is cheaper than to meet another unused number */
#define LIST_SIZE 4096
#define MANY 512 /* descriptors: those of one process are shared */
#define PIECE 128
#define MOST_DESCRIPTORS (1 << 30) /* more than the kernel gives (fs.nr_open) */

/* A process that several look at. */
typedef struct {
  int directory;
  gint pid;
  guint end;    /* numbers below this one are looked at */
  gint next;    /* atomic */
  gint n_found; /* atomic */
  guint n_lookers;
} Share;

typedef struct {
  PmSearch *search;
  GArray *early; /* PmSight: what was seen before anybody said what is wanted */
  GThread *thread;
} Looker;

struct PmSearch {
  char *proc;
  DIR *list;
  PmSearchWay way;
  gboolean asks_kernel;
  GThread *asker;      /* gives its sights, or NULL; there is none on one processor */
  gboolean tells_size; /* the folder of descriptors says how many there are */
  gboolean has_helpers;

  GMutex mutex;
  GCond changed;     /* what stands here, or a share's lookers */
  GArray *processes; /* gint: those to look at, in order; NULL: not listed yet; set once */
  Share *share;      /* NULL: nobody wants help */
  guint n_busy;      /* lookers that may still want it; the thread that ends the search is one */

  gint next;     /* index into the processes; atomic */
  gint n_hidden; /* atomic */

  gint is_told; /* atomic: what follows is there */
  PmInodeTable wanted;
  gint *pids;     /* of each inode; atomic */
  gint n_missing; /* atomic */

  gint is_given_up; /* atomic: nobody wants to know any more */
  Looker helpers[MOST_HELPERS];
  guint n_helpers;
};

/* --- what is wanted --- */

static void
want (PmSearch *search, const guint64 *inodes, guint n_inodes, gint *pids)
{
  search->pids = pids;
  pm_inode_table_init (&search->wanted, inodes, n_inodes);
  for (guint i = 0; i < n_inodes; i++) {
    if (inodes[i] == 0 || pids[i] != 0)
      continue;
    pm_inode_table_add (&search->wanted, i);
    search->n_missing++;
  }
}

static void
found (PmSearch *search, guint64 inode, gint pid)
{
  guint place, at = pm_inode_table_begin (&search->wanted, inode);
  while ((place = pm_inode_table_next (&search->wanted, inode, &at)) != PM_INODE_NOWHERE) {
    gint known;
    while ((known = g_atomic_int_get (&search->pids[place])) == 0 ||
           (known > pid && pid != INIT_PID))
      if (g_atomic_int_compare_and_exchange (&search->pids[place], known, pid)) {
        if (known == 0)
          g_atomic_int_add (&search->n_missing, -1);
        break;
      }
  }
}

static void
tell_early (Looker *looker)
{
  for (guint i = 0; i < looker->early->len; i++) {
    const PmSight *sight = &g_array_index (looker->early, PmSight, i);
    found (looker->search, sight->inode, (gint) sight->pid);
  }
  g_array_set_size (looker->early, 0);
}

static void
saw (Looker *looker, guint64 inode, gint pid)
{
  PmSight sight = {inode, (guint64) pid};
  if (g_atomic_int_get (&looker->search->is_told))
    found (looker->search, inode, pid);
  else
    g_array_append_val (looker->early, sight);
}

/* --- one process --- */

/* One descriptor; FALSE: it has none of this name. */
static gboolean
look_at_descriptor (Looker *looker, int directory, const char *name, gint pid)
{
  char target[64];
  ssize_t length = readlinkat (directory, name, target, sizeof target - 1);
  if (length < 0)
    return FALSE;
  if (length > 8 && memcmp (target, "socket:[", 8) == 0) {
    target[length] = '\0';
    saw (looker, strtoull (target + 8, NULL, 10), pid);
  }
  return TRUE;
}

/* "9" → "10", "99" → "100": printing each number would cost as much as some of the looks. */
static void
count_up (char *digits)
{
  gsize length = strlen (digits), at = length;
  while (at > 0 && digits[at - 1] == '9')
    digits[--at] = '0';
  if (at > 0) {
    digits[at - 1]++;
    return;
  }
  memmove (digits + 1, digits, length + 1);
  digits[0] = '1';
}

/* Descriptors are given out from the lowest number on: they are asked for by number as long as most
 * numbers are used, without listing them, which makes an inode for each. Returns how many of the
 * `n` that are open were found; those below *ret_next have been looked at. */
static guint
look_by_number (Looker *looker, int directory, gint pid, guint n, guint *ret_next)
{
  char name[16] = "0";
  guint n_found = 0;
  for (*ret_next = 0; n_found < n; (*ret_next)++) {
    guint n_gaps = *ret_next - n_found;
    if (n_gaps > MOST_GAPS || (n_gaps > 0 && n - n_found < FEW))
      break;
    n_found += look_at_descriptor (looker, directory, name, pid);
    count_up (name);
  }
  return n_found;
}

static void
look_at_pieces (Looker *looker, Share *share)
{
  guint from;
  while ((from = (guint) g_atomic_int_add (&share->next, PIECE)) < share->end) {
    char name[16];
    gint n_found = 0;
    g_snprintf (name, sizeof name, "%u", from);
    for (guint number = from; number < MIN (from + PIECE, share->end); number++) {
      n_found += look_at_descriptor (looker, share->directory, name, share->pid);
      count_up (name);
    }
    g_atomic_int_add (&share->n_found, n_found);
  }
}

/* As look_by_number, but for gaps. FALSE: somebody else's process is shared just now. */
static gboolean
look_together (Looker *looker, int directory, gint pid, guint n, guint *ret_found, guint *ret_next)
{
  PmSearch *search = looker->search;
  Share share = {.directory = directory, .pid = pid, .end = n + MOST_GAPS};
  g_mutex_lock (&search->mutex);
  gboolean is_ours = search->share == NULL;
  if (is_ours)
    search->share = &share;
  g_cond_broadcast (&search->changed);
  g_mutex_unlock (&search->mutex);
  if (!is_ours)
    return FALSE;
  look_at_pieces (looker, &share);
  g_mutex_lock (&search->mutex);
  search->share = NULL;
  while (share.n_lookers > 0)
    g_cond_wait (&search->changed, &search->mutex);
  g_mutex_unlock (&search->mutex);
  *ret_found = (guint) share.n_found;
  *ret_next = share.end;
  return TRUE;
}

/* Until all that others look at is done. */
static void
help (Looker *looker)
{
  PmSearch *search = looker->search;
  g_mutex_lock (&search->mutex);
  search->n_busy--;
  g_cond_broadcast (&search->changed);
  while (search->n_busy > 0 && !g_atomic_int_get (&search->is_given_up)) {
    Share *share = search->share;
    if (share == NULL || (guint) g_atomic_int_get (&share->next) >= share->end) {
      g_cond_wait (&search->changed, &search->mutex);
      continue;
    }
    share->n_lookers++;
    g_mutex_unlock (&search->mutex);
    look_at_pieces (looker, share);
    g_mutex_lock (&search->mutex);
    share->n_lookers--;
    g_cond_broadcast (&search->changed);
  }
  g_mutex_unlock (&search->mutex);
}

/* Those from `from` on, until `n` of them were found; returns how many. */
static guint
look_by_list (Looker *looker, int directory, guint from, gint pid, guint n)
{
  _Alignas(struct dirent64) char list[LIST_SIZE];
  guint n_found = 0;
  ssize_t length;
  while (n_found < n && (length = getdents64 (directory, list, sizeof list)) > 0)
    for (ssize_t at = 0; at < length;) {
      const struct dirent64 *entry = (const struct dirent64 *) (const void *) (list + at);
      if (g_ascii_isdigit (entry->d_name[0]) && strtoul (entry->d_name, NULL, 10) >= from)
        n_found += look_at_descriptor (looker, directory, entry->d_name, pid);
      at += entry->d_reclen;
    }
  return n_found;
}

/* Since Linux 6.2 the folder's size is how many are open. The offset in it is the descriptor's
 * number and two for "." and "..": where that is not so, fewer are found than there are, and the
 * list is read from its beginning. */
static void
look_at_folder (Looker *looker, int directory, gint pid)
{
  struct stat info;
  guint next = 0, n_found = 0, n = 0;
  if (looker->search->tells_size) {
    if (fstat (directory, &info) != 0 || info.st_size <= 0)
      return;
    n = (guint) MIN (info.st_size, MOST_DESCRIPTORS);
    if (n < MANY || !looker->search->has_helpers ||
        !look_together (looker, directory, pid, n, &n_found, &next))
      n_found = look_by_number (looker, directory, pid, n, &next);
    if (n_found < n && lseek (directory, (off_t) next + 2, SEEK_SET) >= 0)
      n_found += look_by_list (looker, directory, next, pid, n - n_found);
    if (n_found >= n || lseek (directory, 0, SEEK_SET) < 0)
      return;
  }
  look_by_list (looker, directory, next, pid, G_MAXUINT);
}

static void
look_at_process (Looker *looker, gint pid)
{
  char path[32];
  g_snprintf (path, sizeof path, "%d/fd", pid);
  int fd = openat (dirfd (looker->search->list), path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 && (errno == EACCES || errno == EPERM))
    g_atomic_int_inc (&looker->search->n_hidden);
  if (fd < 0)
    return;
  look_at_folder (looker, fd, pid);
  close (fd);
}

/* --- all of them --- */

static gint
compare_pids (gconstpointer a, gconstpointer b)
{
  return *(const gint *) a - *(const gint *) b;
}

static void
list_processes (PmSearch *search)
{
  const struct dirent *entry;
  g_mutex_lock (&search->mutex);
  if (search->processes == NULL) {
    search->processes = g_array_new (FALSE, FALSE, sizeof (gint));
    while ((entry = readdir (search->list)) != NULL) {
      gint64 pid = g_ascii_isdigit (entry->d_name[0]) ? strtoll (entry->d_name, NULL, 10) : 0;
      gint small = (gint) pid;
      if (pid > INIT_PID && pid <= G_MAXINT)
        g_array_append_val (search->processes, small);
    }
    g_array_sort (search->processes, compare_pids);
  }
  g_mutex_unlock (&search->mutex);
}

static gboolean
goes_on (Looker *looker)
{
  PmSearch *search = looker->search;
  if (!g_atomic_int_get (&search->is_told))
    return !g_atomic_int_get (&search->is_given_up);
  tell_early (looker);
  return g_atomic_int_get (&search->n_missing) > 0;
}

static gpointer
look_at_processes (gpointer data)
{
  Looker *looker = data;
  PmSearch *search = looker->search;
  list_processes (search);
  while (goes_on (looker)) {
    guint at = (guint) g_atomic_int_add (&search->next, 1);
    if (at >= search->processes->len)
      break;
    look_at_process (looker, g_array_index (search->processes, gint, at));
  }
  help (looker);
  return NULL;
}

static void
looker_init (Looker *looker, PmSearch *search)
{
  *looker = (Looker){search, g_array_new (FALSE, FALSE, sizeof (PmSight)), NULL};
}

/* --- the whole --- */

PmSearch *
pm_search_new (const char *proc)
{
  DIR *list = opendir (proc);
  struct stat info;
  struct statfs system;
  if (list == NULL)
    return NULL;
  PmSearch *search = g_new0 (PmSearch, 1);
  search->proc = g_strdup (proc);
  search->list = list;
  search->tells_size = fstatat (dirfd (list), "self/fd", &info, 0) == 0 && info.st_size > 0 &&
                       fstatfs (dirfd (list), &system) == 0 && system.f_type == PROC_SUPER_MAGIC;
  g_mutex_init (&search->mutex);
  g_cond_init (&search->changed);
  search->n_busy = 1;
  return search;
}

void
pm_search_only (PmSearch *search, const gint *processes, guint n_processes)
{
  search->way = PM_SEARCH_DESCRIPTORS;
  search->processes = g_array_new (FALSE, FALSE, sizeof (gint));
  g_array_append_vals (search->processes, processes, n_processes);
}

void
pm_search_by (PmSearch *search, PmSearchWay way)
{
  search->way = way;
}

/* --- the kernel --- */

static gpointer
ask_kernel (gpointer data)
{
  const PmSearch *search = data;
  g_autoptr (GArray) sights = g_array_new (FALSE, FALSE, sizeof (PmSight));
  return pm_kernel_holders_ask (search->proc, sights) ? g_steal_pointer (&sights) : NULL;
}

/* Whoever asks for it alone does not want to be spared. */
static gboolean
is_kernel_to_be_asked (const PmSearch *search)
{
  return search->way == PM_SEARCH_KERNEL ||
         (search->way == PM_SEARCH_CHEAPEST && pm_kernel_holders_pay (search->proc));
}

/* Init last: it counts only where nobody else does. */
static void
tell_sights (PmSearch *search, const GArray *sights)
{
  for (guint is_init = 0; is_init <= 1; is_init++)
    for (guint i = 0; i < sights->len; i++) {
      const PmSight *sight = &g_array_index (sights, PmSight, i);
      if ((sight->pid == INIT_PID) == is_init)
        found (search, sight->inode, (gint) sight->pid);
    }
}

/* FALSE: it does not tell. */
static gboolean
is_told_by_kernel (PmSearch *search)
{
  g_autoptr (GArray) sights = NULL;
  if (!search->asks_kernel)
    return FALSE;
  sights = search->asker == NULL ? ask_kernel (search) : g_thread_join (search->asker);
  search->asker = NULL;
  search->asks_kernel = FALSE;
  if (sights != NULL)
    tell_sights (search, sights);
  return sights != NULL;
}

/* --- the threads --- */

static void
count_busy (PmSearch *search, gint more)
{
  g_mutex_lock (&search->mutex);
  search->n_busy += (guint) more;
  g_mutex_unlock (&search->mutex);
}

static void
begin_helpers (PmSearch *search)
{
  guint wanted = MIN (g_get_num_processors () - 1, MOST_HELPERS);
  while (search->n_helpers < wanted) {
    Looker *looker = &search->helpers[search->n_helpers];
    looker_init (looker, search);
    search->has_helpers = TRUE;
    count_busy (search, 1);
    looker->thread = g_thread_try_new ("processes", look_at_processes, looker, NULL);
    if (looker->thread == NULL) {
      g_array_unref (looker->early);
      count_busy (search, -1);
      return;
    }
    search->n_helpers++;
  }
}

void
pm_search_begin (PmSearch *search)
{
  search->asks_kernel = is_kernel_to_be_asked (search);
  if (!search->asks_kernel)
    begin_helpers (search);
  else if (g_get_num_processors () > 1)
    search->asker = g_thread_try_new ("kernel", ask_kernel, search, NULL);
}

static void
end_helpers (PmSearch *search)
{
  for (guint i = 0; i < search->n_helpers; i++) {
    g_thread_join (search->helpers[i].thread);
    if (search->is_told)
      tell_early (&search->helpers[i]);
    g_array_unref (search->helpers[i].early);
  }
  search->n_helpers = 0;
}

guint
pm_search_end (PmSearch *search, const guint64 *inodes, guint n_inodes, gint *pids)
{
  Looker looker;
  want (search, inodes, n_inodes, pids);
  gboolean is_asked = search->asks_kernel;
  if (is_told_by_kernel (search) || search->way == PM_SEARCH_KERNEL)
    return 0;
  if (is_asked)
    begin_helpers (search);
  g_atomic_int_set (&search->is_told, TRUE);
  looker_init (&looker, search);
  look_at_processes (&looker);
  end_helpers (search);
  if (search->n_missing > 0)
    look_at_process (&looker, INIT_PID);
  g_array_unref (looker.early);
  return (guint) search->n_hidden;
}

void
pm_search_free (PmSearch *search)
{
  if (search == NULL)
    return;
  GArray *unused = search->asker == NULL ? NULL : g_thread_join (search->asker);
  g_clear_pointer (&unused, g_array_unref);
  g_mutex_lock (&search->mutex);
  g_atomic_int_set (&search->is_given_up, TRUE);
  g_cond_broadcast (&search->changed);
  g_mutex_unlock (&search->mutex);
  end_helpers (search);
  g_clear_pointer (&search->processes, g_array_unref);
  g_mutex_clear (&search->mutex);
  g_cond_clear (&search->changed);
  closedir (search->list);
  g_free (search->proc);
  pm_inode_table_clear (&search->wanted);
  g_free (search);
}
