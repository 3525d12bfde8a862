/* Dockerfiles and Containerfiles: Docker's "Dockerfile reference" (EXPOSE, ENV, ARG, CMD,
 * ENTRYPOINT, HEALTHCHECK, COPY, ADD; variables are expanded with what ENV and ARG said above).
 *
 * The shape is that of formats/dockerfile.c. What is exposed or bound lives in the container. */

#include "discovery/rules/rules.h"

#include <string.h>

static const char *const files[] = {
    "Dockerfile",    "Dockerfile.*",    "Dockerfile-*",    "Dockerfile_*",
    "*.Dockerfile",  "*.dockerfile",    "*-Dockerfile",    "dockerfile",
    "Containerfile", "Containerfile.*", "*.Containerfile", NULL,
};

static const PmRule exposed = {.id = "dockerfile.expose",
                               .grammar = PM_GRAMMAR_PORT,
                               .role = PM_ROLE_TARGET,
                               .scope = PM_SCOPE_CONTAINER,
                               .confidence = 1};
static const PmRule variable = {.id = "dockerfile.variable",
                                .role = PM_ROLE_REFERENCE,
                                .scope = PM_SCOPE_CONTAINER,
                                .confidence = 0.95};
static const PmRule command = {.id = "dockerfile.command",
                               .grammar = PM_GRAMMAR_COMMAND,
                               .role = PM_ROLE_LISTEN,
                               .scope = PM_SCOPE_CONTAINER,
                               .confidence = 0.9};
static const PmRule health = {.id = "dockerfile.healthcheck",
                              .grammar = PM_GRAMMAR_COMMAND,
                              .role = PM_ROLE_REFERENCE,
                              .scope = PM_SCOPE_CONTAINER,
                              .confidence = 0.9};
static const PmRule image = {.id = "dockerfile.from",
                             .role = PM_ROLE_REFERENCE,
                             .scope = PM_SCOPE_CONTAINER,
                             .confidence = 0.8};
static const PmRule step = {.id = "dockerfile.step",
                            .grammar = PM_GRAMMAR_TEXT,
                            .role = PM_ROLE_REFERENCE,
                            .scope = PM_SCOPE_CONTAINER,
                            .confidence = 0.75};

/* A variable that only passes another one on (ENV PORT=$PORT) keeps the other's place: there its
 * value is written. */
static void
define (PmRecognition *r, PmEnvironment *environment, PmNodeId id)
{
  const PmNode *node = pm_document_node (r->document, id);
  if (node->kind != PM_NODE_SCALAR || node->key == NULL)
    return;
  const char *text = pm_recognition_text (r, id);
  PmVariable defined = {
      .name = node->key,
      .value = text,
      .file = r->file,
      .line = pm_document_position (r->document, node->span.start).line,
      .span = node->span,
  };
  if (node->value[0] == '$') {
    g_autofree char *name = g_strdup (node->value + 1 + (node->value[1] == '{'));
    g_strdelimit (name, "}", '\0');
    const PmVariable *other = pm_environment_get (environment, name);
    if (other != NULL) {
      defined = *other;
      defined.name = node->key;
    }
  }
  pm_environment_set (environment, &defined);
}

static void
read_variables (PmRecognition *r, PmEnvironment *environment, PmNodeId instruction)
{
  g_autoptr (GArray) entries = pm_recognition_entries (r, instruction);
  for (guint i = 0; i < entries->len; i++) {
    PmNodeId id = g_array_index (entries, PmNodeId, i);
    const char *name = pm_document_node (r->document, id)->key;
    if (name == NULL)
      continue;
    pm_recognition_read_named (r, id, name, &variable, "");
    define (r, environment, id);
  }
}

static void
read_words (PmRecognition *r, PmNodeId instruction, const PmRule *rule)
{
  g_autoptr (GArray) items = pm_recognition_entries (r, instruction);
  for (guint i = 0; i < items->len; i++)
    pm_recognition_read (r, g_array_index (items, PmNodeId, i), rule, "");
}

/* --- what is copied into the image --- */

/* A source is relative to the build's context: mostly the Dockerfile's directory, or the project's.
 * The working copy as a whole says nothing about any file of it. */
static void
link_source (PmRecognition *r, const char *source, const char *kind, PmNodeId at)
{
  source += strspn (source, "/");
  const char *path = pm_recognition_resolve_path (r, source);
  if (path != NULL && *path != '\0' && !g_str_has_prefix (r->directory, path))
    pm_recognition_add_link (r, kind, path, "", at);
  if (strcmp (r->directory, r->project) == 0 || strstr (source, "..") != NULL)
    return;
  source += g_str_has_prefix (source, "./") ? 2 : 0;
  g_autofree char *of_project = g_strconcat (r->project, "/", source, NULL);
  gsize length = strlen (of_project);
  while (length > 0 && of_project[length - 1] == '/')
    of_project[--length] = '\0';
  if (*source != '\0' && strcmp (source, ".") != 0 && !g_str_has_prefix (r->directory, of_project))
    pm_recognition_add_link (r, kind, of_project, "", at);
}

