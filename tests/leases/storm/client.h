#pragma once

#include "board.h"

G_BEGIN_DECLS

/* One client of the storm: leases a port, holds it for a moment, gives it back, over and over until
 * the board is done. */

#define PM_STORM_POOL "storm"

typedef struct {
  const char *state_dir;
  guint seed;
  gint64 every_us;     /* on average between two leases; 0: as fast as it goes */
  gint64 hold_us;      /* how long it holds a port at most */
  guint16 first, last; /* the pool */
  gboolean only_asks;  /* control: nothing is leased, GET /healthz is asked for in its place */
} PmStormClient;

/* Over HTTP, on the daemon's socket; comes back after a broken connection. */
void pm_storm_ask_daemon (PmBoard *board, const PmStormClient *client);

/* At a desk of its own on the same registry, as the command line does. */
void pm_storm_ask_registry (PmBoard *board, const PmStormClient *client);

G_END_DECLS
