/* DESIGN
 * A subject is one key with what is known of it. A step goes over all subjects: with thousands it
 * is some microseconds, and it is only called when something was heard or is due. */

#include "heal/healer.h"

#include <string.h>

#define JITTER 0.2

const PmHealerLimits pm_healer_limits = {
    .first_wait_us = 10 * G_USEC_PER_SEC,
    .most_wait_us = 300 * G_USEC_PER_SEC,
    .calm_us = 600 * (gint64) G_USEC_PER_SEC,
    .budget = 6,
    .budget_window_us = 3600 * (gint64) G_USEC_PER_SEC,
    .breaker_share = 0.2,
    .breaker_least = 3,
    .breaker_window_us = 60 * G_USEC_PER_SEC,
};

typedef struct {
  char *key;
  gboolean can_restart;
  gboolean was_up;
  gboolean is_down; /* after it was up */
  gboolean is_restarting;
  gboolean gave_up;
  guint attempt;                          /* restarts since it was calm last */
  gint64 changed_us;                      /* when it went up or down */
  gint64 next_us;                         /* of its restart, while it is down */
  gint64 tried_us[PM_HEALER_MOST_BUDGET]; /* newest first */
  guint n_tried;
} Subject;

struct PmHealer {
  PmHealerLimits limits;
  GRand *random;
  GHashTable *subjects; /* key → Subject */
  GArray *failures;     /* gint64: when something went down, oldest first */
  gboolean is_open;
  gboolean is_told;
  gboolean is_paused;
};

static void
subject_free (gpointer data)
{
  Subject *subject = data;
  g_free (subject->key);
  g_free (subject);
}

void
pm_healer_set_limits (PmHealer *healer, const PmHealerLimits *limits)
{
  healer->limits = *limits;
  healer->limits.budget = CLAMP (limits->budget, 1, PM_HEALER_MOST_BUDGET);
}

PmHealer *
pm_healer_new (const PmHealerLimits *limits, guint32 seed)
{
  PmHealer *healer = g_new0 (PmHealer, 1);
  pm_healer_set_limits (healer, limits);
  healer->random = g_rand_new_with_seed (seed);
  healer->subjects = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, subject_free);
  healer->failures = g_array_new (FALSE, FALSE, sizeof (gint64));
  return healer;
}

void
pm_healer_free (PmHealer *healer)
{
  if (healer == NULL)
    return;
  g_rand_free (healer->random);
  g_hash_table_unref (healer->subjects);
  g_array_unref (healer->failures);
  g_free (healer);
}

static Subject *
subject_of (PmHealer *healer, const char *key)
{
  Subject *subject = g_hash_table_lookup (healer->subjects, key);
  if (subject != NULL)
    return subject;
  subject = g_new0 (Subject, 1);
  subject->key = g_strdup (key);
  g_hash_table_insert (healer->subjects, subject->key, subject);
  return subject;
}

/* --- waiting --- */

static gint64
wait_of (PmHealer *healer, guint attempt)
{
  gint64 wait_us = healer->limits.first_wait_us;
  for (guint i = 0; i < attempt && wait_us < healer->limits.most_wait_us; i++)
    wait_us *= 2;
  wait_us = MIN (wait_us, healer->limits.most_wait_us);
  return wait_us + (gint64) (g_rand_double (healer->random) * JITTER * (double) wait_us);
}

static void
go_up (PmHealer *healer, Subject *subject, gint64 now_us)
{
  subject->was_up = TRUE;
  subject->is_down = FALSE;
  subject->gave_up = FALSE;
  subject->changed_us = now_us;
}

static void
go_down (PmHealer *healer, Subject *subject, gint64 now_us)
{
  if (now_us - subject->changed_us >= healer->limits.calm_us)
    subject->attempt = 0;
  subject->is_down = TRUE;
  subject->changed_us = now_us;
  subject->next_us = now_us + wait_of (healer, subject->attempt);
  g_array_append_val (healer->failures, now_us);
}

