#pragma once

#include "registry/registry.h"

G_BEGIN_DECLS

/* Messages on their way out of this machine: written in one transaction with the place in the event
 * log up to which it has been told (a transactional outbox), so that none is lost and none is made
 * twice, whatever is killed when.
 *
 * An entry may be added to as long as nobody has tried to send it. From the first attempt on,
 * which is written down before it is made, it stays as it is: it may have arrived, and is repeated
 * with the same key. All of it is this host's. Text lies in the arena given. */

typedef struct {
  gint64 id;
  const char *channel;  /* "mail" */
  const char *key;      /* by which a receiver knows a repeat */
  const char *grouping; /* entries of one group become one while they wait */
  const char *severity;
  const char *message; /* a JSON object */
  gint64 created_us;
  gint64 not_before_us;
  guint attempts;
  const char *cause; /* of the last failure; "" none */
} PmOutboxEntry;

/* What became of a message. */
typedef struct {
  gint64 id;
  const char *channel, *key, *grouping, *severity, *title;
  const char *state; /* "sent" or "dropped" */
  gint64 time_us;
  guint attempts;
  const char *cause; /* why it was dropped; or what the receiver objected to all the same */
} PmOutboxResult;

typedef struct {
  const char *channel;
  guint64 queued;
  guint64 sent, failed, dropped; /* failed: attempts */
  gint64 last_sent_us, last_failed_us;
  const char *cause; /* of the last failure; "" since one was sent */
} PmOutboxChannel;

#define PM_OUTBOX_RESULTS_KEPT 500 /* of a channel */

/* --- the event log --- */

/* Up to which event has been told; -1: nothing ever was. */
gboolean pm_registry_outbox_cursor (PmRegistry *registry, gint64 *ret_event_id, GError **error);
gboolean pm_registry_outbox_cursor_put (PmRegistry *registry, gint64 event_id, GError **error);

/* As pm_registry_events, but only those that this host wrote; *ret_last is the last that was looked
 * at, `after_id` when there is none. */
gboolean pm_registry_outbox_events (PmRegistry *registry, gint64 after_id, guint limit,
                                    PmArena *arena, GArray *events, gint64 *ret_last,
                                    GError **error);

/* --- what was told --- */

/* The state that was last told of a subject, and when; NULL: none was. */
gboolean pm_registry_outbox_told (PmRegistry *registry, const char *subject, PmArena *arena,
                                  const char **ret_state, gint64 *ret_time_us, GError **error);
gboolean pm_registry_outbox_told_put (PmRegistry *registry, const char *subject, const char *state,
                                      gint64 now_us, GError **error);
gboolean pm_registry_outbox_told_prune (PmRegistry *registry, gint64 before_us, GError **error);

/* --- the queue --- */

/* Adds one; its id and attempts are not read. */
gboolean pm_registry_outbox_add (PmRegistry *registry, const PmOutboxEntry *entry, GError **error);

/* The one of this channel and group that may still be added to; FALSE in *ret_found: none. */
gboolean pm_registry_outbox_open (PmRegistry *registry, const char *channel, const char *grouping,
                                  PmArena *arena, PmOutboxEntry *ret_entry, gboolean *ret_found,
                                  GError **error);

/* Its message, severity and time are as `entry` says now. */
gboolean pm_registry_outbox_change (PmRegistry *registry, const PmOutboxEntry *entry,
                                    GError **error);

/* The first of a channel that may be sent now. Without one, *ret_found is FALSE, and *ret_next_us
 * when there will be one; 0: none waits. */
gboolean pm_registry_outbox_due (PmRegistry *registry, const char *channel, gint64 now_us,
                                 PmArena *arena, PmOutboxEntry *ret_entry, gboolean *ret_found,
                                 gint64 *ret_next_us, GError **error);

/* Before it is sent. */
gboolean pm_registry_outbox_attempt (PmRegistry *registry, gint64 id, GError **error);

/* It did not arrive, or nobody knows; again from not_before on. */
gboolean pm_registry_outbox_failed (PmRegistry *registry, const PmOutboxEntry *entry,
                                    gint64 not_before_us, const char *cause, gint64 now_us,
                                    GError **error);

/* It leaves the queue as `result` says, of which channel, key, grouping, severity, title, state,
 * time, attempts and cause are read. */
gboolean pm_registry_outbox_finish (PmRegistry *registry, gint64 id, const PmOutboxResult *result,
                                    GError **error);

/* When the `nth` newest of the messages of a channel (and, where it is not NULL, of a group) was
 * sent; 0: there are not so many. */
gboolean pm_registry_outbox_sent_at (PmRegistry *registry, const char *channel,
                                     const char *grouping, guint nth, gint64 *ret_time_us,
                                     GError **error);

/* --- looking --- */

/* What waits, by channel and time, appended to `entries` (of PmOutboxEntry), at most `limit`. */
gboolean pm_registry_outbox_entries (PmRegistry *registry, guint limit, PmArena *arena,
                                     GArray *entries, GError **error);

/* What is to go first when there is no room: least severe, then oldest. */
gboolean pm_registry_outbox_least (PmRegistry *registry, const char *channel, PmArena *arena,
                                   PmOutboxEntry *ret_entry, guint64 *ret_queued, GError **error);

/* Newest first, appended to `results` (of PmOutboxResult), at most `limit`. */
gboolean pm_registry_outbox_results (PmRegistry *registry, guint limit, PmArena *arena,
                                     GArray *results, GError **error);

/* Every channel that ever had a message, appended to `channels` (of PmOutboxChannel). */
gboolean pm_registry_outbox_channels (PmRegistry *registry, PmArena *arena, GArray *channels,
                                      GError **error);

G_END_DECLS
