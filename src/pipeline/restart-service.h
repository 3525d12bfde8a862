#pragma once

#include <gio/gio.h>

#include "pipeline/change.h"

G_BEGIN_DECLS

/* Restarts services, by hand or because they are down: who holds their ports is asked first, then
 * each is restarted in its turn, and asked until it answers (`heal.verify_s` at most).
 *
 *   {"services":[{"serviceId","projectId","serviceName","target","before","after","cause",
 *   "upAfterMs"}],"restarts":[{"target","level","end","reason","elapsedMs","back"}],"stages":[…],
 *   "elapsedMs","actor","outcome"}
 *
 * outcome: "restarted" (all that can be asked answer), "refused" (a stranger holds a port, or
 * nothing restarts one of them), "failed". Each restart is an event, "service.restarted" or
 * "service.restart-failed", with this as its data. */

typedef struct {
  const char *actor;
  gboolean dry_run; /* what would be restarted; nothing is done, and no event */
  const PmPipelineCalls *calls;
  GCancellable *hurry;   /* once it is cancelled nobody waits for answers; NULL none */
  GCancellable *give_up; /* the same of a restart itself, which then has failed */
} PmRestartWish;

typedef struct {
  const char *outcome; /* static */
  char *cause;         /* "" */
  GString *report;     /* JSON */
} PmRestartReport;

void pm_restart_report_clear (PmRestartReport *report);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmRestartReport, pm_restart_report_clear)

/* `service` as in pm_verb_find_service: of a service with several ports, all of them. FALSE: there
 * is none, or the registry cannot be read. */
gboolean pm_pipeline_restart_named (PmContext *context, const char *service,
                                    const PmRestartWish *wish, PmRestartReport *ret_report,
                                    GError **error);

/* These services, by what they are configured to be restarted by, or, where nobody configured it,
 * by what was found while they ran: `key` of pm_pipeline_restartees. */
gboolean pm_pipeline_restart_known (PmContext *context, const char *key, const gint64 *ids,
                                    guint n_ids, const PmRestartWish *wish,
                                    PmRestartReport *ret_report, GError **error);

/* What restarts each service of this host, at this moment: a key that is the same for the same
 * thing, NULL where there is nothing. */
typedef void (*PmRestarteeTold) (const char *key, gint64 service_id, gpointer data);
gboolean pm_pipeline_restartees (PmContext *context, PmRestarteeTold told, gpointer data,
                                 GError **error);

G_END_DECLS
