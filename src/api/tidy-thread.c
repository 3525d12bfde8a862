#include "api/tidy-thread.h"

#include "registry/maintenance.h"

/* As ext4 does (its `commit`): whoever writes into a page of the log that is just on its way to the
 * disk waits for that, so each time costs somebody some milliseconds. */
#define EVERY_US (5 * G_USEC_PER_SEC)
#define MOST_ROUNDS 6 /* without being told: others write, too */

struct PmTidyThread {
  char *state_dir;
  PmConfig *config;
  GThread *thread;
  GAsyncQueue *end; /* anything in it says that it is over */
  gint is_needed;
};

static void
tidy (PmTidyThread *thread, PmContext **context)
{
  g_autoptr (GError) error = NULL;
  if (*context == NULL)
    *context = pm_context_join (thread->state_dir, thread->config, &error);
  if (*context == NULL || !pm_registry_tidy ((*context)->registry, &error))
    g_warning ("the registry could not be tidied: %s", error->message);
}

static gpointer
run (gpointer data)
{
  PmTidyThread *thread = data;
  PmContext *context = NULL;
  gboolean is_over = FALSE;
  for (guint round = 1; !is_over; round++) {
    is_over = g_async_queue_timeout_pop (thread->end, EVERY_US) != NULL;
    if (g_atomic_int_compare_and_exchange (&thread->is_needed, TRUE, FALSE) ||
        round % MOST_ROUNDS == 0)
      tidy (thread, &context);
  }
  pm_context_free (context);
  return NULL;
}

PmTidyThread *
pm_tidy_thread_new (const char *state_dir, PmConfig *config)
{
  PmTidyThread *thread = g_new0 (PmTidyThread, 1);
  thread->state_dir = g_strdup (state_dir);
  thread->config = pm_config_ref (config);
  thread->end = g_async_queue_new ();
  thread->thread = g_thread_new ("tidy", run, thread);
  return thread;
}

void
pm_tidy_thread_free (PmTidyThread *thread)
{
  g_async_queue_push (thread->end, thread);
  g_thread_join (thread->thread);
  g_async_queue_unref (thread->end);
  pm_config_unref (thread->config);
  g_free (thread->state_dir);
  g_free (thread);
}

void
pm_tidy_thread_tell (PmTidyThread *thread)
{
  g_atomic_int_set (&thread->is_needed, TRUE);
}
