#pragma once

#include "discovery/patchwork.h"
#include "discovery/survey.h"

G_BEGIN_DECLS

/* What a survey of everything would say, told from an earlier one and from the files that changed
 * since: no other file is looked at.
 *
 *   PmResurvey *resurvey = pm_resurvey_new ();
 *   pm_resurvey (resurvey, roots, &options, paths, previous, &snapshot, &error);
 *   untold: survey everything, then pm_resurvey_everything (resurvey, TRUE);
 *
 * They do not where more may have changed than these files say: changed-files.h tells which paths
 * those are. Nor do they where a file cannot be read, is or was broken, or holds nothing any more,
 * since then what it said before has a say (survey.h). One thing stays unseen until the next survey
 * of everything: a file that is read by a link's name alone, since its own name promises nothing.
 *
 * A PmResurvey remembers what manifests said, so that only the first change of one asks for
 * everything. One thread. */
typedef struct PmResurvey PmResurvey;

PmResurvey *pm_resurvey_new (void);
void pm_resurvey_free (PmResurvey *resurvey);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PmResurvey, pm_resurvey_free)

/* These files (absolute, NULL-terminated) are as they were surveyed, and are about to be changed.
 */
void pm_resurvey_expect (PmResurvey *resurvey, const char *const *paths);

typedef enum {
  PM_RESURVEY_UNTOLD,  /* these paths do not tell it; an error, or survey everything */
  PM_RESURVEY_NOTHING, /* these files say nothing, and never did */
  PM_RESURVEY_TOLD,
  PM_RESURVEY_TOO_MUCH, /* only of pm_resurvey_patch: pm_resurvey may tell it; what was kept is of
                           no more use */
} PmResurveyOutcome;

/* `roots` and `options` are those of the survey that `previous` (a pm_registry_snapshot) stands
 * for; `recall` and `only` do not count. `paths`: absolute, NULL-terminated, in any order. When it
 * is told, `previous` is of no more use but to be freed. */
PmResurveyOutcome pm_resurvey (PmResurvey *resurvey, const char *const *roots,
                               const PmSurveyOptions *options, const char *const *paths,
                               PmSnapshot *previous, PmSnapshot **ret_snapshot, GError **error);

/* The same into what is kept, which then holds the answer. */
PmResurveyOutcome pm_resurvey_patch (PmResurvey *resurvey, const char *const *roots,
                                     const PmSurveyOptions *options, const char *const *paths,
                                     PmPatchwork *kept, PmPatchworkSettle settle, gpointer data,
                                     GError **error);

/* To be called when everything was surveyed: because these paths did not tell it (`by_us`), or for
 * any other reason. */
void pm_resurvey_everything (PmResurvey *resurvey, gboolean by_us);

G_END_DECLS
