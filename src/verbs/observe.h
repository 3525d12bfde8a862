#pragma once

#include "config/config.h"
#include "discovery/resurvey.h"
#include "discovery/survey.h"

G_BEGIN_DECLS

#define PM_OBSERVE_ERROR (pm_observe_error_quark ())
GQuark pm_observe_error_quark (void);
typedef enum { PM_OBSERVE_ERROR_MATCH } PmObserveError;

/* A survey as the configuration wants it: its [scan] globs are passed over, its [[rule]]s win over
 * the program's own, and projects and services are called, and services pinned, as [[project]] and
 * [[service]] say. Stores nothing. Beyond a survey's errors, a filter in the configuration may be
 * wrong. */
PmSnapshot *pm_verb_observe (const PmConfig *config, const char *const *roots,
                             const PmSurveyOptions *options, GError **error);

/* Of a survey as the configuration wants it: see survey.h. */
guint64 pm_verb_observe_about (const PmConfig *config, const char *const *roots,
                               const PmSurveyOptions *options);
gboolean pm_verb_observe_holds (const PmConfig *config, const char *const *roots,
                                const PmSurveyOptions *options, const char *witness, guint64 about);

/* The same, told from an earlier one and the paths that changed since: see resurvey.h. */
PmResurveyOutcome pm_verb_observe_again (const PmConfig *config, PmResurvey *resurvey,
                                         const char *const *roots, const PmSurveyOptions *options,
                                         const char *const *paths, PmSnapshot *previous,
                                         PmSnapshot **ret_snapshot, GError **error);

/* Whether the configuration asks for what only a survey of everything tells, so that nothing can be
 * kept: it calls services otherwise than their files do, by whose names references are answered; or
 * it pins services by their address, which may be told by what refers to them. */
gboolean pm_verb_observe_needs_all (const PmConfig *config);

/* The same into what is kept (patchwork.h). Takes `previous`, a pm_registry_snapshot. NULL: a
 * filter in the configuration is wrong. */
PmPatchwork *pm_verb_observe_keep (const PmConfig *config, PmSnapshot *previous, const char *host);
PmResurveyOutcome pm_verb_observe_patch (const PmConfig *config, PmResurvey *resurvey,
                                         const char *const *roots, const PmSurveyOptions *options,
                                         const char *const *paths, PmPatchwork *kept,
                                         GError **error);

G_END_DECLS
