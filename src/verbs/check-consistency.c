/* What compose maps, against what the service's own files say that it listens on. */

#include "verbs/check-private.h"

#include <string.h>

static gboolean
is_inside (const PmFinding *f)
{
  return f->kind == PM_KIND_PORT && f->confidence >= 0.5 && f->port != 0 &&
         strcmp (f->variant, "template") != 0 && f->text_class == PM_TEXT_CONFIG;
}

static char *
service_key (const PmFinding *f)
{
  return g_strconcat (f->root, "\n", f->project, "\n", f->owner, NULL);
}

/* Mapped container ports of each compose service: key → set of ports. */
static GHashTable *
mapped_ports (const PmSnapshot *snapshot)
{
  GHashTable *mapped =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = pm_check_finding (snapshot, i);
    if (!is_inside (f) || f->role != PM_ROLE_TARGET || strcmp (f->format, "compose") != 0)
      continue;
    g_autofree char *key = service_key (f);
    GHashTable *ports = g_hash_table_lookup (mapped, key);
    if (ports == NULL) {
      ports = g_hash_table_new (NULL, NULL);
      g_hash_table_insert (mapped, g_steal_pointer (&key), ports);
    }
    for (guint port = f->port; port <= MAX (f->port, f->port_end); port++)
      g_hash_table_add (ports, GUINT_TO_POINTER (port));
  }
  return mapped;
}

/* PORT alone says where the one listener of a service is; METRICS_PORT and the like do not. */
static gboolean
says_the_port (const PmFinding *f)
{
  const char *dot = strrchr (f->path, '.');
  return strcmp (dot == NULL ? f->path : dot + 1, "PORT") == 0 && f->role == PM_ROLE_LISTEN;
}

static gboolean
is_of_owner (const PmService *s, const PmFinding *f)
{
  return strcmp (s->name, f->owner) == 0 && strcmp (s->project_id, f->project) == 0 &&
         strcmp (s->root, f->root) == 0;
}

static gboolean
has_evidence (const PmService *s, const PmFinding *f)
{
  for (guint k = 0; k < s->n_config_files; k++)
    if (s->config_files[k].line == f->position.line &&
        strcmp (s->config_files[k].path, f->file) == 0)
      return TRUE;
  return FALSE;
}

/* The row that a Dockerfile's line is evidence of, though its port is another one: assembly took it
 * for the listener that the environment decides. A port that has a row itself (`EXPOSE 3000 9229`:
 * two of one line) was taken for nobody else's. */
static const PmService *
service_elsewhere (const PmSnapshot *snapshot, const PmFinding *f)
{
  const PmService *elsewhere = NULL;
  for (guint i = 0; i < snapshot->services->len; i++) {
    const PmService *s = &g_array_index (snapshot->services, PmService, i);
    if (!is_of_owner (s, f))
      continue;
    if (s->internal_port == f->port)
      return NULL;
    if (elsewhere == NULL && has_evidence (s, f))
      elsewhere = s;
  }
  return elsewhere;
}

static void
check_exposed (const PmSnapshot *snapshot, GArray *results)
{
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = pm_check_finding (snapshot, i);
    if (!is_inside (f) || strcmp (f->format, "dockerfile") != 0 || f->port_end != f->port)
      continue;
    const PmService *service = service_elsewhere (snapshot, f);
    if (service == NULL)
      continue;
    pm_check_add (
        results, PM_SEVERITY_WARNING, "inconsistent", f,
        g_strdup_printf ("the Dockerfile says %u here, but the environment lets %s listen "
                         "on %u (%s)",
                         f->port, f->owner, service->internal_port, service->origin),
        g_strdup ("make both the same: who reads EXPOSE looks for the service there"));
  }
}

void
pm_check_consistency (const PmSnapshot *snapshot, GArray *results)
{
  check_exposed (snapshot, results);
  g_autoptr (GHashTable) mapped = mapped_ports (snapshot);
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = pm_check_finding (snapshot, i);
    if (!is_inside (f) || !says_the_port (f))
      continue;
    g_autofree char *key = service_key (f);
    GHashTable *ports = g_hash_table_lookup (mapped, key);
    if (ports == NULL || g_hash_table_contains (ports, GUINT_TO_POINTER (f->port)))
      continue;
    pm_check_add (
        results, PM_SEVERITY_ERROR, "inconsistent", f,
        g_strdup_printf ("%s listens on %u here, but its compose file maps another container port",
                         f->owner, f->port),
        g_strdup ("make both the same: what compose maps must be what the service listens on"));
  }
}
