#pragma once

#include "model/snapshot.h"

G_BEGIN_DECLS

/* What is asked of every finding before most of them are passed over, as narrow as it can be:
 * whoever counts ports goes along all findings, which lie in memory twelve times as wide.
 *
 *   g_autoptr (GArray) own = NULL;
 *   const PmBrief *briefs = pm_briefs_of (snapshot, &own);   one for each finding
 *
 * A snapshot may keep them (PmSnapshot.briefs); whoever changes a finding there makes its brief
 * anew. */
typedef struct {
  guint64 digest; /* see pm_brief_digest; 0 where nobody asked for it yet */
  guint16 port, port_end;
  guint16 flags; /* of PmBriefFlag */
} PmBrief;

typedef enum {
  PM_BRIEF_DECLARED = 1 << 0,  /* a port that is bound on a host, in whatever variant */
  PM_BRIEF_PUBLISHED = 1 << 1, /* of these the host's side of a mapping that may be started */
  PM_BRIEF_REFERRED = 1 << 2,  /* a port that it points at */
  PM_BRIEF_OWN = 1 << 3,       /* one single port that a service has, of whatever scope */
  PM_BRIEF_SURE = 1 << 4,      /* believed enough to be written without a person's word */
  PM_BRIEF_FETCHED = 1 << 5,   /* its value comes from a file in another folder */
  PM_BRIEF_ADDRESSED = 1 << 6, /* its host may be a literal address */
} PmBriefFlag;

/* FALSE: it is a name, since an address of IPv4 begins with a digit and one of IPv6 has colons. */
gboolean pm_brief_may_be_address (const char *host);

/* With its digest, or without. */
PmBrief pm_brief_new (const PmFinding *finding, gboolean with_digest);

/* Of all that decides what moving a service with this port costs: whose it is, where it is written
 * and really comes from, and under which key. Not of its pair. Never 0. */
guint64 pm_brief_digest (const PmFinding *finding);

/* Those that the snapshot keeps, or, where it keeps none, new ones without digests in *own, which
 * is NULL before. */
const PmBrief *pm_briefs_of (const PmSnapshot *snapshot, GArray **own);

G_END_DECLS
