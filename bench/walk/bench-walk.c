/* The walk, the reader and the prefilter over a real tree:
 *
 *   bench-walk list|read|filter ROOT [WORKERS]
 *
 * list gives names only, read reads every file, filter also asks the prefilter for all bits. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "walk/prefilter.h"
#include "walk/reader.h"
#include "walk/walk.h"

typedef struct {
  gboolean reads, filters;
  PmReader *readers[PM_WALK_MOST_WORKERS];
  struct {
    guint64 bytes, hits;
    char padding[48]; /* one cache line a worker */
  } sums[PM_WALK_MOST_WORKERS];
} Bench;

static PmInterest
all_files (const char *path, gpointer data)
{
  return PM_INTEREST_CONTENT;
}

static gboolean
take_file (const PmWalkFile *file, guint worker, gpointer data)
{
  Bench *bench = data;
  PmReader *reader = bench->readers[worker];
  const char *bytes;
  gsize length;
  g_autoptr (GError) error = NULL;
  if (!bench->reads)
    return TRUE;
  if (!(file->may_wait ? pm_reader_read : pm_reader_read_present) (
          reader, file->directory_fd, file->name, &bytes, &length, NULL, &error))
    return !g_error_matches (error, PM_READER_ERROR, PM_READER_ERROR_NOT_PRESENT);
  bench->sums[worker].bytes += length;
  if (bench->filters && pm_prefilter (bytes, length, PM_PREFILTER_ALL) != 0)
    bench->sums[worker].hits++;
  return TRUE;
}

int
main (int argc, char *argv[])
{
  if (argc < 3) {
    fprintf (stderr, "usage: bench-walk list|read|filter ROOT [WORKERS]\n");
    return 2;
  }
  Bench bench = {.reads = strcmp (argv[1], "list") != 0,
                 .filters = strcmp (argv[1], "filter") == 0};
  PmWalkOptions options = {.roots = (const char *const[]){argv[2], NULL},
                           .n_workers = argc > 3 ? (guint) atoi (argv[3]) : 0};
  PmWalkHandler handler = {.interest = all_files, .file = take_file, .data = &bench};
  guint n_workers = pm_walk_n_workers (&options);
  for (guint i = 0; i < n_workers; i++)
    bench.readers[i] = pm_reader_new (PM_READER_MOST_BYTES);

  PmWalkCounts counts;
  gint64 start = g_get_monotonic_time ();
  pm_walk (&options, &handler, &counts);
  gint64 elapsed_us = g_get_monotonic_time () - start;

  guint64 bytes = 0, hits = 0;
  for (guint i = 0; i < n_workers; i++) {
    bytes += bench.sums[i].bytes;
    hits += bench.sums[i].hits;
    pm_reader_free (bench.readers[i]);
  }
  printf ("%" G_GUINT64_FORMAT " directories, %" G_GUINT64_FORMAT " skipped; %" G_GUINT64_FORMAT
          " files, %" G_GUINT64_FORMAT " given, %" G_GUINT64_FORMAT " ignored; %" G_GUINT64_FORMAT
          " MB, %" G_GUINT64_FORMAT " with a candidate; %" G_GUINT64_FORMAT
          " problems; %" G_GUINT64_FORMAT " waits; %.3f s\n",
          counts.directories, counts.skipped_directories, counts.files, counts.given,
          counts.ignored_files, bytes / 1000000, hits, counts.problems, counts.waits,
          (double) elapsed_us / 1e6);
  return 0;
}
