#include <string.h>

#include "api/route.h"

const PmRoute pm_routes[] = {
    {"GET", "/api/services", pm_api_services_list},
    {"GET", "/api/services/:id", pm_api_services_show},
    {"GET", "/api/ports/conflicts", pm_api_conflicts},
    {"GET", "/api/network/status", pm_api_network_status},
    {"GET", "/healthz", pm_api_healthz},
    {"GET", "/", pm_api_page},
    {"GET", "/style.css", pm_api_page_style},
};
const gsize pm_n_routes = G_N_ELEMENTS (pm_routes);

PmApi *
pm_api_new (PmContext *context)
{
  PmApi *api = g_new0 (PmApi, 1);
  api->context = context;
  return api;
}

void
pm_api_free (PmApi *api)
{
  g_free (api);
}

/* A pattern has at most one `:id`, its last segment. */
static gboolean
matches (const char *pattern, const char *path, const char **ret_segment)
{
  const char *id = strstr (pattern, ":id");
  *ret_segment = NULL;
  if (id == NULL)
    return strcmp (pattern, path) == 0;
  gsize fixed = (gsize) (id - pattern);
  if (strncmp (pattern, path, fixed) != 0 || path[fixed] == '\0' ||
      strchr (path + fixed, '/') != NULL)
    return FALSE;
  *ret_segment = path + fixed;
  return TRUE;
}

static gboolean
answers (const PmRoute *route, const char *method)
{
  return strcmp (route->method, method) == 0 ||
         (strcmp (route->method, "GET") == 0 && strcmp (method, "HEAD") == 0);
}

void
pm_api_handle (PmHttpRequest *request, gpointer data)
{
  const char *path = pm_http_request_path (request), *method = pm_http_request_method (request);
  g_autoptr (GString) allowed = g_string_new (NULL);
  for (gsize i = 0; i < pm_n_routes; i++) {
    const char *segment;
    if (!matches (pm_routes[i].pattern, path, &segment))
      continue;
    if (answers (&pm_routes[i], method)) {
      pm_routes[i].handle (data, request, segment);
      return;
    }
    g_string_append_printf (allowed, "%s%s%s", allowed->len == 0 ? "" : ", ", pm_routes[i].method,
                            strcmp (pm_routes[i].method, "GET") == 0 ? ", HEAD" : "");
  }
  if (allowed->len == 0) {
    pm_http_respond_problem (request, 404, "there is nothing at %s", path);
    return;
  }
  pm_http_respond_problem (request, 405, "%s is not for %s", method, path);
  pm_http_respond_header (request, "Allow", allowed->str);
}

void
pm_api_respond_error (PmHttpRequest *request, GError *error)
{
  gboolean later = g_error_matches (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_BUSY) ||
                   g_error_matches (error, PM_REGISTRY_ERROR, PM_REGISTRY_ERROR_IO);
  pm_http_respond_problem (request, later ? 503 : 500, "%s", error->message);
  g_error_free (error);
}
