/* 500 projects of two files each: how long it takes from a wish to a plan that fits every byte,
 * with the rescan that every plan begins with, and how much of that the rescan is. An address that
 * stands in all of them changes; a service that all of them point at moves. On the file system of
 * the directory given (the working directory if none). Medians of several rounds. */

#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>

#include "verbs/plan.h"
#include "verbs/scan.h"

#define PROJECTS 500
#define ROUNDS 9
#define ADDRESS_A "198.51.100.7"
#define ADDRESS_B "203.0.113.10"

static void
write_file (const char *root, guint index, const char *name, const char *text)
{
  g_autofree char *directory = g_strdup_printf ("%s/p%u", root, index);
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (GError) error = NULL;
  g_mkdir_with_parents (directory, 0755);
  if (!g_file_set_contents (path, text, -1, &error))
    g_error ("%s", error->message);
}

static void
make_projects (const char *root)
{
  for (guint i = 0; i < PROJECTS; i++) {
    g_autofree char *package =
        g_strdup_printf ("{\"name\": \"s%u\", \"scripts\": {\"start\": \"node server.js\"}}\n", i);
    g_autofree char *filler = g_strnfill (200 + i * 7 % 1500, 'x');
    g_autofree char *env = g_strdup_printf ("HOST=" ADDRESS_A "\nPORT=%u\n# %s\n"
                                            "URL=http://" ADDRESS_A ":%u/\n"
                                            "API_URL=http://localhost:3000/v1\n",
                                            3000 + i, filler, 3000 + i);
    write_file (root, i, "package.json", package);
    write_file (root, i, ".env", env);
  }
}

static PmPlan *
change_address (PmContext *context, GError **error)
{
  return pm_verb_plan_ip_change (context, ADDRESS_A, ADDRESS_B, NULL, error);
}

static PmPlan *
move_service (PmContext *context, GError **error)
{
  return pm_verb_plan_assign (context, "s0", 4000, NULL, error);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a, right = *(const double *) b;
  return left < right ? -1 : left > right;
}

static double
median (double *values)
{
  qsort (values, ROUNDS, sizeof *values, compare);
  return values[ROUNDS / 2];
}

static double
time_scan (PmContext *context)
{
  PmSurveyOptions options = {0};
  PmScanReport report;
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  if (!pm_verb_scan (context, NULL, &options, &report, NULL, &error))
    g_error ("%s", error->message);
  return (double) (g_get_monotonic_time () - start) / 1000;
}

static void
measure (PmContext *context, const char *name, PmPlan *(*make) (PmContext *, GError **) )
{
  double plans[ROUNDS], scans[ROUNDS];
  guint n_files = 0, n_edits = 0;
  for (guint i = 0; i < ROUNDS; i++) {
    g_autoptr (GError) error = NULL;
    scans[i] = time_scan (context);
    gint64 start = g_get_monotonic_time ();
    g_autoptr (PmPlan) plan = make (context, &error);
    if (plan == NULL)
      g_error ("%s", error->message);
    plans[i] = (double) (g_get_monotonic_time () - start) / 1000;
    n_files = plan->files->len;
    n_edits = plan->edits->len;
  }
  double all = median (plans), scan = median (scans);
  printf ("plan, %s: %u edits in %u files in %.0f ms, of which %.0f ms are an unchanged rescan\n",
          name, n_edits, n_files, all, scan);
}

int
main (int argc, char *argv[])
{
  g_autofree char *template = g_build_filename (argc > 1 ? argv[1] : ".", "bench-XXXXXX", NULL);
  g_autofree char *relative = g_strdup (g_mkdtemp (template));
  g_autofree char *base = realpath (relative, NULL);
  g_autofree char *root = g_build_filename (base, "root", NULL);
  g_autofree char *state = g_build_filename (base, "state", NULL);
  g_autofree char *config = g_build_filename (base, "config.toml", NULL);
  g_autoptr (GError) error = NULL;
  make_projects (root);
  if (!g_file_set_contents (config, "", 0, &error))
    g_error ("%s", error->message);
  g_autoptr (PmContext) context = pm_context_open (state, config, &error);
  if (context == NULL)
    g_error ("%s", error->message);
  char *roots[] = {root, NULL};
  PmSurveyOptions options = {0};
  PmScanReport report;
  if (!pm_verb_scan (context, roots, &options, &report, NULL, &error))
    g_error ("%s", error->message);
  measure (context, "an address changes", change_address);
  measure (context, "a service moves", move_service);
  const char *const remove[] = {"rm", "-rf", base, NULL};
  g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                NULL);
  return 0;
}
