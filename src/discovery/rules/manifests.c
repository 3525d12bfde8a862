/* Manifests of packages: the web framework that a project uses, and where it listens when nothing
 * says otherwise. By the documentation of the manifests (PyPA's pyproject.toml and requirements
 * file format, Pipenv, Poetry, Bundler's Gemfile, Composer's schema, Maven's POM, Gradle, Cargo,
 * .NET's project SDKs) and of each framework for its port.
 *
 * A default is a fact of the service, no finding: no byte says it. It counts only while no file
 * gives the service a port. The first framework of a table that is among the dependencies decides:
 * those that bring a server of their own stand before libraries that need one. */

#include "discovery/program.h"
#include "discovery/rules/rules.h"

#include <string.h>

typedef struct {
  const char *package;
  const char *tool;
  guint16 port;
} Framework;

static const Framework python[] = {
    {"streamlit", "streamlit", 8501}, {"gradio", "gradio", 7860},
    {"jupyterlab", "jupyter", 8888},  {"notebook", "jupyter", 8888},
    {"django", "django", 8000},       {"fastapi", "fastapi", 8000},
    {"litestar", "litestar", 8000},   {"sanic", "sanic", 8000},
    {"dash", "dash", 8050},           {"quart", "quart", 5000},
    {"flask", "flask", 5000},         {"bottle", "bottle", 8080},
    {"uvicorn", "uvicorn", 8000},     {"hypercorn", "hypercorn", 8000},
    {"gunicorn", "gunicorn", 8000},
};

static const Framework ruby[] = {
    {"rails", "rails", 3000},
    {"sinatra", "sinatra", 4567},
    {"jekyll", "jekyll", 4000},
    {"puma", "puma", 9292},
};

static const Framework php[] = {
    {"laravel/framework", "laravel", 8000},
    {"symfony/framework-bundle", "symfony", 8000},
};

static const Framework jvm[] = {
    {"spring-boot-starter-web", "spring-boot", 8080},
    {"spring-boot-starter-webflux", "spring-boot", 8080},
    {"spring-boot-starter-webmvc", "spring-boot", 8080},
    {"quarkus-rest", "quarkus", 8080},
    {"quarkus-rest-jackson", "quarkus", 8080},
    {"quarkus-resteasy", "quarkus", 8080},
    {"quarkus-resteasy-reactive", "quarkus", 8080},
    {"quarkus-vertx-http", "quarkus", 8080},
    {"micronaut-http-server-netty", "micronaut", 8080},
    {"javalin", "javalin", 8080},
    {"spark-core", "spark", 4567}, /* Spark, the web framework */
    {"dropwizard-core", "dropwizard", 8080},
};

static const Framework rust[] = {{"rocket", "rocket", 8000}};

static const Framework dotnet[] = {{"Microsoft.NET.Sdk.Web", "kestrel", 5000}};

/* --- the search --- */

typedef struct {
  PmRecognition *r;
  const Framework *frameworks;
  gsize n; /* those that may still decide: what stands behind the best one may not */
  PmNodeId at;
} Search;

#define SEARCH(r_, table)                                                                          \
  {                                                                                                \
    .r = (r_), .frameworks = (table), .n = G_N_ELEMENTS (table)                                    \
  }

static void
look_at (Search *search, const char *package, PmNodeId at)
{
  for (gsize i = 0; i < search->n; i++)
    if (strcmp (search->frameworks[i].package, package) == 0) {
      search->n = i;
      search->at = at;
    }
}

/* `name`: "" is the unit's. Whoever has a name is told of even without a framework. What lies among
 * tests is started by them. */
static void
add_fact (Search *search, const char *name, PmNodeId named_at)
{
  gboolean found = search->at != 0;
  if (*name == '\0' && !found)
    return;
  PmServiceFact *fact = pm_recognition_add_service (search->r, name, found ? search->at : named_at);
  if (!found)
    return;
  const Framework *framework = &search->frameworks[search->n];
  fact->tool = framework->tool;
  if (pm_program_is_among_tests (search->r))
    return;
  fact->default_port = framework->port;
  fact->default_origin = pm_arena_printf (search->r->arena, "%s's default", framework->tool);
}

