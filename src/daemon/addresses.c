#include "daemon/addresses.h"

#include "pipeline/change.h"
#include "verbs/follow-addresses.h"

struct PmDaemonAddresses {
  PmContext *context;
  PmJobs *jobs;
  PmDaemonAddressesFailed failed;
  gpointer data;
  PmAddressFollower *follower;
  guint starting; /* source of the job that is about to be started; 0 none */
  guint looking;  /* of the look for what another process left open */
};

/* What a command was killed at is taken up then, at the latest. */
#define LOOK_EVERY_S 30

/* --- the job, on its thread --- */

static void
on_stage (const char *stage, gpointer job)
{
  pm_job_progress (job, stage, 0, 0);
}

/* All that is open, oldest first: jobs run one after the other, so the first of several finds all
 * of it, and the others nothing. */
static gboolean
run_changes (PmJob *job, PmContext *context, gpointer data, GString *result, GError **error)
{
  PmPipelineCalls calls = {on_stage, job};
  return pm_pipeline_run_open (context, &calls, result, error);
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

static gboolean
on_idle (gpointer data)
{
  PmDaemonAddresses *self = data;
  self->starting = 0;
  start_job (self);
  return G_SOURCE_REMOVE;
}

/* Behind the whole answer, which may hold several. */
static void
on_ruled (const PmIpRuling *ruling, gpointer data)
{
  PmDaemonAddresses *self = data;
  gboolean is_change = ruling->kind == PM_IP_CONFIRMED || ruling->kind == PM_IP_LEARNED;
  if (is_change && self->starting == 0)
    self->starting = g_idle_add (on_idle, self);
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
  if (!pm_registry_changes_open (context->registry, arena, open, error))
    return FALSE;
  *ret_is_any = open->len > 0;
  return TRUE;
}

static gboolean
on_look (gpointer data)
{
  PmDaemonAddresses *self = data;
  g_autoptr (GError) error = NULL;
  gboolean is_any = FALSE;
  if (!is_any_open (self->context, &is_any, &error))
    self->failed (error, self->data);
  else if (is_any && pm_jobs_are_idle (self->jobs))
    start_job (self);
  return G_SOURCE_CONTINUE;
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
  self->looking = g_timeout_add_seconds (LOOK_EVERY_S, on_look, self);
  pm_address_follower_start (self->follower);
  return g_steal_pointer (&self);
}

void
pm_daemon_addresses_free (PmDaemonAddresses *self)
{
  if (self == NULL)
    return;
  g_clear_handle_id (&self->starting, g_source_remove);
  g_clear_handle_id (&self->looking, g_source_remove);
  pm_address_follower_free (self->follower);
  g_free (self);
}
