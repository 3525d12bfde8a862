#include "recognise-test.h"

static void
reads_vite (void)
{
  recognise_test_expect ("shop/vite.config.ts",
                         "import { defineConfig } from 'vite';\n"
                         "export default defineConfig(({ mode }) => ({\n"
                         "  build: { chunkSizeWarningLimit: 1600, target: 'es2015' },\n"
                         "  server: {\n"
                         "    port: 5173, strictPort: true, host: '0.0.0.0',\n"
                         "    hmr: { clientPort: 443, port: 24678 },\n"
                         "    proxy: {\n"
                         "      '/api': { target: 'http://localhost:8080', changeOrigin: true },\n"
                         "      '/short': 'http://localhost:8081',\n"
                         "    },\n"
                         "  },\n"
                         "  preview: { port: 4173 },\n"
                         "}));\n",
                         "5 listen 5173 [] server.port\n"
                         "5 address 0.0.0.0 [] server.host\n"
                         "6 reference 443 [] server.hmr.clientPort\n"
                         "6 listen 24678 [] server.hmr.port\n"
                         "8 reference 8080@localhost [] server.proxy./api.target\n"
                         "9 reference 8081@localhost [] server.proxy./short\n"
                         "12 listen 4173 [] preview.port\n");
}

static void
reads_others (void)
{
  recognise_test_expect ("shop/next.config.mjs",
                         "export default {\n"
                         "  async rewrites() {\n"
                         "    return [{ source: '/a/:id', destination: 'http://api:4000/:id' }];\n"
                         "  },\n"
                         "};\n",
                         "3 reference 4000@api [] rewrites.[0].destination\n");
  recognise_test_expect ("shop/vue.config.js",
                         "const port = process.env.port || 9527\n"
                         "module.exports = { devServer: { port, proxy: 'http://api:4000' } }\n",
                         "1 listen 9527 [] port\n"
                         "2 reference 4000@api [] devServer.proxy\n");
  recognise_test_expect ("shop/playwright.config.ts",
                         "export default defineConfig({\n"
                         "  timeout: 30000,\n"
                         "  use: { baseURL: 'http://localhost:3000' },\n"
                         "  webServer: [{ command: 'vite --port 3001', port: 3001 },\n"
                         "              { url: 'http://localhost:3002' }],\n"
                         "});\n",
                         "3 reference 3000@localhost [] use.baseURL\n"
                         "4 listen 3001 [] webServer[0].command\n"
                         "4 listen 3001 [] webServer[0].port\n"
                         "5 reference 3002@localhost [] webServer[1].url\n");
  static const char port[] = "const port = process.env.PORT ?? 3000;\n";
  recognise_test_expect ("shop/cypress.config.ts", port, "1 reference 3000@localhost [] port\n");
  recognise_test_expect ("shop/vite.config.ts", port, "1 listen 3000 [] port\n");
}

static void
reads_angular (void)
{
  recognise_test_expect ("shop/angular.json",
                         "{\"projects\": {\"web\": {\"architect\": {\"serve\": {\"options\":\n"
                         "  {\"port\": 4201, \"host\": \"127.0.0.1\"}}}}},\n"
                         " \"version\": 1}\n",
                         "2 listen 4201 [] projects.web.architect.serve.options.port\n"
                         "2 address 127.0.0.1 [] projects.web.architect.serve.options.host\n");
  recognise_test_expect ("shop/proxy.conf.json",
                         "{\"/api\": {\"target\": \"http://localhost:8080\", \"secure\": false}}",
                         "1 reference 8080@localhost [] /api.target\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/frontend/reads-vite", reads_vite);
  g_test_add_func ("/discovery/frontend/reads-others", reads_others);
  g_test_add_func ("/discovery/frontend/reads-angular", reads_angular);
  return g_test_run ();
}
