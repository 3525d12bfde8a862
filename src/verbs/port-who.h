#pragma once

#include "base/json-writer.h"
#include "verbs/live.h"

G_BEGIN_DECLS

/* Who holds a port: what is declared on it, what is bound to it now, and who has leased it. */

typedef struct {
  PmSnapshot *snapshot;
  PmLiveSight sight;
  GPtrArray *declared;  /* const PmService *: of this and other hosts; in the snapshot */
  GPtrArray *listening; /* const PmSocket *: in the snapshot */
  GArray *leases;       /* PmLease: those that are held; text in the snapshot */
} PmPortWho;

void pm_port_who_clear (PmPortWho *who);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmPortWho, pm_port_who_clear)

gboolean pm_verb_port_who (PmContext *context, guint16 port, PmPortWho *ret_who, GError **error);

/* What could not be seen of this port; NULL: nothing is missing. A new string. */
char *pm_port_who_gap (const PmPortWho *who);

/* {"port","declared":[…],"listening":[…],"leases":[…],"notShown"}: the last one is why the list of
 * who listens may not be whole, or null. */
void pm_port_who_write_json (PmJsonWriter *json, const PmPortWho *who, guint16 port);

/* The same of everything that was looked at. */
char *pm_live_sight_gap (const PmLiveSight *sight);

G_END_DECLS
