#include "notify/text.h"

char *
pm_message_time (gint64 time_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = utc == NULL ? NULL : g_date_time_to_local (utc);
  return local == NULL ? g_strdup ("?") : g_date_time_format (local, "%Y-%m-%d %H:%M:%S %:z");
}

static void
add_line (GString *out, const char *label, const char *text)
{
  if (text != NULL && text[0] != '\0')
    g_string_append_printf (out, "  %-9s%s\n", label, text);
}

static void
add_notice (GString *out, const PmMessage *message, const PmNotice *notice)
{
  g_autofree char *since = notice->since_us == 0 ? NULL : pm_message_time (notice->since_us);
  g_autofree char *link = pm_message_link (message, notice);
  g_string_append_printf (out, "[%s] %s\n", pm_notice_word (notice), notice->what);
  add_line (out, "where:", notice->where);
  add_line (out, notice->is_over ? "at:" : "since:", since);
  add_line (out, "done:", notice->done);
  add_line (out, "to do:", notice->todo);
  add_line (out, "look:", link);
  g_string_append_c (out, '\n');
}

char *
pm_message_text (const PmMessage *message)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < message->notices->len; i++)
    add_notice (out, message, g_ptr_array_index (message->notices, i));
  if (message->n_more > 0)
    g_string_append_printf (out, "… and %u more: port-manager events\n\n", message->n_more);
  g_string_append_printf (out, "-- \nport-manager on %s\n", message->host);
  return g_string_free (out, FALSE);
}
