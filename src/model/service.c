#include "model/service.h"

#include <string.h>

static const char *const status_names[] = {"inactive", "active", "conflict"};

const char *
pm_status_name (PmStatus status)
{
  g_return_val_if_fail ((guint) status < G_N_ELEMENTS (status_names), "");
  return status_names[status];
}

gboolean
pm_status_from_name (const char *name, PmStatus *ret_status)
{
  for (guint i = 0; i < G_N_ELEMENTS (status_names); i++)
    if (strcmp (status_names[i], name) == 0) {
      *ret_status = (PmStatus) i;
      return TRUE;
    }
  return FALSE;
}

gboolean
pm_service_is_kept (const PmService *service)
{
  for (guint i = 0; i < service->n_config_files; i++)
    if (service->config_files[i].is_kept)
      return TRUE;
  return FALSE;
}
