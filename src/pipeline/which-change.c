#include "pipeline/which-change.h"

#include <string.h>

#include "planning/planning.h"
#include "registry/addresses.h"
#include "registry/changes.h"
#include "verbs/addresses.h"
#include "verbs/scan.h"

#define MOST_CHANGES_BACK 50

typedef struct {
  PmContext *context;
  PmArena *arena;
  GPtrArray *machine; /* char *: what it has, canonical */
  GPtrArray *past;    /* what it had */
} Which;

static void
which_clear (Which *which)
{
  g_ptr_array_unref (which->machine);
  g_ptr_array_unref (which->past);
  pm_arena_free (which->arena);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Which, which_clear)

static gboolean
has (const GPtrArray *list, const char *address)
{
  return g_ptr_array_find_with_equal_func ((GPtrArray *) list, address, g_str_equal, NULL);
}

static void
add_once (GPtrArray *list, const char *address)
{
  char *canonical = pm_address_canonical (address);
  if (canonical[0] == '\0' || has (list, canonical))
    g_free (canonical);
  else
    g_ptr_array_add (list, canonical);
}

static gboolean
refuse (GError **error, const char *what, const GPtrArray *candidates)
{
  g_autoptr (GString) list = g_string_new (NULL);
  for (guint i = 0; i < candidates->len; i++)
    g_string_append_printf (list, "%s%s", i == 0 ? ": " : ", ",
                            (const char *) candidates->pdata[i]);
  g_set_error (error, PM_PLANNING_ERROR, PM_PLANNING_ERROR_REFUSED,
               "%s%s; say both: ip change OLD NEW", what, list->str);
  return FALSE;
}

static gboolean
which_init (Which *which, PmContext *context, GError **error)
{
  *which = (Which){.context = context,
                   .arena = pm_arena_new (),
                   .machine = g_ptr_array_new_with_free_func (g_free),
                   .past = g_ptr_array_new_with_free_func (g_free)};
  g_autoptr (GArray) machine = g_array_new (FALSE, FALSE, sizeof (PmSourceAddress));
  g_autoptr (GArray) changes = g_array_new (FALSE, FALSE, sizeof (PmAddressChange));
  if (!pm_registry_addresses (context->registry, which->arena, machine, error) ||
      !pm_registry_changes (context->registry, MOST_CHANGES_BACK, which->arena, changes, error))
    return FALSE;
  for (guint i = 0; i < machine->len; i++)
    add_once (which->machine, g_array_index (machine, PmSourceAddress, i).address);
  for (guint i = 0; i < changes->len; i++) {
    const PmAddressChange *change = &g_array_index (changes, PmAddressChange, i);
    if (strcmp (change->kind, "ip-change") == 0)
      add_once (which->past, change->old_address);
  }
  return TRUE;
}

static gboolean
find_new (const Which *which, const char *wanted, char **ret_new, GError **error)
{
  if (wanted != NULL) {
    *ret_new = pm_address_canonical (wanted);
    return TRUE;
  }
  if (which->machine->len == 0)
    return refuse (error, "no source has told yet which address this machine has", which->machine);
  if (which->machine->len > 1)
    return refuse (error, "this machine has several addresses", which->machine);
  *ret_new = g_strdup (which->machine->pdata[0]);
  return TRUE;
}

static gboolean
is_v6 (const char *address)
{
  return strchr (address, ':') != NULL;
}

/* Documentation and logs tell of the past. */
static gboolean
is_in_use (const PmSnapshot *snapshot, const char *address)
{
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = &g_array_index (snapshot->findings, PmFinding, i);
    if (f->kind == PM_KIND_IP && f->text_class <= PM_TEXT_SOURCE &&
        strcmp (f->address, address) == 0)
      return TRUE;
  }
  return FALSE;
}

/* What files say and the machine has no more. Where a person says an address that no source knows,
 * what the sources said last is the past. */
static GPtrArray *
candidates_of (const Which *which, const char *new_address, GError **error)
{
  PmSurveyOptions options = {0};
  PmScanReport report;
  g_autoptr (PmSnapshot) snapshot = NULL;
  if (!pm_verb_scan (which->context, NULL, &options, &report, NULL, error) ||
      !pm_registry_snapshot (which->context->registry, &snapshot, error))
    return NULL;
  g_autoptr (GArray) known = pm_verb_addresses (snapshot);
  gboolean has_it = has (which->machine, new_address);
  GPtrArray *candidates = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < known->len; i++) {
    const char *written = g_array_index (known, PmKnownAddress, i).address;
    g_autofree char *address = pm_address_canonical (written);
    if (is_in_use (snapshot, written) && is_v6 (address) == is_v6 (new_address) &&
        strcmp (address, new_address) != 0 && !(has_it && has (which->machine, address)))
      add_once (candidates, address);
  }
  return candidates;
}

static const char *
only_one_of_the_past (const Which *which, const GPtrArray *candidates)
{
  const char *found = NULL;
  for (guint i = 0; i < candidates->len; i++) {
    if (!has (which->past, candidates->pdata[i]) && !has (which->machine, candidates->pdata[i]))
      continue;
    if (found != NULL)
      return NULL;
    found = candidates->pdata[i];
  }
  return found;
}

gboolean
pm_pipeline_which_change (PmContext *context, const char *new_address, char **ret_old,
                          char **ret_new, GError **error)
{
  g_auto (Which) which;
  g_autofree char *new_one = NULL;
  if (!which_init (&which, context, error) || !find_new (&which, new_address, &new_one, error))
    return FALSE;
  g_autoptr (GPtrArray) candidates = candidates_of (&which, new_one, error);
  if (candidates == NULL)
    return FALSE;
  const char *old_one =
      candidates->len == 1 ? candidates->pdata[0] : only_one_of_the_past (&which, candidates);
  if (old_one == NULL)
    return refuse (error,
                   candidates->len == 0 ? "no file says another public address of this kind"
                                        : "several addresses in files may be meant",
                   candidates);
  *ret_old = g_strdup (old_one);
  *ret_new = g_steal_pointer (&new_one);
  return TRUE;
}
