#pragma once

#include "leases/desk.h"

G_BEGIN_DECLS

/* Private to leases/. */

struct PmDesk {
  PmRegistry *registry;
  PmPools *pools;
  PmHost host;
  PmArena *filled_in; /* texts of what was served last */
  PmPortView view;
  gboolean view_is_good;
  gint64 token;
  gint64 declared_us; /* when declarations were read */
  gint64 reaped_us;   /* when a pool was exhausted, and the dead were looked for */
};

/* A port for a request that wants one, by the desk's view and by trying: in lease.port. `any`: not
 * a certain one. FALSE: the request has an error. */
gboolean pm_desk_choose (const PmDesk *desk, PmDeskRequest *request, gboolean any);

G_END_DECLS
