#pragma once

#include "discovery/ruleset.h"

G_BEGIN_DECLS

/* What only the Kubernetes API (and kind, k3d and others after it) calls so: parts of manifests, in
 * whatever they are wrapped. Gives the ports among the findings from `first` on the roles that
 * their keys say: containerPort, targetPort, nodePort, hostPort.
 *
 * Source: Kubernetes API reference, Container v1 core and ServicePort v1 core. */
void pm_cluster_keys_settle (PmRecognition *recognition, guint first);

G_END_DECLS
