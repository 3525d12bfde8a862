#include "registry-test.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define NOW G_GINT64_CONSTANT (1795375573000000)

static PmSnapshot *
read_back (PmRegistry *registry)
{
  g_autoptr (GError) error = NULL;
  PmSnapshot *snapshot = NULL;
  pm_registry_snapshot (registry, &snapshot, &error);
  g_assert_no_error (error);
  return snapshot;
}

static const PmService *
service_named (const PmSnapshot *snapshot, const char *name)
{
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *service = &g_array_index (snapshot->services, PmService, i);
    if (strcmp (service->name, name) == 0)
      return service;
  }
  return NULL;
}

static GArray *
events_after (PmRegistry *registry, gint64 id, PmArena *arena)
{
  g_autoptr (GError) error = NULL;
  GArray *events = g_array_new (FALSE, TRUE, sizeof (PmEvent));
  pm_registry_events (registry, id, 0, arena, events, &error);
  g_assert_no_error (error);
  return events;
}

static guint
count_events (PmRegistry *registry, const char *name)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) events = events_after (registry, 0, arena);
  guint count = 0;
  for (guint i = 0; i < events->len; i++)
    if (strcmp (g_array_index (events, PmEvent, i).event, name) == 0)
      count++;
  return count;
}

/* --- what comes back --- */

/* One of everything, with names that are no UTF-8. */
static PmSnapshot *
snapshot_of_all_kinds (void)
{
  PmSnapshot *observed = pm_registry_test_snapshot ();
  PmService *web = pm_registry_test_add_service (observed, "web", 80, 8080);
  web->config_files[0].path = "shop/caf\xe9.yaml"; /* Latin-1: no UTF-8 */
  pm_registry_test_add_document (observed, "shop/.env\xff");
  pm_registry_test_add_finding (observed, "shop/.env\xff", 3000)->pair = 2;
  pm_registry_test_add_finding (observed, "shop/compose.yaml", 8080);
  pm_registry_test_add_finding (observed, "shop/.env\xff", 3001);
  PmFinding *kept = &g_array_index (observed->findings, PmFinding, 1);
  kept->own_name = "";
  kept->owner = "b/w";
  kept->standing = PM_STANDING_KEPT;
  g_array_index (observed->documents, PmDocumentRecord, 0).is_kept = TRUE;
  web->config_files[0].is_kept = TRUE;
  PmServiceFact fact = {.root = "/srv",
                        .project = "shop",
                        .file = "shop/compose.yaml",
                        .format = "compose",
                        .variant = "",
                        .line = 2,
                        .name = "web",
                        .owner = "x/web",
                        .image = "nginx",
                        .build = NULL,
                        .profiles = "",
                        .network = "host",
                        .extends = "",
                        .command = "",
                        .tool = "",
                        .standing = PM_STANDING_TENTATIVE,
                        .aliases = "www",
                        .default_port = 80,
                        .default_origin = "nginx's default",
                        .replicas = 3,
                        .replaces_ports = TRUE};
  PmFileLink link = {.root = "/srv",
                     .project = "shop",
                     .file = "shop/compose.yaml",
                     .line = 3,
                     .kind = "env_file",
                     .target = "shop/.env",
                     .service = "web"};
  PmProblem problem = {"/srv", "shop/x.json", 3, "broken"};
  PmEdge edge = {.finding = 2, .from_service = -1, .to_service = 0, .confidence = 0.5};
  g_array_append_val (observed->facts, fact);
  g_array_append_val (observed->links, link);
  g_array_append_val (observed->problems, problem);
  g_array_append_val (observed->edges, edge);
  return observed;
}

