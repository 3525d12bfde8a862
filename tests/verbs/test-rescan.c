/* What a rescan of some paths stores is what a scan of everything would store. */

#include "rescan-test.h"

#include <string.h>

#include "registry/registry.h"

#define TELL(test, ...) rescan_test_tell ((test), (const char *const[]){__VA_ARGS__, NULL})

static guint16
port_of (RescanTest *test, const char *name)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) services = g_array_new (FALSE, TRUE, sizeof (PmService));
  g_assert_true (pm_registry_services (test->context->registry, arena, services, NULL));
  for (guint i = 0; i < services->len; i++) {
    const PmService *service = &g_array_index (services, PmService, i);
    if (strcmp (service->name, name) == 0)
      return service->external_port;
  }
  return 0;
}

static void
a_port_moves (RescanTest *test, gconstpointer data)
{
  rescan_test_put (test, "blog/package.json",
                   "{\"name\": \"blog\", \"scripts\": {\"dev\": \"vite --port 5199\"}}");
  TELL (test, "blog/package.json");
  g_assert_cmpuint (port_of (test, "blog"), ==, 5199);
  g_assert_cmpuint (test->report.changes.services_changed, ==, 1);
  rescan_test_compare (test);
}

static void
an_environment_reaches_what_is_expanded (RescanTest *test, gconstpointer data)
{
  rescan_test_put (test, "shop/.env", "PORT=9090\nDATABASE_URL=postgres://localhost:5432/shop\n");
  TELL (test, "shop/.env");
  g_assert_cmpuint (port_of (test, "web"), ==, 9090);
  rescan_test_compare (test);
}

/* Files are expanded by what a link named .env leads to, in this folder or in another one. */
static void
what_a_link_leads_to_reaches_what_is_expanded (RescanTest *test, gconstpointer data)
{
  rescan_test_put (test, "linked/docker/compose.yaml",
                   "services:\n  far:\n    ports: ['${FAR}:80']\n");
  rescan_test_put (test, "linked/compose.yaml", "services:\n  near:\n    ports: ['${NEAR}:80']\n");
  rescan_test_put (test, "linked/shop.conf", "NEAR=7101\n");
  rescan_test_put (test, "linked/.env.shared", "FAR=7201\n");
  rescan_test_link (test, "linked/.env", "shop.conf");
  rescan_test_link (test, "linked/docker/.env", "../.env.shared");
  TELL (test, "linked");
  g_assert_cmpuint (port_of (test, "near"), ==, 7101);
  g_assert_cmpuint (port_of (test, "far"), ==, 7201);
  rescan_test_put (test, "linked/shop.conf", "NEAR=7102\n");
  TELL (test, "linked/shop.conf");
  g_assert_cmpuint (port_of (test, "near"), ==, 7102);
  rescan_test_put (test, "linked/.env.shared", "FAR=7202\n");
  TELL (test, "linked/.env.shared");
  g_assert_cmpuint (port_of (test, "far"), ==, 7202);
  rescan_test_compare (test);
}

/* From another project; the one that it lies in runs nothing, at first. */
static void
what_a_link_leads_to_is_read_with_it (RescanTest *test, gconstpointer data)
{
  rescan_test_put (test, "app/package.json", "{\"name\": \"app\"}");
  rescan_test_put (test, "team/.env", "PORT=7301\n");
  rescan_test_link (test, "app/.env", "../team/.env");
  TELL (test, "app", "team");
  g_assert_cmpuint (port_of (test, "app"), ==, 7301);
  g_assert_cmpuint (port_of (test, "team"), ==, 0);
  rescan_test_put (test, "team/.env", "PORT=7302\n");
  TELL (test, "team/.env");
  g_assert_cmpuint (port_of (test, "app"), ==, 7302);
  rescan_test_compare (test);
  rescan_test_put (test, "team/compose.yaml", "services:\n  db:\n    ports: ['7400:1']\n");
  TELL (test, "team/compose.yaml");
  g_assert_cmpuint (port_of (test, "team"), ==, 7302);
  rescan_test_compare (test);
  rescan_test_remove (test, "team/compose.yaml");
  TELL (test, "team/compose.yaml");
  g_assert_cmpuint (port_of (test, "team"), ==, 0);
  rescan_test_compare (test);
}

