/* DESIGN
 * libmicrohttpd in external epoll mode: MHD_run is called whenever its epoll descriptor is readable
 * or its next time-out is due, by one GSource. A connection that is resumed makes neither happen,
 * so whoever resumes one says that it is due.
 *
 * GLib takes a source's descriptors out of the loop while it is dispatched, and back after it, and
 * wakes the loop for each: that is one turn in vain, with three system calls, for every turn. One
 * that may recurse stays in it; nothing that this one calls runs the loop. */

#include "api/http-private.h"

typedef struct {
  GSource source;
  struct MHD_Daemon *daemon;
  gpointer tag;
  gboolean is_due;
} LoopSource;

static gboolean
loop_prepare (GSource *source, gint *timeout_ms)
{
  const LoopSource *loop = (LoopSource *) source;
  MHD_UNSIGNED_LONG_LONG due_ms;
  *timeout_ms = loop->is_due ? 0 : -1;
  if (!loop->is_due && MHD_get_timeout (loop->daemon, &due_ms) == MHD_YES)
    *timeout_ms = (gint) MIN (due_ms, G_MAXINT);
  return *timeout_ms == 0;
}

static gboolean
loop_check (GSource *source)
{
  LoopSource *loop = (LoopSource *) source;
  MHD_UNSIGNED_LONG_LONG due_ms;
  return loop->is_due || g_source_query_unix_fd (source, loop->tag) != 0 ||
         (MHD_get_timeout (loop->daemon, &due_ms) == MHD_YES && due_ms == 0);
}

static gboolean
loop_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  LoopSource *loop = (LoopSource *) source;
  loop->is_due = FALSE;
  MHD_run (loop->daemon);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs loop_functions = {
    .prepare = loop_prepare,
    .check = loop_check,
    .dispatch = loop_dispatch,
};

GSource *
pm_http_loop_attach (struct MHD_Daemon *daemon)
{
  const union MHD_DaemonInfo *info = MHD_get_daemon_info (daemon, MHD_DAEMON_INFO_EPOLL_FD);
  GSource *source = g_source_new (&loop_functions, sizeof (LoopSource));
  LoopSource *loop = (LoopSource *) source;
  loop->daemon = daemon;
  loop->tag = g_source_add_unix_fd (source, info->epoll_fd, G_IO_IN);
  g_source_set_name (source, "http");
  g_source_set_can_recurse (source, TRUE);
  g_source_attach (source, NULL);
  return source;
}

void
pm_http_loop_set_due (GSource *source)
{
  ((LoopSource *) source)->is_due = TRUE;
}
