#pragma once

#include "base/json-writer.h"
#include "model/snapshot.h"

G_BEGIN_DECLS

/* The public addresses that stand in files: by which somebody may reach this machine, or another
 * one, from outside. Wildcards, loopback and private networks are none. */

typedef struct {
  const char *address; /* in the snapshot, as it is written first */
  guint places;
  guint projects;
} PmKnownAddress;

/* One text for one address, however it is spelled (RFC 5952), without brackets; what is no address
 * as it is. A new string. */
char *pm_address_canonical (const char *text);

/* Most places first (of PmKnownAddress). */
GArray *pm_verb_addresses (const PmSnapshot *snapshot);

/* [{"address","places","projects"}] */
void pm_addresses_write_json (PmJsonWriter *json, const GArray *addresses);

G_END_DECLS