static void
gives_back_what_it_was_given (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmSnapshot) observed = snapshot_of_all_kinds ();
  pm_registry_test_store (test->registry, observed, NOW);
  g_autoptr (PmSnapshot) back = read_back (test->registry);
  g_assert_cmpuint (back->projects->len, ==, 1);
  g_assert_cmpuint (back->documents->len, ==, 2);
  g_assert_cmpuint (back->findings->len, ==, 3);
  g_assert_cmpuint (back->facts->len, ==, 1);
  g_assert_cmpuint (back->links->len, ==, 1);
  g_assert_cmpuint (back->problems->len, ==, 1);
  g_assert_cmpuint (back->edges->len, ==, 1);
  const PmService *service = service_named (back, "web");
  g_assert_cmpstr (service->host, ==, "here");
  g_assert_cmpint (service->last_updated_us, ==, NOW);
  g_assert_cmpuint (service->n_config_files, ==, 1);
  g_assert_cmpstr (service->config_files[0].path, ==, "shop/caf\xe9.yaml");
  g_assert_cmpint (service->config_files[0].role, ==, PM_ROLE_PUBLISH);
  const PmDocumentRecord *document = &g_array_index (back->documents, PmDocumentRecord, 1);
  g_assert_cmpstr (document->file, ==, "shop/.env\xff");
  g_assert_true (document->device == G_MAXUINT64);
  g_assert_cmpuint (document->n_findings, ==, 2);
  g_assert_false (document->is_kept);
  g_assert_true (g_array_index (back->documents, PmDocumentRecord, 0).is_kept);
  g_assert_true (service->config_files[0].is_kept);
  g_assert_cmpstr (g_array_index (back->facts, PmServiceFact, 0).owner, ==, "x/web");
  g_assert_cmpint (g_array_index (back->facts, PmServiceFact, 0).standing, ==,
                   PM_STANDING_TENTATIVE);
  const PmFinding *kept = &g_array_index (back->findings, PmFinding, 0);
  g_assert_cmpstr (kept->file, ==, "shop/compose.yaml");
  g_assert_cmpint (kept->standing, ==, PM_STANDING_KEPT);
  g_assert_cmpstr (kept->own_name, ==, "");
  g_assert_cmpstr (kept->owner, ==, "b/w");
  const PmEdge *edge_back = &g_array_index (back->edges, PmEdge, 0);
  const PmFinding *finding = &g_array_index (back->findings, PmFinding, edge_back->finding);
  g_assert_cmpuint (finding->port, ==, 3001);
  g_assert_cmpstr (finding->file, ==, "shop/.env\xff");
  g_assert_cmpint (edge_back->from_service, ==, -1);
  g_assert_cmpint (edge_back->to_service, ==, 0);
  g_assert_null (g_array_index (back->facts, PmServiceFact, 0).build);
  g_assert_cmpstr (g_array_index (back->facts, PmServiceFact, 0).aliases, ==, "www");
  g_assert_cmpuint (g_array_index (back->facts, PmServiceFact, 0).replicas, ==, 3);
  g_assert_true (g_array_index (back->facts, PmServiceFact, 0).replaces_ports);
  g_assert_cmpstr (finding->own_name, ==, "w");
  g_assert_cmpstr (g_array_index (back->links, PmFileLink, 0).target, ==, "shop/.env");
  g_assert_cmpuint (g_array_index (back->problems, PmProblem, 0).line, ==, 3);
}

static void
takes_what_it_gave_as_nothing_new (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmSnapshot) observed = snapshot_of_all_kinds ();
  g_assert_true (pm_registry_test_store (test->registry, observed, NOW).anything);
  g_autoptr (PmSnapshot) back = read_back (test->registry);
  g_assert_false (pm_registry_test_store (test->registry, back, NOW + 1).anything);
  g_array_index (back->edges, PmEdge, 0).to_service = -1;
  g_assert_true (pm_registry_test_store (test->registry, back, NOW + 2).anything);
}

/* --- identity --- */

static void
keeps_ids_over_a_changed_port (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmSnapshot) first = pm_registry_test_snapshot ();
  pm_registry_test_add_service (first, "web", 80, 8080);
  pm_registry_test_add_service (first, "api", 3000, 3000);
  pm_registry_test_store (test->registry, first, NOW);
  g_autoptr (PmSnapshot) before = read_back (test->registry);

  g_autoptr (PmSnapshot) second = pm_registry_test_snapshot ();
  pm_registry_test_add_service (second, "api", 3100, 3100);
  pm_registry_test_add_service (second, "web", 80, 8081);
  PmScanChanges changes = pm_registry_test_store (test->registry, second, NOW + 1);
  g_assert_cmpuint (changes.services_changed, ==, 2);
  g_assert_cmpuint (changes.services_created + changes.services_removed, ==, 0);
  g_autoptr (PmSnapshot) after = read_back (test->registry);
  g_assert_cmpint (service_named (after, "web")->id, ==, service_named (before, "web")->id);
  g_assert_cmpint (service_named (after, "api")->id, ==, service_named (before, "api")->id);
  g_assert_cmpuint (service_named (after, "api")->internal_port, ==, 3100);
  g_assert_cmpint (service_named (after, "api")->last_updated_us, ==, NOW + 1);
}

