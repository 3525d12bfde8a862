/* Apache, Caddy and HAProxy. */

#include "recognise-test.h"

static void
apache_reads_listeners_and_proxies (void)
{
  recognise_test_expect ("shop/apache/site.conf",
                         "Listen 8080\n"
                         "Listen 192.0.2.1:8443 https\n"
                         "<VirtualHost *:8080 [::]:8080>\n"
                         "  ServerName shop.example.com\n"
                         "  Timeout 3000\n"
                         "  ProxyPass /api http://localhost:3000/api\n"
                         "  <Proxy balancer://app>\n"
                         "    BalancerMember http://10.0.0.5:8009 route=1\n"
                         "  </Proxy>\n"
                         "  Require ip 10.0.0.0/8\n"
                         "</VirtualHost>\n",
                         "1 listen 8080 [] listen[0]\n"
                         "2 address 192.0.2.1 [] listen[0]\n"
                         "2 listen 8443@192.0.2.1 [] listen[0]\n"
                         "3 listen 8080@* [] virtualhost.()[0]\n"
                         "3 address :: [] virtualhost.()[1]\n"
                         "3 listen 8080@:: [] virtualhost.()[1]\n"
                         "6 reference 3000@localhost [] virtualhost.proxypass[1]\n"
                         "8 address 10.0.0.5 [] virtualhost.proxy.balancermember[0]\n"
                         "8 reference 8009@10.0.0.5 [] virtualhost.proxy.balancermember[0]\n"
                         "10 address 10.0.0.0/8 [] virtualhost.require[1]\n");
}

static void
apache_reads_debians_ports (void)
{
  recognise_test_expect ("shop/apache2/ports.conf", "Listen 80\n", "1 listen 80 [] listen[0]\n");
}

static void
caddy_reads_sites_and_upstreams (void)
{
  recognise_test_expect ("shop/Caddyfile",
                         "{\n"
                         "  admin 127.0.0.1:2019\n"
                         "  http_port 8080\n"
                         "}\n"
                         ":80 :3100, shop.example.com {\n"
                         "  reverse_proxy /api/* api:3000 10.0.0.2:3001\n"
                         "  php_fastcgi php-fpm:9000\n"
                         "  respond /health 200\n"
                         "  reverse_proxy {\n"
                         "    to localhost:4000\n"
                         "    lb_try_duration 3000\n"
                         "  }\n"
                         "}\n"
                         "http://localhost:2080 {\n"
                         "  redir https://{host}:8443{uri}\n"
                         "}\n",
                         "2 address 127.0.0.1 [] global.admin[0]\n"
                         "2 listen 2019@127.0.0.1 [] global.admin[0]\n"
                         "3 listen 8080 [] global.http_port[0]\n"
                         "5 listen 80 [] site.()[0]\n"
                         "5 listen 3100 [] site.()[1]\n"
                         "6 reference 3000@api [] site.reverse_proxy[1]\n"
                         "6 address 10.0.0.2 [] site.reverse_proxy[2]\n"
                         "6 reference 3001@10.0.0.2 [] site.reverse_proxy[2]\n"
                         "7 reference 9000@php-fpm [] site.php_fastcgi[0]\n"
                         "10 reference 4000@localhost [] site.reverse_proxy.to[0]\n"
                         "14 listen 2080@localhost [] site.()[0]\n"
                         "15 reference 8443 [] site.redir[0]\n");
}

static void
caddy_reads_defaults_of_placeholders (void)
{
  recognise_test_expect ("shop/Caddyfile", ":{$PORT:8080} {\n  reverse_proxy app:{$APP:3000}\n}\n",
                         "1 listen 8080 [] site.()[0]\n");
}

static void
haproxy_reads_binds_and_servers (void)
{
  recognise_test_expect ("shop/haproxy.cfg",
                         "global\n"
                         "    maxconn 4096\n"
                         "    log 10.0.0.9:514 local0\n"
                         "defaults\n"
                         "    timeout connect 5000\n"
                         "frontend web\n"
                         "    bind *:80,*:8080\n"
                         "    bind 10.0.0.1:443 ssl crt /etc/x.pem\n"
                         "    default_backend app\n"
                         "backend app\n"
                         "    server web1 10.0.0.2:3000 check port 3001 inter 2000\n"
                         "    server web2 app:3000 check weight 100\n"
                         "listen stats\n"
                         "    bind :1936\n",
                         "3 address 10.0.0.9 [] log[0]\n"
                         "3 reference 514@10.0.0.9 [] log[0]\n"
                         "7 listen 80@* [] bind[0]\n"
                         "7 listen 8080@* [] bind[0]\n"
                         "8 address 10.0.0.1 [] bind[0]\n"
                         "8 listen 443@10.0.0.1 [] bind[0]\n"
                         "11 address 10.0.0.2 [] server[1]\n"
                         "11 reference 3000@10.0.0.2 [] server[1]\n"
                         "11 reference 3001 [] server[4]\n"
                         "12 reference 3000@app [] server[1]\n"
                         "14 listen 1936 [] bind[0]\n");
}

static void
haproxy_leaves_other_cfg_files_alone (void)
{
  recognise_test_expect ("shop/setup.cfg", "[tool]\nmax = 8080\nserver = x\n", "");
}

static void
traefik_reads_entry_points (void)
{
  recognise_test_expect ("shop/traefik.yml",
                         "entryPoints:\n  web:\n    address: \":80\"\n  dns:\n"
                         "    address: 127.0.0.1:53/udp\n"
                         "providers:\n  docker:\n    endpoint: tcp://127.0.0.1:2377\n",
                         "3 listen 80 [] entryPoints.web.address\n"
                         "5 address 127.0.0.1 [] entryPoints.dns.address\n"
                         "5 listen 53/udp@127.0.0.1 [] entryPoints.dns.address\n"
                         "8 address 127.0.0.1 [] providers.docker.endpoint\n"
                         "8 reference 2377@127.0.0.1 [] providers.docker.endpoint\n");
}

