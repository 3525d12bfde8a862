#include <string.h>

#include "recognise-test.h"

static void
reads_platforms (void)
{
  recognise_test_expect ("shop/fly.toml",
                         "app = \"shop\"\n[env]\nPORT = \"8080\"\nDB = \"postgres://db:5432/x\"\n"
                         "[http_service]\ninternal_port = 8080\n"
                         "[[services]]\ninternal_port = 9000\n[[services.ports]]\nport = 443\n"
                         "[processes]\nweb = \"node server.js --port 8081\"\n",
                         "6 target 8080 [] http_service.internal_port\n"
                         "8 target 9000 [] services[0].internal_port\n"
                         "10 reference 443 [] services[0].ports[0].port\n"
                         "12 listen 8081 [] processes.web\n"
                         "3 listen 8080 [] env.PORT\n"
                         "4 reference 5432@db [] env.DB\n");
  recognise_test_expect ("shop/wrangler.toml",
                         "compatibility_date = \"2024-05-12\"\n[dev]\nport = 8787\nip = "
                         "\"127.0.0.1\"\n[vars]\nAPI_URL = \"http://localhost:4000\"\n",
                         "3 listen 8787 [] dev.port\n"
                         "4 address 127.0.0.1 [] dev.ip\n"
                         "6 reference 4000@localhost [] vars.API_URL\n");
  recognise_test_expect ("shop/netlify.toml",
                         "[dev]\nport = 8888\ntargetPort = 3000\n[[redirects]]\nfrom = \"/api/*\"\n"
                         "to = \"http://localhost:4000/:splat\"\nstatus = 200\n",
                         "2 listen 8888 [] dev.port\n"
                         "3 reference 3000 [] dev.targetPort\n"
                         "6 reference 4000@localhost [] redirects[0].to\n");
  recognise_test_expect (
      "shop/serverless.yml",
      "custom:\n  serverless-offline:\n    httpPort: 4000\n    lambdaPort: 4002\n"
      "  dynamodb:\n    start:\n      port: 8000\n      migrate: true\n"
      "provider:\n  timeout: 3000\n",
      "3 listen 4000 [] custom.serverless-offline.httpPort\n"
      "4 listen 4002 [] custom.serverless-offline.lambdaPort\n"
      "7 listen 8000 [] custom.dynamodb.start.port\n");
  recognise_test_expect (
      "shop/render.yaml",
      "services:\n- type: web\n  startCommand: node . --port 10000\n  envVars:\n"
      "  - key: PORT\n    value: 10001\n  - key: WEB_CONCURRENCY\n    value: 4\n",
      "3 listen 10000 [] services[0].startCommand\n"
      "6 listen 10001 [] services[0].envVars[0].value\n");
  recognise_test_expect ("shop/skaffold.yaml",
                         "apiVersion: skaffold/v4beta11\nkind: Config\nportForward:\n"
                         "- resourceType: service\n  port: 80\n  localPort: 9000\n",
                         "5 reference 80 [] portForward[0].port\n"
                         "6 listen 9000 [] portForward[0].localPort\n");
}

