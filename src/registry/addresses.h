#pragma once

#include "registry/registry.h"

G_BEGIN_DECLS

/* External addresses of this host, as each source of them last told: what is compared when the
 * program starts again, perhaps on a machine that was stopped in between. */

typedef struct {
  const char *source; /* "gcp" */
  const char *slot;   /* which of its addresses: "nic0/0" */
  const char *address;
  gint64 since_us; /* when it was first seen to be this one */
} PmKnownAddress;

/* By source and slot, appended to `addresses` (of PmKnownAddress). */
gboolean pm_registry_addresses (PmRegistry *registry, PmArena *arena, GArray *addresses,
                                GError **error);

/* Saying what is known writes nothing. */
gboolean pm_registry_address_put (PmRegistry *registry, const PmKnownAddress *address,
                                  GError **error);

/* --- changes of an address: from its confirmation until it is dealt with --- */

typedef struct {
  gint64 id;
  const char *source, *slot;
  const char *old_address, *new_address;
  const char *stage; /* "confirmed" at first, then what became of it */
  gint64 confirmed_us;
  gint64 finished_us; /* 0: not dealt with yet */
  const char *report; /* a JSON object */
} PmAddressChange;

/* Opens one; id, stage, finish and report are not read. */
gboolean pm_registry_address_change_open (PmRegistry *registry, const PmAddressChange *change,
                                          GError **error);

/* What became of it, with an event "ip.STAGE" whose data is the report; it is dealt with. */
gboolean pm_registry_address_change_finish (PmRegistry *registry, gint64 id, const char *stage,
                                            const char *report, gint64 now_us, GError **error);

/* This host's, appended to `changes` (of PmAddressChange): those that are not dealt with, oldest
 * first, or at most `limit` of all, newest first. */
gboolean pm_registry_address_changes_open (PmRegistry *registry, PmArena *arena, GArray *changes,
                                           GError **error);
gboolean pm_registry_address_changes (PmRegistry *registry, guint limit, PmArena *arena,
                                      GArray *changes, GError **error);

G_END_DECLS
