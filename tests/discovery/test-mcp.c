#include "recognise-test.h"

static void
reads_servers (void)
{
  recognise_test_expect (
      "shop/.mcp.json",
      "{\"mcpServers\": {\n"
      " \"assistant\": {\"type\": \"http\", \"url\": \"http://localhost:8765/mcp\"},\n"
      " \"shop\": {\"command\": \"npx\",\n"
      "  \"args\": [\"-y\", \"shop-mcp\", \"--port\", \"8766\", \"--api\", "
      "\"http://localhost:8080\"],\n"
      "  \"env\": {\"REPORTS_URL\": \"http://localhost:8001\", \"PORT\": \"8767\"}},\n"
      " \"own\": {\"command\": \"node\", \"args\": [\"./index.js\", \"--port=8768\"],"
      " \"env\": {\"PORT\": \"8769\", \"DB_PORT\": \"5432\"}},\n"
      " \"box\": {\"command\": \"docker\",\n"
      "  \"args\": [\"run\", \"-i\", \"-p\", \"9001:9000\", \"mcp/box:1.2\"]},\n"
      " \"time\": {\"command\": \"uvx\", \"args\": [\"mcp-time\", \"--timeout\", \"3000\"]}\n"
      "}}\n",
      "2 reference 8765@localhost [] mcpServers.assistant.url\n"
      "4 listen 8766 [shop] mcpServers.shop.args[3]\n"
      "4 reference 8080@localhost [] mcpServers.shop.args[5]\n"
      "5 listen 8767 [shop] mcpServers.shop.env.PORT\n"
      "5 reference 8001@localhost [] mcpServers.shop.env.REPORTS_URL\n"
      "6 listen 8768 [] mcpServers.own.args[1]\n"
      "6 listen 8769 [] mcpServers.own.env.PORT\n"
      "6 reference 5432 [] mcpServers.own.env.DB_PORT\n"
      "8 publish 9001 [box] mcpServers.box.args[3]\n"
      "8 target 9000 [box] mcpServers.box.args[3]\n");
}

static void
reads_other_clients (void)
{
  recognise_test_expect ("shop/.vscode/mcp.json",
                         "{\"servers\": {\"a\": {\"type\": \"sse\", \"url\": "
                         "\"http://127.0.0.1:9100/sse\"}}}",
                         "1 address 127.0.0.1 [] servers.a.url\n"
                         "1 reference 9100@127.0.0.1 [] servers.a.url\n");
  recognise_test_expect ("shop/.zed/settings.json",
                         "{\"context_servers\": {\"a\": {\"command\": {\"path\": \"a-mcp\",\n"
                         "\"args\": [\"--port\", \"9101\"]}}}}",
                         "2 listen 9101 [a] context_servers.a.command.args[1]\n");
  recognise_test_expect ("shop/config.toml", "[mcp_servers.a]\nurl = \"http://localhost:9102\"\n",
                         "2 reference 9102@localhost [] mcp_servers.a.url\n");
}

static void
reads_fastmcp (void)
{
  recognise_test_expect ("shop/server.py",
                         "mcp = FastMCP(\"search\", host=\"127.0.0.1\", port=7600)\n"
                         "mcp.run(transport=\"streamable-http\")\n",
                         "1 address 127.0.0.1 [] mcp.FastMCP()[1].host\n"
                         "1 listen 7600 [] mcp.FastMCP()[2].port\n");
  recognise_test_expect ("shop/proxy.py",
                         "mcp = FastMCP.as_proxy(\"http://localhost:7601/mcp\")\n"
                         "mcp.run(transport=\"http\", port=7602)\n",
                         "1 reference 7601@localhost [] mcp.as_proxy()[0]\n"
                         "2 listen 7602 [] run()[1].port\n");
}

static void
leaves_other_servers_alone (void)
{
  recognise_test_expect ("shop/api.json",
                         "{\"openapi\": \"3.1.0\", \"servers\": [{\"url\": "
                         "\"http://localhost:8080\"}]}",
                         "1 reference 8080@localhost [] servers[0].url\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/mcp/reads-servers", reads_servers);
  g_test_add_func ("/discovery/mcp/reads-other-clients", reads_other_clients);
  g_test_add_func ("/discovery/mcp/reads-fastmcp", reads_fastmcp);
  g_test_add_func ("/discovery/mcp/leaves-other-servers-alone", leaves_other_servers_alone);
  return g_test_run ();
}