void
pm_healer_hear (PmHealer *healer, const char *key, gboolean can_restart, gboolean is_up,
                gint64 now_us)
{
  Subject *subject = subject_of (healer, key);
  subject->can_restart = can_restart;
  /* What a restart leads to is told by who made it. */
  if (subject->is_restarting)
    return;
  if (is_up && (subject->is_down || !subject->was_up))
    go_up (healer, subject, now_us);
  else if (!is_up && subject->was_up && !subject->is_down)
    go_down (healer, subject, now_us);
}

void
pm_healer_forget (PmHealer *healer, const char *key)
{
  g_hash_table_remove (healer->subjects, key);
}

static void
note_try (Subject *subject, gint64 at_us)
{
  subject->n_tried = MIN (subject->n_tried + 1, PM_HEALER_MOST_BUDGET);
  memmove (subject->tried_us + 1, subject->tried_us,
           (subject->n_tried - 1) * sizeof subject->tried_us[0]);
  subject->tried_us[0] = at_us;
}

void
pm_healer_tried (PmHealer *healer, const char *key, gboolean is_up, gint64 now_us)
{
  Subject *subject = subject_of (healer, key);
  subject->is_restarting = FALSE;
  if (is_up) {
    go_up (healer, subject, now_us);
    return;
  }
  subject->was_up = TRUE;
  subject->is_down = TRUE;
  subject->next_us = now_us + wait_of (healer, subject->attempt);
}

void
pm_healer_pause (PmHealer *healer, gboolean paused)
{
  healer->is_paused = paused;
}

/* --- the breaker --- */

static void
drop_old_failures (PmHealer *healer, gint64 now_us)
{
  guint n_old = 0;
  while (n_old < healer->failures->len && now_us - g_array_index (healer->failures, gint64, n_old) >
                                              healer->limits.breaker_window_us)
    n_old++;
  if (n_old > 0)
    g_array_remove_range (healer->failures, 0, n_old);
}

static guint
count (const PmHealer *healer, gboolean only_down)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;
  g_hash_table_iter_init (&iter, healer->subjects);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Subject *subject = value;
    n += subject->was_up && (!only_down || subject->is_down);
  }
  return n;
}

static gboolean
is_mass (const PmHealer *healer, guint n_down, guint n_total)
{
  return n_down >= healer->limits.breaker_least &&
         (double) n_down > healer->limits.breaker_share * (double) n_total;
}

static void
tell_breaker (const PmHealer *healer, PmHealerActionKind kind, guint n_down, guint n_total,
              PmHealerAct act, gpointer data)
{
  PmHealerAction action = {.kind = kind, .count = n_down, .total = n_total};
  act (&action, data);
}

/* What went down within the window and is up again was no part of it. */
static void
judge_breaker (PmHealer *healer, gint64 now_us, PmHealerAct act, gpointer data)
{
  drop_old_failures (healer, now_us);
  guint n_down = count (healer, TRUE), n_total = count (healer, FALSE);
  guint n_recent = MIN (healer->failures->len, n_down);
  if (!healer->is_open && is_mass (healer, n_recent, n_total)) {
    healer->is_open = TRUE;
    tell_breaker (healer, PM_HEALER_BREAKER_OPENED, n_down, n_total, act, data);
  } else if (healer->is_open && !is_mass (healer, n_down, n_total)) {
    healer->is_open = FALSE;
    g_array_set_size (healer->failures, 0);
    tell_breaker (healer, PM_HEALER_BREAKER_CLOSED, n_down, n_total, act, data);
  }
}

void
pm_healer_close_breaker (PmHealer *healer, gint64 now_us)
{
  GHashTableIter iter;
  gpointer value;
  healer->is_open = FALSE;
  g_array_set_size (healer->failures, 0);
  g_hash_table_iter_init (&iter, healer->subjects);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Subject *subject = value;
    subject->next_us = MAX (subject->next_us, now_us);
  }
}

