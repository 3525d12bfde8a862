/* DESIGN
 * Most globs end in something literal, so they lie in lists by their last byte; those of the path's
 * own last byte, and those that end in a wildcard, are tried. What a glob begins with, and the rest
 * of its ending, is compared first: few are left for the matcher. */

#include "discovery/glob-set.h"

#include <string.h>

#include "discovery/glob.h"

typedef struct {
  const char *glob;
  guint owner;
  gboolean is_of_path; /* has a slash: held against the whole path, else against the name */
  gboolean is_literal;
  gsize head, tail; /* literal bytes at its beginning and at its end */
} Member;

struct PmGlobSet {
  GArray *by_last_byte[256]; /* of Member; NULL: none. [0]: those that end in a wildcard */
};

PmGlobSet *
pm_glob_set_new (void)
{
  return g_new0 (PmGlobSet, 1);
}

void
pm_glob_set_free (PmGlobSet *set)
{
  if (set == NULL)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (set->by_last_byte); i++)
    g_clear_pointer (&set->by_last_byte[i], g_array_unref);
  g_free (set);
}

static gboolean
is_wildcard (char c)
{
  return c == '*' || c == '?';
}

void
pm_glob_set_add (PmGlobSet *set, const char *glob, guint owner)
{
  g_return_if_fail (owner < PM_GLOB_SET_MOST_OWNERS);
  gsize length = strlen (glob);
  Member member = {
      .glob = glob,
      .owner = owner,
      .is_of_path = strchr (glob, '/') != NULL,
      .head = strcspn (glob, "*?"),
  };
  member.is_literal = member.head == length;
  while (member.tail < length && !is_wildcard (glob[length - 1 - member.tail]))
    member.tail++;
  if (member.tail > 0 && member.tail < length && glob[length - member.tail] == '/')
    member.tail--; /* a folder's stars and their slash are nothing at all, at times */
  GArray **list = &set->by_last_byte[member.tail == 0 ? 0 : (guchar) glob[length - 1]];
  if (*list == NULL)
    *list = g_array_new (FALSE, FALSE, sizeof (Member));
  g_array_append_val (*list, member);
}

static gboolean
fits (const Member *member, const char *text, gsize length)
{
  if (length < member->head || length < member->tail ||
      memcmp (text, member->glob, member->head) != 0)
    return FALSE;
  if (member->is_literal)
    return length == member->head;
  const char *tail = member->glob + strlen (member->glob) - member->tail;
  return memcmp (text + length - member->tail, tail, member->tail) == 0 &&
         pm_glob_match (member->glob, text);
}

static gboolean
match_list (const GArray *list, const char *path, gsize path_length, const char *name,
            gsize name_length, PmGlobOwners *owners)
{
  gboolean found = FALSE;
  for (guint i = 0; list != NULL && i < list->len; i++) {
    const Member *member = &g_array_index (list, Member, i);
    if (pm_glob_owners_have (owners, member->owner) ||
        !(member->is_of_path ? fits (member, path, path_length) : fits (member, name, name_length)))
      continue;
    pm_glob_owners_add (owners, member->owner);
    found = TRUE;
  }
  return found;
}

gboolean
pm_glob_set_match (const PmGlobSet *set, const char *path, PmGlobOwners *owners)
{
  const char *slash = strrchr (path, '/');
  const char *name = slash == NULL ? path : slash + 1;
  gsize name_length = strlen (name), path_length = (gsize) (name - path) + name_length;
  if (path_length == 0)
    return FALSE;
  const GArray *const *lists = (const GArray *const *) set->by_last_byte;
  gboolean by_ending = match_list (lists[(guchar) path[path_length - 1]], path, path_length, name,
                                   name_length, owners);
  return match_list (lists[0], path, path_length, name, name_length, owners) || by_ending;
}
