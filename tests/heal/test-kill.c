/* Killed (SIGKILL) as each stage begins, and gone on from by another process: in the end the files
 * are all new, or, where a service stays down, all old; there is one transaction and, going back,
 * one undo; and nothing is left open.
 *
 * usage: test-kill STATE CONFIG OLD NEW STAGE     runs the change, and dies as STAGE begins
 *        test-kill STATE CONFIG                   goes on with what is open; prints the reports
 *
 * Driven by kill.py, which has the services. */

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/change.h"

static void
die_at (const char *stage, gpointer data)
{
  if (strcmp (stage, data) == 0)
    kill (getpid (), SIGKILL);
}

static gboolean
change (PmContext *context, char *argv[], GError **error)
{
  PmPlanOptions options = {0};
  PmPipelineCalls calls = {die_at, argv[5]};
  g_auto (PmPipelineEnd) end = {0};
  g_autoptr (PmPlan) plan = pm_verb_plan_ip_change (context, argv[3], argv[4], &options, error);
  PmPipelineWish wish = {.plan = plan, .actor = "test"};
  return plan != NULL && pm_pipeline_do (context, &wish, &calls, &end, error);
}

static gboolean
go_on (PmContext *context, GError **error)
{
  g_autoptr (GString) reports = g_string_new (NULL);
  if (!pm_pipeline_run_open (context, NULL, reports, error))
    return FALSE;
  puts (reports->str);
  return TRUE;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PmContext) context = pm_context_open (argv[1], argv[2], &error);
  if (context != NULL && (argc == 6 ? change (context, argv, &error) : go_on (context, &error)))
    return 0;
  fprintf (stderr, "%s\n", error->message);
  return 1;
}
