/* DESIGN
 * A server's connection can be read from when somebody has committed, and what it was told of is
 * visible by then. It may break, and be another one later: that is looked after once a second.
 *
 * SQLite writes a commit into the log, then marks it as done in shared memory, of which inotify
 * knows nothing (sqlite.org/walformat.html). So after every notice the change token is looked at
 * now, and after 1, 2, 4 … ms, until a while after the last notice nothing more has come.
 *
 * Whoever commits a thousand times a second makes as many notices and more. So after a change it
 * rests: it hears nothing for REST_MS, and then looks, until a look has found nothing. */

#include "registry/tail.h"

#include <glib-unix.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "registry/backend.h"

#define LONGEST_DISTANCE_MS 256
#define REST_MS 25
#define MOST_LOOKS 4
#define UNKNOWN G_MININT64

struct PmTail {
  PmRegistry *registry;
  PmTailFunc changed;
  gpointer data;
  char *log_name; /* of the file whose writes are commits */
  int fd;         /* of inotify, or borrowed: a server's connection; -1 none */
  gboolean is_server;
  GMainContext *context;
  GSource *on_notice, *on_look, *on_rested, *on_poll; /* NULL none */
  guint distance_ms;                                  /* to the next look */
  gint64 token;
};

static void
drop (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static GSource *
start_timer (PmTail *tail, guint after_ms, GSourceFunc call)
{
  GSource *timer = g_timeout_source_new (after_ms);
  g_source_set_callback (timer, call, tail, NULL);
  g_source_attach (timer, tail->context);
  return timer;
}

static gboolean on_rested (gpointer data);

static void
rest (PmTail *tail)
{
  drop (&tail->on_notice);
  drop (&tail->on_look);
  drop (&tail->on_rested);
  tail->on_rested = start_timer (tail, REST_MS, on_rested);
}

static void
look (PmTail *tail)
{
  gint64 token = tail->token;
  /* A registry that cannot be read just now is looked at again. */
  if (!pm_registry_change_token (tail->registry, &token, NULL) || token == tail->token)
    return;
  tail->token = token;
  rest (tail);
  tail->changed (tail->data);
}

/* A notice that came along with the answer may tell of what is behind that. */
static void
look_at_server (PmTail *tail)
{
  guint n = 0;
  do
    look (tail);
  while (tail->registry->backend->take_notices (tail->registry) && ++n < MOST_LOOKS);
}

static gboolean
look_again (gpointer data)
{
  PmTail *tail = data;
  g_clear_pointer (&tail->on_look, g_source_unref);
  tail->distance_ms *= 2;
  if (tail->distance_ms <= LONGEST_DISTANCE_MS)
    tail->on_look = start_timer (tail, tail->distance_ms, look_again);
  look (tail);
  return G_SOURCE_REMOVE;
}

/* Now, and again in growing distances: unless something is found at once. */
static void
look_for_a_while (PmTail *tail)
{
  tail->distance_ms = 1;
  drop (&tail->on_look);
  tail->on_look = start_timer (tail, tail->distance_ms, look_again);
  look (tail);
}

static void follow_server (PmTail *tail);

static gboolean
poll_token (gpointer data)
{
  PmTail *tail = data;
  follow_server (tail);
  look (tail);
  return G_SOURCE_CONTINUE;
}

/* Whether one of the notices is of the log; all of them are taken. */
static gboolean
take_notices (PmTail *tail)
{
  char buffer[16 * 1024] __attribute__ ((aligned (__alignof__(struct inotify_event))));
  gboolean ours = FALSE;
  gssize length;
  if (tail->is_server)
    return tail->registry->backend->take_notices (tail->registry);
  while ((length = read (tail->fd, buffer, sizeof buffer)) > 0)
    for (char *p = buffer; p < buffer + length;) {
      const struct inotify_event *event = (const struct inotify_event *) (gconstpointer) p;
      ours = ours || (event->mask & IN_Q_OVERFLOW) != 0 ||
             (event->len > 0 && g_str_equal (event->name, tail->log_name));
      p += sizeof *event + event->len;
    }
  return ours;
}

static gboolean
on_notice (int fd, GIOCondition condition, gpointer data)
{
  PmTail *tail = data;
  gboolean is_ours = take_notices (tail);
  if (tail->is_server)
    follow_server (tail);
  if (is_ours && tail->is_server)
    look_at_server (tail);
  else if (is_ours)
    look_for_a_while (tail);
  return G_SOURCE_CONTINUE; /* of one that was dropped meanwhile nothing is left anyway */
}

static void
listen (PmTail *tail)
{
  if (tail->fd < 0)
    return;
  tail->on_notice = g_unix_fd_source_new (tail->fd, G_IO_IN);
  g_source_set_callback (tail->on_notice, (GSourceFunc) (void (*) (void)) on_notice, tail, NULL);
  g_source_attach (tail->on_notice, tail->context);
}

/* What came meanwhile is seen by one look; a commit that is not visible yet by the next ones. */
static gboolean
on_rested (gpointer data)
{
  PmTail *tail = data;
  g_clear_pointer (&tail->on_rested, g_source_unref);
  listen (tail);
  if (tail->fd >= 0)
    take_notices (tail);
  if (tail->is_server)
    look_at_server (tail);
  else
    look_for_a_while (tail);
  return G_SOURCE_REMOVE;
}

/* Where the connection is another one, or gone, so is the descriptor. */
static void
follow_server (PmTail *tail)
{
  if (!tail->is_server)
    return;
  int fd = tail->registry->backend->notice_fd (tail->registry);
  if (fd == tail->fd)
    return;
  drop (&tail->on_notice);
  tail->fd = fd;
  tail->token = UNKNOWN; /* what came in between is to be told, whatever was heard of it */
  if (tail->on_rested == NULL)
    listen (tail);
}

/* The folder is watched, not the file: that may be made anew. */
static void
watch (PmTail *tail)
{
  const char *log = tail->registry->backend->log_file == NULL
                        ? NULL
                        : tail->registry->backend->log_file (tail->registry);
  if (log == NULL)
    return;
  g_autofree char *folder = g_path_get_dirname (log);
  tail->fd = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);
  if (tail->fd < 0)
    return;
  if (inotify_add_watch (tail->fd, folder, IN_MODIFY | IN_ONLYDIR) < 0) {
    close (tail->fd);
    tail->fd = -1;
    return;
  }
  tail->log_name = g_path_get_basename (log);
  listen (tail);
}

PmTail *
pm_tail_new (PmRegistry *registry, PmTailFunc changed, gpointer data)
{
  PmTail *tail = g_new0 (PmTail, 1);
  tail->registry = registry;
  tail->changed = changed;
  tail->data = data;
  tail->fd = -1;
  tail->context = g_main_context_ref_thread_default ();
  tail->is_server = registry->backend->notice_fd != NULL;
  if (tail->is_server)
    follow_server (tail);
  else
    watch (tail);
  if (!pm_registry_change_token (registry, &tail->token, NULL))
    tail->token = UNKNOWN; /* whatever is there once it can be read is to be told */
  tail->on_poll = start_timer (tail, PM_TAIL_LOOKS_EVERY_MS, poll_token);
  return tail;
}

void
pm_tail_free (PmTail *tail)
{
  if (tail == NULL)
    return;
  drop (&tail->on_notice);
  drop (&tail->on_look);
  drop (&tail->on_rested);
  drop (&tail->on_poll);
  g_main_context_unref (tail->context);
  if (tail->fd >= 0 && !tail->is_server)
    close (tail->fd);
  g_free (tail->log_name);
  g_free (tail);
}

gboolean
pm_tail_is_watching (const PmTail *tail)
{
  return tail->fd >= 0;
}
