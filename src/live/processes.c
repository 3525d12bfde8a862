/* DESIGN
 * Descriptors are the expensive part: the kernel makes an inode for each entry that is listed.
 * Where there are many, several threads take the processes one by one, in the order of their ids.
 * Nobody takes another one once every socket has its process; those that were taken are looked at
 * to their end, and of several holders the lowest id counts, so the result does not depend on who
 * was quick. Who held the sockets last is asked before all others: an inode is one socket as long
 * as that is open. */

#include "live/processes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_COMMAND 1024
#define MOST_SMALL_FILE 4096
#define CONTAINER_DIGITS 64
#define INIT_PID 1
#define FEW_SOCKETS 256 /* which one thread has found before a second one has begun */
#define MOST_HELPERS 3
#define MOST_BY_NUMBER (1024 * 1024)
#define MOST_GAPS 16 /* unused numbers before the rest is listed */

/* --- who held them last --- */

#define LOOK_AGAIN_US (10 * G_USEC_PER_SEC) /* for what nobody, or only init, was seen to hold */

struct PmHolders {
  GHashTable *pids; /* inode (gint64 *) → pid */
  guint n_hidden;
  gint64 looked_us; /* monotonic: when all processes were looked at */
};

PmHolders *
pm_holders_new (void)
{
  PmHolders *holders = g_new0 (PmHolders, 1);
  holders->pids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return holders;
}

void
pm_holders_free (PmHolders *holders)
{
  if (holders == NULL)
    return;
  g_hash_table_unref (holders->pids);
  g_free (holders);
}

/* FALSE: the socket is new, or somebody may have taken it up meanwhile. */
static gboolean
held_by (const PmHolders *holders, guint64 inode, gint *ret_pid)
{
  gpointer pid;
  gint64 key = (gint64) inode;
  if (holders == NULL || !g_hash_table_lookup_extended (holders->pids, &key, NULL, &pid))
    return FALSE;
  *ret_pid = GPOINTER_TO_INT (pid);
  return *ret_pid > INIT_PID || g_get_monotonic_time () - holders->looked_us < LOOK_AGAIN_US;
}

static void
remember (PmHolders *holders, const guint64 *inodes, guint n_inodes, const gint *pids)
{
  g_hash_table_remove_all (holders->pids);
  for (guint i = 0; i < n_inodes; i++) {
    gint64 key = (gint64) inodes[i];
    g_hash_table_replace (holders->pids, g_memdup2 (&key, sizeof key), GINT_TO_POINTER (pids[i]));
  }
}

/* --- sockets' holders --- */

typedef struct {
  int proc;
  const PmHolders *holders; /* NULL: nobody knows */
  const guint64 *inodes;
  gint *pids;     /* of each inode; atomic */
  guint32 *slots; /* 1 + index into inodes; 0 free */
  guint mask;
  GArray *processes; /* gint: those to look at, in order */
  gint next;         /* index into them; atomic */
  gint n_missing;    /* atomic */
  gint n_hidden;     /* atomic */
} Search;

static guint
slot_of (const Search *search, guint64 inode)
{
  return (guint) (inode * 0x9E3779B97F4A7C15ull >> 32) & search->mask;
}

static void
make_table (Search *search, guint n_inodes)
{
  guint size = 16;
  while (size < 2 * n_inodes)
    size *= 2;
  search->mask = size - 1;
  search->slots = g_new0 (guint32, size);
  for (guint i = 0; i < n_inodes; i++) {
    gint pid;
    search->pids[i] = 0;
    if (search->inodes[i] == 0 || (held_by (search->holders, search->inodes[i], &pid) && pid == 0))
      continue;
    guint slot = slot_of (search, search->inodes[i]);
    while (search->slots[slot] != 0)
      slot = (slot + 1) & search->mask;
    search->slots[slot] = i + 1;
    search->n_missing++;
  }
}

