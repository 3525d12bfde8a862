#include "recognise-test.h"

#include <string.h>

static void
goes_by_the_names_of_keys (void)
{
  recognise_test_expect ("shop/config.yml",
                         "server:\n"
                         "  port: 8080\n"
                         "  address: 0.0.0.0\n"
                         "database:\n"
                         "  host: 10.0.0.2\n"
                         "  port: 5432\n"
                         "search: { host: es.example, port: 9200 }\n"
                         "metrics_port: 9100\n"
                         "report: 8080\n"
                         "upstreams: [\"a:8001\", \"b:8002\"]\n"
                         "listen: \":7000\"\n"
                         "redis: redis://cache:6379/0\n"
                         "at: \"12:30:00\"\n",
                         "2 listen 8080 [] server.port\n"
                         "3 address 0.0.0.0 [] server.address\n"
                         "5 address 10.0.0.2 [] database.host\n"
                         "6 reference 5432@10.0.0.2 [] database.port\n"
                         "7 reference 9200@es.example [] search.port\n"
                         "8 listen 9100 [] metrics_port\n"
                         "10 reference 8001@a [] upstreams[0]\n"
                         "10 reference 8002@b [] upstreams[1]\n"
                         "11 listen 7000 [] listen\n"
                         "12 reference 6379@cache [] redis\n");
}

static void
reads_other_syntaxes (void)
{
  recognise_test_expect ("shop/app.json",
                         "{\"httpPort\": 3000, // old: 10.9.8.7\n\"apiUrl\": \"http://api:81\"}",
                         "1 listen 3000 [] httpPort\n"
                         "2 reference 81@api [] apiUrl\n"
                         "1 address 10.9.8.7 [] \n");
  recognise_test_expect ("shop/app.ini", "[smtp]\nport = 25\n[web]\nport = 80\n",
                         "2 reference 25 [] smtp.port\n"
                         "4 listen 80 [] web.port\n");
  recognise_test_expect ("shop/app.properties",
                         "server.port=${PORT:8088}\nservice.url=${URL:http://localhost:8888/}\n",
                         "1 listen 8088 [] server.port\n"
                         "2 reference 8888@localhost [] service.url\n");
}

static void
looks_only_for_addresses_in_text (void)
{
  recognise_test_expect ("shop/README.md", "Open http://203.0.113.7:8080/ on v1.2.3.4-rc\n",
                         "1 address 203.0.113.7 [] \n");
}

static void
passes_over_what_nobody_edits (void)
{
  recognise_test_expect ("shop/package-lock.json", "{\"port\": 3000}", "");
  g_assert_cmpint (pm_recognise_kind ("package-lock.json"), ==, PM_FILE_IGNORED);
  g_assert_cmpint (pm_recognise_kind ("a/b.min.js"), ==, PM_FILE_IGNORED);
  g_assert_cmpint (pm_recognise_kind ("logo.png"), ==, PM_FILE_IGNORED);
  g_assert_cmpint (pm_recognise_kind ("compose.yaml"), ==, PM_FILE_CONFIG);
  g_assert_cmpint (pm_recognise_kind ("src/main.go"), ==, PM_FILE_SOURCE);
  g_assert_cmpint (pm_recognise_kind ("README.md"), ==, PM_FILE_TEXT);
  g_assert_cmpint (pm_recognise_kind ("nginx.conf.example"), ==, PM_FILE_CONFIG);
}

static void
knows_what_a_client_logs_in_with (void)
{
  recognise_test_expect ("shop/config/database.yml",
                         "production:\n  adapter: postgresql\n  host: localhost\n  port: 5433\n",
                         "4 reference 5433@localhost [] production.port\n");
  recognise_test_expect ("shop/config/config.json",
                         "{\"development\": {\"port\": 5433, \"dialect\": \"postgres\"}}",
                         "1 reference 5433 [] development.port\n");
  recognise_test_expect ("shop/settings.py",
                         "DATABASES = {'default': {'ENGINE': 'x', 'HOST': 'localhost', 'PORT': "
                         "'5449'}}\n",
                         "1 reference 5449@localhost [] DATABASES.default.PORT\n");
}

static gboolean
may_find (const char *file, const char *text, gboolean expands)
{
  return pm_recognise_may_find (NULL, file, "shop", text, strlen (text), expands);
}

