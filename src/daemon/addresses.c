#include "daemon/addresses.h"

#include "pipeline/address-change.h"
#include "verbs/follow-addresses.h"

struct PmDaemonAddresses {
  PmContext *context;
  PmJobs *jobs;
  PmDaemonAddressesFailed failed;
  gpointer data;
  PmAddressFollower *follower;
};

/* --- the job, on its thread --- */

/* All that is open, oldest first: jobs run one after the other, so the first of several finds all
 * of it, and the others nothing. */
static void
on_stage (const char *stage, gpointer job)
{
  pm_job_progress (job, stage, 0, 0);
}

static gboolean
run_changes (PmJob *job, PmContext *context, gpointer data, GString *result, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (PmAddressChange));
  g_autoptr (GString) report = g_string_new (NULL);
  if (!pm_registry_address_changes_open (context->registry, arena, open, error))
    return FALSE;
  g_string_assign (result, "[");
  for (guint i = 0; i < open->len; i++) {
    const PmAddressChange *change = &g_array_index (open, PmAddressChange, i);
    if (!pm_pipeline_address_change (context, change, on_stage, job, report, error)) {
      g_string_truncate (result, 0);
      return FALSE;
    }
    g_string_append_printf (result, "%s%s", i == 0 ? "" : ",", report->str);
  }
  g_string_append_c (result, ']');
  return TRUE;
}

/* --- on the main loop --- */

static void
start_job (PmDaemonAddresses *self)
{
  PmJobWork work = {.kind = "ip-change", .run = run_changes};
  g_autoptr (GError) error = NULL;
  /* What is not started now stays open, and goes along with the next one. */
  if (pm_jobs_start (self->jobs, &work, &error) == 0)
    self->failed (error, self->data);
}

static void
on_ruled (const PmIpRuling *ruling, gpointer data)
{
  if (ruling->kind == PM_IP_CONFIRMED)
    start_job (data);
}

static void
on_failed (const GError *error, gpointer data)
{
  PmDaemonAddresses *self = data;
  self->failed (error, self->data);
}

static gboolean
is_any_open (PmContext *context, gboolean *ret_is_any, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (PmAddressChange));
  if (!pm_registry_address_changes_open (context->registry, arena, open, error))
    return FALSE;
  *ret_is_any = open->len > 0;
  return TRUE;
}

PmDaemonAddresses *
pm_daemon_addresses_new (PmContext *context, PmJobs *jobs, PmDaemonAddressesFailed failed,
                         gpointer data, GError **error)
{
  gboolean is_any = FALSE;
  g_autoptr (PmDaemonAddresses) self = g_new0 (PmDaemonAddresses, 1);
  self->context = context;
  self->jobs = jobs;
  self->failed = failed;
  self->data = data;
  PmAddressListener listener = {.ruled = on_ruled, .failed = on_failed, .data = self};
  self->follower = pm_verb_follow_addresses (context, &listener, error);
  if (self->follower == NULL || !is_any_open (context, &is_any, error))
    return NULL;
  if (is_any)
    start_job (self);
  pm_address_follower_start (self->follower);
  return g_steal_pointer (&self);
}

void
pm_daemon_addresses_free (PmDaemonAddresses *self)
{
  if (self == NULL)
    return;
  pm_address_follower_free (self->follower);
  g_free (self);
}