/* What web speaks after it was seen on `port` with this protocol, guessed by the number or not. */
static void
expect_protocol (PmRegistryTest *test, guint16 port, const char *protocol, gboolean is_guessed,
                 const char *expected)
{
  g_autoptr (PmSnapshot) observed = pm_registry_test_snapshot ();
  PmService *web = pm_registry_test_add_service (observed, "web", port, port);
  web->protocol = protocol;
  web->is_protocol_guessed = is_guessed;
  pm_registry_test_store (test->registry, observed, NOW);
  g_autoptr (PmSnapshot) back = read_back (test->registry);
  g_assert_cmpstr (service_named (back, "web")->protocol, ==, expected);
  g_assert_false (pm_registry_test_store (test->registry, observed, NOW).anything);
}

static void
keeps_the_protocol_over_a_guess (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  expect_protocol (test, 5173, "http", TRUE, "http");
  expect_protocol (test, 8099, "tcp", TRUE, "http");
  expect_protocol (test, 8099, "ws", FALSE, "ws");
  expect_protocol (test, 5173, "http", TRUE, "ws");
  expect_protocol (test, 5173, "tcp", FALSE, "tcp");
}

static PmSnapshot *
two_ports (guint16 first, guint16 second)
{
  PmSnapshot *observed = pm_registry_test_snapshot ();
  pm_registry_test_add_service (observed, "web", first, first);
  pm_registry_test_add_service (observed, "web", second, second);
  return observed;
}

/* Ids of web's services, in the order of their ports. */
static void
expect_ids (PmRegistryTest *test, guint16 first_port, gint64 first, gint64 second)
{
  g_autoptr (PmSnapshot) back = read_back (test->registry);
  g_assert_cmpuint (back->services->len, ==, 2);
  for (guint i = 0; i < 2; i++) {
    const PmService *service = &g_array_index (back->services, PmService, i);
    g_assert_cmpint (service->id, ==, service->external_port == first_port ? first : second);
  }
}

static void
store_moves (PmRegistryTest *test, const PmSnapshot *observed, const PmScanMove *moves,
             guint n_moves)
{
  g_autoptr (GError) error = NULL;
  PmScanScope scope = {.status_is_known = TRUE, .moves = moves, .n_moves = n_moves};
  pm_registry_store_scan (test->registry, observed, &scope, NOW + 1, NULL, &error);
  g_assert_no_error (error);
}

/* 3000 becomes 3001 while 3001 becomes 3002, and both become something new. */
static void
knows_what_a_transaction_moved (void)
{
  const PmScanMove chain[] = {{1, 3001}, {2, 3002}}, both[] = {{2, 4000}, {1, 4001}};
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmSnapshot) before = two_ports (3000, 3001), after = two_ports (3001, 3002);
  g_autoptr (PmSnapshot) far = two_ports (4000, 4001);
  pm_registry_test_store (test->registry, before, NOW);
  expect_ids (test, 3000, 1, 2);
  store_moves (test, after, chain, 2);
  expect_ids (test, 3001, 1, 2);
  store_moves (test, far, both, 2);
  expect_ids (test, 4000, 2, 1);
}

static void
does_not_guess_between_two (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmSnapshot) first = pm_registry_test_snapshot ();
  pm_registry_test_add_service (first, "web", 80, 0);
  pm_registry_test_add_service (first, "web", 443, 0);
  pm_registry_test_store (test->registry, first, NOW);
  g_autoptr (PmSnapshot) second = pm_registry_test_snapshot ();
  pm_registry_test_add_service (second, "web", 81, 0);
  pm_registry_test_add_service (second, "web", 444, 0);
  PmScanChanges changes = pm_registry_test_store (test->registry, second, NOW + 1);
  g_assert_cmpuint (changes.services_created, ==, 2);
  g_assert_cmpuint (changes.services_removed, ==, 2);
}

