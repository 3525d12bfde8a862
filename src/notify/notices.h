#pragma once

#include "model/event.h"
#include "notify/message.h"

G_BEGIN_DECLS

/* What an event of the log has to tell people: one table, a row for each kind of event. Events that
 * are not in it tell nobody anything; whoever adds an event that should adds a row. */

/* The kind of messages that tell of services which fail. */
#define PM_GROUPING_HEALTH "health"

/* NULL: nothing. *ret_grouping is the kind of message that it belongs to, static. Data that are not
 * as expected give a notice that says less. */
PmNotice *pm_notice_of_event (const PmEvent *event, const char **ret_grouping);

/* The names in the table, for tests and documentation, NULL-terminated; those that end in a dot
 * stand for all that begin with them. */
const char *const *pm_notice_events (void);

G_END_DECLS
