#include "verbs/observe.h"

PmSnapshot *
pm_verb_observe (const PmConfig *config, const char *const *roots, const PmSurveyOptions *options,
                 GError **error)
{
  PmSurveyOptions configured = *options;
  configured.ignore = (const char *const *) config->scan.ignore;
  return pm_survey (roots, &configured, error);
}
