#include "notify/message.h"

#include "base/timestamp.h"
#include <jansson.h>
#include <string.h>

PmNotice *
pm_notice_new (void)
{
  PmNotice *notice = g_new0 (PmNotice, 1);
  notice->event = g_strdup ("");
  notice->subject = g_strdup ("");
  notice->state = g_strdup ("");
  notice->project = g_strdup ("");
  notice->what = g_strdup ("");
  notice->where = g_strdup ("");
  notice->done = g_strdup ("");
  notice->todo = g_strdup ("");
  notice->page = "/";
  return notice;
}

void
pm_notice_free (PmNotice *notice)
{
  if (notice == NULL)
    return;
  g_free (notice->event);
  g_free (notice->subject);
  g_free (notice->state);
  g_free (notice->project);
  g_free (notice->what);
  g_free (notice->where);
  g_free (notice->done);
  g_free (notice->todo);
  g_free (notice);
}

static void
free_notice (gpointer notice)
{
  pm_notice_free (notice);
}

PmMessage *
pm_message_new (const char *host, const char *dashboard, gint64 now_us)
{
  PmMessage *message = g_new0 (PmMessage, 1);
  message->key = g_uuid_string_random ();
  message->host = g_strdup (host);
  gboolean has_slash = g_str_has_suffix (dashboard, "/");
  message->dashboard = g_strndup (dashboard, strlen (dashboard) - (has_slash ? 1 : 0));
  message->created_us = now_us;
  message->notices = g_ptr_array_new_with_free_func (free_notice);
  return message;
}

void
pm_message_free (PmMessage *message)
{
  if (message == NULL)
    return;
  g_free (message->key);
  g_free (message->host);
  g_free (message->dashboard);
  g_ptr_array_unref (message->notices);
  g_free (message);
}

/* One line, valid UTF-8, not longer than a sentence should be. */
static void
tame (char **text)
{
  g_autofree char *valid = g_utf8_make_valid (*text, -1);
  GString *tame = g_string_new (NULL);
  guint n = 0;
  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c)) {
    gunichar character = g_utf8_get_char (c);
    if (n++ == PM_MESSAGE_MOST_CHARACTERS) {
      g_string_append (tame, "…");
      break;
    }
    gboolean is_safe = !g_unichar_iscntrl (character) &&
                       g_unichar_type (character) != G_UNICODE_FORMAT &&
                       g_unichar_type (character) != G_UNICODE_LINE_SEPARATOR &&
                       g_unichar_type (character) != G_UNICODE_PARAGRAPH_SEPARATOR;
    g_string_append_unichar (tame, is_safe ? character : ' ');
  }
  g_free (*text);
  *text = g_string_free (tame, FALSE);
}

void
pm_message_add (PmMessage *message, PmNotice *notice)
{
  tame (&notice->what);
  tame (&notice->where);
  tame (&notice->done);
  tame (&notice->todo);
  tame (&notice->project);
  g_ptr_array_insert (message->notices, notice->leads ? 0 : -1, notice);
  if (message->notices->len <= PM_MESSAGE_MOST_NOTICES)
    return;
  g_ptr_array_set_size (message->notices, PM_MESSAGE_MOST_NOTICES);
  message->n_more++;
}

/* --- what it says as a whole --- */

static const PmNotice *
worst (const PmMessage *message)
{
  const PmNotice *worst = NULL;
  for (guint i = 0; i < message->notices->len; i++) {
    const PmNotice *notice = g_ptr_array_index (message->notices, i);
    gboolean is_worse = worst == NULL || (worst->is_over && !notice->is_over) ||
                        (worst->is_over == notice->is_over && notice->severity > worst->severity);
    if (is_worse)
      worst = notice;
  }
  return worst;
}

PmSeverity
pm_message_severity (const PmMessage *message)
{
  PmSeverity severity = PM_SEVERITY_NOTE;
  for (guint i = 0; i < message->notices->len; i++)
    severity =
        MAX (severity, ((const PmNotice *) g_ptr_array_index (message->notices, i))->severity);
  return severity;
}

const char *
pm_notice_word (const PmNotice *notice)
{
  return notice->is_over ? "over" : pm_severity_name (notice->severity);
}

char *
pm_message_title (const PmMessage *message)
{
  const PmNotice *notice = worst (message);
  if (notice == NULL)
    return g_strdup ("nothing");
  guint others = message->notices->len + message->n_more - 1;
  g_autofree char *more = others > 0 ? g_strdup_printf (", and %u more", others) : g_strdup ("");
  return g_strconcat (notice->what, more, NULL);
}

char *
pm_message_link (const PmMessage *message, const PmNotice *notice)
{
  return message->dashboard[0] == '\0' ? NULL
                                       : g_strconcat (message->dashboard, notice->page, NULL);
}

