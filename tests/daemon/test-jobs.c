#include "jobs/jobs.h"

#include <glib/gstdio.h>
#include <string.h>

/* A state directory, jobs on it, and a main loop that runs until something happened. */
typedef struct {
  char *directory;
  PmJobs *jobs;
  GHashTable *ended; /* id → error's message, or "" */
  guint n_told;
} Fixture;

static void
on_change (PmJobs *jobs, gint64 id, gboolean ended, const GError *error, gpointer data)
{
  Fixture *f = data;
  f->n_told++;
  if (!ended)
    return;
  g_assert_false (g_hash_table_contains (f->ended, GINT_TO_POINTER ((int) id)));
  g_hash_table_insert (f->ended, GINT_TO_POINTER ((int) id),
                       g_strdup (error == NULL ? "" : error->message));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (PmConfig) config = pm_config_new ();
  f->directory = g_dir_make_tmp ("pm-jobs-XXXXXX", NULL);
  f->ended = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  f->jobs = pm_jobs_new (f->directory, config);
  pm_jobs_set_listener (f->jobs, on_change, f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  pm_jobs_free (f->jobs);
  g_hash_table_unref (f->ended);
  g_autoptr (GDir) directory = g_dir_open (f->directory, 0, NULL);
  const char *name;
  while ((name = g_dir_read_name (directory)) != NULL) {
    g_autofree char *path = g_build_filename (f->directory, name, NULL);
    g_unlink (path);
  }
  g_rmdir (f->directory);
  g_free (f->directory);
}

static void
wait_for (Fixture *f, gint64 id)
{
  while (!g_hash_table_contains (f->ended, GINT_TO_POINTER ((int) id)))
    g_main_context_iteration (NULL, TRUE);
}

static char *
describe (Fixture *f, gint64 id)
{
  GString *text = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (text);
  g_assert_true (pm_jobs_write (f->jobs, id, &json));
  return g_string_free (text, FALSE);
}

static void
assert_contains (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("“%s” is not in %s", part, text);
}

static gboolean
answer (PmJob *job, PmContext *context, gpointer data, GString *result, GError **error)
{
  g_assert_nonnull (context->registry);
  pm_job_progress (job, "thinking", 3, 4);
  g_string_append_printf (result, "{\"answer\":%d}", GPOINTER_TO_INT (data));
  return TRUE;
}

static gboolean
fail (PmJob *job, PmContext *context, gpointer data, GString *result, GError **error)
{
  g_string_append (result, "[\"what there is\"]");
  g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_IO, "the disk is gone");
  return FALSE;
}

/* Holds the thread until it is let go, or cancelled. */
typedef struct {
  int begun, let_go; /* atomic */
} Gate;

static gboolean
hold (PmJob *job, PmContext *context, gpointer data, GString *result, GError **error)
{
  Gate *gate = data;
  g_atomic_int_set (&gate->begun, TRUE);
  while (!g_atomic_int_get (&gate->let_go)) {
    if (pm_job_check_cancelled (job, error))
      return FALSE;
    g_usleep (500);
  }
  return TRUE;
}

static gint64
start_gate (Fixture *f, Gate *gate, gboolean can_cancel)
{
  PmJobWork work = {.kind = "hold", .run = hold, .data = gate, .can_cancel = can_cancel};
  gint64 id = pm_jobs_start (f->jobs, &work, NULL);
  g_assert_cmpint (id, >, 0);
  while (!g_atomic_int_get (&gate->begun))
    g_usleep (500);
  return id;
}

static void
gives_a_result (Fixture *f, gconstpointer data)
{
  PmJobWork work = {.kind = "answer", .run = answer, .data = GINT_TO_POINTER (42), .actor = "ann"};
  gint64 id = pm_jobs_start (f->jobs, &work, NULL);
  wait_for (f, id);
  g_autofree char *text = describe (f, id);
  assert_contains (text, "\"state\":\"done\"");
  assert_contains (text, "\"result\":{\"answer\":42}");
  assert_contains (text, "\"step\":\"thinking\",\"done\":3,\"total\":4");
  assert_contains (text, "\"actor\":\"ann\"");
  g_assert_true (pm_jobs_are_idle (f->jobs));
}

static void
tells_a_failure (Fixture *f, gconstpointer data)
{
  PmJobWork work = {.kind = "fail", .run = fail};
  gint64 id = pm_jobs_start (f->jobs, &work, NULL);
  wait_for (f, id);
  g_assert_cmpstr (g_hash_table_lookup (f->ended, GINT_TO_POINTER ((int) id)), ==,
                   "the disk is gone");
  g_autofree char *text = describe (f, id);
  assert_contains (text, "\"state\":\"failed\"");
  assert_contains (text, "\"error\":\"the disk is gone\"");
  assert_contains (text, "\"result\":[\"what there is\"]");
}

