#include "recognise-test.h"

/* What leads to a port of this machine, databases, and files whose `port` is not who reads them's.
 */

static void
reads_frp (void)
{
  recognise_test_expect ("shop/frpc.toml",
                         "serverPort = 7000\n"
                         "webServer.port = 7400\n"
                         "[[proxies]]\n"
                         "localPort = 8080\n"
                         "remotePort = 6000\n"
                         "[[visitors]]\n"
                         "bindPort = 9000\n",
                         "1 reference 7000 [] serverPort\n"
                         "2 listen 7400 [] webServer.port\n"
                         "4 reference 8080 [] proxies[0].localPort\n"
                         "5 reference 6000 [] proxies[0].remotePort\n"
                         "7 listen 9000 [] visitors[0].bindPort\n");
  recognise_test_expect (
      "shop/frps.ini", "[common]\nbind_port = 7000\nkcp_bind_port = 7000\ndashboard_port = 7500\n",
      "2 listen 7000 [] common.bind_port\n"
      "3 listen 7000/udp [] common.kcp_bind_port\n"
      "4 listen 7500 [] common.dashboard_port\n");
}

static void
reads_ngrok_and_ssh (void)
{
  recognise_test_expect ("shop/ngrok.yml",
                         "tunnels:\n  web:\n    addr: 8080\n  ssh:\n    addr: localhost:22\n"
                         "web_addr: localhost:4040\n",
                         "3 reference 8080 [] tunnels.web.addr\n"
                         "5 reference 22@localhost [] tunnels.ssh.addr\n"
                         "6 listen 4040@localhost [] web_addr\n");
  recognise_test_expect ("shop/ssh_config",
                         "Host gateway\n  Port 2201\n  LocalForward 8080 db:5432\n"
                         "  DynamicForward 1080\n  LocalForward 1081\n",
                         "2 reference 2201 [] Port[0]\n"
                         "3 listen 8080 [] LocalForward[0]\n"
                         "4 listen 1080 [] DynamicForward[0]\n"
                         "5 listen 1081 [] LocalForward[0]\n");
}

static void
reads_databases (void)
{
  recognise_test_expect ("shop/mongod.conf", "net:\n  port: 27018\n  bindIp: 127.0.0.1\n",
                         "2 listen 27018 [] net.port\n"
                         "3 address 127.0.0.1 [] net.bindIp\n");
  recognise_test_expect ("shop/elasticsearch.yml",
                         "http.port: 9201\n"
                         "discovery.seed_hosts: [\"10.0.0.2:9301\"]\n",
                         "1 listen 9201 [] http.port\n"
                         "2 address 10.0.0.2 [] discovery.seed_hosts[0]\n"
                         "2 reference 9301@10.0.0.2 [] discovery.seed_hosts[0]\n");
  recognise_test_expect ("shop/tempo.yaml",
                         "server:\n  http_listen_port: 3200\n"
                         "querier:\n  frontend_worker:\n    frontend_address: 127.0.0.1:9095\n"
                         "distributor:\n  receivers:\n    otlp:\n      protocols:\n        grpc:\n"
                         "          endpoint: localhost:4317\n",
                         "5 address 127.0.0.1 [] querier.frontend_worker.frontend_address\n"
                         "5 reference 9095@127.0.0.1 [] querier.frontend_worker.frontend_address\n"
                         "11 listen 4317@localhost [] "
                         "distributor.receivers.otlp.protocols.grpc.endpoint\n"
                         "2 listen 3200 [] server.http_listen_port\n");
}

static void
reads_gitea (void)
{
  recognise_test_expect ("shop/app.ini",
                         "[server]\nHTTP_PORT = 3000\nSSH_PORT = 2222\nSSH_LISTEN_PORT = 2223\n",
                         "2 listen 3000 [] server.HTTP_PORT\n"
                         "3 reference 2222 [] server.SSH_PORT\n"
                         "4 listen 2223 [] server.SSH_LISTEN_PORT\n");
  recognise_test_expect ("shop/app.ini", "[server]\nPORT = 3000\n",
                         "2 listen 3000 [] server.PORT\n");
}