static void
found (Search *search, guint64 inode, gint pid)
{
  for (guint slot = slot_of (search, inode); search->slots[slot] != 0;
       slot = (slot + 1) & search->mask) {
    guint index = search->slots[slot] - 1;
    gint known;
    if (search->inodes[index] != inode)
      continue;
    while ((known = g_atomic_int_get (&search->pids[index])) == 0 ||
           (known > pid && pid != INIT_PID))
      if (g_atomic_int_compare_and_exchange (&search->pids[index], known, pid)) {
        if (known == 0)
          g_atomic_int_add (&search->n_missing, -1);
        break;
      }
  }
}

/* One descriptor; FALSE: it has none of this name. */
static gboolean
look_at_descriptor (Search *search, int directory, const char *name, gint pid)
{
  char target[64];
  ssize_t length = readlinkat (directory, name, target, sizeof target - 1);
  if (length < 0)
    return FALSE;
  if (length > 8 && memcmp (target, "socket:[", 8) == 0) {
    target[length] = '\0';
    found (search, strtoull (target + 8, NULL, 10), pid);
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

/* Descriptors are given out from the lowest number on, and since Linux 6.2 the folder's size is how
 * many are open: then they are asked for by number, without listing them, which makes an inode for
 * each. FALSE: too many numbers were unused, and those below *ret_next have been looked at. */
static gboolean
look_by_number (Search *search, int directory, gint pid, guint *ret_next)
{
  char name[16] = "0";
  struct stat info;
  *ret_next = 0;
  if (fstat (directory, &info) != 0 || info.st_size <= 0 || info.st_size > MOST_BY_NUMBER)
    return FALSE;
  for (guint n_gaps = 0; *ret_next - n_gaps < (guint) info.st_size; (*ret_next)++) {
    if (!look_at_descriptor (search, directory, name, pid) && ++n_gaps > MOST_GAPS)
      return FALSE;
    count_up (name);
  }
  return TRUE;
}

static void
look_by_list (Search *search, DIR *list, guint from, gint pid)
{
  const struct dirent *entry;
  while ((entry = readdir (list)) != NULL)
    if (g_ascii_isdigit (entry->d_name[0]) && strtoul (entry->d_name, NULL, 10) >= from)
      look_at_descriptor (search, dirfd (list), entry->d_name, pid);
}

static void
look_at_process (Search *search, gint pid)
{
  char path[32];
  g_snprintf (path, sizeof path, "%d/fd", pid);
  int fd = openat (search->proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 && (errno == EACCES || errno == EPERM))
    g_atomic_int_inc (&search->n_hidden);
  if (fd < 0)
    return;
  guint next;
  DIR *list = look_by_number (search, fd, pid, &next) ? NULL : fdopendir (fd);
  if (list != NULL) {
    look_by_list (search, list, next, pid);
    closedir (list);
  } else {
    close (fd);
  }
}

static gpointer
look_at_processes (gpointer data)
{
  Search *search = data;
  while (g_atomic_int_get (&search->n_missing) > 0) {
    guint at = (guint) g_atomic_int_add (&search->next, 1);
    if (at >= search->processes->len)
      break;
    look_at_process (search, g_array_index (search->processes, gint, at));
  }
  return NULL;
}

static gint
compare_pids (gconstpointer a, gconstpointer b)
{
  return *(const gint *) a - *(const gint *) b;
}

/* Those that held some of the sockets, once each. */
static void
list_holders (Search *search, guint n_inodes)
{
  g_autoptr (GHashTable) listed = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < n_inodes; i++) {
    gint pid;
    if (held_by (search->holders, search->inodes[i], &pid) && pid != 0 &&
        g_hash_table_add (listed, GINT_TO_POINTER (pid)))
      g_array_append_val (search->processes, pid);
  }
  g_array_sort (search->processes, compare_pids);
}

static void
list_processes (Search *search, DIR *list)
{
  const struct dirent *entry;
  while ((entry = readdir (list)) != NULL) {
    gint64 pid = g_ascii_isdigit (entry->d_name[0]) ? strtoll (entry->d_name, NULL, 10) : 0;
    gint small = (gint) pid;
    if (pid > INIT_PID && pid <= G_MAXINT)
      g_array_append_val (search->processes, small);
  }
  g_array_sort (search->processes, compare_pids);
}

static void
look_at_listed (Search *search, guint n_inodes)
{
  GThread *helpers[MOST_HELPERS];
  guint n_helpers = 0, wanted = n_inodes < FEW_SOCKETS ? 0 : g_get_num_processors () - 1;
  while (n_helpers < MIN (wanted, MOST_HELPERS))
    helpers[n_helpers++] = g_thread_new ("processes", look_at_processes, search);
  look_at_processes (search);
  while (n_helpers > 0)
    g_thread_join (helpers[--n_helpers]);
}

static void
look_at_all (Search *search, guint n_inodes)
{
  look_at_listed (search, n_inodes);
  if (search->n_missing > 0)
    look_at_process (search, INIT_PID);
}

/* TRUE: all sockets have their process. */
static gboolean
ask_holders (Search *search, guint n_inodes)
{
  if (search->holders == NULL)
    return FALSE;
  list_holders (search, n_inodes);
  look_at_listed (search, n_inodes);
  g_array_set_size (search->processes, 0);
  search->next = 0;
  search->n_hidden = 0;
  return search->n_missing == 0;
}

guint
pm_processes_holding (const char *proc, const guint64 *inodes, guint n_inodes, PmHolders *holders,
                      gint *ret_pids)
{
  g_autoptr (GArray) processes = g_array_new (FALSE, FALSE, sizeof (gint));
  Search search = {.holders = holders, .inodes = inodes, .pids = ret_pids, .processes = processes};
  make_table (&search, n_inodes);
  DIR *list = opendir (proc);
  gboolean is_done = FALSE;
  if (list != NULL) {
    search.proc = dirfd (list);
    is_done = ask_holders (&search, n_inodes);
    if (!is_done) {
      list_processes (&search, list);
      look_at_all (&search, n_inodes);
    }
    closedir (list);
  }
  g_free (search.slots);
  if (holders == NULL)
    return (guint) search.n_hidden;
  if (!is_done) {
    holders->n_hidden = (guint) search.n_hidden;
    holders->looked_us = g_get_monotonic_time ();
  }
  remember (holders, inodes, n_inodes, ret_pids);
  return holders->n_hidden;
}

/* --- one process --- */

static gsize
read_small (const char *proc, gint64 pid, const char *name, char *buffer, gsize size)
{
  g_autofree char *path = g_strdup_printf ("%s/%" G_GINT64_FORMAT "/%s", proc, pid, name);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t length = fd < 0 ? 0 : read (fd, buffer, size - 1);
  if (fd >= 0)
    close (fd);
  buffer[MAX (length, 0)] = '\0';
  return (gsize) MAX (length, 0);
}

static const char *
read_command (const char *proc, gint64 pid, PmArena *arena)
{
  char buffer[MOST_COMMAND + 1];
  gsize length = read_small (proc, pid, "cmdline", buffer, sizeof buffer);
  while (length > 0 && buffer[length - 1] == '\0')
    length--;
  for (gsize i = 0; i < length; i++)
    if (buffer[i] == '\0')
      buffer[i] = ' ';
  return pm_arena_strndup (arena, buffer, length);
}

static const char *
read_name (const char *proc, gint64 pid, PmArena *arena)
{
  char buffer[64];
  gsize length = read_small (proc, pid, "comm", buffer, sizeof buffer);
  if (length > 0 && buffer[length - 1] == '\n')
    buffer[--length] = '\0';
  return length == 0 ? "" : pm_arena_printf (arena, "[%s]", buffer);
}

/* Daemons write their state behind it: "nginx: master process". */
static const char *
program_of (const char *command, PmArena *arena)
{
  gsize length = strcspn (command, " ");
  const char *slash = memrchr (command, '/', length);
  const char *name = slash == NULL ? command : slash + 1;
  length -= (gsize) (name - command);
  if (length > 1 && name[length - 1] == ':')
    length--;
  return pm_arena_strndup (arena, name, length);
}

static const char *
read_cwd (const char *proc, gint64 pid, PmArena *arena)
{
  static const char gone[] = " (deleted)";
  char target[4096];
  g_autofree char *path = g_strdup_printf ("%s/%" G_GINT64_FORMAT "/cwd", proc, pid);
  ssize_t length = readlink (path, target, sizeof target);
  if (length <= 0 || (gsize) length >= sizeof target)
    return "";
  gsize suffix = sizeof gone - 1;
  if ((gsize) length > suffix && memcmp (target + length - suffix, gone, suffix) == 0)
    length -= (ssize_t) suffix;
  return pm_arena_strndup (arena, target, (gsize) length);
}

void
pm_process_read (const char *proc, gint64 pid, PmArena *arena, PmProcess *ret_process)
{
  char cgroup[MOST_SMALL_FILE];
  read_small (proc, pid, "cgroup", cgroup, sizeof cgroup);
  ret_process->command = read_command (proc, pid, arena);
  ret_process->program = program_of (ret_process->command, arena);
  if (ret_process->command[0] == '\0') {
    ret_process->command = read_name (proc, pid, arena);
    ret_process->program = ret_process->command;
  }
  ret_process->cwd = read_cwd (proc, pid, arena);
  ret_process->cgroup = pm_process_cgroup (cgroup, arena);
}

/* --- cgroups --- */

/* "0::/path" is the unified hierarchy; "N:controllers:/path" are the old ones. */
const char *
pm_process_cgroup (const char *text, PmArena *arena)
{
  const char *best = "";
  gsize best_length = 0;
  for (const char *line = text; *line != '\0';) {
    gsize length = strcspn (line, "\n");
    const char *path = memchr (line, ':', length);
    path = path == NULL ? NULL : memchr (path + 1, ':', length - (gsize) (path + 1 - line));
    gsize path_length = path == NULL ? 0 : length - (gsize) (path + 1 - line);
    if (path_length > best_length) {
      best = path + 1;
      best_length = path_length;
    }
    line += length + (line[length] == '\n');
  }
  return pm_arena_strndup (arena, best, best_length);
}

const char *
pm_process_unit (const char *cgroup, PmArena *arena)
{
  g_auto (GStrv) parts = g_strsplit (cgroup, "/", 64);
  const char *unit = "";
  for (guint i = 0; parts[i] != NULL; i++) {
    gboolean is_manager = g_str_has_prefix (parts[i], "user@");
    if (!is_manager &&
        (g_str_has_suffix (parts[i], ".service") || g_str_has_suffix (parts[i], ".scope")))
      unit = parts[i];
  }
  return pm_arena_strdup (arena, unit);
}

static gsize
trailing_hex (const char *text, gsize length)
{
  gsize n = 0;
  while (n < length && g_ascii_isxdigit (text[length - 1 - n]))
    n++;
  return n;
}

const char *
pm_process_container (const char *cgroup, PmArena *arena)
{
  g_auto (GStrv) parts = g_strsplit (cgroup, "/", 64);
  const char *id = "";
  for (guint i = 0; parts[i] != NULL; i++) {
    gsize length = strlen (parts[i]);
    if (g_str_has_suffix (parts[i], ".scope"))
      length -= strlen (".scope");
    if (trailing_hex (parts[i], length) >= CONTAINER_DIGITS)
      id = pm_arena_strndup (arena, parts[i] + length - CONTAINER_DIGITS, CONTAINER_DIGITS);
  }
  return id;
}
