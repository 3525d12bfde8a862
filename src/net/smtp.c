/* DESIGN
 * A GTask whose thread runs one easy handle to its end. What the server says of each receiver is
 * only to be had from libcurl's trace: the line that goes out says whom, the one that comes back
 * says what. A receiver that is refused does not keep the message from the others. */

#include "net/smtp.h"

#include <curl/curl.h>
#include <string.h>

#include "net/transfers.h"

#define MOST_REFUSED_BYTES 2000
#define ANSWER_TIMEOUT_S 10

typedef struct {
  char *url, *user, *password, *ca_file, *from, *message;
  char **to;
  PmSmtpTls tls;
  guint timeout_ms;
  PmMayConnect may_connect;
  gpointer may_connect_data;

  /* The thread's, until it is done. */
  gsize sent_bytes;
  char *asked; /* the receiver that the server was told of last */
  GString *refused;
  GString *no;
  guint code;
  gboolean is_refused;
  GCancellable *cancellable;
  char detail[CURL_ERROR_SIZE];
} Letter;

static void
letter_free (gpointer data)
{
  Letter *letter = data;
  g_free (letter->url);
  g_free (letter->user);
  g_free (letter->password);
  g_free (letter->ca_file);
  g_free (letter->from);
  g_free (letter->message);
  g_strfreev (letter->to);
  g_free (letter->asked);
  g_string_free (letter->refused, TRUE);
  g_string_free (letter->no, TRUE);
  g_clear_object (&letter->cancellable);
  g_free (letter);
}

/* --- what libcurl calls --- */

static size_t
on_read (char *to, size_t one, size_t room, void *data)
{
  Letter *letter = data;
  gsize left = strlen (letter->message) - letter->sent_bytes;
  gsize n = MIN (left, one * room);
  memcpy (to, letter->message + letter->sent_bytes, n);
  letter->sent_bytes += n;
  return n;
}

