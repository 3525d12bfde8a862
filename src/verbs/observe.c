/* DESIGN
 * The configuration becomes plain values for discovery/, which knows none. Names are given after
 * the survey, since a service's filter speaks of what the survey found. A name that would make two
 * rows of one service the same is not given: the registry tells rows apart by it. */

#include "verbs/observe.h"

#include <string.h>

#include "discovery/edges.h"
#include "discovery/glob.h"
#include "model/filter.h"

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
      .means = from->means,
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

/* Where nobody names a project, its id does. */
static void
name_projects_of_services (const PmConfig *config, PmSnapshot *snapshot)
{
  for (guint k = 0; k < config->projects->len; k++) {
    const PmConfigProject *named = &g_array_index (config->projects, PmConfigProject, k);
    const char *name =
        named->name[0] == '\0' ? NULL : pm_arena_strdup (snapshot->arena, named->name);
    for (guint i = 0; name != NULL && i < snapshot->services->len; i++) {
      PmService *service = &g_array_index (snapshot->services, PmService, i);
      if (pm_glob_match (named->match, service->project_id))
        service->project_name = name;
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
    if (said->pinned[0] != '\0' || said->name[0] != '\0')
      apply (said, snapshot, filter);
  }
  return TRUE;
}

/* Plain values for discovery/, and what they lie in. */
typedef struct {
  GPtrArray *ids;
  GArray *rules;
  PmUserRules user;
  PmSurveyOptions options;
} Configured;

static void
configured_init (Configured *configured, const PmConfig *config, const PmSurveyOptions *options)
{
  configured->ids = g_ptr_array_new_with_free_func (g_free);
  configured->rules = rules_of (config, configured->ids);
  configured->user =
      (PmUserRules){(const PmUserRule *) configured->rules->data, configured->rules->len};
  configured->options = *options;
  configured->options.ignore = (const char *const *) config->scan.ignore;
  configured->options.rules = &configured->user;
}

static void
configured_clear (Configured *configured)
{
  g_clear_pointer (&configured->rules, g_array_unref);
  g_clear_pointer (&configured->ids, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Configured, configured_clear)

/* Takes the snapshot; NULL stays NULL. */
static PmSnapshot *
name_all (const PmConfig *config, PmSnapshot *taken, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = taken;
  if (snapshot == NULL)
    return NULL;
  name_projects (config, snapshot);
  name_projects_of_services (config, snapshot);
  if (!apply_services (config, snapshot, error))
    return NULL;
  if (pm_verb_observe_needs_all (config)) /* names were given: the user may mean somebody by them */
    pm_edges_find_meant (snapshot);
  return g_steal_pointer (&snapshot);
}

PmSnapshot *
pm_verb_observe (const PmConfig *config, const char *const *roots, const PmSurveyOptions *options,
                 GError **error)
{
  g_auto (Configured) configured = {0};
  configured_init (&configured, config, options);
  return name_all (config, pm_survey (roots, &configured.options, error), error);
}

guint64
pm_verb_observe_about (const PmConfig *config, const char *const *roots,
                       const PmSurveyOptions *options)
{
  g_auto (Configured) configured = {0};
  configured_init (&configured, config, options);
  return pm_survey_about (roots, &configured.options);
}

gboolean
pm_verb_observe_holds (const PmConfig *config, const char *const *roots,
                       const PmSurveyOptions *options, const char *witness, guint64 about)
{
  g_auto (Configured) configured = {0};
  configured_init (&configured, config, options);
  return pm_survey_holds (roots, &configured.options, witness, about);
}

PmResurveyOutcome
pm_verb_observe_again (const PmConfig *config, PmResurvey *resurvey, const char *const *roots,
                       const PmSurveyOptions *options, const char *const *paths,
                       PmSnapshot *previous, PmSnapshot **ret_snapshot, GError **error)
{
  g_auto (Configured) configured = {0};
  PmSnapshot *snapshot = NULL;
  configured_init (&configured, config, options);
  PmResurveyOutcome outcome =
      pm_resurvey (resurvey, roots, &configured.options, paths, previous, &snapshot, error);
  if (outcome != PM_RESURVEY_TOLD)
    return outcome;
  *ret_snapshot = name_all (config, snapshot, error);
  return *ret_snapshot == NULL ? PM_RESURVEY_UNTOLD : outcome;
}

static gboolean
asks_address (const char *match)
{
  g_autoptr (PmFilter) filter = pm_filter_parse (match, NULL);
  return filter != NULL && pm_filter_asks_address (filter);
}

gboolean
pm_verb_observe_needs_all (const PmConfig *config)
{
  for (guint i = 0; i < config->services->len; i++) {
    const PmConfigService *said = &g_array_index (config->services, PmConfigService, i);
    if (said->name[0] != '\0' || (said->pinned[0] != '\0' && asks_address (said->match)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
settle (PmSnapshot *services, gpointer data)
{
  name_projects_of_services (data, services);
  return apply_services (data, services, NULL);
}

PmPatchwork *
pm_verb_observe_keep (const PmConfig *config, PmSnapshot *previous, const char *host)
{
  return pm_patchwork_new (previous, host, settle, (gpointer) config);
}

PmResurveyOutcome
pm_verb_observe_patch (const PmConfig *config, PmResurvey *resurvey, const char *const *roots,
                       const PmSurveyOptions *options, const char *const *paths, PmPatchwork *kept,
                       GError **error)
{
  g_auto (Configured) configured = {0};
  configured_init (&configured, config, options);
  return pm_resurvey_patch (resurvey, roots, &configured.options, paths, kept, settle,
                            (gpointer) config, error);
}
