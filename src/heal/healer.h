#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* When something that is down is restarted: a pure state machine. Time is an argument, so are the
 * numbers that jitter is drawn from; nothing is restarted here, and nothing is stored.
 *
 *   g_autoptr (PmHealer) healer = pm_healer_new (&PM_HEALER_LIMITS, seed);
 *   pm_healer_hear (healer, key, TRUE, is_up, now);        whatever checks tell
 *   … at pm_healer_due (healer, now):
 *   pm_healer_step (healer, now, on_action, self);         what to do
 *   pm_healer_tried (healer, key, is_up, now);             what came of a restart
 *
 *   up ─ down → waiting ─ wait is over → restarting ─ up ──→ up
 *                  ↑                          │ still down
 *                  └──── twice the wait ──────┘
 *
 * The first restart comes after `first_wait_us`, each further one after twice the wait before, up
 * to `most_wait_us`, and up to a fifth more by chance, so that many do not start at once. Who stays
 * up for `calm_us` begins from the first wait again. Of a key at most `budget` restarts fall into
 * one window; when they are used up it is told once, and the next one waits until the window lets
 * it.
 *
 * Only what was seen up is ever restarted. When more than `breaker_share` of what is known (and at
 * least `breaker_least`) went down within `breaker_window_us`, the cause is none that restarts
 * would cure: the breaker opens, nothing is restarted, and that is told once. It closes when no
 * more than that share is down any more, or by hand. For it to open before the first restart,
 * `first_wait_us` must not be shorter than the time in which checks notice. */

typedef struct {
  gint64 first_wait_us, most_wait_us;
  gint64 calm_us;
  guint budget;
  gint64 budget_window_us;
  double breaker_share;
  guint breaker_least;
  gint64 breaker_window_us;
} PmHealerLimits;

extern const PmHealerLimits pm_healer_limits;

#define PM_HEALER_MOST_BUDGET 32

typedef enum {
  PM_HEALER_RESTART,        /* this key, now; told of by pm_healer_tried later */
  PM_HEALER_GAVE_UP,        /* this key used up its budget; once until it is up again */
  PM_HEALER_BREAKER_OPENED, /* key NULL; `count` of `total` */
  PM_HEALER_BREAKER_CLOSED,
} PmHealerActionKind;

typedef struct {
  PmHealerActionKind kind;
  const char *key;
  guint attempt;      /* of a restart: 1 for the first since it went down */
  guint count, total; /* of the breaker: down, and known */
} PmHealerAction;

typedef void (*PmHealerAct) (const PmHealerAction *action, gpointer data);

typedef struct PmHealer PmHealer;

PmHealer *pm_healer_new (const PmHealerLimits *limits, guint32 seed);

/* From now on; waits that have begun stay as they are. */
void pm_healer_set_limits (PmHealer *healer, const PmHealerLimits *limits);

void pm_healer_free (PmHealer *healer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmHealer, pm_healer_free)

/* What a check tells of a key; saying the same twice changes nothing. `can_restart` FALSE: it
 * counts for the breaker alone. What is unknown is not told. */
void pm_healer_hear (PmHealer *healer, const char *key, gboolean can_restart, gboolean is_up,
                     gint64 now_us);

/* It is no longer there. */
void pm_healer_forget (PmHealer *healer, const char *key);

/* A restart that pm_healer_step asked for has ended; or one by hand, which starts afresh. */
void pm_healer_tried (PmHealer *healer, const char *key, gboolean is_up, gint64 now_us);

/* While paused nothing is asked for; what waits goes on waiting. */
void pm_healer_pause (PmHealer *healer, gboolean paused);

/* By a person: closes the breaker, and forgets what failed until now. */
void pm_healer_close_breaker (PmHealer *healer, gint64 now_us);
gboolean pm_healer_is_open (const PmHealer *healer);

/* All that is due now. */
void pm_healer_step (PmHealer *healer, gint64 now_us, PmHealerAct act, gpointer data);

/* When to step next, or -1: not before somebody tells something. */
gint64 pm_healer_due (const PmHealer *healer);

/* --- over a restart of the program --- */

/* What is to be kept of a key: durations, since a clock that counts from the boot is of no use to
 * the next one. */
typedef struct {
  gboolean was_up, is_down, gave_up;
  guint attempt;
  gint64 wait_us;                         /* until its next restart */
  gint64 tried_us[PM_HEALER_MOST_BUDGET]; /* how long ago, newest first */
  guint n_tried;
} PmHealerState;

gboolean pm_healer_save (const PmHealer *healer, const char *key, gint64 now_us,
                         PmHealerState *ret_state);

/* `away_us`: how long nobody looked. A restart that fell into that time is due at once, and one
 * that was under way counts as tried. */
void pm_healer_load (PmHealer *healer, const char *key, const PmHealerState *state, gint64 away_us,
                     gint64 now_us);

G_END_DECLS
