/* Configuration of no known tool, by syntax: YAML, JSON, TOML, INI, Java properties.
 *
 * Nothing but the names of the keys is known (vocabulary.h), so the confidence is below that of any
 * rule set for a tool. */

#include "discovery/rules/rules.h"

static const PmRule by_key = {
    .id = "generic", .role = PM_ROLE_LISTEN, .scope = PM_SCOPE_HOST, .confidence = 0.8};

static void
recognise (PmRecognition *r)
{
  pm_recognition_read_keys (r, r->root, &by_key, "");
}

#define GENERIC(name_, syntax_, expansion_, ...)                                                   \
  static const char *const name_##_files[] = {__VA_ARGS__, NULL};                                  \
  const PmRuleset pm_ruleset_generic_##name_ = {.name = #name_,                                    \
                                                .files = name_##_files,                            \
                                                .syntax = syntax_,                                 \
                                                .is_fallback = TRUE,                               \
                                                .marks = pm_ruleset_no_marks,                      \
                                                .expansion = PM_EXPANSION_##expansion_,            \
                                                .recognise = recognise}

GENERIC (yaml, "yaml", SHELL, "*.yaml", "*.yml");
GENERIC (json, "json", SHELL, "*.json", "*.jsonc", "*.json5", "*.code-workspace", "*.webmanifest");
GENERIC (toml, "toml", SHELL, "*.toml");
GENERIC (ini, "ini", SHELL, "*.ini", "*.cfg", "*.cnf", "*.conf", "*.config");
GENERIC (properties, "properties", SPRING, "*.properties");
