#pragma once

#include "api/route.h"

G_BEGIN_DECLS

/* Private to api/: the tables that the table of routes is made of, one file each. */

typedef struct {
  const PmRoute *rows;
  gsize n;
} PmRouteTable;

extern const PmRouteTable pm_routes_registry; /* what is known */
extern const PmRouteTable pm_routes_changes;  /* what is changed in files */
extern const PmRouteTable pm_routes_health;   /* whether services answer */
extern const PmRouteTable pm_routes_server;   /* the server itself, and the dashboard */

G_END_DECLS