static curl_socket_t
on_socket (void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
  Letter *letter = data;
  if (letter->may_connect != NULL &&
      !letter->may_connect (&address->addr, address->addrlen, letter->may_connect_data)) {
    letter->is_refused = TRUE;
    return CURL_SOCKET_BAD;
  }
  return socket (address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static int
on_progress (void *data, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
  return g_cancellable_is_cancelled (((Letter *) data)->cancellable);
}

static void
note_command (Letter *letter, const char *line)
{
  static const char command[] = "RCPT TO:";
  g_clear_pointer (&letter->asked, g_free);
  if (g_str_has_prefix (line, command))
    letter->asked =
        g_strndup (line + sizeof command - 1, strcspn (line, "\r\n") - sizeof command + 1);
}

static void
note_answer (Letter *letter, const char *line)
{
  if (line[0] != '4' && line[0] != '5')
    return;
  g_string_assign (letter->no, line);
  g_string_truncate (letter->no, strcspn (letter->no->str, "\r\n"));
  if (letter->asked != NULL && letter->refused->len + letter->no->len < MOST_REFUSED_BYTES)
    g_string_append_printf (letter->refused, "%s%s: %s", letter->refused->len > 0 ? "; " : "",
                            letter->asked, letter->no->str);
}

/* Passwords go by here too; only the line with a receiver is kept. */
static int
on_trace (CURL *easy, curl_infotype type, char *bytes, size_t n, void *data)
{
  if (type != CURLINFO_HEADER_OUT && type != CURLINFO_HEADER_IN)
    return 0;
  g_autofree char *line = g_strndup (bytes, n);
  if (type == CURLINFO_HEADER_OUT)
    note_command (data, line);
  else
    note_answer (data, line);
  return 0;
}

/* --- the transfer --- */

static void
set_connection (CURL *easy, Letter *letter)
{
  curl_easy_setopt (easy, CURLOPT_URL, letter->url);
  curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt (easy, CURLOPT_PROXY, "");
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt (easy, CURLOPT_TIMEOUT_MS, (long) letter->timeout_ms);
  curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT_MS, (long) letter->timeout_ms);
  curl_easy_setopt (easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long) ANSWER_TIMEOUT_S);
  curl_easy_setopt (easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
  curl_easy_setopt (easy, CURLOPT_OPENSOCKETDATA, letter);
  curl_easy_setopt (easy, CURLOPT_ERRORBUFFER, letter->detail);
  curl_easy_setopt (easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt (easy, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt (easy, CURLOPT_XFERINFODATA, letter);
  curl_easy_setopt (easy, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt (easy, CURLOPT_DEBUGFUNCTION, on_trace);
  curl_easy_setopt (easy, CURLOPT_DEBUGDATA, letter);
}

static void
set_security (CURL *easy, const Letter *letter)
{
  static const long levels[] = {[PM_SMTP_TLS_IF_OFFERED] = CURLUSESSL_TRY,
                                [PM_SMTP_TLS_REQUIRED] = CURLUSESSL_ALL,
                                [PM_SMTP_TLS_NEVER] = CURLUSESSL_NONE};
  curl_easy_setopt (easy, CURLOPT_USE_SSL, levels[letter->tls]);
  curl_easy_setopt (easy, CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
  if (letter->ca_file != NULL)
    curl_easy_setopt (easy, CURLOPT_CAINFO, letter->ca_file);
  if (letter->user != NULL)
    curl_easy_setopt (easy, CURLOPT_USERNAME, letter->user);
  if (letter->password != NULL)
    curl_easy_setopt (easy, CURLOPT_PASSWORD, letter->password);
}

static struct curl_slist *
set_envelope (CURL *easy, Letter *letter)
{
  struct curl_slist *to = NULL;
  for (char **address = letter->to; *address != NULL; address++)
    to = curl_slist_append (to, *address);
  curl_easy_setopt (easy, CURLOPT_MAIL_FROM, letter->from);
  curl_easy_setopt (easy, CURLOPT_MAIL_RCPT, to);
  curl_easy_setopt (easy, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
  curl_easy_setopt (easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt (easy, CURLOPT_READFUNCTION, on_read);
  curl_easy_setopt (easy, CURLOPT_READDATA, letter);
  curl_easy_setopt (easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t) strlen (letter->message));
  return to;
}

/* libcurl's message, and what the server said if it said no. */
static GError *
error_of (const Letter *letter, CURLcode result)
{
  if (letter->is_refused)
    return g_error_new_literal (PM_NET_ERROR, PM_NET_ERROR_REFUSED,
                                "the name points at an address that may not be asked");
  GError *error = pm_transfer_error (result, letter->detail);
  if (letter->no->len > 0 && result != CURLE_OPERATION_TIMEDOUT)
    g_prefix_error (&error, "the server said “%s”: ", letter->no->str);
  return error;
}

static void
run (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Letter *letter = data;
  CURL *easy = curl_easy_init ();
  set_connection (easy, letter);
  set_security (easy, letter);
  struct curl_slist *to = set_envelope (easy, letter);
  CURLcode result = curl_easy_perform (easy);
  long code = 0;
  curl_easy_getinfo (easy, CURLINFO_RESPONSE_CODE, &code);
  letter->code = (guint) code;
  GError *error = result == CURLE_OK ? NULL : error_of (letter, result);
  curl_easy_cleanup (easy);
  curl_slist_free_all (to);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
pm_smtp_send (const PmSmtpOptions *options, GCancellable *cancellable, GAsyncReadyCallback done,
              gpointer data)
{
  Letter *letter = g_new0 (Letter, 1);
  letter->url = g_strdup (options->url);
  letter->user = g_strdup (options->user);
  letter->password = g_strdup (options->password);
  letter->ca_file = g_strdup (options->ca_file);
  letter->from = g_strdup (options->from);
  letter->message = g_strdup (options->message);
  letter->to = g_strdupv ((char **) options->to);
  letter->tls = options->tls;
  letter->timeout_ms = options->timeout_ms != 0 ? options->timeout_ms : PM_SMTP_TIMEOUT_MS;
  letter->may_connect = options->may_connect;
  letter->may_connect_data = options->may_connect_data;
  letter->refused = g_string_new (NULL);
  letter->no = g_string_new (NULL);
  letter->cancellable = cancellable == NULL ? NULL : g_object_ref (cancellable);
  pm_net_init ();
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, done, data);
  g_task_set_task_data (task, letter, letter_free);
  g_task_run_in_thread (task, run);
}

gboolean
pm_smtp_send_finish (GAsyncResult *result, PmSmtpReply *ret_reply, GError **error)
{
  const Letter *letter = g_task_get_task_data (G_TASK (result));
  *ret_reply = (PmSmtpReply){
      .code = letter->code,
      .refused = letter->refused->len > 0 ? g_strdup (letter->refused->str) : NULL,
  };
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
pm_smtp_reply_clear (PmSmtpReply *reply)
{
  g_clear_pointer (&reply->refused, g_free);
}
