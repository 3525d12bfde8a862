#pragma once

#include "leases/desk.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* Leases: ports that are held. What may be given, to whom and for how long stands in
 * leases/desk.h; here it is asked for by the words that people use. */

#define PM_LEASE_DEFAULT_TTL_S 3600

#define PM_LEASE_MOST_NAME 256 /* characters */

typedef struct {
  const char *type;   /* a pool, or what is known to be of one; "" other */
  const char *folder; /* where it is asked for: with the name it decides the usual port; "" none */
  const char *name;   /* "" none */
  guint16 port;       /* this one and no other; 0 any */
  PmTransport transport;
  gint64 pid;   /* the process that holds it; 0 none */
  gint64 ttl_s; /* how long; 0: as long as the process, or the default without one */
} PmLeaseWish;

typedef struct {
  PmLease lease; /* text in the arena */
  guint16 usual; /* the name's usual port, where it is another: somebody has it now. 0 */
} PmLeaseGiven;

/* --- for many at once --- */

/* The registry is the context's, which must outlive it, and is of one thread, as that is. */
PmDesk *pm_verb_desk_open (PmContext *context);

/* The wish as a request, to be served with others by pm_desk_serve; it borrows the wish's texts.
 * FALSE: it makes no sense. */
gboolean pm_verb_desk_ask (const PmDesk *desk, const PmLeaseWish *wish, PmDeskRequest *ret_request,
                           GError **error);

/* The same for renewing. */
gboolean pm_verb_desk_ask_renewal (const PmDesk *desk, gint64 id, gint64 pid, gint64 ttl_s,
                                   PmDeskRequest *ret_request, GError **error);

/* --- one by one --- */

/* Takes one. Errors: PM_LEASE_ERROR, PM_POOL_VERB_ERROR_TYPE, the registry's. */
gboolean pm_verb_lease (PmContext *context, const PmLeaseWish *wish, PmArena *arena,
                        PmLeaseGiven *ret_given, GError **error);

/* Held from now on by this process, or for so long (0: the default without a process). */
gboolean pm_verb_lease_renew (PmContext *context, gint64 id, gint64 pid, gint64 ttl_s,
                              PmArena *arena, PmLease *ret_lease, GError **error);

/* ret_lease may be NULL. NOT_FOUND when it is not held. */
gboolean pm_verb_lease_release (PmContext *context, gint64 id, PmArena *arena, PmLease *ret_lease,
                                GError **error);

/* Releases it unless something is bound to its port: then it is taken back once nothing is. */
gboolean pm_verb_lease_end (PmContext *context, const PmLease *lease, gboolean *ret_released,
                            GError **error);

/* Those that are held, after taking back what nobody holds any more; by port, appended to `list`
 * (of PmLease). */
gboolean pm_verb_leases (PmContext *context, PmArena *arena, GArray *list, GError **error);

/* "held"; "unsure": its process is gone or its time over, but its port is bound still. */
const char *pm_verb_lease_state (const PmLease *lease);

/* The project that a folder lies in: the nearest one upwards with a manifest or a repository, else
 * the folder itself. A new string. */
char *pm_verb_lease_folder (const char *folder);

/* The type of service that a command stands for: what its words tell, else what the registry knows
 * of the services in its folder; "" where nothing does. A new string. */
char *pm_verb_lease_type (PmContext *context, const char *folder, const char *name,
                          const char *command);

G_END_DECLS
