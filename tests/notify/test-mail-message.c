#include <string.h>

#include "notify/mail-message.h"

static const char *const to[] = {"ops@example.org", "zoe@example.org", NULL};

static PmNotice *
notice_of (const char *what)
{
  PmNotice *notice = pm_notice_new ();
  g_free (notice->what);
  notice->what = g_strdup (what);
  notice->severity = PM_SEVERITY_WARNING;
  notice->since_us = 1795375573 * G_TIME_SPAN_SECOND;
  return notice;
}

static char *
mail_of (const char *host, const char *what)
{
  g_autoptr (PmMessage) message = pm_message_new (host, "http://127.0.0.1:7411/", 1);
  pm_message_add (message, notice_of (what));
  return pm_mail_message (message, "pm@example.org", to, 1795375573 * G_TIME_SPAN_SECOND);
}

/* Names come from scanned files: a line of theirs must not become a line of the header. */
static void
text_cannot_add_fields (void)
{
  g_autofree char *mail = mail_of ("box\r\nBcc: a@b.c", "x\r\nBcc: evil@example.org\r\n\r\nbody");
  g_auto (GStrv) parts = g_strsplit (mail, "\r\n\r\n", 2);
  g_auto (GStrv) lines = g_strsplit (parts[0], "\r\n", -1);
  for (char **line = lines; *line != NULL; line++)
    g_assert_false (g_str_has_prefix (*line, "Bcc"));
  g_assert_nonnull (strstr (parts[0], "Message-ID: <"));
  g_assert_null (strstr (mail, "\nBcc: evil"));
}

static void
lines_are_short_and_ascii (void)
{
  g_autoptr (GString) what = g_string_new (NULL);
  for (guint i = 0; i < 300; i++)
    g_string_append (what, "Grüße 端口 = ");
  g_autofree char *mail = mail_of ("box", what->str);
  g_auto (GStrv) lines = g_strsplit (mail, "\r\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    g_assert_cmpuint (strlen (*line), <=, 78);
    g_assert_null (strpbrk (*line, "\r\n"));
    g_assert_true (g_str_is_ascii (*line));
  }
}

static void
the_date_is_that_of_rfc_5322 (void)
{
  g_autofree char *mail = mail_of ("box", "x");
  g_assert_true (g_str_has_prefix (mail, "Date: Sun, 22 Nov 2026 19:26:13 +0000\r\n"));
  g_assert_nonnull (strstr (mail, "To: ops@example.org,\r\n zoe@example.org\r\n"));
}

static void
a_message_comes_back_from_the_queue_as_it_was (void)
{
  g_autoptr (PmMessage) message = pm_message_new ("box", "http://x/", 5);
  for (guint i = 0; i < PM_MESSAGE_MOST_NOTICES + 3; i++)
    pm_message_add (message, notice_of ("“it” \\ is\x01 <down>"));
  g_autofree char *text = pm_message_to_json (message);
  g_autoptr (PmMessage) again = pm_message_from_json (text);
  g_assert_nonnull (again);
  g_autofree char *text_again = pm_message_to_json (again);
  g_assert_cmpstr (text, ==, text_again);
  g_assert_cmpuint (again->notices->len, ==, PM_MESSAGE_MOST_NOTICES);
  g_assert_cmpuint (again->n_more, ==, 3);
  g_assert_null (pm_message_from_json ("[1]"));
  g_assert_null (pm_message_from_json ("{"));
}

static void
long_and_wild_text_is_tamed (void)
{
  g_autofree char *wild = g_strnfill (5000, 'x');
  memcpy (wild, "a\nb\x1b[31m\xff\u202e", 12);
  g_autoptr (PmMessage) message = pm_message_new ("box", "", 5);
  pm_message_add (message, notice_of (wild));
  const PmNotice *notice = g_ptr_array_index (message->notices, 0);
  g_assert_true (g_utf8_validate (notice->what, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (notice->what, -1), ==, PM_MESSAGE_MOST_CHARACTERS + 1);
  g_assert_null (strpbrk (notice->what, "\n\x1b"));
  g_assert_null (strstr (notice->what, "\u202e"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/notify/mail/text-cannot-add-fields", text_cannot_add_fields);
  g_test_add_func ("/notify/mail/lines-are-short-and-ascii", lines_are_short_and_ascii);
  g_test_add_func ("/notify/mail/the-date-is-that-of-rfc-5322", the_date_is_that_of_rfc_5322);
  g_test_add_func ("/notify/message/comes-back-from-the-queue-as-it-was",
                   a_message_comes_back_from_the_queue_as_it_was);
  g_test_add_func ("/notify/message/long-and-wild-text-is-tamed", long_and_wild_text_is_tamed);
  return g_test_run ();
}
