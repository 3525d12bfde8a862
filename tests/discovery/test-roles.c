/* Whose port it is, told by the names around it and by the host in front of it. */

#include "recognise-test.h"

#include "discovery/vocabulary.h"

/* "The host may be a wildcard": OpenTelemetry Collector's receivers, exporters that are scraped,
 * and extensions (confighttp, confignet: endpoint). */
static void
a_wildcard_without_a_scheme_is_bound (void)
{
  recognise_test_expect ("shop/collector.yaml",
                         "receivers: { otlp: { endpoint: 0.0.0.0:4317 } }\n"
                         "exporters:\n"
                         "  prometheus: { endpoint: \"0.0.0.0:9464\" }\n"
                         "  otlp: { endpoint: \"jaeger:4317\" }\n"
                         "  http: { endpoint: \"http://0.0.0.0:4318\" }\n"
                         "extensions: { zpages: { endpoint: \":55679\" } }\n"
                         "mssql: { server: \"localhost,1433\" }\n",
                         "1 address 0.0.0.0 [] receivers.otlp.endpoint\n"
                         "1 listen 4317@0.0.0.0 [] receivers.otlp.endpoint\n"
                         "3 address 0.0.0.0 [] exporters.prometheus.endpoint\n"
                         "3 listen 9464@0.0.0.0 [] exporters.prometheus.endpoint\n"
                         "4 reference 4317@jaeger [] exporters.otlp.endpoint\n"
                         "5 address 0.0.0.0 [] exporters.http.endpoint\n"
                         "5 reference 4318@0.0.0.0 [] exporters.http.endpoint\n"
                         "6 listen 55679 [] extensions.zpages.endpoint\n"
                         "7 reference 1433 [] mssql.server\n");
}

/* "Configure endpoints for the ASP.NET Core Kestrel web server": HTTP_PORTS are listened on,
 * HTTPS_PORT is where HttpsRedirectionMiddleware sends to. */
static void
names_tell_who_listens (void)
{
  recognise_test_expect ("shop/compose.yml",
                         "services:\n"
                         "  api:\n"
                         "    image: shop/api\n"
                         "    environment:\n"
                         "      - ASPNETCORE_HTTP_PORTS=8080;8081\n"
                         "      - ASPNETCORE_HTTPS_PORT=5001\n"
                         "      - PGADMIN_LISTEN_PORT=5050\n"
                         "      - INSTANA_AGENT_ENDPOINT_PORT=443\n"
                         "      - SITE_HOSTNAME=:8001\n"
                         "      - WEB_HOSTNAME=${WEB_HOSTNAME:-\":8002\"}\n"
                         "      - OWN_DOMAIN=${DOMAIN}:8003\n"
                         "      - ADDR=:8004\n"
                         "      - REDIS_ADDR=:6379\n",
                         "5 listen 8080 [api] services.api.environment[0]\n"
                         "5 listen 8081 [api] services.api.environment[0]\n"
                         "6 reference 5001 [api] services.api.environment[1]\n"
                         "7 listen 5050 [api] services.api.environment[2]\n"
                         "8 reference 443 [api] services.api.environment[3]\n"
                         "9 listen 8001 [api] services.api.environment[4]\n"
                         "10 listen 8002 [api] services.api.environment[5]\n"
                         "11 reference 8003 [api] services.api.environment[6]\n"
                         "12 listen 8004 [api] services.api.environment[7]\n"
                         "13 reference 6379 [api] services.api.environment[8]\n");
}

/* A machine that is called as a program is (redis, neo4j) is no protocol in front of a port. */
static void
what_is_called_after_a_program_is_a_machine (void)
{
  recognise_test_expect ("shop/Caddyfile",
                         "shop.example.com {\n"
                         "  reverse_proxy neo4j:7474 kafka:9000\n"
                         "}\n",
                         "2 reference 7474@neo4j [] site.reverse_proxy[0]\n"
                         "2 reference 9000@kafka [] site.reverse_proxy[1]\n");
  recognise_test_expect ("shop/app.yml",
                         "brokers: kafka:9092,smtp:1025\n"
                         "listen: [ \"tcp:1433\", \"http:8080\" ]\n",
                         "1 reference 9092@kafka [] brokers\n"
                         "1 reference 1025@smtp [] brokers\n"
                         "2 listen 1433 [] listen[0]\n"
                         "2 listen 8080 [] listen[1]\n");
}

