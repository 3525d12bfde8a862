/* DESIGN
 * libcurl says which descriptors it waits for and when it wants to be called again; each descriptor
 * is one source of the main context and the timer is another. Finished transfers are told from an
 * idle source, so that `done` may free whatever it likes without libcurl on the stack. */

#include "net/transfers.h"

#include <glib-unix.h>

#include "net/http-client.h"

struct PmTransfers {
  CURLM *multi;
  GMainContext *context;
  GSource *timer;
  GSource *collector;
};

typedef struct {
  PmTransferDone done;
  gpointer data;
} Waiting;

G_DEFINE_QUARK (pm - net - error - quark, pm_net_error)

static void
drop_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static gboolean
collect (gpointer data)
{
  PmTransfers *self = data;
  drop_source (&self->collector);
  for (;;) {
    int left;
    CURLMsg *message = curl_multi_info_read (self->multi, &left);
    if (message == NULL)
      return G_SOURCE_REMOVE;
    if (message->msg != CURLMSG_DONE)
      continue;
    /* The message is gone with the handle. */
    CURL *easy = message->easy_handle;
    CURLcode result = message->data.result;
    char *private = NULL;
    curl_easy_getinfo (easy, CURLINFO_PRIVATE, &private);
    g_autofree Waiting *waiting = (Waiting *) private;
    curl_multi_remove_handle (self->multi, easy);
    waiting->done (easy, result, waiting->data);
  }
}

static void
collect_later (PmTransfers *self)
{
  if (self->collector != NULL)
    return;
  self->collector = g_idle_source_new ();
  g_source_set_priority (self->collector, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->collector, collect, self, NULL);
  g_source_attach (self->collector, self->context);
}

static void
act (PmTransfers *self, curl_socket_t fd, int happened)
{
  int running;
  curl_multi_socket_action (self->multi, fd, happened, &running);
  collect_later (self);
}

static gboolean
on_ready (gint fd, GIOCondition condition, gpointer data)
{
  int happened = 0;
  if (condition & (G_IO_IN | G_IO_HUP))
    happened |= CURL_CSELECT_IN;
  if (condition & G_IO_OUT)
    happened |= CURL_CSELECT_OUT;
  if (condition & G_IO_ERR)
    happened |= CURL_CSELECT_ERR;
  act (data, fd, happened);
  return G_SOURCE_CONTINUE;
}

/* CURLMOPT_SOCKETFUNCTION: `source` is what was assigned to the descriptor. */
static int
on_interest (CURL *easy, curl_socket_t fd, int what, void *data, void *source)
{
  PmTransfers *self = data;
  GSource *watch = source;
  drop_source (&watch);
  if (what == CURL_POLL_REMOVE) {
    curl_multi_assign (self->multi, fd, NULL);
    return 0;
  }
  GIOCondition condition = G_IO_HUP | G_IO_ERR;
  if (what & CURL_POLL_IN)
    condition |= G_IO_IN;
  if (what & CURL_POLL_OUT)
    condition |= G_IO_OUT;
  watch = g_unix_fd_source_new (fd, condition);
  g_source_set_callback (watch, (GSourceFunc) (void (*) (void)) on_ready, self, NULL);
  g_source_attach (watch, self->context);
  curl_multi_assign (self->multi, fd, watch);
  return 0;
}

static gboolean
on_timer (gpointer data)
{
  PmTransfers *self = data;
  drop_source (&self->timer);
  act (self, CURL_SOCKET_TIMEOUT, 0);
  return G_SOURCE_REMOVE;
}

/* CURLMOPT_TIMERFUNCTION */
static int
on_deadline (CURLM *multi, long timeout_ms, void *data)
{
  PmTransfers *self = data;
  drop_source (&self->timer);
  if (timeout_ms < 0)
    return 0;
  self->timer = g_timeout_source_new ((guint) timeout_ms);
  g_source_set_priority (self->timer, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, self->context);
  return 0;
}

void
pm_net_init (void)
{
  static gsize initialised;
  if (g_once_init_enter (&initialised)) {
    curl_global_init (CURL_GLOBAL_DEFAULT);
    g_once_init_leave (&initialised, 1);
  }
}

PmTransfers *
pm_transfers_new (void)
{
  pm_net_init ();
  PmTransfers *self = g_new0 (PmTransfers, 1);
  self->context = g_main_context_ref_thread_default ();
  self->multi = curl_multi_init ();
  curl_multi_setopt (self->multi, CURLMOPT_SOCKETFUNCTION, on_interest);
  curl_multi_setopt (self->multi, CURLMOPT_SOCKETDATA, self);
  curl_multi_setopt (self->multi, CURLMOPT_TIMERFUNCTION, on_deadline);
  curl_multi_setopt (self->multi, CURLMOPT_TIMERDATA, self);
  return self;
}

void
pm_transfers_free (PmTransfers *self)
{
  if (self == NULL)
    return;
  curl_multi_cleanup (self->multi);
  drop_source (&self->timer);
  drop_source (&self->collector);
  g_main_context_unref (self->context);
  g_free (self);
}

void
pm_transfers_add (PmTransfers *self, CURL *easy, PmTransferDone done, gpointer data)
{
  Waiting *waiting = g_new0 (Waiting, 1);
  *waiting = (Waiting){done, data};
  curl_easy_setopt (easy, CURLOPT_PRIVATE, waiting);
  curl_multi_add_handle (self->multi, easy);
}

void
pm_transfers_remove (PmTransfers *self, CURL *easy)
{
  char *private = NULL;
  curl_easy_getinfo (easy, CURLINFO_PRIVATE, &private);
  curl_multi_remove_handle (self->multi, easy);
  g_free (private);
}

static PmNetError
kind_of (CURLcode result)
{
  switch (result) {
  case CURLE_UNSUPPORTED_PROTOCOL:
  case CURLE_URL_MALFORMAT:
    return PM_NET_ERROR_URL;
  case CURLE_SETOPT_OPTION_SYNTAX: /* an address that is none */
  case CURLE_FAILED_INIT:
  case CURLE_OUT_OF_MEMORY:
    return PM_NET_ERROR_OWN;
  case CURLE_COULDNT_RESOLVE_HOST:
    return PM_NET_ERROR_RESOLVE;
  case CURLE_COULDNT_CONNECT:
    return PM_NET_ERROR_CONNECT;
  case CURLE_OPERATION_TIMEDOUT:
    return PM_NET_ERROR_TIMEOUT;
  case CURLE_FILESIZE_EXCEEDED:
    return PM_NET_ERROR_TOO_LARGE;
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CIPHER:
  case CURLE_USE_SSL_FAILED:
    return PM_NET_ERROR_TLS;
  default:
    return PM_NET_ERROR_PROTOCOL;
  }
}

GError *
pm_transfer_error (CURLcode result, const char *detail)
{
  const char *cause = detail != NULL && *detail != '\0' ? detail : curl_easy_strerror (result);
  return g_error_new_literal (PM_NET_ERROR, kind_of (result), cause);
}
