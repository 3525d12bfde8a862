#pragma once

#include "discovery/ruleset.h"

/* pm_ruleset_compose and all others of list.h. */
#define PM_RULESET(name, file) extern const PmRuleset pm_ruleset_##name;
#include "discovery/rules/list.h"
#undef PM_RULESET
