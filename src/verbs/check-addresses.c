/* DESIGN
 * Addresses of this machine that are no longer its own. What the registry knows of the past
 * (former-addresses.h) is certain. The files alone tell a guess: an address by which a port of this
 * machine's services is reached, other than the usual one. One port may well be another machine's
 * that has a service on it, too; several of them in one project make that less likely, never sure.
 */

#include "verbs/check-private.h"

#include <string.h>

#include "model/host.h"
#include "verbs/addresses.h"

typedef struct {
  const char *written; /* in the snapshot */
  gboolean is_v6;
  guint references; /* by it that a service of this machine answers */
} Own;

/* Own by address, without those of the past (of `former`; NULL: none are known). */
static GHashTable *
own_addresses (const PmSnapshot *snapshot, GHashTable *former)
{
  GHashTable *own = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (snapshot->edges, PmEdge, i);
    const char *host = pm_check_finding (snapshot, edge->finding)->host;
    if (edge->to_service < 0 || !pm_host_is_public_address (host))
      continue;
    g_autofree char *address = pm_address_canonical (host);
    if (former != NULL && g_hash_table_contains (former, address))
      continue;
    Own *known = g_hash_table_lookup (own, address);
    if (known == NULL) {
      known = g_new0 (Own, 1);
      *known = (Own){.written = host, .is_v6 = strchr (address, ':') != NULL};
      g_hash_table_insert (own, g_steal_pointer (&address), known);
    }
    known->references++;
  }
  return own;
}

/* Of one family: a machine has an address of each. */
static const Own *
most_used (GHashTable *own, gboolean is_v6)
{
  const Own *usual = NULL, *known;
  gboolean tie = FALSE;
  GHashTableIter iter;
  g_hash_table_iter_init (&iter, own);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &known)) {
    if (known->is_v6 != is_v6 || (usual != NULL && known->references < usual->references))
      continue;
    tie = usual != NULL && known->references == usual->references;
    usual = known;
  }
  return tie ? NULL : usual;
}

const char *
pm_check_usual_address (const PmSnapshot *snapshot)
{
  g_autoptr (GHashTable) own = own_addresses (snapshot, NULL);
  const Own *v4 = most_used (own, FALSE), *v6 = most_used (own, TRUE);
  if (v4 == NULL || v6 == NULL)
    return v4 != NULL ? v4->written : v6 != NULL ? v6->written : NULL;
  return v6->references > v4->references ? v6->written : v4->written;
}

/* --- what files alone tell --- */

static char *
use_key (const PmFinding *f, const char *address)
{
  return g_strjoin ("\n", address, f->root, f->project, NULL);
}

/* By address and project (use_key): the port of this machine's services that is reached by it
 * there; G_MAXUINT where several are. */
static GHashTable *
ports_by_use (const PmSnapshot *snapshot)
{
  GHashTable *uses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < snapshot->edges->len; i++) {
    const PmEdge *edge = &g_array_index (snapshot->edges, PmEdge, i);
    const PmFinding *f = pm_check_finding (snapshot, edge->finding);
    if (edge->to_service < 0 || !pm_host_is_public_address (f->host))
      continue;
    g_autofree char *address = pm_address_canonical (f->host);
    char *key = use_key (f, address);
    guint known = GPOINTER_TO_UINT (g_hash_table_lookup (uses, key));
    guint ports = known == 0 || known == f->port ? f->port : G_MAXUINT;
    g_hash_table_replace (uses, key, GUINT_TO_POINTER (ports));
  }
  return uses;
}

typedef struct {
  GHashTable *own;     /* Own by address */
  GHashTable *uses;    /* ports_by_use */
  GHashTable *current; /* what the machine has; NULL: nobody tells */
  const Own *usual[2];
} Guess;

static const Own *
usual_instead_of (const Guess *guess, const char *address)
{
  const Own *own = g_hash_table_lookup (guess->own, address);
  const Own *usual = own == NULL ? NULL : guess->usual[own->is_v6 ? 1 : 0];
  gboolean is_right =
      usual == own || (guess->current != NULL && g_hash_table_contains (guess->current, address));
  return is_right ? NULL : usual;
}

static void
add_guess (const Guess *guess, const PmFinding *f, const char *address, GArray *results)
{
  const Own *usual = usual_instead_of (guess, address);
  if (usual == NULL)
    return;
  g_autofree char *instead = pm_address_canonical (usual->written);
  g_autofree char *key = use_key (f, address);
  gboolean is_likely = GPOINTER_TO_UINT (g_hash_table_lookup (guess->uses, key)) == G_MAXUINT;
  pm_check_add (results, is_likely ? PM_SEVERITY_WARNING : PM_SEVERITY_NOTE, "stale-address", f,
                g_strdup_printf ("%s may be an older address of this machine, which other projects "
                                 "know as %s, or another machine's",
                                 f->address, instead),
                g_strdup_printf ("find out whose address it is: %s belongs here if it was this "
                                 "machine's; another machine's stays",
                                 instead));
}

/* --- what is known --- */

static gboolean
add_known (GHashTable *former, const PmFinding *f, const char *address, GArray *results)
{
  const char *now = former == NULL ? NULL : g_hash_table_lookup (former, address);
  if (now == NULL)
    return FALSE;
  pm_check_add (
      results, PM_SEVERITY_ERROR, "stale-address", f,
      g_strdup_printf ("%s is out of date: this machine had it, and has %s now", f->address, now),
      g_strdup_printf ("port-manager ip change %s %s", f->address, now));
  return TRUE;
}

void
pm_check_addresses (const PmSnapshot *snapshot, const PmCheckKnown *known, GArray *results)
{
  GHashTable *former = known == NULL ? NULL : known->former;
  g_autoptr (GHashTable) own = own_addresses (snapshot, former), uses = ports_by_use (snapshot);
  Guess guess = {own,
                 uses,
                 known == NULL ? NULL : known->current,
                 {most_used (own, FALSE), most_used (own, TRUE)}};
  for (guint i = 0; i < snapshot->findings->len; i++) {
    const PmFinding *f = pm_check_finding (snapshot, i);
    if (f->kind != PM_KIND_IP || f->text_class > PM_TEXT_SOURCE)
      continue;
    g_autofree char *address = pm_address_canonical (f->address);
    if (!add_known (former, f, address, results))
      add_guess (&guess, f, address, results);
  }
}