static void
connection_strings_name_their_host (void)
{
  recognise_test_expect ("shop/app.yml",
                         "a: Server=catalogdb;Port=5432;Database=Catalog;User Id=shop\n"
                         "b: host=orders port=5433 user=shop\n"
                         "c: |\n"
                         "  character-set-server=UTF8\n"
                         "  port=3306\n",
                         "1 reference 5432@catalogdb [] a\n"
                         "2 reference 5433@orders [] b\n"
                         "5 listen 3306 [] c>port\n");
}

static void
flags_that_may_listen_do_not_bind_others (void)
{
  recognise_test_expect ("shop/run.sh",
                         "nsqadmin --lookupd-http-address=nsqlookupd:4161 "
                         "--http-address=0.0.0.0:4171\n"
                         "docker run -e DB_PORT=5432 -e PORT=80 shop/api\n"
                         "while ! curl -v 0.0.0.0:9090; do sleep 1; done\n"
                         "openssl req -newkey rsa:4096\n",
                         "1 reference 4161@nsqlookupd [] nsqadmin()[0]\n"
                         "1 address 0.0.0.0 [] nsqadmin()[1]\n"
                         "1 listen 4171@0.0.0.0 [] nsqadmin()[1]\n"
                         "2 reference 5432 [] docker()[2]\n"
                         "2 listen 80 [] docker()[4]\n"
                         "3 address 0.0.0.0 [] curl()[1]\n"
                         "3 reference 9090@0.0.0.0 [] curl()[1]\n");
}

/* What a schema or a form says about a port is none: its bounds, an example, what to type,
 * and what an input has that nobody typed anything into. */
static void
what_is_said_about_a_port_is_none (void)
{
  recognise_test_expect ("shop/form.json",
                         "{\n"
                         "\"port\": {\"type\": \"integer\", \"minimum\": 1, \"maximum\": 65535,\n"
                         "           \"example\": 8081, \"placeholder\": \"8082\",\n"
                         "           \"default\": 8083},\n"
                         "\"ui\": {\"port\": 8084, \"example\": 8085}\n"
                         "}\n",
                         "5 listen 8084 [] ui.port\n");
}

/* kind's configuration on standard input ("extraPortMappings"). */
static void
manifests_in_scripts_tell_both_sides (void)
{
  recognise_test_expect ("shop/kind.sh",
                         "cat <<EOF | kind create cluster --config=-\n"
                         "nodes:\n"
                         "- role: control-plane\n"
                         "  extraPortMappings:\n"
                         "  - containerPort: 80\n"
                         "    hostPort: 8088\n"
                         "EOF\n",
                         "5 target 80 [] <<>nodes[0].extraPortMappings[0].containerPort\n"
                         "6 publish 8088 [] <<>nodes[0].extraPortMappings[0].hostPort\n");
}

/* Joi's object ().keys (), yup's shape (): what they are given are settings. */
static void
schemas_of_settings_tell_what_is_bound (void)
{
  recognise_test_expect ("shop/config.js",
                         "const env = Joi.object().keys({\n"
                         "  PORT: Joi.number().default(3000),\n"
                         "  DB_PORT: Joi.number().default(5432),\n"
                         "});\n",
                         "2 listen 3000 [] env.Joi.object().keys()[0].PORT\n"
                         "3 reference 5432 [] env.Joi.object().keys()[0].DB_PORT\n");
}

static void
groups_of_expressions_are_no_addresses (void)
{
  recognise_test_expect ("shop/types.cue",
                         "years?: [...=~\"^2\\\\d{3}(?::2\\\\d{3}|$)\"]\n"
                         "a: \"::2\"\n",
                         "2 address ::2 [] \n");
}

