/* What a compose file tells besides ports: how a service is built, started and called, how many of
 * it there are, and which other files belong to it. */

#include "discovery/rules/compose.h"
#include "formats/yaml.h"

#include <string.h>

static void
append_names (const PmComposeService *s, PmNodeId list, GString *names)
{
  if (list == 0)
    return;
  g_autoptr (GArray) items = pm_recognition_entries (s->r, list);
  for (guint i = 0; i < items->len; i++) {
    const char *text = pm_recognition_text (s->r, g_array_index (items, PmNodeId, i));
    if (text != NULL && *text != '\0')
      g_string_append_printf (names, "%s%s", names->len > 0 ? "," : "", text);
  }
  const char *alone = items->len == 0 ? pm_recognition_text (s->r, list) : NULL;
  if (alone != NULL && *alone != '\0')
    g_string_append_printf (names, "%s%s", names->len > 0 ? "," : "", alone);
}

static const char *
aliases_of (const PmComposeService *s)
{
  g_autoptr (GString) names = g_string_new (NULL);
  static const char *const keys[] = {"container_name", "hostname", "domainname"};
  for (guint i = 0; i < 2; i++)
    append_names (s, pm_compose_child (s, keys[i]), names);
  PmNodeId networks = pm_compose_child (s, "networks");
  if (networks != 0) {
    g_autoptr (GArray) entries = pm_recognition_entries (s->r, networks);
    for (guint i = 0; i < entries->len; i++)
      append_names (
          s, pm_document_child (s->r->document, g_array_index (entries, PmNodeId, i), "aliases"),
          names);
  }
  return pm_arena_strndup (s->r->arena, names->str, names->len);
}

static const char *
command_of (const PmComposeService *s)
{
  PmNodeId id = pm_compose_child (s, "command");
  if (id == 0)
    return "";
  const char *text = pm_recognition_text (s->r, id);
  if (text != NULL)
    return text;
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (GArray) items = pm_recognition_entries (s->r, id);
  for (guint i = 0; i < items->len; i++) {
    const char *word = pm_recognition_text (s->r, g_array_index (items, PmNodeId, i));
    g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "", word == NULL ? "" : word);
  }
  return pm_arena_strndup (s->r->arena, words->str, words->len);
}

static const char *
build_of (const PmComposeService *s)
{
  PmNodeId build = pm_compose_child (s, "build");
  if (build == 0)
    return NULL;
  const char *path = pm_recognition_text (s->r, build);
  if (path == NULL) {
    PmNodeId context = pm_document_child (s->r->document, build, "context");
    path = context == 0 ? "." : pm_recognition_text (s->r, context);
  }
  return path == NULL ? NULL : pm_recognition_resolve_path (s->r, path);
}

/* "dockerfile" is relative to the context (Compose Build Specification). Without it the context's
 * own is taken, and the context tells whose that is. */
static void
link_dockerfile (const PmComposeService *s)
{
  PmNodeId build = pm_compose_child (s, "build");
  PmNodeId file = build == 0 ? 0 : pm_document_child (s->r->document, build, "dockerfile");
  PmNodeId context = file == 0 ? 0 : pm_document_child (s->r->document, build, "context");
  const char *name = file == 0 ? NULL : pm_recognition_text (s->r, file);
  const char *folder = context == 0 ? "." : pm_recognition_text (s->r, context);
  if (name == NULL || folder == NULL || name[0] == '/')
    return;
  g_autofree char *path = g_strconcat (folder, "/", name, NULL);
  const char *resolved = pm_recognition_resolve_path (s->r, path);
  if (resolved != NULL)
    pm_recognition_add_link (s->r, "build", resolved, s->name, file);
}

static const char *
extends_of (const PmComposeService *s)
{
  PmNodeId extends = pm_compose_child (s, "extends");
  if (extends == 0)
    return "";
  const char *service = pm_recognition_text (s->r, extends);
  const char *file = s->r->file;
  if (service == NULL) {
    PmNodeId name = pm_document_child (s->r->document, extends, "service");
    PmNodeId from = pm_document_child (s->r->document, extends, "file");
    service = name == 0 ? NULL : pm_recognition_text (s->r, name);
    const char *path = from == 0 ? NULL : pm_recognition_text (s->r, from);
    if (path != NULL)
      file = pm_recognition_resolve_path (s->r, path);
    if (file != NULL && path != NULL)
      pm_recognition_add_link (s->r, "extends", file, s->name, extends);
  }
  return service == NULL || file == NULL ? ""
                                         : pm_arena_printf (s->r->arena, "%s\n%s", file, service);
}

/* A path, a list of paths, or a list of maps with one; the same shape is used by `env_file` of a
 * service and of an include. */
