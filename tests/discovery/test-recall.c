/* Surveys that remember: what is opened again, and what is not. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "discovery/survey.h"
#include "walk/file-system.h"

#define SETTLE_US (2200 * 1000) /* until files that were just written are remembered */

typedef struct {
  char *top; /* holds the root and the stamps */
  char *root;
  char *stamps;
  char *identity;
  PmSnapshot *previous;  /* what the next survey is given */
  guint asked;           /* how often it was */
  const char *mounts[2]; /* that held something before */
  const char *ignore[2]; /* [scan] ignore */
  char *witness;         /* of the last survey that had one */
  gboolean held;         /* until the last survey */
} Test;

static void
put (const Test *test, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (test->root, name, NULL);
  g_autofree char *directory = g_path_get_dirname (path);
  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static PmSnapshot *
give_previous (gpointer data, GError **error)
{
  Test *test = data;
  test->asked++;
  return test->previous == NULL ? pm_snapshot_new () : g_steal_pointer (&test->previous);
}

static gboolean
holds (const Test *test, const PmSurveyOptions *options)
{
  const char *const roots[] = {test->root, NULL};
  return pm_survey_holds (roots, options, test->witness, pm_survey_about (roots, options));
}

static void
keep_witness (const Test *test, const PmSurveyOptions *options)
{
  const char *const roots[] = {test->root, NULL};
  if (options->recall->witness == NULL)
    g_remove (test->witness);
  else
    g_assert_true (pm_witness_save (options->recall->witness, test->witness,
                                    pm_survey_about (roots, options)));
  g_clear_pointer (&options->recall->witness, pm_witness_free);
}

/* Surveys with what is known, saves what was learned. */
static PmSnapshot *
survey (Test *test, gboolean *ret_unchanged)
{
  const char *const roots[] = {test->root, NULL};
  GError *error = NULL;
  PmStamps *known[] = {pm_stamps_load (test->stamps, test->identity), NULL};
  PmRecall recall = {
      .known = known, .previous = give_previous, .mounts = test->mounts, .data = test};
  PmSurveyOptions options = {.ignore = test->ignore, .recall = &recall, .threads = 1};
  recall.folder = test->top;
  test->held = holds (test, &options);
  PmSnapshot *snapshot = pm_survey (roots, &options, &error);
  g_assert_no_error (error);
  *ret_unchanged = recall.is_unchanged;
  g_assert_true (recall.is_unchanged || !test->held);
  keep_witness (test, &options);
  if (!recall.is_unchanged) {
    g_free (test->identity);
    test->identity = pm_stamps_save (recall.learned[0], test->stamps, &error);
    g_assert_no_error (error);
  }
  pm_stamps_free (known[0]);
  pm_stamps_free_all (recall.learned);
  g_strfreev (recall.mounted);
  return snapshot;
}

static PmFinding *
finding_in (const PmSnapshot *snapshot, const char *file)
{
  for (guint i = 0; i < snapshot->findings->len; i++) {
    PmFinding *finding = &g_array_index (snapshot->findings, PmFinding, i);
    if (strcmp (finding->file, file) == 0)
      return finding;
  }
  g_error ("nothing was found in %s", file);
}

/* A tree that was surveyed once; `previous` is what came of it. */
static void
set_up (Test *test, gconstpointer data)
{
  test->top = g_dir_make_tmp ("survey-XXXXXX", NULL);
  test->root = g_build_filename (test->top, "root", NULL);
  test->stamps = g_build_filename (test->top, "stamps", NULL);
  test->witness = g_build_filename (test->top, "witness", NULL);
  test->identity = g_strdup ("");
  put (test, "web/compose.yaml", "services:\n  web:\n    ports: ['${PORT}:80']\n");
  put (test, "web/.env", "PORT=8080\n");
  put (test, "web/package.json", "{\"name\": \"shop\"}");
  put (test, "web/stack/compose.yaml", "include: [db/compose.yaml]\n");
  put (test, "web/stack/.env", "DB_PORT=8001\n");
  put (test, "web/stack/db/compose.yaml", "services:\n  db:\n    ports: ['${DB_PORT:-7}:80']\n");
  put (test, "web/notes.txt", "nothing\n");
  put (test, "zebra/notes.md", "behind 192.0.2.1\n");
  g_usleep (SETTLE_US);
  gboolean unchanged;
  test->previous = survey (test, &unchanged);
  g_assert_false (unchanged);
  test->asked = 0;
  finding_in (test->previous, "zebra/notes.md")->rule = "from before";
  finding_in (test->previous, "web/compose.yaml")->rule = "from before";
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  for (const char *name; directory != NULL && (name = g_dir_read_name (directory)) != NULL;) {
    g_autofree char *below = g_build_filename (path, name, NULL);
    remove_tree (below);
  }
  g_remove (path);
}

static void
tear_down (Test *test, gconstpointer data)
{
  remove_tree (test->top);
  pm_snapshot_free (test->previous);
  g_free (test->top);
  g_free (test->root);
  g_free (test->stamps);
  g_free (test->witness);
  g_free (test->identity);
}

static void
nothing_changed (Test *test, gconstpointer data)
{
  gboolean unchanged;
  g_autoptr (PmSnapshot) again G_GNUC_UNUSED = survey (test, &unchanged);
  g_assert_true (unchanged);
  g_assert_cmpuint (test->asked, ==, 0);
}

/* The included file itself is as it was. */
static void
reads_what_is_included_by_its_includer (Test *test, gconstpointer data)
{
  static const char included[] = "web/stack/db/compose.yaml";
  gboolean unchanged;
  g_assert_cmpuint (finding_in (test->previous, included)->port, ==, 8001);
  put (test, "web/stack/.env", "DB_PORT=8002\n");
  g_autoptr (PmSnapshot) other_value = survey (test, &unchanged);
  g_assert_cmpuint (finding_in (other_value, included)->port, ==, 8002);
  g_assert_cmpstr (finding_in (other_value, included)->variant, ==, "");
  test->previous = g_steal_pointer (&other_value);
  put (test, "web/stack/compose.yaml", "include: []\n");
  g_autoptr (PmSnapshot) for_itself = survey (test, &unchanged);
  g_assert_cmpuint (finding_in (for_itself, included)->port, ==, 7);
}

/* Where witnesses can be had at all (walk/witness.c names the file systems). */
static gboolean
has_witnesses (const Test *test)
{
  int fd = g_open (test->top, O_RDONLY | O_DIRECTORY, 0);
  gboolean has = fd >= 0 && pm_file_system_keeps_times (fd);
  close (fd);
  if (!has)
    g_test_skip ("this file system keeps no times that can be relied on");
  return has;
}

static void
has_a_witness_that_nothing_changed (Test *test, gconstpointer data)
{
  gboolean unchanged;
  if (!has_witnesses (test))
    return;
  g_autoptr (PmSnapshot) again G_GNUC_UNUSED = survey (test, &unchanged);
  g_assert_true (test->held && unchanged);
  const char *const ignore[] = {"**/notes.txt", NULL}, *const elsewhere[] = {"/srv", NULL};
  PmRecall other = {.program = 1};
  const PmSurveyOptions options[] = {
      {.ignore = ignore}, {.elsewhere = elsewhere}, {.recall = &other}, {.threads = 1}};
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    g_assert_cmpint (holds (test, &options[i]), ==, i + 1 == G_N_ELEMENTS (options));
  put (test, "web/notes.txt", "Nothing\n");
  g_assert_false (holds (test, &options[3]));
}

/* What is too large is so as long as it has its stamp; a file whose variables could not be read may
 * say something else at any time. */
static void
has_no_witness_of_what_could_not_be_read (Test *test, gconstpointer data)
{
  g_autofree char *large = g_build_filename (test->root, "web/large.json", NULL);
  g_autofree char *environment = g_build_filename (test->root, "web/.env", NULL);
  gboolean unchanged;
  if (!has_witnesses (test))
    return;
  put (test, "web/large.json", "{}");
  g_assert_cmpint (truncate (large, 64 * 1024 * 1024), ==, 0);
  g_usleep (SETTLE_US);
  pm_snapshot_free (survey (test, &unchanged));
  pm_snapshot_free (survey (test, &unchanged));
  g_assert_true (test->held);
  g_assert_cmpint (truncate (environment, 8 * 1024 * 1024), ==, 0);
  g_usleep (SETTLE_US);
  pm_snapshot_free (survey (test, &unchanged));
  pm_snapshot_free (survey (test, &unchanged));
  g_assert_false (test->held);
}

static void
opens_only_what_changed (Test *test, gconstpointer data)
{
  put (test, "web/notes.txt", "see 198.51.100.7\n");
  gboolean unchanged;
  guint before = test->previous->findings->len;
  g_autoptr (PmSnapshot) again = survey (test, &unchanged);
  g_assert_false (unchanged);
  g_assert_cmpuint (again->findings->len, ==, before + 1);
  g_assert_cmpstr (finding_in (again, "web/notes.txt")->address, ==, "198.51.100.7");
  g_assert_cmpstr (finding_in (again, "zebra/notes.md")->rule, ==, "from before");
  PmFinding *published = finding_in (again, "web/compose.yaml");
  g_assert_cmpstr (published->rule, ==, "from before");
  g_assert_cmpint (published->pair, >=, 0);
  PmFinding *partner = &g_array_index (again->findings, PmFinding, published->pair);
  g_assert_cmpstr (partner->file, ==, "web/compose.yaml");
  g_assert_cmpuint (again->projects->len, ==, 2);
  g_assert_cmpstr (g_array_index (again->projects, PmProject, 0).name, ==, "shop");
}

static void
reads_what_an_environment_changed (Test *test, gconstpointer data)
{
  put (test, "web/.env", "PORT=9090\n");
  gboolean unchanged;
  g_autoptr (PmSnapshot) again = survey (test, &unchanged);
  g_assert_false (unchanged);
  g_assert_cmpuint (finding_in (again, "web/compose.yaml")->port, ==, 9090);
  g_assert_cmpstr (finding_in (again, "zebra/notes.md")->rule, ==, "from before");
}

/* A file that was not opened again belongs to a service that is called otherwise now. */
static void
names_anew_what_it_did_not_open (Test *test, gconstpointer data)
{
  g_assert_cmpstr (finding_in (test->previous, "web/.env")->service, ==, "shop");
  put (test, "web/package.json", "{\"name\": \"store\"}");
  gboolean unchanged;
  g_autoptr (PmSnapshot) again = survey (test, &unchanged);
  g_assert_cmpuint (test->asked, ==, 1);
  g_assert_cmpstr (finding_in (again, "web/.env")->service, ==, "store");
  g_assert_cmpstr (finding_in (again, "web/compose.yaml")->service, ==, "web");
}

static void
notices_what_is_gone (Test *test, gconstpointer data)
{
  g_autofree char *path = g_build_filename (test->root, "zebra/notes.md", NULL);
  g_assert_cmpint (g_remove (path), ==, 0);
  gboolean unchanged;
  guint before = test->previous->documents->len;
  g_autoptr (PmSnapshot) again = survey (test, &unchanged);
  g_assert_false (unchanged);
  g_assert_cmpuint (again->documents->len, ==, before - 1);
}

/* Nothing is left in it that would be worth a parse. */
static void
keeps_what_a_broken_file_said (Test *test, gconstpointer data)
{
  put (test, "zebra/settings.json", "{\"server\": {\"port\": 8081}}");
  gboolean unchanged;
  PmSnapshot *whole = survey (test, &unchanged);
  g_assert_cmpuint (finding_in (whole, "zebra/settings.json")->port, ==, 8081);
  test->previous = whole;
  put (test, "zebra/settings.json", "{\"server\": {\"po");
  g_autoptr (PmSnapshot) broken = survey (test, &unchanged);
  g_assert_cmpuint (finding_in (broken, "zebra/settings.json")->port, ==, 8081);
  put (test, "zebra/settings.json", "{}");
  test->previous = g_steal_pointer (&broken);
  g_autoptr (PmSnapshot) mended = survey (test, &unchanged);
  for (guint i = 0; i < mended->documents->len; i++)
    g_assert_cmpstr (g_array_index (mended->documents, PmDocumentRecord, i).file, !=,
                     "zebra/settings.json");
}

static gboolean
is_document (const PmSnapshot *snapshot, const char *file)
{
  for (guint i = 0; i < snapshot->documents->len; i++)
    if (strcmp (g_array_index (snapshot->documents, PmDocumentRecord, i).file, file) == 0)
      return TRUE;
  return FALSE;
}

static void
forgets_what_is_broken_and_ignored (Test *test, gconstpointer data)
{
  gboolean unchanged;
  put (test, "zebra/settings.json", "{\"server\": {\"port\": 8081}}");
  test->previous = survey (test, &unchanged);
  put (test, "zebra/settings.json", "{\"server\": {\"port\": 8081,");
  PmSnapshot *broken = survey (test, &unchanged);
  g_assert_true (is_document (broken, "zebra/settings.json"));
  test->previous = broken;
  test->ignore[0] = "settings.json";
  g_autoptr (PmSnapshot) ignored = survey (test, &unchanged);
  g_assert_false (unchanged);
  g_assert_false (is_document (ignored, "zebra/settings.json"));
}

static void
reads_again_what_was_just_written (Test *test, gconstpointer data)
{
  put (test, "web/notes.txt", "see 198.51.100.7\n");
  gboolean unchanged;
  g_autoptr (PmSnapshot) once = survey (test, &unchanged);
  test->previous = once;
  PmSnapshot *twice = survey (test, &unchanged);
  g_steal_pointer (&once);
  g_assert_false (unchanged);
  pm_snapshot_free (twice);
}

static void
trusts_no_damaged_stamps (Test *test, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (test->stamps, &bytes, &length, NULL));
  for (gsize cut = 0; cut < length; cut += 7) {
    g_assert_true (g_file_set_contents (test->stamps, bytes, (gssize) cut, NULL));
    g_autoptr (PmStamps) stamps = pm_stamps_load (test->stamps, test->identity);
    g_assert_false (pm_stamps_all_met (stamps));
  }
  bytes[length / 2] ^= 1;
  g_assert_true (g_file_set_contents (test->stamps, bytes, (gssize) length, NULL));
  g_remove (test->witness); /* which would do without them */
  gboolean unchanged;
  g_autoptr (PmSnapshot) again = survey (test, &unchanged);
  g_assert_false (unchanged);
  g_assert_cmpstr (finding_in (again, "zebra/notes.md")->rule, !=, "from before");
}