/* What recognise-test.c does with every text shows that nothing is passed over. */
static void
knows_what_is_not_worth_a_look (void)
{
  g_assert_true (may_find ("shop/a.yaml", "to: ${WHERE:-api:8080}\n", FALSE));
  g_assert_true (may_find ("shop/a.yaml", "to: $WHERE\n", TRUE));
  g_assert_false (may_find ("shop/a.yaml", "to: $WHERE\n", FALSE));
  g_assert_false (may_find ("shop/a.yaml", "to: ${WHERE:-api}\n", FALSE));
  g_assert_false (may_find ("shop/a.json", "{\"$id\": \"widget\", \"width\": 1200}", FALSE));
  g_assert_false (may_find ("shop/main.tf", "resource \"bucket\" \"${var.name}\" {}\n", FALSE));
  g_assert_true (may_find ("shop/pod.yaml", "kind: Pod\nspec: {containers: []}\n", FALSE));
}

/* Words that tell a tool count as such, not as part of others. */
static void
tells_words_from_their_parts (void)
{
  g_assert_true (may_find ("shop/a.yaml", "kind: Service\n", FALSE));
  g_assert_true (may_find ("shop/a.json", "{\"kind\":\"Service\"}", FALSE));
  g_assert_true (may_find ("shop/a.yaml", "kind: Service", FALSE));
  g_assert_false (may_find ("shop/a.yaml", "kind: ServiceAccount\n", FALSE));
  g_assert_false (may_find ("shop/a.yaml", "heritage: {{ .Release.Service }}\n", FALSE));
  g_assert_true (may_find ("shop/a.yaml", "services:\n  web: {}\n", FALSE));
  g_assert_false (may_find ("shop/a.yaml", "my-services: []\n", FALSE));
}

/* A script's numbers may be ports, but for those that something else counts. */
static void
tells_arguments_from_counts (void)
{
  static const char *const ports[] = {"nc -l 7\n",
                                      "telnet host 9\n",
                                      "nc -p7\n",
                                      "python3 -m http.server 8\n",
                                      "f --inspect=1\n",
                                      "f -p8000\n",
                                      "WEB_LISTEN=8000 run\n",
                                      "# 1 2\nsocat 8000 #\n",
                                      "N=7; f --inspect \"${N}\"\n",
                                      "N=8000\nf -b $N\n",
                                      "M=80; N=7; f --web-listen=$N\n",
                                      "exec 3<>/dev/tcp/db/80\n",
                                      "cat <<EOF\nEXPOSE 80\nEOF\n"};
  static const char *const counts[] = {
      "exit 1\n",         "sleep 30 2>&1\n",    "if [ $# -lt 2 ]; then return 1; fi\n",
      "cut -f1 \"$1\"\n", "chmod 755 file\n",   "run >/dev/null 2>/dev/null || exit 3\n",
      "head -n 7 f\n",    "  # 8000 of them\n", "OS=10.8\n",
      "umask 0022\n",     "n=70000\n",          "[ $x = 1 ] && i=$((i + 1))\n",
      "f 1 8000\n",       "f 0 8000.\n",        "TRIES=30\nf -x $TRIES --tries=$TRIES\n",
      "f --web 7\n",      "tail -n 100 f\n",    "x=${y:0:12}\n",
      "N=80; f $N -b\n",  "# listen 8000\n"};
  for (gsize i = 0; i < G_N_ELEMENTS (ports); i++)
    g_assert_true (may_find ("shop/run.sh", ports[i], FALSE));
  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++) {
    g_assert_false (may_find ("shop/run.sh", counts[i], FALSE));
    recognise_test_expect ("shop/run.sh", counts[i], "");
  }
  g_assert_false (may_find ("shop/a.yaml", "portal: {{ x | nindent 4 }}\n", FALSE));
  g_assert_false (may_find ("shop/a.yaml", "port: {{ x | nindent 4 }}\n", FALSE));
  g_assert_true (may_find ("shop/a.yaml", "port: 7\n", FALSE));
  g_assert_true (may_find ("shop/a.yaml", "n: 7\nport: x\n", FALSE));
}

