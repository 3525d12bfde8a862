/* DESIGN
 * Rows are told by their place among the rows of their port, never by their index, which changes
 * with any service elsewhere. */

#include "allocation/ways-out-internal.h"

#include "allocation/ownership.h"
#include "model/aliases.h"
#include "model/brief.h"

typedef PmWaysOut Search;

static PmFingerprint
mix_texts (PmFingerprint digest, const char *const *texts, gsize n)
{
  for (gsize i = 0; i < n; i++)
    digest = pm_fingerprint_text (digest, texts[i]);
  return digest;
}

static PmFingerprint
digest_service (const PmService *s)
{
  const char *const texts[] = {s->host, s->root, s->project_id, s->name,
                               s->bind, s->type, s->pinned,     s->origin};
  guint64 bits = (guint64) s->internal_port << 48 | (guint64) s->external_port << 32 |
                 (guint64) s->transport << 16 | (guint64) s->live << 8 |
                 (pm_service_is_kept (s) ? 2u : 0u) | (pm_ownership_is_mapping (s) ? 1u : 0u);
  return pm_fingerprint_integer (mix_texts (1, texts, G_N_ELEMENTS (texts)), bits);
}

static PmFingerprint
digest_socket (const PmSocket *socket)
{
  return pm_fingerprint_integer (2, (guint64) socket->pid << 1 | (socket->is_v6_only ? 1u : 0u));
}

/* Whose it is. What is said of the rows with the port that the digest is of is mixed by itself. */
static PmFingerprint
digest_claimant (const Search *search, const PmClaim *claim, guint16 port)
{
  if (claim->service < 0)
    return digest_socket (&g_array_index (search->snapshot->sockets, PmSocket, claim->socket));
  guint row = (guint) claim->service;
  const PmService *s = pm_ways_out_service (search, row);
  if (s->external_port == port && pm_ways_out_is_of_interest (search, row))
    return pm_fingerprint_integer (3, search->places[row]);
  return (search->memo->blind & PM_WAYS_OUT_RANGES) != 0 ? 4 : digest_service (s);
}

static PmFingerprint
digest_claim (const Search *search, const PmClaim *claim, guint16 port)
{
  const char *const texts[] = {claim->host, claim->bind, claim->file, claim->variant,
                               claim->profiles};
  PmFingerprint digest =
      mix_texts (digest_claimant (search, claim, port), texts, G_N_ELEMENTS (texts));
  gboolean is_built =
      g_hash_table_contains (search->collisions->built, GUINT_TO_POINTER (claim->name));
  guint flags = (claim->is_mapping ? 1u : 0u) | (claim->is_crowded ? 2u : 0u) |
                (claim->is_default ? 4u : 0u) | (is_built ? 8u : 0u) |
                (claim->in_cluster ? 16u : 0u);
  digest =
      pm_fingerprint_integer (digest, (guint64) claim->first << 48 | (guint64) claim->last << 32 |
                                          (guint64) claim->transport << 8 | flags);
  digest = pm_fingerprint_integer (digest, (guint64) claim->line << 32 | claim->replicas);
  return pm_fingerprint_real (digest, claim->confidence);
}

static void
mix (Search *search, guint slot, PmWaysOutPart part, guint64 digest)
{
  if ((search->memo->blind & part) == 0)
    search->digests[slot] = pm_fingerprint_integer (search->digests[slot], digest);
}

/* All that cover the port; those that begin there and collide with nobody as well. */
static void
mix_group (guint16 port, const GArray *group, guint n_old, gpointer data)
{
  Search *search = data;
  guint slot = pm_ways_out_slot (search, port);
  mix (search, slot, PM_WAYS_OUT_CLAIMS, n_old);
  for (guint i = 0; i < group->len; i++)
    mix (search, slot, PM_WAYS_OUT_CLAIMS,
         digest_claim (search,
                       pm_collisions_claim (search->collisions, g_array_index (group, guint, i)),
                       port));
}

