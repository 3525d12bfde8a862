/* Frameworks' own settings: Spring Boot ("Common Application Properties", "Externalized
 * Configuration": ${NAME:default}; Spring Cloud's bootstrap files and Eureka), Quarkus and
 * Micronaut, whose files are called the same, and .NET
 * (ASP.NET Core "launchSettings.json", "Configure endpoints for the Kestrel web server",
 * ConnectionStrings of appsettings.json).
 *
 * Ports of server, management and Kestrel are the application's own; those below spring.* are of
 * what it uses. */

#include "discovery/rules/rules.h"
#include "discovery/ruleset-read.h"

#include <string.h>

#define READ(id_, path_, grammar_, role_)                                                          \
  {                                                                                                \
    .id = id_, .path = path_, .grammar = PM_GRAMMAR_##grammar_, .role = PM_ROLE_##role_,           \
    .scope = PM_SCOPE_HOST, .confidence = 0.97, .insists = TRUE                                    \
  }

/* --- Spring --- */

static const char *const spring_files[] = {
    "application.yml",
    "application.yaml",
    "application.properties",
    "application-*.yml",
    "application-*.yaml",
    "application-*.properties",
    "bootstrap.yml",
    "bootstrap.yaml",
    "bootstrap.properties",
    "bootstrap-*.yml",
    "bootstrap-*.yaml",
    "bootstrap-*.properties",
    NULL,
};

/* Properties keep a dotted key as one; YAML nests. A pattern's dots stand between keys, so a dotted
 * key is matched by stars. */
static const PmRule spring_rules[] = {
    READ ("spring.server.port", "server.port", PORT, LISTEN),
    READ ("spring.server.port", "management.server.port", PORT, LISTEN),
    READ ("spring.server.port", "server*port|management*server*port", PORT, LISTEN),
    /* Quarkus, "HTTP Reference", profiles are a prefix; Micronaut, "HTTP Server Configuration" */
    READ ("quarkus.http.port", "quarkus.http|management.port|ssl-port|test-port", PORT, LISTEN),
    READ ("quarkus.http.port", "%*.quarkus.http|management.port|ssl-port|test-port", PORT, LISTEN),
    READ ("quarkus.http.port", "quarkus*http*port|quarkus*management*port|%*quarkus*http*port",
          PORT, LISTEN),
    READ ("micronaut.server.port", "micronaut.server.port", PORT, LISTEN),
    READ ("micronaut.server.port", "micronaut*server*port", PORT, LISTEN),
    /* Ktor, "Configuration in a file" */
    READ ("ktor.deployment.port", "ktor.deployment.port|sslPort", PORT, LISTEN),
};

static const PmRule spring_other = {
    .id = "spring.other", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.9};

/* Ktor's "$PORT:8080" ("Configuration in a file", YAML): a variable, and what holds without it. */
static void
read_ktor_default (PmRecognition *r)
{
  static const PmRule port = READ ("ktor.deployment.port", NULL, PORT, LISTEN);
  PmNodeId id = pm_document_find (r->document, r->root, "ktor", "deployment", "port", NULL);
  const char *text = id == 0 ? NULL : pm_document_text (r->document, id);
  const char *colon = text == NULL || text[0] != '$' ? NULL : strchr (text, ':');
  if (colon != NULL)
    pm_recognition_read_part (r, id, (gsize) (colon + 1 - text), strlen (text), &port, "");
}

static void
recognise_spring (PmRecognition *r)
{
  read_ktor_default (r);
  pm_recognition_read_keys (r, r->root, &spring_other, "");
}

const PmRuleset pm_ruleset_spring = {
    .name = "spring",
    .files = spring_files,
    .rules = spring_rules,
    .n_rules = G_N_ELEMENTS (spring_rules),
    .expansion = PM_EXPANSION_SPRING,
    .recognise = recognise_spring,
};

/* --- .NET --- */

static const char *const dotnet_files[] = {"appsettings.json", "appsettings.*.json",
                                           "launchSettings.json", NULL};

static const PmRule dotnet_rules[] = {
    READ ("dotnet.url", "profiles.*.applicationUrl", ENDPOINT, LISTEN),
    READ ("dotnet.url", "iisSettings.iisExpress.applicationUrl", ENDPOINT, LISTEN),
    READ ("dotnet.ssl", "iisSettings.iisExpress.sslPort", PORT, LISTEN),
    READ ("dotnet.urls", "**.environmentVariables.ASPNETCORE_URLS|DOTNET_URLS|URLS", ENDPOINT,
          LISTEN),
    READ ("dotnet.kestrel", "**.Kestrel.Endpoints.*.Url", ENDPOINT, LISTEN),
    READ ("dotnet.urls", "~urls", ENDPOINT, LISTEN),
    READ ("dotnet.connection", "ConnectionStrings.*", TEXT, REFERENCE),
};

static const PmRule dotnet_other = {
    .id = "dotnet.other", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.9};

static void
recognise_dotnet (PmRecognition *r)
{
  pm_recognition_read_keys (r, r->root, &dotnet_other, "");
}

const PmRuleset pm_ruleset_dotnet = {
    .name = "dotnet",
    .files = dotnet_files,
    .syntax = "json",
    .rules = dotnet_rules,
    .n_rules = G_N_ELEMENTS (dotnet_rules),
    .expansion = PM_EXPANSION_NONE,
    .recognise = recognise_dotnet,
};
