#include "notify/post.h"

#include <string.h>

#include "net/targets.h"

static void
finish (PmPost *post, const PmHttpReply *reply, const GError *error)
{
  g_autofree char *cause = NULL;
  PmDelivery delivery = pm_channel_judge_reply (reply, error, &cause);
  post->delivered (&delivery, post->data);
}

static void
on_reply (const PmHttpReply *reply, const GError *error, gpointer data)
{
  PmPost *post = data;
  post->call = NULL;
  finish (post, reply, error);
}

void
pm_post_begin (PmPost *post, const PmConfig *config, const char *url, const char *const *headers,
               const char *body, PmDelivered delivered, gpointer data)
{
  PmHttpCallOptions options = {
      .url = url,
      .method = "POST",
      .headers = headers,
      .body = body,
      .body_bytes = strlen (body),
      .most_bytes = 64 * 1024,
      .fresh = TRUE,
      .ca_file = config->notify.ca_file[0] != '\0' ? config->notify.ca_file : NULL,
      .may_connect = pm_target_is_allowed,
  };
  post->delivered = delivered;
  post->data = data;
  post->call = pm_http_client_call (post->http, &options, on_reply, post);
}

static gboolean
on_failure (gpointer data)
{
  PmPost *post = data;
  g_clear_pointer (&post->failure, g_source_unref);
  g_autofree char *cause = g_steal_pointer (&post->cause);
  PmDelivery delivery = {PM_DELIVERY_LATER, cause, 0};
  post->delivered (&delivery, post->data);
  return G_SOURCE_REMOVE;
}

void
pm_post_fail (PmPost *post, GError *error, PmDelivered delivered, gpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  post->delivered = delivered;
  post->data = data;
  post->cause = g_strdup (error->message);
  g_error_free (error);
  post->failure = g_idle_source_new ();
  g_source_set_callback (post->failure, on_failure, post, NULL);
  g_source_attach (post->failure, context);
}

void
pm_post_clear (PmPost *post)
{
  g_clear_pointer (&post->call, pm_http_call_cancel);
  if (post->failure != NULL)
    g_source_destroy (post->failure);
  g_clear_pointer (&post->failure, g_source_unref);
  g_clear_pointer (&post->cause, g_free);
}
