/* Conflicts found again and again while little changes: a memo says what is found without one. Its
 * controls are memos that do not see a part of what the answer is made of: each has to be caught.
 */

#include <string.h>

#include "allocation-test.h"
#include "allocation/ownership.h"
#include "allocation/ways-out.h"

#define STEPS 600
#define MOST_SEEDS 12
#define SEEDS 4 /* but all of them with -m slow */
#define MOST_ROWS 12
#define FIRST_PORT 8500
#define N_PORTS 4

typedef struct {
  gboolean is_there, is_published;
  Published published;
  double confidence;
  const char *pinned;
  guint n_more;  /* further places that say its port */
  guint n_edges; /* others that point at it */
  guint16 wide;  /* how many ports a published one covers besides */
} Row;

typedef struct {
  GRand *rand;
  Row rows[MOST_ROWS];
  guint16 socket; /* 0: none */
  PmPools *pools;
  PmPortSet taken;
} World;

static guint
below (World *world, guint n)
{
  return (guint) g_rand_int_range (world->rand, 0, (gint32) n);
}

static void
change_row (World *world, Row *row, guint number)
{
  static const char *const names[MOST_ROWS] = {"s0", "s1", "s2", "s3", "s4",  "s5",
                                               "s6", "s7", "s8", "s9", "s10", "s11"};
  static const char *const projects[] = {"a", "b", "c"};
  static const char *const files[] = {"one.yml", "two.yml", "sub/one.yml"};
  row->published.service = names[number];
  switch (below (world, 12)) {
  case 0:
    row->is_there = !row->is_there;
    break;
  case 1:
    row->published.port = (guint16) (FIRST_PORT + below (world, N_PORTS));
    break;
  case 2:
    row->published.project = projects[below (world, G_N_ELEMENTS (projects))];
    break;
  case 3:
    row->published.variant = below (world, 3) == 0 ? "production" : "";
    break;
  case 4:
    row->pinned = below (world, 3) == 0 ? "pinned" : "";
    break;
  case 5:
    row->confidence = below (world, 2) == 0 ? 0.6 : 0.9;
    break;
  case 6:
  case 7:
  case 8:
    row->n_more = below (world, 4);
    break;
  case 9:
    row->n_edges = below (world, 4);
    break;
  case 10:
    row->wide = (guint16) (below (world, 3) == 0 ? below (world, N_PORTS) : 0);
    break;
  default:
    row->published.file = files[below (world, G_N_ELEMENTS (files))];
    row->is_published = below (world, 2) == 0;
  }
}

static void
change_pools (World *world)
{
  guint16 first = (guint16) (FIRST_PORT - 100 * below (world, 3));
  PmPortRange range = {first, (guint16) (first + 300)};
  pm_pools_set (world->pools, PM_POOL_OTHER, &range, 1);
}

static void
change (World *world)
{
  guint what = below (world, 12);
  guint16 port = (guint16) (FIRST_PORT + below (world, 24));
  if (what == 0)
    change_pools (world);
  else if (what <= 2 && pm_port_set_has (&world->taken, port))
    world->taken.bits[port >> 6] &= ~((guint64) 1 << (port & 63));
  else if (what <= 2)
    pm_port_set_add (&world->taken, port);
  else if (what == 3)
    world->socket = below (world, 2) == 0 ? 0 : (guint16) (FIRST_PORT + below (world, N_PORTS));
  else {
    guint number = below (world, MOST_ROWS);
    change_row (world, &world->rows[number], number);
  }
}

static void
set_up (World *world, guint32 seed)
{
  *world = (World){.rand = g_rand_new_with_seed (seed), .pools = pm_pools_new ()};
  for (guint i = 0; i < MOST_ROWS; i++) {
    world->rows[i] = (Row){
        .is_there = i % 2 == 0,
        .published = {i % 3 == 0 ? "a" : "b", "", "one.yml", "", "", "",
                      (guint16) (FIRST_PORT + i % N_PORTS), 0, PM_TRANSPORT_TCP},
        .confidence = 0.9,
        .pinned = "",
    };
    for (guint k = 0; k < 9; k++)
      change_row (world, &world->rows[i], i);
  }
}

static void
clear (World *world)
{
  g_rand_free (world->rand);
  pm_pools_free (world->pools);
}

/* Where things stand does not depend on the other rows. */
static void
place_last (PmSnapshot *s, guint number)
{
  PmService *service = &g_array_index (s->services, PmService, s->services->len - 1);
  PmFinding *f = &g_array_index (s->findings, PmFinding, s->findings->len - 1);
  service->config_files[0].line = number + 1;
  f->position.line = number + 1;
  f->span = (PmSpan){number * 1000, number * 1000 + 4};
}

