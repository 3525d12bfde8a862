/* DESIGN
 * The frame around all kinds. A probe waits for its turn, runs, is finished, is told: one field
 * says where it is. All deadlines are one heap and one timer, all descriptors one epoll set and one
 * source, so that a thousand probes that hang cost the main loop no more than one. What is finished
 * is told from a source of its own, with no kind on the stack: `done` may do whatever it likes. */

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <glib-unix.h>

#include "health/due.h"
#include "health/kind.h"
#include "health/where.h"

typedef enum { WAITING, RUNNING, FINISHED } Stage;

#define N_KINDS (PM_CHECK_CONTAINER + 1)

struct PmProber {
  GMainContext *context;
  PmHttpClient *http;
  PmOwnAddresses *own;
  gpointer shared[N_KINDS];
  PmDue deadlines;
  GSource *timer;
  int epoll;
  GSource *epoll_source;
  GSource *teller;
  GQueue queues[3]; /* of PmProbe, by stage */
};

struct PmProbe {
  PmProber *prober;
  const PmCheck *check;
  PmProbeDone done;
  gpointer data;
  GList link;
  Stage stage;
  PmDueEntry deadline; /* see probe_of */
  gpointer self;       /* the kind's own; NULL none */
  gint64 asked_us, began_us;
  int fd; /* in the epoll set; -1 none */
  void (*ready) (gpointer self);
  PmProbeResult result;
  char *cause;
};

static const PmProbeKind *const kinds[N_KINDS] = {
    [PM_CHECK_TCP] = &pm_probe_tcp,
    [PM_CHECK_HTTP] = &pm_probe_http,
    [PM_CHECK_WEBSOCKET] = &pm_probe_websocket,
    [PM_CHECK_PROCESS] = &pm_probe_process,
    [PM_CHECK_CONTAINER] = &pm_probe_container,
};

static PmProbe *
probe_of (PmDueEntry *deadline)
{
  return (PmProbe *) (void *) ((char *) deadline - G_STRUCT_OFFSET (PmProbe, deadline));
}

static void
move (PmProbe *probe, Stage stage)
{
  g_queue_unlink (&probe->prober->queues[probe->stage], &probe->link);
  probe->stage = stage;
  g_queue_push_tail_link (&probe->prober->queues[stage], &probe->link);
}

static void
stop (PmProbe *probe)
{
  pm_due_remove (&probe->prober->deadlines, &probe->deadline);
  pm_probe_await (probe, -1, NULL);
  gpointer self = g_steal_pointer (&probe->self);
  if (self != NULL)
    kinds[probe->check->kind]->stop (self);
}

static void
probe_free (PmProbe *probe)
{
  g_queue_unlink (&probe->prober->queues[probe->stage], &probe->link);
  g_free (probe->cause);
  g_free (probe);
}

/* --- time --- */

static void
set_timer (PmProber *prober)
{
  const PmDueEntry *first = pm_due_first (&prober->deadlines);
  g_source_set_ready_time (prober->timer, first == NULL ? -1 : first->time_us);
}

