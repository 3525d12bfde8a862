#pragma once

#include "discovery/ruleset.h"

/* One rule set per tool, each in the file of its name. */

extern const PmRuleset pm_ruleset_compose;
extern const PmRuleset pm_ruleset_compose_by_content;
extern const PmRuleset pm_ruleset_env;
