#include "verbs/find-service.h"

#include <string.h>

#include "verbs/plan.h"

/* `name`, `project/name`, and both with `:port` behind, where one service has several, or
 * `:port/udp` where it has one port twice. */
static gboolean
goes_by (const PmService *service, const char *project_id, const char *own, const char *name)
{
  gsize project = strlen (project_id), length = strlen (own);
  if (strncmp (name, project_id, project) == 0 && name[project] == '/' &&
      strncmp (name + project + 1, own, length) == 0)
    name += project + 1;
  if (strncmp (name, own, length) != 0)
    return FALSE;
  guint port = service->external_port != 0 ? service->external_port : service->internal_port;
  g_autofree char *with_all =
      g_strdup_printf (":%u/%s", port, pm_transport_name (service->transport));
  gsize with_port = strcspn (with_all, "/");
  return name[length] == '\0' || strcmp (name + length, with_all) == 0 ||
         (strncmp (name + length, with_all, with_port) == 0 && name[length + with_port] == '\0');
}

static gboolean
is_called (const PmService *service, const char *name)
{
  const char *projects[] = {service->project_id, pm_service_shown_project (service)};
  for (gsize i = 0; i < G_N_ELEMENTS (projects); i++)
    if (goes_by (service, projects[i], service->name, name) ||
        goes_by (service, projects[i], pm_service_shown_name (service), name))
      return TRUE;
  return FALSE;
}

/* A debugger's port is never what somebody means by the service's name. */
static gboolean
is_debugger (const PmSnapshot *snapshot, const PmService *service)
{
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, i);
    if (f->kind == PM_KIND_PORT && f->port == service->internal_port && f->role == PM_ROLE_LISTEN &&
        g_str_has_suffix (f->rule, ".debugger") && strcmp (f->owner, service->name) == 0 &&
        strcmp (f->project, service->project_id) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_meant (const PmSnapshot *snapshot, const PmService *service, const char *name)
{
  char *end;
  gint64 id = g_ascii_strtoll (name, &end, 10);
  if (*name != '\0' && *end == '\0')
    return service->id == id;
  return is_called (service, name) &&
         (strchr (name, ':') != NULL || !is_debugger (snapshot, service));
}

static gboolean
is_same_service (const PmService *a, const PmService *b)
{
  return strcmp (a->name, b->name) == 0 && strcmp (a->project_id, b->project_id) == 0 &&
         strcmp (a->root, b->root) == 0 && strcmp (a->host, b->host) == 0;
}

/* Of one service's rows, the one that holds every day while the others are of other modes (another
 * script, production); -2: there is no one such. */
static gint
everyday_row (const PmSnapshot *snapshot, const char *name)
{
  const PmService *first = NULL;
  gint found = -1;
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *s = &g_array_index (snapshot->services, PmService, i);
    if (!is_meant (snapshot, s, name))
      continue;
    if (first != NULL && !is_same_service (first, s))
      return -2;
    first = s;
    if (s->variant[0] == '\0')
      found = found == -1 ? (gint) i : -2;
  }
  return found < 0 ? -2 : found;
}

gint
pm_verb_find_service (const PmSnapshot *snapshot, const char *name, GError **error)
{
  gint found = -1;
  g_autoptr (GString) list = g_string_new (NULL);
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *s = &g_array_index (snapshot->services, PmService, i);
    if (!is_meant (snapshot, s, name))
      continue;
    g_string_append_printf (list, "%s%" G_GINT64_FORMAT " (%s/%s, %s port %u)",
                            list->len == 0 ? "" : ", ", s->id, s->project_id, s->name,
                            pm_transport_name (s->transport),
                            s->external_port != 0 ? s->external_port : s->internal_port);
    found = found == -1 ? (gint) i : -2;
  }
  if (found == -1)
    g_set_error (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_SERVICE,
                 "no service is called “%s” on this host; “port-manager services” lists them",
                 name);
  if (found == -2)
    found = everyday_row (snapshot, name);
  if (found == -2)
    g_set_error (
        error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_SERVICE,
        "several services are called “%s”; name one by its id, as name:port or name:port/udp: %s",
        name, list->str);
  return found;
}

/* By its id or name: what a debugger is is known on its host alone. */
static const PmService *
service_elsewhere (const GArray *services, const char *this_host, const char *name)
{
  guint64 id = 0;
  g_ascii_string_to_unsigned (name, 10, 1, G_MAXINT64, &id, NULL);
  for (guint i = 0; i < services->len; i++) {
    const PmService *s = &g_array_index (services, PmService, i);
    gboolean is_here = strcmp (s->host, this_host) == 0;
    if (is_here && (s->id == (gint64) id || (id == 0 && is_called (s, name))))
      return NULL;
    if (!is_here && (s->id == (gint64) id || (id == 0 && is_called (s, name))))
      return s;
  }
  return NULL;
}

gboolean
pm_verb_find_elsewhere (PmRegistry *registry, const char *name, GError **error)
{
  if (error == NULL || !g_error_matches (*error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_SERVICE))
    return FALSE;
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) services = g_array_new (FALSE, TRUE, sizeof (PmService));
  const PmService *s = pm_registry_services (registry, arena, services, NULL)
                           ? service_elsewhere (services, pm_registry_host (registry), name)
                           : NULL;
  if (s == NULL)
    return FALSE;
  g_autofree char *full = pm_service_full_name (s);
  g_clear_error (error);
  g_set_error (error, PM_PLAN_VERB_ERROR, PM_PLAN_VERB_ERROR_ELSEWHERE,
               "%s (%" G_GINT64_FORMAT ") is the host %s's, which has its files: do it there", full,
               s->id, s->host);
  return FALSE;
}

gboolean
pm_verb_find_service_rows (const PmSnapshot *snapshot, const char *name, GArray *rows,
                           GError **error)
{
  const PmService *first = NULL;
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *s = &g_array_index (snapshot->services, PmService, i);
    if (!is_meant (snapshot, s, name))
      continue;
    if (first != NULL && !is_same_service (first, s))
      return pm_verb_find_service (snapshot, name, error) >= 0; /* which says who there is */
    first = s;
  }
  if (first == NULL)
    return pm_verb_find_service (snapshot, name, error) >= 0;
  for (guint i = 0; i < snapshot->services->len; i++)
    if (is_same_service (first, &g_array_index (snapshot->services, PmService, i)))
      g_array_append_val (rows, i);
  return TRUE;
}
