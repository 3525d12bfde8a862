/* DESIGN
 * Each seeker is offered free ports by four walks from his old one: up and down, in his pool and
 * outside of it, merged by cost. A walk has looked at all ports of its kind from the old one up to
 * the one that it offers next: these are what the answer depends on. assignment.c asks for no more
 * offers than it needs. */

#include "allocation/new-ports.h"

#include "allocation/assignment.h"
#include "allocation/taken-ports.h"

#define FIRST_UNPRIVILEGED 1024
#define LOT 512
#define MOST_DISTANCE 2000
#define OUTSIDE_POOL 1000
#define FINE_BITS 18 /* of a port's cost: the true distance, and below the old number or above */

PmPortSet *
pm_new_ports_taken (const PmSnapshot *snapshot, const PmPortSet *more)
{
  PmPortSet *taken = g_new0 (PmPortSet, 1);
  if (more != NULL)
    *taken = *more;
  pm_port_set_add_declared (taken, snapshot);
  pm_port_set_add_referred (taken, snapshot);
  pm_port_set_add_blocked_by_browsers (taken);
  pm_port_set_add_range (taken, 0, FIRST_UNPRIVILEGED - 1);
  for (guint i = 0; i < snapshot->sockets->len; i++)
    pm_port_set_add (taken, g_array_index (snapshot->sockets, PmSocket, i).port);
  return taken;
}

/* What had a well-known number is not looked for in its neighbourhood. */
static gint64
cost_of_port (const PmPool *pool, guint16 from, guint port)
{
  gint64 distance = port > from ? port - from : 2 * (gint64) (from - port);
  gint64 cost = from < FIRST_UNPRIVILEGED ? MOST_DISTANCE : MIN (distance, MOST_DISTANCE);
  cost += pm_pool_has (pool, (guint16) port) ? 0 : OUTSIDE_POOL;
  return (cost << FINE_BITS) + (distance << 1) + (port < from);
}

gint64
pm_new_port_distance (const PmPool *pool, guint16 from, guint16 to)
{
  return cost_of_port (pool, from, to) >> FINE_BITS;
}

/* --- offers --- */

/* Of a pool: its ports and all others, and what is free of them as long as `taken` stays. */
typedef struct {
  const PmPool *pool;
  PmPortSet inside, outside;
  PmPortSet free_inside, free_outside;
} Ports;

typedef struct {
  PmPortSet taken;
  GPtrArray *ports;  /* of Ports */
  PmPortSet *looked; /* NULL: nobody asks */
} Work;

static const Ports *
ports_of (Work *work, const PmPool *pool)
{
  for (guint i = 0; i < work->ports->len; i++) {
    const Ports *known = g_ptr_array_index (work->ports, i);
    if (known->pool == pool)
      return known;
  }
  Ports *made = g_new0 (Ports, 1);
  made->pool = pool;
  for (guint i = 0; i < pool->n_ranges; i++)
    pm_port_set_add_range (&made->inside, pool->ranges[i].first, pool->ranges[i].last);
  for (gsize i = 0; i < G_N_ELEMENTS (made->inside.bits); i++) {
    made->outside.bits[i] = ~made->inside.bits[i];
    made->free_inside.bits[i] = made->inside.bits[i] & ~work->taken.bits[i];
    made->free_outside.bits[i] = made->outside.bits[i] & ~work->taken.bits[i];
  }
  g_ptr_array_add (work->ports, made);
  return made;
}

/* Free ports from the old one outwards, on one side of it, in the pool or outside of it: the
 * cheapest comes first. */
typedef struct {
  const PmPortSet *ports, *kind; /* what is free of its kind, and all of its kind */
  gint side;                     /* 1 above, -1 below */
  guint16 at;                    /* the one that is offered; 0: no more */
} Walk;

static void
step (Walk *walk)
{
  walk->at = walk->side > 0 ? pm_port_set_next (walk->ports, walk->at)
                            : pm_port_set_previous (walk->ports, walk->at);
}

/* What one seeker is offered: the four walks, merged. */
typedef struct {
  PmPortSeeker seeker;
  Walk walks[4];
} Offers;

