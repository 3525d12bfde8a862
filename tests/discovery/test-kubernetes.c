#include "recognise-test.h"

static void
reads_a_deployment_and_its_service (void)
{
  recognise_test_expect ("shop/k8s/api.yaml",
                         "apiVersion: apps/v1\n"
                         "kind: Deployment\n"
                         "metadata: { name: api }\n"
                         "spec:\n"
                         "  replicas: 3000\n"
                         "  template:\n"
                         "    spec:\n"
                         "      containers:\n"
                         "        - image: api:1.2.3\n"
                         "          args: [\"--port\", \"8080\"]\n"
                         "          ports:\n"
                         "            - { containerPort: 8080, hostPort: 18080, protocol: UDP }\n"
                         "          env:\n"
                         "            - { name: PORT, value: \"8080\" }\n"
                         "            - { name: DB_PORT, value: \"5432\" }\n"
                         "          livenessProbe:\n"
                         "            httpGet: { path: /, port: 8080 }\n"
                         "---\n"
                         "apiVersion: v1\n"
                         "kind: Service\n"
                         "metadata: { name: api-svc, namespace: prod }\n"
                         "spec:\n"
                         "  clusterIP: 10.0.0.9\n"
                         "  ports:\n"
                         "    - { port: 80, targetPort: 8080, nodePort: 30080 }\n"
                         "    - { port: 81, targetPort: http }\n",
                         "10 listen 8080 [api] spec.template.spec.containers[0].args[1]\n"
                         "12 target 8080/udp [api] "
                         "spec.template.spec.containers[0].ports[0].containerPort\n"
                         "12 publish 18080/udp [api] "
                         "spec.template.spec.containers[0].ports[0].hostPort\n"
                         "14 listen 8080 [api] spec.template.spec.containers[0].env[0].value\n"
                         "15 reference 5432 [api] spec.template.spec.containers[0].env[1].value\n"
                         "17 reference 8080@localhost [api] "
                         "spec.template.spec.containers[0].livenessProbe.httpGet.port\n"
                         "23 address 10.0.0.9 [api-svc] spec.clusterIP\n"
                         "25 listen 80 [api-svc] spec.ports[0].port\n"
                         "25 target 8080 [api-svc] spec.ports[0].targetPort\n"
                         "25 publish 30080 [api-svc] spec.ports[0].nodePort\n"
                         "26 listen 81 [api-svc] spec.ports[1].port\n");
}

/* The kubelet asks the container itself, unless `host` says another; a port that the container does
 * not tell of may be anybody's. */
static void
reads_whom_a_probe_asks (void)
{
  recognise_test_expect (
      "shop/pod.yaml",
      "apiVersion: v1\nkind: Pod\nmetadata: { name: api }\nspec:\n  containers:\n"
      "  - image: api\n"
      "    ports: [{ name: http, containerPort: 8080 }]\n"
      "    readinessProbe: { httpGet: { port: 8080 } }\n"
      "    startupProbe: { grpc: { port: 8080 } }\n"
      "    livenessProbe: { tcpSocket: { port: 9090 } }\n"
      "    lifecycle: { preStop: { httpGet: { port: 8080 } } }\n"
      "  - image: other\n"
      "    ports: [{ containerPort: 9090 }]\n"
      "    readinessProbe: { httpGet: { host: db, port: 9090 } }\n"
      "    livenessProbe: { httpGet: { port: http } }\n",
      "7 target 8080 [api] spec.containers[0].ports[0].containerPort\n"
      "8 reference 8080@localhost [api] "
      "spec.containers[0].readinessProbe.httpGet.port\n"
      "9 reference 8080@localhost [api] "
      "spec.containers[0].startupProbe.grpc.port\n"
      "10 reference 9090 [api] "
      "spec.containers[0].livenessProbe.tcpSocket.port\n"
      "11 reference 8080@localhost [api] "
      "spec.containers[0].lifecycle.preStop.httpGet.port\n"
      "13 target 9090 [api] spec.containers[1].ports[0].containerPort\n"
      "14 reference 9090@db [api] "
      "spec.containers[1].readinessProbe.httpGet.port\n");
}

