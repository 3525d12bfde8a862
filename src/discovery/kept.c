/* DESIGN
 * Findings of the broken document are held against those from before in two rounds, first by place,
 * then by value; each from before answers once, in order. What was tentative before (read only
 * since the document is broken) is nothing to hold on to. */

#include "discovery/kept.h"

#include <string.h>

PmSaid
pm_kept_whole (const PmSaid *before, PmArena *arena)
{
  PmSaid said = *before;
  PmFinding *findings = pm_arena_alloc (arena, said.n_findings * sizeof (PmFinding));
  PmServiceFact *facts = pm_arena_alloc (arena, said.n_facts * sizeof (PmServiceFact));
  for (guint i = 0; i < said.n_findings; i++) {
    findings[i] = before->findings[i];
    if (findings[i].standing == PM_STANDING_READ)
      findings[i].standing = PM_STANDING_KEPT;
  }
  for (guint i = 0; i < said.n_facts; i++) {
    facts[i] = before->facts[i];
    if (facts[i].standing == PM_STANDING_READ)
      facts[i].standing = PM_STANDING_KEPT;
  }
  said.findings = findings;
  said.facts = facts;
  said.n_problems = 0;
  return said;
}

/* --- findings --- */

typedef struct {
  const PmSaid *before;
  PmFinding *findings; /* of the broken document, then those that are kept */
  guint n_read, n;
  gint32 *answer;     /* of a finding from before: the index among `findings`; -1 none */
  guint8 *is_settled; /* of a finding of the broken document */
} Merge;

static gboolean
counts (const PmFinding *before)
{
  return before->standing != PM_STANDING_TENTATIVE;
}

static gboolean
is_same_value (const PmFinding *a, const PmFinding *b)
{
  return a->kind == b->kind && a->port == b->port && a->port_end == b->port_end &&
         strcmp (a->address, b->address) == 0;
}

static char *
place_key (const PmFinding *f)
{
  return g_strdup_printf ("%d %d %d %s", f->kind, f->role, f->transport, f->path);
}

static char *
value_key (const PmFinding *f)
{
  return g_strdup_printf ("%d %u %u %s", f->kind, f->port, f->port_end, f->address);
}

/* Only where in the file it stands is taken from what was read. */
static void
believe_as_before (PmFinding *now, const PmFinding *before)
{
  PmFinding believed = *before;
  believed.position = now->position;
  believed.span = now->span;
  believed.origin = now->origin;
  believed.origin_span = now->origin_span;
  believed.pair = now->pair;
  believed.standing = PM_STANDING_READ;
  *now = believed;
}

/* Pairs up what has the same key, in order. Those from before wait in a chain for each key. */
static void
match_by (Merge *m, char *(*key_of) (const PmFinding *) )
{
  g_autoptr (GHashTable) first = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree guint *next = g_new0 (guint, m->before->n_findings + 1); /* 1 + index; 0 ends */
  for (guint k = m->before->n_findings; k > 0; k--) {
    const PmFinding *before = &m->before->findings[k - 1];
    if (m->answer[k - 1] >= 0 || !counts (before))
      continue;
    char *key = key_of (before);
    next[k - 1] = GPOINTER_TO_UINT (g_hash_table_lookup (first, key));
    g_hash_table_replace (first, key, GUINT_TO_POINTER (k));
  }
  for (guint i = 0; i < m->n_read; i++) {
    if (m->is_settled[i])
      continue;
    char *key = key_of (&m->findings[i]);
    guint k = GPOINTER_TO_UINT (g_hash_table_lookup (first, key));
    if (k == 0) {
      g_free (key);
      continue;
    }
    g_hash_table_replace (first, key, GUINT_TO_POINTER (next[k - 1]));
    m->answer[k - 1] = (gint32) i;
    m->is_settled[i] = TRUE;
    if (is_same_value (&m->findings[i], &m->before->findings[k - 1]))
      believe_as_before (&m->findings[i], &m->before->findings[k - 1]);
  }
}

static void
add_kept (Merge *m)
{
  for (guint k = 0; k < m->before->n_findings; k++) {
    if (m->answer[k] >= 0 || !counts (&m->before->findings[k]))
      continue;
    m->answer[k] = (gint32) m->n;
    m->findings[m->n] = m->before->findings[k];
    m->findings[m->n++].standing = PM_STANDING_KEPT;
  }
}

/* A mapping keeps its two sides, whichever of them was read. */
static void
pair_up (Merge *m, gint32 pairs_from)
{
  for (guint k = 0; k < m->before->n_findings; k++) {
    gint32 pair = m->before->findings[k].pair - m->before->pairs_from;
    gint32 at = m->answer[k];
    if (at < 0 || m->before->findings[k].pair < 0 || pair < 0 ||
        (guint) pair >= m->before->n_findings)
      continue;
    PmFinding *finding = &m->findings[at];
    if (finding->pair < 0 || (guint) at >= m->n_read)
      finding->pair = m->answer[pair] < 0 ? -1 : m->answer[pair] + pairs_from;
  }
}

