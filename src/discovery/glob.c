/* DESIGN
 * No recursion: of each kind of star only the last one needs to be tried again, since an earlier
 * one could only skip what a later one can skip as well. */

#include "discovery/glob.h"

#include <string.h>

typedef struct {
  const char *pattern; /* behind the star; NULL: none was met */
  const char *text;    /* where the pattern was tried last */
} Retry;

/* Puts the deep star one step (or, for a "**" + "/", one folder) further. */
static gboolean
retry_deep (Retry *deep, gboolean by_folder)
{
  if (deep->pattern == NULL || *deep->text == '\0')
    return FALSE;
  if (!by_folder) {
    deep->text++;
    return TRUE;
  }
  const char *slash = strchr (deep->text, '/');
  if (slash == NULL)
    return FALSE;
  deep->text = slash + 1;
  return TRUE;
}

gboolean
pm_glob_match (const char *pattern, const char *text)
{
  Retry star = {NULL, NULL}, deep = {NULL, NULL};
  gboolean by_folder = FALSE;

  for (;;) {
    if (pattern[0] == '*' && pattern[1] == '*') {
      by_folder = pattern[2] == '/';
      pattern += by_folder ? 3 : 2;
      deep = (Retry){pattern, text};
      star.pattern = NULL;
      continue;
    }
    if (*pattern == '*') {
      star = (Retry){++pattern, text};
      continue;
    }
    if (*text == '\0' && *pattern == '\0')
      return TRUE;
    if (*text != '\0' && (*pattern == *text || (*pattern == '?' && *text != '/'))) {
      pattern++;
      text++;
      continue;
    }

    if (star.pattern != NULL && *star.text != '\0' && *star.text != '/') {
      pattern = star.pattern;
      text = ++star.text;
      continue;
    }
    if (!retry_deep (&deep, by_folder))
      return FALSE;
    pattern = deep.pattern;
    text = deep.text;
    star.pattern = NULL;
  }
}

gboolean
pm_glob_match_path (const char *pattern, const char *path)
{
  if (strchr (pattern, '/') == NULL) {
    const char *slash = strrchr (path, '/');
    return pm_glob_match (pattern, slash == NULL ? path : slash + 1);
  }
  return pm_glob_match (pattern, path);
}
