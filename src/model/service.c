#include "model/service.h"

#include <string.h>

static const char *const status_names[] = {"inactive", "active", "conflict"};

const char *
pm_status_name (PmStatus status)
{
  g_return_val_if_fail ((guint) status < G_N_ELEMENTS (status_names), "");
  return status_names[status];
}

const char *
pm_live_name (PmLive live)
{
  static const char *const names[] = {"unknown", "notListening", "listening", "hidden", "foreign"};
  g_return_val_if_fail ((guint) live < G_N_ELEMENTS (names), "");
  return names[live];
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

static gboolean
is_given (const char *text)
{
  return text != NULL && text[0] != '\0';
}

const char *
pm_service_shown_name (const PmService *service)
{
  return is_given (service->given_name) ? service->given_name : service->name;
}

const char *
pm_service_shown_project (const PmService *service)
{
  return is_given (service->project_name) ? service->project_name : service->project_id;
}

const char *
pm_service_shown_protocol (const PmService *service)
{
  return is_given (service->given_protocol) ? service->given_protocol : service->protocol;
}

char *
pm_full_name (const char *service, const char *project)
{
  if (project[0] == '\0' || strcmp (service, project) == 0)
    return g_strdup (service);
  return g_strdup_printf ("%s of %s", service, project);
}

char *
pm_service_full_name (const PmService *service)
{
  return pm_full_name (pm_service_shown_name (service), pm_service_shown_project (service));
}

static const char *
behind (const char *text, const char *start)
{
  gsize length = strlen (start);
  return strncmp (text, start, length) == 0 ? text + length : NULL;
}

gboolean
pm_service_is_meant_by (const PmService *service, const char *full_name)
{
  const char *projects[] = {service->project_id, pm_service_shown_project (service)};
  for (gsize i = 0; i < G_N_ELEMENTS (projects); i++) {
    const char *slash = behind (full_name, projects[i]);
    if (slash != NULL && *slash == '/' &&
        (strcmp (slash + 1, service->name) == 0 ||
         strcmp (slash + 1, pm_service_shown_name (service)) == 0))
      return TRUE;
  }
  return FALSE;
}

gint
pm_service_compare (gconstpointer a, gconstpointer b)
{
  const PmService *left = a, *right = b;
  gint order = strcmp (left->root, right->root);
  order = order != 0 ? order : strcmp (left->project_id, right->project_id);
  order = order != 0 ? order : strcmp (left->name, right->name);
  order = order != 0 ? order : (gint) left->transport - (gint) right->transport;
  order = order != 0 ? order : (gint) left->internal_port - (gint) right->internal_port;
  return order != 0 ? order : (gint) left->external_port - (gint) right->external_port;
}

PmStatus
pm_service_live_status (const PmService *service)
{
  if (service->live == PM_LIVE_LISTENING || service->live == PM_LIVE_HIDDEN ||
      service->health == PM_HEALTH_UP)
    return PM_STATUS_ACTIVE;
  if (service->live != PM_LIVE_UNKNOWN || service->health == PM_HEALTH_DOWN)
    return PM_STATUS_INACTIVE;
  return service->status == PM_STATUS_ACTIVE ? PM_STATUS_ACTIVE : PM_STATUS_INACTIVE;
}
