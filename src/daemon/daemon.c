/* DESIGN
 * pm_daemon_run holds the lock of the state directory and serves, once or, when the registry turns
 * out to be damaged, again from the start. Serving is: state, jobs, API, server, followers, in this
 * order, and taken down in the other: first nobody asks any more, then nothing is read, then what
 * is being done ends. Signals are taken from first to last: one that comes in between waits for the
 * main loop, since without a handler the kernel would end the process. */

#include "daemon/daemon.h"

#include <glib-unix.h>
#include <signal.h>
#include <sys/resource.h>

#include "api/api.h"
#include "base/json-writer.h"
#include "daemon/absence.h"
#include "daemon/addresses.h"
#include "daemon/follow.h"
#include "daemon/healing.h"
#include "daemon/housekeeping.h"
#include "daemon/log.h"
#include "daemon/service-manager.h"
#include "daemon/state.h"
#include "daemon/told.h"
#include "daemon/vitals.h"
#include "notify/notifier.h"
#include "verbs/holder.h"

#define REPEATS_S 5

typedef struct {
  const PmDaemonOptions *options;
  GMainLoop *loop;
  PmContext *context;
  PmJobs *jobs;
  PmApi *api;
  PmHttpServer *server;
  PmFollow *follow;             /* NULL: scan.watch is off */
  PmDaemonAddresses *addresses; /* NULL: not followed */
  PmAbsence *absence;
  PmNotifier *notifier;
  PmTold *told;
  PmVitals *vitals;
  PmHealing *healing;
  PmHousekeeping *housekeeping;
  guint signals[3];
  PmLog *log;
  guint repeats;  /* source that tells what the log left out */
  guint watchdog; /* source; 0 none */
  gboolean is_damaged;
  gboolean is_told_to_stop;
} Daemon;

/* --- trouble --- */

static void
look_at_error (Daemon *daemon, const GError *error)
{
  if (!pm_state_is_damage (error) || daemon->is_damaged)
    return;
  daemon->is_damaged = TRUE;
  g_main_loop_quit (daemon->loop);
}

static void
on_job (PmJobs *jobs, gint64 id, gboolean ended, const GError *error, gpointer data)
{
  Daemon *daemon = data;
  pm_api_job_changed (daemon->api, id);
  if (!ended || error == NULL)
    return;
  if (!g_error_matches (error, PM_JOBS_ERROR, PM_JOBS_ERROR_CANCELLED))
    g_warning ("job %" G_GINT64_FORMAT " failed: %s", id, error->message);
  look_at_error (daemon, error);
}

/* --- files --- */

static void
on_ready (guint projects, guint directories, gpointer data)
{
  const Daemon *daemon = data;
  if (daemon->options->following != NULL)
    daemon->options->following (projects, directories, daemon->options->data);
}

static void
on_failed (const GError *error, gpointer data)
{
  g_warning ("the files could not be read: %s", error->message);
  look_at_error (data, error);
}

static void
on_note (const char *text, gpointer data)
{
  g_warning ("%s", text);
}

static void
follow_files (Daemon *daemon)
{
  static const PmFollowCalls calls = {on_ready, on_failed, on_note};
  pm_follow_free (g_steal_pointer (&daemon->follow));
  if (daemon->context->config->scan.watch)
    daemon->follow =
        pm_follow_new (daemon->context->state_dir, daemon->context->config, &calls, daemon);
  else
    on_ready (0, 0, daemon);
}

/* --- addresses --- */

static void
on_addresses_failed (const GError *error, gpointer data)
{
  g_warning ("following the addresses: %s", error->message);
  look_at_error (data, error);
}

/* What they were before is in the registry: as long as that is away, nothing is compared. */
static gboolean
follow_addresses (Daemon *daemon, GError **error)
{
  if (!pm_registry_reach (daemon->context->registry, NULL))
    return TRUE;
  daemon->addresses =
      pm_daemon_addresses_new (daemon->context, daemon->jobs, on_addresses_failed, daemon, error);
  return daemon->addresses != NULL;
}

/* --- a registry's server that was away --- */

static void
on_registry_there (Daemon *daemon)
{
  g_autoptr (GError) error = NULL;
  if (pm_context_needs_recovery (daemon->context->state_dir)) {
    pm_context_recover (daemon->context);
    pm_state_log_recovery (daemon->context);
  }
  if (daemon->addresses == NULL && !follow_addresses (daemon, &error))
    g_warning ("the addresses are not followed: %s", error->message);
}

static void
on_absence (const char *why, gpointer data)
{
  Daemon *daemon = data;
  pm_api_set_absence (daemon->api, why);
  if (why == NULL)
    on_registry_there (daemon);
}

/* --- people --- */