/* A program that waits for events is no server, and what a comment says is nobody's port. */
static void
tells_programs_from_servers (void)
{
  static const char *const servers[] = {
      "app.listen (3000)\n",         "const x = { port: 8_080 }\n",
      "s.bind ({ p: 0x1f90 })\n",    "x ('api:8080')\n",
      "port = 8080L // TODO 1\n",    "maxListeners = 1000\n",
      "x.bind (this); listen (80)\n"};
  static const char *const others[] = {
      "a.addEventListener ('x', f, 1000)\n", "setTimeout (f.bind (this), 1400)\n",
      "<a tabIndex={-1} w=\"100\">\n",       "// http://localhost:3000\n",
      "/* listen (3000)\n * port 3000 */\n", "x.removeAllListeners (), 200\n",
      "f ({ n: 1, range: [x ?0:10.5] })\n",  "const port = f (), n = 100000\n",
      "port ('#1280', 50%, '24px')\n",       "section 2.3.3.3.3, 90.16.25.00, 1.2.3.256\n"};
  for (gsize i = 0; i < G_N_ELEMENTS (servers); i++)
    g_assert_true (may_find ("shop/a.js", servers[i], FALSE));
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++) {
    g_assert_false (may_find ("shop/a.js", others[i], FALSE));
    recognise_test_expect ("shop/a.js", others[i], "");
  }
  g_assert_false (may_find ("shop/a.py", "# listen 8080\n", FALSE));
  g_assert_true (may_find ("shop/a.js", "#port = 8080\n", FALSE));
  g_assert_true (may_find ("shop/a.js", "// 10.0.0.7\n", FALSE));
}

/* In a file without a port anywhere near the word, one far from it is none. */
static void
looks_for_short_ports_near_the_word (void)
{
  g_autofree char *filler = g_strnfill (400, '#');
  g_autofree char *behind = g_strconcat ("port: x\n", filler, "\nn: 7\n", NULL);
  g_autofree char *before = g_strconcat ("n: 7\n", filler, "\nport: x\n", NULL);
  g_assert_false (may_find ("shop/a.yaml", behind, FALSE));
  g_assert_false (may_find ("shop/a.yaml", before, FALSE));
}

/* Items of a list may be assignments: labels, variables. */
static void
reads_lists_of_assignments (void)
{
  recognise_test_expect (
      "shop/part.yml",
      "web:\n  labels:\n    - traefik.http.services.w.loadbalancer.server.port=8095\n"
      "    - DB_HOST=10.0.0.7\n    - report=8096\n",
      "3 reference 8095 [] web.labels[0]\n"
      "4 address 10.0.0.7 [] web.labels[1]\n");
}

/* NGINX Unit: listeners are keys. */
static void
reads_listeners_of_unit (void)
{
  recognise_test_expect ("shop/unit.json",
                         "{\"listeners\": {\"*:8300\": {\"pass\": \"routes\"},\n"
                         "  \"[::]:8301\": {}},\n \"routes\": [],\n"
                         " \"upstreams\": {\"app\": {\"servers\": {\"10.0.0.5:8302\": {}}}}}",
                         "1 listen 8300@* [] listeners.*:8300\n"
                         "2 listen 8301@:: [] listeners.[::]:8301\n"
                         "4 reference 8302@10.0.0.5 [] upstreams.app.servers.10.0.0.5:8302\n"
                         "2 address :: [] \n"
                         "4 address 10.0.0.5 [] \n");
}

/* What Ansible tells other machines, also in files without an extension. */
static void
reads_variables_of_ansible (void)
{
  recognise_test_expect ("shop/inventory/group_vars/web",
                         "app_port: 8080\ndb_host: 10.0.0.7\n"
                         "peer_port: \"{{ a.split(':')[1] }}\"\n",
                         "1 listen 8080 [] app_port\n"
                         "2 address 10.0.0.7 [] db_host\n"
                         "3 reference 1 [] peer_port ?\n");
}

/* docker_container's "published_ports" (alias `ports`); a host's side that is a variable leaves the
 * container's. */
static void
reads_tasks_of_ansible (void)
{
  recognise_test_expect (
      "shop/roles/app/tasks/main.yml",
      "- name: app\n  community.docker.docker_container:\n    name: app\n    ports:\n"
      "    - \"{{ app_port }}:8080\"\n    - 127.0.0.1:9000:9001\n  when: enabled\n"
      "- ansible.builtin.shell: serve --port 9002\n",
      "5 target 8080 [app] [0].community.docker.docker_container.ports[0]\n"
      "6 address 127.0.0.1 [app] [0].community.docker.docker_container.ports[1]\n"
      "6 publish 9000@127.0.0.1 [app] [0].community.docker.docker_container.ports[1]\n"
      "6 target 9001 [app] [0].community.docker.docker_container.ports[1]\n"
      "8 listen 9002 [] [1].ansible.builtin.shell\n");
  recognise_test_expect ("shop/play.yml", "- hosts: web\n  become: true\n  vars: {app_port: 81}\n",
                         "3 listen 81 [] [0].vars.app_port\n");
}