gboolean
pm_healer_is_open (const PmHealer *healer)
{
  return healer->is_open;
}

/* --- steps --- */

/* When the window lets another one happen; in the past: now. */
static gint64
budget_allows (const PmHealer *healer, const Subject *subject)
{
  guint budget = healer->limits.budget;
  return subject->n_tried < budget
             ? G_MININT64
             : subject->tried_us[budget - 1] + healer->limits.budget_window_us;
}

static gboolean
is_waiting (const Subject *subject)
{
  return subject->is_down && subject->can_restart && !subject->is_restarting;
}

static void
step_one (PmHealer *healer, Subject *subject, gint64 now_us, PmHealerAct act, gpointer data)
{
  if (!is_waiting (subject) || subject->next_us > now_us)
    return;
  gint64 allowed_us = budget_allows (healer, subject);
  PmHealerAction action = {.key = subject->key};
  if (allowed_us > now_us) {
    subject->next_us = allowed_us;
    action.kind = PM_HEALER_GAVE_UP;
    action.attempt = subject->attempt;
    if (!subject->gave_up)
      act (&action, data);
    subject->gave_up = TRUE;
    return;
  }
  subject->is_restarting = TRUE;
  subject->attempt++;
  note_try (subject, now_us);
  action.kind = PM_HEALER_RESTART;
  action.attempt = subject->attempt;
  act (&action, data);
}

void
pm_healer_step (PmHealer *healer, gint64 now_us, PmHealerAct act, gpointer data)
{
  GHashTableIter iter;
  gpointer value;
  judge_breaker (healer, now_us, act, data);
  if (healer->is_open || healer->is_paused)
    return;
  g_hash_table_iter_init (&iter, healer->subjects);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    step_one (healer, value, now_us, act, data);
}

gint64
pm_healer_due (const PmHealer *healer)
{
  GHashTableIter iter;
  gpointer value;
  gint64 due_us = -1;
  if (healer->is_open || healer->is_paused)
    return -1;
  g_hash_table_iter_init (&iter, healer->subjects);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Subject *subject = value;
    if (is_waiting (subject) && (due_us < 0 || subject->next_us < due_us))
      due_us = subject->next_us;
  }
  return due_us;
}

/* --- over a restart of the program --- */

gboolean
pm_healer_save (const PmHealer *healer, const char *key, gint64 now_us, PmHealerState *ret_state)
{
  const Subject *subject = g_hash_table_lookup (healer->subjects, key);
  if (subject == NULL)
    return FALSE;
  *ret_state = (PmHealerState){
      .was_up = subject->was_up,
      .is_down = subject->is_down,
      .gave_up = subject->gave_up,
      .attempt = subject->attempt,
      .wait_us = subject->is_down ? MAX (subject->next_us - now_us, 0) : 0,
      .n_tried = subject->n_tried,
  };
  for (guint i = 0; i < subject->n_tried; i++)
    ret_state->tried_us[i] = MAX (now_us - subject->tried_us[i], 0);
  return TRUE;
}

void
pm_healer_load (PmHealer *healer, const char *key, const PmHealerState *state, gint64 away_us,
                gint64 now_us)
{
  Subject *subject = subject_of (healer, key);
  gint64 away = CLAMP (away_us, 0, healer->limits.budget_window_us);
  subject->was_up = state->was_up;
  subject->is_down = state->is_down;
  subject->gave_up = state->gave_up;
  subject->can_restart = TRUE;
  subject->attempt = state->attempt;
  subject->changed_us = now_us;
  subject->next_us = now_us + CLAMP (state->wait_us - away, 0, healer->limits.budget_window_us);
  subject->n_tried = MIN (state->n_tried, PM_HEALER_MOST_BUDGET);
  for (guint i = 0; i < subject->n_tried; i++)
    subject->tried_us[i] = now_us - away - CLAMP (state->tried_us[i], 0, G_MAXINT64 / 4);
}
