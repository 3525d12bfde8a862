/* DESIGN
 * The checks run one after another over the snapshot, and know nothing of each other. A result's
 * fingerprint leaves lines out, so that an edit above it does not make it a new one; results that
 * are alike in all else are numbered in the order of the file. */

#include "verbs/check.h"

#include <string.h>

#include "base/digest.h"
#include "verbs/check-private.h"

void
pm_check_result_clear (PmCheckResult *result)
{
  g_clear_pointer (&result->value, g_free);
  g_clear_pointer (&result->message, g_free);
  g_clear_pointer (&result->remedy, g_free);
  g_clear_pointer (&result->fingerprint, g_free);
}

void
pm_check_add (GArray *results, PmSeverity severity, const char *rule, const PmFinding *finding,
              char *message, char *remedy)
{
  PmCheckResult result = {
      .severity = severity,
      .rule = rule,
      .root = finding->root,
      .file = finding->file,
      .line = finding->position.line,
      .column = finding->position.column,
      .path = finding->path,
      .value = finding->kind == PM_KIND_IP
                   ? g_strdup (finding->address)
                   : g_strdup_printf ("%s:%u", finding->host, finding->port),
      .message = message,
      .remedy = remedy,
  };
  g_array_append_val (results, result);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const PmCheckResult *left = a, *right = b;
  if (left->severity != right->severity)
    return left->severity > right->severity ? -1 : 1;
  int order = strcmp (left->file, right->file);
  if (order != 0)
    return order;
  return left->line < right->line ? -1 : left->line > right->line;
}

#define FINGERPRINT_DIGITS 32

static void
add_fingerprints (GArray *results)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < results->len; i++) {
    PmCheckResult *result = &g_array_index (results, PmCheckResult, i);
    g_autofree char *what =
        g_strjoin ("\n", result->rule, result->file, result->path, result->value, NULL);
    guint n = GPOINTER_TO_UINT (g_hash_table_lookup (counts, what)) + 1;
    g_autofree char *numbered = g_strdup_printf ("%s\n%u", what, n);
    PmDigest digest = pm_digest_of (numbered, strlen (numbered));
    result->fingerprint = pm_digest_to_hex (&digest);
    result->fingerprint[FINGERPRINT_DIGITS] = '\0';
    g_hash_table_insert (counts, g_steal_pointer (&what), GUINT_TO_POINTER (n));
  }
}

GArray *
pm_verb_check (const PmSnapshot *snapshot, const PmCheckKnown *known)
{
  GArray *results = g_array_new (FALSE, TRUE, sizeof (PmCheckResult));
  g_array_set_clear_func (results, (GDestroyNotify) pm_check_result_clear);
  pm_check_addresses (snapshot, known, results);
  pm_check_consistency (snapshot, results);
  pm_check_references (snapshot, known == NULL ? NULL : &known->elsewhere, results);
  pm_check_meanings (snapshot, results);
  pm_check_problems (snapshot, results);
  g_array_sort (results, compare);
  add_fingerprints (results);
  return results;
}
