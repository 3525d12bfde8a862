/* DESIGN
 * A table of stages; each is a function that does its work and says which stage is reached by it.
 * That, the time it took and all that the later ones need are written in one database transaction
 * with the event. A stage that a crash interrupted is done again, so each is written to be done
 * twice: the plan is made anew, a transaction that was committed meanwhile is found, a restart is a
 * restart.
 *
 * A lock file keeps two processes from running the same change: whoever has it is alive, since the
 * kernel gives it back. It is an open file description lock (fcntl_locking(2)), since one can ask
 * for that without taking it: who only asks must not keep anybody from a change. */

#include "pipeline/change.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "pipeline/run.h"

G_DEFINE_QUARK (pm - pipeline - error - quark, pm_pipeline_error)

#define BY_HAND "hand"
#define LOCK_WAIT_US (10 * G_USEC_PER_SEC)

typedef struct {
  const char *stage;
  PmRunNext (*work) (PmRun *run);
  const char *name; /* of what it does, for those who watch */
} Stage;

static const Stage stages[] = {
    {"confirmed", pm_run_plan, "plan"},      {"planned", pm_run_apply, "apply"},
    {"applied", pm_run_restart, "restart"},  {"restarted", pm_run_probe, "probe"},
    {"probed", pm_run_conclude, "conclude"}, {"rolling-back", pm_run_roll_back, "roll back"},
};

static const Stage *
stage_named (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (stages); i++)
    if (strcmp (stages[i].stage, name) == 0)
      return &stages[i];
  return NULL;
}

gboolean
pm_run_is_by_hand (const PmRun *run)
{
  return strcmp (run->change.source, BY_HAND) == 0;
}

PmRunNext
pm_run_fail (PmRun *run, GError *error)
{
  pm_run_report_set (&run->report.cause, error->message);
  g_error_free (error);
  return pm_run_end ("failed");
}

/* --- the lock --- */

static int
open_lock (const PmContext *context, GError **error)
{
  g_autofree char *path = g_build_filename (context->state_dir, "pipeline.lock", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s", path,
                 g_strerror (errno));
  return fd;
}

/* -1 with an error when somebody else has it for longer than `wait_us`. */
static int
take_lock (const PmContext *context, gint64 wait_us, GError **error)
{
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  gint64 deadline_us = g_get_monotonic_time () + wait_us;
  int fd = open_lock (context, error);
  while (fd >= 0 && fcntl (fd, F_OFD_SETLK, &lock) != 0) {
    gboolean is_held = errno == EAGAIN || errno == EACCES;
    if (!is_held || g_get_monotonic_time () >= deadline_us) {
      g_set_error_literal (error, PM_PIPELINE_ERROR, PM_PIPELINE_ERROR_BUSY,
                           "another change is under way; “port-manager ip show” tells which");
      close (fd);
      return -1;
    }
    g_usleep (20000);
  }
  return fd;
}