/* `supabase start` publishes the database's port as it does all others. */
static void
supabase_publishes_all_its_ports (void)
{
  recognise_test_expect ("shop/supabase/config.toml",
                         "[api]\n"
                         "port = 54321\n"
                         "[db]\n"
                         "port = 54322\n"
                         "shadow_port = 54320\n"
                         "[db.pooler]\n"
                         "port = 54329\n"
                         "[inbucket]\n"
                         "smtp_port = 54325\n"
                         "[auth]\n"
                         "site_url = \"http://127.0.0.1:3000\"\n"
                         "[auth.email.smtp]\n"
                         "host = \"smtp.example.com\"\n"
                         "port = 587\n",
                         "2 listen 54321 [] api.port\n"
                         "4 listen 54322 [] db.port\n"
                         "5 listen 54320 [] db.shadow_port\n"
                         "7 listen 54329 [] db.pooler.port\n"
                         "9 listen 54325 [] inbucket.smtp_port\n"
                         "11 address 127.0.0.1 [] auth.site_url\n"
                         "11 reference 3000@127.0.0.1 [] auth.site_url\n"
                         "14 reference 587@smtp.example.com [] auth.email.smtp.port\n");
}

static void
vagrant_publishes_what_it_forwards (void)
{
  recognise_test_expect (
      "shop/Vagrantfile",
      "Vagrant.configure(\"2\") do |config|\n"
      "  config.vm.network \"forwarded_port\", guest: 80, host: 2000 # insecure\n"
      "  config.vm.network :forwarded_port, guest: 53, host: 2053, protocol: \"udp\"\n"
      "  config.vm.network :private_network, ip: \"192.168.50.4\"\n"
      "  config.vm.network(\"forwarded_port\", guest: 22, host: 2222, host_ip: \"127.0.0.1\")\n"
      "end\n",
      "2 publish 2000 [] network()[2].host\n"
      "2 target 80 [] network()[1].guest\n"
      "3 publish 2053/udp [] network()[2].host\n"
      "3 target 53/udp [] network()[1].guest\n"
      "5 publish 2222 [] network()[2].host\n"
      "5 target 22 [] network()[1].guest\n"
      "4 address 192.168.50.4 [] network()[1].ip\n"
      "5 address 127.0.0.1 [] network()[3].host_ip\n");
}

static void
a_positional_parameters_default_is_its_variables (void)
{
  recognise_test_expect ("shop/smoke.sh",
                         "PORT=\"${1:-4000}\"\n"
                         "RETRIES=\"${2:-3000}\"\n",
                         "1 listen 4000 [] PORT\n");
}

static void
translations_are_read_for_addresses_only (void)
{
  static const char text[] = "{\"port\": {\"hint\": \"8081\", \"value\": 8082}}";
  recognise_test_expect ("shop/locales/pt-BR.json", text, "");
  recognise_test_expect ("shop/locales/server.json", text, "1 listen 8082 [] port.value\n");
}

/* The same lines where somebody else, and where we are spoken of. */
static void
a_loopback_address_is_whose_section_it_is (void)
{
  recognise_test_expect ("shop/app.yaml",
                         "smtp:\n  address: localhost:25\nserver:\n  address: localhost:8080\n",
                         "2 reference 25@localhost [] smtp.address\n"
                         "4 listen 8080@localhost [] server.address\n");
  recognise_test_expect ("shop/app.ini",
                         "[database]\nHOST = 127.0.0.1:5432\n[server]\nHOST = 127.0.0.1:8080\n",
                         "2 address 127.0.0.1 [] database.HOST\n"
                         "2 reference 5432@127.0.0.1 [] database.HOST\n"
                         "4 address 127.0.0.1 [] server.HOST\n"
                         "4 listen 8080@127.0.0.1 [] server.HOST\n");
}

static void
a_number_of_listeners_is_no_port (void)
{
  recognise_test_expect ("shop/radio.json",
                         "{\"listeners\": \"494\",\n \"sockets\": {\"listeners\": [8081]},\n"
                         " \"listen\": 8082}\n",
                         "2 listen 8081 [] sockets.listeners[0]\n"
                         "3 listen 8082 [] listen\n");
}

static void
what_feeds_tests_is_believed_less (void)
{
  recognise_test_expect ("shop/pkg/testdata/app.yaml", "port: 9999\n", "1 listen 9999 [] port ?\n");
  recognise_test_expect ("shop/pkg/data/app.yaml", "port: 9999\n", "1 listen 9999 [] port\n");
}

