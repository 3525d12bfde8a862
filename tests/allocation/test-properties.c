/* What must hold of any snapshot; these are random, of a fixed seed. */

#include <string.h>

#include "allocation-test.h"
#include "allocation/collisions.h"
#include "allocation/conflicts.h"
#include "allocation/ownership.h"

#define RUNS 300
#define MOST_ROWS 14

typedef struct {
  gboolean is_published;
  Published published;
  double confidence;
  const char *pinned;
} Row;

static const char *
pick (GRand *rand, const char *const *list, guint n)
{
  return list[g_rand_int_range (rand, 0, (gint32) n)];
}

static Row
random_row (GRand *rand, guint number)
{
  static const char *const projects[] = {"a", "b", "c", "d/e"};
  static const char *const binds[] = {"", "127.0.0.1", "0.0.0.0", "::1", "localhost"};
  static const char *const variants[] = {"", "", "", "production", "override", "template"};
  static const char *const profiles[] = {"", "", "cpu", "gpu", "cpu,gpu"};
  static const char *const names[] = {"s0", "s1", "s2", "s3",  "s4",  "s5",  "s6",
                                      "s7", "s8", "s9", "s10", "s11", "s12", "s13"};
  static const char *const files[] = {"one.yml", "two.yml", "sub/one.yml"};
  guint16 port = (guint16) g_rand_int_range (rand, 8500, 8504);
  Row row = {
      .is_published = g_rand_boolean (rand),
      .published =
          {
              .project = pick (rand, projects, G_N_ELEMENTS (projects)),
              .service = names[number],
              .file = pick (rand, files, G_N_ELEMENTS (files)),
              .bind = pick (rand, binds, G_N_ELEMENTS (binds)),
              .variant = pick (rand, variants, G_N_ELEMENTS (variants)),
              .profiles = pick (rand, profiles, G_N_ELEMENTS (profiles)),
              .port = port,
              .port_end = g_rand_int_range (rand, 0, 6) == 0 ? port + 2 : port,
          },
      .confidence = g_rand_double_range (rand, 0.3, 1),
      .pinned = g_rand_int_range (rand, 0, 8) == 0 ? "pinned" : "",
  };
  return row;
}

static void
add_row (PmSnapshot *s, const Row *row)
{
  const Published *p = &row->published;
  if (row->is_published)
    publish (s, *p);
  else
    listen_on (s, p->project, p->service, p->port, p->variant, row->confidence);
  PmService *service = &g_array_index (s->services, PmService, s->services->len - 1);
  service->bind = p->bind;
  service->pinned = row->pinned;
  /* Where it stands must not depend on the order either. */
  service->config_files[0].line = (guint32) g_ascii_strtoull (p->service + 1, NULL, 10) + 1;
  if (s->findings->len > 0) {
    PmFinding *f = &g_array_index (s->findings, PmFinding, s->findings->len - 1);
    if (strcmp (f->service, p->service) == 0) {
      f->position.line = service->config_files[0].line;
      f->span = (PmSpan){f->position.line * 10, f->position.line * 10 + 4};
    }
  }
}

static void
add_sockets (PmSnapshot *s, GRand *rand)
{
  static const char *const addresses[] = {"0.0.0.0", "::", "127.0.0.1", "::1"};
  static const char *const folders[] = {"/tmp", "/r/a", "/srv/b"};
  for (guint16 port = 8500; port < 8506; port++) {
    if (g_rand_int_range (rand, 0, 3) != 0)
      continue;
    PmSocket *socket = add_socket (s, port, pick (rand, addresses, G_N_ELEMENTS (addresses)),
                                   g_rand_int_range (rand, 0, 2) * 77,
                                   pick (rand, folders, G_N_ELEMENTS (folders)));
    if (strcmp (socket->cwd, "/r/a") == 0) {
      socket->root = "/r";
      socket->project_id = "a";
    }
  }
}

/* Everything that is said about conflicts, in words that do not depend on indices. */
static char *
say_all (PmSnapshot *s)
{
  PmResolveRules rules = {.with_notes = TRUE};
  pm_ownership_judge (s->services, s->sockets, "h");
  g_autoptr (GArray) conflicts = pm_conflicts_find (s, &rules);
  g_autoptr (PmResolve) resolve = pm_resolve (s, &rules);
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < conflicts->len; i++) {
    const PmConflict *c = &g_array_index (conflicts, PmConflict, i);
    g_string_append_printf (out, "%s %s %s", c->id, pm_severity_name (c->severity), c->reason);
    for (guint k = 0; k < c->n_claimants; k++) {
      gint32 service = c->claimants[k].service;
      g_string_append_printf (out, " %s:%u",
                              service < 0 ? "live"
                                          : g_array_index (s->services, PmService, service).name,
                              c->claimants[k].line);
    }
    g_string_append_printf (out, " %u\n", c->suggested_port);
  }
  for (guint i = 0; i < resolve->moves->len; i++) {
    const PmResolveMove *move = &g_array_index (resolve->moves, PmResolveMove, i);
    g_string_append_printf (out, "%s %u %u %s\n",
                            g_array_index (s->services, PmService, move->service).name, move->from,
                            move->to, move->reason);
  }
  for (guint i = 0; i < resolve->unresolved->len; i++)
    g_string_append_printf (out, "%s\n", g_array_index (resolve->unresolved, const char *, i));
  return g_string_free (out, FALSE);
}

