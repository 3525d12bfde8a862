#pragma once

#include <jansson.h>

#include "notify/notices.h"

G_BEGIN_DECLS

/* For the functions of the table in notices.c. Each fills what and, where there is something to
 * say, the rest; event, event_id, severity, page and since_us are set before, subject to the
 * event's kind. FALSE: there is nothing to tell after all. */

typedef gboolean (*PmNoticeMaker) (const PmEvent *event, const json_t *data, PmNotice *notice);

/* A member as text, "" when there is none; numbers as digits. In memory of `data`, or static. */
const char *pm_notice_member (const json_t *data, const char *key);

/* The first of these members that is there. `keys` is ended by NULL. */
const char *pm_notice_any (const json_t *data, const char *const *keys);
#define PM_NOTICE_ANY(data, ...) pm_notice_any (data, (const char *const[]){__VA_ARGS__, NULL})

/* A time; 0 when there is none. */
gint64 pm_notice_time (const json_t *data, const char *key);

/* Replaces one of the notice's texts. */
void pm_notice_say (char **place, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* --- notices-files.c --- */
gboolean pm_notice_transaction (const PmEvent *event, const json_t *data, PmNotice *notice);
gboolean pm_notice_conflict (const PmEvent *event, const json_t *data, PmNotice *notice);

/* --- notices-address.c --- */
gboolean pm_notice_address (const PmEvent *event, const json_t *data, PmNotice *notice);
gboolean pm_notice_change (const PmEvent *event, const json_t *data, PmNotice *notice);
gboolean pm_notice_pause (const PmEvent *event, const json_t *data, PmNotice *notice);
gboolean pm_notice_source (const PmEvent *event, const json_t *data, PmNotice *notice);

/* --- notices-health.c --- */
gboolean pm_notice_incident (const PmEvent *event, const json_t *data, PmNotice *notice);
gboolean pm_notice_restart (const PmEvent *event, const json_t *data, PmNotice *notice);
gboolean pm_notice_gave_up (const PmEvent *event, const json_t *data, PmNotice *notice);
gboolean pm_notice_breaker (const PmEvent *event, const json_t *data, PmNotice *notice);

/* --- notices-server.c --- */
gboolean pm_notice_token (const PmEvent *event, const json_t *data, PmNotice *notice);
gboolean pm_notice_registry (const PmEvent *event, const json_t *data, PmNotice *notice);
gboolean pm_notice_config (const PmEvent *event, const json_t *data, PmNotice *notice);
gboolean pm_notice_root (const PmEvent *event, const json_t *data, PmNotice *notice);

G_END_DECLS
