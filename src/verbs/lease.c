#include "verbs/lease.h"

#include <string.h>

#include "discovery/projects.h"
#include "discovery/service-type.h"
#include "verbs/pools.h"

static void
keep_text (PmLease *lease, PmArena *arena)
{
  const char **texts[] = {&lease->type, &lease->project, &lease->name, &lease->holder.boot,
                          &lease->outcome};
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    *texts[i] = pm_arena_strdup (arena, *texts[i] == NULL ? "" : *texts[i]);
}

static gboolean
serve (PmDesk *desk, PmDeskRequest *request, GError **error)
{
  pm_desk_serve (desk, &request, 1);
  if (request->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&request->error));
  return FALSE;
}

static gint64
ttl_or_default (gint64 pid, gint64 ttl_s)
{
  return pid == 0 && ttl_s == 0 ? PM_LEASE_DEFAULT_TTL_S : ttl_s;
}

/* --- for many at once --- */

PmDesk *
pm_verb_desk_open (PmContext *context)
{
  return pm_desk_new (context->registry, pm_verb_pools_of (context->config), NULL);
}

/* As long as the API takes it. */
static gboolean
check_name (const char *name, GError **error)
{
  if (g_utf8_strlen (name, -1) <= PM_LEASE_MOST_NAME)
    return TRUE;
  g_set_error (error, PM_LEASE_ERROR, PM_LEASE_ERROR_HOLDER,
               "the name of a lease has at most %d characters", PM_LEASE_MOST_NAME);
  return FALSE;
}

gboolean
pm_verb_desk_ask (const PmDesk *desk, const PmLeaseWish *wish, PmDeskRequest *ret_request,
                  GError **error)
{
  const PmPool *pool = pm_verb_pool_named (pm_desk_pools (desk), wish->type, error);
  if (pool == NULL || !check_name (wish->name, error))
    return FALSE;
  *ret_request = (PmDeskRequest){
      .lease = {.type = pool->type,
                .project = wish->folder,
                .name = wish->name,
                .port = wish->port,
                .transport = wish->transport,
                .outcome = ""},
  };
  return pm_lease_holder_init (&ret_request->lease.holder, pm_desk_host (desk), wish->pid,
                               ttl_or_default (wish->pid, wish->ttl_s), error);
}

gboolean
pm_verb_desk_ask_renewal (const PmDesk *desk, gint64 id, gint64 pid, gint64 ttl_s,
                          PmDeskRequest *ret_request, GError **error)
{
  *ret_request = (PmDeskRequest){.kind = PM_DESK_RENEW, .lease = {.id = id}};
  return pm_lease_holder_init (&ret_request->lease.holder, pm_desk_host (desk), pid,
                               ttl_or_default (pid, ttl_s), error);
}

/* --- one by one --- */

/* A dead holder's port may be the very one that is wanted, so they are looked for first. */
gboolean
pm_verb_lease (PmContext *context, const PmLeaseWish *wish, PmArena *arena, PmLeaseGiven *ret_given,
               GError **error)
{
  g_autoptr (PmDesk) desk = pm_verb_desk_open (context);
  PmDeskRequest request;
  if (!pm_verb_desk_ask (desk, wish, &request, error) || !pm_desk_reap (desk, NULL, error) ||
      !serve (desk, &request, error))
    return FALSE;
  keep_text (&request.lease, arena);
  *ret_given = (PmLeaseGiven){.lease = request.lease, .usual = request.usual};
  return TRUE;
}

gboolean
pm_verb_lease_renew (PmContext *context, gint64 id, gint64 pid, gint64 ttl_s, PmArena *arena,
                     PmLease *ret_lease, GError **error)
{
  g_autoptr (PmDesk) desk = pm_verb_desk_open (context);
  PmDeskRequest request;
  return pm_verb_desk_ask_renewal (desk, id, pid, ttl_s, &request, error) &&
         serve (desk, &request, error) &&
         pm_registry_lease (context->registry, id, arena, ret_lease, error);
}

gboolean
pm_verb_lease_release (PmContext *context, gint64 id, PmArena *arena, PmLease *ret_lease,
                       GError **error)
{
  g_autoptr (PmDesk) desk = pm_verb_desk_open (context);
  PmDeskRequest request = {.kind = PM_DESK_RELEASE, .lease = {.id = id}};
  return serve (desk, &request, error) &&
         (ret_lease == NULL || pm_registry_lease (context->registry, id, arena, ret_lease, error));
}

gboolean
pm_verb_lease_end (PmContext *context, const PmLease *lease, gboolean *ret_released, GError **error)
{
  PmHost host;
  pm_host_init (&host);
  *ret_released = host.can_bind (lease->transport, lease->port, PM_BIND_AGAIN);
  return !*ret_released || pm_verb_lease_release (context, lease->id, NULL, NULL, error);
}

/* --- looking --- */

gboolean
pm_verb_leases (PmContext *context, PmArena *arena, GArray *list, GError **error)
{
  g_autoptr (PmDesk) desk = pm_verb_desk_open (context);
  return pm_desk_reap (desk, NULL, error) &&
         pm_registry_leases (context->registry, arena, list, error);
}

const char *
pm_verb_lease_state (const PmLease *lease)
{
  PmHost host;
  if (lease->released_us != 0)
    return lease->outcome;
  pm_host_init (&host);
  return pm_lease_holder_state (&lease->holder, &host) == PM_HOLDER_LIVES ? "held" : "unsure";
}

/* --- projects --- */

static gboolean
lies_in (const PmService *service, const char *folder)
{
  g_autofree char *path = strcmp (service->project_id, ".") == 0
                              ? g_strdup (service->root)
                              : g_build_filename (service->root, service->project_id, NULL);
  return strcmp (path, folder) == 0;
}

/* Of the service of that name, else of all that the folder has, where they agree. */
static char *
known_type (PmContext *context, const char *folder, const char *name)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) services = g_array_new (FALSE, FALSE, sizeof (PmService));
  const char *type = "";
  gboolean agree = TRUE;
  if (!pm_registry_services (context->registry, arena, services, NULL))
    return g_strdup ("");
  for (guint i = 0; i < services->len; i++) {
    const PmService *service = &g_array_index (services, PmService, i);
    if (service->type[0] == '\0' || !lies_in (service, folder))
      continue;
    if (strcmp (service->name, name) == 0)
      return g_strdup (service->type);
    agree = agree && (type[0] == '\0' || strcmp (type, service->type) == 0);
    type = service->type;
  }
  return g_strdup (agree ? type : "");
}

char *
pm_verb_lease_type (PmContext *context, const char *folder, const char *name, const char *command)
{
  PmServiceType type;
  g_autofree char *program = g_path_get_basename (command);
  if (pm_service_type ("", program, name, &type))
    return g_strdup (type.type);
  return known_type (context, folder, name);
}

static gboolean
is_project (const char *folder)
{
  g_autofree char *repository = g_build_filename (folder, ".git", NULL);
  return g_file_test (repository, G_FILE_TEST_EXISTS) || pm_projects_root_is_one (folder);
}

char *
pm_verb_lease_folder (const char *folder)
{
  g_autofree char *at = g_strdup (folder);
  while (at[0] == '/' && at[1] != '\0') {
    if (is_project (at))
      return g_steal_pointer (&at);
    char *up = g_path_get_dirname (at);
    g_free (at);
    at = up;
  }
  return g_strdup (folder);
}
