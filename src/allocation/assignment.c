/* DESIGN
 * One after the other everybody is added by the cheapest chain of exchanges: he takes a port, whose
 * holder takes another one, until somebody takes one that is free. The chain is a shortest path
 * over reduced costs, which potentials keep from being negative (Dijkstra with a binary heap).
 * Prices are never positive, so an offer leads at least as far as its cost says: behind the nearest
 * free port that is known, dearer offers need not be looked at, nor asked for. */

#include "allocation/assignment.h"

#include <string.h>

#define PORTS 65536
#define NOBODY (-1)

typedef struct {
  gint64 distance;
  guint port;
} Entry;

typedef struct {
  guint n;
  PmNextOffer next;
  gpointer data;
  GArray **offers;      /* PmOffer: those of each that were asked for so far */
  gint64 *worth;        /* potential of each who is assigned */
  gint64 price[PORTS];  /* potential of each port; not positive */
  gint32 holder[PORTS]; /* NOBODY: free */
  gint64 distance[PORTS];
  gint32 from[PORTS];                   /* who would take it */
  guint reached[PORTS], settled[PORTS]; /* in which round */
  guint round;
  gint64 limit; /* distance of the nearest free port that was reached in this round */
  GArray *heap; /* Entry */
  GArray *path; /* guint: ports settled in this round */
} Solver;

/* --- a binary heap --- */

static gboolean
is_before (const Entry *a, const Entry *b)
{
  return a->distance != b->distance ? a->distance < b->distance : a->port < b->port;
}

static void
push (GArray *heap, Entry entry)
{
  g_array_append_val (heap, entry);
  Entry *entries = (Entry *) (void *) heap->data;
  guint at = heap->len - 1;
  while (at > 0 && is_before (&entry, &entries[(at - 1) / 2])) {
    entries[at] = entries[(at - 1) / 2];
    at = (at - 1) / 2;
  }
  entries[at] = entry;
}

static Entry
pop (GArray *heap)
{
  Entry *entries = (Entry *) (void *) heap->data;
  Entry top = entries[0], last = entries[heap->len - 1];
  g_array_set_size (heap, heap->len - 1);
  guint at = 0, child;
  while ((child = 2 * at + 1) < heap->len) {
    if (child + 1 < heap->len && is_before (&entries[child + 1], &entries[child]))
      child++;
    if (!is_before (&entries[child], &last))
      break;
    entries[at] = entries[child];
    at = child;
  }
  if (heap->len > 0)
    entries[at] = last;
  return top;
}

/* --- one more --- */

/* The index-th offer; NULL: there is none. */
static const PmOffer *
offer_at (Solver *s, gint32 who, guint index)
{
  GArray *offers = s->offers[who];
  PmOffer offer;
  if (index == offers->len && index < s->n && s->next ((guint) who, &offer, s->data))
    g_array_append_val (offers, offer);
  return index < offers->len ? &g_array_index (offers, PmOffer, index) : NULL;
}

static void
relax (Solver *s, gint32 who, gint64 so_far)
{
  const PmOffer *offer;
  for (guint i = 0; (offer = offer_at (s, who, i)) != NULL; i++) {
    guint port = offer->port;
    if (so_far + offer->cost - s->worth[who] >= s->limit)
      return;
    if (s->settled[port] == s->round)
      continue;
    gint64 distance = so_far + offer->cost - s->worth[who] - s->price[port];
    if (s->reached[port] == s->round && s->distance[port] <= distance)
      continue;
    s->reached[port] = s->round;
    s->distance[port] = distance;
    s->from[port] = who;
    if (s->holder[port] == NOBODY)
      s->limit = MIN (s->limit, distance);
    push (s->heap, (Entry){distance, port});
  }
}

/* The nearest free port, or 0. */
static guint
search (Solver *s, gint32 who)
{
  s->round++;
  s->limit = G_MAXINT64;
  g_array_set_size (s->heap, 0);
  g_array_set_size (s->path, 0);
  relax (s, who, 0);
  while (s->heap->len > 0) {
    Entry next = pop (s->heap);
    if (s->settled[next.port] == s->round)
      continue;
    s->settled[next.port] = s->round;
    if (s->holder[next.port] == NOBODY)
      return next.port;
    g_array_append_val (s->path, next.port);
    relax (s, s->holder[next.port], next.distance);
  }
  return 0;
}

static void
raise_potentials (Solver *s, gint32 who, gint64 length)
{
  s->worth[who] += length;
  for (guint i = 0; i < s->path->len; i++) {
    guint port = g_array_index (s->path, guint, i);
    s->worth[s->holder[port]] += length - s->distance[port];
    s->price[port] -= length - s->distance[port];
  }
}

static void
exchange (Solver *s, gint32 who, guint port, guint16 *ports)
{
  for (;;) {
    gint32 taker = s->from[port];
    guint left = ports[taker];
    s->holder[port] = taker;
    ports[taker] = (guint16) port;
    if (taker == who)
      return;
    port = left;
  }
}

/* So that no reduced cost of his is negative. */
static void
start_worth (Solver *s, gint32 who)
{
  const PmOffer *offer;
  gint64 least = G_MAXINT64;
  for (guint i = 0; (offer = offer_at (s, who, i)) != NULL && offer->cost < least; i++)
    least = MIN (least, offer->cost - s->price[offer->port]);
  s->worth[who] = least == G_MAXINT64 ? 0 : least;
}

static gint64
cost_of (const Solver *s, guint who, guint16 port)
{
  const GArray *offers = s->offers[who];
  for (guint i = 0; port != 0 && i < offers->len; i++)
    if (g_array_index (offers, PmOffer, i).port == port)
      return g_array_index (offers, PmOffer, i).cost;
  return 0;
}

gint64
pm_assignment_find (guint n, PmNextOffer next, gpointer data, guint16 *ret_ports)
{
  g_autofree Solver *s = g_new0 (Solver, 1);
  g_autofree gint64 *worth = g_new0 (gint64, n + 1);
  g_autoptr (GArray) heap = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_autoptr (GArray) path = g_array_new (FALSE, FALSE, sizeof (guint));
  s->n = n;
  s->next = next;
  s->data = data;
  s->offers = g_new (GArray *, n + 1);
  s->worth = worth;
  s->heap = heap;
  s->path = path;
  for (guint i = 0; i < PORTS; i++)
    s->holder[i] = NOBODY;
  for (guint i = 0; i < n; i++) {
    ret_ports[i] = 0;
    s->offers[i] = g_array_new (FALSE, FALSE, sizeof (PmOffer));
    start_worth (s, (gint32) i);
    guint port = search (s, (gint32) i);
    if (port == 0)
      continue;
    raise_potentials (s, (gint32) i, s->distance[port]);
    exchange (s, (gint32) i, port, ret_ports);
  }
  gint64 sum = 0;
  for (guint i = 0; i < n; i++) {
    sum += cost_of (s, i, ret_ports[i]);
    g_array_unref (s->offers[i]);
  }
  g_free (s->offers);
  return sum;
}