static void
mix_lone_claims (Search *search)
{
  for (guint i = 0; i < search->collisions->claims->len; i++) {
    const PmClaim *claim = pm_collisions_claim (search->collisions, i);
    if (pm_port_set_has (&search->contested, claim->first))
      mix (search, pm_ways_out_slot (search, claim->first), PM_WAYS_OUT_CLAIMS,
           (guint64) claim->transport << 32 | claim->last);
  }
}

static void
mix_rows (Search *search)
{
  for (guint i = 0; i < search->snapshot->services->len; i++)
    if (pm_ways_out_is_of_interest (search, i)) {
      const PmService *s = pm_ways_out_service (search, i);
      guint64 is_second = pm_collisions_is_in_worktree (search->collisions, s) ? 1 : 0;
      mix (search, pm_ways_out_slot (search, s->external_port), PM_WAYS_OUT_SERVICES,
           pm_fingerprint_integer (digest_service (s), is_second));
    }
}

static guint64
digest_of_finding (const Search *search, const PmBrief *briefs, guint index)
{
  return briefs[index].digest != 0
             ? briefs[index].digest
             : pm_brief_digest (&g_array_index (search->snapshot->findings, PmFinding, index));
}

/* Two files that have become one, by a link: their services move together from then on. */
static void
mix_place (Search *search, const PmAliases *aliases, const PmFinding *finding)
{
  if (pm_aliases_are_none (aliases))
    return;
  g_autofree char *place = pm_aliases_place (aliases, finding);
  mix (search, pm_ways_out_slot (search, finding->port), PM_WAYS_OUT_FINDINGS,
       pm_fingerprint_text (PM_FINGERPRINT_START, place));
}

static void
mix_findings (Search *search, const PmBrief *briefs)
{
  const guint needed = PM_BRIEF_OWN | PM_BRIEF_SURE;
  g_autoptr (PmAliases) aliases = pm_aliases_new (search->snapshot);
  for (guint i = 0; i < search->snapshot->findings->len; i++)
    if ((briefs[i].flags & needed) == needed &&
        pm_port_set_has (&search->contested, briefs[i].port)) {
      mix (search, pm_ways_out_slot (search, briefs[i].port), PM_WAYS_OUT_FINDINGS,
           digest_of_finding (search, briefs, i));
      mix_place (search, aliases, &g_array_index (search->snapshot->findings, PmFinding, i));
    }
}

static void
mix_edges (Search *search, const PmBrief *briefs)
{
  for (guint i = 0; i < search->snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (search->snapshot->edges, PmEdge, i);
    if (edge->to_service < 0 || edge->finding >= search->snapshot->findings->len ||
        !pm_ways_out_is_of_interest (search, (guint) edge->to_service) ||
        pm_ways_out_service (search, (guint) edge->to_service)->external_port !=
            briefs[edge->finding].port)
      continue;
    guint slot = pm_ways_out_slot (search, briefs[edge->finding].port);
    mix (search, slot, PM_WAYS_OUT_EDGES, search->places[edge->to_service]);
    mix (search, slot, PM_WAYS_OUT_EDGES, digest_of_finding (search, briefs, edge->finding));
  }
}

void
pm_ways_out_digest (PmWaysOut *search)
{
  g_autoptr (GArray) own = NULL;
  const PmBrief *briefs = pm_briefs_of (search->snapshot, &own);
  search->digests = g_new0 (PmFingerprint, search->ports->len + 1);
  pm_collisions_sweep (search->collisions, mix_group, search);
  mix_lone_claims (search);
  mix_rows (search);
  mix_findings (search, briefs);
  mix_edges (search, briefs);
}

PmFingerprint
pm_ways_out_digest_pools (const PmPools *pools)
{
  PmFingerprint digest = 1;
  for (guint i = 0; i < pm_pools_count (pools); i++) {
    const PmPool *pool = pm_pools_at (pools, i);
    digest = pm_fingerprint_text (digest, pool->type);
    for (guint k = 0; k < pool->n_ranges; k++)
      digest = pm_fingerprint_integer (digest, (guint64) pool->ranges[k].first << 16 |
                                                   pool->ranges[k].last);
  }
  return digest;
}
