#include "allocation/ownership.h"

#include <string.h>

#include "allocation/addresses.h"

gboolean
pm_ownership_is_mapping (const PmService *service)
{
  for (guint i = 0; i < service->n_config_files; i++)
    if (service->config_files[i].role == PM_ROLE_PUBLISH)
      return TRUE;
  return FALSE;
}

/* --- evidence --- */

static gboolean
is_in_or_at (const char *inner, const char *outer)
{
  gsize length = strlen (outer);
  return strncmp (inner, outer, length) == 0 && (inner[length] == '\0' || inner[length] == '/');
}

/* One project, or one inside the other. */
static gboolean
is_of_the_project (const PmService *service, const PmSocket *socket)
{
  return socket->project_id[0] != '\0' && strcmp (socket->root, service->root) == 0 &&
         (is_in_or_at (socket->project_id, service->project_id) ||
          is_in_or_at (service->project_id, socket->project_id));
}

static const char *
last_part (const char *path)
{
  const char *slash = strrchr (path, '/');
  return slash == NULL ? path : slash + 1;
}

/* "shop-db", and also compose's "shop-db-1" and "shop_db_1". */
static gboolean
is_container_name (const char *container, const char *project, const char *name)
{
  gsize n = strlen (project);
  if (strcmp (container, name) == 0)
    return TRUE;
  if (strncmp (container, project, n) != 0 || (container[n] != '-' && container[n] != '_'))
    return FALSE;
  container += n + 1;
  n = strlen (name);
  return strncmp (container, name, n) == 0 && (container[n] == '-' || container[n] == '_') &&
         strspn (container + n + 1, "0123456789") == strlen (container + n + 1);
}

static gboolean
is_its_container (const PmService *service, const PmSocket *socket)
{
  if (socket->container[0] == '\0')
    return FALSE;
  const char *project = last_part (service->project_id);
  if (socket->compose_service[0] != '\0' && strcmp (socket->compose_service, service->name) == 0 &&
      strcmp (last_part (socket->container_folder), project) == 0)
    return TRUE;
  return is_container_name (socket->container, project, service->name);
}

/* "redis", and how its daemon is called: "redisd", "redis-server". */
static gboolean
is_program_of (const char *program, const char *word)
{
  gsize n = strlen (word);
  return n > 0 && strncmp (program, word, n) == 0 &&
         (program[n] == '\0' || strcmp (program + n, "d") == 0 ||
          strcmp (program + n, "-server") == 0);
}

static gboolean
is_daemon_of_format (const char *program, const char *format)
{
  static const struct {
    const char *format, *program;
  } daemons[] = {
      {"nginx", "nginx"},     {"apache", "apache2"}, {"apache", "httpd"},   {"caddy", "caddy"},
      {"haproxy", "haproxy"}, {"mysql", "mysqld"},   {"mysql", "mariadbd"}, {"php", "php-fpm"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (daemons); i++)
    if (strcmp (format, daemons[i].format) == 0 && strcmp (program, daemons[i].program) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_its_program (const PmService *service, const char *program)
{
  if (is_program_of (program, service->name) ||
      is_program_of (program, last_part (service->project_id)))
    return TRUE;
  for (guint i = 0; i < service->n_config_files; i++)
    if (is_daemon_of_format (program, service->config_files[i].format))
      return TRUE;
  return FALSE;
}

/* "shop-api.service", "shop-api@2.service", or the unit file among the service's own. */
static gboolean
is_its_unit (const PmService *service, const char *unit)
{
  gsize length = strcspn (unit, "@.");
  g_autofree char *stem = g_strndup (unit, length);
  if (length == 0)
    return FALSE;
  if (strcmp (stem, service->name) == 0 || strcmp (stem, last_part (service->project_id)) == 0)
    return TRUE;
  for (guint i = 0; i < service->n_config_files; i++)
    if (strcmp (last_part (service->config_files[i].path), unit) == 0)
      return TRUE;
  return FALSE;
}

/* Whether a path in the text has the project's folder as one of its parts: "/srv/shop/server.js",
 * "shop/bin/www". A word alone is no path. */
static gboolean
names_the_folder (const char *text, const char *folder)
{
  gsize n = strlen (folder);
  for (const char *at = n == 0 ? NULL : strstr (text, folder); at != NULL;
       at = strstr (at + 1, folder)) {
    gboolean starts = at == text || strchr ("/ =:\"'", at[-1]) != NULL;
    gboolean in_path = at[n] == '/' || (at > text && at[-1] == '/');
    if (starts && in_path && (at[n] == '\0' || strchr ("/ :\"'", at[n]) != NULL))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_its_process (const PmService *service, const PmSocket *socket)
{
  const char *folder = last_part (service->project_id);
  return socket->pid != 0 &&
         (is_its_program (service, socket->program) || is_its_unit (service, socket->unit) ||
          names_the_folder (socket->command, folder) ||
          strcmp (last_part (socket->cwd), folder) == 0);
}

PmLive
pm_ownership (const PmService *service, const PmSocket *socket)
{
  if (is_of_the_project (service, socket) || is_its_container (service, socket))
    return PM_LIVE_LISTENING;
  gboolean is_container = socket->is_proxy || socket->container_id[0] != '\0';
  if (is_container && socket->container[0] == '\0')
    return PM_LIVE_HIDDEN;
  if (is_container)
    return PM_LIVE_FOREIGN;
  if (!pm_ownership_is_mapping (service) && socket->project_id[0] == '\0' &&
      is_its_process (service, socket))
    return PM_LIVE_LISTENING;
  return socket->pid == 0 ? PM_LIVE_HIDDEN : PM_LIVE_FOREIGN;
}

/* --- all services --- */

/* The first socket at or behind this transport and port. */
static guint
lower_bound (const GArray *sockets, PmTransport transport, guint16 port)
{
  guint low = 0, high = sockets->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;
    const PmSocket *socket = &g_array_index (sockets, PmSocket, middle);
    if (socket->transport < transport || (socket->transport == transport && socket->port < port))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static int
weight_of (PmLive live)
{
  static const int weights[] = {
      [PM_LIVE_UNKNOWN] = 0, [PM_LIVE_NOT_LISTENING] = 1, [PM_LIVE_FOREIGN] = 2,
      [PM_LIVE_HIDDEN] = 3,  [PM_LIVE_LISTENING] = 4,
  };
  return weights[live];
}

static void
judge (PmService *service, const GArray *sockets)
{
  PmBind bind = pm_bind_parse (service->bind);
  service->live = PM_LIVE_NOT_LISTENING;
  for (guint i = lower_bound (sockets, service->transport, service->external_port);
       i < sockets->len; i++) {
    const PmSocket *socket = &g_array_index (sockets, PmSocket, i);
    if (socket->transport != service->transport || socket->port != service->external_port)
      break;
    PmBind other = pm_bind_of_socket (socket->address, socket->is_v6_only);
    PmLive live =
        pm_bind_overlaps (&bind, &other) ? pm_ownership (service, socket) : PM_LIVE_UNKNOWN;
    if (weight_of (live) <= weight_of (service->live))
      continue;
    service->live = live;
    service->socket = socket;
  }
}

void
pm_ownership_judge (GArray *services, const GArray *sockets, const char *host)
{
  for (guint i = 0; i < services->len; i++) {
    PmService *service = &g_array_index (services, PmService, i);
    service->live = PM_LIVE_UNKNOWN;
    service->socket = NULL;
    if (service->scope == PM_SCOPE_HOST && service->external_port != 0 &&
        strcmp (service->host, host) == 0)
      judge (service, sockets);
  }
}
