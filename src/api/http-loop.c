/* DESIGN
 * libmicrohttpd in external epoll mode: MHD_run is called whenever its epoll descriptor is readable
 * or its next time-out is due, by one GSource. A connection that is resumed makes neither happen,
 * so whoever resumes one wakes the source by its ready time. */

#include "api/http-private.h"

typedef struct {
  GSource source;
  struct MHD_Daemon *daemon;
  gpointer tag;
} LoopSource;

static gboolean
loop_prepare (GSource *source, gint *timeout_ms)
{
  MHD_UNSIGNED_LONG_LONG due_ms;
  *timeout_ms = -1;
  if (MHD_get_timeout (((LoopSource *) source)->daemon, &due_ms) == MHD_YES)
    *timeout_ms = (gint) MIN (due_ms, G_MAXINT);
  return *timeout_ms == 0;
}

static gboolean
loop_check (GSource *source)
{
  LoopSource *loop = (LoopSource *) source;
  MHD_UNSIGNED_LONG_LONG due_ms;
  return g_source_query_unix_fd (source, loop->tag) != 0 ||
         (MHD_get_timeout (loop->daemon, &due_ms) == MHD_YES && due_ms == 0);
}

static gboolean
loop_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  g_source_set_ready_time (source, -1);
  MHD_run (((LoopSource *) source)->daemon);
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
  g_source_attach (source, NULL);
  return source;
}