static void
gives_a_service_that_comes_back_its_old_id (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmSnapshot) with = pm_registry_test_snapshot ();
  g_autoptr (PmSnapshot) without = pm_registry_test_snapshot ();
  pm_registry_test_add_service (with, "web", 80, 8080);
  pm_registry_test_store (test->registry, with, NOW);
  g_autoptr (PmSnapshot) before = read_back (test->registry);
  gint64 id = service_named (before, "web")->id;
  g_assert_true (
      pm_registry_annotate (test->registry, id, &(PmAnnotation){.pinned = "callback"}, NOW, NULL));

  g_assert_cmpuint (pm_registry_test_store (test->registry, without, NOW + 1).services_removed, ==,
                    1);
  g_autoptr (PmSnapshot) gone = read_back (test->registry);
  g_assert_cmpuint (gone->services->len, ==, 0);
  g_assert_cmpuint (pm_registry_test_store (test->registry, with, NOW + 2).services_created, ==, 1);
  g_autoptr (PmSnapshot) back = read_back (test->registry);
  g_assert_cmpint (service_named (back, "web")->id, ==, id);
  g_assert_cmpstr (service_named (back, "web")->pinned, ==, "callback");
  g_assert_false (pm_registry_test_store (test->registry, with, NOW + 3).anything);
}

static void
leaves_other_roots_and_hosts_alone (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmSnapshot) first = pm_registry_test_snapshot ();
  pm_registry_test_add_service (first, "web", 80, 8080);
  pm_registry_test_store (test->registry, first, NOW);
  g_autoptr (PmRegistry) there = pm_registry_test_open_as (test, "there", &error);
  g_assert_no_error (error);
  g_autoptr (PmSnapshot) nothing = pm_snapshot_new ();
  g_assert_false (pm_registry_test_store (there, nothing, NOW).anything);
  pm_registry_test_store (there, first, NOW);
  g_autoptr (PmSnapshot) own = read_back (there);
  g_assert_cmpuint (own->services->len, ==, 1);
  g_autoptr (PmSnapshot) both = NULL;
  g_assert_true (pm_registry_snapshot_of_all (there, &both, &error));
  g_assert_cmpuint (both->services->len, ==, 2);
  g_assert_cmpstr (g_array_index (both->services, PmService, 0).host, ==, "there");
  g_assert_cmpstr (g_array_index (both->services, PmService, 1).host, ==, "here");
  g_assert_cmpuint (both->documents->len, ==, 1);

  const char *const roots[] = {"/elsewhere", NULL};
  PmScanScope scope = {.roots = roots};
  PmScanChanges changes;
  pm_registry_store_scan (test->registry, nothing, &scope, NOW, &changes, &error);
  g_assert_no_error (error);
  g_assert_false (changes.anything);
  g_assert_true (pm_registry_test_store (test->registry, nothing, NOW).anything);
  g_autoptr (PmSnapshot) one = read_back (there);
  g_assert_cmpuint (one->services->len, ==, 1);
  g_assert_cmpstr (service_named (one, "web")->host, ==, "there");
}

/* --- nothing new --- */

static void
writes_nothing_when_nothing_is_new (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmSnapshot) observed = pm_registry_test_snapshot ();
  pm_registry_test_add_service (observed, "web", 80, 8080);
  pm_registry_test_add_finding (observed, "shop/compose.yaml", 8080);
  g_assert_true (pm_registry_test_store (test->registry, observed, NOW).anything);

  g_autoptr (PmRegistry) watcher = pm_registry_test_open (test, NULL);
  gint64 before = 0, after = 0;
  g_autofree char *wal = pm_registry_test_path (test, "registry.db-wal");
  struct stat old_wal, new_wal;
  g_assert_true (pm_registry_change_token (watcher, &before, NULL));
  g_assert_cmpint (stat (wal, &old_wal), ==, 0);
  PmScanChanges changes = pm_registry_test_store (test->registry, observed, NOW + 5);
  g_assert_false (changes.anything);
  g_assert_true (pm_registry_change_token (watcher, &after, NULL));
  g_assert_cmpint (stat (wal, &new_wal), ==, 0);
  g_assert_cmpint (before, ==, after);
  g_assert_cmpint (old_wal.st_size, ==, new_wal.st_size);
  g_assert_cmpint (old_wal.st_mtim.tv_sec, ==, new_wal.st_mtim.tv_sec);
  g_assert_cmpint (old_wal.st_mtim.tv_nsec, ==, new_wal.st_mtim.tv_nsec);

  /* The control: one byte of evidence more, and all three must tell. */
  g_array_index (observed->findings, PmFinding, 0).span.end++;
  g_assert_true (pm_registry_test_store (test->registry, observed, NOW + 6).anything);
  g_assert_true (pm_registry_change_token (watcher, &after, NULL));
  g_assert_cmpint (before, !=, after);
}