static void
reads_all_when_the_earlier_snapshot_lacks_it (Test *test, gconstpointer data)
{
  guint before = test->previous->findings->len;
  pm_snapshot_free (test->previous);
  test->previous = pm_snapshot_new ();
  put (test, "web/notes.txt", "see 198.51.100.7\n");
  gboolean unchanged;
  g_autoptr (PmSnapshot) again = survey (test, &unchanged);
  g_assert_cmpuint (test->asked, ==, 2);
  g_assert_cmpuint (again->findings->len, ==, before + 1);
}

static void
notices_that_what_was_just_written_is_gone (Test *test, gconstpointer data)
{
  put (test, "web/more.md", "at 198.51.100.7\n");
  gboolean unchanged;
  g_autoptr (PmSnapshot) with = survey (test, &unchanged);
  g_autofree char *path = g_build_filename (test->root, "web/more.md", NULL);
  g_assert_cmpint (g_remove (path), ==, 0);
  test->previous = g_steal_pointer (&with);
  g_autoptr (PmSnapshot) without G_GNUC_UNUSED = survey (test, &unchanged);
  g_assert_false (unchanged);
}

/* An empty directory is all that is left of what was mounted there. */
static void
keeps_what_was_on_a_file_system_that_is_gone (Test *test, gconstpointer data)
{
  g_autofree char *point = g_build_filename (test->root, "web", NULL);
  remove_tree (point);
  g_assert_cmpint (g_mkdir (point, 0700), ==, 0);
  test->mounts[0] = point;
  gboolean unchanged;
  g_autoptr (PmSnapshot) again = survey (test, &unchanged);
  g_assert_cmpint (finding_in (again, "web/compose.yaml")->standing, ==, PM_STANDING_KEPT);
  g_assert_cmpint (finding_in (again, "zebra/notes.md")->standing, ==, PM_STANDING_READ);
  const PmProblem *problem = &g_array_index (again->problems, PmProblem, 0);
  g_assert_cmpuint (again->problems->len, ==, 1);
  g_assert_cmpstr (problem->file, ==, "web");
  g_assert_nonnull (strstr (problem->reason, "kept the last known state of 6 files"));

  /* It waits for the file system, and not for ever. */
  test->previous = g_steal_pointer (&again);
  put (test, "web/notes.txt", "used otherwise\n");
  g_autoptr (PmSnapshot) later = survey (test, &unchanged);
  g_assert_false (unchanged);
  g_assert_cmpuint (later->problems->len, ==, 0);
  for (guint i = 0; i < later->findings->len; i++)
    g_assert_cmpstr (g_array_index (later->findings, PmFinding, i).file, !=, "web/compose.yaml");
  test->mounts[0] = NULL;
}