static void
traefik_reads_services (void)
{
  recognise_test_expect ("shop/dynamic.toml",
                         "[[http.services.a.loadBalancer.servers]]\nurl = \"http://app:3000\"\n"
                         "[[tcp.services.b.loadBalancer.servers]]\naddress = \"db:5432\"\n",
                         "2 reference 3000@app [] http.services.a.loadBalancer.servers[0].url\n"
                         "4 reference 5432@db [] tcp.services.b.loadBalancer.servers[0].address\n");
  recognise_test_expect ("shop/other.yml", "http:\n  services: {a: {port: 8080}}\n",
                         "2 listen 8080 [] http.services.a.port\n");
}

static void
envoy_reads_socket_addresses (void)
{
  recognise_test_expect (
      "shop/envoy.yaml",
      "admin:\n  address:\n    socket_address: { address: 0.0.0.0, port_value: 9901 }\n"
      "static_resources:\n  listeners:\n  - address:\n"
      "      socket_address: { protocol: UDP, address: 0.0.0.0, port_value: 10000 }\n"
      "  clusters:\n  - load_assignment:\n      endpoints:\n      - lb_endpoints:\n"
      "        - endpoint:\n            address:\n"
      "              socket_address: { address: app, port_value: 8081 }\n",
      "3 address 0.0.0.0 [] admin.address.socket_address.address\n"
      "3 listen 9901 [] admin.address.socket_address.port_value\n"
      "7 address 0.0.0.0 [] static_resources.listeners[0].address.socket_address.address\n"
      "7 listen 10000/udp [] static_resources.listeners[0].address.socket_address.port_value\n"
      "14 reference 8081 [] static_resources.clusters[0].load_assignment.endpoints[0]."
      "lb_endpoints[0].endpoint.address.socket_address.port_value\n");
}

static void
prometheus_only_asks (void)
{
  recognise_test_expect (
      "shop/prometheus.yml",
      "scrape_configs:\n- job_name: a\n  static_configs:\n  - targets: ['db:9187', "
      "\"10.0.0.4:9100\"]\n"
      "- job_name: b\n  ec2_sd_configs:\n  - region: x\n    port: 9100\n"
      "remote_write:\n- url: http://mimir:9009/api\n",
      "4 reference 9187@db [] scrape_configs[0].static_configs[0].targets[0]\n"
      "4 address 10.0.0.4 [] scrape_configs[0].static_configs[0].targets[1]\n"
      "4 reference 9100@10.0.0.4 [] scrape_configs[0].static_configs[0].targets[1]\n"
      "8 reference 9100 [] scrape_configs[1].ec2_sd_configs[0].port\n"
      "10 reference 9009@mimir [] remote_write[0].url\n");
}

static void
haproxy_binds_its_statistics (void)
{
  recognise_test_expect ("shop/haproxy.cfg",
                         "global\n  stats socket ipv4@127.0.0.1:9999 level admin\n"
                         "frontend f\n  bind :80\n",
                         "2 address 127.0.0.1 [] stats[1]\n"
                         "2 listen 9999@127.0.0.1 [] stats[1]\n"
                         "4 listen 80 [] bind[0]\n");
}

/* CoreDNS, "Corefile". */
static void
reads_corefile (void)
{
  recognise_test_expect ("shop/Corefile",
                         ".:1053 {\n"
                         "    forward . 8.8.8.8:53\n"
                         "    prometheus :9153\n"
                         "    health :8080\n"
                         "}\n"
                         "dns://example.org:1054 other.org {\n"
                         "    errors\n"
                         "}\n",
                         "1 listen 1053 [] site.()[0]\n"
                         "6 listen 1054 [] site.()[0]\n"
                         "2 address 8.8.8.8 [] site.forward[1]\n"
                         "2 reference 53@8.8.8.8 [] site.forward[1]\n"
                         "3 listen 9153 [] site.prometheus[0]\n"
                         "4 listen 8080 [] site.health[0]\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/apache/reads-listeners-and-proxies",
                   apache_reads_listeners_and_proxies);
  g_test_add_func ("/discovery/apache/reads-debians-ports", apache_reads_debians_ports);
  g_test_add_func ("/discovery/caddy/reads-sites-and-upstreams", caddy_reads_sites_and_upstreams);
  g_test_add_func ("/discovery/caddy/reads-defaults-of-placeholders",
                   caddy_reads_defaults_of_placeholders);
  g_test_add_func ("/discovery/haproxy/reads-binds-and-servers", haproxy_reads_binds_and_servers);
  g_test_add_func ("/discovery/haproxy/binds-its-statistics", haproxy_binds_its_statistics);
  g_test_add_func ("/discovery/traefik/reads-entry-points", traefik_reads_entry_points);
  g_test_add_func ("/discovery/traefik/reads-services", traefik_reads_services);
  g_test_add_func ("/discovery/envoy/reads-socket-addresses", envoy_reads_socket_addresses);
  g_test_add_func ("/discovery/prometheus/only-asks", prometheus_only_asks);
  g_test_add_func ("/discovery/haproxy/leaves-other-cfg-files-alone",
                   haproxy_leaves_other_cfg_files_alone);
  g_test_add_func ("/discovery/proxies/reads-corefile", reads_corefile);
  return g_test_run ();
}