static void
sees_every_kind_of_change (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmSnapshot) observed = pm_registry_test_snapshot ();
  PmService *web = pm_registry_test_add_service (observed, "web", 80, 8080);
  PmFinding *finding = pm_registry_test_add_finding (observed, "shop/compose.yaml", 8080);
  pm_registry_test_store (test->registry, observed, NOW);
  const char **texts[] = {
      &finding->path,     &finding->address,  &finding->host,     &finding->bind,
      &finding->scheme,   &finding->protocol, &finding->service,  &finding->variant,
      &finding->profiles, &finding->rule,     &finding->variable, &finding->origin,
      &finding->format,   &finding->own_name, &finding->owner,    &web->bind,
      &web->protocol,     &web->type,         &web->variant,      &web->profiles,
      &web->origin,       &web->external_ip};
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    *texts[i] = "other";
    g_assert_true (pm_registry_test_store (test->registry, observed, NOW).anything);
    g_assert_false (pm_registry_test_store (test->registry, observed, NOW).anything);
  }
  PmProblem problem = {"/srv", "", 0, "unreadable"};
  g_array_append_val (observed->problems, problem);
  g_assert_true (pm_registry_test_store (test->registry, observed, NOW).anything);
  PmEdge edge = {.finding = 0, .from_service = 0, .to_service = -1, .confidence = 1};
  g_array_append_val (observed->edges, edge);
  g_assert_true (pm_registry_test_store (test->registry, observed, NOW).anything);
  g_array_index (observed->documents, PmDocumentRecord, 0).mtime_ns++;
  g_assert_cmpuint (pm_registry_test_store (test->registry, observed, NOW).documents_changed, ==,
                    1);
  g_assert_false (pm_registry_test_store (test->registry, observed, NOW).anything);
}

/* --- conflicts --- */

static PmScanChanges
store_again (PmRegistryTest *test, const PmSnapshot *observed, const GArray *conflicts,
             PmStoredConflicts *stored)
{
  g_autoptr (GError) error = NULL;
  PmScanScope scope = {.status_is_known = TRUE, .conflicts = conflicts, .stored = stored};
  PmScanChanges changes = {0};
  pm_registry_store_scan (test->registry, observed, &scope, NOW, &changes, &error);
  g_assert_no_error (error);
  return changes;
}

static PmScanChanges
store_with_conflicts (PmRegistryTest *test, const PmSnapshot *observed, const GArray *conflicts)
{
  return store_again (test, observed, conflicts, NULL);
}

static void
opens_and_closes_conflicts (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmSnapshot) observed = pm_registry_test_snapshot ();
  pm_registry_test_add_service (observed, "web", 80, 8080);
  pm_registry_test_add_service (observed, "api", 3000, 8080);
  PmClaimant claimants[] = {
      {.service = 0,
       .file = "shop/compose.yaml",
       .line = 4,
       .bind = "",
       .variant = "",
       .profiles = ""},
      {.service = 1,
       .file = "shop/compose.yaml",
       .line = 9,
       .bind = "",
       .variant = "",
       .profiles = ""},
  };
  PmConflict conflict = {.id = "tcp-8080",
                         .port = 8080,
                         .host = "here",
                         .severity = PM_SEVERITY_ERROR,
                         .reason = "both bind 8080",
                         .claimants = claimants,
                         .n_claimants = 2,
                         .suggested_service = 1,
                         .suggested_port = 8081};
  g_autoptr (GArray) conflicts = g_array_new (FALSE, TRUE, sizeof (PmConflict));
  g_array_append_val (conflicts, conflict);
  g_assert_cmpuint (store_with_conflicts (test, observed, conflicts).conflicts_opened, ==, 1);
  g_autoptr (PmSnapshot) back = read_back (test->registry);
  g_assert_cmpint (service_named (back, "web")->status, ==, PM_STATUS_CONFLICT);
  g_assert_false (store_with_conflicts (test, observed, conflicts).anything);

  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) objects = g_array_new (FALSE, TRUE, sizeof (char *));
  g_assert_true (pm_registry_conflicts (test->registry, arena, objects, NULL));
  g_assert_cmpuint (objects->len, ==, 1);
  g_assert_nonnull (
      strstr (g_array_index (objects, char *, 0), "\"suggestion\":{\"serviceId\":2,"));

  g_array_set_size (conflicts, 0);
  g_assert_cmpuint (store_with_conflicts (test, observed, conflicts).conflicts_closed, ==, 1);
  g_autoptr (PmSnapshot) closed = read_back (test->registry);
  g_assert_cmpint (service_named (closed, "web")->status, ==, PM_STATUS_INACTIVE);
  g_assert_cmpuint (count_events (test->registry, "conflict.opened"), ==, 1);
  g_assert_cmpuint (count_events (test->registry, "conflict.closed"), ==, 1);
}

