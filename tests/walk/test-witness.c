/* Whether a walk is known to meet the same as the last one, without it. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "walk-test.h"
#include "walk/file-system.h"
#include "walk/witness.h"

#define ABOUT 7
#define A_MOMENT_US (30 * 1000) /* until a change gets a new time: file systems count in ticks */

/* --- a tree in which everything has a say --- */

static void
make_tree (WalkTest *test)
{
  walk_test_file (test, "root/shop/.env", "PORT=3000\n");
  walk_test_file (test, "root/shop/main.c", "int port = 3000;\n");
  walk_test_file (test, "root/shop/logo.bin", "1");
  walk_test_file (test, "root/shop/.gitignore", "drafts\n");
  walk_test_file (test, "root/shop/.git/info/exclude", "notes\n");
  walk_test_file (test, "root/shop/a/1.json", "{}");
  walk_test_file (test, "root/shop/a/2.json", "{}");
  walk_test_file (test, "root/shop/a/3.json", "{}");
  walk_test_file (test, "root/shop/a/4.json", "{}");
  walk_test_file (test, "root/shop/a/5.json", "{}");
  walk_test_file (test, "root/shop/drafts/b.conf", "b");
  walk_test_file (test, "root/shop/drafts/text", "t");
  walk_test_directory (test, "root/shop/empty");
  walk_test_file (test, "root/cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n");
  walk_test_file (test, "root/cache/x.json", "{}");
  walk_test_file (test, "root/virtual/pyvenv.cfg", "");
  walk_test_file (test, "root/virtual/y.json", "{}");
  walk_test_file (test, "elsewhere/project/.env", "PORT=4000\n");
  walk_test_file (test, "elsewhere/project/deep/z.conf", "z");
  walk_test_file (test, "elsewhere/shared.env", "PORT=5000\n");
  walk_test_link (test, "../elsewhere/project", "root/linked");
  walk_test_link (test, "../elsewhere/nobody", "root/dangling");
  walk_test_link (test, "../cache/x.json", "root/shop/x.json");
  walk_test_link (test, "../../elsewhere/shared.env", "root/shop/.env.local");
}

static const char *const noted[] = {".env", ".env.local", NULL};

static PmInterest
interest (const char *path, gpointer data)
{
  (void) data;
  if (g_str_has_suffix (path, ".bin") || g_str_has_suffix (path, ".gitignore"))
    return PM_INTEREST_NONE;
  gboolean is_configuration = strstr (path, ".env") != NULL || g_str_has_suffix (path, ".json") ||
                              g_str_has_suffix (path, ".conf");
  return is_configuration ? PM_INTEREST_CONFIGURATION : PM_INTEREST_CONTENT;
}

typedef void (*Change) (WalkTest *test);

/* Done from within the walk. */
static Change meanwhile;
static gint was_done;

static gboolean
take (const PmWalkFile *file, guint worker, gpointer data)
{
  (void) worker;
  if (meanwhile != NULL && strcmp (file->path, "shop/main.c") == 0 &&
      g_atomic_int_compare_and_exchange (&was_done, 0, 1)) {
    g_usleep (A_MOMENT_US);
    meanwhile (data);
  }
  return TRUE;
}

typedef struct {
  char *roots[3];
  char *elsewhere[2];
  char *file;
  PmWalkOptions options;
} Setting;

static void
setting_init (Setting *setting, const WalkTest *test)
{
  *setting = (Setting){.roots = {g_build_filename (test->path, "root", NULL)},
                       .file = g_build_filename (test->path, "witness", NULL)};
  setting->options = (PmWalkOptions){.roots = (const char *const *) setting->roots, .n_workers = 2};
}

static void
setting_clear (Setting *setting)
{
  g_free (setting->roots[0]);
  g_free (setting->roots[1]);
  g_free (setting->elsewhere[0]);
  g_free (setting->file);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Setting, setting_clear)

/* Walks, and saves what it went by. FALSE: it is not sound. */
static gboolean
walk (WalkTest *test, Setting *setting, gint64 before_ns)
{
  g_autoptr (PmWitness) witness = pm_witness_new (test->path);
  g_assert_nonnull (witness);
  PmWalkOptions options = setting->options;
  options.witness = witness;
  PmWalkHandler handler = {.interest = interest, .file = take, .noted = noted, .data = test};
  PmWalkCounts counts;
  pm_walk (&options, &handler, &counts);
  return pm_witness_is_sound (witness, before_ns) &&
         pm_witness_save (witness, setting->file, ABOUT);
}

