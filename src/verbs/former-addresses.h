#pragma once

#include "registry/registry.h"

G_BEGIN_DECLS

/* The addresses that this machine had, as far as the registry knows, which is only read:
 *
 *   - replaced by a change of an address that was not taken back;
 *   - seen by a source that tells another one since, whatever became of that change, unless a
 *     person dismissed it or the old address was only guessed from files.
 *
 * What a source tells now is none of them. By the old address, the one that took its place last;
 * both canonical (RFC 5952). */
GHashTable *pm_verb_former_addresses (PmRegistry *registry, GError **error);

/* The addresses that the sources tell now: a set of texts, canonical. */
GHashTable *pm_verb_current_addresses (PmRegistry *registry, GError **error);

G_END_DECLS
