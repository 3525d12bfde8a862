#include "heal/restart.h"

#include <string.h>

#include "heal/provider.h"

G_DEFINE_QUARK (pm - heal - error - quark, pm_heal_error)

static const PmRestartProvider *const providers[] = {
    &pm_provider_systemd, &pm_provider_compose, &pm_provider_docker,
    &pm_provider_pm2,     &pm_provider_command,
};

static const PmRestartProvider *
provider_of (const PmRestartTarget *target)
{
  for (gsize i = 0; pm_heal_is_set (target->provider) && i < G_N_ELEMENTS (providers); i++)
    if (strcmp (providers[i]->name, target->provider) == 0)
      return providers[i];
  return NULL;
}

gboolean
pm_restart_check (const PmRestartTarget *target, GError **error)
{
  const PmRestartProvider *provider = provider_of (target);
  if (provider == NULL) {
    g_set_error (error, PM_HEAL_ERROR, PM_HEAL_ERROR_SETTINGS,
                 "nothing restarts it: set restart.provider of a [[service]] that matches it");
    return FALSE;
  }
  g_autofree char *subject = provider->subject (target);
  if (subject == NULL)
    g_set_error (error, PM_HEAL_ERROR, PM_HEAL_ERROR_SETTINGS,
                 "restart.provider is “%s”, which needs %s", provider->name, provider->setting);
  return subject != NULL;
}

gboolean
pm_restart (const PmRestartTarget *target, const PmRestartOptions *options, GError **error)
{
  guint timeout_ms = options->timeout_ms == 0 ? PM_RESTART_TIMEOUT_MS : options->timeout_ms;
  gint64 deadline_us = g_get_monotonic_time () + (gint64) timeout_ms * 1000;
  return pm_restart_check (target, error) &&
         provider_of (target)->restart (target, options, deadline_us, error);
}

char *
pm_restart_key (const PmRestartTarget *target)
{
  const PmRestartProvider *provider = provider_of (target);
  g_autofree char *subject = provider == NULL ? NULL : provider->subject (target);
  return subject == NULL ? g_strdup ("") : g_strconcat (provider->name, " ", subject, NULL);
}
