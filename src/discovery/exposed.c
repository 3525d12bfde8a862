#include "discovery/exposed.h"

#include <string.h>

#include "discovery/listeners.h"

#define LEAST_PORT 1024

/* What is said of one service, by its owner. */
typedef struct {
  GHashTable *listens; /* ports that its process binds on the host */
  GHashTable *exposes; /* ports that its Dockerfiles name */
  GHashTable *names;   /* of those, what EXPOSE says */
  GHashTable *mapped;  /* container ports that compose maps */
  gint main_listener;  /* a finding; -1 none that the environment decides */
  gint own_variable;   /* a finding, the Dockerfile's own ENV PORT; -1 none, -2 several say it */
  gboolean is_composed;
  guint16 stray; /* the only exposed port that nobody listens on; 0 none */
} Service;

struct PmExposed {
  GHashTable *services; /* "root\nproject\nowner" → Service */
  GArray *stands_for;   /* gint, of each finding */
};

static void
service_free (gpointer data)
{
  Service *service = data;
  g_hash_table_unref (service->listens);
  g_hash_table_unref (service->exposes);
  g_hash_table_unref (service->names);
  g_hash_table_unref (service->mapped);
  g_free (service);
}

static Service *
service_of (PmExposed *exposed, const PmFinding *f)
{
  char *key = g_strconcat (f->root, "\n", f->project, "\n", f->owner, NULL);
  Service *service = g_hash_table_lookup (exposed->services, key);
  if (service != NULL) {
    g_free (key);
    return service;
  }
  service = g_new0 (Service, 1);
  service->listens = g_hash_table_new (NULL, NULL);
  service->exposes = g_hash_table_new (NULL, NULL);
  service->names = g_hash_table_new (NULL, NULL);
  service->mapped = g_hash_table_new (NULL, NULL);
  service->main_listener = service->own_variable = -1;
  g_hash_table_insert (exposed->services, key, service);
  return service;
}

static const PmFinding *
finding_at (const PmSnapshot *snapshot, guint index)
{
  return &g_array_index (snapshot->findings, PmFinding, index);
}

static gboolean
is_exposed (const PmFinding *f)
{
  return f->kind == PM_KIND_PORT && f->port != 0 && strcmp (f->format, "dockerfile") == 0 &&
         f->variant[0] == '\0' && f->scope == PM_SCOPE_CONTAINER &&
         f->transport == PM_TRANSPORT_TCP &&
         (f->role == PM_ROLE_TARGET || f->role == PM_ROLE_LISTEN);
}

static void
see_listeners (PmExposed *exposed, const PmSnapshot *snapshot, const GArray *listeners)
{
  for (guint i = 0; i < listeners->len; i++) {
    const PmListener *listener = &g_array_index (listeners, PmListener, i);
    const PmFinding *f = finding_at (snapshot, listener->finding);
    Service *service = service_of (exposed, f);
    g_hash_table_add (service->listens, GUINT_TO_POINTER (f->port));
    /* The first of its group decides. */
    if (service->main_listener < 0 && listener->is_environment && listener->mode[0] == '\0' &&
        strcmp (listener->slot, "main") == 0)
      service->main_listener = (gint) listener->finding;
  }
}

static void
see_exposed (Service *service, const PmFinding *f, guint index)
{
  g_hash_table_add (service->exposes, GUINT_TO_POINTER (f->port));
  if (f->role == PM_ROLE_TARGET)
    g_hash_table_add (service->names, GUINT_TO_POINTER (f->port));
  else if (strcmp (f->path, "ENV.PORT") == 0)
    service->own_variable = service->own_variable == -1 ? (gint) index : -2;
}

static void
see_composed (Service *service, const PmFinding *f)
{
  service->is_composed = TRUE;
  if (f->kind == PM_KIND_PORT && f->role == PM_ROLE_TARGET)
    g_hash_table_add (service->mapped, GUINT_TO_POINTER (f->port));
}

static void
see_findings (PmExposed *exposed, const PmSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = finding_at (snapshot, i);
    if (is_exposed (f))
      see_exposed (service_of (exposed, f), f, i);
    else if (strcmp (f->format, "compose") == 0)
      see_composed (service_of (exposed, f), f);
  }
}

/* Beside ENV PORT, which is in the process's environment, EXPOSE alone says another port; compose
 * maps that one not. */
static guint16
stray_of_the_image (const PmSnapshot *snapshot, const Service *service)
{
  if (service->own_variable < 0 || g_hash_table_size (service->names) != 1)
    return 0;
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init (&iter, service->names);
  g_hash_table_iter_next (&iter, &key, NULL);
  guint port = GPOINTER_TO_UINT (key);
  gboolean is_right = port == finding_at (snapshot, (guint) service->own_variable)->port ||
                      port < LEAST_PORT || g_hash_table_contains (service->mapped, key);
  return is_right ? 0 : (guint16) port;
}

static guint16
stray_port (const PmSnapshot *snapshot, const Service *service)
{
  if (service->main_listener < 0 || service->is_composed)
    return 0;
  guint16 port = finding_at (snapshot, (guint) service->main_listener)->port;
  if (g_hash_table_contains (service->exposes, GUINT_TO_POINTER (port)))
    return 0;
  GHashTableIter iter;
  gpointer key;
  guint16 stray = 0;
  g_hash_table_iter_init (&iter, service->exposes);
  while (g_hash_table_iter_next (&iter, &key, NULL)) {
    if (g_hash_table_contains (service->listens, key))
      continue;
    if (stray != 0 || GPOINTER_TO_UINT (key) < LEAST_PORT)
      return 0;
    stray = (guint16) GPOINTER_TO_UINT (key);
  }
  return stray;
}

static void
settle (const PmSnapshot *snapshot, Service *service)
{
  service->stray = stray_port (snapshot, service);
  if (service->stray != 0 || service->main_listener >= 0)
    return;
  service->stray = stray_of_the_image (snapshot, service);
  service->main_listener = service->stray == 0 ? -1 : service->own_variable;
}

PmExposed *
pm_exposed_new (const PmSnapshot *snapshot, const GArray *listeners)
{
  PmExposed *exposed = g_new0 (PmExposed, 1);
  exposed->services = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, service_free);
  exposed->stands_for =
      g_array_sized_new (FALSE, FALSE, sizeof (gint), snapshot->findings->len + 1);
  see_listeners (exposed, snapshot, listeners);
  see_findings (exposed, snapshot);
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, exposed->services);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    settle (snapshot, value);
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = finding_at (snapshot, i);
    const Service *service = is_exposed (f) ? service_of (exposed, f) : NULL;
    gint main_listener = service != NULL && service->stray == f->port ? service->main_listener : -1;
    g_array_append_val (exposed->stands_for, main_listener);
  }
  return exposed;
}

void
pm_exposed_free (PmExposed *exposed)
{
  if (exposed == NULL)
    return;
  g_hash_table_unref (exposed->services);
  g_array_unref (exposed->stands_for);
  g_free (exposed);
}

gint
pm_exposed_stands_for (const PmExposed *exposed, guint finding)
{
  return g_array_index (exposed->stands_for, gint, finding);
}
