#pragma once

#include "discovery/user-rules.h"
#include "model/snapshot.h"

G_BEGIN_DECLS

/* Roots → everything that is in them: walk, read, recognise on all cores, assemble.
 *
 * Nothing that a root holds can make it fail: what cannot be read, is over a limit or has a wrong
 * form becomes a problem of the snapshot. It fails only when a root itself cannot be opened. */

#define PM_SURVEY_ERROR (pm_survey_error_quark ())
GQuark pm_survey_error_quark (void);
typedef enum { PM_SURVEY_ERROR_ROOT } PmSurveyError;

typedef struct {
  guint64 files;     /* looked at so far */
  guint64 documents; /* of them parsed */
} PmSurveyProgress;

typedef struct {
  const char *host;          /* the machine's name, for the services */
  const char *const *ignore; /* globs from the root, NULL-terminated; NULL none */
  const char *only;          /* a file or folder relative to the (then single) root; NULL all */
  const PmUserRules *rules;  /* of the user; NULL none */
  guint threads;             /* 0: one for each core */

  /* Called now and then from the calling thread; NULL: nobody wants to know. */
  void (*progress) (const PmSurveyProgress *progress, gpointer data);
  gpointer data;
} PmSurveyOptions;

/* `roots` are absolute paths, NULL-terminated. */
PmSnapshot *pm_survey (const char *const *roots, const PmSurveyOptions *options, GError **error);

G_END_DECLS
