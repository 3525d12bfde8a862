/* DESIGN
 * The configuration becomes plain values for discovery/, which knows none. Names are given after
 * the survey, since a service's filter speaks of what the survey found. A name that would make two
 * rows of one service the same is not given: the registry tells rows apart by it. */

#include "verbs/observe.h"

#include <string.h>

#include "discovery/glob.h"
#include "verbs/filter.h"

G_DEFINE_QUARK (pm - observe - error - quark, pm_observe_error)

/* --- rules --- */

static PmUserRule
rule_of (const PmConfigRule *from, const char *id)
{
  PmUserRule rule = {
      .id = id,
      .files = from->files,
      .project = from->project,
      .key = from->key,
      .service = from->service,
      .syntax = from->syntax,
      .silenced = from->rule,
      .silences = from->silence,
      .confidence = from->confidence,
  };
  rule.has_kind = pm_kind_from_name (from->kind, &rule.kind);
  rule.has_role = pm_role_from_name (from->role, &rule.role);
  return rule;
}

static GArray *
rules_of (const PmConfig *config, GPtrArray *ids)
{
  GArray *rules = g_array_new (FALSE, TRUE, sizeof (PmUserRule));
  g_autofree char *name = g_path_get_basename (config->file == NULL ? "" : config->file);
  for (guint i = 0; i < config->rules->len; i++) {
    const PmConfigRule *from = &g_array_index (config->rules, PmConfigRule, i);
    g_ptr_array_add (ids, g_strdup_printf ("user.%s:%u", name, from->line));
    PmUserRule rule = rule_of (from, ids->pdata[i]);
    g_array_append_val (rules, rule);
  }
  return rules;
}

/* --- names and pins --- */

static void
name_projects (const PmConfig *config, PmSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->projects->len; i++) {
    PmProject *project = &g_array_index (snapshot->projects, PmProject, i);
    for (guint k = 0; k < config->projects->len; k++) {
      const PmConfigProject *named = &g_array_index (config->projects, PmConfigProject, k);
      if (named->name[0] != '\0' && pm_glob_match (named->match, project->id))
        project->name = pm_arena_strdup (snapshot->arena, named->name);
    }
  }
}

static gboolean
is_same_row (const PmService *a, const PmService *b, const char *name)
{
  return strcmp (b->name, name) == 0 && a->internal_port == b->internal_port &&
         a->external_port == b->external_port && a->transport == b->transport &&
         strcmp (a->project_id, b->project_id) == 0 && strcmp (a->root, b->root) == 0;
}

static gboolean
is_taken (const PmSnapshot *snapshot, const PmService *service, const char *name)
{
  for (guint i = 0; i < snapshot->services->len; i++)
    if (is_same_row (service, &g_array_index (snapshot->services, PmService, i), name))
      return TRUE;
  return FALSE;
}

/* The findings go with their service, or nothing would lead from one to the other. */
static void
rename_service (PmSnapshot *snapshot, PmService *service, const char *name)
{
  for (guint i = 0; i < snapshot->findings->len; i++) {
    PmFinding *f = &g_array_index (snapshot->findings, PmFinding, i);
    if (strcmp (f->owner, service->name) == 0 && strcmp (f->project, service->project_id) == 0 &&
        strcmp (f->root, service->root) == 0)
      f->owner = name;
  }
  service->name = name;
}

/* What its own files call it may be what it is known by, so it is pinned before it is renamed. */
static void
apply (const PmConfigService *said, PmSnapshot *snapshot, const PmFilter *filter)
{
  const char *name = pm_arena_strdup (snapshot->arena, said->name);
  const char *pinned = pm_arena_strdup (snapshot->arena, said->pinned);
  for (guint i = 0; i < snapshot->services->len; i++) {
    PmService *service = &g_array_index (snapshot->services, PmService, i);
    if (!pm_filter_matches (filter, service))
      continue;
    if (pinned[0] != '\0')
      service->pinned = pinned;
    if (name[0] != '\0' && !is_taken (snapshot, service, name))
      rename_service (snapshot, service, name);
  }
}

static gboolean
apply_services (const PmConfig *config, PmSnapshot *snapshot, GError **error)
{
  for (guint k = 0; k < config->services->len; k++) {
    const PmConfigService *said = &g_array_index (config->services, PmConfigService, k);
    g_autoptr (GError) wrong = NULL;
    g_autoptr (PmFilter) filter = pm_filter_parse (said->match, &wrong);
    if (filter == NULL) {
      g_set_error (error, PM_OBSERVE_ERROR, PM_OBSERVE_ERROR_MATCH, "%s:%u: match: %s",
                   config->file, said->line, wrong->message);
      return FALSE;
    }
    apply (said, snapshot, filter);
  }
  return TRUE;
}

PmSnapshot *
pm_verb_observe (const PmConfig *config, const char *const *roots, const PmSurveyOptions *options,
                 GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) rules = rules_of (config, ids);
  PmUserRules user = {(const PmUserRule *) rules->data, rules->len};
  PmSurveyOptions configured = *options;
  configured.ignore = (const char *const *) config->scan.ignore;
  configured.rules = &user;
  g_autoptr (PmSnapshot) snapshot = pm_survey (roots, &configured, error);
  if (snapshot == NULL)
    return NULL;
  name_projects (config, snapshot);
  if (!apply_services (config, snapshot, error))
    return NULL;
  return g_steal_pointer (&snapshot);
}
