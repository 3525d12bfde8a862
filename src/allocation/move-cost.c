#include "allocation/move-cost.h"

#include <string.h>

#include "allocation/ownership.h"
#include "model/aliases.h"
#include "model/brief.h"

#define FIRST_UNPRIVILEGED 1024
#define POINTS_EDIT 1
#define POINTS_POOL 2
#define POINTS_PROJECT 5
#define POINTS_LIVE 50
#define POINTS_PRIVILEGED 50
#define POINTS_CALLBACK 100
#define MOST_POINTS 30000 /* so that the sum over all services of a host stays in 31 bits */

typedef struct {
  guint row;
  const PmFinding *finding;
} FirstReader;

typedef struct {
  const PmSnapshot *snapshot;
  const gboolean *wanted;
  PmMoveTraces *traces;
  GHashTable *rows; /* "root\nproject\nname" → 1 + the first wanted row */
  guint *next;      /* 1 + the next row of the same name; 0 none */
  const PmAliases *aliases;
  GHashTable *places; /* place → FirstReader */
  PmPortSet ports;    /* of the wanted rows */
  PmShared shared;
  gpointer data;
} Look;

static const PmService *
service_at (const Look *look, guint row)
{
  return &g_array_index (look->snapshot->services, PmService, row);
}

static void
index_rows (Look *look)
{
  for (guint i = look->snapshot->services->len; i-- > 0;) {
    const PmService *s = service_at (look, i);
    if (!look->wanted[i])
      continue;
    pm_port_set_add (&look->ports, s->external_port);
    char *key = g_strjoin ("\n", s->root, s->project_id, s->name, NULL);
    look->next[i] = GPOINTER_TO_UINT (g_hash_table_lookup (look->rows, key));
    g_hash_table_replace (look->rows, key, GUINT_TO_POINTER (i + 1));
  }
}

/* The word at the beginning of the text, in any case. */
static gboolean
begins_with_word (const char *text)
{
  static const char *const words[] = {
      "callback", "redirect", "oauth", "oidc", "webhook", "issuer", "public_url", "publicurl",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strncasecmp (text, words[i], strlen (words[i])) == 0)
      return TRUE;
  return FALSE;
}

/* Each edge of a host is asked, so that nothing is copied here. */
static gboolean
has_word (const char *text)
{
  for (; (text = strpbrk (text, "crowipCROWIP")) != NULL; text++)
    if (begins_with_word (text))
      return TRUE;
  return FALSE;
}

/* What somebody else was told: OAuth and webhook addresses, and those that a service publishes of
 * itself. By the key or variable that they are written under. */
static gboolean
is_known_outside (const PmFinding *f)
{
  return has_word (f->path) || has_word (f->variable);
}

static void
add_own (Look *look, guint row, const PmFinding *f)
{
  PmMoveTraces *traces = &look->traces[row];
  char *place = pm_aliases_place (look->aliases, f);
  const FirstReader *first = g_hash_table_lookup (look->places, place);
  traces->n_own++;
  traces->callbacks += is_known_outside (f);
  if (first != NULL) {
    if (first->row != row)
      look->shared (&(PmSharedPlace){first->row, row, first->finding, f}, look->data);
    g_free (place);
    return;
  }
  FirstReader reader = {row, f};
  traces->edits++;
  g_hash_table_insert (look->places, place, g_memdup2 (&reader, sizeof reader));
}

static void
look_at_finding (Look *look, const PmFinding *f)
{
  g_autofree char *key = g_strjoin ("\n", f->root, f->project, f->owner, NULL);
  for (guint row = GPOINTER_TO_UINT (g_hash_table_lookup (look->rows, key)); row != 0;
       row = look->next[row - 1]) {
    const PmService *s = service_at (look, row - 1);
    if (f->transport == s->transport && f->port == s->external_port &&
        (f->role == PM_ROLE_PUBLISH || !pm_ownership_is_mapping (s)))
      add_own (look, row - 1, f);
  }
}

static void
look_at_edge (Look *look, const PmEdge *edge)
{
  if (edge->to_service < 0 || !look->wanted[edge->to_service] ||
      edge->finding >= look->snapshot->findings->len)
    return;
  const PmFinding *f = &g_array_index (look->snapshot->findings, PmFinding, edge->finding);
  const PmService *s = service_at (look, (guint) edge->to_service);
  PmMoveTraces *traces = &look->traces[edge->to_service];
  if (f->port != s->external_port)
    return;
  traces->edits++;
  traces->callbacks += is_known_outside (f);
  if (strcmp (f->project, s->project_id) == 0)
    return;
  if (traces->projects == NULL)
    traces->projects = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_add (traces->projects, (gpointer) f->project);
}

void
pm_move_traces_find (const PmSnapshot *snapshot, const gboolean *wanted, gboolean include_uncertain,
                     PmMoveTraces *traces, PmShared shared, gpointer data)
{
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (PmAliases) aliases = pm_aliases_new (snapshot);
  g_autofree guint *next = g_new0 (guint, snapshot->services->len + 1);
  Look look = {
      .snapshot = snapshot,
      .wanted = wanted,
      .traces = traces,
      .rows = rows,
      .next = next,
      .aliases = aliases,
      .places = places,
      .shared = shared,
      .data = data,
  };
  index_rows (&look);
  g_autoptr (GArray) own = NULL;
  const PmBrief *briefs = pm_briefs_of (snapshot, &own);
  guint needed = PM_BRIEF_OWN | (include_uncertain ? 0 : (guint) PM_BRIEF_SURE);
  for (guint i = 0; i < snapshot->findings->len; i++)
    if ((briefs[i].flags & needed) == needed && pm_port_set_has (&look.ports, briefs[i].port))
      look_at_finding (&look, &g_array_index (snapshot->findings, PmFinding, i));
  for (guint i = 0; i < snapshot->edges->len; i++)
    look_at_edge (&look, &g_array_index (snapshot->edges, PmEdge, i));
}

void
pm_move_cost_add (PmMoveCost *cost, const PmService *service, const PmMoveTraces *traces,
                  const PmPools *pools)
{
  cost->edits += traces->edits;
  cost->projects += traces->projects == NULL ? 0 : g_hash_table_size (traces->projects);
  cost->callbacks += traces->callbacks;
  cost->is_live |= service->live == PM_LIVE_LISTENING;
  cost->is_privileged |= service->external_port < FIRST_UNPRIVILEGED;
  cost->is_in_pool |= pm_pool_has (pm_pools_for (pools, service), service->external_port);
}

void
pm_move_cost_sum (PmMoveCost *cost)
{
  cost->points = POINTS_EDIT * MAX (cost->edits, 1) + POINTS_PROJECT * cost->projects +
                 POINTS_CALLBACK * cost->callbacks + (cost->is_live ? POINTS_LIVE : 0) +
                 (cost->is_privileged ? POINTS_PRIVILEGED : 0) +
                 (cost->is_in_pool ? POINTS_POOL : 0);
  cost->points = cost->is_main ? MIN (cost->points, MOST_POINTS) : 0;
}