static gboolean
holds (const Setting *setting)
{
  return pm_witness_holds (setting->file, ABOUT, &setting->options);
}

/* --- changes --- */

static void
nothing (WalkTest *test)
{
  (void) test;
}

static void
write_what_nobody_reads (WalkTest *test)
{
  walk_test_file (test, "root/shop/logo.bin", "2");
}

static void
write_in_a_cache (WalkTest *test)
{
  g_autofree char *path = g_build_filename (test->path, "root/virtual/y.json", NULL);
  int fd = open (path, O_WRONLY);
  g_assert_cmpint (write (fd, "[]", 2), ==, 2);
  close (fd);
}

static void
put_in_place (WalkTest *test, const char *name, const char *text)
{
  int fd = openat (test->fd, name, O_WRONLY | O_TRUNC | O_CREAT, 0600);
  gssize length = (gssize) strlen (text);
  g_assert_cmpint (write (fd, text, (gsize) length), ==, length);
  close (fd);
}

/* The same size and the same mtime, as `cp -p` and `rsync -t` leave them. */
static void
put_with_its_old_time (WalkTest *test, const char *name, const char *text)
{
  struct stat before;
  g_assert_cmpint (fstatat (test->fd, name, &before, 0), ==, 0);
  put_in_place (test, name, text);
  const struct timespec times[] = {before.st_atim, before.st_mtim};
  g_assert_cmpint (utimensat (test->fd, name, times, 0), ==, 0);
}

static void
write_with_its_old_time (WalkTest *test)
{
  put_with_its_old_time (test, "root/shop/.env", "PORT=3001\n");
}

static void
write_one_of_many (WalkTest *test)
{
  put_with_its_old_time (test, "root/shop/a/4.json", "[]");
}

static void
replace_with_its_old_time (WalkTest *test)
{
  struct stat before;
  g_assert_cmpint (fstatat (test->fd, "root/shop/main.c", &before, 0), ==, 0);
  put_in_place (test, "elsewhere/new", "int port = 3001;\n");
  const struct timespec times[] = {before.st_atim, before.st_mtim};
  g_assert_cmpint (utimensat (test->fd, "elsewhere/new", times, 0), ==, 0);
  g_assert_cmpint (renameat (test->fd, "elsewhere/new", test->fd, "root/shop/main.c"), ==, 0);
}

static void
add_file (WalkTest *test)
{
  put_in_place (test, "root/shop/empty/.env", "PORT=1\n");
}

static void
remove_file (WalkTest *test)
{
  g_assert_cmpint (unlinkat (test->fd, "root/shop/a/2.json", 0), ==, 0);
}

static void
add_folder (WalkTest *test)
{
  walk_test_directory (test, "root/new");
}

static void
rename_folder (WalkTest *test)
{
  g_assert_cmpint (renameat (test->fd, "root/shop/a", test->fd, "root/shop/b"), ==, 0);
}

static void
exchange_folders (WalkTest *test)
{
  g_assert_cmpint (
      renameat2 (test->fd, "root/shop/a", test->fd, "root/shop/empty", RENAME_EXCHANGE), ==, 0);
}

static void
link_in_place_of_a_folder (WalkTest *test)
{
  g_assert_cmpint (renameat (test->fd, "root/shop/a", test->fd, "elsewhere/a"), ==, 0);
  walk_test_link (test, "../../elsewhere/a", "root/shop/a");
}

static void
forbid_folder (WalkTest *test)
{
  g_assert_cmpint (fchmodat (test->fd, "root/shop/a", 0500, 0), ==, 0);
}

static void
ignore_more (WalkTest *test)
{
  put_in_place (test, "root/shop/.gitignore", "a\nmain.c\n");
}

static void
ignore_for_the_first_time (WalkTest *test)
{
  put_in_place (test, "root/shop/a/.gitignore", "*\n");
}

static void
exclude_more (WalkTest *test)
{
  put_in_place (test, "root/shop/.git/info/exclude", "a\n");
}

static void
exclude_nothing (WalkTest *test)
{
  g_assert_cmpint (unlinkat (test->fd, "root/shop/.git/info/exclude", 0), ==, 0);
}

static void
change_what_is_ignored (WalkTest *test)
{
  put_in_place (test, "root/shop/drafts/b.conf", "c");
}

static void
untag_cache (WalkTest *test)
{
  put_in_place (test, "root/cache/CACHEDIR.TAG", "no more\n");
}

static void
leave_virtual (WalkTest *test)
{
  g_assert_cmpint (unlinkat (test->fd, "root/virtual/pyvenv.cfg", 0), ==, 0);
}

