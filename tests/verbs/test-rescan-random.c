/* Random changes of a tree, each told by its paths alone: after every one the registry says what
 * that of a scan of everything says, and has told the same events.
 *
 * DESIGN
 * Two registries of one tree: one is told the paths, the other is scanned anew each time. What is
 * changed comes from a seed, so that a failure can be repeated; RESCAN_SEED=N adds N to all. */

#include "rescan-test.h"

#include <glib/gstdio.h>
#include <string.h>

#include "registry/registry.h"

#define STEPS 120

#define TELL_RESCAN(test, ...) rescan_test_tell ((test), (const char *const[]){__VA_ARGS__, NULL})

/* What a test begins with. */
typedef struct {
  guint32 seed;
  const char *configuration;
  gboolean is_kept; /* what the registry says is kept in memory from one change to the next */
} Start;

typedef struct {
  RescanTest test;
  PmContext *other;
  GRand *numbers;
  gint64 told, told_other; /* the last events that were compared */
} Random;

/* --- changes --- */

static guint
pick (Random *random, guint n)
{
  return (guint) g_rand_int_range (random->numbers, 0, (gint32) n);
}

static const char *
pick_project (Random *random)
{
  static const char *const projects[] = {"shop", "blog", "mono", "notes", "mono/packages/a"};
  return projects[pick (random, G_N_ELEMENTS (projects))];
}

static char *
environment (Random *random)
{
  static const char *const hosts[] = {
      "localhost",     "198.51.100.7",          "203.0.113.9", "db",
      "[2001:db8::7]", "198-51-100-7.sslip.io", "h1",          "web"};
  return g_strdup_printf ("PORT=%u\nAPI_URL=http://%s:%u\n# %u\n", 4000 + pick (random, 6),
                          hosts[pick (random, G_N_ELEMENTS (hosts))], 4000 + pick (random, 8),
                          pick (random, 1000));
}

static char *
compose (Random *random)
{
  static const char *const volumes[] = {"", "    volumes: ['./nginx.conf:/etc/nginx/nginx.conf']\n",
                                        "    volumes: ['../blog:/etc/nginx/conf.d:ro']\n"};
  return g_strdup_printf ("services:\n"
                          "  web:\n    build: .\n    ports: ['${PORT:-%u}:80']\n"
                          "  s%u:\n    image: redis\n    ports: ['%u:6379']\n%s",
                          4000 + pick (random, 6), pick (random, 3), 4000 + pick (random, 8),
                          volumes[pick (random, G_N_ELEMENTS (volumes))]);
}

static char *
proxy (Random *random)
{
  return g_strdup_printf ("server {\n  listen %u;\n  location / { proxy_pass http://localhost:%u; "
                          "}\n}\n",
                          4000 + pick (random, 8), 4000 + pick (random, 8));
}

/* Folders that have a say in each other's services. */
static char *
crossing (Random *random)
{
  static const char *const others[] = {"../blog", "../shop", "../mono/packages/a", ".", ".."};
  return g_strdup_printf ("services:\n"
                          "  api%u:\n    build: %s\n    hostname: h%u\n    env_file: %s/.env\n"
                          "    ports: ['%u:%u']\n    environment: ['UP=http://h%u:%u']\n",
                          pick (random, 2), others[pick (random, G_N_ELEMENTS (others))],
                          pick (random, 3), others[pick (random, G_N_ELEMENTS (others))],
                          4000 + pick (random, 8), 80 + pick (random, 2), pick (random, 3),
                          80 + pick (random, 2));
}

static char *
manifest (Random *random)
{
  g_autofree char *flag = pick (random, 3) == 0
                              ? g_strdup ("")
                              : g_strdup_printf (" --port %u", 4000 + pick (random, 8));
  g_autofree char *start = pick (random, 3) == 0 ? g_strdup_printf (",\n\"start\": \"serve -l %u\"",
                                                                    4000 + pick (random, 8))
                                                 : g_strdup ("");
  return g_strdup_printf ("{\"name\": \"n%u\", \"scripts\": {\n\"dev\": \"vite%s\"%s}%s}",
                          pick (random, 3), flag, start,
                          pick (random, 4) == 0 ? ", \"workspaces\": [\"packages/*\"]" : "");
}

static char *
broken (Random *random)
{
  return g_strdup_printf ("{\"name\": \"n1\", \"scripts\": {\"dev\": \"vite --port %u\"",
                          4000 + pick (random, 8));
}

static char *
prose (Random *random)
{
  return g_strdup_printf ("the machine is %s\n", pick (random, 2) ? "192.0.2.1" : "ours");
}

static char *
image (Random *random)
{
  return g_strdup_printf ("FROM nginx\nEXPOSE %u\n%s", 4000 + pick (random, 8),
                          pick (random, 2) ? "COPY nginx.conf /etc/nginx/nginx.conf\n" : "");
}

typedef struct {
  const char *name;
  char *(*make) (Random *random);
  guint weight;
} Kind;

