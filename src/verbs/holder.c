#include "verbs/holder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

G_DEFINE_QUARK (pm - holder - error - quark, pm_holder_error)

#define LOOKING_TAKES_MS 100

struct PmHolder {
  int fd;
};

static int
open_lock (const char *state_dir, int flags)
{
  g_autofree char *path = g_build_filename (state_dir, "serve.lock", NULL);
  return open (path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
}

/* What the holder wrote; it may be about to. */
static char *
read_name (int fd)
{
  char text[32] = "";
  gssize length = pread (fd, text, sizeof text - 1, 0);
  guint64 pid;
  if (length <= 0 || !g_ascii_string_to_unsigned (g_strchomp (text), 10, 1, G_MAXINT32, &pid, NULL))
    return g_strdup ("another process");
  return g_strdup_printf ("process %" G_GUINT64_FORMAT, pid);
}

static gboolean
write_name (int fd)
{
  g_autofree char *text = g_strdup_printf ("%d\n", (int) getpid ());
  return ftruncate (fd, 0) == 0 && pwrite (fd, text, strlen (text), 0) == (gssize) strlen (text);
}

static void
set_held (const char *state_dir, const char *name, const char *remedy, GError **error)
{
  g_set_error (error, PM_HOLDER_ERROR, PM_HOLDER_ERROR_HELD, "%s serves %s already; %s", name,
               state_dir, remedy);
}

/* Somebody who only looks who holds it has it for an instant. */
static gboolean
lock (int fd)
{
  for (guint tries = 0; flock (fd, LOCK_EX | LOCK_NB) != 0; tries++) {
    if (errno != EWOULDBLOCK || tries == LOOKING_TAKES_MS)
      return FALSE;
    g_usleep (1000);
  }
  return TRUE;
}

PmHolder *
pm_holder_take (const char *state_dir, GError **error)
{
  g_mkdir_with_parents (state_dir, 0700);
  int fd = open_lock (state_dir, O_RDWR | O_CREAT);
  if (fd >= 0 && lock (fd) && write_name (fd)) {
    PmHolder *holder = g_new0 (PmHolder, 1);
    holder->fd = fd;
    return holder;
  }
  int code = errno;
  if (fd >= 0 && code == EWOULDBLOCK) {
    g_autofree char *name = read_name (fd);
    set_held (state_dir, name, "stop it, or give another directory with --state", error);
  } else {
    g_set_error (error, PM_HOLDER_ERROR, PM_HOLDER_ERROR_IO,
                 "%s/serve.lock: %s; give a directory that you may write with --state", state_dir,
                 g_strerror (code));
  }
  if (fd >= 0)
    close (fd);
  return NULL;
}

void
pm_holder_free (PmHolder *holder)
{
  if (holder == NULL)
    return;
  close (holder->fd);
  g_free (holder);
}

char *
pm_holder_name (const char *state_dir)
{
  int fd = open_lock (state_dir, O_RDONLY);
  if (fd < 0)
    return NULL;
  gboolean is_held = flock (fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  char *name = is_held ? read_name (fd) : NULL;
  close (fd);
  return name;
}

gboolean
pm_holder_is_absent (const char *state_dir, const char *what, GError **error)
{
  g_autofree char *name = pm_holder_name (state_dir);
  if (name == NULL)
    return TRUE;
  g_autofree char *remedy =
      g_strdup_printf ("stop it first: %s needs the registry for itself", what);
  set_held (state_dir, name, remedy, error);
  return FALSE;
}