static void
reads_tools (void)
{
  recognise_test_expect ("shop/.devcontainer/devcontainer.json",
                         "{\"forwardPorts\": [3000, \"db:5432\"], // both\n"
                         " \"appPort\": [\"8081:80\"],\n"
                         " \"portsAttributes\": {\"3000\": {\"label\": \"web 8080\"},\n"
                         "  \"40000-55000\": {}, \"db:5433\": {}, \".+/server.js\": {}}}",
                         "1 reference 3000 [] forwardPorts[0]\n"
                         "1 reference 5432@db [] forwardPorts[1]\n"
                         "2 publish 8081 [] appPort[0]\n"
                         "2 target 80 [] appPort[0]\n"
                         "3 reference 3000 [] portsAttributes.3000\n"
                         "4 reference 40000-55000 [] portsAttributes.40000-55000\n"
                         "4 reference 5433@db [] portsAttributes.db:5433\n");
  recognise_test_expect ("shop/.devcontainer/devcontainer.json",
                         "{\"appPort\": [8081, \"8082\"],\n"
                         " \"runArgs\": [\"-p\", \"9710:80\"],\n"
                         " \"postStartCommand\": [\"npm\", \"start\", \"--port\", \"9715\"],\n"
                         " \"postAttachCommand\": {\"server\": \"rails s -p 9716\"}}",
                         "1 publish 8081 [] appPort[0]\n"
                         "1 publish 8082 [] appPort[1]\n"
                         "3 listen 9715 [] postStartCommand[3]\n"
                         "4 listen 9716 [] postAttachCommand.server\n"
                         "2 publish 9710 [] runArgs[1]\n"
                         "2 target 80 [] runArgs[1]\n");
  recognise_test_expect ("shop/.github/ISSUE_TEMPLATE/bug.yml",
                         "body:\n  - attributes:\n      value: |\n        ports: ['8080:80']\n",
                         "");
  recognise_test_expect ("shop/.gitpod.yml",
                         "ports:\n  - port: 5002\n    onOpen: ignore\n"
                         "tasks:\n  - command: vite --port 5173\n",
                         "2 reference 5002 [] ports[0].port\n"
                         "5 listen 5173 [] tasks[0].command\n");
  recognise_test_expect ("shop/schema.json",
                         "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
                         " \"properties\": {\"port\": {\"default\": 26379},\n"
                         "  \"host\": {\"default\": \"10.1.2.3\"}}}",
                         "3 address 10.1.2.3 [] \n");
  recognise_test_expect (
      "shop/settings.json",
      "{\"$schema\": \"https://example.org/settings.schema.json\", \"port\": 8080}",
      "1 listen 8080 [] port\n");
  recognise_test_expect ("shop/.vscode/launch.json",
                         "{\"version\": \"0.2.0\", \"configurations\": [\n"
                         " {\"type\": \"node\", \"request\": \"attach\", \"port\": 9229},\n"
                         " {\"type\": \"chrome\", \"url\": \"http://localhost:5173\"},\n"
                         " {\"args\": [\"serve\", \"--port\", \"8000\"]}]}",
                         "2 reference 9229 [] configurations[0].port\n"
                         "4 listen 8000 [] configurations[2].args[2]\n"
                         "3 reference 5173@localhost [] configurations[1].url\n");
  recognise_test_expect (
      "shop/ecosystem.config.js",
      "module.exports = { apps: [\n"
      " { name: 'api', script: './a.js', env: { PORT: 3001 } },\n"
      " { name: 'web', script: 'serve', args: '--port 3002', max_restarts: 10 },\n"
      " { name: 'py', script: 'uvicorn', args: ['main:app', '--port', '8099'] },\n"
      " { name: 'php', script: 'php', args: '-S localhost:8098' }\n"
      "] };\n",
      "2 listen 3001 [api] apps[0].env.PORT\n"
      "3 listen 3002 [web] apps[1].args\n"
      "4 listen 8099 [py] apps[2].args[2]\n"
      "5 listen 8098@localhost [php] apps[3].args\n");
}

static void
reads_task_runners (void)
{
  recognise_test_expect ("shop/deno.json",
                         "{\"tasks\": {\"dev\": \"deno run -A npm:vite --port 5180\",\n"
                         "\"serve\": {\"command\": \"deno serve --port=8112 main.ts\"},\n"
                         "\"see\": \"curl http://localhost:8113\"}}",
                         "1 listen 5180 [] tasks.dev\n2 listen 8112 [] tasks.serve.command\n"
                         "3 reference 8113@localhost [] tasks.see\n");
  recognise_test_expect ("shop/Taskfile.yml",
                         "version: '3'\nvars:\n  PORT: 3000\ntasks:\n  one: npx serve --port 3001\n"
                         "  two:\n    - npx serve --port 3002\n"
                         "  three:\n    cmds:\n      - npx serve --port 3003\n"
                         "      - cmd: npx serve --port 3004\n",
                         "5 listen 3001 [] tasks.one\n7 listen 3002 [] tasks.two[0]\n"
                         "10 listen 3003 [] tasks.three.cmds[0]\n"
                         "11 listen 3004 [] tasks.three.cmds[1].cmd\n"
                         "3 listen 3000 [] vars.PORT\n");
}

static void
reads_ci (void)
{
  recognise_test_expect ("shop/.github/workflows/ci.yml",
                         "jobs:\n  test:\n    timeout-minutes: 30\n    services:\n      redis:\n"
                         "        image: redis:7\n        ports: [\"6379:6379\"]\n"
                         "    env:\n      REGISTRY_USER: localhost:5000/x\n    steps:\n"
                         "    - uses: actions/checkout@v4\n    - run: npx serve --port 3000\n",
                         "7 publish 6379 [] jobs.test.services.redis.ports[0]\n"
                         "7 target 6379 [] jobs.test.services.redis.ports[0]\n"
                         "12 listen 3000 [] jobs.test.steps[1].run\n"
                         "9 reference 5000@localhost [] jobs.test.env.REGISTRY_USER\n");
}

static void
reads_heroku (void)
{
  recognise_test_expect (
      "shop/app.json",
      "{\"env\": {\"PORT\": {\"value\": \"5005\"}, \"API_URL\": \"http://x:4000\"},\n"
      "\"scripts\": {\"postdeploy\": \"curl http://localhost:3999\"},\n"
      "\"formation\": {\"web\": {\"quantity\": 8080}}}",
      "2 reference 3999@localhost [] scripts.postdeploy\n"
      "1 listen 5005 [] env.PORT.value\n"
      "1 reference 4000@x [] env.API_URL\n");
}

