#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "rig.h"

static const char *const one[] = {"a/.env", NULL};

static void
commits_every_file (void)
{
  g_auto (Rig) rig = {0};
  g_autoptr (GError) error = NULL;
  guint old_count, new_count;
  rig_init (&rig, NULL);
  rig_make_files (&rig, 20);
  g_assert_cmpint (rig_replace_all (&rig, pm_fs_real (), 20, &error), ==, PM_OUTCOME_COMMITTED);
  g_assert_no_error (error);
  rig_count (&rig, 20, &old_count, &new_count);
  g_assert_cmpuint (new_count, ==, 20);
  g_assert_cmpuint (rig.prepared, ==, 20);
  g_assert_cmpuint (rig.exchanged, ==, 20);
  g_assert_cmpuint (rig.registered, ==, 1);
  g_assert_cmpuint (rig.registered_id, ==, 1);
  rig_expect_no_leftovers (&rig);
  g_assert_cmpuint (rig_recover (&rig), ==, 0);
}

static void
edits_only_the_bytes_at_the_spans (void)
{
  g_auto (Rig) rig = {0};
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env",
             "\xef\xbb\xbf"
             "A=" RIG_OLD ",b=" RIG_OLD "\r\n\r\n#x\t\xff\nlast=" RIG_OLD);
  g_assert_cmpint (rig_replace (&rig, pm_fs_real (), one, RIG_OLD, RIG_NEW, NULL, NULL), ==, 0);
  rig_expect (&rig, "a/.env",
              "\xef\xbb\xbf"
              "A=" RIG_NEW ",b=" RIG_NEW "\r\n\r\n#x\t\xff\nlast=" RIG_NEW);
}

static void
keeps_mode_owner_and_attributes (void)
{
  g_auto (Rig) rig = {0};
  struct stat before, after;
  char value[64];
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env", RIG_OLD);
  g_autofree char *path = rig_path (&rig, "a/.env");
  g_assert_cmpint (chmod (path, 0640), ==, 0);
  if (geteuid () == 0)
    g_assert_cmpint (chown (path, 12345, 23456), ==, 0);
  gboolean has_xattr = setxattr (path, "user.note", "hello", 5, 0) == 0;
  g_assert_cmpint (stat (path, &before), ==, 0);
  g_assert_cmpint (rig_replace (&rig, pm_fs_real (), one, RIG_OLD, RIG_NEW, NULL, NULL), ==, 0);
  g_assert_cmpint (stat (path, &after), ==, 0);
  g_assert_cmpuint (after.st_mode, ==, before.st_mode);
  g_assert_cmpuint (after.st_uid, ==, before.st_uid);
  g_assert_cmpuint (after.st_gid, ==, before.st_gid);
  if (has_xattr) {
    g_assert_cmpint (getxattr (path, "user.note", value, sizeof value), ==, 5);
    g_assert_cmpmem (value, 5, "hello", 5);
  }
}

/* The bytes of an ACL "user::rw-,user:1001:r--,group::r--,mask::r--,other::---" as
 * linux/posix_acl_xattr.h lays them out. */
static const guint8 acl[] = {
    2, 0,    0,    0,    0x01, 0,    6,    0, 0xff, 0xff, 0xff, 0xff, 0x02, 0,    4,
    0, 0xe9, 0x03, 0,    0,    0x04, 0,    4, 0,    0xff, 0xff, 0xff, 0xff, 0x10, 0,
    4, 0,    0xff, 0xff, 0xff, 0xff, 0x20, 0, 0,    0,    0xff, 0xff, 0xff, 0xff,
};

static void
keeps_acls_and_inherits_none (void)
{
  g_auto (Rig) rig = {0};
  guint8 value[256];
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env", RIG_OLD);
  rig_write (&rig, "b/.env", RIG_OLD);
  g_autofree char *with = rig_path (&rig, "a/.env"), *without = rig_path (&rig, "b/.env");
  g_autofree char *parent = rig_path (&rig, "b");
  if (setxattr (with, "system.posix_acl_access", acl, sizeof acl, 0) != 0 ||
      setxattr (parent, "system.posix_acl_default", acl, sizeof acl, 0) != 0) {
    g_test_skip ("no ACLs on this file system");
    return;
  }
  const char *const both[] = {"a/.env", "b/.env", NULL};
  g_assert_cmpint (rig_replace (&rig, pm_fs_real (), both, RIG_OLD, RIG_NEW, NULL, NULL), ==, 0);
  g_assert_cmpint (getxattr (with, "system.posix_acl_access", value, sizeof value), ==, sizeof acl);
  g_assert_cmpmem (value, sizeof acl, acl, sizeof acl);
  g_assert_cmpint (getxattr (without, "system.posix_acl_access", value, sizeof value), ==, -1);
}

