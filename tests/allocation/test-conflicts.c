#include "allocation/conflicts.h"

#include <string.h>

#include "allocation-test.h"

/* "error tcp-3000 a/x b/y; …", or "" */
static char *
summary (const PmSnapshot *snapshot)
{
  g_autoptr (GArray) conflicts = pm_conflicts_find (snapshot, &(PmResolveRules){0});
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < conflicts->len; i++) {
    const PmConflict *conflict = &g_array_index (conflicts, PmConflict, i);
    g_string_append_printf (text, "%s%s %s", i == 0 ? "" : "; ",
                            pm_severity_name (conflict->severity), conflict->id);
    for (guint k = 0; k < conflict->n_claimants; k++) {
      const PmService *service =
          &g_array_index (snapshot->services, PmService, conflict->claimants[k].service);
      g_string_append_printf (text, " %s/%s", service->project_id, service->name);
    }
  }
  return g_string_free (text, FALSE);
}

#define EXPECT(snapshot, text)                                                                     \
  do {                                                                                             \
    g_autofree char *got = summary (snapshot);                                                     \
    g_assert_cmpstr (got, ==, text);                                                               \
  } while (0)

static void
two_projects_on_one_port (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "a", .service = "x", .port = 3000});
  publish (s, (Published){.project = "b", .service = "y", .port = 3000});
  publish (s, (Published){.project = "c", .service = "z", .port = 13000});
  EXPECT (s, "error tcp-3000 a/x b/y");
}

static void
transports_do_not_collide (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "a", .service = "x", .port = 53});
  publish (s,
           (Published){.project = "b", .service = "y", .port = 53, .transport = PM_TRANSPORT_UDP});
  EXPECT (s, "");
}

static void
ranges_overlap (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "a", .service = "x", .port = 8000, .port_end = 8100});
  publish (s, (Published){.project = "b", .service = "y", .port = 8080});
  publish (s, (Published){.project = "c", .service = "z", .port = 8101});
  EXPECT (s, "error tcp-8080 a/x b/y");
}

/* One for each port that they have in common, and not from where the other one starts alone. */
static void
ranges_overlap_in_several_ports (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "a", .service = "x", .port = 7000, .port_end = 7010});
  publish (s, (Published){.project = "b", .service = "y", .port = 7008, .port_end = 7015});
  publish (s, (Published){.project = "c", .service = "z", .port = 7010});
  EXPECT (s, "error tcp-7008 a/x b/y; error tcp-7009 a/x b/y; error tcp-7010 a/x b/y c/z");
}

static void
wide_ranges_are_followed_for_a_while (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "a", .service = "x", .port = 1, .port_end = 65535});
  publish (s, (Published){.project = "b", .service = "y", .port = 1, .port_end = 65535});
  g_autoptr (GArray) conflicts = pm_conflicts_find (s, &(PmResolveRules){0});
  g_assert_cmpuint (conflicts->len, ==, 128);
}

static void
profiles_that_never_meet (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s,
           (Published){
               .project = "a", .file = "a/c.yml", .service = "cpu", .port = 1, .profiles = "cpu"});
  publish (s,
           (Published){
               .project = "a", .file = "a/c.yml", .service = "gpu", .port = 1, .profiles = "gpu"});
  EXPECT (s, "");
  publish (
      s,
      (Published){
          .project = "a", .file = "a/c.yml", .service = "amd", .port = 1, .profiles = "amd,gpu"});
  EXPECT (s, "error tcp-1 a/amd a/gpu");
}

static void
a_stopped_profile_is_a_note (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "a", .service = "x", .port = 9000});
  publish (s, (Published){.project = "b", .service = "tools", .port = 9000, .profiles = "tools"});
  EXPECT (s, "note tcp-9000 a/x b/tools");
}

/* Kubernetes, "Service": the nodePort is the nodes', of which each project may have its own. */
static void
nodes_ports_collide_in_their_cluster (void)
{
  static const struct {
    const char *project, *name;
    PmScope scope;
  } rows[] = {{"a", "x", PM_SCOPE_CLUSTER},
              {"b", "y", PM_SCOPE_CLUSTER},
              {"c", "z", PM_SCOPE_HOST},
              {"a", "w", PM_SCOPE_CLUSTER}};
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    listen_on (s, rows[i].project, rows[i].name, 30080, "", 1);
    g_array_index (s->services, PmService, i).scope = rows[i].scope;
    if (i == 2)
      EXPECT (s, "");
  }
  EXPECT (s, "error tcp-30080 a/w a/x");
}

