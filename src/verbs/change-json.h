#pragma once

#include "base/json-writer.h"
#include "registry/records.h"
#include "registry/registry.h"
#include "verbs/change.h"

G_BEGIN_DECLS

/* Changes as JSON, the same for the command line and the API. */

/* {"transaction":{…}|null,"plan":{…},"notes":[{"path","reason"}],"unregistered"}: what was applied,
 * or undone when `plan` is NULL, and then it has no "plan". */
void pm_change_write_json (PmJsonWriter *json, const PmChangeResult *result, const PmPlan *plan);

/* And with "report", a JSON value already, what was restarted and proven; NULL: null. */
void pm_change_write_json_reported (PmJsonWriter *json, const PmChangeResult *result,
                                    const PmPlan *plan, const char *report);

/* What the list of transactions says of one; the members alone, for objects that hold more. */
void pm_transaction_write_json_members (PmJsonWriter *json, const PmTransactionRecord *record);

/* [{"file","edits":[{"old","new"}]}]: the files of a past transaction, as it changed them; for an
 * undo the other way round. Edited text is an address or a port; of the program's own
 * configuration it is masked. */
void pm_past_write_json (PmJsonWriter *json, const PmHistory *past, gboolean backwards);

G_END_DECLS
