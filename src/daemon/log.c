#include "daemon/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/timestamp.h"
#include "daemon/repeats.h"

struct PmLog {
  GMutex mutex;
  PmRepeats *repeats; /* under the mutex */
};

static const char *
level_name (GLogLevelFlags level)
{
  if ((level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) != 0)
    return "error";
  return (level & G_LOG_LEVEL_WARNING) != 0 ? "warning" : "info";
}

static const char *
message_of (const GLogField *fields, gsize n_fields)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE") && fields[i].length == -1)
      return fields[i].value;
  return "";
}

static void
write_plain (GLogLevelFlags level, const char *message)
{
  char time[PM_TIMESTAMP_SIZE];
  g_auto (GStrv) lines = g_strsplit (message, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    g_autofree char *text = pm_escape_terminal (*line);
    fprintf (stderr, "%s %s: %s\n", pm_timestamp_format (g_get_real_time (), time),
             level_name (level), text);
  }
}

static void
write_fields (GLogLevelFlags level, const GLogField *fields, gsize n_fields)
{
  if (!g_log_writer_is_journald (STDERR_FILENO) ||
      g_log_writer_journald (level, fields, n_fields, NULL) == G_LOG_WRITER_UNHANDLED)
    write_plain (level, message_of (fields, n_fields));
}

static gboolean
is_to_be_written (PmLog *log, GLogLevelFlags level, const char *message)
{
  g_mutex_lock (&log->mutex);
  gboolean is = pm_repeats_take (log->repeats, level, message, g_get_monotonic_time ());
  g_mutex_unlock (&log->mutex);
  return is;
}

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  if (!g_log_writer_default_would_drop (level, G_LOG_DOMAIN) &&
      is_to_be_written (data, level, message_of (fields, n_fields)))
    write_fields (level, fields, n_fields);
  return G_LOG_WRITER_HANDLED;
}

/* PRIORITY is syslog's: journald wants it, and GLib has no name for the numbers. */
static void
write_told (GLogLevelFlags level, const char *line, gpointer data)
{
  const char *priority = strcmp (level_name (level), "error") == 0     ? "3"
                         : strcmp (level_name (level), "warning") == 0 ? "4"
                                                                       : "5";
  const GLogField fields[] = {{"MESSAGE", line, -1}, {"PRIORITY", priority, -1}};
  write_fields (level, fields, G_N_ELEMENTS (fields));
}

void
pm_log_tell_repeats (PmLog *log, gboolean all)
{
  g_mutex_lock (&log->mutex);
  pm_repeats_tell (log->repeats, g_get_monotonic_time (), all, write_told, NULL);
  g_mutex_unlock (&log->mutex);
}

PmLog *
pm_log_init (void)
{
  PmLog *log = g_new0 (PmLog, 1);
  g_mutex_init (&log->mutex);
  log->repeats = pm_repeats_new ();
  g_log_set_writer_func (write_log, log, NULL);
  return log;
}