static void
change_what_is_linked (WalkTest *test)
{
  put_in_place (test, "root/cache/x.json", "[]");
}

static void
change_in_a_linked_project (WalkTest *test)
{
  put_in_place (test, "elsewhere/project/deep/z.conf", "y");
}

static void
add_to_a_linked_project (WalkTest *test)
{
  put_in_place (test, "elsewhere/project/docker.conf", "y");
}

static void
replace_a_linked_project (WalkTest *test)
{
  g_assert_cmpint (renameat (test->fd, "elsewhere/project", test->fd, "elsewhere/old"), ==, 0);
  walk_test_directory (test, "elsewhere/project");
}

static void
fill_a_dangling_link (WalkTest *test)
{
  walk_test_directory (test, "elsewhere/nobody");
}

static void
change_a_linked_environment (WalkTest *test)
{
  put_with_its_old_time (test, "elsewhere/shared.env", "PORT=5001\n");
}

static void
replace_the_root (WalkTest *test)
{
  g_assert_cmpint (renameat (test->fd, "root", test->fd, "before"), ==, 0);
  walk_test_directory (test, "root");
}

typedef struct {
  const char *name;
  Change change;
  gboolean holds;
} Case;

static const Case cases[] = {
    {"nothing", nothing, TRUE},
    {"a-file-that-nobody-reads", write_what_nobody_reads, TRUE},
    {"a-file-of-a-tool", write_in_a_cache, TRUE},
    {"a-file-that-keeps-its-time", write_with_its_old_time, FALSE},
    {"one-of-many-files", write_one_of_many, FALSE},
    {"a-file-replaced-by-one-of-the-same-time", replace_with_its_old_time, FALSE},
    {"a-new-file", add_file, FALSE},
    {"a-file-that-is-gone", remove_file, FALSE},
    {"a-new-folder", add_folder, FALSE},
    {"a-renamed-folder", rename_folder, FALSE},
    {"exchanged-folders", exchange_folders, FALSE},
    {"a-link-in-place-of-a-folder", link_in_place_of_a_folder, FALSE},
    {"the-rights-of-a-folder", forbid_folder, FALSE},
    {"an-ignore-file", ignore_more, FALSE},
    {"a-new-ignore-file", ignore_for_the_first_time, FALSE},
    {"an-exclude-file", exclude_more, FALSE},
    {"an-exclude-file-that-is-gone", exclude_nothing, FALSE},
    {"an-ignored-configuration", change_what_is_ignored, FALSE},
    {"a-tag-of-a-cache", untag_cache, FALSE},
    {"a-marker-of-a-tool", leave_virtual, FALSE},
    {"a-file-behind-a-link", change_what_is_linked, FALSE},
    {"a-file-of-a-linked-project", change_in_a_linked_project, FALSE},
    {"a-new-file-of-a-linked-project", add_to_a_linked_project, FALSE},
    {"a-linked-project", replace_a_linked_project, FALSE},
    {"a-link-that-led-nowhere", fill_a_dangling_link, FALSE},
    {"a-name-that-is-noted-behind-a-link", change_a_linked_environment, FALSE},
    {"the-root", replace_the_root, FALSE},
};

static void
sees (WalkTest *test, gconstpointer data)
{
  const Case *one = data;
  g_auto (Setting) setting = {0};
  make_tree (test);
  setting_init (&setting, test);
  g_assert_true (walk (test, &setting, G_MAXINT64));
  g_assert_true (holds (&setting));
  g_usleep (A_MOMENT_US);
  one->change (test);
  g_assert_cmpint (holds (&setting), ==, one->holds);
  g_assert_cmpint (walk (test, &setting, G_MAXINT64), ==, TRUE);
  g_assert_true (holds (&setting));
}

/* Of a walk that looked at it before: what was looked at counts, and not what came later. */
static void
sees_meanwhile (WalkTest *test, gconstpointer data)
{
  const Case *one = data;
  g_auto (Setting) setting = {0};
  make_tree (test);
  setting_init (&setting, test);
  setting.options.n_workers = 1;
  meanwhile = one->change;
  was_done = 0;
  gboolean is_sound = walk (test, &setting, G_MAXINT64);
  meanwhile = NULL;
  g_assert_cmpint (was_done, ==, 1);
  g_assert_false (is_sound && holds (&setting));
}

static const Case while_walking[] = {
    {"a-file-replaced-by-one-of-the-same-time", replace_with_its_old_time, FALSE},
    {"the-file-at-hand", write_with_its_old_time, FALSE},
};

/* --- what it is no witness of --- */

