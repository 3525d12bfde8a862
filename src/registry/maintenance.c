#include "registry/maintenance.h"

#include "registry/sqlite-file.h"

const char *
pm_registry_location (const PmRegistry *registry)
{
  return registry->backend->location (registry);
}

gboolean
pm_registry_check (PmRegistry *registry, GError **error)
{
  return registry->backend->check (registry, error);
}

gboolean
pm_registry_backup (PmRegistry *registry, const char *file, guint64 *ret_rows, GError **error)
{
  g_return_val_if_fail (registry->depth == 0, FALSE);
  return registry->backend->backup (registry, file, ret_rows, error);
}

gboolean
pm_registry_leave_tidying (PmRegistry *registry, GError **error)
{
  return registry->backend->leave_tidying == NULL ||
         registry->backend->leave_tidying (registry, error);
}

gboolean
pm_registry_tidy (PmRegistry *registry, GError **error)
{
  return registry->backend->tidy == NULL || registry->backend->tidy (registry, error);
}

/* A server has its own tools, which know about its other databases and its log. */
static gboolean
is_file (const PmRegistryOptions *options, GError **error)
{
  if (options->url == NULL || options->url[0] == '\0')
    return TRUE;
  g_set_error (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_INVALID,
               "the registry is on a database server, and is restored with its tools: pg_restore "
               "--clean --if-exists --dbname=DATABASE FILE, while no port-manager runs "
               "(docs/OPERATIONS.md)");
  return FALSE;
}

gint64
pm_registry_backup_last_event (const char *file)
{
  return pm_sqlite_last_event (file);
}

gboolean
pm_registry_restore (const PmRegistryOptions *options, const char *file, gint64 now_us,
                     char **ret_kept, GError **error)
{
  return is_file (options, error) &&
         pm_sqlite_restore (options->state_directory, file, now_us, ret_kept, error);
}

gboolean
pm_registry_set_aside (const PmRegistryOptions *options, const char *why, gint64 now_us,
                       char **ret_kept, GError **error)
{
  return is_file (options, error) &&
         pm_sqlite_set_aside (options->state_directory, why, now_us, ret_kept, error);
}