static void
follows_symlinks_inside_the_root (void)
{
  g_auto (Rig) rig = {0};
  struct stat status;
  rig_init (&rig, NULL);
  rig_write (&rig, "real/dir/env", RIG_OLD);
  g_autofree char *link = rig_path (&rig, "a/.env"), *parent = rig_path (&rig, "a");
  g_assert_cmpint (g_mkdir (parent, 0755), ==, 0);
  g_assert_cmpint (symlink ("../real/dir/env", link), ==, 0);
  const char *const twice[] = {"a/.env", "real/dir/env", NULL};
  g_assert_cmpint (rig_replace (&rig, pm_fs_real (), twice, RIG_OLD, RIG_NEW, NULL, NULL), ==, 0);
  g_assert_cmpint (lstat (link, &status), ==, 0);
  g_assert_true (S_ISLNK (status.st_mode));
  rig_expect (&rig, "real/dir/env", RIG_NEW);
}

static void
writes_hard_links_in_place (void)
{
  g_auto (Rig) rig = {0};
  struct stat before, after;
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env", "x=" RIG_OLD "\n");
  g_autofree char *path = rig_path (&rig, "a/.env"), *other = rig_path (&rig, "other");
  g_assert_cmpint (link (path, other), ==, 0);
  g_assert_cmpint (stat (path, &before), ==, 0);
  guint64 id;
  g_assert_cmpint (rig_replace (&rig, pm_fs_real (), one, RIG_OLD, "1.1.1.1", &id, NULL), ==, 0);
  g_assert_cmpint (stat (path, &after), ==, 0);
  g_assert_cmpuint (after.st_ino, ==, before.st_ino);
  rig_expect (&rig, "other", "x=1.1.1.1\n");
  g_assert_cmpint (rig_undo (&rig, pm_fs_real (), id, NULL, NULL), ==, 0);
  rig_expect (&rig, "other", "x=" RIG_OLD "\n");
}

static void
expect_refusal (Rig *rig, const char *const *paths, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_assert_cmpint (rig_replace (rig, pm_fs_real (), paths, RIG_OLD, RIG_NEW, NULL, &error), ==,
                   PM_OUTCOME_REFUSED);
  g_assert_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, words));
  rig_expect_no_leftovers (rig);
}

static void
refuses_read_only_files_before_writing_any (void)
{
  g_auto (Rig) rig = {0};
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env", RIG_OLD);
  rig_write (&rig, "b/.env", RIG_OLD);
  rig_write (&rig, "c/.env", RIG_OLD);
  g_autofree char *b = rig_path (&rig, "b/.env"), *c = rig_path (&rig, "c/.env");
  g_assert_cmpint (chmod (b, 0444), ==, 0);
  g_assert_cmpint (chmod (c, 0400), ==, 0);
  const char *const all[] = {"a/.env", "b/.env", "c/.env", NULL};
  expect_refusal (&rig, all, "b/.env: is read-only");
  expect_refusal (&rig, all, "c/.env: is read-only");
  rig_expect (&rig, "a/.env", RIG_OLD);
}

static void
refuses_links_that_lead_outside (void)
{
  g_auto (Rig) rig = {0};
  rig_init (&rig, NULL);
  rig_write (&rig, "../outside", RIG_OLD);
  g_autofree char *link = rig_path (&rig, "link");
  g_assert_cmpint (symlink ("../outside", link), ==, 0);
  const char *const paths[] = {"link", NULL};
  expect_refusal (&rig, paths, "outside of the roots");
  const char *const dots[] = {"../outside", NULL};
  expect_refusal (&rig, dots, "outside of the roots");
  rig_expect (&rig, "../outside", RIG_OLD);
}

static void
refuses_what_changed_since_the_plan (void)
{
  g_auto (Rig) rig = {0};
  g_autoptr (GError) error = NULL;
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env", RIG_OLD);
  g_autoptr (PmTransaction) transaction = rig_begin (&rig, pm_fs_real (), &error);
  rig_add (&rig, transaction, "a/.env", RIG_OLD, RIG_NEW);
  rig_write (&rig, "a/.env", "34.41.115.198");
  g_assert_false (pm_transaction_prepare (transaction, &error));
  g_assert_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_REFUSED);
  g_assert_cmpint (pm_transaction_outcome (transaction), ==, PM_OUTCOME_REFUSED);
  g_assert_cmpuint (pm_transaction_notes (transaction)->len, ==, 1);
}

static void
refuses_directories_and_fifos (void)
{
  g_auto (Rig) rig = {0};
  g_autoptr (GError) error = NULL;
  rig_init (&rig, NULL);
  g_autofree char *fifo = rig_path (&rig, "fifo");
  g_assert_cmpint (mkfifo (fifo, 0644), ==, 0);
  PmTransactionFile file = {.root = rig.root, .path = "fifo"};
  g_autoptr (PmTransaction) transaction = rig_begin (&rig, pm_fs_real (), &error);
  pm_transaction_add (transaction, &file);
  g_assert_false (pm_transaction_prepare (transaction, &error));
  g_assert_nonnull (strstr (error->message, "not a regular file"));
}