static PmNodeId
first_child (const Search *search, PmNodeId map)
{
  return map == 0 ? 0 : pm_document_node (search->r->document, map)->first_child;
}

static PmNodeId
next_sibling (const Search *search, PmNodeId id)
{
  return pm_document_node (search->r->document, id)->next_sibling;
}

static void
look_at_keys (Search *search, PmNodeId map)
{
  for (PmNodeId id = first_child (search, map); id != 0; id = next_sibling (search, id)) {
    const char *key = pm_document_node (search->r->document, id)->key;
    if (key != NULL)
      look_at (search, key, id);
  }
}

/* What else a manifest says: tasks, sources, settings of tools. */
static const PmRule by_key = {
    .id = "manifest", .role = PM_ROLE_LISTEN, .scope = PM_SCOPE_HOST, .confidence = 0.8};
static const PmRule in_code = {
    .id = "manifest", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.75};

/* Numbers with dots in a dependency are its version, unless it names the address that it comes
 * from. */
static void
skip_versions (Search *search, PmNodeId below)
{
  const PmDocument *d = search->r->document;
  for (PmNodeId id = below; below != 0 && id < d->nodes->len; id++) {
    const PmNode *node = pm_document_node (d, id);
    if (id > below && node->parent < below)
      break;
    if (node->kind == PM_NODE_SCALAR && strstr (node->value, "://") == NULL)
      pm_recognition_skip (search->r, id);
  }
}

static void
skip_versions_in (Search *search, PmNodeId map, const char *const *keys)
{
  for (; *keys != NULL; keys++)
    skip_versions (search, pm_document_child (search->r->document, map, *keys));
}

/* --- Python --- */

/* `Flask[async]>=2; python_version > "3"` is flask: PEP 508 names, as PEP 503 normalises them. */
static void
look_at_requirement (Search *search, const char *text, PmNodeId at)
{
  g_autoptr (GString) name = g_string_new (NULL);
  for (; g_ascii_isalnum (*text) || (*text != '\0' && strchr ("-_.", *text) != NULL); text++) {
    gboolean separates = !g_ascii_isalnum (*text);
    if (!separates || name->len == 0 || name->str[name->len - 1] != '-')
      g_string_append_c (name, separates ? '-' : g_ascii_tolower (*text));
  }
  look_at (search, name->str, at);
}

static void
look_at_requirements (Search *search, PmNodeId first, gboolean are_keys)
{
  for (PmNodeId id = first; id != 0; id = next_sibling (search, id)) {
    const char *text = are_keys ? pm_document_node (search->r->document, id)->key
                                : pm_document_text (search->r->document, id);
    if (text != NULL)
      look_at_requirement (search, text, id);
  }
}

static void
look_at_python (Search *search)
{
  const PmDocument *d = search->r->document;
  PmNodeId root = search->r->root;
  PmNodeId project = pm_document_find (d, root, "project", "dependencies", NULL);
  PmNodeId poetry = pm_document_find (d, root, "tool", "poetry", "dependencies", NULL);
  PmNodeId pipenv = pm_document_child (d, root, "packages");
  look_at_requirements (search, first_child (search, project), FALSE);
  look_at_requirements (search, first_child (search, poetry), TRUE);
  look_at_requirements (search, first_child (search, pipenv), TRUE);
}

/* Poe the Poet ("Task types"), PDM ("PDM Scripts") and taskipy: commands by name, as a text or as
 * the `cmd` or `shell` of a table. */