static void
merge_findings (PmSaid *said, const PmSaid *before, PmArena *arena)
{
  guint most = said->n_findings + before->n_findings;
  g_autofree gint32 *answer = g_new (gint32, before->n_findings + 1);
  g_autofree guint8 *is_settled = g_new0 (guint8, said->n_findings + 1);
  Merge m = {before,           pm_arena_alloc (arena, most * sizeof (PmFinding)),
             said->n_findings, said->n_findings,
             answer,           is_settled};
  for (guint k = 0; k < before->n_findings; k++)
    answer[k] = -1;
  for (guint i = 0; i < said->n_findings; i++)
    m.findings[i] = said->findings[i];
  match_by (&m, place_key);
  match_by (&m, value_key);
  for (guint i = 0; i < m.n_read; i++)
    if (!m.is_settled[i])
      m.findings[i].standing = PM_STANDING_TENTATIVE;
  add_kept (&m);
  pair_up (&m, said->pairs_from);
  said->findings = m.findings;
  said->n_findings = m.n;
}

/* --- facts and links --- */

static void
fill (const char **text, const char *before)
{
  if (*text == NULL || (*text)[0] == '\0')
    *text = before;
}

/* What is not told any more of a service that is. */
static void
complete_fact (PmServiceFact *now, const PmServiceFact *before)
{
  fill (&now->image, before->image);
  fill (&now->profiles, before->profiles);
  fill (&now->network, before->network);
  fill (&now->extends, before->extends);
  fill (&now->command, before->command);
  fill (&now->tool, before->tool);
  fill (&now->aliases, before->aliases);
  if (now->build == NULL)
    now->build = before->build;
  now->replicas = MAX (now->replicas, before->replicas);
  now->replaces_ports = now->replaces_ports || before->replaces_ports;
  if (now->default_port == 0) {
    now->default_port = before->default_port;
    now->default_origin = before->default_origin;
  }
}

static void
merge_facts (PmSaid *said, const PmSaid *before, PmArena *arena)
{
  PmServiceFact *facts =
      pm_arena_alloc (arena, (said->n_facts + before->n_facts) * sizeof (PmServiceFact));
  g_autoptr (GHashTable) by_name = g_hash_table_new (g_str_hash, g_str_equal);
  guint n = said->n_facts;
  for (guint i = said->n_facts; i > 0; i--) {
    facts[i - 1] = said->facts[i - 1];
    facts[i - 1].standing = PM_STANDING_TENTATIVE;
    g_hash_table_insert (by_name, (gpointer) facts[i - 1].name, &facts[i - 1]);
  }
  for (guint k = 0; k < before->n_facts; k++) {
    PmServiceFact *now = g_hash_table_lookup (by_name, before->facts[k].name);
    if (before->facts[k].standing == PM_STANDING_TENTATIVE)
      continue;
    if (now != NULL) {
      complete_fact (now, &before->facts[k]);
      now->standing = PM_STANDING_READ;
    } else {
      facts[n] = before->facts[k];
      facts[n++].standing = PM_STANDING_KEPT;
    }
  }
  said->facts = facts;
  said->n_facts = n;
}

static char *
link_key (const PmFileLink *link)
{
  return g_strconcat (link->kind, "\n", link->target, "\n", link->service, NULL);
}

static void
merge_links (PmSaid *said, const PmSaid *before, PmArena *arena)
{
  PmFileLink *links =
      pm_arena_alloc (arena, (said->n_links + before->n_links) * sizeof (PmFileLink));
  g_autoptr (GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n = said->n_links;
  for (guint i = 0; i < said->n_links; i++) {
    links[i] = said->links[i];
    g_hash_table_add (told, link_key (&links[i]));
  }
  for (guint k = 0; k < before->n_links; k++)
    if (g_hash_table_add (told, link_key (&before->links[k])))
      links[n++] = before->links[k];
  said->links = links;
  said->n_links = n;
}

/* --- the whole --- */

static gboolean
was_whole (const PmSaid *before)
{
  for (guint i = 0; i < before->n_findings; i++)
    if (counts (&before->findings[i]))
      return TRUE;
  for (guint i = 0; i < before->n_facts; i++)
    if (before->facts[i].standing != PM_STANDING_TENTATIVE)
      return TRUE;
  return FALSE;
}

static void
call_tentative (PmSaid *said, PmArena *arena)
{
  const PmSaid nothing = {.format = said->format, .variant = said->variant};
  merge_findings (said, &nothing, arena);
  merge_facts (said, &nothing, arena);
}

gboolean
pm_kept_broken (PmSaid *said, const PmSaid *before, PmArena *arena)
{
  if (before == NULL || !was_whole (before)) {
    call_tentative (said, arena);
    return FALSE;
  }
  /* Broken enough to be taken for something else: nothing that is read of it means anything. */
  if (strcmp (said->format, before->format) != 0) {
    PmSaid kept = pm_kept_whole (before, arena);
    kept.problems = said->problems;
    kept.n_problems = said->n_problems;
    *said = kept;
    return TRUE;
  }
  merge_findings (said, before, arena);
  merge_facts (said, before, arena);
  merge_links (said, before, arena);
  return TRUE;
}
