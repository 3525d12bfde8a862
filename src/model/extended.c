/* DESIGN
 * A table from "root, file, service" to the facts that extend it, and the files that are
 * extended from elsewhere or included; steps are followed by a list that grows, so that neither
 * depth nor circles matter. */

#include "model/extended.h"

#include <string.h>

#define MOST_TAKERS 64

struct PmExtended {
  GHashTable *takers;         /* "root\nfile\nservice" → GPtrArray of const PmServiceFact * */
  GHashTable *extended_files; /* "root\nfile" of those that another file extends, a set */
  GHashTable *included;       /* the same of those that are included */
};

static void
unref_takers (gpointer takers)
{
  g_ptr_array_unref (takers);
}

static void
add_fact (PmExtended *extended, const PmServiceFact *fact)
{
  g_autofree char *key = g_strjoin ("\n", fact->root, fact->extends, NULL);
  GPtrArray *takers = g_hash_table_lookup (extended->takers, key);
  if (takers == NULL) {
    takers = g_ptr_array_new ();
    g_hash_table_insert (extended->takers, g_steal_pointer (&key), takers);
  }
  g_ptr_array_add (takers, (gpointer) fact);
  g_autofree char *file = g_strndup (fact->extends, strcspn (fact->extends, "\n"));
  if (strcmp (file, fact->file) != 0)
    g_hash_table_add (extended->extended_files, g_strjoin ("\n", fact->root, file, NULL));
}

PmExtended *
pm_extended_new (const PmSnapshot *snapshot)
{
  PmExtended *extended = g_new0 (PmExtended, 1);
  extended->takers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_takers);
  extended->extended_files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  extended->included = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < snapshot->facts->len; i++) {
    const PmServiceFact *fact = &g_array_index (snapshot->facts, PmServiceFact, i);
    if (fact->extends != NULL && fact->extends[0] != '\0')
      add_fact (extended, fact);
  }
  for (guint i = 0; g_hash_table_size (extended->takers) > 0 && i < snapshot->links->len; i++) {
    const PmFileLink *link = &g_array_index (snapshot->links, PmFileLink, i);
    if (strcmp (link->kind, "include") == 0)
      g_hash_table_add (extended->included, g_strjoin ("\n", link->root, link->target, NULL));
  }
  return extended;
}

void
pm_extended_free (PmExtended *extended)
{
  if (extended == NULL)
    return;
  g_hash_table_unref (extended->takers);
  g_hash_table_unref (extended->extended_files);
  g_hash_table_unref (extended->included);
  g_free (extended);
}

/* --- who takes over --- */

static const GPtrArray *
takers_of (const PmExtended *extended, const char *root, const char *file, const char *service)
{
  g_autofree char *key = g_strjoin ("\n", root, file, service, NULL);
  return g_hash_table_lookup (extended->takers, key);
}

static gboolean
is_a_compose_services (const PmExtended *extended, const PmFinding *f)
{
  return g_hash_table_size (extended->takers) > 0 && strcmp (f->format, "compose") == 0 &&
         f->own_name[0] != '\0';
}

/* Files that Compose reads by itself, and modes that somebody starts by -f. */
static gboolean
is_started (const char *variant)
{
  static const char *const modes[] = {"",     "override",   "template",    "local",
                                      "dev",  "production", "prod",        "staging",
                                      "test", "ci",         "development", NULL};
  return g_strv_contains (modes, variant);
}

static gboolean
never_runs (const PmExtended *extended, const char *root, const char *file, const char *service,
            const char *variant)
{
  if (is_started (variant) || takers_of (extended, root, file, service) == NULL)
    return FALSE;
  g_autofree char *key = g_strjoin ("\n", root, file, NULL);
  return g_hash_table_contains (extended->extended_files, key) &&
         !g_hash_table_contains (extended->included, key);
}

gboolean
pm_extended_never_runs (const PmExtended *extended, const PmFinding *f)
{
  return is_a_compose_services (extended, f) &&
         never_runs (extended, f->root, f->file, f->own_name, f->variant);
}

static void
add_takers (const GPtrArray *more, gboolean is_of_ports, GPtrArray *all)
{
  for (guint i = 0; more != NULL && i < more->len && all->len < MOST_TAKERS; i++) {
    const PmServiceFact *fact = more->pdata[i];
    if (!(is_of_ports && fact->replaces_ports) && !g_ptr_array_find (all, fact, NULL))
      g_ptr_array_add (all, more->pdata[i]);
  }
}

GPtrArray *
pm_extended_by (const PmExtended *extended, const PmFinding *f)
{
  if (!is_a_compose_services (extended, f))
    return NULL;
  const GPtrArray *first = takers_of (extended, f->root, f->file, f->own_name);
  if (first == NULL)
    return NULL;
  gboolean is_of_ports = strstr (f->path, ".ports") != NULL;
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  add_takers (first, is_of_ports, all);
  for (guint i = 0; i < all->len; i++) {
    const PmServiceFact *fact = all->pdata[i];
    add_takers (takers_of (extended, fact->root, fact->file, fact->name), is_of_ports, all);
  }
  GPtrArray *running = g_ptr_array_new ();
  for (guint i = 0; i < all->len; i++) {
    const PmServiceFact *fact = all->pdata[i];
    if (!never_runs (extended, fact->root, fact->file, fact->name, fact->variant))
      g_ptr_array_add (running, all->pdata[i]);
  }
  return running;
}

PmFinding
pm_extended_as_of (const PmFinding *finding, const PmServiceFact *fact)
{
  PmFinding taken = *finding;
  taken.project = fact->project;
  taken.owner = fact->owner;
  taken.own_name = fact->name;
  taken.variant = fact->variant;
  if (fact->profiles[0] != '\0')
    taken.profiles = fact->profiles;
  return taken;
}