static void
offers_init (Offers *offers, Work *work, const PmPortSeeker *seeker)
{
  const Ports *ports = ports_of (work, seeker->pool);
  offers->seeker = *seeker;
  for (guint i = 0; i < 4; i++) {
    const PmPortSet *free_ports = i < 2 ? &ports->free_inside : &ports->free_outside;
    const PmPortSet *kind = i < 2 ? &ports->inside : &ports->outside;
    offers->walks[i] = (Walk){free_ports, kind, i % 2 == 0 ? 1 : -1, seeker->from};
    step (&offers->walks[i]);
  }
}

static gboolean
next_offer (guint who, PmOffer *ret_offer, gpointer data)
{
  Offers *offers = &((Offers *) data)[who];
  Walk *best = NULL;
  ret_offer->cost = G_MAXINT64;
  for (guint i = 0; i < 4; i++) {
    Walk *walk = &offers->walks[i];
    gint64 cost = walk->at == 0 ? G_MAXINT64
                                : cost_of_port (offers->seeker.pool, offers->seeker.from, walk->at);
    if (cost < ret_offer->cost) {
      best = walk;
      *ret_offer = (PmOffer){cost, walk->at};
    }
  }
  if (best != NULL)
    step (best);
  return best != NULL;
}

/* From the old port to the one that is offered next, or to the end of all ports. */
static void
add_looked (PmPortSet *looked, guint16 from, const Walk *walk)
{
  guint first = walk->side > 0 ? (guint) from + 1 : walk->at;
  guint last = walk->side < 0 ? (guint) from : walk->at != 0 ? walk->at : G_MAXUINT16;
  for (guint word = first >> 6; first <= last && word <= last >> 6; word++) {
    guint64 bits = walk->kind->bits[word];
    bits &= word == first >> 6 ? G_MAXUINT64 << (first & 63) : G_MAXUINT64;
    bits &= word == last >> 6 ? G_MAXUINT64 >> (63 - (last & 63)) : G_MAXUINT64;
    looked->bits[word] |= bits;
  }
}

static void
note_looked (Work *work, const Offers *offers)
{
  for (guint i = 0; work->looked != NULL && i < 4; i++)
    add_looked (work->looked, offers->seeker.from, &offers->walks[i]);
}

/* --- all of them --- */

/* What everybody would pay who were alone. */
static gint64
least_sum (Work *work, const PmPortSeeker *seekers, guint n)
{
  gint64 sum = 0;
  for (guint i = 0; i < n; i++) {
    Offers offers;
    PmOffer first;
    offers_init (&offers, work, &seekers[i]);
    sum += next_offer (0, &first, &offers) ? first.cost : 0;
    note_looked (work, &offers);
  }
  return sum;
}

/* One lot: exact among the ports that the lots before left. */
static gint64
assign_lot (Work *work, const PmPortSeeker *seekers, guint n, guint16 *ret_ports)
{
  g_autofree Offers *offers = g_new (Offers, n + 1);
  for (guint i = 0; i < n; i++)
    offers_init (&offers[i], work, &seekers[i]);
  gint64 sum = pm_assignment_find (n, next_offer, offers, ret_ports);
  for (guint i = 0; i < n; i++)
    note_looked (work, &offers[i]);
  for (guint i = 0; i < n; i++)
    if (ret_ports[i] != 0)
      pm_port_set_add (&work->taken, ret_ports[i]);
  g_ptr_array_set_size (work->ports, 0);
  return sum;
}

void
pm_new_ports_find (const PmPortSeeker *seekers, guint n, const PmPortSet *taken, guint16 *ret_ports,
                   PmPortSet *ret_looked, gint64 *ret_distance, gint64 *ret_bound)
{
  g_autoptr (GPtrArray) ports = g_ptr_array_new_with_free_func (g_free);
  Work work = {.taken = *taken, .ports = ports, .looked = ret_looked};
  gint64 sum = 0, least = n <= LOT ? 0 : least_sum (&work, seekers, n);
  for (guint first = 0; first < n; first += LOT)
    sum += assign_lot (&work, seekers + first, MIN (LOT, n - first), ret_ports + first);
  if (ret_distance != NULL)
    *ret_distance = sum >> FINE_BITS;
  if (ret_bound != NULL)
    *ret_bound = n <= LOT ? 0 : (sum - least) >> FINE_BITS;
}