static void
add_places (PmSnapshot *s, guint n)
{
  for (guint i = 0; i < n; i++) {
    PmFinding f = g_array_index (s->findings, PmFinding, s->findings->len - 1);
    f.span = (PmSpan){f.span.end + 10, f.span.end + 14};
    f.role = PM_ROLE_LISTEN;
    f.pair = -1;
    g_array_append_val (s->findings, f);
  }
}

static void
add_row (PmSnapshot *s, const Row *row, guint number)
{
  Published p = row->published;
  p.port_end = (guint16) (p.port + row->wide);
  if (row->is_published)
    publish (s, p);
  else
    listen_on (s, p.project, p.service, p.port, p.variant, row->confidence);
  place_last (s, number);
  g_array_index (s->services, PmService, s->services->len - 1).pinned = row->pinned;
  if (!row->is_published)
    add_places (s, row->n_more);
}

static PmSnapshot *
snapshot_of (const World *world)
{
  PmSnapshot *s = pm_snapshot_new ();
  for (guint i = 0; i < MOST_ROWS; i++)
    if (world->rows[i].is_there)
      add_row (s, &world->rows[i], i);
  for (guint i = 0, row = 0; i < MOST_ROWS; i++) {
    for (guint k = 0; world->rows[i].is_there && k < world->rows[i].n_edges; k++) {
      point_at (s, k == 0 ? "x" : "y", row);
      PmFinding *f = &g_array_index (s->findings, PmFinding, s->findings->len - 1);
      f->span = (PmSpan){i * 1000 + k * 10, i * 1000 + k * 10 + 4};
    }
    row += world->rows[i].is_there ? 1 : 0;
  }
  if (world->socket != 0)
    add_socket (s, world->socket, "0.0.0.0", 77, "/tmp");
  s->is_live = TRUE;
  pm_ownership_judge (s->services, s->sockets, "h");
  return s;
}

static char *
say (const PmSnapshot *s, const GArray *conflicts)
{
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < conflicts->len; i++) {
    const PmConflict *c = &g_array_index (conflicts, PmConflict, i);
    const char *who = c->suggested_service < 0
                          ? "nobody"
                          : g_array_index (s->services, PmService, c->suggested_service).name;
    g_string_append_printf (out, "%s %s %s %s %u\n", c->id, pm_severity_name (c->severity),
                            c->reason, who, c->suggested_port);
  }
  return g_string_free (out, FALSE);
}

/* Each who moves, also where no conflict names him. */
static char *
say_ways (const PmSnapshot *s, const PmResolveRules *rules, PmConflictMemo *memo)
{
  g_auto (PmCollisions) collisions = {0};
  GString *out = g_string_new (NULL);
  pm_collisions_init (&collisions, s);
  g_autoptr (PmWaysOut) all = pm_ways_out_new (&collisions, rules->pools, memo);
  for (gboolean notes = FALSE; notes <= TRUE; notes++) {
    g_autoptr (GArray) ways = pm_ways_out_find (all, rules->taken, notes);
    for (guint i = 0; i < ways->len; i++) {
      const PmWayOut *way = &g_array_index (ways, PmWayOut, i);
      g_string_append_printf (out, "%s %u %u\n",
                              g_array_index (s->services, PmService, way->service).name, way->from,
                              way->to);
    }
  }
  return g_string_free (out, FALSE);
}

/* Whether the memo says anything else than a look at everything. */
static gboolean
differs (guint32 seed, PmConflictMemo *memo, guint *ret_step)
{
  World world;
  gboolean is_wrong = FALSE;
  guint step = 0;
  set_up (&world, seed);
  for (; step < STEPS && !is_wrong; step++) {
    change (&world);
    g_autoptr (PmSnapshot) s = snapshot_of (&world);
    PmResolveRules rules = {.pools = world.pools, .taken = &world.taken};
    g_autoptr (GArray) anew = pm_conflicts_find (s, &rules);
    g_autoptr (GArray) again = pm_conflicts_find_again (s, &rules, memo);
    g_autofree char *expected = say (s, anew), *found = say (s, again);
    g_autofree char *ways = say_ways (s, &rules, NULL), *ways_again = say_ways (s, &rules, memo);
    is_wrong = strcmp (expected, found) != 0 || strcmp (ways, ways_again) != 0;
  }
  clear (&world);
  *ret_step = step;
  return is_wrong;
}

