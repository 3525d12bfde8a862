#include "allocation/resolve.h"

#include <string.h>

#include "allocation-test.h"
#include "allocation/conflicts.h"
#include "allocation/ownership.h"

/* "b/y 3000>3001, …" */
static char *
moves_of (PmSnapshot *s, const PmResolveRules *rules)
{
  pm_ownership_judge (s->services, s->sockets, "h");
  g_autoptr (PmResolve) resolve = pm_resolve (s, rules);
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < resolve->moves->len; i++) {
    const PmResolveMove *move = &g_array_index (resolve->moves, PmResolveMove, i);
    const PmService *service = &g_array_index (s->services, PmService, move->service);
    g_string_append_printf (text, "%s%s/%s %u>%u", i == 0 ? "" : ", ", service->project_id,
                            service->name, move->from, move->to);
  }
  for (guint i = 0; i < resolve->unresolved->len; i++)
    g_string_append_printf (text, "%s(%s)", text->len == 0 ? "" : " ",
                            g_array_index (resolve->unresolved, const char *, i));
  return g_string_free (text, FALSE);
}

#define EXPECT(snapshot, text)                                                                     \
  do {                                                                                             \
    g_autofree char *got = moves_of (snapshot, &(PmResolveRules){0});                              \
    g_assert_cmpstr (got, ==, text);                                                               \
  } while (0)

static PmService *
service_at (PmSnapshot *s, guint index)
{
  return &g_array_index (s->services, PmService, index);
}

static void
all_but_one_move (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "a", "x", 3000, "", 1);
  listen_on (s, "b", "y", 3000, "", 1);
  listen_on (s, "c", "z", 3000, "", 1);
  listen_on (s, "d", "w", 3002, "", 1);
  EXPECT (s, "b/y 3000>3001, c/z 3000>2999"); /* 3002 is taken */
}

static void
the_cheapest_moves (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "a", "x", 8500, "", 1);
  listen_on (s, "b", "y", 8500, "", 1);
  EXPECT (s, "b/y 8500>8501");
  point_at (s, "b", 1);
  EXPECT (s, "a/x 8500>8501"); /* one edit against two */
  point_at (s, "c", 0);
  EXPECT (s, "b/y 8500>8501"); /* another project is touched */
  add_socket (s, 8500, "0.0.0.0", 42, "/srv/b");
  EXPECT (s, "a/x 8500>8501"); /* the other one runs */
  service_at (s, 0)->pinned = "known to the bank";
  EXPECT (s, "b/y 8500>8501");
  service_at (s, 1)->pinned = "known to the bank too";
  EXPECT (s, "(port 8500: neither can move: x of a, since it is pinned: known to the bank; y of b, "
             "since it is pinned: known to the bank too)");
}

/* Whatever it costs, but for a pin. */
static void
a_worktree_moves_before_the_main_checkout (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "a", "x", 8500, "", 1);
  listen_on (s, "b", "x", 8500, "", 1);
  EXPECT (s, "b/x 8500>8501");
  PmProject worktree = {.root = "/r", .id = "a", .name = "a", .is_worktree = TRUE};
  g_array_append_val (s->projects, worktree);
  for (guint i = 0; i < 9; i++)
    point_at (s, "c", 0);
  EXPECT (s, "a/x 8500>8501");
  service_at (s, 0)->pinned = "it is shown today";
  EXPECT (s, "b/x 8500>8501");
}

static void
callbacks_are_dear (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "a", "x", 8500, "", 1);
  listen_on (s, "b", "y", 8500, "", 1);
  point_at (s, "b", 1);
  g_array_index (s->findings, PmFinding, 2).path = "OAUTH_REDIRECT_URI";
  for (guint i = 0; i < 20; i++)
    point_at (s, "c", 0);
  EXPECT (s, "a/x 8500>8501");
}

/* A hub that collides with two who do not collide with each other: it moves alone, though it is
 * dearer than each of them. */
