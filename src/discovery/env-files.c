/* DESIGN
 * Tables over compose's services (root, file, service → fact), over the files that they are
 * given (root, file → links), over the ports that they map or expose, and over folders that
 * hold a program. Without a link of the kind nothing of it is made. */

#include "discovery/env-files.h"

#include <string.h>

#include "discovery/service-type.h"

struct PmEnvFiles {
  GHashTable *links;    /* "root\nfile" → GPtrArray of const PmFileLink * */
  GHashTable *facts;    /* "root\nfile\nservice" → const PmServiceFact * */
  GHashTable *targets;  /* "root\nfile\nservice\nport", a set */
  GHashTable *programs; /* "root\nfolder", a set */
};

static gboolean
is_a_programs (const char *format)
{
  static const char *const formats[] = {"package.json", "pyproject", "requirements", "gemfile",
                                        "gradle",       "composer",  "maven",        "cargo",
                                        "csproj",       "procfile",  "code",         "javascript",
                                        "ruby",         "rails",     "frontend",     NULL};
  return g_strv_contains (formats, format);
}

static gboolean
is_env_file (const PmFileLink *link)
{
  return strcmp (link->kind, "env_file") == 0 && link->service[0] != '\0';
}

static char *
service_key (const char *root, const char *file, const char *service)
{
  return g_strjoin ("\n", root, file, service, NULL);
}

static char *
folder_key (const char *root, const char *file)
{
  g_autofree char *folder = g_path_get_dirname (file);
  return g_strjoin ("\n", root, folder, NULL);
}

static void
unref_links (gpointer links)
{
  g_ptr_array_unref (links);
}

static void
add_link (PmEnvFiles *files, const PmFileLink *link)
{
  g_autofree char *key = g_strjoin ("\n", link->root, link->target, NULL);
  GPtrArray *links = g_hash_table_lookup (files->links, key);
  if (links == NULL) {
    links = g_ptr_array_new ();
    g_hash_table_insert (files->links, g_steal_pointer (&key), links);
  }
  g_ptr_array_add (links, (gpointer) link);
}

static void
add_facts (PmEnvFiles *files, const PmSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->facts->len; i++) {
    const PmServiceFact *fact = &g_array_index (snapshot->facts, PmServiceFact, i);
    if (strcmp (fact->format, "compose") == 0)
      g_hash_table_insert (files->facts, service_key (fact->root, fact->file, fact->name),
                           (gpointer) fact);
  }
}

static char *
target_key (const char *root, const char *file, const char *service, guint port)
{
  return g_strdup_printf ("%s\n%s\n%s\n%u", root, file, service, port);
}

static void
add_targets (PmEnvFiles *files, const PmSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, i);
    if (f->kind == PM_KIND_PORT && f->role == PM_ROLE_TARGET && strcmp (f->format, "compose") == 0)
      g_hash_table_add (files->targets, target_key (f->root, f->file, f->own_name, f->port));
  }
}

static void
add_programs (PmEnvFiles *files, const PmSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->documents->len; i++) {
    const PmDocumentRecord *document = &g_array_index (snapshot->documents, PmDocumentRecord, i);
    if (is_a_programs (document->format))
      g_hash_table_add (files->programs, folder_key (document->root, document->file));
  }
}

PmEnvFiles *
pm_env_files_new (const PmSnapshot *snapshot)
{
  PmEnvFiles *files = g_new0 (PmEnvFiles, 1);
  files->links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_links);
  files->facts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  files->targets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  files->programs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < snapshot->links->len; i++) {
    const PmFileLink *link = &g_array_index (snapshot->links, PmFileLink, i);
    if (is_env_file (link))
      add_link (files, link);
  }
  if (g_hash_table_size (files->links) == 0)
    return files;
  add_facts (files, snapshot);
  add_targets (files, snapshot);
  add_programs (files, snapshot);
  return files;
}

void
pm_env_files_free (PmEnvFiles *files)
{
  if (files == NULL)
    return;
  g_hash_table_unref (files->links);
  g_hash_table_unref (files->facts);
  g_hash_table_unref (files->targets);
  g_hash_table_unref (files->programs);
  g_free (files);
}

static const PmServiceFact *
fact_of (const PmEnvFiles *files, const PmFileLink *link)
{
  g_autofree char *key = service_key (link->root, link->file, link->service);
  return g_hash_table_lookup (files->facts, key);
}

static gboolean
is_somebody_elses (const PmServiceFact *fact)
{
  return fact != NULL && fact->build == NULL && fact->image[0] != '\0' &&
         strcmp (fact->network, "host") != 0;
}

static gboolean
has_target (const PmEnvFiles *files, const PmFileLink *link, guint port)
{
  g_autofree char *key = target_key (link->root, link->file, link->service, port);
  return g_hash_table_contains (files->targets, key);
}

/* .env and .env.local are what programs read by themselves. */
static gboolean
is_read_by_programs (const char *file)
{
  const char *slash = strrchr (file, '/');
  const char *name = slash == NULL ? file : slash + 1;
  return g_str_has_prefix (name, ".env") && (name[4] == '\0' || name[4] == '.');
}

/* A database's image is given the project's .env for its password: the port in there is the
 * application's. */
static gboolean
is_an_application (const PmServiceFact *fact)
{
  static const char *const own[] = {"", "web", "api", "ws", "mcp", NULL};
  PmServiceType type = {"", ""};
  pm_service_type (fact->image, "", "", &type);
  return g_strv_contains (own, type.type);
}

const PmFileLink *
pm_env_files_of (const PmEnvFiles *files, const PmFinding *f)
{
  if (f->kind != PM_KIND_PORT || f->role != PM_ROLE_LISTEN || strcmp (f->format, "env") != 0 ||
      g_hash_table_size (files->links) == 0)
    return NULL;
  g_autofree char *key = g_strjoin ("\n", f->root, f->file, NULL);
  const GPtrArray *links = g_hash_table_lookup (files->links, key);
  const PmFileLink *first = NULL;
  gboolean others_read_it = FALSE;
  for (guint i = 0; links != NULL && i < links->len; i++) {
    const PmFileLink *link = g_ptr_array_index (links, i);
    const PmServiceFact *fact = fact_of (files, link);
    if (!is_somebody_elses (fact)) {
      others_read_it = TRUE;
      continue;
    }
    if (has_target (files, link, f->port))
      return link;
    if (first == NULL && (is_an_application (fact) || !is_read_by_programs (f->file)))
      first = link;
  }
  g_autofree char *folder = folder_key (f->root, f->file);
  gboolean a_program_does =
      is_read_by_programs (f->file) && g_hash_table_contains (files->programs, folder);
  return others_read_it || a_program_does ? NULL : first;
}
