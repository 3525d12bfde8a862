/* DESIGN
 * Docker's "Compose file reference", "include": an included file is loaded as a model of its own,
 * with a project directory of its own and defaults of its own for variables (`env_file`, else the
 * .env of that directory), over which the values of the project that includes it win; then its
 * services are the project's. It applies recursively.
 *
 * The walk reads each file for itself, since nobody knows yet who includes it. Afterwards a table
 * is made of what includes what, and each included file is read once more with what its includers
 * say. That may lead to other files than before (paths begin elsewhere), so it is done again until
 * nothing is new. What no file includes any more is read for itself again. A file that is included
 * from several folders is everybody's: it stands as it is. */

#include "discovery/survey-internal.h"

#include <string.h>

#define DEEPEST 8 /* includes within includes */

typedef struct {
  const PmSeen *includer;
  const char *directory;  /* where its paths begin; NULL: its own folder */
  GPtrArray *env_files;   /* of const char *; borrowed */
  gboolean is_everybodys; /* included from several folders */
} Include;

typedef struct {
  PmSurvey *survey;
  GArray *all;         /* of PmSeen, sorted */
  PmArena *arena;      /* of what the snapshot keeps */
  GHashTable *table;   /* "root\nfile" → Include */
  GHashTable *as_read; /* "root\nfile" → how it was read, in words; "" for itself */
} Pass;

static void
free_include (gpointer data)
{
  Include *include = data;
  g_ptr_array_unref (include->env_files);
  g_free (include);
}

static char *
key_of (guint root, const char *file)
{
  return g_strdup_printf ("%u\n%s", root, file);
}

static char *
folder_of (const char *file)
{
  const char *slash = strrchr (file, '/');
  return g_strndup (file, slash == NULL ? 0 : (gsize) (slash - file));
}

static gboolean
lie_together (const char *file, const char *other)
{
  g_autofree char *folder = folder_of (file), *other_folder = folder_of (other);
  return strcmp (folder, other_folder) == 0;
}

static Include *
find (const Pass *pass, guint root, const char *file)
{
  g_autofree char *key = key_of (root, file);
  return g_hash_table_lookup (pass->table, key);
}

/* --- what includes what --- */

static void
add_include (Pass *pass, const PmSeen *includer, const char *file)
{
  Include *known = find (pass, includer->root, file);
  if (known != NULL) {
    known->is_everybodys |= !lie_together (known->includer->file, includer->file);
    if (known->includer->said.variant[0] != '\0' && includer->said.variant[0] == '\0') {
      known->includer = includer;
      known->directory = NULL;
      g_ptr_array_set_size (known->env_files, 0);
    }
    return;
  }
  Include *include = g_new0 (Include, 1);
  include->includer = includer;
  include->env_files = g_ptr_array_new ();
  g_hash_table_insert (pass->table, key_of (includer->root, file), include);
}

static void
add_setting (Pass *pass, const PmSeen *includer, const PmFileLink *link)
{
  Include *include = find (pass, includer->root, link->service);
  if (include == NULL || include->includer != includer)
    return;
  if (strcmp (link->kind, PM_LINK_INCLUDE_DIRECTORY) == 0)
    include->directory = link->target;
  else if (strcmp (link->kind, PM_LINK_INCLUDE_ENV_FILE) == 0)
    g_ptr_array_add (include->env_files, (gpointer) link->target);
}

static void
make_table (Pass *pass)
{
  g_hash_table_remove_all (pass->table);
  for (guint i = 0; i < pass->all->len; i++) {
    const PmSeen *seen = &g_array_index (pass->all, PmSeen, i);
    for (guint k = 0; k < seen->said.n_links; k++)
      if (strcmp (seen->said.links[k].kind, PM_LINK_INCLUDE) == 0 &&
          strcmp (seen->said.links[k].target, seen->file) != 0)
        add_include (pass, seen, seen->said.links[k].target);
    for (guint k = 0; k < seen->said.n_links; k++)
      add_setting (pass, seen, &seen->said.links[k]);
  }
}

/* --- how one is read --- */

static char *
beside (const char *directory)
{
  return directory[0] == '\0' ? g_strdup (".env") : g_strconcat (directory, "/.env", NULL);
}

static void
append_values_of (const Include *include, const char *file, GPtrArray *values)
{
  g_autofree char *folder = folder_of (file);
  if (include == NULL || include->env_files->len == 0)
    g_ptr_array_add (
        values,
        beside (include == NULL || include->directory == NULL ? folder : include->directory));
  for (guint i = 0; include != NULL && i < include->env_files->len; i++)
    g_ptr_array_add (values, g_strdup (include->env_files->pdata[i]));
}

