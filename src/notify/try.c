#include "notify/try.h"

typedef struct {
  PmTry *owner;
  const PmChannelType *type;
  PmChannel *channel;
  guint index; /* of its result */
  gint64 began_us;
} Attempt;

struct PmTry {
  PmConfig *config;
  PmHttpClient *http;
  PmMessage *message;
  GArray *results;     /* of PmTryResult */
  GPtrArray *attempts; /* of Attempt */
  guint n_open;
  GSource *end; /* tells that all is done; NULL: it is not */
  GMainContext *context;
  PmTried tried;
  gpointer data;
};

void
pm_try_result_clear (PmTryResult *result)
{
  g_clear_pointer (&result->target, g_free);
  g_clear_pointer (&result->cause, g_free);
}

static void
clear_result (gpointer result)
{
  pm_try_result_clear (result);
}

static void
attempt_free (gpointer data)
{
  Attempt *attempt = data;
  attempt->type->free (attempt->channel);
  g_free (attempt);
}

static gboolean
on_end (gpointer data)
{
  PmTry *self = data;
  self->tried (self->results, self->data);
  return G_SOURCE_REMOVE;
}

static void
on_delivered (const PmDelivery *delivery, gpointer data)
{
  Attempt *attempt = data;
  PmTry *self = attempt->owner;
  PmTryResult *result = &g_array_index (self->results, PmTryResult, attempt->index);
  result->is_sent = delivery->outcome == PM_DELIVERY_SENT;
  result->cause = g_strdup (delivery->cause);
  result->elapsed_us = g_get_monotonic_time () - attempt->began_us;
  if (--self->n_open > 0)
    return;
  /* Not from within the channel: who is told may free all of this. */
  self->end = g_idle_source_new ();
  g_source_set_callback (self->end, on_end, self, NULL);
  g_source_attach (self->end, self->context);
}

static void
add (PmTry *self, const PmChannelType *type)
{
  PmTryResult result = {.channel = type->name, .target = type->target (self->config)};
  Attempt *attempt = g_new0 (Attempt, 1);
  *attempt = (Attempt){.owner = self,
                       .type = type,
                       .channel = type->new (self->config, self->http),
                       .index = self->results->len,
                       .began_us = g_get_monotonic_time ()};
  g_array_append_val (self->results, result);
  g_ptr_array_add (self->attempts, attempt);
}

static PmMessage *
make_message (const char *dashboard)
{
  gint64 now_us = g_get_real_time ();
  PmMessage *message = pm_message_new (g_get_host_name (), dashboard, now_us);
  PmNotice *notice = pm_notice_new ();
  message->is_test = TRUE;
  notice->since_us = now_us;
  notice->page = "/settings";
  g_free (notice->event);
  notice->event = g_strdup ("notify.test");
  g_free (notice->what);
  notice->what = g_strdup ("this is a test of port-manager’s messages");
  g_free (notice->todo);
  notice->todo = g_strdup ("nothing: it has arrived");
  pm_message_add (message, notice);
  return message;
}

PmTry *
pm_try_new (PmConfig *config, const char *channel, const char *dashboard, PmTried tried,
            gpointer data)
{
  g_autoptr (PmTry) self = g_new0 (PmTry, 1);
  self->config = pm_config_ref (config);
  self->context = g_main_context_ref_thread_default ();
  self->http = pm_http_client_new ();
  self->message = make_message (dashboard);
  self->results = g_array_new (FALSE, TRUE, sizeof (PmTryResult));
  g_array_set_clear_func (self->results, clear_result);
  self->attempts = g_ptr_array_new_with_free_func (attempt_free);
  self->tried = tried;
  self->data = data;
  for (const PmChannelType *const *type = pm_channel_types (); *type != NULL; type++)
    if ((*type)->is_configured (config) &&
        (channel == NULL || g_str_equal ((*type)->name, channel)))
      add (self, *type);
  self->n_open = self->attempts->len;
  for (guint i = 0; i < self->attempts->len; i++) {
    Attempt *attempt = g_ptr_array_index (self->attempts, i);
    attempt->type->send (attempt->channel, self->message, on_delivered, attempt);
  }
  return self->n_open == 0 ? NULL : g_steal_pointer (&self);
}

void
pm_try_free (PmTry *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->attempts);
  if (self->end != NULL)
    g_source_destroy (self->end);
  g_clear_pointer (&self->end, g_source_unref);
  pm_http_client_free (self->http);
  pm_message_free (self->message);
  g_array_unref (self->results);
  g_main_context_unref (self->context);
  pm_config_unref (self->config);
  g_free (self);
}

void
pm_try_write_json (PmJsonWriter *json, const GArray *results)
{
  pm_json_begin_object (json);
  pm_json_key (json, "results");
  pm_json_begin_array (json);
  for (guint i = 0; i < results->len; i++) {
    const PmTryResult *result = &g_array_index (results, PmTryResult, i);
    pm_json_begin_object (json);
    pm_json_member_string (json, "channel", result->channel);
    pm_json_member_string (json, "target", result->target);
    pm_json_member_string (json, "state", result->is_sent ? "sent" : "failed");
    pm_json_member_string (json, "cause", result->cause);
    pm_json_member_double (json, "elapsedMs", (double) result->elapsed_us / 1000);
    pm_json_end_object (json);
  }
  pm_json_end_array (json);
  pm_json_end_object (json);
}
