/* DESIGN
 * Who moves is a matter of each port by itself (movers.h). So the memo keeps for each contested
 * port a digest of all that decides it, and who moved: rows by their place among the rows of that
 * port, since their indices change with any service. Ports whose digest is another one are looked
 * at again, the others not. Where to is one assignment of all who move; it is the same again for
 * the same movers, as long as the ports that it looked at are taken or free as they were.
 *
 * Without a memo everything is looked at in the same way, so the two agree. Where the search for
 * who moves ran out of steps, its answer depends on how far it got: then nothing is kept. */

#include "allocation/ways-out-internal.h"

#include <string.h>

#include "allocation/movers.h"
#include "allocation/new-ports.h"

/* --- the memo --- */

static void
free_port (gpointer data)
{
  PmKeptPort *port = data;
  g_array_unref (port->rows);
  g_free (port);
}

PmConflictMemo *
pm_conflict_memo_new_blind (guint parts)
{
  PmConflictMemo *memo = g_new0 (PmConflictMemo, 1);
  memo->blind = parts;
  for (guint i = 0; i < G_N_ELEMENTS (memo->kept); i++) {
    memo->kept[i].ports = g_hash_table_new_full (NULL, NULL, NULL, free_port);
    memo->kept[i].seekers = g_array_new (FALSE, FALSE, sizeof (PmKeptSeeker));
    memo->kept[i].answers = g_array_new (FALSE, TRUE, sizeof (guint16));
  }
  return memo;
}

PmConflictMemo *
pm_conflict_memo_new (void)
{
  return pm_conflict_memo_new_blind (0);
}

void
pm_conflict_memo_free (PmConflictMemo *memo)
{
  if (memo == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (memo->kept); i++) {
    g_hash_table_unref (memo->kept[i].ports);
    g_array_unref (memo->kept[i].seekers);
    g_array_unref (memo->kept[i].answers);
  }
  g_free (memo);
}

static void
forget (PmKeptWays *kept)
{
  g_hash_table_remove_all (kept->ports);
  kept->is_answered = FALSE;
}

/* --- what is looked at --- */

typedef PmWaysOut Search;

/* One who moves. */
typedef struct {
  guint first;  /* the row that says where it stands among all */
  GArray *rows; /* guint */
} Mover;

static void
clear_mover (gpointer mover)
{
  g_array_unref (((Mover *) mover)->rows);
}

static void
unref_array (gpointer array)
{
  g_array_unref (array);
}

static void
note_contested (guint16 port, const GArray *group, guint n_old, gpointer data)
{
  Search *search = data;
  (void) group;
  (void) n_old;
  if (search->slots[port] != 0)
    return;
  pm_port_set_add (&search->contested, port);
  g_array_append_val (search->ports, port);
  search->slots[port] = search->ports->len;
  g_ptr_array_add (search->rows, g_array_new (FALSE, FALSE, sizeof (guint)));
}

static void
find_rows (Search *search)
{
  for (guint i = 0; i < search->snapshot->services->len; i++)
    if (pm_ways_out_is_of_interest (search, i)) {
      guint slot = pm_ways_out_slot (search, pm_ways_out_service (search, i)->external_port);
      search->places[i] = ((GArray *) search->rows->pdata[slot])->len;
      g_array_append_val ((GArray *) search->rows->pdata[slot], i);
    }
}

/* --- who moves --- */

static const PmKeptPort *
kept_port (const Search *search, guint slot)
{
  if (search->kept == NULL)
    return NULL;
  const PmKeptPort *port = g_hash_table_lookup (
      search->kept->ports, GUINT_TO_POINTER (g_array_index (search->ports, guint16, slot)));
  return port != NULL && port->digest == search->digests[slot] ? port : NULL;
}

/* The ports that have to be looked at; FALSE: none. */
static gboolean
find_stale (const Search *search, PmPortSet *ret_stale, gboolean *ret_all)
{
  guint n = 0;
  for (guint slot = 0; slot < search->ports->len; slot++)
    if (kept_port (search, slot) == NULL) {
      pm_port_set_add (ret_stale, g_array_index (search->ports, guint16, slot));
      n++;
    }
  *ret_all = n == search->ports->len;
  return n > 0;
}

static void
recall (Search *search)
{
  for (guint slot = 0; slot < search->ports->len; slot++) {
    const PmKeptPort *port = kept_port (search, slot);
    const GArray *rows = search->rows->pdata[slot];
    for (guint at = 0; port != NULL && at < port->rows->len;) {
      guint n = g_array_index (port->rows, guint, at++);
      guint place = g_array_index (port->rows, guint, at++);
      Mover mover = {g_array_index (rows, guint, place),
                     g_array_new (FALSE, FALSE, sizeof (guint))};
      for (; n > 0; n--, at++) {
        place = g_array_index (port->rows, guint, at);
        g_array_append_val (mover.rows, g_array_index (rows, guint, place));
      }
      g_array_append_val (search->movers, mover);
    }
  }
}