/* Where only an image has something, so that nobody runs it on the host by that path: the root
 * itself, a file right in it, and folders of the system. What goes to /app, /srv or a relative path
 * is the program as a developer has it, too. */
static gboolean
is_a_place_of_images (const char *destination)
{
  static const char *const folders[] = {"/etc/", "/usr/", "/docker-entrypoint", "/root/", "/bin/"};
  if (strcmp (destination, "/") == 0)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    if (g_str_has_prefix (destination, folders[i]) && !g_str_has_prefix (destination, "/usr/src/"))
      return TRUE;
  return destination[0] == '/' && strchr (destination + 1, '/') == NULL &&
         strchr (destination, '.') != NULL;
}

/* Whether it may be a daemon's: by its name, or by where it goes. A program's own files are no
 * matter. */
static gboolean
may_be_configuration (const char *source, const char *destination)
{
  static const char *const endings[] = {".conf", ".cfg",  ".cnf",  ".ini",
                                        ".yml",  ".yaml", ".toml", "Caddyfile"};
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (source, endings[i]))
      return TRUE;
  return is_a_place_of_images (destination);
}

/* COPY [--chown=…] source… destination, or the same as a JSON array; --from another stage copies
 * nothing of the project. */
static void
link_copied (PmRecognition *r, PmNodeId instruction)
{
  const char *text = pm_document_text (r->document, instruction);
  if (text == NULL || strstr (text, "--from=") != NULL || strstr (text, "<<") != NULL)
    return;
  g_auto (GStrv) words = g_strsplit_set (text, " \t\r\n[]\",\\", 256);
  const char *destination = NULL; /* the last word */
  for (gsize i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      destination = words[i];
  for (gsize i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && words[i] != destination && !g_str_has_prefix (words[i], "--") &&
        strpbrk (words[i], "$*?:") == NULL && may_be_configuration (words[i], destination))
      link_source (r, words[i], is_a_place_of_images (destination) ? "image" : "mount",
                   instruction);
}

static void
read_instruction (PmRecognition *r, PmEnvironment *environment, PmNodeId id)
{
  const char *name = pm_document_node (r->document, id)->key;
  if (name == NULL)
    return;
  if (strcmp (name, "EXPOSE") == 0) {
    read_words (r, id, &exposed);
  } else if (strcmp (name, "ENV") == 0 || strcmp (name, "ARG") == 0) {
    read_variables (r, environment, id);
  } else if (strcmp (name, "CMD") == 0 || strcmp (name, "ENTRYPOINT") == 0) {
    pm_recognition_read_vector (r, id, &command, "");
  } else if (strcmp (name, "HEALTHCHECK") == 0) {
    PmNodeId test = pm_document_child (r->document, id, "CMD");
    if (test != 0)
      pm_recognition_read_vector (r, test, &health, "");
    pm_recognition_skip (r, id);
  } else if (strcmp (name, "COPY") == 0 || strcmp (name, "ADD") == 0) {
    link_copied (r, id);
  } else if (strcmp (name, "FROM") == 0) {
    PmNodeId from = pm_document_node (r->document, id)->first_child;
    if (from != 0)
      pm_recognition_read_named (r, from, "image", &image, "");
    pm_recognition_skip (r, id);
  }
}

static void
recognise (PmRecognition *r)
{
  g_autoptr (PmEnvironment) environment = pm_environment_new (NULL);
  const PmEnvironment *before = r->environment;
  r->environment = environment;
  for (PmNodeId id = pm_document_node (r->document, r->root)->first_child; id != 0;
       id = pm_document_node (r->document, id)->next_sibling) {
    read_instruction (r, environment, id);
    const char *name = pm_document_node (r->document, id)->key;
    if (name != NULL && strcmp (name, "ONBUILD") == 0)
      read_instruction (r, environment, pm_document_node (r->document, id)->first_child);
  }
  r->environment = before;

  for (PmNodeId id = 1; id < r->document->nodes->len; id++)
    if (pm_document_node (r->document, id)->kind == PM_NODE_SCALAR && !r->was_read[id])
      pm_recognition_read (r, id, &step, "");
}

const PmRuleset pm_ruleset_dockerfile = {
    .name = "dockerfile",
    .files = files,
    .syntax = "dockerfile",
    .expansion = PM_EXPANSION_SHELL,
    .recognise = recognise,
};
