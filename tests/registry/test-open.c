#include "registry-test.h"

#include "registry/maintenance.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW G_GINT64_CONSTANT (1795375573000000)

static void
close_registry (PmRegistryTest *test)
{
  g_clear_pointer (&test->registry, pm_registry_close);
}

static void
assert_refused (const PmRegistryTest *test, PmRegistryError code, const char *says)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (pm_registry_test_open (test, &error));
  g_assert_error (error, PM_REGISTRY_ERROR, (gint) code);
  if (strstr (error->message, says) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, says);
}

static void
is_for_its_owner_alone (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autofree char *inner = pm_registry_test_path (test, "state");
  g_autofree char *file = g_build_filename (inner, "registry.db", NULL);
  PmRegistryOptions options = {.state_directory = inner};
  mode_t old_mask = umask (0);
  PmRegistry *registry = pm_registry_open (&options, NULL);
  umask (old_mask);
  g_assert_nonnull (registry);
  struct stat info;
  g_assert_cmpint (stat (inner, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 07777, ==, 0700);
  g_assert_cmpint (stat (file, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 07777, ==, 0600);
  g_assert_cmpstr (pm_registry_location (registry), ==, file);
  pm_registry_close (registry);
  g_assert_cmpint (g_unlink (file), ==, 0);
  g_assert_cmpint (g_rmdir (inner), ==, 0);
}

static void
refuses_a_newer_one (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  close_registry (test);
  pm_registry_test_sql (test, "INSERT INTO schema_version VALUES (9999, 0)");
  assert_refused (test, PM_REGISTRY_ERROR_NEWER, "update port-manager");
}

static void
refuses_what_is_no_registry (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autofree char *file = pm_registry_test_path (test, "registry.db");
  close_registry (test);
  g_assert_true (g_file_set_contents (file,
                                      "not a database at all, but long enough to be read as one; "
                                      "SQLite looks at the first hundred bytes of a file.",
                                      -1, NULL));
  assert_refused (test, PM_REGISTRY_ERROR_CORRUPT, "restore");
  g_unlink (file);
  pm_registry_test_sql (test, "CREATE TABLE other (x)");
  assert_refused (test, PM_REGISTRY_ERROR_CORRUPT, "another program's");
}

static void
overwrite (const char *file, off_t offset, gsize size)
{
  g_autofree char *garbage = g_malloc (size);
  memset (garbage, 0xa5, size);
  int fd = open (file, O_WRONLY | O_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, garbage, size, offset), ==, (gssize) size);
  close (fd);
}

static void
tells_damage_and_moves_it_aside (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autofree char *file = pm_registry_test_path (test, "registry.db");
  g_autofree char *kept = NULL;
  close_registry (test); /* checkpoints: all pages are in the file */
  overwrite (file, 100, 4096);
  assert_refused (test, PM_REGISTRY_ERROR_CORRUPT, "restore");
  PmRegistryOptions options = {.state_directory = test->directory, .host = "here"};
  g_assert_true (pm_registry_set_aside (&options, "damaged", NOW, &kept, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  test->registry = pm_registry_test_open (test, &error);
  g_assert_no_error (error);
}

static void
tells_wrong_permissions (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autofree char *file = pm_registry_test_path (test, "registry.db");
  close_registry (test);
  g_assert_cmpint (g_chmod (file, 0), ==, 0);
  /* Root may open everything: for a moment, be nobody. */
  gboolean root = geteuid () == 0;
  g_assert_cmpint (g_chmod (test->directory, 0755), ==, 0);
  g_assert_true (!root || seteuid (65534) == 0);
  assert_refused (test, PM_REGISTRY_ERROR_PERMISSION, "--state");
  g_assert_true (!root || seteuid (0) == 0);
}

/* --- what is in its place --- */

static void
takes_no_truncated_registry_for_a_new_one (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autofree char *file = pm_registry_test_path (test, "registry.db");
  g_autofree char *scanned = pm_registry_test_path (test, "last-scan");
  close_registry (test);
  g_assert_true (g_file_set_contents (scanned, "", 0, NULL));
  g_assert_cmpint (truncate (file, 0), ==, 0);
  assert_refused (test, PM_REGISTRY_ERROR_CORRUPT, "restore");
  struct stat info;
  g_assert_cmpint (stat (file, &info), ==, 0);
  g_assert_cmpint (info.st_size, ==, 0);
}

static void
takes_an_empty_file_beside_its_log_for_damaged (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autofree char *file = pm_registry_test_path (test, "registry.db");
  g_autofree char *wal = pm_registry_test_path (test, "registry.db-wal");
  close_registry (test);
  g_assert_cmpint (truncate (file, 0), ==, 0);
  g_assert_true (g_file_set_contents (wal, "some log", -1, NULL));
  assert_refused (test, PM_REGISTRY_ERROR_CORRUPT, "restore");
}

/* Somebody made it to say where the registry is to be. */
static void
fills_an_empty_file_in_a_new_directory (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autofree char *file = pm_registry_test_path (test, "registry.db");
  close_registry (test);
  g_assert_cmpint (truncate (file, 0), ==, 0);
  test->registry = pm_registry_test_open (test, &error);
  g_assert_no_error (error);
  g_assert_nonnull (test->registry);
}

static void
tells_a_folder_in_its_place (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autofree char *file = pm_registry_test_path (test, "registry.db");
  close_registry (test);
  g_assert_cmpint (g_unlink (file), ==, 0);
  g_assert_cmpint (g_mkdir (file, 0700), ==, 0);
  assert_refused (test, PM_REGISTRY_ERROR_IO, "it is a folder");
}

/* In a child without root's privileges: whoever may write everywhere is refused nothing. */
static void
tells_a_folder_that_may_not_be_written (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  gboolean root = geteuid () == 0;
  close_registry (test);
  g_assert_true (!root || chown (test->directory, 65534, 65534) == 0);
  g_autofree char *file = pm_registry_test_path (test, "registry.db");
  g_assert_true (!root || chown (file, 65534, 65534) == 0);
  g_assert_cmpint (g_chmod (test->directory, 0500), ==, 0);
  g_assert_true (!root || seteuid (65534) == 0);
  assert_refused (test, PM_REGISTRY_ERROR_PERMISSION, "cannot write in its folder");
  g_assert_cmpint (g_chmod (test->directory, 0700), ==, 0);
  g_assert_cmpint (g_unlink (file), ==, 0);
  g_assert_cmpint (g_chmod (test->directory, 0500), ==, 0);
  assert_refused (test, PM_REGISTRY_ERROR_PERMISSION, "chmod 700");
  g_assert_cmpint (g_chmod (test->directory, 0700), ==, 0);
  g_assert_true (!root || seteuid (0) == 0);
}

static void
leaves_nothing_beside_a_new_registry (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  close_registry (test);
  g_autoptr (GDir) directory = g_dir_open (test->directory, 0, NULL);
  g_assert_cmpstr (g_dir_read_name (directory), ==, "registry.db");
  g_assert_null (g_dir_read_name (directory));
}

/* Nobody listens on port 1; what cannot be parsed is not repeated either. */
static void
refuses_urls_without_repeating_them (void)
{
  static const char *const urls[] = {"postgresql://me:secret@127.0.0.1:1/x",
                                     "postgres://me:%zzsecret@db/x",
                                     "postgresql://me:secret@db/x?nothing=secret",
                                     "postgresql://me:secret@[::1/x",
                                     "mysql://me:secret@db/x",
                                     "postgresql://me:a@secret@127.0.0.1:1/x",
                                     "postgresql://me:a/secret@127.0.0.1:1/x",
                                     "postgresql://me:secret/x"};
  for (gsize i = 0; i < G_N_ELEMENTS (urls); i++) {
    g_autoptr (GError) error = NULL;
    PmRegistryOptions options = {.url = urls[i], .state_directory = "/"};
    g_assert_null (pm_registry_open (&options, &error));
    g_assert_nonnull (error);
    g_assert_null (strstr (error->message, "secret"));
  }
}

/* --- backup and restore --- */

static void
store_port (PmRegistryTest *test, guint16 port, gint64 now_us)
{
  g_autoptr (PmSnapshot) observed = pm_registry_test_snapshot ();
  pm_registry_test_add_service (observed, "web", 80, port);
  pm_registry_test_store (test->registry, observed, now_us);
}

static guint16
stored_port (PmRegistry *registry)
{
  g_autoptr (PmSnapshot) snapshot = NULL;
  g_assert_true (pm_registry_snapshot (registry, &snapshot, NULL));
  g_assert_cmpuint (snapshot->services->len, ==, 1);
  return g_array_index (snapshot->services, PmService, 0).external_port;
}

static void
restores_what_was_backed_up (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autofree char *backup = pm_registry_test_path (test, "backup");
  g_autofree char *kept = NULL;
  gint64 before = 0, after = 0;
  store_port (test, 8080, NOW);
  pm_registry_backup (test->registry, backup, NULL, &error);
  g_assert_no_error (error);
  struct stat info;
  g_assert_cmpint (stat (backup, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 07777, ==, 0600);
  store_port (test, 8081, NOW + 1);
  g_assert_true (pm_registry_last_event (test->registry, &before, NULL));

  /* While somebody has it open. */
  PmRegistryOptions options = {.state_directory = test->directory, .host = "here"};
  pm_registry_restore (&options, backup, NOW, &kept, &error);
  g_assert_no_error (error);
  g_assert_nonnull (kept);
  g_assert_cmpuint (stored_port (test->registry), ==, 8080);
  g_assert_true (pm_registry_check (test->registry, &error));
  store_port (test, 8082, NOW + 2);
  g_assert_true (pm_registry_last_event (test->registry, &after, NULL));
  g_assert_cmpint (after, >, before);

  g_autofree char *undone = NULL;
  pm_registry_restore (&options, kept, NOW + 3, &undone, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (stored_port (test->registry), ==, 8081);
}

/* The damage is at `offset`: at 0 the registry cannot even be opened, later on it can. */
static void
restores_over_a_damaged_one (gconstpointer offset)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autofree char *backup = pm_registry_test_path (test, "backup");
  g_autofree char *file = pm_registry_test_path (test, "registry.db");
  g_autofree char *kept = NULL;
  store_port (test, 8080, NOW);
  g_assert_true (pm_registry_backup (test->registry, backup, NULL, &error));
  close_registry (test);
  overwrite (file, GPOINTER_TO_INT (offset), 4096);
  PmRegistryOptions options = {.state_directory = test->directory, .host = "here"};
  pm_registry_restore (&options, backup, NOW, &kept, &error);
  g_assert_no_error (error);
  test->registry = pm_registry_test_open (test, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (stored_port (test->registry), ==, 8080);
}

/* Of what is there only an empty file or an older backup; not even another registry. */
static void
replaces_only_backups (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmRegistryTest) other = pm_registry_test_new ();
  g_autofree char *backup = pm_registry_test_path (test, "backup");
  g_autofree char *text = pm_registry_test_path (test, "compose.yaml");
  g_autofree char *link = pm_registry_test_path (test, "link");
  g_autofree char *live = pm_registry_test_path (other, "registry.db");
  g_assert_true (g_file_set_contents (text, "services: {}\n", -1, NULL));
  g_assert_true (g_file_set_contents (backup, "", 0, NULL));
  g_assert_cmpint (symlink (backup, link), ==, 0);
  g_assert_true (pm_registry_backup (test->registry, backup, NULL, NULL));
  g_assert_true (pm_registry_backup (test->registry, backup, NULL, NULL));
  g_autofree char *fifo = pm_registry_test_path (test, "fifo");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  const char *others[] = {text, link, live, fifo};
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    g_autoptr (GError) error = NULL;
    struct stat before, after;
    g_assert_cmpint (lstat (others[i], &before), ==, 0);
    g_assert_false (pm_registry_backup (test->registry, others[i], NULL, &error));
    g_assert_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_EXISTS);
    g_assert_cmpint (lstat (others[i], &after), ==, 0);
    g_assert_cmpuint (before.st_ino, ==, after.st_ino);
  }
}

static void
refuses_a_damaged_backup (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autofree char *backup = pm_registry_test_path (test, "backup");
  g_autofree char *kept = NULL;
  store_port (test, 8080, NOW);
  g_assert_true (pm_registry_backup (test->registry, backup, NULL, &error));
  store_port (test, 8081, NOW);
  overwrite (backup, 3 * 4096, 4096);
  PmRegistryOptions options = {.state_directory = test->directory, .host = "here"};
  g_assert_false (pm_registry_restore (&options, backup, NOW, &kept, &error));
  g_assert_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, "this is no registry, or a damaged one"));
  g_assert_null (kept);
  g_assert_cmpuint (stored_port (test->registry), ==, 8081);
}

