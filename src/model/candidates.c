#include "model/candidates.h"

#include <string.h>

#include "model/host.h"

#define MOST_NAMED 5

static const PmService *
service_at (const PmSnapshot *snapshot, guint index)
{
  return &g_array_index (snapshot->services, PmService, index);
}

/* "db", and of a cluster's "db.shop.svc.cluster.local" the first label. */
static gboolean
is_called (const char *host, const char *name)
{
  gsize length = strlen (name);
  const char *dot = strchr (host, '.');
  return strcmp (host, name) == 0 ||
         (dot != NULL && strstr (dot, ".svc") != NULL && (gsize) (dot - host) == length &&
          strncmp (host, name, length) == 0);
}

static gboolean
answers (const PmService *service, const PmFinding *f, const char *host)
{
  if (f->means != NULL && !pm_service_is_meant_by (service, f->means))
    return FALSE;
  if (service->transport == PM_TRANSPORT_UDP && f->transport != PM_TRANSPORT_UDP)
    return FALSE;
  if (pm_host_is_this_machine (host) || pm_host_is_public_address (host))
    return service->scope == PM_SCOPE_HOST && service->external_port == f->port;
  return service->internal_port == f->port && is_called (host, service->name);
}

static gboolean
is_template (const PmService *service)
{
  return strcmp (service->variant, "template") == 0;
}

/* Two rows of one port: whoever means the one means the other. */
static gboolean
is_listed (const PmSnapshot *snapshot, const GArray *services, guint from, const PmService *service)
{
  for (guint i = from; i < services->len; i++) {
    const PmService *known = service_at (snapshot, g_array_index (services, guint, i));
    if (known->internal_port == service->internal_port &&
        strcmp (known->name, service->name) == 0 &&
        strcmp (known->project_id, service->project_id) == 0 &&
        strcmp (known->root, service->root) == 0)
      return TRUE;
  }
  return FALSE;
}

/* What only a template declares counts when nobody else does. */
static void
find (const PmSnapshot *snapshot, const PmFinding *f, const char *host, gboolean templates,
      GArray *services)
{
  guint from = services->len;
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *service = service_at (snapshot, i);
    if (is_template (service) == templates && answers (service, f, host) &&
        !is_listed (snapshot, services, from, service))
      g_array_append_val (services, i);
  }
}

void
pm_candidates_find (const PmSnapshot *snapshot, const PmFinding *reference, const char *host,
                    GArray *services)
{
  guint before = services->len;
  if (reference->kind != PM_KIND_PORT || reference->role != PM_ROLE_REFERENCE ||
      reference->port == 0 || host[0] == '\0')
    return;
  find (snapshot, reference, host, FALSE, services);
  if (services->len == before)
    find (snapshot, reference, host, TRUE, services);
}

char *
pm_candidates_text (const PmSnapshot *snapshot, const GArray *services)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < services->len && i < MOST_NAMED; i++) {
    const PmService *service = service_at (snapshot, g_array_index (services, guint, i));
    g_autofree char *name = pm_service_full_name (service);
    g_string_append_printf (text, "%s%s (%s)", i == 0 ? "" : ", ", name, service->origin);
  }
  if (services->len > MOST_NAMED)
    g_string_append_printf (text, " and %u more", services->len - MOST_NAMED);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
