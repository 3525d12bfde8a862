/* DESIGN
 * A group for each directory with compose files; groups that belong together point at one of them
 * (union-find without ranks: there are few). Keys are then counted by group, and groups of one
 * project get the shortest end of their path that no other group of it ends with. */

#include "discovery/stacks.h"

#include <string.h>

#define NO_GROUP (-1)
#define SEVERAL (-2)

typedef struct {
  const char *root;
  const char *project;
  char *folder;      /* from the root */
  char *label;       /* what tells it apart; "": its services go by their keys */
  gint above;        /* of the group that it is a part of; itself otherwise */
  gint user;         /* the one group that includes or extends files of it; or SEVERAL */
  gboolean has_base; /* a file of it is no mode of another one */
} Group;

struct PmStacks {
  GArray *groups;       /* of Group */
  GHashTable *by_place; /* "root\nfolder" → 1 + index */
  GHashTable *by_key;   /* "root\nproject\nkey" → 1 + the only group with this key, or SEVERAL */
  gboolean collide;
  PmArena *arena;
};

static char *
folder_of (const char *file)
{
  const char *slash = strrchr (file, '/');
  return g_strndup (file, slash == NULL ? 0 : (gsize) (slash - file));
}

static char *
place_key (const char *root, const char *folder)
{
  return g_strconcat (root, "\n", folder, NULL);
}

static Group *
group_at (const PmStacks *stacks, gint index)
{
  return &g_array_index (stacks->groups, Group, index);
}

static gint
find_group (const PmStacks *stacks, const char *root, const char *folder)
{
  g_autofree char *key = place_key (root, folder);
  return GPOINTER_TO_INT (g_hash_table_lookup (stacks->by_place, key)) - 1;
}

static gint
top_of (const PmStacks *stacks, gint group)
{
  while (group_at (stacks, group)->above != group)
    group = group_at (stacks, group)->above;
  return group;
}

static gint
group_of_file (const PmStacks *stacks, const char *root, const char *file)
{
  g_autofree char *folder = folder_of (file);
  gint group = find_group (stacks, root, folder);
  return group < 0 ? NO_GROUP : top_of (stacks, group);
}

/* --- groups --- */

static gboolean
is_mode (const char *variant)
{
  return variant[0] != '\0' && strcmp (variant, "override") != 0 && strcmp (variant, "local") != 0;
}

static void
add_groups (PmStacks *stacks, const PmSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->documents->len; i++) {
    const PmDocumentRecord *document = &g_array_index (snapshot->documents, PmDocumentRecord, i);
    if (strcmp (document->format, "compose") != 0)
      continue;
    g_autofree char *folder = folder_of (document->file);
    gint group = find_group (stacks, document->root, folder);
    if (group < 0) {
      group = (gint) stacks->groups->len;
      Group new_group = {.root = document->root,
                         .project = document->project,
                         .folder = g_strdup (folder),
                         .above = group,
                         .user = NO_GROUP};
      g_array_append_val (stacks->groups, new_group);
      g_hash_table_insert (stacks->by_place, place_key (document->root, folder),
                           GINT_TO_POINTER (group + 1));
    }
    Group *of_document = group_at (stacks, group);
    of_document->has_base = of_document->has_base || !is_mode (document->variant);
  }
}

static gboolean
is_of_one_project (const Group *a, const Group *b)
{
  return strcmp (a->root, b->root) == 0 && strcmp (a->project, b->project) == 0;
}

/* Files that several stacks use are nobody's part. */
static void
follow_links (PmStacks *stacks, const PmSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->links->len; i++) {
    const PmFileLink *link = &g_array_index (snapshot->links, PmFileLink, i);
    if (strcmp (link->kind, "include") != 0 && strcmp (link->kind, "extends") != 0)
      continue;
    g_autofree char *from_folder = folder_of (link->file);
    g_autofree char *to_folder = folder_of (link->target);
    gint from = find_group (stacks, link->root, from_folder);
    gint to = find_group (stacks, link->root, to_folder);
    if (from < 0 || to < 0 || from == to ||
        !is_of_one_project (group_at (stacks, from), group_at (stacks, to)))
      continue;
    Group *used = group_at (stacks, to);
    used->user = used->user == NO_GROUP || used->user == from ? from : SEVERAL;
  }
  for (guint i = 0; i < stacks->groups->len; i++) {
    Group *used = group_at (stacks, (gint) i);
    if (used->user >= 0 && top_of (stacks, used->user) != (gint) i)
      used->above = used->user;
  }
}

/* The group of the nearest directory above, within the project. */
static gint
nearest_above (const PmStacks *stacks, const Group *group)
{
  g_autofree char *folder = g_strdup (group->folder);
  while (folder[0] != '\0' && strcmp (folder, group->project) != 0) {
    char *slash = strrchr (folder, '/');
    *(slash == NULL ? folder : slash) = '\0';
    gint found = find_group (stacks, group->root, folder);
    if (found >= 0 && is_of_one_project (group, group_at (stacks, found)))
      return found;
  }
  return NO_GROUP;
}

static void
join_modes (PmStacks *stacks)
{
  for (guint i = 0; i < stacks->groups->len; i++) {
    Group *group = group_at (stacks, (gint) i);
    gint above =
        group->has_base || group->above != (gint) i ? NO_GROUP : nearest_above (stacks, group);
    if (above >= 0 && top_of (stacks, above) != (gint) i)
      group->above = above;
  }
}