static void
reads_what_starts_programs (void)
{
  recognise_test_expect ("shop/composer.json",
                         "{\"scripts\": {\"serve\": \"php -S localhost:8005 -t public\",\n"
                         "\"dev\": [\"@php artisan serve --port=8006\"]}}\n",
                         "1 listen 8005@localhost [] scripts.serve\n"
                         "2 listen 8006 [] scripts.dev[0]\n");
  recognise_test_expect ("shop/mprocs.yaml",
                         "procs:\n  web:\n    shell: npm run dev -- --port 3006\n"
                         "  api:\n    cmd: [\"uvicorn\", \"app:app\", \"--port\", \"8007\"]\n"
                         "  tail: ./serve --port 3007\n",
                         "3 listen 3006 [web] procs.web.shell\n"
                         "5 listen 8007 [api] procs.api.cmd[3]\n"
                         "6 listen 3007 [tail] procs.tail\n");
  recognise_test_expect ("shop/src/main/resources/application.yaml",
                         "ktor:\n  deployment:\n    port: \"$PORT:8080\"\n",
                         "3 listen 8080 [] ktor.deployment.port\n");
}

/* Cypress is hosted at its own option; a constant of that name is whom it tests. */
static void
reads_cypress (void)
{
  recognise_test_expect ("shop/cypress.config.ts",
                         "const port = 3000;\n"
                         "export default defineConfig({\n  port: 8123,\n});\n",
                         "1 reference 3000@localhost [] port\n"
                         "3 listen 8123 [] port\n");
  recognise_test_expect ("shop/playwright.config.ts",
                         "export default defineConfig({ port: 8123 });\n",
                         "1 reference 8123@localhost [] port\n");
}

static void
reads_ports_in_context (void)
{
  recognise_test_expect (
      "shop/src/main.ts",
      "NestFactory.createMicroservice(App, { transport: Transport.TCP, options: { port: 4501 } "
      "});\n"
      "app.connectMicroservice({ transport: Transport.GRPC, options: { url: 'localhost:4502' } "
      "});\n"
      "ClientsModule.register([{ transport: Transport.TCP, options: { port: 4503 } }]);\n"
      "app.connectMicroservice({ transport: Transport.REDIS, options: { port: 6379 } });\n",
      "1 listen 4501 [] NestFactory.createMicroservice()[1].options.port\n"
      "2 listen 4502@localhost [] app.connectMicroservice()[0].options.url\n"
      "3 reference 4503 [] ClientsModule.register()[0][0].options.port\n"
      "4 reference 6379 [] app.connectMicroservice()[0].options.port\n");
  recognise_test_expect ("shop/config/dev.exs",
                         "config :shop, Shop.Repo,\n  username: \"x\",\n  port: 5433\n\n"
                         "config :shop, ShopWeb.Endpoint,\n  http: [port: 4000]\n",
                         "3 reference 5433 [] port\n"
                         "6 listen 4000 [] http[0].port\n");
  recognise_test_expect ("shop/web.py",
                         "cherrypy.config.update({'server.socket_port': 9090})\n"
                         "cherrypy.server.socket_port = 9091\n"
                         "client.socket_port = 9092\n",
                         "1 listen 9090 [] update()[0].server.socket_port\n"
                         "2 listen 9091 [] socket_port\n"
                         "3 reference 9092 [] socket_port\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/tools/reads-frp", reads_frp);
  g_test_add_func ("/discovery/tools/reads-ngrok-and-ssh", reads_ngrok_and_ssh);
  g_test_add_func ("/discovery/tools/reads-databases", reads_databases);
  g_test_add_func ("/discovery/tools/reads-gitea", reads_gitea);
  g_test_add_func ("/discovery/tools/reads-what-starts-programs", reads_what_starts_programs);
  g_test_add_func ("/discovery/tools/reads-cypress", reads_cypress);
  g_test_add_func ("/discovery/tools/reads-ports-in-context", reads_ports_in_context);
  return g_test_run ();
}
