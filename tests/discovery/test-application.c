/* Spring Boot, .NET, Helm's values. */

#include "recognise-test.h"

static void
spring_reads_its_own_and_what_it_uses (void)
{
  recognise_test_expect ("shop/src/main/resources/application.yml",
                         "server:\n"
                         "  port: ${SERVER_PORT:8080}\n"
                         "management:\n"
                         "  server:\n"
                         "    port: 8081\n"
                         "spring:\n"
                         "  datasource:\n"
                         "    url: jdbc:postgresql://db:5432/shop\n"
                         "  redis:\n"
                         "    port: 6379\n"
                         "  jpa:\n"
                         "    batch-size: 3000\n"
                         "eureka:\n"
                         "  client:\n"
                         "    serviceUrl:\n"
                         "      defaultZone: http://localhost:8761/eureka/\n",

                         "2 listen 8080 [] server.port\n"
                         "5 listen 8081 [] management.server.port\n"
                         "8 reference 5432@db [] spring.datasource.url\n"
                         "10 reference 6379 [] spring.redis.port\n"
                         "16 reference 8761@localhost [] eureka.client.serviceUrl.defaultZone\n");
  recognise_test_expect ("shop/application-dev.properties",
                         "server.port=9000\n"
                         "management.server.port=${MANAGEMENT:9001}\n"
                         "spring.data.mongodb.port=27017\n"
                         "server.max-http-header-size=8080\n",

                         "1 listen 9000 [] server.port\n"
                         "2 listen 9001 [] management.server.port\n"
                         "3 reference 27017 [] spring.data.mongodb.port\n");
}

static void
quarkus_micronaut_and_ktor_listen (void)
{
  recognise_test_expect ("shop/application.properties",
                         "quarkus.http.port=8089\n"
                         "%dev.quarkus.http.port=8090\n"
                         "quarkus.http.test-port=8091\n"
                         "quarkus.management.port=9002\n"
                         "micronaut.server.port=8095\n"
                         "quarkus.redis.port=6379\n",

                         "1 listen 8089 [] quarkus.http.port\n"
                         "2 listen 8090 [] %dev.quarkus.http.port\n"
                         "3 listen 8091 [] quarkus.http.test-port\n"
                         "4 listen 9002 [] quarkus.management.port\n"
                         "5 listen 8095 [] micronaut.server.port\n"
                         "6 reference 6379 [] quarkus.redis.port\n");
  recognise_test_expect ("shop/application.yaml",
                         "ktor:\n  deployment:\n    port: 8087\n    sslPort: 8443\n"
                         "  client:\n    port: 8088\n",

                         "3 listen 8087 [] ktor.deployment.port\n"
                         "4 listen 8443 [] ktor.deployment.sslPort\n"
                         "6 reference 8088 [] ktor.client.port\n");
}

static void
dotnet_reads_urls_and_connections (void)
{
  recognise_test_expect (
      "shop/Properties/launchSettings.json",
      "{\"profiles\": {\"https\": {\n"
      "  \"applicationUrl\": \"https://localhost:7001;http://localhost:5001\",\n"
      "  \"environmentVariables\": {\n"
      "    \"ASPNETCORE_URLS\": \"http://+:8000\",\n"
      "    \"Identity__Url\": \"http://localhost:5223\"\n"
      "  }\n"
      "}}}\n",

      "2 listen 7001@localhost [] profiles.https.applicationUrl\n"
      "2 listen 5001@localhost [] profiles.https.applicationUrl\n"
      "4 listen 8000@+ [] profiles.https.environmentVariables.ASPNETCORE_URLS\n"
      "5 reference 5223@localhost [] profiles.https.environmentVariables.Identity__Url\n");
  recognise_test_expect (
      "shop/appsettings.Development.json",
      "{\n"
      "  \"Kestrel\": {\"Endpoints\": {\"Http\": {\"Url\": \"http://*:5000\"}}},\n"
      "  \"ConnectionStrings\": {\"Db\": \"Host=localhost;Port=5432;Timeout=3000\"},\n"
      "  \"MaxItems\": 8080\n"
      "}\n",

      "2 listen 5000@* [] Kestrel.Endpoints.Http.Url\n"
      "3 reference 5432@localhost [] ConnectionStrings.Db\n");
}

static void
helm_reads_values (void)
{
  recognise_test_expect ("shop/charts/shop/values.yaml",
                         "replicaCount: 3000\n"
                         "image:\n"
                         "  repository: redis\n"
                         "  tag: 8080\n"
                         "service:\n"
                         "  type: NodePort\n"
                         "  port: 80\n"
                         "  targetPort: 8080\n"
                         "  nodePort: 30080\n"
                         "containerPort: 8081\n"
                         "extraArgs:\n"
                         "  - --web.listen-address=:9090\n"
                         "env:\n"
                         "  - name: DB_PORT\n"
                         "    value: \"5432\"\n"
                         "mongodb:\n"
                         "  uri: mongodb://db:27017\n"
                         "resources:\n"
                         "  memory: 8080\n",

                         "7 listen 80 [] service.port\n"
                         "8 target 8080 [] service.targetPort\n"
                         "9 publish 30080 [] service.nodePort\n"
                         "10 target 8081 [] containerPort\n"
                         "12 listen 9090 [] extraArgs[0]\n"
                         "15 reference 5432 [] env[0].value\n"
                         "17 reference 27017@db [] mongodb.uri\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discovery/spring/reads-its-own-and-what-it-uses",
                   spring_reads_its_own_and_what_it_uses);
  g_test_add_func ("/discovery/quarkus-micronaut-and-ktor/listen",
                   quarkus_micronaut_and_ktor_listen);
  g_test_add_func ("/discovery/dotnet/reads-urls-and-connections",
                   dotnet_reads_urls_and_connections);
  g_test_add_func ("/discovery/helm/reads-values", helm_reads_values);
  return g_test_run ();
}
