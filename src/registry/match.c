/* DESIGN
 * Known services of one root, project, name and transport form a group: a chain through an array of
 * indices, found by a hash table. Each rule is one pass over the observed services that are still
 * without a match. */

#include "registry/match.h"

#include <string.h>

typedef struct {
  const GArray *known;
  const GArray *observed;
  GHashTable *groups; /* PmService → 1 + index of the first known service of its group */
  gint32 *next;       /* of a known service: the next of its group; -1 ends */
  gboolean *taken;    /* of a known service */
  gint32 *matches;
} Matcher;

typedef gboolean (*Rule) (const PmKnownService *known, const PmService *observed);

static const PmKnownService *
known_at (const Matcher *m, gint32 index)
{
  return &g_array_index (m->known, PmKnownService, index);
}

static const PmService *
observed_at (const Matcher *m, guint index)
{
  return &g_array_index (m->observed, PmService, index);
}

static guint
group_hash (gconstpointer key)
{
  const PmService *service = key;
  guint hash = g_str_hash (service->host);
  hash = hash * 31 + g_str_hash (service->root);
  hash = hash * 31 + g_str_hash (service->project_id);
  hash = hash * 31 + g_str_hash (service->name);
  return hash * 31 + (guint) service->transport;
}

static gboolean
group_equal (gconstpointer a, gconstpointer b)
{
  const PmService *left = a, *right = b;
  return left->transport == right->transport && g_str_equal (left->name, right->name) &&
         g_str_equal (left->project_id, right->project_id) &&
         g_str_equal (left->root, right->root) && g_str_equal (left->host, right->host);
}

static gint32
first_of_group (const Matcher *m, const PmService *service)
{
  return GPOINTER_TO_INT (g_hash_table_lookup (m->groups, service)) - 1;
}

static void
build_groups (Matcher *m)
{
  for (guint i = m->known->len; i-- > 0;) {
    const PmService *service = &known_at (m, (gint32) i)->service;
    m->next[i] = first_of_group (m, service);
    g_hash_table_replace (m->groups, (gpointer) service, GINT_TO_POINTER (i + 1));
  }
}

static gboolean
was_moved_there (const PmKnownService *known, const PmService *observed)
{
  guint16 port = observed->external_port != 0 ? observed->external_port : observed->internal_port;
  return known->moved_to != 0 && known->moved_to == port;
}

static gboolean
same_ports (const PmKnownService *known, const PmService *observed)
{
  return !known->is_removed && known->service.internal_port == observed->internal_port &&
         known->service.external_port == observed->external_port;
}

static gboolean
same_internal_port (const PmKnownService *known, const PmService *observed)
{
  return !known->is_removed && known->service.internal_port == observed->internal_port;
}

static gboolean
same_external_port (const PmKnownService *known, const PmService *observed)
{
  return !known->is_removed && observed->external_port != 0 &&
         known->service.external_port == observed->external_port;
}

static gboolean
was_there_with_both (const PmKnownService *known, const PmService *observed)
{
  return known->is_removed && known->service.internal_port == observed->internal_port &&
         known->service.external_port == observed->external_port;
}

static gboolean
was_there_before (const PmKnownService *known, const PmService *observed)
{
  return known->is_removed && known->service.internal_port == observed->internal_port;
}

static void
match_by (Matcher *m, Rule rule)
{
  for (guint i = 0; i < m->observed->len; i++) {
    if (m->matches[i] >= 0)
      continue;
    const PmService *observed = observed_at (m, i);
    for (gint32 k = first_of_group (m, observed); k >= 0; k = m->next[k])
      if (!m->taken[k] && rule (known_at (m, k), observed)) {
        m->matches[i] = k;
        m->taken[k] = TRUE;
        break;
      }
  }
}

/* The one live service of a group that nobody has taken; -1 when there is none, or more than one.
 */
static gint32
only_one_left (const Matcher *m, const PmService *service)
{
  gint32 only = -1;
  for (gint32 k = first_of_group (m, service); k >= 0; k = m->next[k]) {
    if (m->taken[k] || known_at (m, k)->is_removed)
      continue;
    if (only >= 0)
      return -1;
    only = k;
  }
  return only;
}

/* What tells a service apart from one of the same name in another folder changes with the others,
 * and another root may take its project over: the file that says it is the same. NULL: none does.
 */
static char *
place_of (const PmService *service)
{
  const char *slash = strrchr (service->name, '/');
  const char *colon = strrchr (service->origin, ':');
  if (colon == NULL)
    return NULL;
  return g_strdup_printf ("%s\n%s\n%d\n%u\n%u\n%s/%.*s", service->host,
                          slash == NULL ? service->name : slash + 1, service->transport,
                          service->internal_port, service->external_port, service->root,
                          (int) (colon - service->origin), service->origin);
}

static void
match_renamed (Matcher *m)
{
  g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = m->known->len; i-- > 0;) {
    const PmKnownService *known = known_at (m, (gint32) i);
    char *place = m->taken[i] || known->is_removed ? NULL : place_of (&known->service);
    if (place != NULL)
      g_hash_table_replace (places, place, GINT_TO_POINTER (i + 1));
  }
  for (guint i = 0; g_hash_table_size (places) > 0 && i < m->observed->len; i++) {
    if (m->matches[i] >= 0)
      continue;
    g_autofree char *place = place_of (observed_at (m, i));
    gint32 k = place == NULL ? -1 : GPOINTER_TO_INT (g_hash_table_lookup (places, place)) - 1;
    if (k < 0)
      continue;
    m->matches[i] = k;
    m->taken[k] = TRUE;
    g_hash_table_remove (places, place);
  }
}

static void
match_leftovers (Matcher *m)
{
  g_autoptr (GHashTable) unmatched = g_hash_table_new (group_hash, group_equal);
  for (guint i = 0; i < m->observed->len; i++)
    if (m->matches[i] < 0) {
      gpointer key = (gpointer) observed_at (m, i);
      gint count = GPOINTER_TO_INT (g_hash_table_lookup (unmatched, key));
      g_hash_table_insert (unmatched, key, GINT_TO_POINTER (count + 1));
    }
  for (guint i = 0; i < m->observed->len; i++) {
    const PmService *observed = observed_at (m, i);
    if (m->matches[i] >= 0 || GPOINTER_TO_INT (g_hash_table_lookup (unmatched, observed)) != 1)
      continue;
    gint32 only = only_one_left (m, observed);
    if (only < 0)
      continue;
    m->matches[i] = only;
    m->taken[only] = TRUE;
  }
}

void
pm_match_services (const GArray *known, const GArray *observed, gint32 *ret_matches)
{
  g_autoptr (GHashTable) groups = g_hash_table_new (group_hash, group_equal);
  g_autofree gint32 *next = g_new (gint32, known->len + 1);
  g_autofree gboolean *taken = g_new0 (gboolean, known->len + 1);
  Matcher m = {known, observed, groups, next, taken, ret_matches};
  for (guint i = 0; i < observed->len; i++)
    ret_matches[i] = -1;
  build_groups (&m);
  match_by (&m, was_moved_there);
  match_by (&m, same_ports);
  match_by (&m, same_internal_port);
  match_by (&m, same_external_port);
  match_leftovers (&m);
  match_renamed (&m);
  match_by (&m, was_there_with_both);
  match_by (&m, was_there_before);
}