/* What happened while there was no daemon is told too, so it begins before anything else does. */
static void
tell_people (Daemon *daemon)
{
  const PmContext *context = daemon->context;
  const char *dashboard = context->config->notify.dashboard;
  PmNotifierOptions options = {
      .state_dir = context->state_dir,
      .config = context->config,
      .dashboard = dashboard[0] != '\0' ? dashboard : pm_http_server_url (daemon->server),
  };
  pm_notifier_free (g_steal_pointer (&daemon->notifier));
  daemon->notifier = pm_notifier_new (&options);
}

/* --- sockets and health --- */

static void
on_vitals_failed (const GError *error, gpointer data)
{
  g_warning ("sockets and health: %s", error->message);
  look_at_error (data, error);
}

static void
heal (Daemon *daemon)
{
  daemon->healing = pm_healing_new (daemon->context->state_dir, daemon->context->config);
}

static void
follow_vitals (Daemon *daemon)
{
  pm_api_set_health_counters (daemon->api, NULL);
  pm_vitals_free (g_steal_pointer (&daemon->vitals));
  daemon->vitals =
      pm_vitals_new (daemon->context->state_dir, daemon->context->config, on_vitals_failed, daemon);
  pm_api_set_health_counters (daemon->api, pm_vitals_counters (daemon->vitals));
}

/* --- backups --- */

static void
on_housekeeping_failed (const GError *error, gpointer data)
{
  g_warning ("no backup was made: %s", error->message);
  look_at_error (data, error);
}

static void
keep_house (Daemon *daemon)
{
  daemon->housekeeping = pm_housekeeping_new (daemon->context->state_dir, daemon->context->config,
                                              on_housekeeping_failed, daemon);
}

/* --- configuration --- */

static void
log_event (Daemon *daemon, const char *event, const char *key, const char *text)
{
  g_autoptr (GString) data = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  PmJsonWriter json = pm_json_writer (data);
  pm_json_begin_object (&json);
  if (key != NULL)
    pm_json_member_string (&json, key, text);
  pm_json_end_object (&json);
  if (!pm_registry_event_append (daemon->context->registry, event, data->str, g_get_real_time (),
                                 &error))
    g_warning ("%s is not in the event log: %s", event, error->message);
}

static gboolean
is_same_server (const PmConfig *a, const PmConfig *b)
{
  return g_strv_equal ((const char *const *) a->server.listen,
                       (const char *const *) b->server.listen) &&
         g_strv_equal ((const char *const *) a->server.allowed_hosts,
                       (const char *const *) b->server.allowed_hosts) &&
         g_str_equal (a->server.tls_certificate, b->server.tls_certificate) &&
         g_str_equal (a->server.tls_key, b->server.tls_key) &&
         g_str_equal (a->registry.url, b->registry.url);
}

static void
take_config (Daemon *daemon, PmConfig *config)
{
  if (!is_same_server (daemon->context->config, config))
    g_warning ("changes of [server] and [registry] count after the next start");
  g_autoptr (GError) error = NULL;
  pm_daemon_addresses_free (g_steal_pointer (&daemon->addresses));
  pm_config_unref (daemon->context->config);
  daemon->context->config = pm_config_ref (config);
  pm_jobs_set_config (daemon->jobs, config);
  tell_people (daemon);
  follow_files (daemon);
  follow_vitals (daemon);
  pm_healing_set_config (daemon->healing, config);
  pm_housekeeping_set_config (daemon->housekeeping, config);
  if (!follow_addresses (daemon, &error))
    g_warning ("the addresses are not followed: %s", error->message);
}

static void
read_config (Daemon *daemon)
{
  g_autoptr (GError) error = NULL;
  if (daemon->is_damaged) /* it is read anew in a moment anyway */
    return;
  pm_service_manager_reloading ();
  g_autoptr (PmConfig) config = pm_config_load (daemon->options->config_file, &error);
  if (config == NULL) {
    g_warning ("the configuration is refused, the one before stays:\n%s", error->message);
    log_event (daemon, "config.refused", "reason", error->message);
    pm_service_manager_ready ("The new configuration was refused; the one before is in use");
    return;
  }
  g_message ("the configuration was read again");
  log_event (daemon, "config.reloaded", NULL, NULL);
  take_config (daemon, config);
  pm_service_manager_ready ("The configuration was read again");
}

static gboolean
on_hangup (gpointer data)
{
  read_config (data);
  return G_SOURCE_CONTINUE;
}

/* By the API, or by a command: nobody has to send a signal for it. */
static void
on_config_changed (gpointer data)
{
  read_config (data);
}

/* --- serving --- */

