#include <stdlib.h>
#include <string.h>

#include "verbs/check.h"
#include "verbs/context.h"

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

PmPortSet *
pm_verb_check_elsewhere (const char *state_dir, const char *config_file, char *const *roots,
                         int n_roots)
{
  g_autofree char *registry = g_build_filename (state_dir, "registry.db", NULL);
  if (n_roots == 0 || !g_file_test (registry, G_FILE_TEST_EXISTS))
    return NULL;
  g_autoptr (PmSnapshot) known = NULL;
  g_autoptr (PmConfig) config = pm_config_load (config_file, NULL);
  g_autoptr (PmContext) context = config == NULL ? NULL : pm_context_join (state_dir, config, NULL);
  if (context == NULL || !pm_registry_snapshot (context->registry, &known, NULL))
    return NULL;
  PmPortSet *ports = g_new0 (PmPortSet, 1);
  for (guint i = 0; i < known->services->len; i++) {
    const PmService *service = &g_array_index (known->services, PmService, i);
    g_autofree char *place = g_build_filename (service->root, service->project_id, NULL);
    if (service->scope == PM_SCOPE_HOST && service->external_port != 0 &&
        strcmp (service->host, pm_registry_host (context->registry)) == 0 &&
        !is_within (place, roots, n_roots))
      pm_port_set_add (ports, service->external_port);
  }
  return ports;
}