/* Its own defaults, then what its includers have, one after the other: those win. */
static void
append_values (const Pass *pass, guint root, const char *file, GPtrArray *values)
{
  for (guint depth = 0; file != NULL && depth < DEEPEST; depth++) {
    const Include *include = find (pass, root, file);
    append_values_of (include, file, values);
    file = include == NULL ? NULL : include->includer->file;
  }
}

static const char *
variant_of (const Pass *pass, guint root, const char *file)
{
  const Include *include = find (pass, root, file);
  const char *variant = "";
  for (guint depth = 0; include != NULL && depth < DEEPEST; depth++) {
    variant = include->includer->said.variant;
    include = find (pass, root, include->includer->file);
  }
  return variant;
}

static void
replace (PmSeen *seen, const PmSeen *again)
{
  seen->packed = again->packed;
  seen->said = again->said;
  seen->stamp = again->stamp;
  seen->is_unchanged = FALSE;
}

/* Reads it unless it was read like that already. TRUE: what it says may be something else now. */
static gboolean
read_as (Pass *pass, PmSeen *seen, const PmInclusion *inclusion)
{
  g_autofree char *key = key_of (seen->root, seen->file);
  g_autofree char *values =
      inclusion == NULL ? NULL : g_strjoinv ("\n", (char **) inclusion->values);
  g_autofree char *how = inclusion == NULL ? g_strdup ("")
                                           : g_strjoin ("\n", inclusion->variant, values,
                                                        inclusion->directory == NULL ? "" : "from",
                                                        inclusion->directory, NULL);
  if (g_strcmp0 (g_hash_table_lookup (pass->as_read, key), how) == 0)
    return FALSE;
  g_hash_table_replace (pass->as_read, g_steal_pointer (&key), g_steal_pointer (&how));
  PmSeen again;
  if (!pm_survey_read_as (pass->survey, seen->root, seen->file, inclusion, &again))
    return FALSE;
  replace (seen, &again);
  return TRUE;
}

static gboolean
read_included (Pass *pass, PmSeen *seen)
{
  const Include *include = find (pass, seen->root, seen->file);
  if (include == NULL || include->is_everybodys || seen->is_kept ||
      strcmp (seen->said.format, "compose") != 0)
    return FALSE;
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  append_values (pass, seen->root, seen->file, values);
  g_ptr_array_add (values, NULL);
  PmInclusion inclusion = {
      .directory =
          include->directory == NULL ? NULL : pm_arena_strdup (pass->arena, include->directory),
      .variant = pm_arena_strdup (pass->arena, variant_of (pass, seen->root, seen->file)),
      .values = (const char *const *) values->pdata,
  };
  return read_as (pass, seen, &inclusion);
}

static gboolean
read_all_included (Pass *pass)
{
  gboolean is_new = FALSE;
  make_table (pass);
  for (guint i = 0; g_hash_table_size (pass->table) > 0 && i < pass->all->len; i++)
    is_new |= read_included (pass, &g_array_index (pass->all, PmSeen, i));
  return is_new;
}

/* --- what is no part of another file any more --- */

static gint
compare_seen (gconstpointer a, gconstpointer b)
{
  const PmSeen *left = a, *right = b;
  if (left->root != right->root)
    return left->root < right->root ? -1 : 1;
  return strcmp (left->file, right->file);
}

static PmSeen *
seen_of (const Pass *pass, const PmFileLink *link)
{
  for (guint root = 0; pass->survey->roots[root] != NULL; root++) {
    PmSeen name = {.root = root, .file = link->target};
    guint at;
    if (strcmp (pass->survey->roots[root], link->root) == 0)
      return g_array_binary_search (pass->all, &name, compare_seen, &at)
                 ? &g_array_index (pass->all, PmSeen, at)
                 : NULL;
  }
  return NULL;
}

static void
give_up_what_was (Pass *pass, const PmSnapshot *previous)
{
  for (guint i = 0; i < previous->links->len; i++) {
    const PmFileLink *link = &g_array_index (previous->links, PmFileLink, i);
    if (strcmp (link->kind, PM_LINK_INCLUDE) != 0)
      continue;
    PmSeen *seen = seen_of (pass, link);
    const Include *include = seen == NULL ? NULL : find (pass, seen->root, seen->file);
    if (seen != NULL && seen->is_unchanged && (include == NULL || include->is_everybodys))
      read_as (pass, seen, NULL);
  }
}

void
pm_survey_include (PmSurvey *survey, const PmSnapshot *previous, GArray *all, PmArena *arena)
{
  g_autoptr (GHashTable) table =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_include);
  g_autoptr (GHashTable) as_read = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Pass pass = {survey, all, arena, table, as_read};
  for (guint i = 0; read_all_included (&pass) && i < DEEPEST; i++)
    ;
  if (previous != NULL)
    give_up_what_was (&pass, previous);
}