static void
fewest_moves_together (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "a", "hub", 8500, "", 1);
  listen_on (s, "b", "one", 8500, "", 1);
  listen_on (s, "c", "two", 8500, "", 1);
  service_at (s, 1)->bind = "127.0.0.1";
  service_at (s, 2)->bind = "127.0.0.2";
  for (guint i = 1; i <= 2; i++)
    for (guint k = 0; k < 4; k++)
      point_at (s, i == 1 ? "b" : "c", i);
  for (guint k = 0; k < 6; k++)
    point_at (s, "a", 0);
  EXPECT (s, "a/hub 8500>8501");
}

static void
ports_are_the_nearest_of_the_pool (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "a", "x", 8999, "", 1);
  listen_on (s, "b", "y", 8999, "", 1);
  service_at (s, 1)->type = "api";
  EXPECT (s, "a/x 8999>9000");
  service_at (s, 0)->pinned = "it is";
  EXPECT (s, "b/y 8999>8998"); /* 9000 is outside */
  service_at (s, 1)->type = "database";
  EXPECT (s, "b/y 8999>9000"); /* its pool is too far away */
  PmPortSet taken = {0};
  pm_port_set_add_range (&taken, 6000, 12000);
  g_autofree char *far = moves_of (s, &(PmResolveRules){.taken = &taken});
  g_assert_cmpstr (far, ==, "b/y 8999>15000"); /* as all else is */
}

static void
never_what_somebody_has (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "a", "x", 6664, "", 1);
  listen_on (s, "b", "y", 6664, "", 1);
  listen_on (s, "c", "z", 6663, "", 1);
  service_at (s, 2)->pinned = "it is";
  add_socket (s, 6662, "127.0.0.1", 9, "/tmp");
  PmPortSet taken = {0};
  pm_port_set_add (&taken, 6661); /* leased */
  g_autofree char *moves = moves_of (s, &(PmResolveRules){.taken = &taken});
  /* 6665 to 6669 are closed to browsers; 6660 counts twice its distance. */
  g_assert_cmpstr (moves, ==, "b/y 6664>6670");
}

static void
never_what_somebody_points_at (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "a", "x", 8500, "", 1);
  listen_on (s, "b", "y", 8500, "", 1);
  EXPECT (s, "b/y 8500>8501");
  point_at (s, "c", 0);
  PmFinding *reference = &g_array_index (s->findings, PmFinding, s->findings->len - 1);
  reference->port = reference->port_end = 8501; /* where nobody is yet */
  g_array_set_size (s->edges, 0);
  EXPECT (s, "b/y 8500>8502");
}

static void
a_well_known_port_moves_into_the_pool (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "a", "x", 80, "", 1);
  listen_on (s, "b", "y", 80, "", 1);
  service_at (s, 1)->type = "proxy";
  EXPECT (s, "b/y 80>10000");
  listen_on (s, "c", "z", 8080, "", 1);
  service_at (s, 2)->type = "proxy";
  listen_on (s, "d", "w", 8080, "", 1);
  service_at (s, 2)->pinned = "it is";
  EXPECT (s, "b/y 80>10000, d/w 8080>8081"); /* the neighbourhood of another one is */
}

static void
node_ports_move_in_their_range (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "a", "x", 30080, "", 1);
  listen_on (s, "a", "y", 30080, "", 1);
  listen_on (s, "a", "w", 32767, "", 1);
  listen_on (s, "a", "v", 32767, "", 1);
  listen_on (s, "b", "z", 30081, "", 1); /* perhaps of the same cluster */
  listen_on (s, "a", "u", 30080, "", 1); /* a process: nothing to do with them */
  for (guint i = 0; i < 5; i++)
    service_at (s, i)->scope = PM_SCOPE_CLUSTER;
  EXPECT (s, "a/y 30080>30082, a/w 32767>32766");
}

static void
strangers_stay (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "a", "x", 8500, "", 1);
  for (guint i = 0; i < 300; i++)
    point_at (s, "c", 0);
  add_socket (s, 8500, "0.0.0.0", 42, "/tmp");
  EXPECT (s, "a/x 8500>8501");
}