static void
counts_rows (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autofree char *backup = pm_registry_test_path (test, "backup");
  guint64 before = 0, after = 0;
  store_port (test, 8080, NOW);
  g_assert_true (pm_registry_backup (test->registry, backup, &before, NULL));
  g_assert_true (pm_registry_event_append (test->registry, "test", "{}", NOW, NULL));
  g_assert_true (pm_registry_backup (test->registry, backup, &after, NULL));
  g_assert_cmpuint (after, ==, before + 1);
}

/* --- a full disk --- */

static gboolean
mount_small (const char *path)
{
  return unshare (CLONE_NEWNS) == 0 && mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
         mount ("tmpfs", path, "tmpfs", 0, "size=2m,mode=0700") == 0;
}

static void
fill (const char *folder)
{
  static const char block[512];
  g_autofree char *path = g_build_filename (folder, "junk", NULL);
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  while (write (fd, block, sizeof block) > 0)
    continue;
  close (fd);
}

static guint
count_services (PmRegistry *registry)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) services = g_array_new (FALSE, TRUE, sizeof (PmService));
  g_assert_true (pm_registry_services (registry, arena, services, NULL));
  return services->len;
}

static void
is_read_on_a_full_disk (void)
{
  g_autoptr (PmRegistryTest) test = pm_registry_test_new ();
  g_autoptr (PmSnapshot) snapshot = pm_registry_test_snapshot ();
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = pm_registry_test_path (test, "small");
  PmRegistryOptions options = {.state_directory = folder};
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  if (!mount_small (folder)) {
    g_rmdir (folder);
    g_test_skip ("not allowed to mount here");
    return;
  }
  pm_registry_test_add_service (snapshot, "web", 80, 8080);
  PmRegistry *registry = pm_registry_open (&options, NULL);
  pm_registry_test_store (registry, snapshot, NOW);
  pm_registry_close (registry);
  fill (folder);

  registry = pm_registry_open (&options, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_services (registry), ==, 1);
  pm_registry_test_add_service (snapshot, "api", 81, 8081);
  PmScanScope scope = {0};
  g_assert_false (pm_registry_store_scan (registry, snapshot, &scope, NOW, NULL, &error));
  g_assert_nonnull (strstr (error->message, "no space left"));
  g_clear_error (&error);
  g_assert_cmpuint (count_services (registry), ==, 1);
  pm_registry_close (registry);

  g_autofree char *junk = g_build_filename (folder, "junk", NULL);
  g_unlink (junk);
  registry = pm_registry_open (&options, &error);
  g_assert_no_error (error);
  pm_registry_test_store (registry, snapshot, NOW);
  g_assert_cmpuint (count_services (registry), ==, 2);
  pm_registry_close (registry);
  g_assert_cmpint (umount (folder), ==, 0);
  g_rmdir (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registry/open/is-for-its-owner-alone", is_for_its_owner_alone);
  g_test_add_func ("/registry/open/refuses-a-newer-one", refuses_a_newer_one);
  g_test_add_func ("/registry/open/refuses-what-is-no-registry", refuses_what_is_no_registry);
  g_test_add_func ("/registry/open/tells-damage-and-moves-it-aside",
                   tells_damage_and_moves_it_aside);
  g_test_add_func ("/registry/open/tells-wrong-permissions", tells_wrong_permissions);
  g_test_add_func ("/registry/open/takes-no-truncated-registry-for-a-new-one",
                   takes_no_truncated_registry_for_a_new_one);
  g_test_add_func ("/registry/open/takes-an-empty-file-beside-its-log-for-damaged",
                   takes_an_empty_file_beside_its_log_for_damaged);
  g_test_add_func ("/registry/open/fills-an-empty-file-in-a-new-directory",
                   fills_an_empty_file_in_a_new_directory);
  g_test_add_func ("/registry/open/tells-a-folder-in-its-place", tells_a_folder_in_its_place);
  g_test_add_func ("/registry/open/tells-a-folder-that-may-not-be-written",
                   tells_a_folder_that_may_not_be_written);
  g_test_add_func ("/registry/open/leaves-nothing-beside-a-new-registry",
                   leaves_nothing_beside_a_new_registry);
  g_test_add_func ("/registry/open/refuses-urls-without-repeating-them",
                   refuses_urls_without_repeating_them);
  g_test_add_func ("/registry/backup/restores-what-was-backed-up", restores_what_was_backed_up);
  g_test_add_data_func ("/registry/backup/restores-over-one-that-cannot-be-opened",
                        GINT_TO_POINTER (0), restores_over_a_damaged_one);
  g_test_add_data_func ("/registry/backup/restores-over-one-that-is-damaged-inside",
                        GINT_TO_POINTER (5 * 4096), restores_over_a_damaged_one);
  g_test_add_func ("/registry/backup/counts-rows", counts_rows);
  g_test_add_func ("/registry/backup/refuses-a-damaged-backup", refuses_a_damaged_backup);
  g_test_add_func ("/registry/backup/replaces-only-backups", replaces_only_backups);
  g_test_add_func ("/registry/open/is-read-on-a-full-disk", is_read_on_a_full_disk);
  return g_test_run ();
}
