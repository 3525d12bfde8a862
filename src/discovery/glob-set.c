/* DESIGN
 * Most globs end in something literal, so they lie in lists by their last byte; those of the path's
 * own last byte, and those that end in a wildcard, are tried. A glob's neighbouring literal bytes
 * must all be neighbours in the text as well: told by one comparison of two small sets, which may
 * err only in saying yes. Then what it begins with and ends in is compared: few are left for the
 * matcher. */

#include "discovery/glob-set.h"

#include <string.h>

#include "discovery/glob.h"

typedef struct {
  const char *glob;
  guint owner;
  gboolean is_of_path; /* has a slash: held against the whole path, else against the name */
  gboolean is_literal;
  gboolean is_ending; /* a star and something literal: the ending decides */
  gsize length;
  gsize head, tail; /* literal bytes at its beginning and at its end */
  guint64 pairs;    /* of its literal bytes */
} Member;

/* What globs are held against. */
typedef struct {
  const char *bytes;
  gsize length;
  guint64 pairs;
} Text;

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

/* Neighbours as one of 64. */
static guint64
pair_of (char first, char second)
{
  return G_GUINT64_CONSTANT (1) << (((guchar) first * 37u + (guchar) second * 11u) >> 2 & 63);
}

static Text
text_of (const char *bytes, gsize length)
{
  Text text = {bytes, length, 0};
  for (gsize i = 1; i < length; i++)
    text.pairs |= pair_of (bytes[i - 1], bytes[i]);
  return text;
}

/* The slash behind two stars may stand for nothing. */
static guint64
pairs_of_glob (const char *glob, gsize length)
{
  guint64 pairs = 0;
  for (gsize i = 1; i < length; i++) {
    gboolean may_vanish = i > 1 && glob[i - 1] == '/' && glob[i - 2] == '*';
    if (!is_wildcard (glob[i - 1]) && !is_wildcard (glob[i]) && !may_vanish)
      pairs |= pair_of (glob[i - 1], glob[i]);
  }
  return pairs;
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
      .length = length,
      .head = strcspn (glob, "*?"),
      .pairs = pairs_of_glob (glob, length),
  };
  member.is_literal = member.head == length;
  while (member.tail < length && !is_wildcard (glob[length - 1 - member.tail]))
    member.tail++;
  if (member.tail > 0 && member.tail < length && glob[length - member.tail] == '/')
    member.tail--; /* a folder's stars and their slash are nothing at all, at times */
  member.is_ending = !member.is_of_path && glob[0] == '*' && member.tail == length - 1;
  GArray **list = &set->by_last_byte[member.tail == 0 ? 0 : (guchar) glob[length - 1]];
  if (*list == NULL)
    *list = g_array_new (FALSE, FALSE, sizeof (Member));
  g_array_append_val (*list, member);
}

static gboolean
fits (const Member *member, const Text *text)
{
  if ((member->pairs & ~text->pairs) != 0 || text->length < member->head ||
      text->length < member->tail || memcmp (text->bytes, member->glob, member->head) != 0)
    return FALSE;
  if (member->is_literal)
    return text->length == member->head;
  const char *tail = member->glob + member->length - member->tail;
  return memcmp (text->bytes + text->length - member->tail, tail, member->tail) == 0 &&
         (member->is_ending || pm_glob_match (member->glob, text->bytes));
}

static gboolean
match_list (const GArray *list, const Text *path, const Text *name, PmGlobOwners *owners)
{
  gboolean found = FALSE;
  for (guint i = 0; list != NULL && i < list->len; i++) {
    const Member *member = &g_array_index (list, Member, i);
    if (!fits (member, member->is_of_path ? path : name))
      continue;
    pm_glob_owners_add (owners, member->owner);
    found = TRUE;
  }
  return found;
}

gboolean
pm_glob_set_match (const PmGlobSet *set, const char *path, PmGlobOwners *owners)
{
  gsize length = strlen (path);
  if (length == 0)
    return FALSE;
  const char *slash = memrchr (path, '/', length);
  const char *last = slash == NULL ? path : slash + 1;
  const Text whole = text_of (path, length);
  const Text name = text_of (last, (gsize) (path + length - last));
  const GArray *const *lists = (const GArray *const *) set->by_last_byte;
  gboolean by_ending = match_list (lists[(guchar) path[length - 1]], &whole, &name, owners);
  return match_list (lists[0], &whole, &name, owners) || by_ending;
}
