#include "recognise-test.h"

static void
reads_firewalls_and_load_balancers (void)
{
  recognise_test_expect (
      "shop/main.tf",
      "resource \"google_compute_firewall\" \"web\" {\n"
      "  priority = 1000\n"
      "  allow {\n"
      "    protocol = \"tcp\"\n"
      "    ports    = [\"80\", \"8080-8090\"]\n"
      "  }\n"
      "  source_ranges = [\"10.0.0.0/8\"]\n"
      "}\n"
      "resource \"aws_security_group\" \"web\" {\n"
      "  ingress {\n"
      "    from_port = 443\n"
      "    to_port   = 444\n"
      "    protocol  = \"tcp\"\n"
      "  }\n"
      "  ingress {\n"
      "    from_port = 8\n"
      "    to_port   = 10\n"
      "    protocol  = \"icmp\"\n"
      "  }\n"
      "  egress {\n"
      "    from_port = 0\n"
      "    to_port   = 0\n"
      "    protocol  = \"-1\"\n"
      "  }\n"
      "}\n"
      "resource \"google_compute_global_forwarding_rule\" \"web\" {\n"
      "  port_range = \"110\"\n"
      "}\n"
      "resource \"google_compute_health_check\" \"web\" {\n"
      "  timeout_sec = 5000\n"
      "  http_health_check {\n"
      "    port = 8081\n"
      "  }\n"
      "}\n",
      "5 listen 80 [] resource.google_compute_firewall.web.allow.ports[0]\n"
      "5 listen 8080-8090 [] resource.google_compute_firewall.web.allow.ports[1]\n"
      "27 listen 110 [] resource.google_compute_global_forwarding_rule.web.port_range\n"
      "11 listen 443 [] resource.aws_security_group.web.ingress.from_port\n"
      "12 listen 444 [] resource.aws_security_group.web.ingress.to_port\n"
      "7 address 10.0.0.0/8 [] resource.google_compute_firewall.web.source_ranges[0]\n"
      "32 reference 8081 [] resource.google_compute_health_check.web.http_health_check.port\n");
}

static void
reads_containers_and_variables (void)
{
  recognise_test_expect (
      "shop/run.tf",
      "variable \"db_port\" {\n"
      "  default = 5432\n"
      "}\n"
      "resource \"google_cloud_run_service\" \"web\" {\n"
      "  template {\n"
      "    ports { container_port = 8080 }\n"
      "    env {\n"
      "      name  = \"API_URL\"\n"
      "      value = \"http://api:3000/${var.x}\"\n"
      "    }\n"
      "    env {\n"
      "      name  = \"WORKERS\"\n"
      "      value = \"3001\"\n"
      "    }\n"
      "  }\n"
      "}\n"
      "locals {\n"
      "  tasks = jsonencode([{ containerPort = 81, hostPort = 82 }])\n"
      "}\n"
      "resource \"vm\" \"x\" {\n"
      "  startup = <<-EOT\n"
      "    #! /bin/bash\n"
      "    python -m http.server 8099\n"
      "  EOT\n"
      "}\n",
      "6 target 8080 [] resource.google_cloud_run_service.web.template.ports.container_port\n"
      "18 target 81 [] locals.tasks.jsonencode()[0][0].containerPort\n"
      "18 publish 82 [] locals.tasks.jsonencode()[0][0].hostPort\n"
      "2 reference 5432 [] variable.db_port.default\n"
      "23 listen 8099 [] resource.vm.x.startup>python()[2]\n"
      "9 reference 3000@api [] resource.google_cloud_run_service.web.template.env.value\n");
}

static void
reads_agents_and_jobs (void)
{
  recognise_test_expect ("shop/vault.hcl",
                         "listener \"tcp\" {\n"
                         "  address = \"0.0.0.0:8200\"\n"
                         "}\n"
                         "api_addr = \"https://vault.example.com:8200\"\n"
                         "ports {\n"
                         "  http = 8500\n"
                         "}\n",
                         "2 address 0.0.0.0 [] listener.tcp.address\n"
                         "2 listen 8200@0.0.0.0 [] listener.tcp.address\n"
                         "6 listen 8500 [] ports.http\n"
                         "4 reference 8200@vault.example.com [] api_addr\n");
  recognise_test_expect ("shop/web.nomad",
                         "job \"web\" {\n"
                         "  group \"app\" {\n"
                         "    network {\n"
                         "      port \"http\" {\n"
                         "        static = 8080\n"
                         "        to     = 80\n"
                         "      }\n"
                         "    }\n"
                         "  }\n"
                         "}\n",
                         "5 listen 8080 [] job.web.group.app.network.port.http.static\n"
                         "6 target 80 [] job.web.group.app.network.port.http.to\n");
}

static void
leaves_look_alikes_alone (void)
{
  recognise_test_expect ("shop/sizes.tf",
                         "resource \"disk\" \"x\" {\n"
                         "  size        = 8080\n"
                         "  timeout     = 3000\n"
                         "  port_name   = \"http\"\n"
                         "  image       = \"redis:7000\"\n"
                         "  version     = \"1.2.3.4\"\n"
                         "  count       = 5432\n"
                         "  project     = var.port\n"
                         "}\n",
                         "");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/terraform/reads-firewalls-and-load-balancers",
                   reads_firewalls_and_load_balancers);
  g_test_add_func ("/discovery/terraform/reads-containers-and-variables",
                   reads_containers_and_variables);
  g_test_add_func ("/discovery/terraform/reads-agents-and-jobs", reads_agents_and_jobs);
  g_test_add_func ("/discovery/terraform/leaves-look-alikes-alone", leaves_look_alikes_alone);
  return g_test_run ();
}
