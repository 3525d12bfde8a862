/* DESIGN
 * Every step is a pair of addresses, told oldest first; one that is given again is former no more.
 * What a person had changed is told by the decisions that hold (registry/desired.c), which undo
 * takes back; changes on their way tell what sources saw. Chains are followed at the end. */

#include "verbs/former-addresses.h"

#include <jansson.h>
#include <string.h>

#include "registry/addresses.h"
#include "registry/changes.h"
#include "registry/records.h"
#include "verbs/addresses.h"

/* How many changes are looked back for. */
#define MOST_CHANGES_BACK 1000

static void
replace (GHashTable *former, const char *old_address, const char *new_address)
{
  g_autofree char *from = pm_address_canonical (old_address);
  g_autofree char *to = pm_address_canonical (new_address);
  g_hash_table_remove (former, to);
  if (from[0] != '\0' && to[0] != '\0' && strcmp (from, to) != 0)
    g_hash_table_replace (former, g_steal_pointer (&from), g_steal_pointer (&to));
}

/* The old address of an address that was seen for the first time is what files say: it may be
 * another machine's. */
static gboolean
is_guess (const PmAddressChange *change)
{
  json_t *report = json_loads (change->report, 0, NULL);
  gboolean guess = json_is_true (json_object_get (report, "guess"));
  json_decref (report);
  return guess;
}

static gboolean
is_seen (const PmAddressChange *change)
{
  return strcmp (change->kind, "ip-change") == 0 && strcmp (change->source, "hand") != 0 &&
         strcmp (change->stage, "dismissed") != 0 && change->old_address[0] != '\0' &&
         !is_guess (change);
}

static gboolean
add_seen (PmRegistry *registry, PmArena *arena, GHashTable *former, GError **error)
{
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (PmAddressChange));
  if (!pm_registry_changes (registry, MOST_CHANGES_BACK, arena, changes, error))
    return FALSE;
  for (guint i = changes->len; i > 0; i--) {
    const PmAddressChange *change = &g_array_index (changes, PmAddressChange, i - 1);
    if (is_seen (change))
      replace (former, change->old_address, change->new_address);
  }
  return TRUE;
}

static gint
compare_times (gconstpointer a, gconstpointer b)
{
  const PmDesired *left = a, *right = b;
  return left->decided_us < right->decided_us ? -1 : left->decided_us > right->decided_us;
}

static gboolean
add_decided (PmRegistry *registry, PmArena *arena, GHashTable *former, GError **error)
{
  g_autoptr (GArray) desired = g_array_new (FALSE, FALSE, sizeof (PmDesired));
  if (!pm_registry_desired (registry, arena, desired, error))
    return FALSE;
  g_array_sort (desired, compare_times);
  for (guint i = 0; i < desired->len; i++) {
    const PmDesired *d = &g_array_index (desired, PmDesired, i);
    if (strcmp (d->field, "address") == 0)
      replace (former, d->subject, d->value);
  }
  return TRUE;
}

GHashTable *
pm_verb_current_addresses (PmRegistry *registry, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GArray) told = g_array_new (FALSE, FALSE, sizeof (PmSourceAddress));
  if (!pm_registry_addresses (registry, arena, told, error))
    return NULL;
  GHashTable *current = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < told->len; i++)
    g_hash_table_add (current,
                      pm_address_canonical (g_array_index (told, PmSourceAddress, i).address));
  return current;
}

static gboolean
remove_current (PmRegistry *registry, GHashTable *former, GError **error)
{
  g_autoptr (GHashTable) current = pm_verb_current_addresses (registry, error);
  if (current == NULL)
    return FALSE;
  const char *address;
  GHashTableIter iter;
  g_hash_table_iter_init (&iter, current);
  while (g_hash_table_iter_next (&iter, (gpointer *) &address, NULL))
    g_hash_table_remove (former, address);
  return TRUE;
}

/* Two ways of telling may contradict each other and make a ring; each step is taken once. */
static const char *
end_of_chain (GHashTable *former, const char *address)
{
  const char *next;
  for (guint steps = g_hash_table_size (former);
       steps > 0 && (next = g_hash_table_lookup (former, address)) != NULL; steps--)
    address = next;
  return address;
}

static GHashTable *
follow_chains (GHashTable *former)
{
  GHashTable *ends = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  const char *old_address;
  GHashTableIter iter;
  g_hash_table_iter_init (&iter, former);
  while (g_hash_table_iter_next (&iter, (gpointer *) &old_address, NULL)) {
    const char *end = end_of_chain (former, old_address);
    if (strcmp (end, old_address) != 0)
      g_hash_table_insert (ends, g_strdup (old_address), g_strdup (end));
  }
  return ends;
}

GHashTable *
pm_verb_former_addresses (PmRegistry *registry, GError **error)
{
  g_autoptr (PmArena) arena = pm_arena_new ();
  g_autoptr (GHashTable) former = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (!add_seen (registry, arena, former, error) || !add_decided (registry, arena, former, error) ||
      !remove_current (registry, former, error))
    return NULL;
  return follow_chains (former);
}
