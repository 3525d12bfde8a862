#pragma once

#include "registry/registry.h"

G_BEGIN_DECLS

/* External addresses of this host, as each source of them last told: what is compared when the
 * program starts again, perhaps on a machine that was stopped in between. */

typedef struct {
  const char *source; /* "gcp" */
  const char *slot;   /* which of its addresses: "nic0/0" */
  const char *address;
  gint64 since_us;     /* when it was first seen to be this one */
  gint64 last_seen_us; /* when the source said so last, to the minute; 0 not since then */
} PmSourceAddress;

/* By source and slot, appended to `addresses` (of PmSourceAddress). */
gboolean pm_registry_addresses (PmRegistry *registry, PmArena *arena, GArray *addresses,
                                GError **error);

/* Saying what is known writes nothing. */
gboolean pm_registry_address_put (PmRegistry *registry, const PmSourceAddress *address,
                                  GError **error);

/* The source has spoken, and said what is known. Writes nothing within a minute of the last time.
 */
gboolean pm_registry_address_seen (PmRegistry *registry, const char *source, gint64 now_us,
                                   GError **error);

G_END_DECLS
