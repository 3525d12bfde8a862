/* DESIGN
 * What compose publishes is claimed by its findings, since one container port may be published
 * several times and by wide ranges. Everything else that is bound on the host is claimed by the
 * rows of the services, which know which of several values wins. */

#include "allocation/claims.h"

#include <string.h>

#include "model/replaced.h"

static char *
name_key (const char *root, const char *project, const char *name)
{
  return g_strconcat (root, "\n", project, "\n", name, NULL);
}

static char *
exact_key (const char *name, PmTransport transport, guint16 external_port)
{
  return g_strdup_printf ("%s\n%d\n%u", name, transport, external_port);
}

static GHashTable *
index_services (const PmSnapshot *snapshot)
{
  GHashTable *index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *service = &g_array_index (snapshot->services, PmService, i);
    g_autofree char *name = name_key (service->root, service->project_id, service->name);
    char *exact = exact_key (name, service->transport, service->external_port);
    g_hash_table_insert (index, exact, GINT_TO_POINTER ((gint) i + 1));
    if (!g_hash_table_contains (index, name))
      g_hash_table_insert (index, g_steal_pointer (&name), GINT_TO_POINTER ((gint) i + 1));
  }
  return index;
}

/* The row of the same name that has this port, or the first of that name; -1 when there is none. */
static gint32
service_of (GHashTable *index, const PmFinding *f)
{
  g_autofree char *name = name_key (f->root, f->project, f->owner);
  g_autofree char *exact = exact_key (name, f->transport, f->port);
  gint found = GPOINTER_TO_INT (g_hash_table_lookup (index, exact));
  return (found != 0 ? found : GPOINTER_TO_INT (g_hash_table_lookup (index, name))) - 1;
}

/* How many containers of a service a compose file starts, where it is not one. */
static GHashTable *
index_replicas (const PmSnapshot *snapshot)
{
  GHashTable *index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < snapshot->facts->len; i++) {
    const PmServiceFact *fact = &g_array_index (snapshot->facts, PmServiceFact, i);
    if (fact->replicas != 1)
      g_hash_table_insert (index, name_key (fact->root, fact->file, fact->name),
                           GUINT_TO_POINTER (fact->replicas));
  }
  return index;
}

static guint
replicas_of (GHashTable *index, const PmFinding *f)
{
  if (g_hash_table_size (index) == 0)
    return 1;
  gpointer replicas;
  g_autofree char *key = name_key (f->root, f->file, f->own_name);
  return g_hash_table_lookup_extended (index, key, NULL, &replicas) ? GPOINTER_TO_UINT (replicas)
                                                                    : 1;
}

static guint
length_of (const PmFinding *f)
{
  return f->port_end > f->port ? (guint) (f->port_end - f->port) + 1 : 1;
}

/* Each container takes as many ports of the published range as it has targets. */
static gboolean
is_crowded (const PmSnapshot *snapshot, const PmFinding *f, guint replicas)
{
  guint targets = f->pair < 0 || (guint) f->pair >= snapshot->findings->len
                      ? 1
                      : length_of (&g_array_index (snapshot->findings, PmFinding, f->pair));
  return replicas > 1 && replicas > length_of (f) / targets;
}

static gboolean
is_published (const PmFinding *f)
{
  return f->kind == PM_KIND_PORT && f->role == PM_ROLE_PUBLISH && f->scope == PM_SCOPE_HOST &&
         f->port != 0 && f->confidence >= 0.5 && strcmp (f->variant, "template") != 0;
}

static void
add_published (const PmSnapshot *snapshot, GArray *claims)
{
  g_autoptr (GHashTable) index = index_services (snapshot);
  g_autoptr (GHashTable) all_replicas = index_replicas (snapshot);
  g_autoptr (PmReplaced) replaced = pm_replaced_new (snapshot);
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, i);
    gint32 service = is_published (f) ? service_of (index, f) : -1;
    guint replicas = service < 0 ? 0 : replicas_of (all_replicas, f);
    if (replicas == 0 || pm_replaced_has (replaced, f))
      continue;
    PmClaim claim = {
        .service = service,
        .first = f->port,
        .last = MAX (f->port, f->port_end),
        .transport = f->transport,
        .host = g_array_index (snapshot->services, PmService, service).host,
        .bind = f->bind,
        .file = f->file,
        .line = f->position.line,
        .variant = f->variant,
        .profiles = f->profiles,
        .is_mapping = TRUE,
        .replicas = replicas,
        .is_crowded = is_crowded (snapshot, f, replicas),
        .confidence = f->confidence,
    };
    g_array_append_val (claims, claim);
  }
}

static gboolean
has_mapping (const PmService *service)
{
  for (guint i = 0; i < service->n_config_files; i++)
    if (service->config_files[i].role == PM_ROLE_PUBLISH)
      return TRUE;
  return FALSE;
}

static void
add_listening (const PmSnapshot *snapshot, GArray *claims)
{
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *service = &g_array_index (snapshot->services, PmService, i);
    if (service->scope != PM_SCOPE_HOST || service->external_port == 0 || has_mapping (service))
      continue;
    const PmConfigFile *file = service->n_config_files > 0 ? &service->config_files[0] : NULL;
    PmClaim claim = {
        .service = (gint32) i,
        .first = service->external_port,
        .last = service->external_port,
        .transport = service->transport,
        .host = service->host,
        .bind = service->bind,
        .file = file == NULL ? "" : file->path,
        .line = file == NULL ? 0 : file->line,
        .variant = service->variant,
        .profiles = service->profiles,
        .is_default = service->confidence < 0.5,
        .confidence = service->confidence,
    };
    g_array_append_val (claims, claim);
  }
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const PmClaim *left = a, *right = b;
  if (left->transport != right->transport)
    return left->transport < right->transport ? -1 : 1;
  if (left->first != right->first)
    return left->first < right->first ? -1 : 1;
  if (left->service != right->service)
    return left->service < right->service ? -1 : 1;
  return left->line < right->line ? -1 : left->line > right->line;
}

GArray *
pm_claims_collect (const PmSnapshot *snapshot)
{
  GArray *claims = g_array_new (FALSE, FALSE, sizeof (PmClaim));
  add_published (snapshot, claims);
  add_listening (snapshot, claims);
  g_array_sort (claims, compare);
  return claims;
}
