#include "daemon/state.h"

#include "registry/maintenance.h"
#include "verbs/backup.h"

gboolean
pm_state_is_damage (const GError *error)
{
  return g_error_matches (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_CORRUPT);
}

static gboolean
salvage (const PmStateOptions *options, const char *why, GError **error)
{
  g_autofree char *from = NULL, *kept = NULL;
  g_autoptr (PmConfig) config = pm_config_load (options->config_file, error);
  if (config == NULL)
    return FALSE;
  g_warning ("the registry is damaged: %s", why);
  if (!pm_verb_salvage (options->state_dir, config, &from, &kept, error))
    return FALSE;
  if (from != NULL)
    g_warning ("restored from %s; the damaged registry is %s", from, kept);
  else
    g_warning ("there is no good backup: begun anew, from the files; history, decisions, tokens "
               "and leases are in the damaged registry alone, %s",
               kept);
  return TRUE;
}

void
pm_state_log_recovery (const PmContext *context)
{
  const PmContextRecovery *recovery = pm_context_recovery (context);
  if (recovery->told != NULL)
    g_warning ("%s", recovery->told);
  if (recovery->failure != NULL)
    g_warning ("an interrupted transaction could not be recovered yet: %s", recovery->failure);
}

static PmContext *
open_checked (const PmStateOptions *options, GError **error)
{
  g_autoptr (PmContext) context =
      pm_context_open_with (options->state_dir, options->config_file, PM_CONTEXT_PATIENT, error);
  if (context == NULL)
    return NULL;
  if (options->is_suspect && !pm_registry_check (context->registry, error))
    return NULL;
  return g_steal_pointer (&context);
}

PmContext *
pm_state_open (const PmStateOptions *options, GError **error)
{
  g_autoptr (GError) problem = NULL;
  PmContext *context = open_checked (options, &problem);
  if (context == NULL && !pm_state_is_damage (problem)) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }
  if (context == NULL && salvage (options, problem->message, error))
    context = pm_context_open (options->state_dir, options->config_file, error);
  if (context != NULL)
    pm_state_log_recovery (context);
  return context;
}
