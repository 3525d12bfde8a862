#pragma once

#include "config/config.h"

G_BEGIN_DECLS

/* What a new address may do to the files of a project. Private to pipeline/. */

typedef enum { PM_POLICY_NOTIFY, PM_POLICY_PROPOSE, PM_POLICY_APPLY } PmPolicy;

const char *pm_policy_name (PmPolicy policy);
PmPolicy pm_policy_from_name (const char *name); /* PROPOSE of anything else */

/* The last [[project]] that matches and says one, else the [[root]]'s, else ip.policy. */
PmPolicy pm_policy_of (const PmConfig *config, const char *root, const char *project);

G_END_DECLS
