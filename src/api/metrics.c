/* Names follow https://prometheus.io/docs/practices/naming/: a prefix, base units, _total behind
 * what only grows. */

#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/api-private.h"
#include "api/exposition.h"
#include "api/handlers.h"
#include "notify/status.h"
#include "registry/counts.h"
#include "registry/maintenance.h"

#define GAUGE "gauge"
#define COUNTER "counter"

/* --- the registry --- */

/* Every word has a sample, also where there is none of it: an alert must not wait for the first. */
static void
write_words (GString *out, const char *name, const char *help, const char *label,
             const GArray *counts, const char *const *words)
{
  pm_exposition_begin (out, name, GAUGE, help);
  for (const char *const *word = words; *word != NULL; word++) {
    guint64 count = 0;
    for (guint i = 0; i < counts->len; i++)
      if (g_str_equal (g_array_index (counts, PmCount, i).word, *word))
        count = g_array_index (counts, PmCount, i).count;
    pm_exposition_sample (out, name, "", (double) count, label, *word, NULL);
  }
}

static void
write_counts (GString *out, const char *name, const char *kind, const char *help, const char *label,
              const GArray *counts)
{
  pm_exposition_begin (out, name, kind, help);
  for (guint i = 0; i < counts->len; i++) {
    const PmCount *count = &g_array_index (counts, PmCount, i);
    pm_exposition_sample (out, name, "", (double) count->count, label, count->word, NULL);
  }
}

static guint64
log_bytes (const PmRegistry *registry)
{
  struct stat info;
  g_autofree char *file = g_strconcat (pm_registry_location (registry), "-wal", NULL);
  return stat (file, &info) == 0 ? (guint64) info.st_size : 0;
}

static void
write_registry (GString *out, const PmContext *context, const PmRegistryCounts *counts)
{
  static const char *const statuses[] = {"active", "inactive", "conflict", NULL};
  static const char *const severities[] = {"error", "warning", "note", NULL};
  write_words (out, "port_manager_services", "Services by status.", "status", counts->services,
               statuses);
  write_words (out, "port_manager_conflicts", "Open conflicts by severity.", "severity",
               counts->conflicts, severities);
  write_counts (out, "port_manager_transactions_total", COUNTER,
                "Changes of files that were tried, by how they ended.", "state",
                counts->transactions);
  write_counts (out, "port_manager_leases", GAUGE, "Ports that are leased, by pool.", "pool",
                counts->leases);
  pm_exposition_single (out, "port_manager_projects", GAUGE, "Projects below all roots.",
                        (double) counts->projects);
  pm_exposition_single (out, "port_manager_documents", GAUGE, "Configuration files.",
                        (double) counts->documents);
  pm_exposition_single (out, "port_manager_findings", GAUGE, "Ports and addresses in files.",
                        (double) counts->findings);
  pm_exposition_single (out, "port_manager_scan_problems", GAUGE,
                        "Files and folders that the last scan could not read.",
                        (double) counts->problems);
  pm_exposition_single (out, "port_manager_last_scan_timestamp_seconds", GAUGE,
                        "When a scan was last finished; 0: never.",
                        (double) (pm_context_last_scan_us (context) / G_USEC_PER_SEC));
  pm_exposition_single (out, "port_manager_tokens", GAUGE, "Tokens of the API.",
                        (double) counts->tokens);
  pm_exposition_single (out, "port_manager_registry_size_bytes", GAUGE,
                        "Size of the registry's database.", (double) counts->size_bytes);
  pm_exposition_single (out, "port_manager_registry_free_bytes", GAUGE,
                        "Unused pages of the registry's database.", (double) counts->free_bytes);
  pm_exposition_single (out, "port_manager_registry_log_bytes", GAUGE,
                        "Size of the registry's write-ahead log.",
                        (double) log_bytes (context->registry));
}

/* --- notification --- */

typedef guint64 (*CountOf) (const PmNotifyChannel *channel);

static guint64
queued_of (const PmNotifyChannel *channel)
{
  return channel->counts.queued;
}

static guint64
sent_of (const PmNotifyChannel *channel)
{
  return channel->counts.sent;
}

static guint64
failed_of (const PmNotifyChannel *channel)
{
  return channel->counts.failed;
}

static guint64
dropped_of (const PmNotifyChannel *channel)
{
  return channel->counts.dropped;
}

