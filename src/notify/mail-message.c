#include "notify/mail-message.h"

#include <string.h>

#include "notify/text.h"

#define LONGEST_LINE 76

static const char hex[] = "0123456789ABCDEF";

/* --- header --- */

static gboolean
is_plain (const char *text)
{
  for (; *text != '\0'; text++)
    if (*text < ' ' || *text > '~')
      return FALSE;
  return TRUE;
}

/* The longest run of whole characters that fits into one encoded word. */
static gsize
piece_of (const char *text)
{
  const gsize most = 36; /* bytes: 48 of base64, 12 around them, and the name before them */
  gsize length = 0;
  for (const char *next = text;
       *next != '\0' && (gsize) (g_utf8_next_char (next) - text) <= most;) {
    next = g_utf8_next_char (next);
    length = (gsize) (next - text);
  }
  return length;
}

/* Folded where it is long; what is not ASCII as encoded words. */
static void
add_text_field (GString *out, const char *name, const char *text)
{
  g_string_append_printf (out, "%s:", name);
  if (is_plain (text) && strlen (name) + strlen (text) + 2 <= LONGEST_LINE) {
    g_string_append_printf (out, " %s\r\n", text);
    return;
  }
  for (gsize length; *text != '\0'; text += length) {
    length = piece_of (text);
    g_autofree char *encoded = g_base64_encode ((const guchar *) text, length);
    g_string_append_printf (out, " =?UTF-8?B?%s?=\r\n", encoded);
  }
}

static void
add_date (GString *out, gint64 now_us)
{
  static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now_us / G_USEC_PER_SEC);
  g_autofree char *time = g_date_time_format (utc, "%H:%M:%S +0000");
  g_string_append_printf (
      out, "Date: %s, %02d %s %04d %s\r\n", days[g_date_time_get_day_of_week (utc) - 1],
      g_date_time_get_day_of_month (utc), months[g_date_time_get_month (utc) - 1],
      g_date_time_get_year (utc), time);
}

static void
add_receivers (GString *out, const char *const *to)
{
  g_string_append (out, "To: ");
  for (gsize i = 0; to[i] != NULL; i++)
    g_string_append_printf (out, "%s%s", i == 0 ? "" : ",\r\n ", to[i]);
  g_string_append (out, "\r\n");
}

/* A host's name may hold anything; what stands for it in an identifier may not. */
static char *
identifier_of (const char *host)
{
  char *name = g_strdup (host[0] == '\0' ? "localhost" : host);
  g_strcanon (name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-", '-');
  return name;
}

static char *
subject_of (const PmMessage *message)
{
  g_autofree char *title = pm_message_title (message);
  gboolean is_over = TRUE;
  for (guint i = 0; i < message->notices->len; i++)
    is_over = is_over && ((const PmNotice *) g_ptr_array_index (message->notices, i))->is_over;
  const char *word = message->is_test ? "test"
                     : is_over        ? "over"
                                      : pm_severity_name (pm_message_severity (message));
  return g_strdup_printf ("[%s] %s: %s", message->host, word, title);
}

static void
add_header (GString *out, const PmMessage *message, const char *from, const char *const *to,
            gint64 now_us)
{
  g_autofree char *host = identifier_of (message->host);
  g_autofree char *subject = subject_of (message);
  const char *severity = pm_severity_name (pm_message_severity (message));
  add_date (out, now_us);
  g_string_append_printf (out, "From: port-manager <%s>\r\n", from);
  add_receivers (out, to);
  add_text_field (out, "Subject", subject);
  g_string_append_printf (out, "Message-ID: <%s@%s>\r\n", message->key, host);
  g_string_append (out, "Auto-Submitted: auto-generated\r\n");
  g_string_append_printf (out, "List-Id: port-manager <port-manager.%s>\r\n", host);
  g_string_append_printf (out, "X-Port-Manager-Key: %s\r\n", message->key);
  g_string_append_printf (out, "X-Port-Manager-Severity: %s\r\n", severity);
  g_string_append (out, "MIME-Version: 1.0\r\n"
                        "Content-Type: text/plain; charset=utf-8\r\n"
                        "Content-Transfer-Encoding: quoted-printable\r\n\r\n");
}

/* --- body --- */

/* A blank at the end of a line would be lost on the way. */
static gboolean
stands_for_itself (const char *c)
{
  if (*c == ' ' || *c == '\t')
    return c[1] != '\n' && c[1] != '\0';
  return *c > ' ' && *c <= '~' && *c != '=';
}

static void
add_quoted_printable (GString *out, const char *text)
{
  gsize column = 0;
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '\n') {
      g_string_append (out, "\r\n");
      column = 0;
      continue;
    }
    gboolean is_itself = stands_for_itself (c);
    gsize width = is_itself ? 1 : 3;
    if (column + width > LONGEST_LINE - 1) {
      g_string_append (out, "=\r\n");
      column = 0;
    }
    if (is_itself)
      g_string_append_c (out, *c);
    else
      g_string_append_printf (out, "=%c%c", hex[(guchar) *c >> 4], hex[(guchar) *c & 15]);
    column += width;
  }
}

char *
pm_mail_message (const PmMessage *message, const char *from, const char *const *to, gint64 now_us)
{
  GString *out = g_string_new (NULL);
  g_autofree char *text = pm_message_text (message);
  add_header (out, message, from, to, now_us);
  add_quoted_printable (out, text);
  return g_string_free (out, FALSE);
}
