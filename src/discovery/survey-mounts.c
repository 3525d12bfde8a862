/* DESIGN
 * Where nothing is mounted any more there is an empty directory, as if everything in it had been
 * deleted. What tells the two apart is that the earlier survey saw something mounted there. A
 * directory that is used otherwise since (it has entries), or is gone itself, is no such place. A
 * link from a root to a project elsewhere that leads to nothing says the same by itself. */

#include "discovery/survey-internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "walk/mount-points.h"

static gboolean
is_empty (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  return directory != NULL && g_dir_read_name (directory) == NULL;
}

static char *
real_path (const char *path)
{
  char *resolved = realpath (path, NULL);
  char *real = g_strdup (resolved);
  free (resolved);
  return real;
}

static gboolean
was_mounted (const PmSurvey *survey, const char *real)
{
  const PmRecall *recall = survey->options->recall;
  return recall != NULL && recall->mounts != NULL && g_strv_contains (recall->mounts, real);
}

static gboolean
is_unmounted (const PmSurvey *survey, const char *real)
{
  if (!was_mounted (survey, real) || !is_empty (real))
    return FALSE;
  g_autoptr (GPtrArray) points = pm_mount_points ();
  return !pm_mount_points_has (points, real);
}

static gboolean
is_dangling_link (const char *path)
{
  struct stat info;
  return lstat (path, &info) == 0 && S_ISLNK (info.st_mode) && stat (path, &info) != 0;
}

static void
wait_for (PmSurvey *survey, guint root, const char *path, const char *reason)
{
  pm_survey_add_unread (survey, root, path, reason);
  survey->is_waiting = TRUE;
}

/* Only a direct child of a root is followed where it is a link. */
static gboolean
look_at_link (PmSurvey *survey, guint root, const char *file)
{
  const char *slash = strchr (file, '/');
  if (slash == NULL)
    return FALSE;
  g_autofree char *top = g_strndup (file, (gsize) (slash - file));
  g_autofree char *path = g_build_filename (survey->roots[root], top, NULL);
  if (!is_dangling_link (path))
    return FALSE;
  wait_for (survey, root, top, "it links to nothing that is there");
  return TRUE;
}

void
pm_survey_look_for_mount (PmSurvey *survey, guint root, const char *file)
{
  if (look_at_link (survey, root, file))
    return;
  /* The deepest directory above that is there is where it would be mounted. */
  g_autofree char *directory = g_path_get_dirname (file);
  for (;;) {
    const char *below = strcmp (directory, ".") == 0 ? "" : directory;
    g_autofree char *path = g_build_filename (survey->roots[root], below, NULL);
    g_autofree char *real = real_path (path);
    if (real != NULL) {
      if (is_unmounted (survey, real))
        wait_for (survey, root, below, "nothing is mounted there any more");
      return;
    }
    if (below[0] == '\0')
      return;
    char *above = g_path_get_dirname (directory);
    g_free (directory);
    directory = above;
  }
}

/* --- for the next survey --- */

static void
add_base (GPtrArray *bases, const char *path)
{
  char *real = real_path (path);
  if (real != NULL)
    g_ptr_array_add (bases, real);
}

/* Where this survey has looked: the roots, and what links in them lead to. */
static GPtrArray *
collect_bases (const PmSurvey *survey)
{
  GPtrArray *bases = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; survey->roots[i] != NULL; i++) {
    add_base (bases, survey->roots[i]);
    g_autoptr (GDir) directory = g_dir_open (survey->roots[i], 0, NULL);
    const char *name;
    while (directory != NULL && (name = g_dir_read_name (directory)) != NULL) {
      g_autofree char *path = g_build_filename (survey->roots[i], name, NULL);
      if (g_file_test (path, G_FILE_TEST_IS_SYMLINK) && g_file_test (path, G_FILE_TEST_IS_DIR))
        add_base (bases, path);
    }
  }
  return bases;
}

static gboolean
lies_in (const GPtrArray *bases, const char *point)
{
  for (guint i = 0; i < bases->len; i++) {
    gsize length = strlen (bases->pdata[i]);
    if (strncmp (point, bases->pdata[i], length) == 0 &&
        (point[length] == '/' || point[length] == '\0'))
      return TRUE;
  }
  return FALSE;
}

char **
pm_survey_mounts (const PmSurvey *survey)
{
  g_autoptr (GPtrArray) points = pm_mount_points ();
  g_autoptr (GPtrArray) bases = collect_bases (survey);
  const char *const *earlier = survey->options->recall->mounts;
  GPtrArray *held = g_ptr_array_new ();
  for (guint i = 0; i < points->len; i++)
    if (lies_in (bases, points->pdata[i]))
      g_ptr_array_add (held, g_strdup (points->pdata[i]));
  for (guint i = 0; earlier != NULL && earlier[i] != NULL; i++)
    if (!lies_in (bases, earlier[i]) || is_unmounted (survey, earlier[i]))
      g_ptr_array_add (held, g_strdup (earlier[i]));
  g_ptr_array_add (held, NULL);
  return (char **) g_ptr_array_free (held, FALSE);
}