static void
keep_mover (const Search *search, const Mover *mover)
{
  guint16 number = pm_ways_out_service (search, mover->first)->external_port;
  PmKeptPort *port = g_hash_table_lookup (search->kept->ports, GUINT_TO_POINTER (number));
  guint head[] = {mover->rows->len, search->places[mover->first]};
  g_array_append_vals (port->rows, head, G_N_ELEMENTS (head));
  for (guint i = 0; i < mover->rows->len; i++)
    g_array_append_val (port->rows, search->places[g_array_index (mover->rows, guint, i)]);
}

/* Empty entries for the ports that are looked at, since on most of them nobody moves. */
static void
begin_to_keep (const Search *search, const PmPortSet *stale)
{
  for (guint slot = 0; slot < search->ports->len; slot++) {
    guint number = g_array_index (search->ports, guint16, slot);
    if (!pm_port_set_has (stale, (guint16) number))
      continue;
    PmKeptPort *port = g_new0 (PmKeptPort, 1);
    port->digest = search->digests[slot];
    port->rows = g_array_new (FALSE, FALSE, sizeof (guint));
    g_hash_table_replace (search->kept->ports, GUINT_TO_POINTER (number), port);
  }
}

/* FALSE: the steps did not last. Adds to the movers those on the ports of the set. */
static gboolean
look (Search *search, const PmPortSet *stale)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_auto (PmMovers) graph = {0};
  pm_movers_find (&graph, search->collisions, &search->rules, stale, arena);
  g_autofree gboolean *chosen = g_new0 (gboolean, graph.movers->len + 1);
  gboolean is_exact = pm_movers_choose (&graph, chosen) == 0;
  for (guint i = 0; i < graph.movers->len; i++) {
    if (!chosen[i])
      continue;
    Mover mover = {pm_movers_row (&graph, search->collisions, i),
                   g_array_ref (pm_movers_at (&graph, i)->services)};
    g_array_append_val (search->movers, mover);
  }
  return is_exact;
}

static gint
compare_movers (gconstpointer a, gconstpointer b, gpointer data)
{
  return pm_movers_compare_rows (data, ((const Mover *) a)->first, ((const Mover *) b)->first);
}

static void
find_movers (Search *search)
{
  PmPortSet stale = {0};
  gboolean is_all, is_any = find_stale (search, &stale, &is_all);
  gboolean is_exact = !is_any || look (search, &stale);
  guint n_new = search->movers->len;
  if (!is_exact && !is_all) { /* how far it gets depends on the others as well */
    g_array_set_size (search->movers, 0);
    look (search, NULL);
  } else {
    recall (search);
  }
  if (search->kept != NULL && !is_exact) {
    forget (search->kept);
  } else if (search->kept != NULL && is_any) {
    begin_to_keep (search, &stale);
    for (guint i = 0; i < n_new; i++)
      keep_mover (search, &g_array_index (search->movers, Mover, i));
  }
  g_array_sort_with_data (search->movers, compare_movers, (gpointer) search->snapshot);
}

/* --- where to --- */

static guint
number_of_pool (const PmPools *pools, const PmPool *pool)
{
  guint number = 0;
  while (pm_pools_at (pools, number) != pool)
    number++;
  return number;
}

static gboolean
is_as_answered (const Search *search, const GArray *seekers, const PmPortSet *taken)
{
  const PmKeptWays *kept = search->kept;
  if (kept == NULL || !kept->is_answered || kept->seekers->len != seekers->len)
    return FALSE;
  for (guint i = 0; i < seekers->len; i++) {
    const PmPortSeeker *now = &g_array_index (seekers, PmPortSeeker, i);
    const PmKeptSeeker *then = &g_array_index (kept->seekers, PmKeptSeeker, i);
    if (now->from != then->from || number_of_pool (search->rules.pools, now->pool) != then->pool)
      return FALSE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (taken->bits); i++)
    if (((taken->bits[i] ^ kept->taken.bits[i]) & kept->looked.bits[i]) != 0)
      return (search->memo->blind & PM_WAYS_OUT_TAKEN) != 0;
  return TRUE;
}

static void
keep_answers (const Search *search, const GArray *seekers, const PmPortSet *taken,
              const guint16 *answers)
{
  PmKeptWays *kept = search->kept;
  g_array_set_size (kept->seekers, 0);
  g_array_set_size (kept->answers, 0);
  for (guint i = 0; i < seekers->len; i++) {
    const PmPortSeeker *one = &g_array_index (seekers, PmPortSeeker, i);
    PmKeptSeeker seeker = {one->from, number_of_pool (search->rules.pools, one->pool)};
    g_array_append_val (kept->seekers, seeker);
  }
  g_array_append_vals (kept->answers, answers, seekers->len);
  kept->taken = *taken;
  kept->is_answered = TRUE;
}