static void
write_channels (GString *out, const char *name, const char *kind, const char *help, CountOf count,
                const PmNotifyStatus *status)
{
  pm_exposition_begin (out, name, kind, help);
  for (guint i = 0; i < status->channels->len; i++) {
    const PmNotifyChannel *channel = &g_array_index (status->channels, PmNotifyChannel, i);
    pm_exposition_sample (out, name, "", (double) count (channel), "channel", channel->channel,
                          NULL);
  }
}

static gboolean
write_notify (GString *out, const PmContext *context, GError **error)
{
  g_auto (PmNotifyStatus) status = {0};
  if (!pm_notify_status (context->registry, context->config, &status, error))
    return FALSE;
  write_channels (out, "port_manager_notify_queue_length", GAUGE, "Messages that wait, by channel.",
                  queued_of, &status);
  write_channels (out, "port_manager_notify_sent_total", COUNTER, "Messages that were sent.",
                  sent_of, &status);
  write_channels (out, "port_manager_notify_failed_total", COUNTER,
                  "Attempts to send a message that failed.", failed_of, &status);
  write_channels (out, "port_manager_notify_dropped_total", COUNTER,
                  "Messages that were given up: refused, too old, or too many.", dropped_of,
                  &status);
  return TRUE;
}

/* --- the server --- */

static void
write_event_name (const char *event, guint64 count, gpointer out)
{
  pm_exposition_sample (out, "port_manager_events_total", "", (double) count, "event", event, NULL);
}

static void
write_server (GString *out, const PmApi *api)
{
  PmEventHubCounts events = pm_event_hub_counts (api->hub);
  pm_exposition_begin (out, "port_manager_events_total", COUNTER,
                       "Events of the log since the server began, by name.");
  pm_event_hub_each_name (api->hub, write_event_name, out);
  pm_exposition_single (out, "port_manager_event_streams", GAUGE, "Open event streams.",
                        events.streams);
  pm_exposition_single (out, "port_manager_event_streams_dropped_total", COUNTER,
                        "Event streams that were ended because they were too slow.",
                        (double) events.dropped);
  pm_exposition_single (out, "port_manager_jobs_unfinished", GAUGE,
                        "Jobs that wait or are being done.", pm_jobs_unfinished (api->jobs));
  pm_exposition_single (out, "port_manager_worker_queue_length", GAUGE,
                        "Requests that wait for a thread.", pm_worker_waiting (api->worker));
  if (api->server != NULL)
    pm_exposition_single (out, "port_manager_http_connections", GAUGE, "Open connections.",
                          pm_http_server_connections (api->server));
  pm_traffic_write (api->traffic, out);
}

/* --- health --- */

/* Prometheus' own default buckets, in seconds, down to what loopback takes. */
static const double duration_bounds[] = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                         0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};

static void
write_duration (GString *out, const char *name, const PmHistogram *histogram, gint64 sum_us,
                const char *label, const char *value)
{
  char bound[G_ASCII_DTOSTR_BUF_SIZE];
  for (guint i = 0; i < G_N_ELEMENTS (duration_bounds); i++) {
    guint64 count = pm_histogram_up_to (histogram, (gint64) (duration_bounds[i] * 1e6));
    g_ascii_formatd (bound, sizeof bound, "%g", duration_bounds[i]);
    pm_exposition_sample (out, name, "_bucket", (double) count, "le", bound, label, value, NULL);
  }
  pm_exposition_sample (out, name, "_bucket", (double) histogram->total, "le", "+Inf", label, value,
                        NULL);
  pm_exposition_sample (out, name, "_sum", (double) sum_us / 1e6, label, value, NULL);
  pm_exposition_sample (out, name, "_count", (double) histogram->total, label, value, NULL);
}

static void
write_checks (GString *out, const PmHealthCounters *counters)
{
  pm_exposition_begin (out, "port_manager_health_checks_total", COUNTER,
                       "Looks at services, by kind and by what was seen.");
  for (guint kind = PM_CHECK_TCP; kind <= PM_CHECK_CONTAINER; kind++)
    for (guint seen = 0; seen < 3; seen++)
      pm_exposition_sample (out, "port_manager_health_checks_total", "",
                            (double) counters->looks[kind][seen], "kind", pm_check_kind_name (kind),
                            "result", pm_health_name (seen), NULL);
  pm_exposition_begin (out, "port_manager_health_check_duration_seconds", "histogram",
                       "How long a look took, by kind.");
  for (guint kind = PM_CHECK_TCP; kind <= PM_CHECK_CONTAINER; kind++)
    write_duration (out, "port_manager_health_check_duration_seconds", &counters->duration[kind],
                    counters->duration_us[kind], "kind", pm_check_kind_name (kind));
  pm_exposition_begin (out, "port_manager_health_check_lag_seconds", "histogram",
                       "How much later than due a look began.");
  write_duration (out, "port_manager_health_check_lag_seconds", &counters->lag, counters->lag_us,
                  NULL, NULL);
  pm_exposition_single (out, "port_manager_health_services_checked", GAUGE,
                        "Services that are checked.", counters->scheduled);
}

