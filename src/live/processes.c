/* DESIGN
 * One read of each file: what procfs tells of a process fits a page. A process may end between two
 * of them, and is then told by what was read. */

#include "live/processes.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_COMMAND 1024
#define MOST_SMALL_FILE 4096
#define CONTAINER_DIGITS 64

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

/* "pid (comm) state …": comm may hold anything, brackets too, so that the last one counts. */
guint64
pm_process_started (const char *proc, gint64 pid)
{
  char text[MOST_SMALL_FILE];
  read_small (proc, pid, "stat", text, sizeof text);
  const char *fields = strrchr (text, ')');
  char state = '\0';
  guint64 started = 0;
  if (fields == NULL ||
      sscanf (fields + 1,
              " %c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s"
              " %" G_GUINT64_FORMAT,
              &state, &started) != 2)
    return 0;
  return state == 'Z' || state == 'X' ? 0 : started;
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