static void
link_files (PmRecognition *r, PmNodeId value, const char *kind, const char *service)
{
  if (value == 0)
    return;
  const char *alone = pm_recognition_text (r, value);
  const char *path = alone == NULL ? NULL : pm_recognition_resolve_path (r, alone);
  if (path != NULL)
    pm_recognition_add_link (r, kind, path, service, value);
  if (alone != NULL)
    return;
  g_autoptr (GArray) items = pm_recognition_entries (r, value);
  for (guint i = 0; i < items->len; i++) {
    PmNodeId item = g_array_index (items, PmNodeId, i);
    if (pm_compose_is_kind (r, item, PM_NODE_MAP))
      item = pm_document_child (r->document, item, "path");
    const char *text = item == 0 ? NULL : pm_recognition_text (r, item);
    path = text == NULL ? NULL : pm_recognition_resolve_path (r, text);
    if (path != NULL)
      pm_recognition_add_link (r, kind, path, service, item);
  }
}

/* Is it the directory of the compose file, or one above it? Then it is the working copy. */
static gboolean
is_working_copy (const PmRecognition *r, const char *path)
{
  gsize length = strlen (path);
  return length == 0 || (strncmp (r->directory, path, length) == 0 &&
                         (r->directory[length] == '\0' || r->directory[length] == '/'));
}

/* "Merge": of several files (COMPOSE_FILE, -f) all paths are relative to the first one's folder:
 * ./wiki/nginx of wiki/compose.yaml is said from the folder above. */
static const char *
path_from_above (const PmComposeService *s, const char *source)
{
  const char *slash = strrchr (s->r->directory, '/');
  const char *folder = slash == NULL ? s->r->directory : slash + 1;
  gsize length = strlen (folder);
  if (length == 0 || !g_str_has_prefix (source, "./") ||
      strncmp (source + 2, folder, length) != 0 || source[2 + length] != '/')
    return NULL;
  return pm_recognition_resolve_path (s->r, pm_arena_printf (s->r->arena, "../%s", source + 2));
}

static void
link_mount (const PmComposeService *s, const char *source, PmNodeId at)
{
  const char *path = pm_recognition_resolve_path (s->r, source);
  const char *above = path_from_above (s, source);
  if (path != NULL)
    pm_recognition_add_link (s->r, is_working_copy (s->r, path) ? "working-copy" : "mount", path,
                             s->name, at);
  if (above != NULL)
    pm_recognition_add_link (s->r, "mount", above, s->name, at);
}

/* `${PWD}/config.xml`, `$PWD/config.xml`: the folder that compose is called in (POSIX.1, "Other
 * Environment Variables"), which is the project's as a rule. NULL: no text. */
static const char *
source_of (const PmComposeService *s, PmNodeId item)
{
  static const char *const starts[] = {"${PWD}/", "$PWD/"};
  const char *text = pm_document_text (s->r->document, item);
  for (gsize i = 0; text != NULL && i < G_N_ELEMENTS (starts); i++)
    if (g_str_has_prefix (text, starts[i]))
      return pm_arena_printf (s->r->arena, "./%s", text + strlen (starts[i]));
  return pm_recognition_text (s->r, item);
}

/* ./source:/target[:mode]; what begins otherwise is a volume of Docker's, or lies elsewhere. */
static void
link_short_volume (const PmComposeService *s, PmNodeId item)
{
  const char *text = source_of (s, item);
  const char *colon = text == NULL || text[0] != '.' ? NULL : strchr (text, ':');
  g_autofree char *source = colon == NULL ? NULL : g_strndup (text, (gsize) (colon - text));
  if (source != NULL)
    link_mount (s, source, item);
}

static void
link_volumes (const PmComposeService *s)
{
  PmNodeId volumes = pm_compose_child (s, "volumes");
  if (volumes == 0)
    return;
  g_autoptr (GArray) items = pm_recognition_entries (s->r, volumes);
  for (guint i = 0; i < items->len; i++) {
    PmNodeId item = g_array_index (items, PmNodeId, i);
    if (!pm_compose_is_kind (s->r, item, PM_NODE_MAP)) {
      link_short_volume (s, item);
      continue;
    }
    PmNodeId source = pm_document_child (s->r->document, item, "source");
    const char *path = source == 0 ? NULL : source_of (s, source);
    if (path != NULL && path[0] == '.')
      link_mount (s, path, item);
  }
}

/* A service names its configs; the top level says which file each of them is. */
static void
link_configs (const PmComposeService *s)
{
  PmNodeId configs = pm_compose_child (s, "configs");
  if (configs == 0)
    return;
  g_autoptr (GArray) items = pm_recognition_entries (s->r, configs);
  for (guint i = 0; i < items->len; i++) {
    PmNodeId item = g_array_index (items, PmNodeId, i);
    PmNodeId name = pm_compose_is_kind (s->r, item, PM_NODE_MAP)
                        ? pm_document_child (s->r->document, item, "source")
                        : item;
    const char *text = name == 0 ? NULL : pm_recognition_text (s->r, name);
    PmNodeId file =
        text == NULL ? 0
                     : pm_document_find (s->r->document, s->r->root, "configs", text, "file", NULL);
    const char *path = file == 0 ? NULL : pm_recognition_text (s->r, file);
    if (path != NULL)
      link_mount (s, path, item);
  }
}

