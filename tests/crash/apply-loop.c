/* What the rigs from outside kill and cut the power of: one transaction over a tree of made files.
 *
 *   apply-loop make BASE COUNT
 *       makes the files
 *   apply-loop apply BASE COUNT
 *       one transaction; prints "committed N" once it is, N being the number of the address that
 * the files now hold apply-loop naive BASE COUNT the same by writing beside and renaming, with no
 * sync and no journal: the control apply-loop check BASE COUNT [N] recovers, then exits 0 if all
 * files are the same and whole, and hold at least the address number N */

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rig.h"

static char *
path_of (guint index)
{
  return g_strdup_printf ("%u/.env", index);
}

static char *
address_of (guint number)
{
  return g_strdup_printf ("10.%u.%u.%u", number / 65536 % 256, number / 256 % 256, number % 256);
}

static char *
text_of (guint index, guint number)
{
  g_autofree char *address = address_of (number);
  g_autofree char *filler = g_strnfill (index * 97 % 5000, 'x');
  return g_strdup_printf ("HOST=%s\n# %s\nURL=http://%s:%u/\n", address, filler, address, index);
}

static guint
number_of (const char *text)
{
  guint a, b, c;
  return sscanf (text, "HOST=10.%u.%u.%u\n", &a, &b, &c) == 3 ? a * 65536 + b * 256 + c : G_MAXUINT;
}

static void
make (Rig *rig, guint count)
{
  for (guint i = 0; i < count; i++) {
    g_autofree char *path = path_of (i), *text = text_of (i, 0);
    rig_write (rig, path, text);
  }
  sync ();
}

static guint
current (Rig *rig)
{
  g_autofree char *text = rig_read (rig, "0/.env");
  return number_of (text);
}

static void
apply (Rig *rig, guint count)
{
  guint number = current (rig);
  g_autofree char *from = address_of (number), *to = address_of (number + 1);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < count; i++)
    g_ptr_array_add (paths, path_of (i));
  g_ptr_array_add (paths, NULL);
  g_autoptr (GError) error = NULL;
  PmOutcome outcome =
      rig_replace (rig, pm_fs_real (), (const char *const *) paths->pdata, from, to, NULL, &error);
  if (outcome == PM_OUTCOME_COMMITTED) {
    printf ("committed %u\n", number + 1);
    fflush (stdout);
  }
}

static void
apply_naively (Rig *rig, guint count)
{
  guint number = current (rig);
  for (guint i = 0; i < count; i++) {
    g_autofree char *path = path_of (i), *text = text_of (i, number + 1);
    g_autofree char *beside = g_strdup_printf ("%s.tmp", path);
    g_autofree char *from = rig_path (rig, beside), *to = rig_path (rig, path);
    rig_write (rig, beside, text);
    g_assert_cmpint (rename (from, to), ==, 0);
  }
  printf ("committed %u\n", number + 1);
  fflush (stdout);
}

static int
check (Rig *rig, guint count, guint at_least)
{
  g_autoptr (GPtrArray) recovered = NULL;
  g_autoptr (GError) error = NULL;
  if (!pm_recover (pm_fs_real (), rig->state, 1000, NULL, &recovered, &error)) {
    printf ("cannot recover: %s\n", error->message);
    return 1;
  }
  guint number = current (rig);
  for (guint i = 0; i < count; i++) {
    g_autofree char *path = path_of (i), *text = rig_read (rig, path);
    g_autofree char *expected = text_of (i, number);
    if (number == G_MAXUINT || !g_str_equal (text, expected)) {
      printf ("%s is not like the first file\n", path);
      return 1;
    }
  }
  if (number < at_least || rig_has_leftovers (rig)) {
    printf (number < at_least ? "a commit that was told is not there\n"
                              : "something is left over\n");
    return 1;
  }
  return 0;
}

int
main (int argc, char *argv[])
{
  if (argc < 4)
    return 2;
  guint count = (guint) strtoul (argv[3], NULL, 10);
  g_autofree char *root = g_build_filename (argv[2], "root", NULL);
  g_autofree char *state = g_build_filename (argv[2], "state", NULL);
  Rig rig = {.base = argv[2], .root = root, .state = state};
  g_mkdir (rig.root, 0755);
  if (g_str_equal (argv[1], "make"))
    make (&rig, count);
  else if (g_str_equal (argv[1], "apply"))
    apply (&rig, count);
  else if (g_str_equal (argv[1], "naive"))
    apply_naively (&rig, count);
  else
    return check (&rig, count, argc > 4 ? (guint) strtoul (argv[4], NULL, 10) : 0);
  return 0;
}
