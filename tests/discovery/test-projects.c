#include "discovery/projects.h"

#include <string.h>

typedef struct {
  const char *path;
  const char *text;
} File;

static PmProjects *
read_files (const File *files)
{
  PmProjects *projects = pm_projects_new ();
  for (; files->path != NULL; files++) {
    pm_projects_add_file (projects, files->path);
    if (pm_projects_is_manifest (files->path))
      pm_projects_add_manifest (projects, files->path, files->text, strlen (files->text));
  }
  pm_projects_finish (projects);
  return projects;
}

static void
expect (const PmProjects *projects, const char *expected)
{
  g_autoptr (PmSnapshot) snapshot = pm_snapshot_new ();
  pm_projects_append (projects, "/home/me/work", snapshot);
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < snapshot->projects->len; i++) {
    const PmProject *project = &g_array_index (snapshot->projects, PmProject, i);
    g_assert_cmpstr (project->root, ==, "/home/me/work");
    g_string_append_printf (text, "%s (%s)%s%s\n", project->id, project->name,
                            project->is_workspace ? " workspace" : "",
                            project->is_worktree ? " worktree" : "");
  }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
takes_direct_children (void)
{
  const File files[] = {{"shop/.env", ""},
                        {"blog/src/x.js", ""},
                        {"compose.yml", ""},
                        {"blog/package.json", "{\"name\": \"@me/blog\"}"},
                        {"blog/sub/package.json", "{}"},
                        {NULL, NULL}};
  g_autoptr (PmProjects) projects = read_files (files);
  expect (projects, ". (work)\nblog (@me/blog)\nshop (shop)\n");
  g_assert_cmpstr (pm_projects_of (projects, "shop/a/b/c"), ==, "shop");
  g_assert_cmpstr (pm_projects_of (projects, "blog/sub/x"), ==, "blog");
  g_assert_cmpstr (pm_projects_of (projects, "compose.yml"), ==, ".");
}

/* Beside the main checkout and below it; a submodule is none, nor is any other text. */
static void
knows_linked_worktrees (void)
{
  const File files[] = {
      {"m/package.json", "{\"name\": \"m\", \"workspaces\": [\"packages/*\"]}"},
      {"m/packages/a/package.json", "{\"name\": \"a\"}"},
      {"m/.worktrees/f1/.git", "gitdir: /w/m/.git/worktrees/f11\n"},
      {"m/.worktrees/f1/package.json", "{\"name\": \"m\", \"workspaces\": [\"packages/*\"]}"},
      {"m/.worktrees/f1/packages/a/package.json", "{\"name\": \"a\"}"},
      {"m/lib/.git", "gitdir: ../../.git/modules/lib\n"},
      {"m/odd/.git", "worktrees/odd\n"},
      {"m-f3/.git", "gitdir: ../m/.git/worktrees/m-f3\r\n"},
      {"m-f3/package.json", "{\"name\": \"m\"}"},
      {NULL, NULL}};
  g_autoptr (PmProjects) projects = read_files (files);
  expect (projects, "m (m)\n"
                    "m-f3 (m-f3) worktree\n"
                    "m/.worktrees/f1 (f1) worktree\n"
                    "m/.worktrees/f1/packages/a (a) workspace worktree\n"
                    "m/packages/a (a) workspace\n");
  g_assert_cmpstr (pm_projects_of (projects, "m/.worktrees/f1/.env"), ==, "m/.worktrees/f1");
  g_assert_cmpstr (pm_projects_of (projects, "m/lib/.env"), ==, "m");
}

static void
reads_npm_workspaces (void)
{
  const File files[] = {
      {"m/package.json",
       "{\"workspaces\": [\"packages/*\", \"./apps/{web,api}/\", \"!packages/old\"]}"},
      {"m/packages/a/package.json", "{\"name\": \"a\"}"},
      {"m/packages/a/test/package.json", "{}"},
      {"m/packages/old/package.json", "{}"},
      {"m/packages/none/x.js", ""},
      {"m/apps/web/package.json", "{}"},
      {"m/apps/cli/package.json", "{}"},
      {"n/package.json", "{\"workspaces\": {\"packages\": [\"libs/**\"]}}"},
      {"n/libs/x/y/package.json", "{}"},
      {NULL, NULL}};
  g_autoptr (PmProjects) projects = read_files (files);
  expect (projects, "m (m)\nm/apps/web (web) workspace\nm/packages/a (a) workspace\nn (n)\n"
                    "n/libs/x/y (y) workspace\n");
  g_assert_cmpstr (pm_projects_of (projects, "m/packages/a/src/x"), ==, "m/packages/a");
  g_assert_cmpstr (pm_projects_of (projects, "m/packages/old/x"), ==, "m");
}

