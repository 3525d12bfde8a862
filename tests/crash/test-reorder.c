/* DESIGN
 * One run is recorded, then every instant of it is cut: all subsets of what was not synced there
 * when they are few, else each operation lost alone, each kept alone, every prefix, and a sample.
 * After each, recovery must give all old or all new, and new if the program had already said so.
 * The negative controls leave out a kind of sync; the rig must then find states that are wrong. */

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "record-fs.h"
#include "rig.h"

#define ALL_SUBSETS_OF 6

static guint
file_count (void)
{
  return g_getenv ("PM_CRASH_FULL") != NULL ? 10 : 3;
}

typedef struct {
  Rig *rig;
  RecordFs *record;
  guint acknowledged; /* operations done when commit returned, or G_MAXUINT */
  guint states;
  guint wrong;
} Replay;

static void
judge (Replay *replay, guint point)
{
  guint old_count = 0, new_count = 0;
  g_autoptr (GPtrArray) recovered = NULL;
  replay->states++;
  if (!pm_recover (pm_fs_real (), replay->rig->state, 0, NULL, &recovered, NULL)) {
    replay->wrong++;
    return;
  }
  rig_count (replay->rig, file_count (), &old_count, &new_count);
  gboolean must_be_new = point >= replay->acknowledged;
  replay->wrong += (new_count != file_count () && (must_be_new || old_count != file_count ())) ||
                   rig_has_leftovers (replay->rig);
}

static void
try_state (Replay *replay, guint point, const GArray *unsynced, guint64 lost_bits, guint halved)
{
  g_autoptr (GHashTable) lost = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < unsynced->len && i < 64; i++)
    if ((lost_bits >> i & 1) != 0)
      g_hash_table_add (lost, GUINT_TO_POINTER (g_array_index (unsynced, guint, i) + 1));
  record_fs_restore (replay->record, point, lost, halved);
  judge (replay, point);
}

static void
try_point (Replay *replay, guint point, guint samples)
{
  g_autoptr (GArray) unsynced = record_fs_unsynced (replay->record, point);
  guint count = MIN (unsynced->len, 63);
  guint64 everything = ((guint64) 1 << count) - 1;
  for (guint i = 0; i < count; i++)
    try_state (replay, point, unsynced, 0, g_array_index (unsynced, guint, i));
  if (count <= ALL_SUBSETS_OF) {
    for (guint64 lost = 0; lost <= everything; lost++)
      try_state (replay, point, unsynced, lost, G_MAXUINT);
    return;
  }
  for (guint i = 0; i < count; i++) {
    guint64 bit = (guint64) 1 << i;
    try_state (replay, point, unsynced, bit, G_MAXUINT);
    try_state (replay, point, unsynced, everything & ~bit, G_MAXUINT);
    try_state (replay, point, unsynced, everything & ~(bit - 1), G_MAXUINT);
  }
  for (guint i = 0; i < samples; i++) {
    guint64 random = (guint64) (guint32) g_test_rand_int () << 32 | (guint32) g_test_rand_int ();
    try_state (replay, point, unsynced, random & everything, G_MAXUINT);
  }
}

typedef struct {
  gboolean each_fsync; /* as on a kernel whose syncfs reports nothing */
  gboolean refuse;     /* roll back */
  gboolean with_hard_link;
  gboolean drops_syncfs;
  gboolean drops_directory_sync;
} Way;

static guint
replay_way (const char *name, Way way)
{
  g_auto (Rig) rig = {0};
  g_auto (RecordFs) record = {0};
  g_autofree char *link_path = NULL;
  rig_init (&rig, g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR) ? "/dev/shm" : NULL);
  rig_write (&rig, "first/.env", RIG_OLD);
  const char *const first[] = {"first/.env", NULL};
  g_assert_cmpint (rig_replace (&rig, pm_fs_real (), first, RIG_OLD, RIG_NEW, NULL, NULL), ==, 0);
  rig_make_files (&rig, file_count ());
  if (way.with_hard_link) {
    g_autofree char *path = rig_path (&rig, "1/.env");
    link_path = rig_path (&rig, "other");
    g_assert_cmpint (link (path, link_path), ==, 0);
  }
  record_fs_init (&record, rig.base);
  record.fs.syncfs_reports = !way.each_fsync;
  record.drops_syncfs = way.drops_syncfs;
  record.drops_directory_sync = way.drops_directory_sync;
  rig.refuse_verify = way.refuse;
  PmOutcome outcome = rig_replace_all (&rig, &record.fs, file_count (), NULL);
  g_assert_cmpint (outcome, ==, way.refuse ? PM_OUTCOME_VERIFICATION : PM_OUTCOME_COMMITTED);

  guint length = record_fs_length (&record);
  Replay replay = {&rig, &record, way.refuse ? G_MAXUINT : length, 0, 0};
  guint samples = g_getenv ("PM_CRASH_FULL") != NULL ? 60 : 3;
  for (guint point = 0; point <= length; point++)
    try_point (&replay, point, samples);
  g_test_message ("reordering, %s: %u operations, %u states, %u wrong", name, length, replay.states,
                  replay.wrong);
  return replay.wrong;
}

static void
survives_commits (void)
{
  g_assert_cmpuint (replay_way ("commit", (Way){0}), ==, 0);
  g_assert_cmpuint (replay_way ("commit in place", (Way){.with_hard_link = TRUE}), ==, 0);
  g_assert_cmpuint (replay_way ("commit by fsync", (Way){.each_fsync = TRUE}), ==, 0);
}

static void
survives_rollbacks (void)
{
  g_assert_cmpuint (replay_way ("rollback", (Way){.refuse = TRUE}), ==, 0);
  g_assert_cmpuint (replay_way ("rollback by fsync, in place",
                                (Way){.refuse = TRUE, .each_fsync = TRUE, .with_hard_link = TRUE}),
                    ==, 0);
}

static void
control_catches_a_missing_syncfs (void)
{
  g_assert_cmpuint (replay_way ("control without syncfs", (Way){.drops_syncfs = TRUE}), >, 0);
}

static void
control_catches_a_missing_directory_sync (void)
{
  Way way = {.each_fsync = TRUE, .drops_directory_sync = TRUE};
  g_assert_cmpuint (replay_way ("control without directory syncs", way), >, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crash/reorder/commit", survives_commits);
  g_test_add_func ("/crash/reorder/rollback", survives_rollbacks);
  g_test_add_func ("/crash/reorder/control-without-syncfs", control_catches_a_missing_syncfs);
  g_test_add_func ("/crash/reorder/control-without-directory-sync",
                   control_catches_a_missing_directory_sync);
  return g_test_run ();
}
