/* DESIGN
 * The key alone decides: no other tool has these, so nothing around them is looked at. */

#include "discovery/cluster-keys.h"

#include <string.h>

typedef struct {
  const char *key;
  PmRole role;
  PmScope scope;
} ClusterKey;

static const ClusterKey cluster_keys[] = {
    {"containerPort", PM_ROLE_TARGET, PM_SCOPE_CLUSTER},
    {"targetPort", PM_ROLE_TARGET, PM_SCOPE_CLUSTER},
    {"nodePort", PM_ROLE_PUBLISH, PM_SCOPE_CLUSTER},
    {"hostPort", PM_ROLE_PUBLISH, PM_SCOPE_HOST},
};

static const ClusterKey *
key_of (const PmFinding *finding)
{
  const char *dot = strrchr (finding->path, '.');
  const char *key = dot == NULL ? finding->path : dot + 1;
  for (gsize i = 0; i < G_N_ELEMENTS (cluster_keys) && finding->kind == PM_KIND_PORT; i++)
    if (strcmp (key, cluster_keys[i].key) == 0)
      return &cluster_keys[i];
  return NULL;
}

void
pm_cluster_keys_settle (PmRecognition *recognition, guint first)
{
  for (guint i = first; i < recognition->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (recognition, i);
    const ClusterKey *key = key_of (finding);
    if (key == NULL)
      continue;
    finding->role = key->role;
    finding->scope = key->scope;
  }
}