static void
says_what_is_found_anew (void)
{
  for (guint32 seed = 1; seed <= (g_test_slow () ? MOST_SEEDS : SEEDS); seed++) {
    guint step = 0;
    g_autoptr (PmConflictMemo) memo = pm_conflict_memo_new ();
    if (differs (seed, memo, &step))
      g_error ("seed %u: the answer after step %u is wrong", seed, step);
  }
}

static void
add_document (PmSnapshot *s, const char *file, guint64 inode)
{
  PmDocumentRecord document = {
      .root = "/r", .project = file, .file = file, .format = "env", .device = 1, .inode = inode};
  g_array_append_val (s->documents, document);
}

/* Two services that say one port at the same place of their files, which are one file or two. */
static char *
say_two (PmConflictMemo *memo, gboolean are_one)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "a", "x", 8500, "", 1);
  listen_on (s, "b", "y", 8500, "", 1);
  g_array_index (s->findings, PmFinding, 1).span = g_array_index (s->findings, PmFinding, 0).span;
  add_document (s, "a", 7);
  add_document (s, "b", are_one ? 7 : 8);
  g_autoptr (GArray) conflicts = pm_conflicts_find_again (s, &(PmResolveRules){0}, memo);
  return say (s, conflicts);
}

static void
notices_that_two_files_became_one (void)
{
  g_autoptr (PmConflictMemo) memo = pm_conflict_memo_new ();
  for (guint i = 0; i < 4; i++) {
    g_autofree char *found = say_two (memo, i % 2 == 1);
    g_assert_nonnull (strstr (found, i % 2 == 1 ? "nobody" : "y 8501"));
  }
}

/* The same two, of which the first lies in a worktree or not. */
static char *
say_checkouts (PmConflictMemo *memo, gboolean is_worktree)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  PmProject project = {.root = "/r", .id = "a", .name = "a", .is_worktree = is_worktree};
  listen_on (s, "a", "x", 8500, "", 1);
  listen_on (s, "b", "y", 8500, "", 1);
  g_array_append_val (s->projects, project);
  g_autoptr (GArray) conflicts = pm_conflicts_find_again (s, &(PmResolveRules){0}, memo);
  return say (s, conflicts);
}

static void
notices_that_a_checkout_became_a_worktree (void)
{
  g_autoptr (PmConflictMemo) memo = pm_conflict_memo_new ();
  for (guint i = 0; i < 4; i++) {
    g_autofree char *found = say_checkouts (memo, i % 2 == 1);
    g_assert_nonnull (strstr (found, i % 2 == 1 ? "x 8501" : "y 8501"));
  }
}

/* A part of the answer, and the seed of a world in which it soon matters: the others follow. */
typedef struct {
  const char *name;
  guint parts;
  guint32 seed;
} Blindness;

static void
is_caught_when_it_is_blind (gconstpointer data)
{
  const Blindness *blindness = data;
  gboolean is_caught = FALSE;
  for (guint32 i = 0; i < MOST_SEEDS && !is_caught; i++) {
    guint step = 0;
    guint32 seed = 1 + (blindness->seed - 1 + i) % MOST_SEEDS;
    g_autoptr (PmConflictMemo) memo = pm_conflict_memo_new_blind (blindness->parts);
    is_caught = differs (seed, memo, &step);
    g_test_message ("seed %u: %s after step %u", seed, is_caught ? "caught" : "not caught", step);
  }
  g_assert_true (is_caught);
}

int
main (int argc, char *argv[])
{
  static const Blindness parts[] = {
      {"claims", PM_WAYS_OUT_CLAIMS, 1},     {"services", PM_WAYS_OUT_SERVICES, 2},
      {"findings", PM_WAYS_OUT_FINDINGS, 5}, {"edges", PM_WAYS_OUT_EDGES, 1},
      {"pools", PM_WAYS_OUT_POOLS, 1},       {"taken", PM_WAYS_OUT_TAKEN, 1},
      {"ranges", PM_WAYS_OUT_RANGES, 10},
  };
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/allocation/memo/says-what-is-found-anew", says_what_is_found_anew);
  g_test_add_func ("/allocation/memo/notices-that-two-files-became-one",
                   notices_that_two_files_became_one);
  g_test_add_func ("/allocation/memo/notices-that-a-checkout-became-a-worktree",
                   notices_that_a_checkout_became_a_worktree);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autofree char *path =
        g_strconcat ("/allocation/memo/is-caught-when-blind-to/", parts[i].name, NULL);
    g_test_add_data_func (path, &parts[i], is_caught_when_it_is_blind);
  }
  return g_test_run ();
}