static void
reads_what_points_at_services (void)
{
  recognise_test_expect ("shop/net.yaml",
                         "apiVersion: networking.k8s.io/v1\n"
                         "kind: Ingress\n"
                         "metadata: { name: web }\n"
                         "spec:\n"
                         "  defaultBackend:\n"
                         "    service: { name: api, port: { number: 80 } }\n"
                         "---\n"
                         "apiVersion: networking.k8s.io/v1\n"
                         "kind: NetworkPolicy\n"
                         "metadata: { name: only }\n"
                         "spec:\n"
                         "  ingress:\n"
                         "    - ports: [{ port: 6379 }]\n"
                         "---\n"
                         "apiVersion: gateway.networking.k8s.io/v1\n"
                         "kind: Gateway\n"
                         "metadata: { name: gw }\n"
                         "spec:\n"
                         "  listeners: [{ name: http, port: 8000 }]\n",
                         "6 reference 80 [web] spec.defaultBackend.service.port.number\n"
                         "13 reference 6379 [only] spec.ingress[0].ports[0].port\n"
                         "19 listen 8000 [gw] spec.listeners[0].port\n");
}

static void
reads_files_in_a_config_map (void)
{
  recognise_test_expect ("shop/list.yaml",
                         "apiVersion: v1\n"
                         "kind: List\n"
                         "items:\n"
                         "  - apiVersion: v1\n"
                         "    kind: ConfigMap\n"
                         "    metadata: { name: conf }\n"
                         "    data:\n"
                         "      REDIS_PORT: \"6379\"\n"
                         "      app.yaml: |\n"
                         "        server:\n"
                         "          port: 9000\n",
                         "8 reference 6379 [conf] items[0].data.REDIS_PORT\n"
                         "11 listen 9000 [conf] items[0].data.app.yaml>server.port\n");
}

static void
finds_addresses_that_a_cluster_tells (void)
{
  recognise_test_expect ("shop/node.yaml",
                         "apiVersion: v1\nkind: Node\nmetadata:\n  name: n\nstatus:\n  addresses:\n"
                         "  - address: 10.1.2.3\n  daemonEndpoints:\n    port: 10250\n",
                         "7 address 10.1.2.3 [] \n");
}

/* k3d and kind publish on this machine. */
static void
reads_clusters_of_containers (void)
{
  recognise_test_expect ("shop/k3d.yaml",
                         "apiVersion: k3d.io/v1alpha5\nkind: Simple\nmetadata:\n  name: dev\n"
                         "ports:\n  - port: 8080:80\n    nodeFilters: [loadbalancer]\n",
                         "6 publish 8080 [dev] ports[0].port\n6 target 80 [dev] ports[0].port\n");
  recognise_test_expect (
      "shop/kind.yaml",
      "apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnodes:\n"
      "  - extraPortMappings:\n      - containerPort: 80\n        hostPort: 8081\n",
      "5 target 80 [] nodes[0].extraPortMappings[0].containerPort\n"
      "6 publish 8081 [] nodes[0].extraPortMappings[0].hostPort\n");
}

static void
a_host_in_the_environment_is_its_ports (void)
{
  recognise_test_expect ("shop/pod.yaml",
                         "apiVersion: v1\n"
                         "kind: Pod\n"
                         "metadata: { name: api }\n"
                         "spec:\n"
                         "  containers:\n"
                         "  - image: api\n"
                         "    env:\n"
                         "    - { name: DB_HOST, value: db }\n"
                         "    - { name: DB_PORT, value: \"5432\" }\n"
                         "    - { name: REDIS_PORT, value: \"6379\" }\n",

                         "9 reference 5432@db [api] spec.containers[0].env[1].value\n"
                         "10 reference 6379 [api] spec.containers[0].env[2].value\n");
}

/* API reference, "PodSpec": hostNetwork; a hostPort must then be the container's port. */
static void
a_pod_of_the_nodes_network_binds_there (void)
{
  static const char pod[] = "apiVersion: v1\nkind: Pod\nmetadata: {name: dns}\nspec:\n"
                            "  hostNetwork: %s\n  containers:\n  - name: dns\n    ports:\n"
                            "    - {containerPort: 53, protocol: UDP}\n";
  g_autofree char *of_the_node = g_strdup_printf (pod, "true");
  g_autofree char *of_its_own = g_strdup_printf (pod, "false");
  recognise_test_expect ("shop/pod.yaml", of_the_node,
                         "9 publish 53/udp [dns] spec.containers[0].ports[0].containerPort\n"
                         "9 target 53/udp [dns] spec.containers[0].ports[0].containerPort\n");
  recognise_test_expect ("shop/pod.yaml", of_its_own,
                         "9 target 53/udp [dns] spec.containers[0].ports[0].containerPort\n");
}

