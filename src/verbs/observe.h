#pragma once

#include "config/config.h"
#include "discovery/survey.h"

G_BEGIN_DECLS

/* A survey as the configuration wants it: its [scan] globs are passed over. Stores nothing. */
PmSnapshot *pm_verb_observe (const PmConfig *config, const char *const *roots,
                             const PmSurveyOptions *options, GError **error);

G_END_DECLS