static const guint16 *
find_ports (Search *search, const GArray *seekers, guint16 *own)
{
  g_autofree PmPortSet *taken = g_memdup2 (search->busy, sizeof *search->busy);
  for (gsize i = 0; search->rules.taken != NULL && i < G_N_ELEMENTS (taken->bits); i++)
    taken->bits[i] |= search->rules.taken->bits[i];
  if (is_as_answered (search, seekers, taken))
    return (const guint16 *) (void *) search->kept->answers->data;
  PmPortSet *looked = search->kept == NULL ? NULL : &search->kept->looked;
  if (looked != NULL)
    memset (looked, 0, sizeof *looked);
  pm_new_ports_find ((const PmPortSeeker *) (void *) seekers->data, seekers->len, taken, own,
                     looked, NULL, NULL);
  if (search->kept != NULL)
    keep_answers (search, seekers, taken, own);
  return own;
}

static GArray *
ways_of (Search *search)
{
  GArray *ways = g_array_new (FALSE, FALSE, sizeof (PmWayOut));
  g_autoptr (GArray) seekers = g_array_new (FALSE, FALSE, sizeof (PmPortSeeker));
  for (guint i = 0; i < search->movers->len; i++) {
    const GArray *rows = g_array_index (search->movers, Mover, i).rows;
    const PmService *first = pm_ways_out_service (search, g_array_index (rows, guint, 0));
    PmPortSeeker seeker = {first->external_port, pm_pools_for (search->rules.pools, first)};
    g_array_append_val (seekers, seeker);
  }
  g_autofree guint16 *own = g_new0 (guint16, seekers->len + 1);
  const guint16 *ports = find_ports (search, seekers, own);
  for (guint i = 0; i < search->movers->len; i++) {
    const GArray *rows = g_array_index (search->movers, Mover, i).rows;
    for (guint k = 0; ports[i] != 0 && k < rows->len; k++) {
      guint row = g_array_index (rows, guint, k);
      PmWayOut way = {row, pm_ways_out_service (search, row)->external_port, ports[i]};
      g_array_append_val (ways, way);
    }
  }
  return ways;
}

/* --- the whole --- */

static void
prepare_memo (Search *search)
{
  PmConflictMemo *memo = search->memo;
  PmFingerprint pools = pm_ways_out_digest_pools (search->rules.pools);
  if (memo->pools != pools && (memo->blind & PM_WAYS_OUT_POOLS) == 0)
    for (guint i = 0; i < G_N_ELEMENTS (memo->kept); i++)
      forget (&memo->kept[i]);
  memo->pools = pools;
  pm_ways_out_digest (search);
}

static gboolean
is_contested_no_more (gpointer port, gpointer kept, gpointer data)
{
  (void) kept;
  return !pm_port_set_has (&((const Search *) data)->contested, (guint16) GPOINTER_TO_UINT (port));
}

PmWaysOut *
pm_ways_out_new (const PmCollisions *collisions, const PmPools *pools, PmConflictMemo *memo)
{
  Search *search = g_new0 (Search, 1);
  search->collisions = collisions;
  search->snapshot = collisions->snapshot;
  search->defaults = pools == NULL ? pm_pools_new () : NULL;
  search->rules.pools = pools == NULL ? search->defaults : pools;
  search->memo = memo;
  search->busy = pm_new_ports_taken (collisions->snapshot, NULL);
  search->slots = g_new0 (guint, G_MAXUINT16 + 1);
  search->places = g_new0 (guint, collisions->snapshot->services->len + 1);
  search->ports = g_array_new (FALSE, FALSE, sizeof (guint16));
  search->movers = g_array_new (FALSE, FALSE, sizeof (Mover));
  search->rows = g_ptr_array_new_with_free_func (unref_array);
  g_array_set_clear_func (search->movers, clear_mover);
  pm_collisions_sweep (collisions, note_contested, search);
  find_rows (search);
  if (memo != NULL)
    prepare_memo (search);
  return search;
}

void
pm_ways_out_free (PmWaysOut *search)
{
  if (search == NULL)
    return;
  g_clear_pointer (&search->defaults, pm_pools_free);
  g_free (search->busy);
  g_free (search->slots);
  g_free (search->places);
  g_free (search->digests);
  g_array_unref (search->ports);
  g_array_unref (search->movers);
  g_ptr_array_unref (search->rows);
  g_free (search);
}

GArray *
pm_ways_out_find (PmWaysOut *search, const PmPortSet *taken, gboolean notes)
{
  search->rules.taken = taken;
  search->rules.with_notes = notes;
  search->kept = search->memo == NULL ? NULL : &search->memo->kept[notes ? 1 : 0];
  g_array_set_size (search->movers, 0);
  find_movers (search);
  GArray *ways = ways_of (search);
  if (search->kept != NULL)
    g_hash_table_foreach_remove (search->kept->ports, is_contested_no_more, search);
  return ways;
}