/* K3s, "Service Load Balancer": only if the cluster has no other one. */
static void
a_balancers_port_may_be_the_nodes (void)
{
  recognise_test_expect ("shop/svc.yaml",
                         "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n"
                         "  type: LoadBalancer\n  ports:\n  - {port: 8080, nodePort: 30080}\n",
                         "7 listen 8080 [web] spec.ports[0].port\n"
                         "7 publish 8080 [web] spec.ports[0].port ?\n"
                         "7 publish 30080 [web] spec.ports[0].nodePort\n");
}

/* Dapr's "Component spec"; a map of names alone says nothing of what a value is. */
static void
reads_names_and_values_of_components (void)
{
  recognise_test_expect ("shop/redis.yaml",
                         "apiVersion: dapr.io/v1alpha1\nkind: Component\n"
                         "metadata: {name: pubsub}\nspec:\n  metadata:\n"
                         "  - name: redisHost\n    value: redis-master:6379\n"
                         "  - name: retries\n    value: sixty:6380\n",
                         "7 reference 6379@redis-master [pubsub] spec.metadata[0].value\n");
}

/* RFC 6902, as Kustomize takes it ("patches"). */
static void
reads_json_patches (void)
{
  recognise_test_expect (
      "shop/patch.yaml",
      "- op: replace\n"
      "  path: /spec/ports/0/port\n"
      "  value: 8081\n"
      "- op: add\n"
      "  path: /spec/template/spec/containers/0/ports/0/containerPort\n"
      "  value: 8082\n"
      "- op: add\n"
      "  path: /spec/template/spec/containers/0/livenessProbe/httpGet/port\n"
      "  value: 8083\n"
      "- op: replace\n"
      "  path: /spec/replicas\n"
      "  value: 8084\n"
      "- {op: add, path: /spec/ports/-, value: {port: 8085, targetPort: 8086}}\n",
      "3 listen 8081 [] [0].value\n"
      "6 target 8082 [] [1].value\n"
      "9 reference 8083 [] [2].value\n"
      "13 reference 8085 [] [4].value.port\n"
      "13 target 8086 [] [4].value.targetPort\n");
  recognise_test_expect ("shop/kustomization.yaml",
                         "kind: Kustomization\n"
                         "patches:\n"
                         "  - target: {kind: Service}\n"
                         "    patch: |-\n"
                         "      - op: replace\n"
                         "        path: /spec/ports/0/nodePort\n"
                         "        value: 30080\n",
                         "7 publish 30080 [] patches[0].patch>[0].value\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/kubernetes/reads-a-deployment-and-its-service",
                   reads_a_deployment_and_its_service);
  g_test_add_func ("/discovery/kubernetes/reads-whom-a-probe-asks", reads_whom_a_probe_asks);
  g_test_add_func ("/discovery/kubernetes/reads-what-points-at-services",
                   reads_what_points_at_services);
  g_test_add_func ("/discovery/kubernetes/reads-files-in-a-config-map",
                   reads_files_in_a_config_map);
  g_test_add_func ("/discovery/kubernetes/finds-addresses-that-a-cluster-tells",
                   finds_addresses_that_a_cluster_tells);
  g_test_add_func ("/discovery/kubernetes/reads-clusters-of-containers",
                   reads_clusters_of_containers);
  g_test_add_func ("/discovery/kubernetes/a-host-in-the-environment-is-its-ports",
                   a_host_in_the_environment_is_its_ports);
  g_test_add_func ("/discovery/kubernetes/a-pod-of-the-nodes-network-binds-there",
                   a_pod_of_the_nodes_network_binds_there);
  g_test_add_func ("/discovery/kubernetes/a-balancers-port-may-be-the-nodes",
                   a_balancers_port_may_be_the_nodes);
  g_test_add_func ("/discovery/kubernetes/reads-names-and-values-of-components",
                   reads_names_and_values_of_components);
  g_test_add_func ("/discovery/kubernetes/reads-json-patches", reads_json_patches);
  return g_test_run ();
}