/* --- JSON --- */

static void
write_notice (PmJsonWriter *json, const PmMessage *message, const PmNotice *notice)
{
  g_autofree char *link = pm_message_link (message, notice);
  pm_json_begin_object (json);
  pm_json_member_int (json, "eventId", notice->event_id);
  pm_json_member_string (json, "event", notice->event);
  pm_json_member_string (json, "subject", notice->subject);
  pm_json_member_string (json, "state", notice->state);
  pm_json_member_bool (json, "over", notice->is_over);
  pm_json_member_string (json, "severity", pm_severity_name (notice->severity));
  pm_json_member_string (json, "projectId", notice->project);
  pm_json_member_string (json, "what", notice->what);
  pm_json_member_string (json, "where", notice->where);
  pm_json_member_time (json, "since", notice->since_us);
  pm_json_member_string (json, "done", notice->done);
  pm_json_member_string (json, "todo", notice->todo);
  pm_json_member_string (json, "page", notice->page);
  pm_json_member_string (json, "link", link);
  pm_json_end_object (json);
}

void
pm_message_write_json (PmJsonWriter *json, const PmMessage *message)
{
  g_autofree char *title = pm_message_title (message);
  pm_json_begin_object (json);
  pm_json_member_string (json, "key", message->key);
  pm_json_member_string (json, "host", message->host);
  pm_json_member_string (json, "dashboard", message->dashboard);
  pm_json_member_time (json, "created", message->created_us);
  pm_json_member_bool (json, "test", message->is_test);
  pm_json_member_string (json, "severity", pm_severity_name (pm_message_severity (message)));
  pm_json_member_string (json, "title", title);
  pm_json_key (json, "notices");
  pm_json_begin_array (json);
  for (guint i = 0; i < message->notices->len; i++)
    write_notice (json, message, g_ptr_array_index (message->notices, i));
  pm_json_end_array (json);
  pm_json_member_int (json, "more", message->n_more);
  pm_json_end_object (json);
}

char *
pm_message_to_json (const PmMessage *message)
{
  GString *out = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (out);
  pm_message_write_json (&json, message);
  return g_string_free (out, FALSE);
}

static void
read_text (const json_t *object, const char *key, char **place)
{
  const char *text = json_string_value (json_object_get (object, key));
  g_free (*place);
  *place = g_strdup (text == NULL ? "" : text);
}

static gint64
read_time (const json_t *object, const char *key)
{
  gint64 time_us = 0;
  const char *text = json_string_value (json_object_get (object, key));
  return text != NULL && pm_timestamp_parse (text, &time_us) ? time_us : 0;
}

static PmSeverity
read_severity (const json_t *object)
{
  const char *text = json_string_value (json_object_get (object, "severity"));
  for (PmSeverity severity = PM_SEVERITY_ERROR; severity > PM_SEVERITY_NOTE; severity--)
    if (g_strcmp0 (text, pm_severity_name (severity)) == 0)
      return severity;
  return PM_SEVERITY_NOTE;
}

static PmNotice *
read_notice (const json_t *object)
{
  PmNotice *notice = pm_notice_new ();
  notice->event_id = json_integer_value (json_object_get (object, "eventId"));
  notice->is_over = json_is_true (json_object_get (object, "over"));
  notice->severity = read_severity (object);
  notice->since_us = read_time (object, "since");
  read_text (object, "event", &notice->event);
  read_text (object, "subject", &notice->subject);
  read_text (object, "state", &notice->state);
  read_text (object, "projectId", &notice->project);
  read_text (object, "what", &notice->what);
  read_text (object, "where", &notice->where);
  read_text (object, "done", &notice->done);
  read_text (object, "todo", &notice->todo);
  const char *page = json_string_value (json_object_get (object, "page"));
  notice->page = g_intern_string (page == NULL ? "/" : page);
  return notice;
}

PmMessage *
pm_message_from_json (const char *text)
{
  json_t *object = json_loads (text, 0, NULL);
  if (!json_is_object (object)) {
    json_decref (object);
    return NULL;
  }
  PmMessage *message = pm_message_new ("", "", read_time (object, "created"));
  read_text (object, "key", &message->key);
  read_text (object, "host", &message->host);
  read_text (object, "dashboard", &message->dashboard);
  message->is_test = json_is_true (json_object_get (object, "test"));
  message->n_more = (guint) json_integer_value (json_object_get (object, "more"));
  json_t *notices = json_object_get (object, "notices");
  for (size_t i = 0; i < json_array_size (notices); i++)
    g_ptr_array_add (message->notices, read_notice (json_array_get (notices, i)));
  json_decref (object);
  return message;
}
