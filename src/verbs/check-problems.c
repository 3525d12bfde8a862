/* Files that do not parse, and what was not read of others. */

#include "verbs/check-private.h"

#include <string.h>

static gboolean
is_limit (const char *reason)
{
  static const char *const words[] = {"larger than", "more than",  "deeper than",
                                      "permission",  "Permission", "UTF-16",
                                      "NUL",         "too long",   NULL};
  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (reason, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

void
pm_check_problems (const PmSnapshot *snapshot, GArray *results)
{
  for (guint i = 0; i < snapshot->problems->len; i++) {
    const PmProblem *problem = &g_array_index (snapshot->problems, PmProblem, i);
    gboolean syntax = problem->line > 0 && !is_limit (problem->reason);
    PmCheckResult result = {
        .severity = syntax ? PM_SEVERITY_ERROR : PM_SEVERITY_NOTE,
        .rule = syntax ? "unreadable" : "limit",
        .root = problem->root,
        .file = problem->file,
        .line = problem->line,
        .path = "",
        .value = g_strdup (problem->reason),
        .message = g_strdup (problem->reason),
        .remedy = g_strdup (syntax ? "correct the file; values behind this place are less sure"
                                   : "nothing, if the file holds no configuration"),
    };
    g_array_append_val (results, result);
  }
}
