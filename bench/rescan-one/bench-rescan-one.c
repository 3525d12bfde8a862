/* One changed file, from the paths that a watcher tells to the registry:
 *
 *   bench-rescan-one TREE [ROUNDS]
 *
 * Makes a project of its own below TREE (and takes it away again), scans TREE into a registry of
 * its own, then changes one port of one file in each round and tells its path. Prints wall and
 * processor time of a round, beside those of a scan of everything after one such change. */

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "verbs/rescan.h"

typedef struct {
  double wall_ms, processor_ms;
} Cost;

static double
seconds_of (clockid_t clock)
{
  struct timespec now;
  clock_gettime (clock, &now);
  return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

static void
fail (const GError *error)
{
  fprintf (stderr, "bench-rescan-one: %s\n", error->message);
  exit (1);
}

static void
put (const char *folder, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  if (!g_file_set_contents (path, text, -1, &error))
    fail (error);
}

static void
put_port (const char *project, guint port)
{
  g_autofree char *text =
      g_strdup_printf ("PORT=%u\nAPI_URL=http://localhost:%u\n", port, port + 1);
  put (project, ".env", text);
}

static Cost
rescan (PmRescan *state, const char *path, gboolean everything)
{
  g_autoptr (GError) error = NULL;
  const char *const paths[] = {path, NULL};
  PmScanReport report;
  double wall = seconds_of (CLOCK_MONOTONIC), processor = seconds_of (CLOCK_PROCESS_CPUTIME_ID);
  gboolean fine = everything ? pm_verb_rescan_everything (state, NULL, &report, &error)
                             : pm_verb_rescan (state, paths, &report, &error);
  if (!fine)
    fail (error);
  if (report.was_everything != everything || report.changes.services_changed != 1) {
    fprintf (stderr, "bench-rescan-one: %s was scanned, %u services changed\n",
             report.was_everything ? "everything" : "one file", report.changes.services_changed);
    exit (1);
  }
  return (Cost){(seconds_of (CLOCK_MONOTONIC) - wall) * 1e3,
                (seconds_of (CLOCK_PROCESS_CPUTIME_ID) - processor) * 1e3};
}

static int
compare (const void *a, const void *b)
{
  double left = *(const double *) a, right = *(const double *) b;
  return left < right ? -1 : left > right;
}

static void
show (const char *what, const Cost *costs, guint n)
{
  g_autofree double *wall = g_new (double, n), *processor = g_new (double, n);
  for (guint i = 0; i < n; i++) {
    wall[i] = costs[i].wall_ms;
    processor[i] = costs[i].processor_ms;
  }
  qsort (wall, n, sizeof *wall, compare);
  qsort (processor, n, sizeof *processor, compare);
  printf ("%-28s wall p50 %8.2f  p99 %8.2f ms   processor p50 %8.2f  p99 %8.2f ms   (%u rounds)\n",
          what, wall[n / 2], wall[n * 99 / 100], processor[n / 2], processor[n * 99 / 100], n);
}

static void
measure (PmRescan *state, const char *project, guint rounds)
{
  g_autofree char *file = g_build_filename (project, ".env", NULL);
  g_autofree Cost *costs = g_new0 (Cost, rounds);
  guint few = MIN (rounds, 5);
  for (guint i = 0; i < few; i++) {
    put_port (project, 42000 + i * 2);
    costs[i] = rescan (state, file, TRUE);
  }
  show ("scan of everything", costs, few);
  double before = seconds_of (CLOCK_PROCESS_CPUTIME_ID);
  gboolean is_kept = pm_rescan_prepare (state);
  printf ("%-28s processor %8.2f ms, while nothing else is to be done\n",
          is_kept ? "reading what is kept" : "nothing is kept",
          (seconds_of (CLOCK_PROCESS_CPUTIME_ID) - before) * 1e3);
  for (guint i = 0; i < rounds; i++) {
    put_port (project, 43000 + (i % 500) * 2);
    costs[i] = rescan (state, file, FALSE);
  }
  show ("one changed file", costs, rounds);
}

int
main (int argc, char *argv[])
{
  if (argc < 2) {
    fprintf (stderr, "usage: bench-rescan-one TREE [ROUNDS]\n");
    return 2;
  }
  guint rounds = argc > 2 ? (guint) atoi (argv[2]) : 200;
  g_autoptr (GError) error = NULL;
  g_autofree char *tree = realpath (argv[1], NULL);
  g_autofree char *name = g_strdup_printf ("bench-rescan-one-%ld", (long) getpid ());
  g_autofree char *project = g_build_filename (tree, name, NULL);
  g_autofree char *state = g_dir_make_tmp ("bench-rescan-one-XXXXXX", &error);
  if (state == NULL)
    fail (error);
  g_mkdir (project, 0700);
  put (project, "package.json", "{\"name\": \"bench\", \"scripts\": {\"dev\": \"node .\"}}");
  put_port (project, 41000);

  PmContext *context = pm_context_open (state, NULL, &error);
  if (context == NULL)
    fail (error);
  char *roots[] = {tree, NULL};
  PmSurveyOptions options = {0};
  PmScanReport report;
  if (!pm_verb_scan (context, roots, &options, &report, NULL, &error))
    fail (error);
  printf ("%u projects, %u documents, %u findings, %u services, %u conflicts\n", report.projects,
          report.documents, report.findings, report.services,
          report.conflicts[0] + report.conflicts[1] + report.conflicts[2]);
  PmRescan *rescans = pm_rescan_new (context);
  measure (rescans, project, rounds);
  pm_rescan_free (rescans);
  pm_context_free (context);

  const char *const remove[] = {"rm", "-rf", "--", project, state, NULL};
  g_spawn_sync (NULL, (char **) remove, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                NULL);
  return 0;
}