static void
a_folder_comes_and_goes (RescanTest *test, gconstpointer data)
{
  rescan_test_put (test, "new/compose.yaml", "services:\n  api:\n    ports: ['5432:1']\n");
  TELL (test, "new");
  g_assert_cmpuint (test->report.changes.conflicts_opened, ==, 1);
  rescan_test_compare (test);
  rescan_test_remove (test, "new");
  TELL (test, "new");
  g_assert_cmpuint (test->report.changes.conflicts_closed, ==, 1);
  rescan_test_compare (test);
}

static void
a_folder_is_renamed (RescanTest *test, gconstpointer data)
{
  rescan_test_rename (test, "mono/packages/a", "mono/packages/b");
  TELL (test, "mono/packages/b", "mono/packages/a");
  rescan_test_compare (test);
}

static void
a_workspace_is_listed_no_more (RescanTest *test, gconstpointer data)
{
  rescan_test_put (test, "mono/package.json", "{\"name\": \"mono\"}");
  TELL (test, "mono/package.json");
  rescan_test_compare (test);
}

static void
paths_elsewhere_are_passed_over (RescanTest *test, gconstpointer data)
{
  TELL (test, "../state/registry.db", "shop/nothing-of-this-name");
  g_assert_false (test->report.changes.anything);
  rescan_test_compare (test);
}

/* The last project of one root and the first of the next are called alike. */
static void
roots_are_told_apart (RescanTest *test, gconstpointer data)
{
  static const char *const stages[] = {"5600", "5601", "5602"};
  g_autofree char *other = g_build_filename (test->top, "root-2", NULL);
  g_autofree char *file = g_build_filename (other, "shop", "compose.yaml", NULL);
  g_autofree char *folder = g_path_get_dirname (file);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (stages); i++) {
    g_autofree char *text = g_strdup_printf ("services:\n  first:\n    ports: ['5700:1']\n"
                                             "  second:\n    ports: ['%s:1']\n",
                                             stages[i]);
    g_assert_true (g_file_set_contents (file, text, -1, NULL));
    if (i == 0)
      rescan_test_scan (test->context, other);
    const char *const paths[] = {file, NULL};
    g_assert_true (pm_verb_rescan (test->rescan, paths, &test->report, NULL));
  }
  g_assert_true (test->report.was_kept);
  g_assert_cmpuint (test->report.changes.services_changed, ==, 1);
  g_assert_cmpuint (test->report.changes.services_removed, ==, 0);
  g_assert_cmpuint (port_of (test, "second"), ==, 5602);
  TELL (test, "shop/.env"); /* and in the other one */
  rescan_test_put (test, "shop/.env", "PORT=9091\nDATABASE_URL=postgres://localhost:5432/shop\n");
  TELL (test, "shop/.env");
  g_assert_cmpuint (test->report.changes.services_changed, ==, 1);
  g_assert_cmpuint (test->report.changes.services_created, ==, 0);
}

static void
the_comparison_notices (RescanTest *test, gconstpointer data)
{
  g_autofree char *before = rescan_test_describe (test->context);
  rescan_test_put (test, "notes/readme.md", "the machine is 192.0.2.2\n");
  TELL (test, "notes/readme.md");
  g_autofree char *after = rescan_test_describe (test->context);
  g_assert_cmpstr (before, !=, after);
}

/* --- whoever changes files itself --- */

#define VITE "{\"name\": \"blog\", \"scripts\": {\"dev\": \"vite --port %u\"}}"

/* Says another port in a manifest, as a transaction does, and tells of it. */
static void
move_blog (RescanTest *test, PmContext *context, guint port, PmScanReport *report)
{
  g_autofree char *path = g_build_filename (test->root, "blog/package.json", NULL);
  g_autofree char *text = g_strdup_printf (VITE, port);
  const char *const paths[] = {path, NULL};
  g_autoptr (PmRescan) rescan = pm_rescan_join (context, paths);
  rescan_test_put (test, "blog/package.json", text);
  g_autoptr (GError) error = NULL;
  pm_verb_rescan (rescan, paths, report, &error);
  g_assert_no_error (error);
}

