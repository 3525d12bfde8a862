/* DESIGN
 * A table from "root NUL path" to the first link of that path; look-ups walk up from the file.
 *
 * A second one holds the images that compose files run, by the file's folder and the words of the
 * image's name: a daemon's own file beside a compose file that runs the daemon is for that, though
 * the mount names a place on another machine (/srv/…, ${DATA}/…) or a volume. */

#include "discovery/mounted.h"

#include <string.h>

struct PmMounted {
  GHashTable *links; /* "root\npath" → const PmFileLink * */
  GHashTable *built; /* "root\nfile\nservice" of those that are built from the project, a set */
  GHashTable *files; /* "root\npath" of a Dockerfile → the link of the service that is built by it;
                        NULL: several are */
  GHashTable *runs;  /* "root\nfolder\nword" → PmFileLink, made of the service that runs it */
};

#define MOST_FOLDERS_UP 2 /* from the daemon's file to the compose file: docker/traefik/ */

static gboolean
is_of_a_daemon (const char *format)
{
  static const char *const formats[] = {
      "nginx",         "caddy",    "apache",     "haproxy", "traefik",    "envoy",
      "prometheus",    "daemon",   "postgresql", "mysql",   "tomcat",     "php-fpm",
      "supervisor",    "rabbitmq", "zookeeper",  "fluentd", "fluent-bit", "mongodb",
      "elasticsearch", "gitea",    NULL};
  return g_strv_contains (formats, format);
}

static gboolean
is_of_anybody (const char *format)
{
  static const char *const formats[] = {
      "yaml",      "json",           "toml",    "ini", "properties", "xml", "uwsgi",
      "streamlit", "otel-collector", "grafana", "frp", "ngrok",      NULL};
  return g_strv_contains (formats, format);
}

static gboolean
is_a_program (const char *format)
{
  static const char *const formats[] = {"shell", "code", "javascript", NULL};
  return g_strv_contains (formats, format);
}

static gboolean
is_image (const PmFileLink *link)
{
  return strcmp (link->kind, "image") == 0;
}

static char *
key_of (const char *root, const char *path, const char *name)
{
  return g_strjoin ("\n", root, path, name, NULL);
}

/* "docker.io/library/eclipse-mosquitto:2" → eclipse, mosquitto. */
static void
add_words_of_image (PmMounted *mounts, const PmServiceFact *fact)
{
  const char *slash = strrchr (fact->image, '/');
  const char *name = slash == NULL ? fact->image : slash + 1;
  g_autofree char *bare = g_strndup (name, strcspn (name, ":@"));
  g_autofree char *folder = g_path_get_dirname (fact->file);
  g_auto (GStrv) words = g_strsplit_set (bare, "-_.", 8);
  for (char **word = words; *word != NULL; word++) {
    g_autofree char *key = key_of (fact->root, folder, *word);
    if (**word == '\0' || g_hash_table_contains (mounts->runs, key))
      continue;
    PmFileLink *link = g_new0 (PmFileLink, 1);
    *link = (PmFileLink){.root = fact->root,
                         .project = fact->project,
                         .file = fact->file,
                         .line = fact->line,
                         .kind = "mount",
                         .target = "",
                         .service = fact->name};
    g_hash_table_insert (mounts->runs, g_steal_pointer (&key), link);
  }
}

/* What the project builds may be run as it is as well. */
static void
add_fact (PmMounted *mounts, const PmServiceFact *fact)
{
  if (fact->build != NULL)
    g_hash_table_add (mounts->built, key_of (fact->root, fact->file, fact->name));
  else if (strcmp (fact->format, "compose") == 0 && fact->image[0] != '\0')
    add_words_of_image (mounts, fact);
}

static gboolean
is_build (const PmFileLink *link)
{
  return strcmp (link->kind, "build") == 0;
}

/* Said again by an override it is the same service's. */
static void
add_dockerfile (PmMounted *mounts, const PmFileLink *link)
{
  gpointer first = NULL;
  char *key = key_of (link->root, link->target, NULL);
  gboolean is_known = g_hash_table_lookup_extended (mounts->files, key, NULL, &first);
  gboolean is_same = first != NULL && strcmp (((PmFileLink *) first)->service, link->service) == 0;
  if (is_known && is_same)
    g_free (key);
  else
    g_hash_table_insert (mounts->files, key, is_known ? NULL : (gpointer) link);
}

