/* DESIGN
 * The operator's own command, `ip.command`, as an argument vector: never a shell line. Each line of
 * its output is an address, or SLOT=ADDRESS. It has failed if it ends with another status than 0,
 * and is ended when it takes too long. */

#include <gio/gio.h>

#include "ip/source.h"
#include "ip/sources.h"

#define MOST_OUTPUT_BYTES 65536

typedef struct {
  PmIpSource *source;
  char **argv;
  GSubprocess *process;
  GCancellable *cancellable;
} Command;

static void
take_line (GPtrArray *seen, char *line)
{
  if (*g_strstrip (line) == '\0')
    return;
  char *equals = strchr (line, '=');
  g_autofree char *number = g_strdup_printf ("%u", seen->len);
  if (equals != NULL)
    *equals = '\0';
  pm_ip_seen_add (seen, equals != NULL ? g_strstrip (line) : number,
                  equals != NULL ? g_strstrip (equals + 1) : line);
}

static void
on_end (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GSubprocess) process = G_SUBPROCESS (object);
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL, *complaint = NULL;
  gboolean is_read =
      g_subprocess_communicate_utf8_finish (process, result, &output, &complaint, &error);
  /* Stopped: the source may be gone. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  Command *self = data;
  g_clear_object (&self->cancellable);
  self->process = NULL;
  if (!is_read || !g_subprocess_get_successful (process)) {
    char *end = complaint != NULL ? strchr (complaint, '\n') : NULL;
    if (end != NULL)
      *end = '\0';
    pm_ip_source_fail (self->source, "%s failed: %s", self->argv[0],
                       error != NULL                             ? error->message
                       : complaint != NULL && *complaint != '\0' ? complaint
                                                                 : "no word why");
    return;
  }
  if (strlen (output) > MOST_OUTPUT_BYTES) {
    pm_ip_source_fail (self->source, "%s prints too much", self->argv[0]);
    return;
  }
  GPtrArray *seen = pm_ip_seen_list ();
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    take_line (seen, lines[i]);
  pm_ip_source_answer (self->source, seen);
}

static void
command_ask (gpointer data, gboolean wait)
{
  Command *self = data;
  g_autoptr (GError) error = NULL;
  self->process =
      g_subprocess_newv ((const char *const *) self->argv,
                         G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  if (self->process == NULL) {
    pm_ip_source_fail (self->source, "%s cannot be run: %s", self->argv[0], error->message);
    return;
  }
  self->cancellable = g_cancellable_new ();
  /* The reference goes along and is dropped in on_end. */
  g_subprocess_communicate_utf8_async (self->process, NULL, self->cancellable, on_end, self);
}

static void
command_stop (gpointer data)
{
  Command *self = data;
  if (self->process == NULL)
    return;
  g_subprocess_force_exit (self->process);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->process = NULL;
}

static gpointer
command_new (PmIpSource *source, const PmConfig *config, GError **error)
{
  if (config->ip.command[0] == NULL) {
    g_set_error (error, PM_IP_ERROR, PM_IP_ERROR_SETTINGS,
                 "the source \"command\" needs ip.command, an argument vector");
    return NULL;
  }
  Command *self = g_new0 (Command, 1);
  self->source = source;
  self->argv = g_strdupv (config->ip.command);
  return self;
}

static void
command_free (gpointer data)
{
  Command *self = data;
  g_strfreev (self->argv);
  g_free (self);
}

const PmIpSourceKind pm_ip_command = {
    .name = "command",
    .summary = "a command of yours that prints the addresses",
    .new = command_new,
    .ask = command_ask,
    .stop = command_stop,
    .free = command_free,
};
