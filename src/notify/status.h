#pragma once

#include "config/config.h"
#include "notify/message.h"
#include "registry/outbox.h"

G_BEGIN_DECLS

/* What the faces show of notification: the channels, configured or not, without their secrets; what
 * waits; and what became of the last messages. */

typedef struct {
  const char *channel; /* static */
  gboolean is_configured;
  char *target; /* where to, nothing secret; NULL: it is not configured */
  const PmConfigChannel *options;
  PmOutboxChannel counts;
} PmNotifyChannel;

typedef struct {
  PmArena *arena;
  GArray *channels; /* of PmNotifyChannel */
  GArray *queue;    /* of PmOutboxEntry */
  GArray *results;  /* of PmOutboxResult */
} PmNotifyStatus;

#define PM_NOTIFY_STATUS_MOST 100 /* of the queue, and of the results */

gboolean pm_notify_status (PmRegistry *registry, const PmConfig *config, PmNotifyStatus *ret_status,
                           GError **error);
void pm_notify_status_clear (PmNotifyStatus *status);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmNotifyStatus, pm_notify_status_clear)

/* {"enabled","channels":[…],"queue":[…],"results":[…]} */
void pm_notify_status_write_json (PmJsonWriter *json, const PmConfig *config,
                                  const PmNotifyStatus *status);

/* The title of what waits; a new string. */
char *pm_notify_entry_title (const PmOutboxEntry *entry);

G_END_DECLS
