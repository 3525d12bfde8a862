/* Configuration of no known tool, by syntax: YAML, JSON, TOML, INI, Java properties.
 *
 * Nothing but the names of the keys is known (vocabulary.h), so the confidence is below that of any
 * rule set for a tool. */

#include "discovery/cluster-keys.h"
#include "discovery/naming.h"
#include "discovery/record-lists.h"
#include "discovery/rules/rules.h"

#include <string.h>

static const PmRule by_key = {
    .id = "generic", .role = PM_ROLE_LISTEN, .scope = PM_SCOPE_HOST, .confidence = 0.8};

static void
recognise (PmRecognition *r)
{
  pm_recognition_read_keys (r, r->root, &by_key, "");
  pm_cluster_keys_settle (r, 0);
  pm_record_lists_settle (r, 0);
}

/* What lies in a folder of templates, or is called template itself, is none of what runs: a
 * catalogue to choose from, a project's beginning. */
static const char *
variant (const char *file)
{
  const char *usual = pm_naming_variant (file);
  gboolean is_below = strstr (file, "/templates/") != NULL || strstr (file, "/template/") != NULL ||
                      g_str_has_prefix (file, "templates/") || g_str_has_prefix (file, "template/");
  const char *slash = strrchr (file, '/');
  gboolean is_one = g_str_has_prefix (slash == NULL ? file : slash + 1, "template.");
  return is_below || is_one ? "template" : usual;
}

#define GENERIC(name_, syntax_, expansion_, ...)                                                   \
  static const char *const name_##_files[] = {__VA_ARGS__, NULL};                                  \
  const PmRuleset pm_ruleset_generic_##name_ = {.name = #name_,                                    \
                                                .files = name_##_files,                            \
                                                .syntax = syntax_,                                 \
                                                .is_fallback = TRUE,                               \
                                                .marks = pm_ruleset_no_marks,                      \
                                                .variant = variant,                                \
                                                .expansion = PM_EXPANSION_##expansion_,            \
                                                .recognise = recognise}

GENERIC (yaml, "yaml", SHELL, "*.yaml", "*.yml");
GENERIC (json, "json", SHELL, "*.json", "*.jsonc", "*.json5", "*.code-workspace", "*.webmanifest");
GENERIC (toml, "toml", SHELL, "*.toml");
GENERIC (ini, "ini", SHELL, "*.ini", "*.cfg", "*.cnf", "*.conf", "*.config");
GENERIC (properties, "properties", SPRING, "*.properties");
