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
  if (!pm_registry_counts (call->context->registry, arena, &counts, &error)) {
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
  write_process (out, call->api);
  pm_call_text (call, 200, PM_EXPOSITION_TYPE, out);
}