static void
reads_nodemon (void)
{
  recognise_test_expect ("shop/nodemon.json",
                         "{\"exec\": \"node x.js --port 4567\", \"delay\": 2500,\n"
                         "\"env\": {\"PORT\": \"4568\"},\n"
                         "\"events\": {\"restart\": \"curl http://localhost:9999\"}}",
                         "1 listen 4567 [] exec\n"
                         "3 reference 9999@localhost [] events.restart\n"
                         "2 listen 4568 [] env.PORT\n");
}

static void
passes_over_descriptions (void)
{
  recognise_test_expect ("shop/openapi.yaml",
                         "openapi: 3.1.0\ninfo: {title: x, version: 1.2.3}\n"
                         "servers:\n- url: http://localhost:8080/v1\n"
                         "components:\n  schemas:\n    A:\n      properties:\n"
                         "        port: {type: integer, example: 9090}\n",
                         "4 reference 8080@localhost [] servers[0].url\n");
  static const char operation[] = "operationId: create\nresponses:\n  200: {port: 8080}\n";
  recognise_test_expect ("shop/paths/create.yaml", operation, "");
  recognise_test_expect ("shop/paths/answers.yaml", strchr (operation, '\n') + 1,
                         "2 listen 8080 [] responses.200.port\n");
}

static void
reads_cloudformation (void)
{
  recognise_test_expect (
      "shop/template.yaml",
      "AWSTemplateFormatVersion: '2010-09-09'\n"
      "Resources:\n"
      "  Group:\n"
      "    Type: AWS::EC2::SecurityGroup\n"
      "    Properties:\n"
      "      SecurityGroupIngress:\n"
      "        - {FromPort: 22, ToPort: 65535}\n"
      "  Task:\n"
      "    Properties:\n"
      "      ContainerDefinitions:\n"
      "        - PortMappings: [{ContainerPort: 8080}]\n"
      "  Listener:\n"
      "    Properties:\n"
      "      Port: 443\n",
      "7 reference 22 [] Resources.Group.Properties.SecurityGroupIngress[0].FromPort\n"
      "7 reference 65535 [] Resources.Group.Properties.SecurityGroupIngress[0].ToPort\n"
      "11 target 8080 [] "
      "Resources.Task.Properties.ContainerDefinitions[0].PortMappings[0].ContainerPort\n"
      "14 listen 443 [] Resources.Listener.Properties.Port\n");
}

static void
nothing_of_a_cloud_or_of_ci_is_on_this_machine (void)
{
  static const struct {
    const char *file, *text;
  } cases[] = {
      {"shop/part.yml", "Type: AWS::RDS::DBInstance\nProperties:\n  Port: 3306\n"},
      {"shop/.github/workflows/ci.yml",
       "jobs:\n  test:\n    services:\n      db:\n        ports: ['5432:5432']\n"
       "    steps:\n      - run: npx serve -l 3000\n"},
      {"shop/.gitlab-ci.yml", "test:\n  script:\n    - npx serve -l 3000\n"},
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (PmArena) arena = pm_arena_new ();
    g_autoptr (PmSighting) sighting =
        pm_recognise (cases[i].file, "shop", cases[i].text, strlen (cases[i].text), NULL, arena);
    g_assert_cmpuint (sighting->findings->len, >, 0);
    for (guint k = 0; k < sighting->findings->len; k++)
      g_assert_cmpint (g_array_index (sighting->findings, PmFinding, k).scope, !=, PM_SCOPE_HOST);
  }
}

/* Task definitions of ECS, whole or as a list of containers. */
static void
reads_task_definitions (void)
{
  recognise_test_expect ("shop/definition.json",
                         "[{\"name\": \"web\",\n  \"portMappings\": [\n"
                         "   {\"containerPort\": 3000, \"hostPort\": 8080}],\n"
                         "  \"environment\": [{\"name\": \"DB_PORT\", \"value\": \"5432\"}]}]\n",
                         "3 target 3000 [] [0].portMappings[0].containerPort\n"
                         "3 publish 8080 [] [0].portMappings[0].hostPort\n"
                         "4 reference 5432 [] [0].environment[0].value\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/platforms/reads-platforms", reads_platforms);
  g_test_add_func ("/discovery/platforms/reads-cloudformation", reads_cloudformation);
  g_test_add_func ("/discovery/platforms/nothing-of-a-cloud-or-of-ci-is-on-this-machine",
                   nothing_of_a_cloud_or_of_ci_is_on_this_machine);
  g_test_add_func ("/discovery/platforms/reads-tools", reads_tools);
  g_test_add_func ("/discovery/platforms/reads-task-runners", reads_task_runners);
  g_test_add_func ("/discovery/platforms/reads-ci", reads_ci);
  g_test_add_func ("/discovery/platforms/reads-heroku", reads_heroku);
  g_test_add_func ("/discovery/platforms/reads-nodemon", reads_nodemon);
  g_test_add_func ("/discovery/platforms/passes-over-descriptions", passes_over_descriptions);
  g_test_add_func ("/discovery/platforms/reads-task-definitions", reads_task_definitions);
  return g_test_run ();
}