static gboolean
on_stop (gpointer data)
{
  Daemon *daemon = data;
  daemon->is_told_to_stop = TRUE;
  g_main_loop_quit (daemon->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
start (Daemon *daemon, GError **error)
{
  PmStateOptions state = {daemon->options->state_dir, daemon->options->config_file,
                          daemon->is_damaged};
  daemon->context = pm_state_open (&state, error);
  daemon->is_damaged = FALSE;
  if (daemon->context == NULL)
    return FALSE;
  daemon->jobs = pm_jobs_new (daemon->context->state_dir, daemon->context->config);
  pm_jobs_set_listener (daemon->jobs, on_job, daemon);
  daemon->api = pm_api_new (daemon->context, daemon->jobs, error);
  if (daemon->api == NULL)
    return FALSE;
  const char *const *listen = daemon->options->listen;
  if (listen == NULL)
    listen = (const char *const *) daemon->context->config->server.listen;
  daemon->server = pm_api_listen (daemon->api, listen, error);
  daemon->told = daemon->server == NULL
                     ? NULL
                     : pm_told_new (daemon->context, on_config_changed, daemon, error);
  if (daemon->told == NULL)
    return FALSE;
  tell_people (daemon);
  return follow_addresses (daemon, error);
}

static void
nothing (int number)
{
}

/* A client that is gone ends with EPIPE, not with us. A handler and not SIG_IGN, which the commands
 * that restart services would inherit. */
static void
survive_broken_pipes (void)
{
  struct sigaction action = {.sa_handler = nothing, .sa_flags = SA_RESTART};
  sigaction (SIGPIPE, &action, NULL);
}

static gboolean
on_repeats (gpointer data)
{
  pm_log_tell_repeats (((const Daemon *) data)->log, FALSE);
  return G_SOURCE_CONTINUE;
}

static void
take_signals (Daemon *daemon)
{
  guint *signals = daemon->signals;
  signals[0] = g_unix_signal_add (SIGINT, on_stop, daemon);
  signals[1] = g_unix_signal_add (SIGTERM, on_stop, daemon);
  signals[2] = g_unix_signal_add (SIGHUP, on_hangup, daemon);
}

static void
announce (Daemon *daemon)
{
  const char *url = pm_http_server_url (daemon->server);
  daemon->absence = pm_absence_new (daemon->context, url, on_absence, daemon);
  g_autofree char *status = pm_absence_status (daemon->absence);
  g_autofree char *page_url = pm_api_page_url (daemon->api, daemon->server);
  if (daemon->options->ready != NULL)
    daemon->options->ready (url, page_url, daemon->options->data);
  pm_service_manager_ready (status);
}

static void
take_down (Daemon *daemon)
{
  g_clear_handle_id (&daemon->watchdog, g_source_remove);
  g_clear_pointer (&daemon->absence, pm_absence_free);
  pm_http_server_free (g_steal_pointer (&daemon->server));
  pm_follow_free (g_steal_pointer (&daemon->follow));
  if (daemon->api != NULL)
    pm_api_set_health_counters (daemon->api, NULL);
  pm_healing_free (g_steal_pointer (&daemon->healing));
  pm_vitals_free (g_steal_pointer (&daemon->vitals));
  pm_daemon_addresses_free (g_steal_pointer (&daemon->addresses));
  pm_jobs_free (g_steal_pointer (&daemon->jobs));
  pm_housekeeping_free (g_steal_pointer (&daemon->housekeeping));
  pm_notifier_free (g_steal_pointer (&daemon->notifier));
  pm_told_free (g_steal_pointer (&daemon->told));
  pm_api_free (g_steal_pointer (&daemon->api));
  pm_context_free (g_steal_pointer (&daemon->context));
}

/* Until it is told to stop, or the registry is damaged. */
static gboolean
serve (Daemon *daemon, GError **error)
{
  gboolean fine = start (daemon, error);
  if (fine) {
    daemon->watchdog = pm_service_manager_watch ();
    announce (daemon);
    follow_files (daemon);
    follow_vitals (daemon);
    heal (daemon);
    keep_house (daemon);
    g_main_loop_run (daemon->loop);
  }
  if (!daemon->is_damaged)
    pm_service_manager_stopping ();
  take_down (daemon);
  return fine;
}

/* Every open stream is a descriptor. */
static void
raise_limits (void)
{
  struct rlimit files;
  if (getrlimit (RLIMIT_NOFILE, &files) != 0)
    return;
  files.rlim_cur = files.rlim_max;
  setrlimit (RLIMIT_NOFILE, &files);
}

gboolean
pm_daemon_run (const PmDaemonOptions *options, GError **error)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Daemon daemon = {.options = options, .loop = loop};
  daemon.log = pm_log_init ();
  raise_limits ();
  g_autoptr (PmHolder) holder = pm_holder_take (options->state_dir, error);
  if (holder == NULL)
    return FALSE;
  take_signals (&daemon);
  daemon.repeats = g_timeout_add_seconds (REPEATS_S, on_repeats, &daemon);
  survive_broken_pipes ();
  gboolean fine;
  do
    fine = serve (&daemon, error);
  while (fine && daemon.is_damaged && !daemon.is_told_to_stop);
  for (guint i = 0; i < G_N_ELEMENTS (daemon.signals); i++)
    g_source_remove (daemon.signals[i]);
  g_source_remove (daemon.repeats);
  pm_log_tell_repeats (daemon.log, TRUE);
  return fine;
}
