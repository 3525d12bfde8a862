#pragma once

#include "jobs/jobs.h"

G_BEGIN_DECLS

/* `serve` follows the external addresses that `ip.sources` tell, and hands every confirmed change
 * to the pipeline, as a job; those first that an earlier run left open. */

typedef struct PmDaemonAddresses PmDaemonAddresses;

/* `failed` is told what the registry refuses. Without sources there is nothing to follow, and still
 * something that may have been left. */
typedef void (*PmDaemonAddressesFailed) (const GError *error, gpointer data);
PmDaemonAddresses *pm_daemon_addresses_new (PmContext *context, PmJobs *jobs,
                                            PmDaemonAddressesFailed failed, gpointer data,
                                            GError **error);

/* Before the jobs. */
void pm_daemon_addresses_free (PmDaemonAddresses *addresses);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmDaemonAddresses, pm_daemon_addresses_free)

G_END_DECLS
