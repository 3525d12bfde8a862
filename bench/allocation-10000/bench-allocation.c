/* Conflicts over many services, the way out of them, and the plan of byte edits that follows it:
 * synthetic projects, each a service with its own line and the lines of two others that point at
 * it. Times are processor time of one thread, the median of some rounds. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "allocation/conflicts.h"
#include "allocation/ownership.h"
#include "planning/planning.h"

#define ROUNDS 9

typedef struct {
  PmSnapshot *snapshot;
  guint n_services, n_conflicts;
} World;

static const char *
name_of (PmSnapshot *s, const char *prefix, guint number)
{
  return pm_arena_printf (s->arena, "%s%u", prefix, number);
}

static guint
add_finding (PmSnapshot *s, const char *project, const char *service, guint16 port, PmRole role)
{
  PmFinding f = {
      .root = "/srv/projects",
      .project = project,
      .file = pm_arena_printf (s->arena, "%s/.env", project),
      .position = {1 + s->findings->len % 3, 6},
      .span = {10 * (s->findings->len % 3), 10 * (s->findings->len % 3) + 4},
      .format = "env",
      .path = role == PM_ROLE_REFERENCE ? "API_URL" : "PORT",
      .kind = PM_KIND_PORT,
      .role = role,
      .port = port,
      .port_end = port,
      .address = "",
      .host = role == PM_ROLE_REFERENCE ? "localhost" : "",
      .bind = "",
      .scheme = "http",
      .protocol = "http",
      .service = service,
      .owner = service,
      .own_name = "",
      .variant = "",
      .profiles = "",
      .variable = "",
      .origin = "",
      .pair = -1,
      .confidence = 0.9,
      .rule = "env.listen",
  };
  g_array_append_val (s->findings, f);
  return s->findings->len - 1;
}

static void
add_service (World *world, guint number, guint16 port)
{
  static const char *const types[] = {"web", "api", "database", "", "cache"};
  PmSnapshot *s = world->snapshot;
  const char *project = name_of (s, "project-", number), *name = name_of (s, "service-", number);
  PmConfigFile *file = pm_arena_new0 (s->arena, PmConfigFile);
  *file = (PmConfigFile){.path = pm_arena_printf (s->arena, "%s/.env", project),
                         .format = "env",
                         .variant = "",
                         .line = 1,
                         .role = PM_ROLE_LISTEN};
  PmService service = {
      .id = number + 1,
      .host = "box",
      .root = "/srv/projects",
      .project_id = project,
      .name = name,
      .external_ip = "",
      .bind = "",
      .internal_port = port,
      .external_port = port,
      .protocol = "http",
      .type = types[number % G_N_ELEMENTS (types)],
      .variant = "",
      .profiles = "",
      .origin = pm_arena_printf (s->arena, "%s/.env:1", project),
      .confidence = 0.9,
      .pinned = "",
      .tags = "",
      .config_files = file,
      .n_config_files = 1,
  };
  g_array_append_val (s->services, service);
  add_finding (s, project, name, port, PM_ROLE_LISTEN);
  for (guint i = 1; i <= 2 && number >= i; i++) {
    const PmService *from = &g_array_index (s->services, PmService, number - i);
    PmEdge edge = {.finding =
                       add_finding (s, from->project_id, from->name, port, PM_ROLE_REFERENCE),
                   .from_service = (gint32) (number - i),
                   .to_service = (gint32) number,
                   .confidence = 0.9};
    g_array_append_val (s->edges, edge);
  }
}

/* The first 2 * n_conflicts services share ports by twos; the others have their own. Ports are
 * `apart` from each other: 1 leaves nobody a free one in the neighbourhood. */
static World
make_world (guint n_services, guint n_conflicts, guint apart)
{
  World world = {pm_snapshot_new (), n_services, n_conflicts};
  for (guint i = 0; i < n_services; i++) {
    guint number = i < 2 * n_conflicts ? i / 2 : i - n_conflicts;
    add_service (&world, i, (guint16) (2000 + apart * number));
  }
  return world;
}