/* The control: the same directory, and nothing was mounted. */
static void
forgets_what_is_deleted_from_a_directory (Test *test, gconstpointer data)
{
  g_autofree char *directory = g_build_filename (test->root, "web", NULL);
  remove_tree (directory);
  g_assert_cmpint (g_mkdir (directory, 0700), ==, 0);
  gboolean unchanged;
  g_autoptr (PmSnapshot) again = survey (test, &unchanged);
  g_assert_cmpuint (again->problems->len, ==, 0);
  g_assert_cmpuint (again->documents->len, ==, 1);
}

#define ADD(path, function) g_test_add ((path), Test, NULL, set_up, (function), tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/survey/recall/nothing-changed", nothing_changed);
  ADD ("/survey/recall/has-a-witness-that-nothing-changed", has_a_witness_that_nothing_changed);
  ADD ("/survey/recall/has-no-witness-of-what-could-not-be-read",
       has_no_witness_of_what_could_not_be_read);
  ADD ("/survey/recall/opens-only-what-changed", opens_only_what_changed);
  ADD ("/survey/recall/reads-what-is-included-by-its-includer",
       reads_what_is_included_by_its_includer);
  ADD ("/survey/recall/reads-what-an-environment-changed", reads_what_an_environment_changed);
  ADD ("/survey/recall/names-anew-what-it-did-not-open", names_anew_what_it_did_not_open);
  ADD ("/survey/recall/notices-what-is-gone", notices_what_is_gone);
  ADD ("/survey/recall/keeps-what-a-broken-file-said", keeps_what_a_broken_file_said);
  ADD ("/survey/recall/forgets-what-is-broken-and-ignored", forgets_what_is_broken_and_ignored);
  ADD ("/survey/recall/reads-again-what-was-just-written", reads_again_what_was_just_written);
  ADD ("/survey/recall/trusts-no-damaged-stamps", trusts_no_damaged_stamps);
  ADD ("/survey/recall/reads-all-when-the-earlier-snapshot-lacks-it",
       reads_all_when_the_earlier_snapshot_lacks_it);
  ADD ("/survey/recall/notices-that-what-was-just-written-is-gone",
       notices_that_what_was_just_written_is_gone);
  ADD ("/survey/recall/keeps-what-was-on-a-file-system-that-is-gone",
       keeps_what_was_on_a_file_system_that_is_gone);
  ADD ("/survey/recall/forgets-what-is-deleted-from-a-directory",
       forgets_what_is_deleted_from_a_directory);
  return g_test_run ();
}