static void
reads_other_javascript_workspaces (void)
{
  const File files[] = {{"p/pnpm-workspace.yaml", "packages:\n  - 'apps/*'\n  - \"!apps/skip\"\n"},
                        {"p/apps/a/package.json", "{}"},
                        {"p/apps/skip/package.json", "{}"},
                        {"l/lerna.json", "{\"packages\": [\"modules/*\"]}"},
                        {"l/modules/a/package.json", "{}"},
                        {"x/nx.json", "{}"},
                        {"x/apps/a/project.json", "{\"name\": \"nx-a\"}"},
                        {"x/apps/b/package.json", "{}"},
                        {"y/apps/a/project.json", "{}"},
                        {NULL, NULL}};
  g_autoptr (PmProjects) projects = read_files (files);
  expect (projects, "l (l)\nl/modules/a (a) workspace\np (p)\np/apps/a (a) workspace\nx (x)\n"
                    "x/apps/a (nx-a) workspace\ny (y)\n");
}

static void
reads_workspaces_of_other_languages (void)
{
  const File files[] = {
      {"r/Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\nexclude = [\"crates/old\"]\n"},
      {"r/crates/a/Cargo.toml", "[package]\nname = \"rust-a\"\n"},
      {"r/crates/old/Cargo.toml", "[package]\nname = \"old\"\n"},
      {"g/go.work", "go 1.22\n\nuse (\n\t./api // the server\n\t./cli\n)\nuse ./tool\n"},
      {"g/api/go.mod", "module example.org/g/api\n"},
      {"g/tool/go.mod", "module example.org/g/tool\n"},
      {"g/other/go.mod", "module example.org/g/other\n"},
      {"u/pyproject.toml",
       "[project]\nname = \"u-main\"\n[tool.uv.workspace]\nmembers = [\"packages/*\"]\n"},
      {"u/packages/a/pyproject.toml", "[project]\nname = \"u-a\"\n"},
      {"v/pom.xml", "<modules>\n<module> server </module><module>web</module></modules>"},
      {"v/server/pom.xml", ""},
      {"w/settings.gradle.kts", "include(\":app\",\n  \":libs:core\")\n"},
      {"w/app/build.gradle.kts", ""},
      {"w/libs/core/build.gradle", ""},
      {NULL, NULL}};
  g_autoptr (PmProjects) projects = read_files (files);
  expect (projects,
          "g (g)\ng/api (api) workspace\ng/tool (tool) workspace\nr (r)\n"
          "r/crates/a (rust-a) workspace\nu (u-main)\nu/packages/a (u-a) workspace\nv (v)\n"
          "v/server (server) workspace\nw (w)\nw/app (app) workspace\n"
          "w/libs/core (core) workspace\n");
}

static void
takes_a_project_as_the_root (void)
{
  const File files[] = {{"package.json", "{\"name\": \"me\", \"workspaces\": [\"apps/*\"]}"},
                        {"src/x.js", ""},
                        {"apps/web/package.json", "{\"name\": \"web\"}"},
                        {NULL, NULL}};
  g_autoptr (PmProjects) projects = read_files (files);
  expect (projects, ". (me)\napps/web (web) workspace\n");
  g_assert_cmpstr (pm_projects_of (projects, "src/x.js"), ==, ".");
}

static void
survives_nonsense (void)
{
  g_autofree char *braces = g_strnfill (400, '{');
  g_autofree char *text =
      g_strdup_printf ("{\"workspaces\": [\"%s\", \"{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}"
                       "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}\", 7, [], \"/\", \"../x\"]}",
                       braces);
  const File files[] = {
      {"a/package.json", text},  {"b/package.json", "{\"name\": 7"},  {"c/go.work", "use ("},
      {"d/pom.xml", "<module>"}, {"e/settings.gradle", "include 'x"}, {NULL, NULL}};
  g_autoptr (PmProjects) projects = read_files (files);
  g_assert_cmpstr (pm_projects_of (projects, "e/x"), ==, "e");
  g_assert_true (pm_projects_is_complete (projects));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/projects/takes-direct-children", takes_direct_children);
  g_test_add_func ("/discovery/projects/knows-linked-worktrees", knows_linked_worktrees);
  g_test_add_func ("/discovery/projects/reads-npm-workspaces", reads_npm_workspaces);
  g_test_add_func ("/discovery/projects/reads-other-javascript-workspaces",
                   reads_other_javascript_workspaces);
  g_test_add_func ("/discovery/projects/reads-workspaces-of-other-languages",
                   reads_workspaces_of_other_languages);
  g_test_add_func ("/discovery/projects/takes-a-project-as-the-root", takes_a_project_as_the_root);
  g_test_add_func ("/discovery/projects/survives-nonsense", survives_nonsense);
  return g_test_run ();
}
