/* DESIGN
 * A scan that finds nothing new writes nothing into the registry, so when it was made is kept
 * beside it, as the time of an empty file. */

#include "verbs/context.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

PmContext *
pm_context_open (const char *state_dir, const char *config_file, GError **error)
{
  g_autoptr (PmConfig) config = pm_config_load (config_file, error);
  if (config == NULL)
    return NULL;
  PmRegistryOptions options = {.state_directory = state_dir, .url = config->registry.url};
  PmRegistry *registry = pm_registry_open (&options, error);
  if (registry == NULL)
    return NULL;
  PmContext *context = g_new0 (PmContext, 1);
  context->state_dir = g_strdup (state_dir);
  context->config = g_steal_pointer (&config);
  context->registry = registry;
  return context;
}

void
pm_context_free (PmContext *context)
{
  if (context == NULL)
    return;
  pm_registry_close (context->registry);
  pm_config_free (context->config);
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
