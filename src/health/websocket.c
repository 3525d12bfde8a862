/* Whether the opening handshake of RFC 6455 is answered: 101, with the digest of our key (4.2.2).
 * Where nobody said which path speaks WebSocket, any answer that does not blame the server will do,
 * unless it accepts and then computes something else: that is no WebSocket server. */

#include <string.h>

#include "health/http-request.h"

typedef struct {
  PmCheckRequest *request;
  char *accept; /* what the answer must have */
} WebSocket;

/* 4.1: the base64 of 16 random bytes. */
static char *
random_key (void)
{
  guint32 nonce[4];
  for (guint i = 0; i < G_N_ELEMENTS (nonce); i++)
    nonce[i] = g_random_int ();
  return g_base64_encode ((const guchar *) nonce, sizeof nonce);
}

static char *
accept_of (const char *key)
{
  guint8 digest[20];
  gsize length = sizeof digest;
  g_autoptr (GChecksum) sha1 = g_checksum_new (G_CHECKSUM_SHA1);
  g_checksum_update (sha1, (const guchar *) key, -1);
  g_checksum_update (sha1, (const guchar *) "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", -1);
  g_checksum_get_digest (sha1, digest, &length);
  return g_base64_encode (digest, length);
}

static void
judge (PmProbe *probe, const PmCheck *check, const PmHttpReply *reply, gpointer data)
{
  const WebSocket *self = data;
  const char *upgrade = pm_http_reply_header (reply, "upgrade");
  const char *accept = pm_http_reply_header (reply, "sec-websocket-accept");
  if (reply->status != 101 && (check->is_configured || reply->status >= 500))
    pm_probe_finish (probe, PM_HEALTH_DOWN, reply->elapsed_us,
                     "answered the WebSocket handshake with %u, not 101", reply->status);
  else if (reply->status == 101 &&
           (upgrade == NULL || g_ascii_strcasecmp (upgrade, "websocket") != 0))
    pm_probe_finish (probe, PM_HEALTH_DOWN, reply->elapsed_us,
                     "answered 101, but to another protocol than WebSocket");
  else if (reply->status == 101 && g_strcmp0 (accept, self->accept) != 0)
    pm_probe_finish (probe, PM_HEALTH_DOWN, reply->elapsed_us,
                     "answered 101 with a wrong Sec-WebSocket-Accept");
  else
    pm_probe_finish (probe, PM_HEALTH_UP, reply->elapsed_us, "%s", "");
}

static gpointer
websocket_start (PmProbe *probe, const PmCheck *check)
{
  WebSocket *self = g_new0 (WebSocket, 1);
  g_autofree char *key = random_key ();
  g_autofree char *line = g_strconcat ("Sec-WebSocket-Key: ", key, NULL);
  const char *const headers[] = {"Connection: Upgrade", "Upgrade: websocket", line,
                                 "Sec-WebSocket-Version: 13", NULL};
  self->accept = accept_of (key);
  self->request = pm_check_request_new (probe, check, headers, TRUE, judge, self);
  return self;
}

static void
websocket_stop (gpointer data)
{
  WebSocket *self = data;
  pm_check_request_free (self->request);
  g_free (self->accept);
  g_free (self);
}

const PmProbeKind pm_probe_websocket = {.start = websocket_start, .stop = websocket_stop};