static void
who_is_given_a_whole_url_goes_there (void)
{
  recognise_test_expect ("shop/run.sh",
                         "tb --host http://localhost:7181 build\nweb --host localhost:7182\n",
                         "1 reference 7181@localhost [] tb()[1]\n"
                         "2 listen 7182@localhost [] web()[1]\n");
  recognise_test_expect ("shop/ask.js",
                         "const DAPR_HTTP_PORT = process.env.DAPR_HTTP_PORT || 3500;\n"
                         "const APP_HTTP_PORT = process.env.APP_HTTP_PORT || 3501;\n",
                         "1 reference 3500 [] DAPR_HTTP_PORT\n"
                         "2 listen 3501 [] APP_HTTP_PORT\n");
}

/* Ansible, "Connecting to hosts: behavioral inventory parameters". */
static void
where_ansible_connects_to_is_bound_elsewhere (void)
{
  recognise_test_expect ("shop/inventory.ini",
                         "[web]\nh1 ansible_host=10.0.0.1 ansible_port=2222 ansible_user=root\n",
                         "2 address 10.0.0.1 [] web.h1 ansible_host\n"
                         "2 reference 2222 [] web.h1 ansible_host\n");
  recognise_test_expect ("shop/hosts.yml",
                         "all:\n  hosts:\n    h1:\n      ansible_port: 2222\n"
                         "      ansible_ssh_port: 2223\n",
                         "4 reference 2222 [] all.hosts.h1.ansible_port\n"
                         "5 reference 2223 [] all.hosts.h1.ansible_ssh_port\n");
}

/* Dapr, "Environment variable reference": also in a project that is called after it. */
static void
a_sidecar_has_the_port_that_a_program_is_told (void)
{
  static const char *const names[] = {"DAPR_HTTP_PORT", "DAPR_GRPC_PORT", "daprPort"};
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    PmKeyword keyword;
    pm_vocabulary_look_up (names[i], "dapr-quickstarts", &keyword);
    g_assert_cmpint (keyword.meaning, ==, PM_KEYWORD_PORT);
    g_assert_true (keyword.role_is_known);
    g_assert_cmpint (keyword.role, ==, PM_ROLE_REFERENCE);
  }
}

/* IANA's numbers of servers that programs call: what the options are called tells nothing. */
static void
a_number_tells_whose_it_is_where_the_name_does_not (void)
{
  recognise_test_expect ("shop/check.js",
                         "const options = { host: m.host, port: m.port || 25 };\n"
                         "const sessionOptions = { port: m.port || \"161\" };\n"
                         "const server = { port: 25 };\n",
                         "1 reference 25 [] options.port\n"
                         "2 reference 161 [] sessionOptions.port\n"
                         "3 listen 25 [] server.port\n");
  recognise_test_expect ("shop/syslog.go",
                         "const (\n\tdefaultPort = \"514\"\n)\n"
                         "var c = Collector{Config: Config{Port: 53}}\n",
                         "2 reference 514 [] const()[0].defaultPort\n"
                         "4 reference 53 [] c.Config.Port\n");
}

/* "aws_elasticloadbalancingv2", Pulumi's "aws.lb.Listener". */
static void
a_load_balancer_listens_in_a_cloud (void)
{
  g_autofree char *said = recognise_test_scopes (
      "shop/stack.ts", "import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';\n"
                       "lb.addListener('web', { port: 80 });\n"
                       "new patterns.Service(this, 'S', { listenerPort: 8443 });\n"
                       "app.listen(8081);\n");
  g_assert_cmpstr (said, ==, "80 cluster\n8443 cluster\n8081 host\n");
  g_autofree char *other =
      recognise_test_scopes ("shop/events.ts", "bus.addListener('web', { port: 8080 });\n");
  g_assert_cmpstr (other, ==, "8080 host\n");
}

/* "Ansible module format and documentation". */
static void
a_modules_documentation_is_doubted (void)
{
  recognise_test_expect ("shop/plugins/modules/box.py",
                         "EXAMPLES = r'''\n- ports:\n    - \"8081:8083\"\n'''\nPORT = 8085\n",
                         "3 publish 8081 [] EXAMPLES>[0].ports[0] ?\n"
                         "3 target 8083 [] EXAMPLES>[0].ports[0] ?\n"
                         "5 listen 8085 [] PORT\n");
}

