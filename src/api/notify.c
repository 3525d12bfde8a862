#include "api/api-private.h"
#include "api/handlers.h"
#include "notify/status.h"
#include "notify/try.h"

/* The place of this server, for links. */
static const char *
dashboard_of (const PmCall *call)
{
  const char *configured = call->context->config->notify.dashboard;
  return configured[0] != '\0'       ? configured
         : call->api->server == NULL ? ""
                                     : pm_http_server_url (call->api->server);
}

void
pm_api_notify (PmCall *call)
{
  GError *error = NULL;
  g_auto (PmNotifyStatus) status = {0};
  const PmConfig *config = call->context->config;
  if (!pm_notify_status (call->context->registry, config, &status, &error)) {
    pm_call_failed (call, error);
    return;
  }
  PmJsonWriter json = pm_call_json (call, 200);
  pm_notify_status_write_json (&json, config, &status);
}

/* --- a test --- */

typedef struct {
  PmCall *call;
  PmTry *try;
} Test;

static void
test_free (gpointer data)
{
  Test *test = data;
  pm_try_free (test->try);
  pm_call_unref (test->call);
  g_free (test);
}

GHashTable *
pm_api_notify_tests_new (void)
{
  return g_hash_table_new_full (NULL, NULL, test_free, NULL);
}

static void
on_tried (const GArray *results, gpointer data)
{
  Test *test = data;
  PmCall *call = test->call;
  PmJsonWriter json = pm_call_json (call, 200);
  pm_try_write_json (&json, results);
  pm_api_call_ended (call);
  g_hash_table_remove (call->api->notify_tests, test);
}

static void
refuse (PmCall *call, const char *channel)
{
  if (channel == NULL)
    pm_call_problem (call, 409,
                     "no channel is configured: set notify.mail.smtp, notify.slack.webhook or "
                     "notify.webhook.url");
  else
    pm_call_problem (call, 409, "the channel %s is not configured", channel);
}

/* Channels that hang keep nobody waiting but this client. */
void
pm_api_notify_test (PmCall *call)
{
  const char *channel = pm_call_text_member (call, "channel");
  if (call->dry_run) {
    pm_call_dry_run (call, "send a test message through %s",
                     channel == NULL ? "every channel that is configured" : channel);
    return;
  }
  Test *test = g_new0 (Test, 1);
  test->try = pm_try_new (call->context->config, channel, dashboard_of (call), on_tried, test);
  if (test->try == NULL) {
    refuse (call, channel);
    g_free (test);
    return;
  }
  test->call = pm_call_ref (call);
  g_hash_table_add (call->api->notify_tests, test);
}