PmMounted *
pm_mounted_new (const PmSnapshot *snapshot)
{
  PmMounted *mounts = g_new0 (PmMounted, 1);
  mounts->links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  mounts->built = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  mounts->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  mounts->runs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < snapshot->links->len; i++) {
    const PmFileLink *link = &g_array_index (snapshot->links, PmFileLink, i);
    if (is_build (link))
      add_dockerfile (mounts, link);
    if (strcmp (link->kind, "mount") != 0 && !is_image (link))
      continue;
    g_autofree char *key = key_of (link->root, link->target, NULL);
    const PmFileLink *first = g_hash_table_lookup (mounts->links, key);
    if (first == NULL || (first->service[0] == '\0' &&
                          (link->service[0] != '\0' || (is_image (link) && !is_image (first)))))
      g_hash_table_insert (mounts->links, g_steal_pointer (&key), (gpointer) link);
  }
  for (guint i = 0; i < snapshot->facts->len; i++)
    add_fact (mounts, &g_array_index (snapshot->facts, PmServiceFact, i));
  return mounts;
}

void
pm_mounted_free (PmMounted *mounts)
{
  if (mounts == NULL)
    return;
  g_hash_table_unref (mounts->links);
  g_hash_table_unref (mounts->built);
  g_hash_table_unref (mounts->files);
  g_hash_table_unref (mounts->runs);
  g_free (mounts);
}

gboolean
pm_mounted_concerns (const char *format)
{
  return is_of_a_daemon (format) || is_of_anybody (format) || is_a_program (format);
}

static gboolean
runs_somebody_elses_image (const PmMounted *mounts, const PmFileLink *link)
{
  if (link->service[0] == '\0') /* an image that the project builds */
    return FALSE;
  g_autofree char *key = key_of (link->root, link->file, link->service);
  return !g_hash_table_contains (mounts->built, key);
}

static gboolean
tells (const PmMounted *mounts, const PmFileLink *link, const char *format)
{
  if (is_image (link) || is_of_a_daemon (format))
    return TRUE;
  return is_of_anybody (format) && runs_somebody_elses_image (mounts, link);
}

/* The link of the file or of a folder above it; NULL: there is none. */
static const PmFileLink *
link_of (const PmMounted *mounts, const char *root, const char *file)
{
  g_autofree char *path = g_strdup (file);
  while (g_hash_table_size (mounts->links) > 0) {
    g_autofree char *key = key_of (root, path, NULL);
    const PmFileLink *link = g_hash_table_lookup (mounts->links, key);
    char *slash = strrchr (path, '/');
    if (link != NULL || slash == NULL)
      return link;
    *slash = '\0';
  }
  return NULL;
}

/* What the image of the daemon is called that reads such a file: httpd of Apache, the tool of a
 * format of its own, of others (mosquitto.conf, unbound.conf) the file, and of a format of
 * anybody's the folder (authelia/configuration.yml). */
static char *
daemon_of (const char *file, const char *format)
{
  static const char *const images[][2] = {
      {"apache", "httpd"}, {"mongodb", "mongo"}, {"fluent-bit", "fluent"}};
  if (is_of_anybody (format)) {
    g_autofree char *folder = g_path_get_dirname (file);
    g_autofree char *name = g_path_get_basename (folder);
    return g_ascii_strdown (name, -1);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (images); i++)
    if (strcmp (format, images[i][0]) == 0)
      return g_strdup (images[i][1]);
  if (strcmp (format, "daemon") != 0)
    return g_strdup (format);
  g_autofree char *name = g_path_get_basename (file);
  return g_strndup (name, strcspn (name, ".-_"));
}

static const PmFileLink *
runner_of (const PmMounted *mounts, const char *root, const char *file, const char *format)
{
  gboolean is_a_daemons = is_of_a_daemon (format);
  if ((!is_a_daemons && !is_of_anybody (format)) || g_hash_table_size (mounts->runs) == 0)
    return NULL;
  g_autofree char *daemon = daemon_of (file, format);
  g_autofree char *folder = g_path_get_dirname (file);
  for (guint up = 0; up <= (is_a_daemons ? MOST_FOLDERS_UP : 0); up++) {
    g_autofree char *key = key_of (root, folder, daemon);
    const PmFileLink *link = g_hash_table_lookup (mounts->runs, key);
    char *slash = strrchr (folder, '/');
    if (link != NULL || slash == NULL)
      return link;
    *slash = '\0';
  }
  return NULL;
}

const PmFileLink *
pm_mounted_of (const PmMounted *mounts, const char *root, const char *file, const char *format)
{
  if (strcmp (format, "dockerfile") == 0) {
    g_autofree char *key = key_of (root, file, NULL);
    return g_hash_table_lookup (mounts->files, key);
  }
  if (!pm_mounted_concerns (format))
    return NULL;
  const PmFileLink *link = link_of (mounts, root, file);
  if (link != NULL)
    return tells (mounts, link, format) ? link : NULL;
  return runner_of (mounts, root, file, format);
}
