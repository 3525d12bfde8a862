/* Supabase: its CLI's configuration ("Supabase CLI config": supabase/config.toml).
 *
 * `supabase start` publishes every one of these ports on this machine, the database's too; all else
 * (auth.email.smtp, site_url) is somebody else's and is read by the names of its keys. */

#include "discovery/rules/rules.h"

static const char *const files[] = {"supabase/config.toml", "**/supabase/config.toml", NULL};

#define PUBLISHED(path_)                                                                           \
  {                                                                                                \
    "supabase.port", path_, PM_GRAMMAR_PORT, PM_ROLE_LISTEN, PM_SCOPE_HOST, 0.97, TRUE             \
  }

static const PmRule rules[] = {
    PUBLISHED ("api.port"),
    PUBLISHED ("db.port|shadow_port"),
    PUBLISHED ("db.pooler.port"),
    PUBLISHED ("studio.port"),
    PUBLISHED ("inbucket.port|smtp_port|pop3_port"),
    PUBLISHED ("local_smtp.port|smtp_port|pop3_port"),
    PUBLISHED ("edge_runtime.inspector_port"),
    PUBLISHED ("analytics.port|vector_port"),
};

static const PmRule other = {
    .id = "supabase.other", .role = PM_ROLE_REFERENCE, .scope = PM_SCOPE_HOST, .confidence = 0.85};

static void
recognise (PmRecognition *r)
{
  pm_recognition_read_keys (r, r->root, &other, "");
}

const PmRuleset pm_ruleset_supabase = {
    .name = "supabase",
    .files = files,
    .syntax = "toml",
    .marks = pm_ruleset_no_marks,
    .rules = rules,
    .n_rules = G_N_ELEMENTS (rules),
    .expansion = PM_EXPANSION_SHELL,
    .recognise = recognise,
};