/* A catalogue to choose from is none of what runs. */
static void
leaves_templates_alone (void)
{
  static const char *const files[] = {"shop/templates/services.json", "shop/app/services.json"};
  static const char text[] = "{\"web\": {\"port\": 3000}}";
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (PmArena) arena = pm_arena_new ();
    g_autoptr (PmSighting) sighting =
        pm_recognise (files[i], "shop", text, strlen (text), NULL, arena);
    g_assert_cmpuint (sighting->findings->len, ==, 1);
    g_assert_cmpstr (sighting->variant, ==, i == 0 ? "template" : "");
  }
}

/* Helm's parts of resources live in the cluster, as the whole ones do. */
static void
reads_parts_of_charts (void)
{
  static const char text[] = "{{- define \"web\" }}\nports:\n- containerPort: 3000\n{{- end }}\n";
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (PmSighting) sighting = pm_recognise ("shop/charts/web/templates/common.yaml", "shop",
                                                  text, strlen (text), NULL, arena);
  g_assert_cmpstr (sighting->format, ==, "helm");
  g_assert_cmpuint (sighting->findings->len, ==, 1);
  const PmFinding *found = &g_array_index (sighting->findings, PmFinding, 0);
  g_assert_cmpint (found->role, ==, PM_ROLE_TARGET);
  g_assert_cmpint (found->scope, ==, PM_SCOPE_CLUSTER);
}

/* Tomcat's "The HTTP Connector": what is commented out is not there. */
static void
reads_server_xml_of_tomcat (void)
{
  recognise_test_expect (
      "shop/conf/server.xml",
      "<Server port=\"8005\" shutdown=\"SHUTDOWN\">\n<Service name=\"Catalina\">\n"
      "<Connector port=\"8080\" redirectPort=\"8443\" connectionTimeout=\"20000\"/>\n"
      "<!-- <Connector port=\"8009\"/> -->\n"
      "<Connector port=\"8010\" address=\"127.0.0.1\"/>\n</Service></Server>\n",
      "1 listen 8005 [] Server.@port\n"
      "3 listen 8080 [] Server.Service.Connector.@port\n"
      "3 reference 8443 [] Server.Service.Connector.@redirectPort\n"
      "5 listen 8010 [] Server.Service.Connector.@port\n"
      "5 address 127.0.0.1 [] Server.Service.Connector.@address\n");
}

static void
reads_names_in_xml (void)
{
  recognise_test_expect ("shop/network.xml",
                         "<a><HttpPort>8096</HttpPort><Width>8097</Width>\n"
                         "<property name=\"url\" value=\"http://db:9000/x\"/>\n"
                         "<property><name>dfs.port</name><value>9001</value></property>\n"
                         "<v android:viewportHeight=\"512\"/></a>\n",
                         "1 listen 8096 [] a.HttpPort\n"
                         "2 reference 9000@db [] a.property.@value\n"
                         "3 listen 9001 [] a.property.value\n");
}

/* Nobody binds another's name; `host` is ours where what it stands in is. */
static void
tells_whose_host_it_is (void)
{
  recognise_test_expect ("shop/app.yaml",
                         "auth:\n  address: http://gate:8080/auth\n"
                         "temporal:\n  host: localhost:7233\n"
                         "server:\n  host: localhost:8081\n  address: tcp://0.0.0.0:9959\n",
                         "2 reference 8080@gate [] auth.address\n"
                         "4 reference 7233@localhost [] temporal.host\n"
                         "6 listen 8081@localhost [] server.host\n"
                         "7 address 0.0.0.0 [] server.address\n"
                         "7 listen 9959@0.0.0.0 [] server.address\n");
  recognise_test_expect ("shop/case.yaml", "content: {containerPort: 8081, port: 8082}\n",
                         "1 target 8081 [] content.containerPort\n"
                         "1 listen 8082 [] content.port\n");
}

/* A third number behind a machine is a weight; what a peer's key is validated by is none. */
/* ClickHouse, "Server settings" (remote_servers, zookeeper); a URL of one machine is where somebody
 * goes, whatever it is called. */
static void
goes_where_a_machine_is_named (void)
{
  recognise_test_expect ("shop/config.xml",
                         "<c><tcp_port>9000</tcp_port>\n"
                         "<replica><host>db</host><port>9001</port></replica>\n"
                         "<zoo host=\"zk\" port=\"9002\"/>\n"
                         "<own><host>0.0.0.0</host><port>9003</port></own></c>\n",
                         "1 listen 9000 [] c.tcp_port\n2 reference 9001@db [] c.replica.port\n"
                         "3 reference 9002@zk [] c.zoo.@port\n"
                         "4 address 0.0.0.0 [] c.own.host\n4 listen 9003 [] c.own.port\n");
  recognise_test_expect ("shop/config.yaml",
                         "address: \"http://localhost:9001\"\nweb:\n  address: localhost:9002\n"
                         "  listen_address: http://localhost:9003\n",
                         "1 reference 9001@localhost [] address\n"
                         "3 listen 9002@localhost [] web.address\n"
                         "4 listen 9003@localhost [] web.listen_address\n");
}

