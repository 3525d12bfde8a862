#include <glib.h>
#include <sys/socket.h>

#include "api/http-deadline.h"

struct PmHttpDeadlines {
  GHashTable *all; /* of PmHttpDeadline */
  guint timer;     /* 0 while there is none to look at */
};

struct PmHttpDeadline {
  PmHttpDeadlines *deadlines;
  struct MHD_Connection *connection;
  gint64 at_us; /* of the monotonic clock; 0 none */
};

static void
cut (const PmHttpDeadline *deadline)
{
  const union MHD_ConnectionInfo *info =
      MHD_get_connection_info (deadline->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  if (info != NULL)
    shutdown (info->connect_fd, SHUT_RDWR);
}

static gboolean
look (gpointer data)
{
  PmHttpDeadlines *deadlines = data;
  GHashTableIter iter;
  gpointer key;
  gint64 now_us = g_get_monotonic_time ();
  g_hash_table_iter_init (&iter, deadlines->all);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    const PmHttpDeadline *deadline = key;
    if (deadline->at_us != 0 && deadline->at_us <= now_us)
      cut (deadline);
  }
  if (g_hash_table_size (deadlines->all) > 0)
    return G_SOURCE_CONTINUE;
  deadlines->timer = 0;
  return G_SOURCE_REMOVE;
}

PmHttpDeadlines *
pm_http_deadlines_new (void)
{
  PmHttpDeadlines *deadlines = g_new0 (PmHttpDeadlines, 1);
  deadlines->all = g_hash_table_new (g_direct_hash, g_direct_equal);
  return deadlines;
}

void
pm_http_deadlines_free (PmHttpDeadlines *deadlines)
{
  if (deadlines->timer != 0)
    g_source_remove (deadlines->timer);
  g_hash_table_unref (deadlines->all);
  g_free (deadlines);
}

PmHttpDeadline *
pm_http_deadline_new (PmHttpDeadlines *deadlines, struct MHD_Connection *connection)
{
  PmHttpDeadline *deadline = g_new0 (PmHttpDeadline, 1);
  deadline->deadlines = deadlines;
  deadline->connection = connection;
  g_hash_table_add (deadlines->all, deadline);
  if (deadlines->timer == 0)
    deadlines->timer = g_timeout_add_seconds (1, look, deadlines);
  return deadline;
}

void
pm_http_deadline_free (PmHttpDeadline *deadline)
{
  g_hash_table_remove (deadline->deadlines->all, deadline);
  g_free (deadline);
}

void
pm_http_deadline_set (PmHttpDeadline *deadline, guint seconds)
{
  deadline->at_us = seconds == 0 ? 0 : g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
}

guint
pm_http_deadlines_count (const PmHttpDeadlines *deadlines)
{
  return g_hash_table_size (deadlines->all);
}