static void
alternative_compose_files (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s,
           (Published){.project = "k", .file = "k/single.yml", .service = "kafka", .port = 9092});
  publish (s,
           (Published){.project = "k", .file = "k/multi.yml", .service = "kafka1", .port = 9092});
  EXPECT (s, "");
  publish (s,
           (Published){.project = "k", .file = "k/sub/one.yml", .service = "other", .port = 9092});
  EXPECT (s, "note tcp-9092 k/kafka k/kafka1 k/other");
}

static void
an_example_runs_alone (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (
      s, (Published){.project = "a", .file = "a/examples/one/c.yml", .service = "x", .port = 8080});
  publish (s, (Published){.project = "b", .file = "b/c.yml", .service = "y", .port = 8080});
  EXPECT (s, "note tcp-8080 a/x b/y");
  /* What belongs to one example is run together. */
  publish (
      s, (Published){.project = "a", .file = "a/examples/one/c.yml", .service = "z", .port = 8080});
  EXPECT (s, "error tcp-8080 a/x a/z");
}

static void
a_project_may_be_called_examples (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){
                  .project = "examples", .file = "examples/c.yml", .service = "x", .port = 8080});
  publish (s, (Published){.project = "b", .file = "b/c.yml", .service = "y", .port = 8080});
  EXPECT (s, "error tcp-8080 b/y examples/x");
}

static void
one_compose_file (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "a", .file = "a/c.yml", .service = "x", .port = 80});
  publish (s, (Published){.project = "a", .file = "a/c.yml", .service = "y", .port = 80});
  EXPECT (s, "error tcp-80 a/x a/y");
}

static void
a_service_is_no_conflict_with_itself (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "a", .file = "a/c.yml", .service = "x", .port = 80});
  publish (s, (Published){.project = "a",
                          .file = "a/c.override.yml",
                          .service = "x",
                          .port = 80,
                          .variant = "override"});
  publish (
      s,
      (Published){
          .project = "a", .file = "a/c.prod.yml", .service = "x", .port = 80, .variant = "prod"});
  EXPECT (s, "");
}

static void
a_project_is_not_counted_against_itself (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "a", .service = "web", .port = 8000});
  listen_on (s, "a", "a", 8000, "", 0.8);
  EXPECT (s, "");
  /* A foreign image beside a process that surely binds: that is real. */
  listen_on (s, "a", "dev-server", 8000, "", 0.9);
  EXPECT (s, "error tcp-8000 a/a a/dev-server a/web");
  PmServiceFact fact = {.root = "/r",
                        .project = "a",
                        .file = "a",
                        .name = "web",
                        .owner = "web",
                        .build = "a",
                        .replicas = 1};
  g_array_append_val (s->facts, fact);
  g_array_set_size (s->services, 1);
  listen_on (s, "a", "dev-server", 8000, "", 0.9);
  EXPECT (s, "");
}

/* Compose reads it itself: that a process does too is only possible. */
static void
an_env_beside_its_compose_file_is_a_note (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "a", .file = "a/c.yml", .service = "web", .port = 8090});
  listen_on (s, "a", "a", 8090, "", 0.9);
  PmConfigFile *file = g_array_index (s->services, PmService, 1).config_files;
  file->path = "a/.env";
  EXPECT (s, "note tcp-8090 a/a a/web");
  file->path = "a/server/.env";
  EXPECT (s, "error tcp-8090 a/a a/web");
  file->path = "a/Procfile";
  EXPECT (s, "error tcp-8090 a/a a/web");
}

static void
a_script_that_runs_it_otherwise_is_a_note (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "a", .file = "a/c.yml", .service = "web", .port = 8090});
  listen_on (s, "a", "a", 8090, "", 0.9);
  PmConfigFile *file = g_array_index (s->services, PmService, 1).config_files;
  file->path = "a/scripts/run-all.sh";
  file->format = "shell";
  EXPECT (s, "note tcp-8090 a/a a/web");
  /* Somebody else's script starts something else. */
  publish (s, (Published){.project = "b", .file = "b/c.yml", .service = "web", .port = 8090});
  EXPECT (s, "error tcp-8090 a/a a/web b/web");
}