static int
compare (const void *a, const void *b)
{
  double left = *(const double *) a, right = *(const double *) b;
  return left < right ? -1 : left > right;
}

static double
median (double *times) /* of ROUNDS */
{
  qsort (times, ROUNDS, sizeof times[0], compare);
  return times[ROUNDS / 2];
}

/* Milliseconds of processor time: what the clock on the wall says depends on who else runs. */
#define MEASURE(times, round, statement)                                                           \
  do {                                                                                             \
    clock_t start = clock ();                                                                      \
    statement;                                                                                     \
    (times)[round] = (double) (clock () - start) * 1000 / CLOCKS_PER_SEC;                          \
  } while (0)

static void
bench_conflicts (guint n_services, guint n_conflicts, guint apart)
{
  World world = make_world (n_services, n_conflicts, apart);
  double times[ROUNDS];
  guint found = 0;
  for (guint i = 0; i < ROUNDS; i++) {
    PmResolveRules rules = {0};
    GArray *conflicts;
    MEASURE (times, i, conflicts = pm_conflicts_find (world.snapshot, &rules));
    found = conflicts->len;
    g_array_unref (conflicts);
  }
  printf ("conflicts: %u among %u services, %u apart, each with a way out: %.1f ms\n", found,
          n_services, apart, median (times));
  pm_snapshot_free (world.snapshot);
}

static PmPlan *
plan (const World *world, const PmResolve *resolve)
{
  g_autoptr (GArray) moves = g_array_new (FALSE, FALSE, sizeof (PmResolution));
  for (guint i = 0; i < resolve->moves->len; i++) {
    const PmResolveMove *move = &g_array_index (resolve->moves, PmResolveMove, i);
    PmResolution resolution = {.service = move->service, .port = move->to};
    g_array_append_val (moves, resolution);
  }
  g_autoptr (GError) error = NULL;
  PmPlan *made = pm_plan_resolutions (world->snapshot, (const PmResolution *) (void *) moves->data,
                                      moves->len, NULL, &error);
  if (made == NULL)
    g_error ("%s", error->message);
  return made;
}

static void
bench_resolve (guint n_services, guint n_conflicts)
{
  World world = make_world (n_services, n_conflicts, 5);
  double resolving[ROUNDS], planning[ROUNDS];
  guint n_moves = 0, n_edits = 0;
  for (guint i = 0; i < ROUNDS; i++) {
    PmResolveRules rules = {0};
    PmResolve *resolve;
    PmPlan *made;
    MEASURE (resolving, i, resolve = pm_resolve (world.snapshot, &rules));
    MEASURE (planning, i, made = plan (&world, resolve));
    n_moves = resolve->moves->len;
    n_edits = made->edits->len;
    if (resolve->bound != 0 || resolve->distance_bound != 0)
      printf ("(not exact)\n");
    pm_plan_free (made);
    pm_resolve_free (resolve);
  }
  printf ("resolve: %u services, %u conflicts: %u move, in %.1f ms; as a plan of %u edits in "
          "another %.1f ms\n",
          n_services, n_conflicts, n_moves, median (resolving), n_edits, median (planning));
  pm_snapshot_free (world.snapshot);
}

/* All of them want one port: every two collide. */
static void
bench_clique (guint n)
{
  World world = {pm_snapshot_new (), n, 1};
  double times[ROUNDS];
  guint n_moves = 0;
  for (guint i = 0; i < n; i++)
    add_service (&world, i, 3000);
  for (guint i = 0; i < ROUNDS; i++) {
    PmResolveRules rules = {0};
    PmResolve *resolve;
    MEASURE (times, i, resolve = pm_resolve (world.snapshot, &rules));
    n_moves = resolve->moves->len;
    pm_resolve_free (resolve);
  }
  printf ("resolve: %u services on one port: %u move, in %.1f ms\n", n, n_moves, median (times));
  pm_snapshot_free (world.snapshot);
}

int
main (void)
{
  bench_conflicts (10000, 0, 5);
  bench_conflicts (10000, 500, 5);
  bench_conflicts (10000, 500, 1);
  bench_resolve (5000, 500);
  bench_clique (500);
  return 0;
}