static PmConflict
conflict_of (PmClaimant claimants[2], const PmSocket *socket)
{
  for (gint i = 0; i < 2; i++)
    claimants[i] = (PmClaimant){
        .service = i, .file = "a", .line = 1, .bind = "", .variant = "", .profiles = ""};
  claimants[1].socket = socket;
  return (PmConflict){.id = (char *) "tcp-8080",
                      .port = 8080,
                      .host = "here",
                      .severity = PM_SEVERITY_ERROR,
                      .reason = (char *) "both bind 8080",
                      .claimants = claimants,
                      .n_claimants = 2,
                      .suggested_service = 1,
                      .suggested_port = 8081};
}

/* Whatever it says is something else to be stored, one thing at a time; nothing else is. */
static void
stores_of_conflicts_what_is_otherwise (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmSnapshot) observed = pm_registry_test_snapshot ();
  PmStoredConflicts *stored = pm_stored_conflicts_new ();
  pm_registry_test_add_service (observed, "api", 3000, 8080);
  pm_registry_test_add_service (observed, "web", 80, 8080);
  pm_registry_test_add_service (observed, "worker", 81, 8080);
  PmSocket socket = {.host = "here",
                     .address = "",
                     .device = "",
                     .pid = 7,
                     .command = "nginx",
                     .program = "nginx",
                     .cwd = "",
                     .unit = "",
                     .root = "",
                     .project_id = "",
                     .container_id = "",
                     .container = "",
                     .container_folder = "",
                     .compose_service = ""};
  g_autoptr (GArray) moves = g_array_new (FALSE, TRUE, sizeof (PmConflictMove));
  PmConflictMove move = {2, 9000};
  g_array_append_val (moves, move);
  for (guint step = 0; step < 32; step++) { /* as it was at first, in between */
    guint what = step % 2 == 0 ? 0 : step / 2 + 1;
    PmClaimant claimants[2];
    PmConflict conflict = conflict_of (claimants, what >= 15 ? &socket : NULL);
    socket.pid = what == 16 ? 8 : 7;
    conflict.severity = what == 1 ? PM_SEVERITY_NOTE : PM_SEVERITY_ERROR;
    conflict.reason = what == 2 ? (char *) "all bind 8080" : conflict.reason;
    conflict.suggested_port = what == 3 ? 8082 : 8081;
    conflict.suggested_service = what == 4 ? 0 : 1;
    conflict.host = what == 5 ? "there" : "here";
    conflict.port = what == 6 ? 8088 : 8080;
    conflict.transport = what == 7 ? PM_TRANSPORT_UDP : PM_TRANSPORT_TCP;
    conflict.moves = what == 8 ? moves : NULL;
    conflict.stuck = what == 9 ? (char *) "pinned" : NULL;
    claimants[1].service = what == 10 ? 2 : 1;
    claimants[1].file = what == 11 ? "b" : "a";
    claimants[1].line = what == 12 ? 2 : 1;
    claimants[1].bind = what == 13 ? "127.0.0.1" : "";
    claimants[1].variant = what == 14 ? "prod" : "";
    g_autoptr (GArray) conflicts = g_array_new (FALSE, TRUE, sizeof (PmConflict));
    g_array_append_val (conflicts, conflict);
    g_assert_true (store_again (test, observed, conflicts, stored).anything);
    g_assert_false (store_again (test, observed, conflicts, stored).anything);
    g_assert_false (store_again (test, observed, conflicts, NULL).anything);
  }
  pm_stored_conflicts_free (stored);
}