static void
a_workspaces_scripts_start_its_packages (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "mono", "mono", 8144, "", 0.9);
  listen_on (s, "mono/packages/api", "api", 8144, "", 0.9);
  EXPECT (s, "error tcp-8144 mono/mono mono/packages/api/api");
  PmConfigFile *file = g_array_index (s->services, PmService, 0).config_files;
  file->format = "package.json";
  EXPECT (s, "note tcp-8144 mono/mono mono/packages/api/api");
  listen_on (s, "monoid", "x", 8144, "", 0.9);
  EXPECT (s, "error tcp-8144 mono/mono mono/packages/api/api monoid/x");
}

static void
add_fact (PmSnapshot *snapshot, PmServiceFact fact)
{
  fact.root = "/r";
  fact.project = "a";
  fact.owner = fact.name;
  g_array_append_val (snapshot->facts, fact);
}

static void
containers_of_one_service_collide (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "a", .service = "x", .port = 8080});
  publish (s, (Published){.project = "a", .service = "y", .port = 9000, .port_end = 9002});
  publish (s, (Published){.project = "a", .service = "z", .port = 9500, .port_end = 9501});
  EXPECT (s, "");
  add_fact (s, (PmServiceFact){.file = "a", .name = "x", .variant = "", .replicas = 3});
  add_fact (s, (PmServiceFact){.file = "a", .name = "y", .variant = "", .replicas = 3});
  EXPECT (s, "error tcp-8080 a/x");
  add_fact (s, (PmServiceFact){.file = "a", .name = "z", .variant = "", .replicas = 3});
  EXPECT (s, "error tcp-8080 a/x; error tcp-9500 a/z");
  g_autoptr (GArray) conflicts = pm_conflicts_find (s, &(PmResolveRules){0});
  g_assert_cmpint (g_array_index (conflicts, PmConflict, 0).suggested_service, ==, -1);
}

static void
what_runs_in_no_container_claims_nothing (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "a", .service = "x", .port = 8080});
  publish (s, (Published){.project = "b", .service = "y", .port = 8080});
  EXPECT (s, "error tcp-8080 a/x b/y");
  add_fact (s, (PmServiceFact){.file = "a", .name = "x", .variant = "", .replicas = 0});
  EXPECT (s, "");
}

static void
an_override_file_takes_ports_back (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "a", .service = "x", .file = "a/compose.yaml", .port = 8080});
  publish (s, (Published){.project = "b", .service = "y", .port = 8080});
  PmServiceFact fact = {.file = "a/compose.prod.yaml",
                        .name = "x",
                        .variant = "prod",
                        .replicas = 1,
                        .replaces_ports = TRUE};
  add_fact (s, fact);
  EXPECT (s, "error tcp-8080 a/x b/y");
  fact.file = "a/sub/compose.override.yaml";
  fact.variant = "override";
  add_fact (s, fact);
  EXPECT (s, "error tcp-8080 a/x b/y");
  fact.file = "a/compose.override.yaml";
  add_fact (s, fact);
  EXPECT (s, "");
}

static void
modes_do_not_meet (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "a", "x", 4000, "", 1);
  listen_on (s, "b", "y", 4000, "production", 1);
  EXPECT (s, "note tcp-4000 a/x b/y");
  listen_on (s, "c", "z", 4000, "production", 1);
  EXPECT (s, "error tcp-4000 b/y c/z");
  g_autoptr (GArray) conflicts = pm_conflicts_find (s, &(PmResolveRules){0});
  g_assert_nonnull (strstr (g_array_index (conflicts, PmConflict, 0).reason,
                            "; x of a would, too, if it ran beside them"));
}

static void
defaults_are_less_sure (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  listen_on (s, "a", "x", 5173, "", 0.4);
  listen_on (s, "b", "y", 5173, "", 0.4);
  EXPECT (s, "note tcp-5173 a/x b/y");
  listen_on (s, "c", "z", 5173, "", 1);
  EXPECT (s, "warning tcp-5173 a/x b/y c/z");
}