static void
who_joins_reads_what_it_changed_alone (RescanTest *test, gconstpointer data)
{
  PmScanReport report = {0};
  g_autofree char *text = g_strdup_printf (VITE, 5173);
  rescan_test_put (test, "blog/package.json", text);
  TELL (test, "blog/package.json");
  move_blog (test, test->context, 5199, &report);
  g_assert_false (report.was_everything);
  g_assert_cmpuint (port_of (test, "blog"), ==, 5199);
  rescan_test_compare (test);
}

static void
several_that_tell_of_paths_do_not_disturb_each_other (RescanTest *test, gconstpointer data)
{
  PmScanReport report = {0};
  g_autofree char *text = g_strdup_printf (VITE, 5173);
  rescan_test_put (test, "blog/package.json", text);
  TELL (test, "blog/package.json");
  g_autoptr (PmContext) other = rescan_test_open (test->state);
  move_blog (test, other, 5199, &report);
  rescan_test_put (test, "shop/.env", "PORT=9090\n");
  TELL (test, "shop/.env");
  g_assert_false (test->report.was_everything);
  g_assert_cmpuint (port_of (test, "blog"), ==, 5199);
  rescan_test_compare (test);
}

/* The control: whoever scans everything may know more. */
static void
a_scan_of_somebody_else_is_noticed (RescanTest *test, gconstpointer data)
{
  g_autoptr (PmContext) other = rescan_test_open (test->state);
  rescan_test_put (test, "shop/.env", "PORT=9090\n");
  rescan_test_scan (other, test->root);
  rescan_test_put (test, "shop/.env", "PORT=9191\n");
  TELL (test, "shop/.env");
  g_assert_true (test->report.was_everything);
  rescan_test_compare (test);
}

/* Not before anything was scanned; and what somebody else stores meanwhile is seen. */
static void
what_is_next_is_prepared (RescanTest *test, gconstpointer data)
{
  g_assert_false (pm_rescan_prepare (test->rescan));
  TELL (test, "shop/.env");
  g_assert_true (test->report.was_everything);
  g_assert_true (pm_rescan_prepare (test->rescan));
  rescan_test_scan (test->context, test->root);
  rescan_test_put (test, "shop/.env", "PORT=8321\n");
  TELL (test, "shop/.env");
  g_assert_true (pm_rescan_prepare (test->rescan));
  rescan_test_compare (test);
}

#define ADD(path, function)                                                                        \
  g_test_add ((path), RescanTest, NULL, rescan_test_set_up, (function), rescan_test_tear_down)

int
main (int argc, char *argv[])
{
  g_setenv ("XDG_CONFIG_HOME", "/nonexistent", TRUE); /* nobody's own configuration */
  g_test_init (&argc, &argv, NULL);
  ADD ("/rescan/a-port-moves", a_port_moves);
  ADD ("/rescan/an-environment-reaches-what-is-expanded", an_environment_reaches_what_is_expanded);
  ADD ("/rescan/what-a-link-leads-to-reaches-what-is-expanded",
       what_a_link_leads_to_reaches_what_is_expanded);
  ADD ("/rescan/what-a-link-leads-to-is-read-with-it", what_a_link_leads_to_is_read_with_it);
  ADD ("/rescan/a-folder-comes-and-goes", a_folder_comes_and_goes);
  ADD ("/rescan/a-folder-is-renamed", a_folder_is_renamed);
  ADD ("/rescan/a-workspace-is-listed-no-more", a_workspace_is_listed_no_more);
  ADD ("/rescan/paths-elsewhere-are-passed-over", paths_elsewhere_are_passed_over);
  ADD ("/rescan/who-joins-reads-what-it-changed-alone", who_joins_reads_what_it_changed_alone);
  ADD ("/rescan/several-that-tell-of-paths-do-not-disturb-each-other",
       several_that_tell_of_paths_do_not_disturb_each_other);
  ADD ("/rescan/a-scan-of-somebody-else-is-noticed", a_scan_of_somebody_else_is_noticed);
  ADD ("/rescan/roots-are-told-apart", roots_are_told_apart);
  ADD ("/rescan/what-is-next-is-prepared", what_is_next_is_prepared);
  ADD ("/rescan/the-comparison-notices", the_comparison_notices);
  return g_test_run ();
}
