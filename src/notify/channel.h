#pragma once

#include "config/config.h"
#include "net/http-client.h"
#include "notify/message.h"

G_BEGIN_DECLS

/* A way out for messages: one file with one PmChannelType, plus one line in list.h.
 *
 * A channel sends one message at a time, on the main context that it was made on, and tells what
 * became of it once. It keeps no queue and tries nothing again: that is the notifier's. Freeing it
 * ends what is under way, and nobody is told.
 *
 * It connects only to what the operator configured, and not even to that where pm_target_is_allowed
 * says no; it follows no redirect. */

typedef enum {
  PM_DELIVERY_SENT,
  PM_DELIVERY_LATER,   /* it may work later: nobody there, too busy, not signed in */
  PM_DELIVERY_REFUSED, /* the receiver does not want this very message */
} PmDeliveryOutcome;

typedef struct {
  PmDeliveryOutcome outcome;
  const char *cause; /* why not; or, when it was sent, what the receiver objected to all the same;
                        NULL nothing. Nothing secret */
  guint wait_s;      /* that the receiver asked for; 0 it did not */
} PmDelivery;

typedef void (*PmDelivered) (const PmDelivery *delivery, gpointer data);

typedef struct PmChannel PmChannel;

typedef struct {
  const char *name; /* "mail": as in the configuration */
  gboolean (*is_configured) (const PmConfig *config);
  const PmConfigChannel *(*options) (const PmConfig *config);
  char *(*target) (const PmConfig *config); /* where to, without anything secret; a new string */
  PmChannel *(*new) (PmConfig *config, PmHttpClient *http); /* both outlive it */
  void (*send) (PmChannel *channel, const PmMessage *message, PmDelivered delivered, gpointer data);
  void (*free) (PmChannel *channel);
} PmChannelType;

/* All channels, NULL-terminated. */
const PmChannelType *const *pm_channel_types (void);

/* By its name; NULL: there is none. */
const PmChannelType *pm_channel_type (const char *name);

/* The first of: the file's first line, the environment variable, the value. "" where all are empty.
 * A new string; NULL when the file cannot be read. */
char *pm_channel_secret (const char *file, const char *variable, const char *value, GError **error);

/* Whether a secret of this kind is given at all, without reading it. */
gboolean pm_channel_has_secret (const char *file, const char *variable, const char *value);

/* "https://hooks.example.org/…": scheme and host of a URL, the rest of which may be a secret. A new
 * string. */
char *pm_channel_masked_url (const char *url);

/* What became of a post, by its status (RFC 9110) and Retry-After. `cause` gets a new string. */
PmDelivery pm_channel_judge_reply (const PmHttpReply *reply, const GError *error, char **cause);

G_END_DECLS
