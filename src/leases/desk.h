#pragma once

#include "leases/holder.h"
#include "leases/view.h"

G_BEGIN_DECLS

/* Where ports are given out: what many asked for is one database transaction (group commit).
 *
 *   PmDesk *desk = pm_desk_new (registry, pools);
 *   PmLeaseHolder holder;
 *   pm_lease_holder_init (&holder, pm_desk_host (desk), pid, 0, &error);
 *   PmDeskRequest ask = { .kind = PM_DESK_TAKE, .lease = { .type = "api", .holder = holder, … } };
 *   PmDeskRequest *requests[] = { &ask };
 *   pm_desk_serve (desk, requests, 1);
 *   … ask.error or ask.lease.port
 *
 * A port is chosen and its bind tested before the transaction begins, and taken in it only if
 * nobody has it; who lost a race chooses again. Ports that are declared, leased (by whatever
 * transport), the kernel's, or bound by anybody are not given, unless the number is asked for: that
 * one may be somebody else's by another transport; those that other names had last are given when
 * nothing else is left. Any number of desks, in any number of processes, work on one registry.
 *
 * A desk belongs to one thread, like its registry. */

typedef struct PmDesk PmDesk;

typedef enum { PM_DESK_TAKE, PM_DESK_RENEW, PM_DESK_RELEASE } PmDeskKind;

/* Texts and holder are the asker's and must live until it is served. */
typedef struct {
  PmDeskKind kind;

  /* TAKE: type ("" is "other"), project, name ("" none), transport, holder, and port: 0 is any,
   * else this one and no other. RENEW: id, holder. RELEASE: id. Filled in by serving: texts of what
   * was not asked for live until the desk serves again, or is freed. */
  PmLease lease;
  guint16 usual; /* TAKE: the name's usual port, that it did not get; 0: it did, or has none */

  GError *error; /* the asker's to free */
} PmDeskRequest;

/* The registry is borrowed, the pools are taken over. `host` NULL: this machine. */
PmDesk *pm_desk_new (PmRegistry *registry, PmPools *pools, const PmHost *host);
void pm_desk_free (PmDesk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmDesk, pm_desk_free)

const PmHost *pm_desk_host (const PmDesk *desk);
const PmPools *pm_desk_pools (const PmDesk *desk);

/* Serves all of them; each has a lease or an error then. */
void pm_desk_serve (PmDesk *desk, PmDeskRequest **requests, guint n_requests);

/* The same; `also` is called in the transaction that serves the last of them, to write what belongs
 * to it. When that, or the commit after it, fails, the requests have failed: `also` may be called
 * and come to nothing. */
void pm_desk_serve_and (PmDesk *desk, PmDeskRequest **requests, guint n_requests,
                        gboolean (*also) (gpointer data, GError **error), gpointer data);

/* Takes back what nobody holds any more: the process gone or the time over, and nobody bound to the
 * port. Does it by itself when a pool is exhausted. */
gboolean pm_desk_reap (PmDesk *desk, guint *ret_reaped, GError **error);

G_END_DECLS