/* --- labels --- */

/* The folder within its project; "" is the project's own. */
static const char *
local_folder (const Group *group)
{
  gsize length = strcmp (group->project, ".") == 0 ? 0 : strlen (group->project);
  const char *rest = group->folder + MIN (length, strlen (group->folder));
  return *rest == '/' ? rest + 1 : rest;
}

static const char *
end_of_path (const char *path, guint n_parts)
{
  const char *at = path + strlen (path);
  for (; at > path; at--)
    if (at[-1] == '/' && --n_parts == 0)
      return at;
  return path;
}

static gboolean
has_same_end (const char *path, const char *end)
{
  gsize length = strlen (path), end_length = strlen (end);
  return length >= end_length && strcmp (path + length - end_length, end) == 0 &&
         (length == end_length || path[length - end_length - 1] == '/');
}

static gboolean
is_told_apart (const PmStacks *stacks, gint index, const char *end)
{
  const Group *group = group_at (stacks, index);
  for (gint i = 0; i < (gint) stacks->groups->len; i++) {
    const Group *other = group_at (stacks, i);
    if (i != index && other->above == i && is_of_one_project (group, other) &&
        has_same_end (local_folder (other), end))
      return FALSE;
  }
  return TRUE;
}

static void
label_groups (PmStacks *stacks)
{
  for (gint i = 0; i < (gint) stacks->groups->len; i++) {
    Group *group = group_at (stacks, i);
    const char *local = local_folder (group), *end = local;
    for (guint n_parts = 1; *local != '\0'; n_parts++) {
      end = end_of_path (local, n_parts);
      if (end == local || is_told_apart (stacks, i, end))
        break;
    }
    group->label = g_strdup (end);
  }
}

/* --- keys --- */

static char *
key_of (const char *root, const char *project, const char *name)
{
  return g_strconcat (root, "\n", project, "\n", name, NULL);
}

static void
count_key (PmStacks *stacks, const char *root, const char *file, const char *name)
{
  gint group = group_of_file (stacks, root, file);
  if (group < 0 || name[0] == '\0')
    return;
  char *key = key_of (root, group_at (stacks, group)->project, name);
  gint known = GPOINTER_TO_INT (g_hash_table_lookup (stacks->by_key, key));
  gint now = known == 0 || known == group + 1 ? group + 1 : SEVERAL;
  stacks->collide = stacks->collide || now == SEVERAL;
  g_hash_table_replace (stacks->by_key, key, GINT_TO_POINTER (now));
}

static void
count_keys (PmStacks *stacks, const PmSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->facts->len; i++) {
    const PmServiceFact *fact = &g_array_index (snapshot->facts, PmServiceFact, i);
    if (strcmp (fact->format, "compose") == 0)
      count_key (stacks, fact->root, fact->file, fact->name);
  }
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, i);
    if (strcmp (f->format, "compose") == 0)
      count_key (stacks, f->root, f->file, f->own_name);
  }
}

/* --- the whole --- */

static void
clear_group (gpointer data)
{
  Group *group = data;
  g_free (group->folder);
  g_free (group->label);
}

PmStacks *
pm_stacks_new (const PmSnapshot *snapshot)
{
  PmStacks *stacks = g_new0 (PmStacks, 1);
  stacks->groups = g_array_new (FALSE, TRUE, sizeof (Group));
  g_array_set_clear_func (stacks->groups, clear_group);
  stacks->by_place = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  stacks->by_key = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  stacks->arena = pm_arena_new ();
  add_groups (stacks, snapshot);
  if (stacks->groups->len < 2)
    return stacks;
  follow_links (stacks, snapshot);
  join_modes (stacks);
  count_keys (stacks, snapshot);
  if (stacks->collide)
    label_groups (stacks);
  return stacks;
}

void
pm_stacks_free (PmStacks *stacks)
{
  if (stacks == NULL)
    return;
  g_array_unref (stacks->groups);
  g_hash_table_unref (stacks->by_place);
  g_hash_table_unref (stacks->by_key);
  pm_arena_free (stacks->arena);
  g_free (stacks);
}

const char *
pm_stacks_name (PmStacks *stacks, const char *root, const char *file, const char *key)
{
  gint group = stacks->collide ? group_of_file (stacks, root, file) : NO_GROUP;
  if (group < 0)
    return key;
  const Group *own = group_at (stacks, group);
  g_autofree char *full = key_of (root, own->project, key);
  gboolean is_enough = GPOINTER_TO_INT (g_hash_table_lookup (stacks->by_key, full)) != SEVERAL;
  return is_enough || own->label[0] == '\0'
             ? key
             : pm_arena_printf (stacks->arena, "%s/%s", own->label, key);
}

gint
pm_stacks_of (const PmStacks *stacks, const char *root, const char *project, const char *file)
{
  g_autofree char *folder = folder_of (file);
  for (;;) {
    gint group = find_group (stacks, root, folder);
    if (group >= 0 && strcmp (group_at (stacks, group)->project, project) == 0)
      return top_of (stacks, group);
    if (folder[0] == '\0' || strcmp (folder, project) == 0)
      return NO_GROUP;
    char *slash = strrchr (folder, '/');
    *(slash == NULL ? folder : slash) = '\0';
  }
}
