/* DESIGN
 * A rule that reads a value drops what the program's own rules said of it, so that one value never
 * gives two opinions; it is dropped by a confidence below zero, and taken out with what is silenced
 * (silence.h), where the pairs of the others are kept right. */

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
    if (rule->silences || !fits (rule, file, local, project))
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