static void
read_tasks (PmRecognition *r)
{
  static const char *const paths[] = {
      "tool.poe.tasks.*",        "tool.poe.tasks.*.cmd|shell",   "tool.poe.tasks.*.sequence.[]",
      "tool.pdm.scripts.*",      "tool.pdm.scripts.*.cmd|shell", "tool.taskipy.tasks.*",
      "tool.taskipy.tasks.*.cmd"};
  static const PmRule command = {.id = "pyproject.task",
                                 .grammar = PM_GRAMMAR_COMMAND,
                                 .role = PM_ROLE_LISTEN,
                                 .scope = PM_SCOPE_HOST,
                                 .confidence = 0.9};
  PmNodeId tool = pm_document_child (r->document, r->root, "tool");
  PmNodeId captures[4];
  for (PmNodeId id = tool + 1; tool != 0 && id < r->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->parent < tool)
      break;
    for (gsize i = 0; node->kind == PM_NODE_SCALAR && i < G_N_ELEMENTS (paths); i++)
      if (!r->was_read[id] && pm_path_match (r->document, r->root, id, paths[i], captures))
        pm_recognition_read (r, id, &command, "");
  }
}

static void
recognise_pyproject (PmRecognition *r)
{
  read_tasks (r);
  const PmDocument *d = r->document;
  Search search = SEARCH (r, python);
  look_at_python (&search);
  static const char *const in_project[] = {"dependencies", "optional-dependencies", "version",
                                           "requires-python", NULL};
  static const char *const in_poetry[] = {"dependencies", "dev-dependencies", "group", "version",
                                          NULL};
  static const char *const at_root[] = {"packages",          "dev-packages", "build-system",
                                        "dependency-groups", "requires",     NULL};
  skip_versions_in (&search, pm_document_child (d, r->root, "project"), in_project);
  skip_versions_in (&search, pm_document_find (d, r->root, "tool", "poetry", NULL), in_poetry);
  skip_versions_in (&search, r->root, at_root);
  PmNodeId at = pm_document_find (d, r->root, "project", "name", NULL);
  if (at == 0)
    at = pm_document_find (d, r->root, "tool", "poetry", "name", NULL);
  const char *name = at == 0 ? NULL : pm_document_text (d, at);
  /* A template's placeholder names nothing. */
  add_fact (&search, name == NULL || strstr (name, "{{") != NULL ? "" : name, at);
  pm_recognition_read_keys (r, r->root, &by_key, "");
}

static void
recognise_requirements (PmRecognition *r)
{
  Search search = SEARCH (r, python);
  look_at_requirements (&search, pm_document_node (r->document, r->root)->first_child, TRUE);
  add_fact (&search, "", 0);
  for (PmNodeId id = pm_document_node (r->document, r->root)->first_child; id != 0;
       id = next_sibling (&search, id))
    if (pm_document_node (r->document, id)->key[0] != '-')
      skip_versions (&search, id);
  pm_recognition_read_rest (r, r->root, "");
}

/* --- Ruby, Gradle --- */

/* Both are programs: whatever string is a package's name is taken for one. `group:name:version` of
 * Gradle is its name. */
static void
look_at_strings (Search *search)
{
  for (PmNodeId id = search->r->root + 1; id < search->r->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (search->r->document, id);
    if (node->kind != PM_NODE_SCALAR || node->quoting == PM_QUOTING_NONE)
      continue;
    const char *colon = strchr (node->value, ':');
    const char *name = colon == NULL ? node->value : colon + 1;
    g_autofree char *package = g_strndup (name, strcspn (name, ":"));
    look_at (search, package, id);
  }
}

static void
recognise_gemfile (PmRecognition *r)
{
  Search search = SEARCH (r, ruby);
  look_at_strings (&search);
  add_fact (&search, "", 0);
  pm_program_read (r, r->root, &in_code, "");
}

static void
recognise_gradle (PmRecognition *r)
{
  Search search = SEARCH (r, jvm);
  look_at_strings (&search);
  add_fact (&search, "", 0);
  pm_program_read (r, r->root, &in_code, "");
}

/* --- PHP, Maven, Rust, .NET --- */

/* Composer's "Scripts": a command, or a list of them. */
static void
read_composer_scripts (PmRecognition *r)
{
  static const PmRule command = {.id = "composer.script",
                                 .grammar = PM_GRAMMAR_COMMAND,
                                 .role = PM_ROLE_LISTEN,
                                 .scope = PM_SCOPE_HOST,
                                 .confidence = 0.9};
  PmNodeId scripts = pm_document_child (r->document, r->root, "scripts");
  for (PmNodeId id = scripts + 1; scripts != 0 && id < r->document->nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->parent < scripts)
      break;
    if (node->kind == PM_NODE_SCALAR)
      pm_recognition_read (r, id, &command, "");
  }
}