static void
suggests_a_move_for_all_but_one (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  for (const char *project = "a\0b\0c\0d\0"; *project != '\0'; project += 2)
    publish (s, (Published){.project = project, .service = "x", .port = 5059});
  g_autoptr (GArray) conflicts = pm_conflicts_find (s, &(PmResolveRules){0});
  const PmConflict *conflict = &g_array_index (conflicts, PmConflict, 0);
  g_assert_cmpuint (conflict->moves->len, ==, 3);
  for (guint i = 0; i < 3; i++) {
    const PmConflictMove *move = &g_array_index (conflict->moves, PmConflictMove, i);
    g_assert_cmpuint (move->port, !=, 5059);
    for (guint k = 0; k < i; k++) {
      g_assert_cmpuint (move->port, !=, g_array_index (conflict->moves, PmConflictMove, k).port);
      g_assert_cmpuint (move->service, !=,
                        g_array_index (conflict->moves, PmConflictMove, k).service);
    }
  }
  g_assert_cmpint (conflict->suggested_service, ==,
                   g_array_index (conflict->moves, PmConflictMove, 0).service);
}

static void
suggests_a_port_that_is_free (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "a", .service = "x", .port = 5059});
  publish (s, (Published){.project = "b", .service = "y", .port = 5059});
  publish (s, (Published){.project = "c", .service = "z", .port = 5062});
  publish (s, (Published){.project = "d", .service = "w", .port = 5058});
  g_autoptr (GArray) conflicts = pm_conflicts_find (s, &(PmResolveRules){0});
  /* 5060 and 5061 are closed to browsers, 5058 and 5062 are declared. */
  g_assert_cmpuint (g_array_index (conflicts, PmConflict, 0).suggested_port, ==, 5063);
  g_assert_cmpint (g_array_index (conflicts, PmConflict, 0).suggested_service, ==, 1);
}

static void
leaves_pinned_services_alone (void)
{
  g_autoptr (PmSnapshot) s = pm_snapshot_new ();
  publish (s, (Published){.project = "a", .service = "x", .port = 7100});
  publish (s, (Published){.project = "b", .service = "y", .port = 7100});
  g_array_index (s->services, PmService, 1).pinned = "callback";
  g_autoptr (GArray) conflicts = pm_conflicts_find (s, &(PmResolveRules){0});
  g_assert_cmpint (g_array_index (conflicts, PmConflict, 0).suggested_service, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add_func ("/allocation/conflicts/" name, function)
  ADD ("two-projects-on-one-port", two_projects_on_one_port);
  ADD ("transports-do-not-collide", transports_do_not_collide);
  ADD ("ranges-overlap", ranges_overlap);
  ADD ("ranges-overlap-in-several-ports", ranges_overlap_in_several_ports);
  ADD ("wide-ranges-are-followed-for-a-while", wide_ranges_are_followed_for_a_while);
  ADD ("profiles-that-never-meet", profiles_that_never_meet);
  ADD ("a-stopped-profile-is-a-note", a_stopped_profile_is_a_note);
  ADD ("nodes-ports-collide-in-their-cluster", nodes_ports_collide_in_their_cluster);
  ADD ("alternative-compose-files", alternative_compose_files);
  ADD ("an-example-runs-alone", an_example_runs_alone);
  ADD ("a-project-may-be-called-examples", a_project_may_be_called_examples);
  ADD ("one-compose-file", one_compose_file);
  ADD ("a-service-is-no-conflict-with-itself", a_service_is_no_conflict_with_itself);
  ADD ("a-project-is-not-counted-against-itself", a_project_is_not_counted_against_itself);
  ADD ("an-env-beside-its-compose-file-is-a-note", an_env_beside_its_compose_file_is_a_note);
  ADD ("a-script-that-runs-it-otherwise-is-a-note", a_script_that_runs_it_otherwise_is_a_note);
  ADD ("a-workspaces-scripts-start-its-packages", a_workspaces_scripts_start_its_packages);
  ADD ("containers-of-one-service-collide", containers_of_one_service_collide);
  ADD ("what-runs-in-no-container-claims-nothing", what_runs_in_no_container_claims_nothing);
  ADD ("an-override-file-takes-ports-back", an_override_file_takes_ports_back);
  ADD ("modes-do-not-meet", modes_do_not_meet);
  ADD ("defaults-are-less-sure", defaults_are_less_sure);
  ADD ("suggests-a-move-for-all-but-one", suggests_a_move_for_all_but_one);
  ADD ("suggests-a-port-that-is-free", suggests_a_port_that_is_free);
  ADD ("leaves-pinned-services-alone", leaves_pinned_services_alone);
  return g_test_run ();
}
