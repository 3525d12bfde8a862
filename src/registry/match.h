#pragma once

#include "model/service.h"

G_BEGIN_DECLS

/* Which observed service is which known one. Pure. */

typedef struct {
  PmService service;                               /* without config_files */
  guint64 fingerprint;                             /* of what was observed of it */
  const char *pinned_by_person, *pinned_by_config; /* the one goes before the other */
  gboolean is_removed;
  guint16 moved_to; /* the port that it is known to have now; 0 not known */
} PmKnownService;

/* Fills ret_matches, one for each observed service (of PmService): the index of the known service
 * (of PmKnownService) that it is, or -1: it is new. No known service is given twice. Host, root,
 * project, name and transport must be equal, and then, first rule first: the port that it was moved
 * to; both ports; the internal port; the external port (not 0); exactly one of either side is left
 * over; a removed one's ports, both or the internal one; and, of any root, project and name, one
 * that was said at the same place (file, ports) and whose name is the same but for the folder in
 * front of it. Of several
 * that fit the first does, in the order of both arrays. */
void pm_match_services (const GArray *known, const GArray *observed, gint32 *ret_matches);

G_END_DECLS