static void
recognise_composer (PmRecognition *r)
{
  read_composer_scripts (r);
  Search search = SEARCH (r, php);
  look_at_keys (&search, pm_document_child (r->document, r->root, "require"));
  add_fact (&search, "", 0);
  static const char *const versions[] = {"require", "require-dev", "version", "conflict",
                                         "replace", "provide",     "suggest", NULL};
  skip_versions_in (&search, r->root, versions);
  pm_recognition_read_keys (r, r->root, &by_key, "");
}

/* <version>, <java.version>, Version="…". */
static void
read_xml (PmRecognition *r)
{
  for (PmNodeId id = r->root + 1; id < r->document->nodes->len; id++) {
    const char *key = pm_document_node (r->document, id)->key;
    g_autofree char *name = key == NULL ? NULL : g_ascii_strdown (key, -1);
    if (name != NULL && strstr (name, "version") != NULL)
      pm_recognition_skip (r, id);
  }
  pm_recognition_read_rest (r, r->root, "");
}

/* What dependencyManagement lists is not used yet. */
static void
recognise_maven (PmRecognition *r)
{
  Search search = SEARCH (r, jvm);
  PmNodeId list = pm_document_find (r->document, r->root, "project", "dependencies", NULL);
  for (PmNodeId id = first_child (&search, list); id != 0; id = next_sibling (&search, id)) {
    PmNodeId artifact = pm_document_child (r->document, id, "artifactId");
    const char *text = artifact == 0 ? NULL : pm_document_text (r->document, artifact);
    if (text != NULL)
      look_at (&search, text, artifact);
  }
  add_fact (&search, "", 0);
  read_xml (r);
}

static void
recognise_cargo (PmRecognition *r)
{
  Search search = SEARCH (r, rust);
  look_at_keys (&search, pm_document_child (r->document, r->root, "dependencies"));
  add_fact (&search, "", 0);
  static const char *const versions[] = {"dependencies", "dev-dependencies", "build-dependencies",
                                         "target",       "workspace",        NULL};
  skip_versions_in (&search, r->root, versions);
  pm_recognition_read_keys (r, r->root, &by_key, "");
}

static void
recognise_csproj (PmRecognition *r)
{
  Search search = SEARCH (r, dotnet);
  PmNodeId sdk = pm_document_find (r->document, r->root, "Project", "@Sdk", NULL);
  const char *text = sdk == 0 ? NULL : pm_document_text (r->document, sdk);
  if (text != NULL)
    look_at (&search, text, sdk);
  add_fact (&search, "", 0);
  read_xml (r);
}

/* --- the rule sets --- */

#define MANIFEST(variable, name_, syntax_, recognise_, ...)                                        \
  static const char *const variable##_files[] = {__VA_ARGS__, NULL};                               \
  const PmRuleset pm_ruleset_##variable = {.name = name_,                                          \
                                           .files = variable##_files,                              \
                                           .syntax = syntax_,                                      \
                                           .expansion = PM_EXPANSION_SHELL,                        \
                                           .recognise = recognise_}

MANIFEST (pyproject, "pyproject", "toml", recognise_pyproject, "pyproject.toml", "Pipfile");
MANIFEST (requirements, "requirements", "directive", recognise_requirements, "requirements.txt",
          "requirements.in", "**/requirements/base.txt", "**/requirements/production.txt");
MANIFEST (gemfile, "gemfile", "code", recognise_gemfile, "Gemfile");
MANIFEST (gradle, "gradle", "code", recognise_gradle, "build.gradle", "build.gradle.kts");
MANIFEST (composer, "composer", "json", recognise_composer, "composer.json");
MANIFEST (maven, "maven", "xml", recognise_maven, "pom.xml");
MANIFEST (cargo, "cargo", "toml", recognise_cargo, "Cargo.toml");
MANIFEST (csproj, "csproj", "xml", recognise_csproj, "*.csproj");
