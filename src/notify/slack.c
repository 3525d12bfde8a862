/* Slack's incoming webhooks (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks): a
 * header block, a section for each notice, and a context block with who says so. `text` is what
 * notifications show. Blocks have limits: 50 of them, 150 characters in a header, 3,000 in a
 * section. Slack knows no key of a message, so a repeat is shown twice; the context has the key.
 *
 * &, < and > are Slack's markup, with which text from files could ping a whole channel; they are
 * escaped as its documentation says, and what could format text stands as it is. */

#include <string.h>

#include "notify/post.h"
#include "notify/text.h"

#define VARIABLE "PORT_MANAGER_SLACK_WEBHOOK"
#define MOST_HEADER 150
#define MOST_SECTION 2900
#define MOST_FIELD 600

struct PmChannel {
  PmConfig *config;
  PmPost post;
};

static gboolean
is_configured (const PmConfig *config)
{
  return pm_channel_has_secret (config->slack.webhook_file, VARIABLE, config->slack.webhook);
}

static const PmConfigChannel *
options (const PmConfig *config)
{
  return &config->slack.channel;
}

static char *
target (const PmConfig *config)
{
  g_autofree char *url =
      pm_channel_secret (config->slack.webhook_file, VARIABLE, config->slack.webhook, NULL);
  return url == NULL ? g_strdup (config->slack.webhook_file) : pm_channel_masked_url (url);
}

static PmChannel *new (PmConfig *config, PmHttpClient *http)
{
  PmChannel *channel = g_new0 (PmChannel, 1);
  channel->config = config;
  channel->post.http = http;
  return channel;
}

/* --- the blocks --- */

static char *
cut (const char *text, glong most)
{
  if (g_utf8_strlen (text, -1) <= most)
    return g_strdup (text);
  g_autofree char *start = g_utf8_substring (text, 0, most - 1);
  return g_strconcat (start, "…", NULL);
}

static void
add_escaped (GString *out, const char *text)
{
  g_autofree char *short_text = cut (text, MOST_FIELD);
  for (const char *c = short_text; *c != '\0'; c++) {
    if (*c == '&')
      g_string_append (out, "&amp;");
    else if (*c == '<')
      g_string_append (out, "&lt;");
    else if (*c == '>')
      g_string_append (out, "&gt;");
    else
      g_string_append_c (out, *c);
  }
}

static const char *
symbol_of (const PmNotice *notice)
{
  if (notice->is_over)
    return ":large_green_circle:";
  return notice->severity == PM_SEVERITY_ERROR     ? ":red_circle:"
         : notice->severity == PM_SEVERITY_WARNING ? ":large_orange_circle:"
                                                   : ":large_blue_circle:";
}

static void
add_line (GString *out, const char *label, const char *text)
{
  if (text == NULL || text[0] == '\0')
    return;
  g_string_append_printf (out, "\n%s: ", label);
  add_escaped (out, text);
}

/* A link's address is the operator's; its text is ours. */
static char *
section_of (const PmMessage *message, const PmNotice *notice)
{
  g_autofree char *since = notice->since_us == 0 ? NULL : pm_message_time (notice->since_us);
  g_autofree char *link = pm_message_link (message, notice);
  g_autoptr (GString) out = g_string_new (NULL);
  g_string_append_printf (out, "%s *%s* ", symbol_of (notice), pm_notice_word (notice));
  add_escaped (out, notice->what);
  add_line (out, "where", notice->where);
  add_line (out, notice->is_over ? "at" : "since", since);
  add_line (out, "done", notice->done);
  add_line (out, "to do", notice->todo);
  if (link != NULL) {
    g_string_append (out, "\n<");
    add_escaped (out, link);
    g_string_append (out, "|open the dashboard>");
  }
  return cut (out->str, MOST_SECTION);
}

static void
write_text_object (PmJsonWriter *json, const char *type, const char *text)
{
  pm_json_begin_object (json);
  pm_json_member_string (json, "type", type);
  pm_json_member_string (json, "text", text);
  pm_json_end_object (json);
}

static void
write_block (PmJsonWriter *json, const char *block, const char *type, const char *text)
{
  pm_json_begin_object (json);
  pm_json_member_string (json, "type", block);
  pm_json_key (json, "text");
  write_text_object (json, type, text);
  pm_json_end_object (json);
}

static void
write_context (PmJsonWriter *json, const PmMessage *message)
{
  g_autoptr (GString) text = g_string_new ("port-manager on ");
  add_escaped (text, message->host);
  g_string_append_printf (text, " · %s", message->key);
  if (message->n_more > 0)
    g_string_append_printf (text, " · %u more: port-manager events", message->n_more);
  pm_json_begin_object (json);
  pm_json_member_string (json, "type", "context");
  pm_json_key (json, "elements");
  pm_json_begin_array (json);
  write_text_object (json, "mrkdwn", text->str);
  pm_json_end_array (json);
  pm_json_end_object (json);
}

static char *
body_of (const PmMessage *message)
{
  GString *out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  g_autofree char *title = pm_message_title (message);
  g_autofree char *header = cut (title, MOST_HEADER);
  g_autoptr (GString) text = g_string_new (NULL);
  add_escaped (text, title);
  pm_json_begin_object (&json);
  pm_json_member_string (&json, "text", text->str);
  pm_json_key (&json, "blocks");
  pm_json_begin_array (&json);
  write_block (&json, "header", "plain_text", header);
  for (guint i = 0; i < message->notices->len; i++) {
    g_autofree char *section = section_of (message, g_ptr_array_index (message->notices, i));
    write_block (&json, "section", "mrkdwn", section);
  }
  write_context (&json, message);
  pm_json_end_array (&json);
  pm_json_end_object (&json);
  return g_string_free (out, FALSE);
}

static void
send_message (PmChannel *channel, const PmMessage *message, PmDelivered delivered, gpointer data)
{
  GError *error = NULL;
  const PmConfig *config = channel->config;
  g_autofree char *url =
      pm_channel_secret (config->slack.webhook_file, VARIABLE, config->slack.webhook, &error);
  if (url == NULL) {
    pm_post_fail (&channel->post, error, delivered, data);
    return;
  }
  g_autofree char *body = body_of (message);
  const char *headers[] = {"Content-Type: application/json", NULL};
  pm_post_begin (&channel->post, config, url, headers, body, delivered, data);
}

static void
channel_free (PmChannel *channel)
{
  if (channel == NULL)
    return;
  pm_post_clear (&channel->post);
  g_free (channel);
}

const PmChannelType pm_channel_slack = {
    "slack", is_configured, options, target, new, send_message, channel_free,
};