static void
shuffle (GRand *rand, guint *order, guint n)
{
  for (guint i = n; i > 1; i--) {
    guint k = (guint) g_rand_int_range (rand, 0, (gint32) i);
    guint kept = order[i - 1];
    order[i - 1] = order[k];
    order[k] = kept;
  }
}

static void
the_order_does_not_matter (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261122);
  guint n_told = 0;
  for (guint run = 0; run < RUNS; run++) {
    Row rows[MOST_ROWS];
    guint order[MOST_ROWS], n = (guint) g_rand_int_range (rand, 2, MOST_ROWS + 1);
    guint32 seed = g_rand_int (rand);
    g_autofree char *first = NULL;
    for (guint i = 0; i < n; i++) {
      rows[i] = random_row (rand, i);
      order[i] = i;
    }
    for (guint again = 0; again < 4; again++) {
      g_autoptr (PmSnapshot) s = pm_snapshot_new ();
      g_autoptr (GRand) sockets = g_rand_new_with_seed (seed);
      for (guint i = 0; i < n; i++)
        add_row (s, &rows[order[i]]);
      add_sockets (s, sockets);
      g_autofree char *said = say_all (s);
      if (first == NULL)
        first = g_steal_pointer (&said);
      else
        g_assert_cmpstr (said, ==, first);
      shuffle (rand, order, n);
    }
    n_told += first[0] != '\0';
  }
  g_assert_cmpuint (n_told, >, RUNS / 2); /* or nothing was shown */
}

static void
collisions_are_symmetric (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261122);
  for (guint run = 0; run < RUNS; run++) {
    g_autoptr (PmSnapshot) s = pm_snapshot_new ();
    for (guint i = 0; i < MOST_ROWS; i++) {
      Row row = random_row (rand, i);
      add_row (s, &row);
    }
    add_sockets (s, rand);
    pm_ownership_judge (s->services, s->sockets, "h");
    g_auto (PmCollisions) collisions = {0};
    pm_collisions_init (&collisions, s);
    for (guint i = 0; i < collisions.claims->len; i++)
      for (guint k = 0; k < collisions.claims->len; k++) {
        const PmClaim *a = pm_collisions_claim (&collisions, i);
        const PmClaim *b = pm_collisions_claim (&collisions, k);
        g_assert_cmpint (pm_collisions_severity (&collisions, a, b), ==,
                         pm_collisions_severity (&collisions, b, a));
      }
  }
}

/* Once everybody has moved as told, nothing is left but what was said to be left. What listens is a
 * stranger's: a service that moves takes its own socket along only when it is restarted. */
static void
what_is_resolved_stays_so (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261124);
  guint n_moved = 0;
  for (guint run = 0; run < RUNS; run++) {
    g_autoptr (PmSnapshot) s = pm_snapshot_new ();
    for (guint i = 0; i < MOST_ROWS; i++) {
      Row row = random_row (rand, i);
      add_row (s, &row);
    }
    add_sockets (s, rand);
    for (guint i = 0; i < s->sockets->len; i++) {
      PmSocket *socket = &g_array_index (s->sockets, PmSocket, i);
      socket->cwd = "/tmp";
      socket->project_id = "";
    }
    pm_ownership_judge (s->services, s->sockets, "h");
    PmResolveRules rules = {.with_notes = TRUE};
    g_autoptr (PmResolve) resolve = pm_resolve (s, &rules);
    for (guint i = 0; i < resolve->moves->len; i++) {
      const PmResolveMove *move = &g_array_index (resolve->moves, PmResolveMove, i);
      PmService *service = &g_array_index (s->services, PmService, move->service);
      for (guint k = 0; k < s->findings->len; k++) {
        PmFinding *f = &g_array_index (s->findings, PmFinding, k);
        if (strcmp (f->service, service->name) == 0 && f->port == move->from)
          f->port = f->port_end = move->to;
      }
      service->external_port = move->to;
    }
    n_moved += resolve->moves->len;
    pm_ownership_judge (s->services, s->sockets, "h");
    g_autoptr (PmResolve) after = pm_resolve (s, &rules);
    g_assert_cmpuint (after->moves->len, ==, 0);
    g_assert_cmpuint (after->unresolved->len, <=, resolve->unresolved->len);
  }
  g_assert_cmpuint (n_moved, >, RUNS);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/allocation/properties/" name, function)
  ADD ("the-order-does-not-matter", the_order_does_not_matter);
  ADD ("collisions-are-symmetric", collisions_are_symmetric);
  ADD ("what-is-resolved-stays-so", what_is_resolved_stays_so);
  return g_test_run ();
}
