#pragma once

#include "config/config.h"

G_BEGIN_DECLS

/* What a thread that looks again and again, until it is told to end, shares with whoever owns it:
 * the end, and the newest configuration. The thread waits and takes; the owner sets, and stops
 * before it joins the thread. */

typedef struct {
  GMutex mutex;
  GCond wake;
  gboolean is_stopping; /* under the mutex */
  PmConfig *wanted;     /* under the mutex: not taken yet; NULL none */
} PmPulse;

void pm_pulse_init (PmPulse *pulse);
void pm_pulse_clear (PmPulse *pulse);

/* The thread: waits so many microseconds. FALSE: it is to end, at once. */
gboolean pm_pulse_wait (PmPulse *pulse, gint64 wait_us);

/* The thread: the configuration that was set since the last time, which is the caller's then; NULL:
 * none was. */
PmConfig *pm_pulse_take_config (PmPulse *pulse);

/* The owner: these wait for nothing. */
void pm_pulse_set_config (PmPulse *pulse, PmConfig *config);
void pm_pulse_stop (PmPulse *pulse);

G_END_DECLS
