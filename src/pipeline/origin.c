/* DESIGN
 * Of an address that changed while somebody looked, it is the one before; where an earlier change
 * of the same slot was never committed, files may say an older one still.
 *
 * Of an address that is seen for the first time (the machine was stopped and started again before
 * this program ever ran) nobody knows what was before: that is the address by which the files know
 * this machine, if it is none of those that the machine has. It may be another machine's, so this
 * is proposed at most (plan.c). */

#include <string.h>

#include "pipeline/run.h"
#include "registry/addresses.h"
#include "verbs/addresses.h"
#include "verbs/check.h"
#include "verbs/scan.h"

/* How far an address that is still written may lie back. */
#define MOST_CHANGES_BACK 50

static gboolean
is_same_slot (const PmAddressChange *a, const PmAddressChange *b)
{
  return strcmp (a->source, b->source) == 0 && strcmp (a->slot, b->slot) == 0;
}

static gboolean
is_guess (const PmAddressChange *change)
{
  PmRunReport report;
  pm_run_report_init (&report);
  pm_run_report_read (&report, change->report);
  gboolean guess = report.is_guess;
  pm_run_report_clear (&report);
  return guess;
}

/* Where the chain of what this address was ends: it was written, or a person said no. */
static gboolean
is_end_of_chain (const PmAddressChange *before, const char *address)
{
  return strcmp (before->new_address, address) != 0 || strcmp (before->stage, "committed") == 0 ||
         strcmp (before->stage, "dismissed") == 0 || strcmp (before->stage, "settled") == 0;
}

static gboolean
add_past (PmRun *run, GPtrArray *addresses, guint *ret_n_sure, GError **error)
{
  gboolean is_sure = TRUE;
  g_autoptr (GArray) past = g_array_new (FALSE, FALSE, sizeof (PmAddressChange));
  if (!pm_registry_changes (run->context->registry, MOST_CHANGES_BACK, run->arena, past, error))
    return FALSE;
  const char *address = run->change.old_address;
  g_ptr_array_add (addresses, (gpointer) address);
  *ret_n_sure = 1;
  for (guint i = 0; i < past->len; i++) {
    const PmAddressChange *before = &g_array_index (past, PmAddressChange, i);
    if (before->id >= run->change.id || !is_same_slot (before, &run->change))
      continue;
    if (is_end_of_chain (before, address))
      break;
    is_sure = is_sure && !is_guess (before);
    address = before->old_address;
    if (address[0] != '\0' && strcmp (address, run->change.new_address) != 0)
      g_ptr_array_add (addresses, (gpointer) address);
    if (is_sure)
      *ret_n_sure = addresses->len;
  }
  return TRUE;
}

static gboolean
is_known (PmRun *run, const char *address, gboolean *ret_known, GError **error)
{
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (PmSourceAddress));
  if (!pm_registry_addresses (run->context->registry, run->arena, known, error))
    return FALSE;
  /* It may have changed once more since it was seen for the first time. */
  *ret_known = strcmp (run->change.new_address, address) == 0;
  for (guint i = 0; i < known->len; i++)
    *ret_known |= strcmp (g_array_index (known, PmSourceAddress, i).address, address) == 0;
  return TRUE;
}

/* Another source that says the same has proposed it already. */
static gboolean
is_proposed (PmRun *run, const char *address, gboolean *ret_proposed, GError **error)
{
  g_autoptr (GArray) past = g_array_new (FALSE, FALSE, sizeof (PmAddressChange));
  if (!pm_registry_changes (run->context->registry, MOST_CHANGES_BACK, run->arena, past, error))
    return FALSE;
  *ret_proposed = FALSE;
  for (guint i = 0; i < past->len; i++) {
    const PmAddressChange *other = &g_array_index (past, PmAddressChange, i);
    *ret_proposed |= other->id < run->change.id && strcmp (other->stage, "proposed") == 0 &&
                     strcmp (other->old_address, address) == 0;
  }
  return TRUE;
}

static gboolean
is_v6 (const char *address)
{
  return strchr (address, ':') != NULL;
}

/* By which references reach services of this machine; without any, what stands in most places. */
static const char *
address_of_files (const PmSnapshot *snapshot)
{
  const char *usual = pm_check_usual_address (snapshot);
  if (usual != NULL)
    return usual;
  g_autoptr (GArray) list = pm_verb_addresses (snapshot);
  const PmKnownAddress *first = &g_array_index (list, PmKnownAddress, 0);
  gboolean is_most = list->len == 1 || (list->len > 1 && first[0].places > first[1].places);
  return is_most ? first->address : NULL;
}

static gboolean
find_first (PmRun *run, const char **ret_address, GError **error)
{
  PmSurveyOptions options = {0};
  PmScanReport scan;
  g_autoptr (PmSnapshot) snapshot = NULL;
  gboolean is_ours = FALSE, is_told = FALSE;
  *ret_address = NULL;
  if (!pm_verb_scan (run->context, NULL, &options, &scan, NULL, error) ||
      !pm_registry_snapshot (run->context->registry, &snapshot, error))
    return FALSE;
  const char *usual = address_of_files (snapshot);
  if (usual == NULL || is_v6 (usual) != is_v6 (run->change.new_address))
    return TRUE;
  if (!is_known (run, usual, &is_ours, error) || !is_proposed (run, usual, &is_told, error))
    return FALSE;
  if (!is_ours && !is_told)
    *ret_address = pm_arena_strdup (run->arena, usual);
  return TRUE;
}

gboolean
pm_run_origins (PmRun *run, GPtrArray *addresses, guint *ret_n_sure, GError **error)
{
  const char *first = NULL;
  *ret_n_sure = 0;
  if (run->change.old_address[0] != '\0')
    return add_past (run, addresses, ret_n_sure, error);
  if (!find_first (run, &first, error))
    return FALSE;
  if (first != NULL) {
    run->change.old_address = first;
    g_ptr_array_add (addresses, (gpointer) first);
  }
  return TRUE;
}