gboolean
pm_pipeline_is_busy (PmContext *context)
{
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  int fd = open_lock (context, NULL);
  gboolean is_busy = fd >= 0 && fcntl (fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  if (fd >= 0)
    close (fd);
  return is_busy;
}

/* --- one change --- */

static void
run_init (PmRun *run, PmContext *context, PmArena *arena, const PmPipelineCalls *calls)
{
  *run = (PmRun){.context = context, .arena = arena, .calls = calls};
  pm_run_report_init (&run->report);
}

static void
run_clear (PmRun *run)
{
  pm_run_report_clear (&run->report);
  pm_plan_free (run->own_plan);
  pm_change_result_clear (&run->files);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PmRun, run_clear)

static char *
event_of (const PmRun *run, const char *stage)
{
  gboolean is_address = strcmp (run->change.kind, "ip-change") == 0;
  return g_strconcat (is_address ? "ip" : run->change.kind, ".", stage, NULL);
}

static gboolean
record (PmRun *run, const PmRunNext *next, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *event = event_of (run, next->stage);
  pm_run_report_write (&run->report, &run->change, next->stage, text);
  PmChangeStep step = {.id = run->change.id,
                       .stage = next->stage,
                       .old_address = run->change.old_address,
                       .report = text->str,
                       .event = next->is_quiet ? NULL : event,
                       .is_end = next->is_end,
                       .now_us = g_get_real_time ()};
  return pm_registry_change_step (run->context->registry, &step, error);
}

static gboolean
step (PmRun *run, const Stage *stage, PmRunNext *ret_next, GError **error)
{
  if (run->calls != NULL && run->calls->stage != NULL)
    run->calls->stage (stage->name, run->calls->data);
  gint64 began_us = g_get_monotonic_time ();
  *ret_next = stage->work (run);
  pm_run_report_stage (&run->report, stage->name, g_get_monotonic_time () - began_us);
  return record (run, ret_next, error);
}

static gboolean
run_to_the_end (PmRun *run, const char **ret_stage, GError **error)
{
  const Stage *stage = stage_named (run->change.stage);
  PmRunNext next = {.stage = run->change.stage, .is_end = stage == NULL};
  while (!next.is_end) {
    if (!step (run, stage, &next, error))
      return FALSE;
    stage = stage_named (next.stage);
  }
  *ret_stage = next.stage;
  return TRUE;
}

static void
tell_end (PmRun *run, const char *stage, PmPipelineEnd *ret_end)
{
  *ret_end = (PmPipelineEnd){.stage = g_strdup (stage),
                             .cause = g_strdup (run->report.cause),
                             .report = g_string_new (NULL),
                             .n_restarts = run->report.restarts->len,
                             .files = run->files};
  run->files = (PmChangeResult){0};
  pm_run_report_write (&run->report, &run->change, stage, ret_end->report);
}

void
pm_pipeline_end_clear (PmPipelineEnd *end)
{
  g_clear_pointer (&end->stage, g_free);
  g_clear_pointer (&end->cause, g_free);
  if (end->report != NULL)
    g_string_free (g_steal_pointer (&end->report), TRUE);
  pm_change_result_clear (&end->files);
}

/* --- by a person --- */

static char *
old_value_of (const PmPlan *plan)
{
  return g_strdup (plan->edits->len == 0 ? "" : pm_plan_edit_at (plan, 0)->old_value);
}

static char *
new_value_of (const PmPlan *plan)
{
  return g_strdup (plan->edits->len == 0 ? "" : pm_plan_edit_at (plan, 0)->new_value);
}

static gboolean
open_by_hand (PmRun *run, const PmPipelineWish *wish, GError **error)
{
  g_autofree char *old_value = old_value_of (wish->plan), *new_value = new_value_of (wish->plan);
  run->change = (PmAddressChange){
      .kind = pm_plan_kind_name (wish->plan->kind),
      .source = BY_HAND,
      .slot = pm_arena_strdup (run->arena, wish->actor),
      .old_address = pm_arena_strdup (run->arena, old_value),
      .new_address = pm_arena_strdup (run->arena, new_value),
      .stage = "confirmed",
      .confirmed_us = g_get_real_time (),
  };
  pm_run_report_set (&run->report.actor, wish->actor);
  pm_run_report_set (&run->report.wish, wish->plan->wish);
  run->report.is_now = wish->is_now;
  run->plan = wish->plan;
  return pm_registry_change_open (run->context->registry, &run->change, &run->change.id, error);
}

static gboolean
do_locked (PmContext *context, const PmPipelineWish *wish, const PmPipelineCalls *calls,
           PmPipelineEnd *ret_end, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_auto (PmRun) run;
  const char *stage;
  run_init (&run, context, arena, calls);
  if (!open_by_hand (&run, wish, error) || !run_to_the_end (&run, &stage, error))
    return FALSE;
  tell_end (&run, stage, ret_end);
  return TRUE;
}

gboolean
pm_pipeline_do (PmContext *context, const PmPipelineWish *wish, const PmPipelineCalls *calls,
                PmPipelineEnd *ret_end, GError **error)
{
  int lock = take_lock (context, LOCK_WAIT_US, error);
  if (lock < 0)
    return FALSE;
  gboolean fine = do_locked (context, wish, calls, ret_end, error);
  close (lock);
  return fine;
}

/* --- what is open --- */

static gboolean
go_on (PmContext *context, const PmAddressChange *change, const PmPipelineCalls *calls,
       PmArena *arena, PmPipelineEnd *ret_end, GError **error)
{
  g_auto (PmRun) run;
  const char *stage;
  run_init (&run, context, arena, calls);
  run.change = *change;
  pm_run_report_read (&run.report, change->report);
  if (!run_to_the_end (&run, &stage, error))
    return FALSE;
  tell_end (&run, stage, ret_end);
  return TRUE;
}

/* A change may open another one, for what it left. */
static gboolean
run_all (PmContext *context, const PmPipelineCalls *calls, GString *reports, GError **error)
{
  for (;;) {
    g_autoptr (PmArena) arena = pm_arena_new ();
    g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (PmAddressChange));
    g_auto (PmPipelineEnd) end = {0};
    if (!pm_registry_changes_open (context->registry, arena, open, error))
      return FALSE;
    if (open->len == 0)
      return TRUE;
    if (!go_on (context, &g_array_index (open, PmAddressChange, 0), calls, arena, &end, error))
      return FALSE;
    g_string_append_printf (reports, "%s%s", reports->len > 1 ? "," : "", end.report->str);
  }
}

