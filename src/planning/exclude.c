/* Files that a person leaves out of a plan. */

#include "planning/planning.h"

#include <string.h>

/* Paths are compared as they are shown: what is not UTF-8 in a name cannot be typed, or sent. */
static gboolean
is_it (const PmPlanFile *file, const char *named)
{
  if (named[0] != '/') {
    g_autofree char *shown = g_utf8_make_valid (file->file, -1);
    return strcmp (shown, named) == 0;
  }
  g_autofree char *path = g_build_filename (file->root, file->file, NULL);
  g_autofree char *shown = g_utf8_make_valid (path, -1);
  return strcmp (shown, named) == 0;
}

static gboolean
is_excluded (const PmPlanFile *file, gpointer data)
{
  for (const char *const *named = data; *named != NULL; named++)
    if (is_it (file, *named))
      return TRUE;
  return FALSE;
}

void
pm_plan_exclude (PmPlan *plan, const char *const *exclude)
{
  if (exclude != NULL && exclude[0] != NULL)
    pm_plan_leave (plan, is_excluded, (gpointer) exclude, PM_PLAN_LEFT_BY_CHOICE);
}

static gboolean
concerns (const PmPlan *plan, const char *named)
{
  for (guint i = 0; i < plan->files->len; i++)
    if (is_it (pm_plan_file_at (plan, i), named))
      return TRUE;
  return FALSE;
}

gboolean
pm_plan_concerns (const PmPlan *plan, const char *const *exclude, GError **error)
{
  g_autoptr (GString) strangers = g_string_new (NULL);
  for (const char *const *named = exclude; named != NULL && *named != NULL; named++)
    if (!concerns (plan, *named))
      g_string_append_printf (strangers, "%s%s", strangers->len == 0 ? "" : ", ", *named);
  if (strangers->len == 0)
    return TRUE;
  g_set_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_INVALID,
               "exclude: the plan has nothing to do in %s; name files as the plan does, absolute "
               "or from the root",
               strangers->str);
  return FALSE;
}
