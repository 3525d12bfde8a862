#pragma once

#include <gio/gio.h>

#include "net/http-client.h"

G_BEGIN_DECLS

/* One message to a mail server (RFC 5321), by libcurl: STARTTLS (RFC 3207) or TLS from the start
 * (RFC 8314), and whatever way of authentication both sides know (RFC 4954).
 *
 *   PmSmtpOptions options = {.url = "smtp://mail.example.org:587", …};
 *   pm_smtp_send (&options, cancellable, done, self);
 *   …done: pm_smtp_send_finish (result, &reply, &error)
 *
 * It has a thread of its own while it lasts: libcurl waits for the answer to QUIT, however long a
 * server takes with it. `done` is called on the thread-default main context of the caller. */

typedef enum {
  PM_SMTP_TLS_IF_OFFERED,
  PM_SMTP_TLS_REQUIRED,
  PM_SMTP_TLS_NEVER,
} PmSmtpTls;

#define PM_SMTP_TIMEOUT_MS 30000

typedef struct {
  const char *url;             /* smtp://host:port or smtps://… */
  const char *user, *password; /* NULL: none */
  PmSmtpTls tls;
  const char *ca_file;      /* PEM; NULL: the system's authorities */
  const char *from;         /* the envelope's addresses, bare */
  const char *const *to;    /* ended by NULL */
  const char *message;      /* RFC 5322, with CRLF */
  guint timeout_ms;         /* 0: PM_SMTP_TIMEOUT_MS */
  PmMayConnect may_connect; /* asked on the thread */
  gpointer may_connect_data;
} PmSmtpOptions;

typedef struct {
  guint code;    /* of the server's last reply; 0: it said nothing */
  char *refused; /* receivers that the server did not take, and what it said, though it took the
                    message for others; NULL none */
} PmSmtpReply;

void pm_smtp_reply_clear (PmSmtpReply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmSmtpReply, pm_smtp_reply_clear)

/* Everything is copied. */
void pm_smtp_send (const PmSmtpOptions *options, GCancellable *cancellable,
                   GAsyncReadyCallback done, gpointer data);

/* TRUE when the server has taken it, for one receiver at least. The reply is filled either way;
 * errors are PM_NET_ERROR, with what the server said. */
gboolean pm_smtp_send_finish (GAsyncResult *result, PmSmtpReply *ret_reply, GError **error);

G_END_DECLS