static gboolean
on_timer (gpointer data)
{
  PmProber *prober = data;
  gint64 now_us = g_get_monotonic_time ();
  for (PmDueEntry *first = pm_due_first (&prober->deadlines);
       first != NULL && first->time_us <= now_us; first = pm_due_first (&prober->deadlines)) {
    PmProbe *probe = probe_of (first);
    pm_probe_finish (probe, PM_HEALTH_DOWN, 0, "no answer within %.3g s",
                     probe->check->timeout_ms / 1000.0);
  }
  set_timer (prober);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_timer (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

/* --- the turn --- */

static void
start (PmProbe *probe)
{
  PmProber *prober = probe->prober;
  const PmCheck *check = probe->check;
  probe->began_us = g_get_monotonic_time ();
  probe->result.lag_us = probe->began_us - probe->asked_us;
  move (probe, RUNNING);
  if (check->kind == PM_CHECK_NONE || check->obstacle != NULL) {
    const char *why = check->obstacle != NULL ? check->obstacle : "there is nothing to be asked";
    pm_probe_finish (probe, check->kind == PM_CHECK_NONE ? PM_HEALTH_UNKNOWN : PM_HEALTH_DOWN, 0,
                     "%s", why);
    return;
  }
  pm_due_set (&prober->deadlines, &probe->deadline,
              probe->began_us + check->timeout_ms * (gint64) 1000);
  probe->self = kinds[check->kind]->start (probe, check);
  if (probe->stage == FINISHED)
    stop (probe);
}

static void
start_waiting (PmProber *prober)
{
  while (prober->queues[RUNNING].length < PM_PROBES_AT_ONCE && prober->queues[WAITING].length > 0)
    start (prober->queues[WAITING].head->data);
  set_timer (prober);
}

static void
tell (PmProbe *probe)
{
  PmProbeResult result = probe->result;
  g_autofree char *cause = g_steal_pointer (&probe->cause);
  PmProbeDone done = probe->done;
  gpointer data = probe->data;
  result.cause = cause != NULL ? cause : "";
  probe_free (probe);
  done (&result, data);
}

/* Those that are finished now, and no more: whoever is told may ask at once again. */
static gboolean
on_finished (gpointer data)
{
  PmProber *prober = data;
  g_source_set_ready_time (prober->teller, -1);
  for (guint n = prober->queues[FINISHED].length; n > 0 && prober->queues[FINISHED].length > 0; n--)
    tell (prober->queues[FINISHED].head->data);
  start_waiting (prober);
  return G_SOURCE_CONTINUE;
}

/* --- descriptors --- */

void
pm_probe_await (PmProbe *probe, int fd, void (*ready) (gpointer self))
{
  if (probe->fd >= 0)
    epoll_ctl (probe->prober->epoll, EPOLL_CTL_DEL, probe->fd, NULL);
  probe->fd = fd;
  probe->ready = ready;
  if (fd < 0)
    return;
  struct epoll_event event = {.events = EPOLLOUT, .data.ptr = probe};
  if (epoll_ctl (probe->prober->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
    g_error ("epoll_ctl: %s", g_strerror (errno));
}

/* No probe is freed while the events are looked at: that is done by the teller. */
static gboolean
on_events (gint fd, GIOCondition condition, gpointer data)
{
  struct epoll_event events[128];
  int n = epoll_wait (fd, events, G_N_ELEMENTS (events), 0);
  for (int i = 0; i < n; i++) {
    PmProbe *probe = events[i].data.ptr;
    if (probe->stage == RUNNING && probe->ready != NULL)
      probe->ready (probe->self);
  }
  return G_SOURCE_CONTINUE;
}

/* --- for the kinds --- */

PmHttpClient *
pm_prober_http (PmProber *prober)
{
  return prober->http;
}

PmProber *
pm_probe_prober (PmProbe *probe)
{
  return probe->prober;
}

gpointer
pm_probe_shared (PmProbe *probe)
{
  return probe->prober->shared[probe->check->kind];
}

void
pm_probe_certificate (PmProbe *probe, gint64 expiry)
{
  probe->result.certificate_expiry = expiry;
}

gboolean
pm_probe_may_connect (PmProbe *probe, const struct sockaddr *address, socklen_t length)
{
  return !pm_address_is_link_local (address) &&
         (probe->check->is_configured || pm_own_addresses_has (probe->prober->own, address));
}

void
pm_probe_finish (PmProbe *probe, PmHealth health, gint64 latency_us, const char *cause, ...)
{
  if (probe->stage != RUNNING)
    return;
  va_list arguments;
  va_start (arguments, cause);
  probe->cause = g_strdup_vprintf (cause, arguments);
  va_end (arguments);
  probe->result.health = health;
  probe->result.latency_us =
      latency_us != 0 ? latency_us : g_get_monotonic_time () - probe->began_us;
  move (probe, FINISHED);
  stop (probe);
  g_source_set_ready_time (probe->prober->teller, 0);
}

/* --- from outside --- */

PmProbe *
pm_prober_probe (PmProber *prober, const PmCheck *check, PmProbeDone done, gpointer data)
{
  PmProbe *probe = g_new0 (PmProbe, 1);
  probe->prober = prober;
  probe->check = check;
  probe->done = done;
  probe->data = data;
  probe->link.data = probe;
  probe->fd = -1;
  probe->asked_us = g_get_monotonic_time ();
  g_queue_push_tail_link (&prober->queues[WAITING], &probe->link);
  start_waiting (prober);
  return probe;
}

void
pm_probe_cancel (PmProbe *probe)
{
  if (probe == NULL)
    return;
  stop (probe);
  probe_free (probe);
}

static GSource *
timer_source (PmProber *prober, GSourceFunc callback)
{
  static GSourceFuncs functions = {.dispatch = dispatch_timer};
  GSource *source = g_source_new (&functions, sizeof (GSource));
  g_source_set_callback (source, callback, prober, NULL);
  g_source_set_ready_time (source, -1);
  g_source_attach (source, prober->context);
  return source;
}

static void
drop_source (GSource *source)
{
  g_source_destroy (source);
  g_source_unref (source);
}

PmProber *
pm_prober_new (void)
{
  PmProber *prober = g_new0 (PmProber, 1);
  prober->context = g_main_context_ref_thread_default ();
  prober->http = pm_http_client_new ();
  prober->own = pm_own_addresses_new ();
  pm_due_init (&prober->deadlines);
  for (guint i = 0; i < G_N_ELEMENTS (prober->queues); i++)
    g_queue_init (&prober->queues[i]);
  prober->epoll = epoll_create1 (EPOLL_CLOEXEC);
  if (prober->epoll < 0)
    g_error ("epoll_create1: %s", g_strerror (errno));
  prober->epoll_source = g_unix_fd_source_new (prober->epoll, G_IO_IN);
  g_source_set_callback (prober->epoll_source, (GSourceFunc) (void (*) (void)) on_events, prober,
                         NULL);
  g_source_attach (prober->epoll_source, prober->context);
  prober->timer = timer_source (prober, on_timer);
  prober->teller = timer_source (prober, on_finished);
  for (guint i = 0; i < N_KINDS; i++)
    if (kinds[i] != NULL && kinds[i]->shared_new != NULL)
      prober->shared[i] = kinds[i]->shared_new (prober);
  return prober;
}

void
pm_prober_free (PmProber *prober)
{
  if (prober == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (prober->queues); i++)
    while (prober->queues[i].length > 0)
      pm_probe_cancel (prober->queues[i].head->data);
  for (guint i = 0; i < N_KINDS; i++)
    if (prober->shared[i] != NULL)
      kinds[i]->shared_free (prober->shared[i]);
  drop_source (prober->timer);
  drop_source (prober->teller);
  drop_source (prober->epoll_source);
  close (prober->epoll);
  pm_http_client_free (prober->http);
  pm_own_addresses_free (prober->own);
  pm_due_clear (&prober->deadlines);
  g_main_context_unref (prober->context);
  g_free (prober);
}
