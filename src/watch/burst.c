/* DESIGN
 * Each path that changed has a time at which it is due. Those that are settled have one time
 * together: QUIET_MS after the last event, LONGEST_MS after the first. One that is open, or was
 * told too often of late, has its own. */

#include "watch/burst.h"

#include "watch/watch.h"

/* A path is busy that was told more often than this within the window. */
#define BUSY_TIMES 40
#define BUSY_WINDOW_MS 10000

typedef struct {
  gint64 since_ms; /* when the window began */
  guint times;
} Tally;

struct PmBurst {
  GHashTable *settled; /* set of paths */
  gint64 first_ms;     /* of settled */
  gint64 last_ms;
  GHashTable *later;   /* path → time due (gint64) */
  GHashTable *tallies; /* path → Tally */
};

PmBurst *
pm_burst_new (void)
{
  PmBurst *burst = g_new0 (PmBurst, 1);
  burst->settled = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  burst->later = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  burst->tallies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return burst;
}

void
pm_burst_free (PmBurst *burst)
{
  g_hash_table_unref (burst->settled);
  g_hash_table_unref (burst->later);
  g_hash_table_unref (burst->tallies);
  g_free (burst);
}

static gboolean
is_busy (PmBurst *burst, const char *path, gint64 now_ms)
{
  const Tally *tally = g_hash_table_lookup (burst->tallies, path);
  return tally != NULL && now_ms - tally->since_ms < BUSY_WINDOW_MS && tally->times >= BUSY_TIMES;
}

/* The first time counts: a path that changes on and on is told in the end. */
static void
add_later (PmBurst *burst, const char *path, gint64 due_ms)
{
  if (!g_hash_table_contains (burst->later, path))
    g_hash_table_insert (burst->later, g_strdup (path), g_memdup2 (&due_ms, sizeof due_ms));
}

void
pm_burst_add (PmBurst *burst, const char *path, gint64 now_ms)
{
  if (is_busy (burst, path, now_ms)) {
    add_later (burst, path, now_ms + PM_WATCH_BUSY_MS);
    return;
  }
  g_hash_table_remove (burst->later, path);
  if (g_hash_table_size (burst->settled) == 0)
    burst->first_ms = now_ms;
  burst->last_ms = now_ms;
  if (!g_hash_table_contains (burst->settled, path))
    g_hash_table_add (burst->settled, g_strdup (path));
}

void
pm_burst_add_open (PmBurst *burst, const char *path, gint64 now_ms)
{
  if (!g_hash_table_contains (burst->settled, path))
    add_later (burst, path,
               now_ms + (is_busy (burst, path, now_ms) ? PM_WATCH_BUSY_MS : PM_WATCH_OPEN_MS));
}

static gint64
settled_due_ms (const PmBurst *burst)
{
  if (g_hash_table_size (burst->settled) == 0)
    return G_MAXINT64;
  return MIN (burst->last_ms + PM_WATCH_QUIET_MS, burst->first_ms + PM_WATCH_LONGEST_MS);
}

gint64
pm_burst_due_ms (const PmBurst *burst)
{
  gint64 due_ms = settled_due_ms (burst);
  GHashTableIter iter;
  gpointer time;
  g_hash_table_iter_init (&iter, burst->later);
  while (g_hash_table_iter_next (&iter, NULL, &time))
    due_ms = MIN (due_ms, *(const gint64 *) time);
  return due_ms == G_MAXINT64 ? -1 : due_ms;
}

static void
count (PmBurst *burst, const char *path, gint64 now_ms)
{
  Tally *tally = g_hash_table_lookup (burst->tallies, path);
  if (tally == NULL) {
    tally = g_new0 (Tally, 1);
    tally->since_ms = now_ms;
    g_hash_table_insert (burst->tallies, g_strdup (path), tally);
  }
  if (now_ms - tally->since_ms >= BUSY_WINDOW_MS)
    *tally = (Tally){.since_ms = now_ms};
  tally->times++;
}

static gboolean
is_past (gpointer path, gpointer tally, gpointer now_ms)
{
  return *(const gint64 *) now_ms - ((const Tally *) tally)->since_ms >= BUSY_WINDOW_MS;
}

static void
move_all (GHashTable *from, GPtrArray *to)
{
  GHashTableIter iter;
  gpointer path;
  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &path, NULL)) {
    g_hash_table_iter_steal (&iter);
    g_ptr_array_add (to, path);
  }
}

static void
move_due (PmBurst *burst, gint64 now_ms, GPtrArray *to)
{
  GHashTableIter iter;
  gpointer path, time;
  g_hash_table_iter_init (&iter, burst->later);
  while (g_hash_table_iter_next (&iter, &path, &time)) {
    if (*(const gint64 *) time > now_ms)
      continue;
    g_ptr_array_add (to, g_strdup (path));
    g_hash_table_iter_remove (&iter);
  }
}

GPtrArray *
pm_burst_take (PmBurst *burst, gint64 now_ms)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  if (settled_due_ms (burst) <= now_ms)
    move_all (burst->settled, paths);
  move_due (burst, now_ms, paths);
  g_hash_table_foreach_remove (burst->tallies, is_past, &now_ms);
  for (guint i = 0; i < paths->len; i++)
    count (burst, paths->pdata[i], now_ms);
  return paths;
}