static const Kind kinds[] = {
    {".env", environment, 6},
    {".env.local", environment, 2},
    {".env.production", environment, 2},
    {"compose.yaml", compose, 6},
    {"compose.yaml", crossing, 3},
    {"compose.prod.yaml", crossing, 1},
    {"package.json", manifest, 4},
    {"package.json", broken, 1},
    {"readme.md", prose, 2},
    {"docs/notes.txt", prose, 1},
    {"deploy/compose.yaml", compose, 2},
    {"settings.yaml", environment, 1},
    {"nginx.conf", proxy, 3},
    {"Dockerfile", image, 2},
};

static const Kind *
pick_kind (Random *random)
{
  guint total = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    total += kinds[i].weight;
  guint at = pick (random, total);
  for (gsize i = 0;; i++) {
    if (at < kinds[i].weight)
      return &kinds[i];
    at -= kinds[i].weight;
  }
}

static void
add_path (GPtrArray *paths, char *path)
{
  g_ptr_array_add (paths, path);
}

static void
write_one (Random *random, GPtrArray *paths)
{
  const Kind *kind = pick_kind (random);
  g_autofree char *text = kind->make (random);
  char *file = g_strconcat (pick_project (random), "/", kind->name, NULL);
  rescan_test_put (&random->test, file, text);
  add_path (paths, file);
}

static void
remove_one (Random *random, GPtrArray *paths)
{
  char *file = g_strconcat (pick_project (random), "/", pick_kind (random)->name, NULL);
  rescan_test_remove (&random->test, file);
  add_path (paths, file);
}

/* Of a folder everything below it is told by its own path. */
static void
change_folders (Random *random, GPtrArray *paths)
{
  g_autofree char *ignored = g_strconcat (pick_project (random), "/.gitignore", NULL);
  switch (pick (random, 4)) {
  case 0:
    rescan_test_put (&random->test, "fresh/compose.yaml", "services: {api: {ports: ['4001:1']}}\n");
    add_path (paths, g_strdup ("fresh"));
    break;
  case 1:
    rescan_test_remove (&random->test, "fresh");
    add_path (paths, g_strdup ("fresh"));
    break;
  case 2:
    rescan_test_put (&random->test, ignored, pick (random, 2) ? "*.md\ndocs\n" : "\n");
    add_path (paths, g_steal_pointer (&ignored));
    break;
  default:
    rescan_test_put (&random->test, "lone.env", "PORT=4002\n");
    add_path (paths, g_strdup ("lone.env"));
  }
}

static void
change (Random *random, GPtrArray *paths)
{
  guint n = pick (random, 4) == 0 ? 1 + pick (random, 3) : 1;
  for (guint i = 0; i < n; i++) {
    guint what = pick (random, 20);
    if (what < 14)
      write_one (random, paths);
    else if (what < 18)
      remove_one (random, paths);
    else
      change_folders (random, paths);
  }
  g_ptr_array_add (paths, NULL);
}

/* --- the two registries --- */

static void
configure (const char *configuration)
{
  g_autofree char *file =
      g_build_filename (g_getenv ("XDG_CONFIG_HOME"), "port-manager", "config.toml", NULL);
  g_assert_true (g_file_set_contents (file, configuration, -1, NULL));
}

static void
set_up (Random *random, gconstpointer data)
{
  const Start *start = data;
  configure (start->configuration);
  rescan_test_set_up (&random->test, data);
  const char *more = g_getenv ("RESCAN_SEED");
  guint32 by = more == NULL ? 0 : (guint32) g_ascii_strtoull (more, NULL, 10);
  random->numbers = g_rand_new_with_seed (start->seed + by);
  g_autofree char *state = g_build_filename (random->test.top, "other", NULL);
  random->other = rescan_test_open (state);
  rescan_test_scan (random->other, random->test.root);
  g_assert_true (pm_registry_last_event (random->test.context->registry, &random->told, NULL));
  g_assert_true (pm_registry_last_event (random->other->registry, &random->told_other, NULL));
}

static void
tear_down (Random *random, gconstpointer data)
{
  pm_context_free (random->other);
  g_rand_free (random->numbers);
  rescan_test_tear_down (&random->test, data);
}

/* Their names, in order: ids and times differ. */
static char *
events_since (PmContext *context, gint64 *last)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (PmEvent));
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);
  pm_registry_events (context->registry, *last, 1000, arena, events, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < events->len; i++) {
    const PmEvent *event = &g_array_index (events, PmEvent, i);
    g_string_append_printf (text, "%s\n", event->event);
    *last = event->id;
  }
  return g_string_free (text, FALSE);
}

static char *
paths_text (const GPtrArray *paths)
{
  return g_strjoinv (" ", (char **) paths->pdata);
}

static void
compare (Random *random, guint step, const GPtrArray *paths)
{
  g_autofree char *ours = rescan_test_describe (random->test.context);
  g_autofree char *others = rescan_test_describe (random->other);
  g_autofree char *told = events_since (random->test.context, &random->told);
  g_autofree char *told_other = events_since (random->other, &random->told_other);
  g_autofree char *text = paths_text (paths);
  if (strcmp (ours, others) != 0)
    g_error ("step %u, %s: told by paths the registry says: %s\nscanned: %s", step, text,
             rescan_test_first_without (ours, others), rescan_test_first_without (others, ours));
  if (strcmp (told, told_other) != 0)
    g_error ("step %u, %s: told by paths:\n%s\nscanned:\n%s", step, text, told, told_other);
}

