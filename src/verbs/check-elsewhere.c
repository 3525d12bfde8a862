#include <stdlib.h>
#include <string.h>

#include "verbs/check.h"
#include "verbs/context.h"
#include "verbs/former-addresses.h"

void
pm_check_known_free (PmCheckKnown *known)
{
  g_clear_pointer (&known->former, g_hash_table_unref);
  g_clear_pointer (&known->current, g_hash_table_unref);
  g_free (known);
}

PmCheckKnown *
pm_verb_check_known (PmRegistry *registry, GError **error)
{
  g_autoptr (PmCheckKnown) known = g_new0 (PmCheckKnown, 1);
  known->former = pm_verb_former_addresses (registry, error);
  known->current = known->former == NULL ? NULL : pm_verb_current_addresses (registry, error);
  return known->current == NULL ? NULL : g_steal_pointer (&known);
}

static gboolean
is_within (const char *path, char *const *roots, int n_roots)
{
  for (int i = 0; i < n_roots; i++) {
    g_autofree char *root = realpath (roots[i], NULL);
    gsize length = root == NULL ? 0 : strlen (root);
    if (length > 0 && strncmp (path, root, length) == 0 &&
        (path[length] == '/' || path[length] == '\0' || root[length - 1] == '/'))
      return TRUE;
  }
  return FALSE;
}

static gboolean
add_ports (PmRegistry *registry, char *const *roots, int n_roots, PmPortSet *ports)
{
  g_autoptr (PmSnapshot) known = NULL;
  if (!pm_registry_snapshot (registry, &known, NULL))
    return FALSE;
  for (guint i = 0; i < known->services->len; i++) {
    const PmService *service = &g_array_index (known->services, PmService, i);
    g_autofree char *place = g_build_filename (service->root, service->project_id, NULL);
    if (service->scope == PM_SCOPE_HOST && service->external_port != 0 &&
        strcmp (service->host, pm_registry_host (registry)) == 0 &&
        !is_within (place, roots, n_roots))
      pm_port_set_add (ports, service->external_port);
  }
  return TRUE;
}

PmCheckKnown *
pm_verb_check_known_elsewhere (const char *state_dir, const char *config_file, char *const *roots,
                               int n_roots)
{
  g_autofree char *registry = g_build_filename (state_dir, "registry.db", NULL);
  if (!g_file_test (registry, G_FILE_TEST_EXISTS))
    return NULL;
  g_autoptr (PmConfig) config = pm_config_load (config_file, NULL);
  g_autoptr (PmContext) context = config == NULL ? NULL : pm_context_join (state_dir, config, NULL);
  g_autoptr (PmCheckKnown) known =
      context == NULL ? NULL : pm_verb_check_known (context->registry, NULL);
  if (known == NULL || !add_ports (context->registry, roots, n_roots, &known->elsewhere))
    return NULL;
  return g_steal_pointer (&known);
}
