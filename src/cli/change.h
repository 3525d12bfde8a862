#pragma once

#include "cli/command.h"
#include "verbs/change.h"

G_BEGIN_DECLS

/* What all commands that write files have in common: the options, the preview, the question, the
 * result. */

typedef struct {
  gboolean dry_run;
  gboolean yes;
  gboolean side_by_side;
  gboolean include_uncertain;
  gboolean now;   /* no question */
  char **exclude; /* files to leave as they are, as they were typed; NULL none */
  gint64 plan;    /* apply this kept plan instead of making one; 0 none */
} PmChangeOptions;

/* The entries of a command's options that fill a PmChangeOptions. */
#define PM_CHANGE_BASIC_ENTRIES(options)                                                           \
  {"dry-run", 'n', 0, G_OPTION_ARG_NONE, &(options).dry_run, "show the changes and write nothing", \
   NULL},                                                                                          \
      {"yes", 'y', 0, G_OPTION_ARG_NONE, &(options).yes, "don't ask", NULL},                       \
  {                                                                                                \
    "side-by-side", 0, 0, G_OPTION_ARG_NONE, &(options).side_by_side,                              \
        "show old and new lines beside each other", NULL                                           \
  }

#define PM_CHANGE_ENTRIES(options)                                                                 \
  PM_CHANGE_BASIC_ENTRIES (options),                                                               \
      {"include-uncertain",                                                                        \
       0,                                                                                          \
       0,                                                                                          \
       G_OPTION_ARG_NONE,                                                                          \
       &(options).include_uncertain,                                                               \
       "edit also what is less sure than one half",                                                \
       NULL},                                                                                      \
      {"exclude",                                                                                  \
       0,                                                                                          \
       0,                                                                                          \
       G_OPTION_ARG_FILENAME_ARRAY,                                                                \
       &(options).exclude,                                                                         \
       "leave this file as it is; may be given several times",                                     \
       "FILE"},                                                                                    \
  {                                                                                                \
    "plan", 0, 0, G_OPTION_ARG_INT64, &(options).plan,                                             \
        "apply the plan that a dry run printed, if nothing changed since", "ID"                    \
  }

/* Of commands that are for an emergency as well. */
#define PM_CHANGE_NOW_ENTRY(options)                                                               \
  {                                                                                                \
    "now", 0, 0, G_OPTION_ARG_NONE, &(options).now,                                                \
        "an emergency: no question; write, restart and prove in one step, with a timed report",    \
        NULL                                                                                       \
  }

/* Makes the plan of what a command's arguments, its `wish`, say. */
typedef PmPlan *PmChangePlanner (PmContext *context, gconstpointer wish, PmPlanOptions *how,
                                 GError **error);

/* A whole command: opens, takes the plan of --plan or has one made, shows it, asks, applies it,
 * tells the result. The plan of --plan must be of this kind; beside it `wish` may be NULL, and one
 * that wants something else than the plan is refused. */
PmExit pm_change_run (PmCli *cli, const PmChangeOptions *options, PmPlanKind kind,
                      PmChangePlanner *make, gconstpointer wish);

/* TRUE: go on. Else *ret_status is what to end with. */
gboolean pm_change_confirm (const PmChangeOptions *options, const char *question,
                            PmExit *ret_status);

/* From here on Ctrl-C waits until the process has told how the change ended: one that is broken off
 * half done would stay so until the next command. SIGQUIT and SIGKILL are there for what hangs. */
void pm_change_hold_signals (void);

/* The end of a dry run: what the change itself would be refused for; takes the error over. */
PmExit pm_change_tell_trial (const PmChangeResult *result, GError *error);

/* Prints how it ended; takes the error over. */
PmExit pm_change_report (PmCli *cli, const PmChangeResult *result, const PmPlan *plan,
                         GError *error);

G_END_DECLS
