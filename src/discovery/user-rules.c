/* DESIGN
 * A rule that reads a value drops what the program's own rules said of it, so that one value never
 * gives two opinions; it is dropped by a confidence below zero, and taken out with what is silenced
 * (silence.h), where the pairs of the others are kept right. One that says whom a reference means
 * leaves what the program's rules read as it is, and reads by itself only what none of them saw. */

#include "discovery/user-rules.h"

#include <string.h>

#include "discovery/glob.h"
#include "discovery/silence.h"

static gboolean
fits (const PmUserRule *rule, const char *file, const char *local, const char *project)
{
  if (rule->project[0] != '\0' && !pm_glob_match_path (rule->project, project))
    return FALSE;
  return pm_glob_match_path (rule->files, file) || pm_glob_match_path (rule->files, local);
}

gboolean
pm_user_rules_claim (const PmUserRules *rules, const char *file, const char *local,
                     const char *project, const char **ret_syntax)
{
  gboolean claimed = FALSE;
  for (guint i = 0; rules != NULL && i < rules->n_rules; i++) {
    const PmUserRule *rule = &rules->rules[i];
    if (rule->silences || rule->key[0] == '\0' || !fits (rule, file, local, project))
      continue;
    claimed = TRUE;
    if (rule->syntax[0] != '\0' && ret_syntax != NULL)
      *ret_syntax = rule->syntax;
  }
  return claimed;
}

void
pm_user_rules_silence (const PmUserRules *rules, const char *file, const char *local,
                       const char *project, GArray *silences)
{
  for (guint i = 0; rules != NULL && i < rules->n_rules; i++) {
    const PmUserRule *rule = &rules->rules[i];
    if (!rule->silences || rule->key[0] != '\0' || !fits (rule, file, local, project))
      continue;
    PmSilence silence = {{0, G_MAXUINT32}, rule->silenced};
    g_array_append_val (silences, silence);
  }
}

static PmSpan
whole_span (const PmNode *node)
{
  return (PmSpan){MIN (node->span.start, node->outer.start), MAX (node->span.end, node->outer.end)};
}

static void
drop (PmRecognition *r, PmSpan span, guint n_findings)
{
  for (guint i = 0; i < n_findings; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (finding->span.start >= span.start && finding->span.end <= span.end)
      finding->confidence = PM_SILENCED;
  }
}

static void
read_by (PmRecognition *r, const PmUserRule *rule, PmNodeId node)
{
  PmRule as_own = {
      .id = pm_arena_strdup (r->arena, rule->id),
      .grammar = rule->has_kind && rule->kind == PM_KIND_IP ? PM_GRAMMAR_HOST : PM_GRAMMAR_ENDPOINT,
      .role = rule->has_role ? rule->role : PM_ROLE_LISTEN,
      .scope = PM_SCOPE_HOST,
      .confidence = 1,
      .insists = rule->has_role,
  };
  guint first = r->out->findings->len;
  pm_recognition_read (r, node, &as_own, pm_arena_strdup (r->arena, rule->service));
  for (guint i = first; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    gboolean wanted = !rule->has_kind || finding->kind == rule->kind;
    finding->confidence = wanted ? rule->confidence : PM_SILENCED;
  }
  if (r->out->findings->len > first)
    drop (r, whole_span (pm_document_node (r->document, node)), first);
}

/* --- whom a reference means --- */

static gboolean
is_reference (const PmFinding *finding)
{
  return finding->kind == PM_KIND_PORT && finding->role == PM_ROLE_REFERENCE &&
         finding->confidence >= 0;
}

static void
mean (PmFinding *finding, const PmUserRule *rule, PmArena *arena)
{
  finding->means = pm_arena_strdup (arena, rule->means);
  finding->rule = pm_arena_strdup (arena, rule->id);
  finding->confidence = rule->confidence;
}

/* FALSE: there is no reference in these bytes. */
static gboolean
mean_within (PmRecognition *r, const PmUserRule *rule, PmSpan span)
{
  gboolean is_there = FALSE;
  for (guint i = 0; i < r->out->findings->len; i++) {
    PmFinding *finding = pm_recognition_finding (r, i);
    if (finding->span.start < span.start || finding->span.end > span.end || !is_reference (finding))
      continue;
    mean (finding, rule, r->arena);
    is_there = TRUE;
  }
  return is_there;
}

static void
mean_by (PmRecognition *r, const PmUserRule *rule, PmNodeId node)
{
  PmUserRule as_reference = *rule;
  PmSpan span = whole_span (pm_document_node (r->document, node));
  if (mean_within (r, rule, span) || !pm_recognition_is_readable (r, node))
    return;
  as_reference.has_kind = as_reference.has_role = TRUE;
  as_reference.kind = PM_KIND_PORT;
  as_reference.role = PM_ROLE_REFERENCE;
  read_by (r, &as_reference, node);
  mean_within (r, rule, span);
}

void
pm_user_rules_mean (const PmUserRules *rules, const char *file, const char *local,
                    const char *project, GArray *findings, PmArena *arena)
{
  for (guint i = rules == NULL ? 0 : rules->n_rules; i-- > 0;) {
    const PmUserRule *rule = &rules->rules[i];
    if (rule->means[0] == '\0' || rule->key[0] != '\0' || !fits (rule, file, local, project))
      continue;
    for (guint k = 0; k < findings->len; k++) {
      PmFinding *finding = &g_array_index (findings, PmFinding, k);
      if (finding->means == NULL && is_reference (finding))
        mean (finding, rule, arena);
    }
  }
}

static void
apply (const PmUserRule *rule, PmRecognition *r, GArray *silences)
{
  const GArray *nodes = r->document->nodes;
  for (PmNodeId id = r->root + 1; id < nodes->len; id++) {
    const PmNode *node = pm_document_node (r->document, id);
    if (node->parent < r->root)
      break;
    if (!pm_path_match (r->document, r->root, id, rule->key, NULL))
      continue;
    if (rule->silences) {
      PmSilence silence = {whole_span (node), rule->silenced};
      g_array_append_val (silences, silence);
    } else if (rule->means[0] != '\0') {
      mean_by (r, rule, id);
    } else if (pm_recognition_is_readable (r, id)) {
      read_by (r, rule, id);
    }
  }
}

void
pm_user_rules_apply (const PmUserRules *rules, PmRecognition *recognition, const char *local,
                     GArray *silences)
{
  for (guint i = 0; rules != NULL && i < rules->n_rules; i++) {
    const PmUserRule *rule = &rules->rules[i];
    if (rule->key[0] != '\0' && fits (rule, recognition->file, local, recognition->project))
      apply (rule, recognition, silences);
  }
}