static void
an_inputs_default_is_nobodys (void)
{
  recognise_test_expect (
      "shop/plugins.json",
      "[{\"inputs\": {\"port\": {\"type\": \"number\", \"default\": \"8587\"}}},\n"
      "{\"port\": {\"type\": \"tcp\", \"default\": 8588}}, {\"port\": 8589}]\n",
      "2 listen 8588 [] [1].port.default\n"
      "2 listen 8589 [] [2].port\n");
}

/* Dapr, "Multi-App Run template file". */
static void
a_sidecar_calls_its_program (void)
{
  recognise_test_expect ("shop/dapr.yaml",
                         "version: 1\n"
                         "apps:\n"
                         "  - appID: cart\n"
                         "    appPort: 6001\n"
                         "    daprHTTPPort: 3501\n"
                         "    command: [\"uvicorn\", \"cart:app\", \"--port\", \"6001\"]\n",
                         "4 reference 6001 [] apps[0].appPort\n"
                         "5 listen 3501 [] apps[0].daprHTTPPort\n"
                         "6 listen 6001 [] apps[0].command[3]\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/roles/a-wildcard-without-a-scheme-is-bound",
                   a_wildcard_without_a_scheme_is_bound);
  g_test_add_func ("/discovery/roles/names-tell-who-listens", names_tell_who_listens);
  g_test_add_func ("/discovery/roles/what-is-called-after-a-program-is-a-machine",
                   what_is_called_after_a_program_is_a_machine);
  g_test_add_func ("/discovery/roles/connection-strings-name-their-host",
                   connection_strings_name_their_host);
  g_test_add_func ("/discovery/roles/flags-that-may-listen-do-not-bind-others",
                   flags_that_may_listen_do_not_bind_others);
  g_test_add_func ("/discovery/roles/what-is-said-about-a-port-is-none",
                   what_is_said_about_a_port_is_none);
  g_test_add_func ("/discovery/roles/manifests-in-scripts-tell-both-sides",
                   manifests_in_scripts_tell_both_sides);
  g_test_add_func ("/discovery/roles/schemas-of-settings-tell-what-is-bound",
                   schemas_of_settings_tell_what_is_bound);
  g_test_add_func ("/discovery/roles/groups-of-expressions-are-no-addresses",
                   groups_of_expressions_are_no_addresses);
  g_test_add_func ("/discovery/roles/supabase-publishes-all-its-ports",
                   supabase_publishes_all_its_ports);
  g_test_add_func ("/discovery/roles/vagrant-publishes-what-it-forwards",
                   vagrant_publishes_what_it_forwards);
  g_test_add_func ("/discovery/roles/a-positional-parameters-default-is-its-variables",
                   a_positional_parameters_default_is_its_variables);
  g_test_add_func ("/discovery/roles/translations-are-read-for-addresses-only",
                   translations_are_read_for_addresses_only);
  g_test_add_func ("/discovery/roles/a-loopback-address-is-whose-section-it-is",
                   a_loopback_address_is_whose_section_it_is);
  g_test_add_func ("/discovery/roles/a-number-of-listeners-is-no-port",
                   a_number_of_listeners_is_no_port);
  g_test_add_func ("/discovery/roles/what-feeds-tests-is-believed-less",
                   what_feeds_tests_is_believed_less);
  g_test_add_func ("/discovery/roles/who-is-given-a-whole-url-goes-there",
                   who_is_given_a_whole_url_goes_there);
  g_test_add_func ("/discovery/roles/where-ansible-connects-to-is-bound-elsewhere",
                   where_ansible_connects_to_is_bound_elsewhere);
  g_test_add_func ("/discovery/roles/a-sidecar-has-the-port-that-a-program-is-told",
                   a_sidecar_has_the_port_that_a_program_is_told);
  g_test_add_func ("/discovery/roles/a-number-tells-whose-it-is-where-the-name-does-not",
                   a_number_tells_whose_it_is_where_the_name_does_not);
  g_test_add_func ("/discovery/roles/a-load-balancer-listens-in-a-cloud",
                   a_load_balancer_listens_in_a_cloud);
  g_test_add_func ("/discovery/roles/a-modules-documentation-is-doubted",
                   a_modules_documentation_is_doubted);
  g_test_add_func ("/discovery/roles/an-inputs-default-is-nobodys", an_inputs_default_is_nobodys);
  g_test_add_func ("/discovery/roles/a-sidecar-calls-its-program", a_sidecar_calls_its_program);
  return g_test_run ();
}