static void
says_what_a_scan_says (Random *random, gconstpointer data)
{
  const Start *start = data;
  guint n_everything = 0, n_kept = 0;
  for (guint step = 0; step < STEPS; step++) {
    g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
    change (random, paths);
    rescan_test_tell (&random->test, (const char *const *) paths->pdata);
    rescan_test_scan (random->other, random->test.root);
    compare (random, step, paths);
    n_everything += random->test.report.was_everything ? 1 : 0;
    n_kept += random->test.report.was_kept ? 1 : 0;
    if (step % 3 == 0) /* sometimes there is time to read ahead, sometimes not */
      g_assert_cmpint (pm_rescan_prepare (random->test.rescan), ==, start->is_kept);
  }
  g_test_message ("%u of %u changes asked for everything, %u were put into what was kept",
                  n_everything, STEPS, n_kept);
  g_assert_cmpuint (n_everything, <, STEPS * 2 / 3); /* or this compares a scan with itself */
  if (start->is_kept)
    g_assert_cmpuint (n_kept, >, STEPS / 4);
  else
    g_assert_cmpuint (n_kept, ==, 0);
}

/* What is not told is not seen, and the comparison notices. */
static void
misses_what_is_not_told (Random *random, gconstpointer data)
{
  TELL_RESCAN (&random->test, "notes/readme.md"); /* the first time is everything */
  rescan_test_put (&random->test, "shop/.env", "PORT=8123\n");
  rescan_test_put (&random->test, "notes/readme.md", "the machine is 192.0.2.4\n");
  TELL_RESCAN (&random->test, "notes/readme.md");
  g_assert_false (random->test.report.was_everything);
  rescan_test_scan (random->other, random->test.root);
  g_autofree char *ours = rescan_test_describe (random->test.context);
  g_autofree char *others = rescan_test_describe (random->other);
  g_assert_cmpstr (ours, !=, others);
  g_assert_nonnull (strstr (rescan_test_first_without (ours, others), "shop"));
}

#define ADD(path, start, function)                                                                 \
  g_test_add ((path), Random, (start), set_up, (function), tear_down)

/* What else runs on this machine is no part of it. */
#define ALONE "[scan]\nsockets = false\n"
#define PINNED                                                                                     \
  ALONE "[[service]]\nmatch = \"port:4000-4003\"\npinned = \"registered\"\n"                       \
        "[[project]]\nmatch = \"shop\"\nname = \"Market\"\n"
#define PINNED_BY_ADDRESS                                                                          \
  ALONE "[[service]]\nmatch = \"ip:198.51.100.7\"\npinned = \"registered\"\n"
#define RENAMED ALONE "[[service]]\nmatch = \"name:web\"\nname = \"front\"\n"

static char *
make_folder (void)
{
  char *folder = g_dir_make_tmp ("rescan-config-XXXXXX", NULL);
  g_autofree char *below = g_build_filename (folder, "port-manager", NULL);
  g_assert_cmpint (g_mkdir (below, 0700), ==, 0);
  g_setenv ("XDG_CONFIG_HOME", folder, TRUE);
  return folder;
}

static void
remove_folder (const char *folder)
{
  g_autofree char *below = g_build_filename (folder, "port-manager", NULL);
  g_autofree char *file = g_build_filename (below, "config.toml", NULL);
  g_remove (file);
  g_remove (below);
  g_remove (folder);
}

int
main (int argc, char *argv[])
{
  static const Start starts[] = {
      {1, ALONE, TRUE},  {2, ALONE, TRUE},    {3, ALONE, TRUE},
      {4, PINNED, TRUE}, {5, RENAMED, FALSE}, {6, PINNED_BY_ADDRESS, FALSE},
  };
  g_autofree char *folder = make_folder ();
  g_test_init (&argc, &argv, NULL);
  ADD ("/rescan/random/says-what-a-scan-says/1", &starts[0], says_what_a_scan_says);
  ADD ("/rescan/random/says-what-a-scan-says/2", &starts[1], says_what_a_scan_says);
  ADD ("/rescan/random/says-what-a-scan-says/3", &starts[2], says_what_a_scan_says);
  ADD ("/rescan/random/says-what-a-scan-says/pinned", &starts[3], says_what_a_scan_says);
  ADD ("/rescan/random/says-what-a-scan-says/renamed", &starts[4], says_what_a_scan_says);
  ADD ("/rescan/random/says-what-a-scan-says/pinned-by-address", &starts[5], says_what_a_scan_says);
  ADD ("/rescan/random/misses-what-is-not-told", &starts[0], misses_what_is_not_told);
  int failed = g_test_run ();
  remove_folder (folder);
  return failed;
}