static void
stores_conflicts_again_that_somebody_else_stored (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmSnapshot) observed = pm_registry_test_snapshot ();
  PmStoredConflicts *stored = pm_stored_conflicts_new ();
  PmClaimant claimants[2];
  pm_registry_test_add_service (observed, "api", 3000, 8080);
  pm_registry_test_add_service (observed, "web", 80, 8080);
  PmConflict ours = conflict_of (claimants, NULL), theirs = ours;
  theirs.reason = (char *) "all bind 8080";
  g_autoptr (GArray) one = g_array_new (FALSE, TRUE, sizeof (PmConflict));
  g_autoptr (GArray) other = g_array_new (FALSE, TRUE, sizeof (PmConflict));
  g_autoptr (GArray) none = g_array_new (FALSE, TRUE, sizeof (PmConflict));
  g_array_append_val (one, ours);
  g_array_append_val (other, theirs);
  g_assert_cmpuint (store_again (test, observed, one, stored).conflicts_opened, ==, 1);
  g_assert_true (store_again (test, observed, other, NULL).anything);
  g_assert_true (store_again (test, observed, one, stored).anything);
  g_assert_cmpuint (store_again (test, observed, none, NULL).conflicts_closed, ==, 1);
  g_assert_cmpuint (store_again (test, observed, one, stored).conflicts_opened, ==, 1);
  g_assert_cmpuint (store_again (test, observed, none, stored).conflicts_closed, ==, 1);
  pm_stored_conflicts_free (stored);
}

/* --- refusals --- */

static void
takes_nothing_of_a_scan_that_contradicts_itself (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmSnapshot) observed = pm_registry_test_snapshot ();
  pm_registry_test_add_service (observed, "web", 80, 8080);
  pm_registry_test_add_finding (observed, "shop/not-listed.yaml", 8080);
  PmScanScope scope = {0};
  g_assert_false (pm_registry_store_scan (test->registry, observed, &scope, NOW, NULL, &error));
  g_assert_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_INVALID);
  g_autoptr (PmSnapshot) back = read_back (test->registry);
  g_assert_cmpuint (back->services->len, ==, 0);
  g_assert_cmpint (pm_registry_test_sql (test, "SELECT count (*) FROM events"), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/scan/gives-back-what-it-was-given", gives_back_what_it_was_given);
  g_test_add_func ("/registry/scan/takes-what-it-gave-as-nothing-new",
                   takes_what_it_gave_as_nothing_new);
  g_test_add_func ("/registry/scan/keeps-ids-over-a-changed-port", keeps_ids_over_a_changed_port);
  g_test_add_func ("/registry/scan/keeps-the-protocol-over-a-guess",
                   keeps_the_protocol_over_a_guess);
  g_test_add_func ("/registry/scan/knows-what-a-transaction-moved", knows_what_a_transaction_moved);
  g_test_add_func ("/registry/scan/does-not-guess-between-two", does_not_guess_between_two);
  g_test_add_func ("/registry/scan/gives-a-service-that-comes-back-its-old-id",
                   gives_a_service_that_comes_back_its_old_id);
  g_test_add_func ("/registry/scan/leaves-other-roots-and-hosts-alone",
                   leaves_other_roots_and_hosts_alone);
  g_test_add_func ("/registry/scan/writes-nothing-when-nothing-is-new",
                   writes_nothing_when_nothing_is_new);
  g_test_add_func ("/registry/scan/sees-every-kind-of-change", sees_every_kind_of_change);
  g_test_add_func ("/registry/scan/opens-and-closes-conflicts", opens_and_closes_conflicts);
  g_test_add_func ("/registry/scan/stores-of-conflicts-what-is-otherwise",
                   stores_of_conflicts_what_is_otherwise);
  g_test_add_func ("/registry/scan/stores-conflicts-again-that-somebody-else-stored",
                   stores_conflicts_again_that_somebody_else_stored);
  g_test_add_func ("/registry/scan/takes-nothing-of-a-scan-that-contradicts-itself",
                   takes_nothing_of_a_scan_that_contradicts_itself);
  return g_test_run ();
}
