#pragma once

#include "allocation/taken-ports.h"
#include "base/json-writer.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* What every port of this host is to us: all 65,536 of them, as runs of ports that are alike. */

typedef enum {
  PM_USE_DECLARED,   /* a service of this host has it, in any variant */
  PM_USE_CONFLICT,   /* several want it: a conflict of severity error or warning */
  PM_USE_LISTENING,  /* bound now, by whomever */
  PM_USE_LEASED,     /* held by a lease */
  PM_USE_PINNED,     /* a service has it that may not be moved */
  PM_USE_PRIVILEGED, /* below 1024: not given away */
  PM_USE_EPHEMERAL,  /* the kernel takes it for outgoing connections */
  PM_USE_RESERVED,   /* the kernel leaves it alone, for somebody */
  PM_USE_BLOCKED,    /* browsers refuse to open it */
  PM_N_USES
} PmPortUse;

/* "declared" and so on; NULL-terminated. */
extern const char *const pm_port_use_names[];

/* {"host","runs":[{"first","last","is":["declared",…]},…],"unseen"}: runs cover 1 to 65535 in
 * order; `unseen` is why nobody could tell what listens, or null. */
gboolean pm_verb_port_use_write_json (PmContext *context, PmJsonWriter *json, GError **error);

G_END_DECLS
