/* DESIGN
 * A scan that finds nothing new writes nothing into the registry, so when it was made is kept
 * beside it, as the time of an empty file. */

#include "verbs/context.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "update/recover.h"

gboolean
pm_context_needs_recovery (const char *state_dir)
{
  return pm_recover_is_needed (pm_fs_real (), state_dir);
}

PmContext *
pm_context_join (const char *state_dir, PmConfig *config, GError **error)
{
  return pm_context_join_with (state_dir, config, PM_CONTEXT_AT_ONCE, error);
}

PmContext *
pm_context_join_with (const char *state_dir, PmConfig *config, PmContextPatience patience,
                      GError **error)
{
  PmRegistryOptions options = {.state_directory = state_dir,
                               .url = config->registry.url,
                               .host = config->registry.host,
                               .may_be_away = patience == PM_CONTEXT_PATIENT};
  PmRegistry *registry = pm_registry_open (&options, error);
  if (registry == NULL)
    return NULL;
  PmContext *context = g_new0 (PmContext, 1);
  context->state_dir = g_strdup (state_dir);
  context->config = pm_config_ref (config);
  context->registry = registry;
  context->holders = pm_holders_new ();
  return context;
}

void
pm_context_free (PmContext *context)
{
  if (context == NULL)
    return;
  pm_registry_close (context->registry);
  pm_config_unref (context->config);
  pm_holders_free (context->holders);
  g_free (context->recovery.told);
  g_free (context->recovery.failure);
  g_free (context->state_dir);
  g_free (context);
}

static char *
stamp_path (const PmContext *context)
{
  return g_build_filename (context->state_dir, "last-scan", NULL);
}

gint64
pm_context_last_scan_us (const PmContext *context)
{
  struct stat info;
  g_autofree char *path = stamp_path (context);
  if (stat (path, &info) != 0)
    return 0;
  return (gint64) info.st_mtim.tv_sec * G_USEC_PER_SEC + info.st_mtim.tv_nsec / 1000;
}

void
pm_context_scan_finished (PmContext *context)
{
  g_autofree char *path = stamp_path (context);
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    return;
  futimens (fd, NULL);
  close (fd);
}

void
pm_context_progress (const PmContext *context, const char *step, guint64 done, guint64 total)
{
  if (context->progress != NULL)
    context->progress (step, done, total, context->progress_data);
}
