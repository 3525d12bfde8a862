/* ip show's list of changes, and what a person does with a proposal. */

#include <string.h>

#include "base/timestamp.h"
#include "cli/ip.h"
#include "cli/output.h"
#include "cli/report.h"
#include "pipeline/changes-json.h"

static void
print_one (const PmAddressChange *change)
{
  char time[PM_TIMESTAMP_SIZE];
  pm_timestamp_format (change->confirmed_us, time);
  pm_output_line ("  %" G_GINT64_FORMAT "  %s  %s → %s, told by %s: %s", change->id, time,
                  change->old_address[0] == '\0' ? "?" : change->old_address, change->new_address,
                  change->source, change->stage);
}

void
pm_cli_ip_print_changes (const PmIpState *state)
{
  if (state->open->len > 0)
    printf ("Under way:\n");
  for (guint i = 0; i < state->open->len; i++)
    print_one (&g_array_index (state->open, PmAddressChange, i));
  if (state->proposals->len > 0)
    printf ("Proposed, for you to decide:\n");
  for (guint i = 0; i < state->proposals->len; i++) {
    const PmAddressChange *change = &g_array_index (state->proposals, PmAddressChange, i);
    print_one (change);
    pm_output_line ("     port-manager ip approve %" G_GINT64_FORMAT
                    "   (or: ip dismiss %" G_GINT64_FORMAT ")",
                    change->id, change->id);
  }
  if (state->pause.since_us != 0)
    pm_output_line ("Paused by %s: nothing is applied by itself; “port-manager resume” ends that.",
                    state->pause.by);
}

static gboolean
read_id (const char *text, gint64 *ret_id)
{
  guint64 id;
  gboolean fine = g_ascii_string_to_unsigned (text, 10, 1, G_MAXINT64, &id, NULL);
  *ret_id = fine ? (gint64) id : 0;
  return fine;
}

static PmExit
fail (GError *error)
{
  if (g_error_matches (error, PM_PIPELINE_ERROR, PM_PIPELINE_ERROR_REFUSED))
    return pm_cli_fail (PM_EXIT_REFUSED, error);
  return pm_cli_fail_to_find (error);
}

static PmExit
approve (PmCli *cli, const PmChangeOptions *options, gint64 id)
{
  GError *error = NULL;
  PmAddressChange change;
  g_autoptr (PmArena) arena = pm_arena_new ();
  if (!pm_registry_change (cli->context->registry, id, arena, &change, &error))
    return fail (error);
  PmChangeOptions with_plan = *options;
  with_plan.plan = pm_changes_plan_of (&change);
  if (strcmp (change.stage, "proposed") != 0 || with_plan.plan == 0)
    return pm_cli_refuse (PM_EXIT_REFUSED, "change %" G_GINT64_FORMAT " is no proposal: it is %s",
                          id, change.stage);
  return pm_change_run (cli, &with_plan, PM_PLAN_IP_CHANGE, NULL, NULL);
}

static PmExit
dismiss (PmCli *cli, gint64 id)
{
  GError *error = NULL;
  g_autofree char *actor = pm_report_actor ();
  if (!pm_pipeline_dismiss (cli->context, id, actor, &error))
    return fail (error);
  if (cli->json)
    printf ("{\"dismissed\":%" G_GINT64_FORMAT "}\n", id);
  else
    printf ("Put aside. The files stay as they are.\n");
  return PM_EXIT_DONE;
}

PmExit
pm_cli_ip_decide (PmCli *cli, const PmChangeOptions *options, gboolean is_approved,
                  const char *text)
{
  gint64 id;
  if (!read_id (text, &id))
    return pm_cli_refuse (PM_EXIT_USAGE,
                          "“%s” is no id of a change; “port-manager ip show” lists "
                          "them",
                          text);
  if (!pm_cli_open (cli))
    return PM_EXIT_FAILED;
  return is_approved ? approve (cli, options, id) : dismiss (cli, id);
}