/* Docker Swarm publishes a port once for all replicas ("Use Swarm mode routing mesh"). What speaks
 * of it: the name that docker's documentation gives to files for `docker stack deploy`, and
 * attributes that want a platform with several nodes and a notion of a service. */
static gboolean
is_for_a_swarm (const PmComposeService *s, PmNodeId deploy)
{
  const char *slash = strrchr (s->r->file, '/');
  if (g_str_has_prefix (slash == NULL ? s->r->file : slash + 1, "docker-stack"))
    return TRUE;
  static const char *const keys[] = {"endpoint_mode", "placement", "update_config",
                                     "rollback_config"};
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    if (pm_document_child (s->r->document, deploy, keys[i]) != 0)
      return TRUE;
  return FALSE;
}

static guint16
replicas_of (const PmComposeService *s)
{
  PmNodeId number = pm_compose_child (s, "scale"), deploy = pm_compose_child (s, "deploy");
  if (number == 0 && deploy != 0 && !is_for_a_swarm (s, deploy))
    number = pm_document_child (s->r->document, deploy, "replicas");
  const char *text = number == 0 ? NULL : pm_recognition_text (s->r, number);
  guint64 replicas;
  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT16, &replicas, NULL))
    return 1;
  return (guint16) replicas;
}

/* "Reset value" and "Replace value" of the specification. */
static gboolean
replaces (const PmComposeService *s, PmNodeId id)
{
  return id != 0 && (pm_yaml_has_tag (s->r->document, id, "!reset") ||
                     pm_yaml_has_tag (s->r->document, id, "!override"));
}

void
pm_compose_add_fact (const PmComposeService *s)
{
  const char *image = pm_compose_text_of (s, "image");
  const char *network = pm_compose_text_of (s, "network_mode");
  const char *build = build_of (s);
  const char *extends = extends_of (s);
  guint16 replicas = replicas_of (s);
  gboolean replaces_ports = replaces (s, s->node) || replaces (s, pm_compose_child (s, "ports"));
  PmServiceFact *fact = pm_recognition_add_service (s->r, s->name, s->node);
  fact->image = image == NULL ? "" : image;
  fact->network = network == NULL ? "" : network;
  fact->profiles = s->profiles == NULL ? "" : s->profiles;
  fact->replicas = replicas;
  fact->replaces_ports = replaces_ports;
  fact->build = build;
  fact->extends = extends;
  fact->aliases = aliases_of (s);
  fact->command = pm_recognition_program (s->r, command_of (s));
  link_files (s->r, pm_compose_child (s, "env_file"), "env_file", s->name);
  link_dockerfile (s);
  link_volumes (s);
  link_configs (s);
}

const char *
pm_compose_profiles (PmRecognition *r, PmNodeId service)
{
  PmComposeService s = {.r = r, .node = service};
  g_autoptr (GString) names = g_string_new (NULL);
  append_names (&s, pm_compose_child (&s, "profiles"), names);
  return pm_arena_strndup (r->arena, names->str, names->len);
}

static char *
folder_of (const char *path)
{
  const char *slash = strrchr (path, '/');
  return g_strndup (path, slash == NULL ? 0 : (gsize) (slash - path));
}

/* "include": `project_directory`, else the folder of the first path, is where relative paths of all
 * of them begin; `env_file` has defaults of their variables. Said of each file apart. */
static void
link_settings (PmRecognition *r, PmNodeId item, guint first_path)
{
  PmNodeId directory = pm_document_child (r->document, item, "project_directory");
  PmNodeId env_file = pm_document_child (r->document, item, "env_file");
  const char *text = directory == 0 ? NULL : pm_recognition_text (r, directory);
  const char *path = text == NULL ? NULL : pm_recognition_resolve_path (r, text);
  guint n_paths = r->out->links->len;
  for (guint i = first_path; i < n_paths; i++) {
    const char *file = g_array_index (r->out->links, PmFileLink, i).target;
    g_autofree char *own = folder_of (g_array_index (r->out->links, PmFileLink, first_path).target);
    g_autofree char *folder = folder_of (file);
    const char *from = path != NULL ? path : pm_arena_strdup (r->arena, own);
    if (strcmp (from, folder) != 0)
      pm_recognition_add_link (r, PM_LINK_INCLUDE_DIRECTORY, from, file, item);
    link_files (r, env_file, PM_LINK_INCLUDE_ENV_FILE, file);
  }
}

void
pm_compose_add_includes (PmRecognition *r)
{
  PmNodeId include = pm_document_child (r->document, r->root, "include");
  if (include == 0)
    return;
  g_autoptr (GArray) items = pm_recognition_entries (r, include);
  for (guint i = 0; i < items->len; i++) {
    PmNodeId item = g_array_index (items, PmNodeId, i);
    guint first = r->out->links->len;
    if (!pm_compose_is_kind (r, item, PM_NODE_MAP)) {
      link_files (r, item, PM_LINK_INCLUDE, "");
      continue;
    }
    link_files (r, pm_document_child (r->document, item, "path"), PM_LINK_INCLUDE, "");
    if (r->out->links->len > first)
      link_settings (r, item, first);
  }
}
