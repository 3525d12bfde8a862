#include "daemon/log.h"

#include <stdio.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/timestamp.h"

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

static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  if (g_log_writer_default_would_drop (level, G_LOG_DOMAIN))
    return G_LOG_WRITER_HANDLED;
  if (!g_log_writer_is_journald (STDERR_FILENO) ||
      g_log_writer_journald (level, fields, n_fields, NULL) == G_LOG_WRITER_UNHANDLED)
    write_plain (level, message_of (fields, n_fields));
  return G_LOG_WRITER_HANDLED;
}

void
pm_log_init (void)
{
  g_log_set_writer_func (write_log, NULL, NULL);
}