static void
is_unsound_of_what_just_changed (WalkTest *test, gconstpointer unused)
{
  (void) unused;
  g_auto (Setting) setting = {0};
  gint64 before_ns = g_get_real_time () * 1000 - G_GINT64_CONSTANT (1000000000);
  make_tree (test);
  setting_init (&setting, test);
  g_assert_false (walk (test, &setting, before_ns));
}

/* A link to a name that no file system has cannot be followed by anybody, and who knows why. */
static void
is_unsound_of_what_cannot_be_read (WalkTest *test, gconstpointer unused)
{
  (void) unused;
  g_auto (Setting) setting = {0};
  g_autofree char *name = g_strnfill (300, 'x');
  make_tree (test);
  walk_test_link (test, name, "root/shop/long.json");
  setting_init (&setting, test);
  g_assert_false (walk (test, &setting, G_MAXINT64));
}

static void
is_of_its_own_roots_alone (WalkTest *test, gconstpointer unused)
{
  (void) unused;
  g_auto (Setting) setting = {0};
  make_tree (test);
  setting_init (&setting, test);
  g_assert_true (walk (test, &setting, G_MAXINT64));
  g_assert_false (pm_witness_holds (setting.file, ABOUT + 1, &setting.options));
  setting.elsewhere[0] = g_build_filename (test->path, "root/shop", NULL);
  setting.options.elsewhere = (const char *const *) setting.elsewhere;
  g_assert_false (holds (&setting));
  setting.options.elsewhere = NULL;
  setting.roots[1] = g_build_filename (test->path, "elsewhere", NULL);
  g_assert_false (holds (&setting));
  g_clear_pointer (&setting.roots[1], g_free);
  g_assert_true (holds (&setting));
}

/* --- damage --- */

static void
counts_for_nothing_when_damaged (WalkTest *test, gconstpointer unused)
{
  (void) unused;
  g_auto (Setting) setting = {0};
  g_autofree char *bytes = NULL;
  gsize length;
  make_tree (test);
  setting_init (&setting, test);
  g_assert_false (holds (&setting));
  g_assert_true (walk (test, &setting, G_MAXINT64));
  g_assert_true (g_file_get_contents (setting.file, &bytes, &length, NULL));
  for (gsize at = 0; at < length; at += 7) {
    bytes[at] ^= 0x20;
    g_assert_true (g_file_set_contents_full (setting.file, bytes, (gssize) length,
                                             G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    g_assert_false (holds (&setting));
    bytes[at] ^= 0x20;
  }
  for (gsize n = 0; n < length; n += 13) {
    g_assert_true (g_file_set_contents_full (setting.file, bytes, (gssize) n,
                                             G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    g_assert_false (holds (&setting));
  }
  g_assert_true (g_file_set_contents (setting.file, bytes, (gssize) length, NULL));
  g_assert_true (holds (&setting));
}

static void
add_cases (const char *above, const Case *of, gsize n,
           void (*run) (WalkTest *test, gconstpointer data))
{
  for (gsize i = 0; i < n; i++) {
    g_autofree char *name = g_strconcat ("/walk/witness/", above, "/", of[i].name, NULL);
    g_test_add (name, WalkTest, &of[i], walk_test_set_up, run, walk_test_tear_down);
  }
}

#define ADD(name, run)                                                                             \
  g_test_add ("/walk/witness/" name, WalkTest, NULL, walk_test_set_up, run, walk_test_tear_down)

/* On other file systems there is no witness. */
static gboolean
can_be_tested (void)
{
  int fd = open (g_get_tmp_dir (), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean is_trusted = fd >= 0 && pm_file_system_keeps_times (fd);
  if (fd >= 0)
    close (fd);
  return is_trusted;
}

static void
is_skipped (void)
{
  g_test_skip ("the file system of temporary files keeps no times that can be relied on");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  if (!can_be_tested ()) {
    g_test_add_func ("/walk/witness/is-skipped", is_skipped);
    return g_test_run ();
  }
  add_cases ("tells", cases, G_N_ELEMENTS (cases), sees);
  add_cases ("tells-of-the-time-of-the-walk", while_walking, G_N_ELEMENTS (while_walking),
             sees_meanwhile);
  ADD ("is-none-of-what-just-changed", is_unsound_of_what_just_changed);
  ADD ("is-none-of-what-cannot-be-read", is_unsound_of_what_cannot_be_read);
  ADD ("is-of-its-own-roots-alone", is_of_its_own_roots_alone);
  ADD ("counts-for-nothing-when-damaged", counts_for_nothing_when_damaged);
  return g_test_run ();
}