/* A service of which nothing is known has no sample: neither 0 nor 1 would be true. */
static void
write_up (GString *out, const GArray *services)
{
  pm_exposition_begin (out, "port_manager_service_up", GAUGE,
                       "1: its health check passes, 0: it does not; none: unknown.");
  for (guint i = 0; i < services->len; i++) {
    const PmService *service = &g_array_index (services, PmService, i);
    if (service->health == PM_HEALTH_UNKNOWN)
      continue;
    g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, service->id);
    pm_exposition_sample (out, "port_manager_service_up", "",
                          service->health == PM_HEALTH_UP ? 1 : 0, "id", id, "project",
                          service->project_id, "service", pm_service_shown_name (service), NULL);
  }
}

static void
write_health (GString *out, const PmApi *api, const GArray *services)
{
  guint64 counts[3] = {0};
  for (guint i = 0; i < services->len; i++)
    counts[g_array_index (services, PmService, i).health]++;
  pm_exposition_begin (out, "port_manager_health", GAUGE, "Services by health.");
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    pm_exposition_sample (out, "port_manager_health", "", (double) counts[i], "state",
                          pm_health_name (i), NULL);
  write_up (out, services);
  if (api->health != NULL)
    write_checks (out, api->health);
}

/* --- the process, by the names that all of Prometheus' clients use --- */

static guint
open_descriptors (void)
{
  guint count = 0;
  DIR *directory = opendir ("/proc/self/fd");
  if (directory == NULL)
    return 0;
  while (readdir (directory) != NULL)
    count++;
  closedir (directory);
  return count - 3; /* ".", "..", and the directory's own */
}

static double
resident_bytes (void)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    return 0;
  g_auto (GStrv) fields = g_strsplit (text, " ", 3);
  return fields[0] == NULL || fields[1] == NULL
             ? 0
             : g_ascii_strtod (fields[1], NULL) * (double) sysconf (_SC_PAGESIZE);
}

static double
seconds_of (const struct timeval *time)
{
  return (double) time->tv_sec + (double) time->tv_usec / (double) G_USEC_PER_SEC;
}

static void
write_process (GString *out, const PmApi *api)
{
  struct rusage usage;
  struct rlimit limit;
  getrusage (RUSAGE_SELF, &usage);
  getrlimit (RLIMIT_NOFILE, &limit);
  pm_exposition_begin (out, "port_manager_build_info", GAUGE,
                       "Always 1; the label is the version.");
  pm_exposition_sample (out, "port_manager_build_info", "", 1, "version", PM_VERSION, NULL);
  pm_exposition_single (out, "process_start_time_seconds", GAUGE, "When the server began.",
                        (double) (api->started_us / G_USEC_PER_SEC));
  pm_exposition_single (out, "process_cpu_seconds_total", COUNTER, "CPU time, user and system.",
                        seconds_of (&usage.ru_utime) + seconds_of (&usage.ru_stime));
  pm_exposition_single (out, "process_resident_memory_bytes", GAUGE, "Resident memory.",
                        resident_bytes ());
  pm_exposition_single (out, "process_open_fds", GAUGE, "Open descriptors.", open_descriptors ());
  pm_exposition_single (out, "process_max_fds", GAUGE, "How many there may be.",
                        (double) limit.rlim_cur);
}

void
pm_api_metrics (PmCall *call)
{
  GError *error = NULL;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_auto (PmRegistryCounts) counts = {0};
  g_autoptr (GArray) services = g_array_new (FALSE, FALSE, sizeof (PmService));
  if (!pm_registry_counts (call->context->registry, arena, &counts, &error) ||
      !pm_registry_services (call->context->registry, arena, services, &error)) {
    pm_call_failed (call, error);
    return;
  }
  GString *out = g_string_new (NULL);
  write_registry (out, call->context, &counts);
  if (!write_notify (out, call->context, &error)) {
    g_string_free (out, TRUE);
    pm_call_failed (call, error);
    return;
  }
  write_server (out, call->api);
  write_health (out, call->api, services);
  write_process (out, call->api);
  pm_call_text (call, 200, PM_EXPOSITION_TYPE, out);
}
