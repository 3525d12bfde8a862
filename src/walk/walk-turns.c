/* DESIGN
 * A stack of directories that wait, and workers that take the last one each: depth first, so that a
 * directory's descriptor is mostly still open when its children are. The walk is over when nothing
 * waits and nobody works.
 *
 * Only as many workers as there are turns do so at a time, since each turn has its reader, its
 * scratch memory and its processor. Who has to wait for the disk gives up its turn for that long,
 * and another thread goes on with the next directory. Such threads are made when somebody waits and
 * there is work: a tree that is in memory never sees them. Who comes back from the disk goes before
 * who would begin something new. */

#include "walk/walk-internal.h"

/* --- with the lock held --- */

static gboolean
is_over (const PmWalk *walk)
{
  return walk->pending->len == 0 && walk->n_busy == 0;
}

/* Is there a directory, and a turn that nobody who comes back is waiting for? */
static gboolean
may_begin (const PmWalk *walk)
{
  guint n_free = (guint) __builtin_popcountll (walk->free_turns);
  return walk->pending->len > 0 && n_free > walk->n_resuming;
}

static void
take_turn (PmWalk *walk, PmWalkWorker *worker)
{
  worker->turn = (guint) __builtin_ctzll (walk->free_turns);
  walk->free_turns &= walk->free_turns - 1;
}

static void
give_turn (PmWalk *walk, const PmWalkWorker *worker)
{
  walk->free_turns |= G_GUINT64_CONSTANT (1) << worker->turn;
}

static gpointer work_off (gpointer data);

typedef struct {
  PmWalk *walk;
  PmWalkWorker *worker;
} Job;

/* One more, if there may be; else the others do it. */
static void
start_another (PmWalk *walk)
{
  guint n = walk->threads->len + 1;
  if (n >= walk->most_threads)
    return;
  Job *job = g_new (Job, 1);
  *job = (Job){walk, &walk->workers[n]};
  GThread *thread = g_thread_try_new ("walk", work_off, job, NULL);
  if (thread != NULL)
    g_ptr_array_add (walk->threads, thread);
  else
    g_free (job);
}

/* Whoever can go on now, apart from the caller. */
static void
call_others (PmWalk *walk)
{
  if (is_over (walk))
    g_cond_broadcast (&walk->wake);
  else if (walk->free_turns != 0 && walk->n_resuming > 0)
    g_cond_signal (&walk->turn);
  else if (may_begin (walk) && walk->n_asleep > 0)
    g_cond_signal (&walk->wake);
  else if (may_begin (walk))
    start_another (walk);
}

/* The next directory, or NULL when the walk is over. */
static PmTreeDirectory *
begin (PmWalk *walk, PmWalkWorker *worker)
{
  while (!may_begin (walk)) {
    call_others (walk);
    if (is_over (walk))
      return NULL;
    walk->n_asleep++;
    g_cond_wait (&walk->wake, &walk->lock);
    walk->n_asleep--;
  }
  take_turn (walk, worker);
  walk->n_busy++;
  PmTreeDirectory *directory = g_ptr_array_steal_index (walk->pending, walk->pending->len - 1);
  call_others (walk);
  return directory;
}

/* Puts what a worker has found on the stack; more than fits is reported. */
static guint
queue_found (PmWalk *walk, PmWalkWorker *worker)
{
  guint room = PM_WALK_MOST_PENDING - MIN (walk->pending->len, PM_WALK_MOST_PENDING);
  guint taken = MIN (room, worker->found->len);
  for (guint i = 0; i < taken; i++)
    g_ptr_array_add (walk->pending, worker->found->pdata[i]);
  if (taken == worker->found->len)
    g_ptr_array_set_size (worker->found, 0);
  return taken;
}

/* --- */

void
pm_walk_wait (PmWalk *walk, PmWalkWorker *worker)
{
  worker->counts.waits++;
  g_mutex_lock (&walk->lock);
  give_turn (walk, worker);
  call_others (walk);
  g_mutex_unlock (&walk->lock);
}

void
pm_walk_resume (PmWalk *walk, PmWalkWorker *worker)
{
  g_mutex_lock (&walk->lock);
  walk->n_resuming++;
  while (walk->free_turns == 0)
    g_cond_wait (&walk->turn, &walk->lock);
  walk->n_resuming--;
  take_turn (walk, worker);
  call_others (walk);
  g_mutex_unlock (&walk->lock);
}

static void
drop_found (PmWalk *walk, PmWalkWorker *worker, const PmTreeDirectory *above, guint from)
{
  pm_walk_unread (walk, above->root, above->path,
                  "%u directories in it are not entered: more than %d wait already",
                  worker->found->len - from, PM_WALK_MOST_PENDING);
  for (guint i = from; i < worker->found->len; i++)
    pm_tree_unref (&walk->tree, worker->found->pdata[i]);
  g_ptr_array_set_size (worker->found, 0);
}

static void
work (PmWalk *walk, PmWalkWorker *worker)
{
  PmTreeDirectory *directory, *last = NULL;
  g_mutex_lock (&walk->lock);
  while ((directory = begin (walk, worker)) != NULL) {
    g_mutex_unlock (&walk->lock);

    pm_tree_unref (&walk->tree, last);
    if (!pm_walk_is_cancelled (walk))
      pm_walk_enter (walk, worker, directory);
    last = directory;

    g_mutex_lock (&walk->lock);
    guint taken = queue_found (walk, worker);
    if (worker->found->len > 0) {
      g_mutex_unlock (&walk->lock);
      drop_found (walk, worker, directory, taken);
      g_mutex_lock (&walk->lock);
    }
    give_turn (walk, worker);
    walk->n_busy--;
  }
  g_mutex_unlock (&walk->lock);
  pm_tree_unref (&walk->tree, last);
}

static gpointer
work_off (gpointer data)
{
  g_autofree Job *job = data;
  work (job->walk, job->worker);
  return NULL;
}

void
pm_walk_run (PmWalk *walk)
{
  work (walk, &walk->workers[0]); /* alone, if there are no threads to be had */
  for (guint i = 0; i < walk->threads->len; i++)
    g_thread_join (walk->threads->pdata[i]);
}