static void
refuses_overlapping_edits (void)
{
  g_auto (Rig) rig = {0};
  g_autoptr (GError) error = NULL;
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env", "aaaa");
  PmTransactionEdit edits[] = {{{0, 3}, "aaa", "b", 1}, {{2, 4}, "aa", "c", 1}};
  PmTransactionFile file = {.root = rig.root,
                            .path = "a/.env",
                            .size_bytes = 4,
                            .digest = pm_digest_of ("aaaa", 4),
                            .edits = edits,
                            .n_edits = 2};
  g_autoptr (PmTransaction) transaction = rig_begin (&rig, pm_fs_real (), &error);
  pm_transaction_add (transaction, &file);
  g_assert_false (pm_transaction_prepare (transaction, &error));
  g_assert_nonnull (strstr (error->message, "overlap"));
}

static void
rolls_back_what_verification_refuses (void)
{
  g_auto (Rig) rig = {0};
  g_autoptr (GError) error = NULL;
  guint old_count, new_count;
  rig_init (&rig, NULL);
  rig_make_files (&rig, 5);
  rig.refuse_verify = TRUE;
  g_assert_cmpint (rig_replace_all (&rig, pm_fs_real (), 5, &error), ==, PM_OUTCOME_VERIFICATION);
  g_assert_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_VERIFY);
  g_assert_cmpint (pm_outcome_exit_status (PM_OUTCOME_VERIFICATION), ==, 5);
  rig_count (&rig, 5, &old_count, &new_count);
  g_assert_cmpuint (old_count, ==, 5);
  g_assert_cmpuint (rig.registered, ==, 0);
  rig_expect_no_leftovers (&rig);
}

static void
rolls_back_when_freed_before_commit (void)
{
  g_auto (Rig) rig = {0};
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env", RIG_OLD);
  PmTransaction *transaction = rig_begin (&rig, pm_fs_real (), NULL);
  rig_add (&rig, transaction, "a/.env", RIG_OLD, RIG_NEW);
  g_assert_true (pm_transaction_prepare (transaction, NULL));
  pm_transaction_free (transaction);
  rig_expect (&rig, "a/.env", RIG_OLD);
  rig_expect_no_leftovers (&rig);
  g_assert_cmpuint (rig_recover (&rig), ==, 0);
}

static void
tells_the_registry_until_it_agrees (void)
{
  g_auto (Rig) rig = {0};
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env", RIG_OLD);
  rig.refuse_registry = TRUE;
  g_assert_cmpint (rig_replace (&rig, pm_fs_real (), one, RIG_OLD, RIG_NEW, NULL, NULL), ==, 0);
  rig_expect (&rig, "a/.env", RIG_NEW);
  g_autoptr (GError) error = NULL;
  g_assert_null (rig_begin (&rig, pm_fs_real (), &error));
  g_assert_error (error, PM_UPDATE_ERROR, PM_UPDATE_ERROR_UNFINISHED);
  rig.refuse_registry = FALSE;
  g_assert_cmpuint (rig_recover (&rig), ==, 1);
  g_assert_cmpuint (rig.registered, ==, 1);
  rig_expect (&rig, "a/.env", RIG_NEW);
  rig_expect_no_leftovers (&rig);
}

static void
keeps_the_journal_private (void)
{
  g_auto (Rig) rig = {0};
  struct stat status;
  rig_init (&rig, NULL);
  rig_write (&rig, "a/.env", "TOKEN=verysecret\nA=" RIG_OLD "\n");
  g_assert_cmpint (rig_replace (&rig, pm_fs_real (), one, RIG_OLD, RIG_NEW, NULL, NULL), ==, 0);
  g_autofree char *path = g_build_filename (rig.state, "transactions", "1.done", NULL);
  g_autofree char *bytes = NULL;
  gsize length;
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  g_assert_nonnull (memmem (bytes, length, RIG_OLD, strlen (RIG_OLD)));
  g_assert_null (memmem (bytes, length, "verysecret", 10));
}

#define ADD(name, function) g_test_add_func ("/update/transaction/" name, function)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("commits-every-file", commits_every_file);
  ADD ("edits-only-the-bytes-at-the-spans", edits_only_the_bytes_at_the_spans);
  ADD ("keeps-mode-owner-and-attributes", keeps_mode_owner_and_attributes);
  ADD ("keeps-acls-and-inherits-none", keeps_acls_and_inherits_none);
  ADD ("follows-symlinks-inside-the-root", follows_symlinks_inside_the_root);
  ADD ("writes-hard-links-in-place", writes_hard_links_in_place);
  ADD ("refuses-read-only-files-before-writing-any", refuses_read_only_files_before_writing_any);
  ADD ("refuses-links-that-lead-outside", refuses_links_that_lead_outside);
  ADD ("refuses-what-changed-since-the-plan", refuses_what_changed_since_the_plan);
  ADD ("refuses-directories-and-fifos", refuses_directories_and_fifos);
  ADD ("refuses-overlapping-edits", refuses_overlapping_edits);
  ADD ("rolls-back-what-verification-refuses", rolls_back_what_verification_refuses);
  ADD ("rolls-back-when-freed-before-commit", rolls_back_when_freed_before_commit);
  ADD ("tells-the-registry-until-it-agrees", tells_the_registry_until_it_agrees);
  ADD ("keeps-the-journal-private", keeps_the_journal_private);
  return g_test_run ();
}
