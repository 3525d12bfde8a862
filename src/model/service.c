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
