#pragma once

#include "ip/judge.h"
#include "verbs/context.h"

G_BEGIN_DECLS

/* Follows the external addresses: asks the sources of the configuration, judges what they say
 * against what is stored, and records every ruling in the registry and the event log, in one
 * transaction. A confirmed change is kept open there until somebody dealt with it (pipeline/).
 * Writes no file.
 *
 * Events: ip.learned, ip.detected, ip.withdrawn, ip.confirmed, ip.refused with {"source", "slot",
 * "address", "oldValue", "newValue"}; source.failed when one falls silent, once until it speaks
 * again, which is source.recovered, with {"source", "cause"}. */

typedef struct PmAddressFollower PmAddressFollower;

typedef struct {
  PmIpRuled ruled; /* after it was recorded; NULL nobody */
  void (*heard) (const char *source, const char *cause, gpointer data); /* each answer (NULL) and
                                                                           failure; NULL nobody */
  void (*failed) (const GError *error, gpointer data); /* the registry could not be written */
  gpointer data;
} PmAddressListener;

/* Compares with what is stored from the first answer on: an address that changed while nobody
 * looked is a change. `context` outlives it. */
PmAddressFollower *pm_verb_follow_addresses (PmContext *context, const PmAddressListener *listener,
                                             GError **error);
void pm_address_follower_free (PmAddressFollower *follower);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmAddressFollower, pm_address_follower_free)

/* Goes on until freed, on the thread's default main context. */
void pm_address_follower_start (PmAddressFollower *follower);

/* One question to each source. */
void pm_address_follower_ask (PmAddressFollower *follower);

const PmIpSources *pm_address_follower_sources (const PmAddressFollower *follower);

G_END_DECLS
