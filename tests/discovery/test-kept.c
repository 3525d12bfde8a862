/* What a broken document says, completed with what it said while it was whole. */

#include <string.h>

#include "discovery/kept.h"

static PmFinding
port (const char *path, PmRole role, guint16 number, gint32 pair)
{
  return (PmFinding){.root = "",
                     .project = "",
                     .file = "",
                     .position = {1, 1},
                     .format = "compose",
                     .path = path,
                     .role = role,
                     .port = number,
                     .port_end = number,
                     .address = "",
                     .service = "web",
                     .own_name = "web",
                     .origin = "",
                     .pair = pair,
                     .confidence = 0.9,
                     .rule = ""};
}

static PmSaid
said (const PmFinding *findings, guint n)
{
  return (PmSaid){.format = "compose", .variant = "", .findings = findings, .n_findings = n};
}

static void
mends_a_mapping_from_both (void)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmFinding before[] = {
      port ("a[0]", PM_ROLE_PUBLISH, 8080, 11), port ("a[0]", PM_ROLE_TARGET, 80, 10),
      port ("b[0]", PM_ROLE_PUBLISH, 8443, 13), port ("b[0]", PM_ROLE_TARGET, 443, 12)};
  PmFinding read[] = {port ("a[0]", PM_ROLE_PUBLISH, 8081, -1)};
  PmSaid now = said (read, 1), earlier = said (before, G_N_ELEMENTS (before));
  earlier.pairs_from = 10; /* as in a snapshot where ten others come first */
  g_assert_true (pm_kept_broken (&now, &earlier, arena));
  g_assert_cmpuint (now.n_findings, ==, 4);
  g_assert_cmpuint (now.findings[0].port, ==, 8081);
  g_assert_cmpint (now.findings[0].standing, ==, PM_STANDING_READ);
  for (guint i = 0; i < now.n_findings; i++) {
    const PmFinding *partner = &now.findings[now.findings[i].pair];
    g_assert_cmpint (partner->pair, ==, (gint) i);
    g_assert_cmpstr (partner->path, ==, now.findings[i].path);
    g_assert_cmpint (now.findings[i].standing, ==, i == 0 ? PM_STANDING_READ : PM_STANDING_KEPT);
  }
}

static void
moves_back_what_was_misread (void)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmFinding before[] = {port ("services.web.ports[0]", PM_ROLE_PUBLISH, 8080, -1)};
  PmFinding read[] = {port ("w[0].ports", PM_ROLE_REFERENCE, 8080, -1)};
  read[0].confidence = 0.3;
  read[0].position.line = 7;
  PmSaid now = said (read, 1), earlier = said (before, 1);
  g_assert_true (pm_kept_broken (&now, &earlier, arena));
  g_assert_cmpuint (now.n_findings, ==, 1);
  g_assert_cmpint (now.findings[0].role, ==, PM_ROLE_PUBLISH);
  g_assert_cmpstr (now.findings[0].path, ==, "services.web.ports[0]");
  g_assert_cmpuint (now.findings[0].position.line, ==, 7);
  g_assert_cmpint (now.findings[0].standing, ==, PM_STANDING_READ);
}

static void
holds_on_to_what_was_whole_only (void)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmFinding before[] = {port ("a", PM_ROLE_LISTEN, 1, -1), port ("b", PM_ROLE_LISTEN, 2, -1)};
  before[0].standing = before[1].standing = PM_STANDING_TENTATIVE;
  PmFinding read[] = {port ("c", PM_ROLE_LISTEN, 3, -1)};
  PmSaid now = said (read, 1), earlier = said (before, 2);
  g_assert_false (pm_kept_broken (&now, &earlier, arena));
  g_assert_cmpuint (now.n_findings, ==, 1);
  g_assert_cmpint (now.findings[0].standing, ==, PM_STANDING_TENTATIVE);
  before[1].standing = PM_STANDING_KEPT;
  now = said (read, 1);
  g_assert_true (pm_kept_broken (&now, &earlier, arena));
  g_assert_cmpuint (now.n_findings, ==, 2);
  g_assert_cmpuint (now.findings[1].port, ==, 2);
}

static void
reads_nothing_from_what_is_taken_for_something_else (void)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmFinding before[] = {port ("spec.ports[0]", PM_ROLE_TARGET, 80, -1)};
  PmFinding read[] = {port ("ports", PM_ROLE_LISTEN, 80, -1)};
  PmProblem problem = {.root = "", .file = "", .reason = "broken"};
  PmSaid now = said (read, 1), earlier = said (before, 1);
  earlier.format = "k8s";
  now.problems = &problem;
  now.n_problems = 1;
  g_assert_true (pm_kept_broken (&now, &earlier, arena));
  g_assert_cmpstr (now.format, ==, "k8s");
  g_assert_cmpuint (now.n_findings, ==, 1);
  g_assert_cmpint (now.findings[0].role, ==, PM_ROLE_TARGET);
  g_assert_cmpuint (now.n_problems, ==, 1);
}

static void
completes_services (void)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmServiceFact before[] = {{.name = "web", .image = "nginx", .build = "a", .tool = "vite"},
                            {.name = "db", .image = "postgres"}};
  PmServiceFact read[] = {{.name = "web", .image = "caddy", .tool = ""},
                          {.name = "x", .image = ""}};
  PmSaid now = {.format = "", .facts = read, .n_facts = 2};
  PmSaid earlier = {.format = "", .facts = before, .n_facts = 2};
  g_assert_true (pm_kept_broken (&now, &earlier, arena));
  g_assert_cmpuint (now.n_facts, ==, 3);
  g_assert_cmpstr (now.facts[0].image, ==, "caddy");
  g_assert_cmpstr (now.facts[0].build, ==, "a");
  g_assert_cmpstr (now.facts[0].tool, ==, "vite");
  g_assert_cmpint (now.facts[0].standing, ==, PM_STANDING_READ);
  g_assert_cmpint (now.facts[1].standing, ==, PM_STANDING_TENTATIVE);
  g_assert_cmpint (now.facts[2].standing, ==, PM_STANDING_KEPT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/kept/mends-a-mapping-from-both", mends_a_mapping_from_both);
  g_test_add_func ("/discovery/kept/moves-back-what-was-misread", moves_back_what_was_misread);
  g_test_add_func ("/discovery/kept/holds-on-to-what-was-whole-only",
                   holds_on_to_what_was_whole_only);
  g_test_add_func ("/discovery/kept/reads-nothing-from-what-is-taken-for-something-else",
                   reads_nothing_from_what_is_taken_for_something_else);
  g_test_add_func ("/discovery/kept/completes-services", completes_services);
  return g_test_run ();
}