gboolean
pm_pipeline_run_open (PmContext *context, const PmPipelineCalls *calls, GString *reports,
                      GError **error)
{
  g_autoptr (GError) busy = NULL;
  g_string_assign (reports, "[");
  int lock = take_lock (context, 0, &busy);
  if (lock < 0 && !g_error_matches (busy, PM_PIPELINE_ERROR, PM_PIPELINE_ERROR_BUSY)) {
    g_propagate_error (error, g_steal_pointer (&busy));
    return FALSE;
  }
  gboolean fine = lock < 0 || run_all (context, calls, reports, error);
  if (lock >= 0)
    close (lock);
  if (fine)
    g_string_append_c (reports, ']');
  else
    g_string_truncate (reports, 0);
  return fine;
}

/* --- a proposal --- */

static gboolean
reopen (PmContext *context, gint64 id, const char *actor, PmArena *arena,
        PmAddressChange *ret_change, GError **error)
{
  g_auto (PmRun) run;
  g_autoptr (GString) report = g_string_new (NULL);
  run_init (&run, context, arena, NULL);
  if (!pm_registry_change (context->registry, id, arena, &run.change, error))
    return FALSE;
  if (strcmp (run.change.stage, "proposed") != 0) {
    g_set_error (error, PM_PIPELINE_ERROR, PM_PIPELINE_ERROR_REFUSED,
                 "change %" G_GINT64_FORMAT " is no proposal: it is %s", id, run.change.stage);
    return FALSE;
  }
  pm_run_report_read (&run.report, run.change.report);
  pm_run_report_set (&run.report.actor, actor);
  run.report.is_approved = TRUE;
  pm_run_report_write (&run.report, &run.change, "confirmed", report);
  *ret_change = run.change;
  ret_change->stage = "confirmed";
  ret_change->report = pm_arena_strdup (arena, report->str);
  return pm_registry_change_reopen (context->registry, id, "confirmed", report->str, error);
}

gboolean
pm_pipeline_approve (PmContext *context, gint64 id, const char *actor, const PmPipelineCalls *calls,
                     PmPipelineEnd *ret_end, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmAddressChange change;
  int lock = take_lock (context, LOCK_WAIT_US, error);
  if (lock < 0)
    return FALSE;
  gboolean fine = reopen (context, id, actor, arena, &change, error) &&
                  go_on (context, &change, calls, arena, ret_end, error);
  close (lock);
  return fine;
}

static gboolean
end_as_dismissed (PmContext *context, PmAddressChange *change, const char *actor, PmArena *arena,
                  GError **error)
{
  g_auto (PmRun) run;
  run_init (&run, context, arena, NULL);
  run.change = *change;
  pm_run_report_read (&run.report, change->report);
  run.report.is_approved = FALSE;
  g_autofree char *cause = g_strconcat ("put aside by ", actor, NULL);
  pm_run_report_set (&run.report.cause, cause);
  PmRunNext next = pm_run_end ("dismissed");
  return record (&run, &next, error);
}

gboolean
pm_pipeline_dismiss (PmContext *context, gint64 id, const char *actor, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  PmAddressChange change;
  int lock = take_lock (context, LOCK_WAIT_US, error);
  if (lock < 0)
    return FALSE;
  gboolean fine = reopen (context, id, actor, arena, &change, error) &&
                  end_as_dismissed (context, &change, actor, arena, error);
  close (lock);
  return fine;
}