static void
logs_begin_and_end (Fixture *f, gconstpointer data)
{
  PmJobWork work = {.kind = "answer", .run = answer};
  wait_for (f, pm_jobs_start (f->jobs, &work, NULL));
  g_autoptr (PmConfig) config = pm_config_new ();
  g_autoptr (PmContext) context = pm_context_join (f->directory, config, NULL);
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (PmEvent));
  g_assert_true (pm_registry_events (context->registry, 0, 0, arena, events, NULL));
  g_assert_cmpuint (events->len, ==, 2);
  g_assert_cmpstr (g_array_index (events, PmEvent, 0).event, ==, "job.started");
  g_assert_cmpstr (g_array_index (events, PmEvent, 1).event, ==, "job.finished");
  assert_contains (g_array_index (events, PmEvent, 1).data, "\"state\":\"done\"");
}

static void
keeps_their_order (Fixture *f, gconstpointer data)
{
  Gate gate = {0};
  start_gate (f, &gate, FALSE);
  PmJobWork work = {.kind = "answer", .run = answer};
  gint64 first = pm_jobs_start (f->jobs, &work, NULL);
  gint64 second = pm_jobs_start (f->jobs, &work, NULL);
  g_autofree char *before = describe (f, first);
  assert_contains (before, "\"state\":\"waiting\"");
  g_atomic_int_set (&gate.let_go, TRUE);
  wait_for (f, first);
  wait_for (f, second);
  g_assert_cmpint (first, <, second);
}

static void
cancels_what_waits (Fixture *f, gconstpointer data)
{
  Gate gate = {0}, never = {0};
  start_gate (f, &gate, FALSE);
  PmJobWork work = {.kind = "hold", .run = hold, .data = &never};
  gint64 id = pm_jobs_start (f->jobs, &work, NULL);
  g_assert_true (pm_jobs_cancel (f->jobs, id, NULL));
  wait_for (f, id);
  g_autofree char *text = describe (f, id);
  assert_contains (text, "\"state\":\"cancelled\"");
  g_atomic_int_set (&gate.let_go, TRUE);
  while (!pm_jobs_are_idle (f->jobs))
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (never.begun);
}

static void
cancels_only_where_it_is_safe (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Gate safe = {0}, unsafe = {0};
  gint64 id = start_gate (f, &safe, TRUE);
  g_assert_true (pm_jobs_cancel (f->jobs, id, NULL));
  wait_for (f, id);
  id = start_gate (f, &unsafe, FALSE);
  g_assert_false (pm_jobs_cancel (f->jobs, id, &error));
  g_assert_error (error, PM_JOBS_ERROR, PM_JOBS_ERROR_TOO_LATE);
  g_atomic_int_set (&unsafe.let_go, TRUE);
  wait_for (f, id);
  g_clear_error (&error);
  g_assert_false (pm_jobs_cancel (f->jobs, 4711, &error));
  g_assert_error (error, PM_JOBS_ERROR, PM_JOBS_ERROR_NOT_FOUND);
}

static void
count_free (gpointer data)
{
  g_atomic_int_inc ((int *) data);
}

static void
bounds_what_waits (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Gate gate = {0};
  int freed = 0;
  start_gate (f, &gate, TRUE);
  PmJobWork work = {.kind = "answer", .run = answer, .data = &freed, .free_data = count_free};
  for (guint i = 0; i < PM_JOBS_MOST_WAITING; i++)
    g_assert_cmpint (pm_jobs_start (f->jobs, &work, &error), >, 0);
  g_assert_cmpint (pm_jobs_start (f->jobs, &work, &error), ==, 0);
  g_assert_error (error, PM_JOBS_ERROR, PM_JOBS_ERROR_FULL);
  g_assert_cmpint (freed, ==, 1);
  /* Stopping with a full queue: nothing leaks, nothing waits for ever. */
  pm_jobs_free (g_steal_pointer (&f->jobs));
  g_assert_cmpint (freed, ==, 1 + PM_JOBS_MOST_WAITING);
}

static void
forgets_the_oldest (Fixture *f, gconstpointer data)
{
  PmJobWork work = {.kind = "answer", .run = answer};
  gint64 id = 0;
  for (guint i = 0; i < PM_JOBS_MOST_KEPT + 5; i++) {
    id = pm_jobs_start (f->jobs, &work, NULL);
    wait_for (f, id);
  }
  g_autoptr (GString) text = g_string_new (NULL);
  PmJsonWriter json = pm_json_writer (text);
  g_assert_false (pm_jobs_write (f->jobs, 1, &json));
  g_assert_cmpuint (text->len, ==, 0);
  g_assert_true (pm_jobs_write (f->jobs, id, &json));
}

#define ADD(path, function) g_test_add ("/jobs/" path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("gives-a-result", gives_a_result);
  ADD ("tells-a-failure", tells_a_failure);
  ADD ("logs-begin-and-end", logs_begin_and_end);
  ADD ("keeps-their-order", keeps_their_order);
  ADD ("cancels-what-waits", cancels_what_waits);
  ADD ("cancels-only-where-it-is-safe", cancels_only_where_it_is_safe);
  ADD ("bounds-what-waits", bounds_what_waits);
  ADD ("forgets-the-oldest", forgets_the_oldest);
  return g_test_run ();
}
