#include "discovery/rules/rules.h"
#include "discovery/ruleset.h"

/* One line for each tool; the first that fits a file gets it, so those that only fall back come
 * last. */
static const PmRuleset *const rulesets[] = {
  &pm_ruleset_env,
  &pm_ruleset_compose,
  &pm_ruleset_compose_by_content,
  NULL,
};

const PmRuleset *const *
pm_rulesets_all (void)
{
  return rulesets;
}
