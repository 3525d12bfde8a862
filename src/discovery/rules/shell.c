/* Shell scripts: POSIX.1 "Shell Command Language" and the GNU Bash manual, by their extension or
 * their first line. What the arguments of programs mean stands with the COMMAND grammar. */

#include "discovery/rules/rules.h"
#include "discovery/script.h"

#include <string.h>

/* Any name: the format is chosen by the extension or by `#!`. */
static const char *const files[] = {"*", NULL};

static void
recognise (PmRecognition *r)
{
  pm_script_read (r, PM_SCOPE_HOST, "");
}

static gboolean
claims (const PmDocument *document)
{
  return strcmp (document->format, "shell") == 0;
}

const PmRuleset pm_ruleset_shell = {
    .name = "shell",
    .files = files,
    .is_fallback = TRUE,
    .marks = pm_ruleset_no_marks,
    .claims = claims,
    .expansion = PM_EXPANSION_SHELL,
    .recognise = recognise,
};