static void
what_is_written_nowhere_cannot_move (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "a", "x", 8500, "", 1);
  listen_on (s, "b", "y", 8500, "", 0.45);
  service_at (s, 1)->confidence = 1;
  service_at (s, 1)->origin = "its manifest's default";
  EXPECT (s, "a/x 8500>8501");
}

static void
one_value_is_moved_once (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "a", "x", 8500, "", 1);
  listen_on (s, "a", "y", 8500, "", 1);
  listen_on (s, "b", "z", 8500, "", 1);
  for (guint i = 0; i < 2; i++) {
    PmFinding *f = &g_array_index (s->findings, PmFinding, i);
    f->origin = "a/.env:1";
    f->origin_span = (PmSpan){5, 9};
  }
  EXPECT (s, "b/z 8500>8501 (port 8500: x of a and y both read a/.env:1; give each its own)");
}

static void
alternatives_move_together (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "k", .file = "k/one.yml", .service = "kafka", .port = 9092});
  publish (s, (Published){.project = "k", .file = "k/two.yml", .service = "kafka1", .port = 9092});
  listen_on (s, "z", "z", 9092, "", 1);
  service_at (s, 2)->pinned = "it is";
  EXPECT (s, "k/kafka 9092>9093, k/kafka1 9092>9093");
}

static void
only_one_conflict (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "a", "x", 8500, "", 1);
  listen_on (s, "b", "y", 8500, "", 1);
  listen_on (s, "a", "v", 8600, "", 1);
  listen_on (s, "b", "w", 8600, "production", 1);
  g_autoptr (GArray) conflicts = pm_conflicts_find (s, &(PmResolveRules){0});
  g_assert_cmpuint (conflicts->len, ==, 2);
  EXPECT (s, "b/y 8500>8501"); /* a note is left alone */
  PmResolveRules rules = {.only = &g_array_index (conflicts, PmConflict, 1)};
  g_autofree char *moves = moves_of (s, &rules);
  g_assert_cmpstr (moves, ==, "b/w 8600>8601");
}

static void
tells_why (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "a", "x", 8500, "", 1);
  listen_on (s, "b", "y", 8500, "", 1);
  service_at (s, 1)->type = "api";
  point_at (s, "c", 0);
  g_autoptr (PmResolve) resolve = pm_resolve (s, &(PmResolveRules){0});
  const PmResolveMove *move = &g_array_index (resolve->moves, PmResolveMove, 0);
  g_assert_cmpstr (move->reason, ==,
                   "moving it takes 1 edit; x of a stays: 2 edits, 1 other project; 8501 is the "
                   "nearest one that is free in the pool api");
  g_assert_cmpuint (resolve->bound, ==, 0);
  g_assert_cmpint (resolve->distance_bound, ==, 0);
  g_assert_cmpint (resolve->distance, ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/allocation/resolve/" name, function)
  ADD ("all-but-one-move", all_but_one_move);
  ADD ("the-cheapest-moves", the_cheapest_moves);
  ADD ("a-worktree-moves-before-the-main-checkout", a_worktree_moves_before_the_main_checkout);
  ADD ("callbacks-are-dear", callbacks_are_dear);
  ADD ("fewest-moves-together", fewest_moves_together);
  ADD ("ports-are-the-nearest-of-the-pool", ports_are_the_nearest_of_the_pool);
  ADD ("never-what-somebody-has", never_what_somebody_has);
  ADD ("never-what-somebody-points-at", never_what_somebody_points_at);
  ADD ("a-well-known-port-moves-into-the-pool", a_well_known_port_moves_into_the_pool);
  ADD ("node-ports-move-in-their-range", node_ports_move_in_their_range);
  ADD ("strangers-stay", strangers_stay);
  ADD ("what-is-written-nowhere-cannot-move", what_is_written_nowhere_cannot_move);
  ADD ("one-value-is-moved-once", one_value_is_moved_once);
  ADD ("alternatives-move-together", alternatives_move_together);
  ADD ("only-one-conflict", only_one_conflict);
  ADD ("tells-why", tells_why);
  return g_test_run ();
}