static void
leaves_weights_alone (void)
{
  recognise_test_expect ("shop/app.ini", "servers = 127.0.0.1:11211:100\nemail = max:255\n",
                         "1 address 127.0.0.1 [] servers\n"
                         "1 reference 11211@127.0.0.1 [] servers\n");
}

/* What is bound, and what is known at run time only, is no host that is called. */
static void
a_host_beside_a_port_is_its_host (void)
{
  recognise_test_expect ("shop/config.yml",
                         "dbHost: db\n"
                         "dbPort: 5432\n"
                         "cache: { hostname: \"::1\", port: 6379 }\n"
                         "mail: { host: \"{{ mail }}\", port: 1025 }\n"
                         "redis: { host: 0.0.0.0, port: 9200 }\n"
                         "queue: { port: 5672 }\n"
                         "env:\n"
                         "- PGHOST=localhost\n"
                         "- PGPORT=5433\n"
                         "- MYSQL_PORT=3306\n",

                         "2 reference 5432@db [] dbPort\n"
                         "3 address ::1 [] cache.hostname\n"
                         "3 reference 6379@::1 [] cache.port\n"
                         "4 reference 1025 [] mail.port\n"
                         "5 address 0.0.0.0 [] redis.host\n"
                         "5 reference 9200 [] redis.port\n"
                         "6 reference 5672 [] queue.port\n"
                         "9 reference 5433@localhost [] env[1]\n"
                         "10 reference 3306 [] env[2]\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/generic/goes-by-the-names-of-keys", goes_by_the_names_of_keys);
  g_test_add_func ("/discovery/generic/reads-other-syntaxes", reads_other_syntaxes);
  g_test_add_func ("/discovery/generic/looks-only-for-addresses-in-text",
                   looks_only_for_addresses_in_text);
  g_test_add_func ("/discovery/generic/passes-over-what-nobody-edits",
                   passes_over_what_nobody_edits);
  g_test_add_func ("/discovery/generic/knows-what-a-client-logs-in-with",
                   knows_what_a_client_logs_in_with);
  g_test_add_func ("/discovery/generic/knows-what-is-not-worth-a-look",
                   knows_what_is_not_worth_a_look);
  g_test_add_func ("/discovery/generic/tells-words-from-their-parts", tells_words_from_their_parts);
  g_test_add_func ("/discovery/generic/tells-arguments-from-counts", tells_arguments_from_counts);
  g_test_add_func ("/discovery/generic/tells-programs-from-servers", tells_programs_from_servers);
  g_test_add_func ("/discovery/generic/looks-for-short-ports-near-the-word",
                   looks_for_short_ports_near_the_word);
  g_test_add_func ("/discovery/generic/reads-lists-of-assignments", reads_lists_of_assignments);
  g_test_add_func ("/discovery/generic/reads-listeners-of-unit", reads_listeners_of_unit);
  g_test_add_func ("/discovery/generic/reads-variables-of-ansible", reads_variables_of_ansible);
  g_test_add_func ("/discovery/generic/reads-tasks-of-ansible", reads_tasks_of_ansible);
  g_test_add_func ("/discovery/generic/leaves-templates-alone", leaves_templates_alone);
  g_test_add_func ("/discovery/generic/reads-parts-of-charts", reads_parts_of_charts);
  g_test_add_func ("/discovery/generic/reads-server-xml-of-tomcat", reads_server_xml_of_tomcat);
  g_test_add_func ("/discovery/generic/reads-names-in-xml", reads_names_in_xml);
  g_test_add_func ("/discovery/generic/tells-whose-host-it-is", tells_whose_host_it_is);
  g_test_add_func ("/discovery/generic/goes-where-a-machine-is-named",
                   goes_where_a_machine_is_named);
  g_test_add_func ("/discovery/generic/leaves-weights-alone", leaves_weights_alone);
  g_test_add_func ("/discovery/generic/a-host-beside-a-port-is-its-host",
                   a_host_beside_a_port_is_its_host);
  return g_test_run ();
}
