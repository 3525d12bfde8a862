#include "daemon/pulse.h"

void
pm_pulse_init (PmPulse *pulse)
{
  *pulse = (PmPulse){0};
  g_mutex_init (&pulse->mutex);
  g_cond_init (&pulse->wake);
}

void
pm_pulse_clear (PmPulse *pulse)
{
  g_clear_pointer (&pulse->wanted, pm_config_unref);
  g_mutex_clear (&pulse->mutex);
  g_cond_clear (&pulse->wake);
}

gboolean
pm_pulse_wait (PmPulse *pulse, gint64 wait_us)
{
  gint64 until_us = g_get_monotonic_time () + wait_us;
  g_mutex_lock (&pulse->mutex);
  while (!pulse->is_stopping && g_cond_wait_until (&pulse->wake, &pulse->mutex, until_us))
    continue;
  gboolean goes_on = !pulse->is_stopping;
  g_mutex_unlock (&pulse->mutex);
  return goes_on;
}

PmConfig *
pm_pulse_take_config (PmPulse *pulse)
{
  g_mutex_lock (&pulse->mutex);
  PmConfig *wanted = g_steal_pointer (&pulse->wanted);
  g_mutex_unlock (&pulse->mutex);
  return wanted;
}

void
pm_pulse_set_config (PmPulse *pulse, PmConfig *config)
{
  g_mutex_lock (&pulse->mutex);
  g_clear_pointer (&pulse->wanted, pm_config_unref);
  pulse->wanted = pm_config_ref (config);
  g_mutex_unlock (&pulse->mutex);
}

void
pm_pulse_stop (PmPulse *pulse)
{
  g_mutex_lock (&pulse->mutex);
  pulse->is_stopping = TRUE;
  g_cond_signal (&pulse->wake);
  g_mutex_unlock (&pulse->mutex);
}
