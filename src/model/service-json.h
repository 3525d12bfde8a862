#pragma once

#include "base/fingerprint.h"
#include "base/json-writer.h"
#include "model/conflict.h"
#include "model/service.h"

G_BEGIN_DECLS

/* Services and conflicts as JSON: the one shape that the API, the CLI's --json and the event log
 * share. Names are fixed by docs; fields may be added, none renamed. */

/* The service as an object; "live" and "listener" only where somebody looked. */
void pm_service_write_json (PmJsonWriter *json, const PmService *service);

/* Its members alone, for objects that hold more: to be written between begin and end. */
void pm_service_write_json_members (PmJsonWriter *json, const PmService *service);

/* The member "projectName", where the configuration calls its project otherwise than by its id. */
void pm_service_write_project_name (PmJsonWriter *json, const PmService *service);

/* A line of a table of many: what is shown and filtered by there, without files, sockets and what
 * was observed; members that would be empty are left out. */
void pm_service_write_row_json (PmJsonWriter *json, const PmService *service);

/* The list behind "configFiles". A path that is not UTF-8 is shown with U+FFFD in "path" and stands
 * byte for byte, percent-encoded (RFC 3986), in "rawPath". */
void pm_service_write_config_files_json (PmJsonWriter *json, const PmService *service);

/* The conflict as an object; its indices are into `services`, of PmService. */
void pm_conflict_write_json (PmJsonWriter *json, const PmConflict *conflict,
                             const GArray *services);

/* The same for all that gives the same object, in a fraction of the time. 0: nobody knows, since
 * somebody listens, of whom it would say more. */
PmFingerprint pm_conflict_json_digest (const PmConflict *conflict, const GArray *services);

G_END_DECLS
