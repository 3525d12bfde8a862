#pragma once

#include "discovery/stamps.h"
#include "discovery/user-rules.h"
#include "model/snapshot.h"
#include "walk/witness.h"

G_BEGIN_DECLS

/* Roots → everything that is in them: walk, read, recognise on all cores, assemble.
 *
 * Nothing that a root holds can make it fail: what cannot be read, is over a limit or has a wrong
 * form becomes a problem of the snapshot. It fails only when a root itself cannot be opened.
 *
 * What is there and cannot be read is not gone. A survey that knows of an earlier one (PmRecall)
 * keeps what that one found in it: in files and directories that cannot be opened or read to their
 * end, on file systems that are not mounted any more, behind links that lead to nothing. Of a
 * document that is broken now and was whole before, what can be read counts, and what it said
 * before and can be read no more is kept. Such documents are marked (PmDocumentRecord.is_kept), and
 * so is what is kept of them (PmStanding). */

#define PM_SURVEY_ERROR (pm_survey_error_quark ())
GQuark pm_survey_error_quark (void);
typedef enum { PM_SURVEY_ERROR_ROOT } PmSurveyError;

typedef struct {
  guint64 files;     /* looked at so far */
  guint64 documents; /* of them parsed */
} PmSurveyProgress;

/* What an earlier survey of the same roots left, so that this one opens only what changed since: a
 * file whose path and stamp it knows, and the dotenv files beside it, as far as it was expanded
 * against them, is not opened. A file that was changed less than two seconds before a survey began
 * is opened again by the next: it may change once more without a new time. Options that choose
 * files, and the program's version, are part of what is known. */
typedef struct {
  PmStamps *const *known; /* of that survey, one for each root; NULL nothing is known */
  guint64 program; /* differs from one version of the program, and of its rules, to the next */

  /* Gives what that survey gave, as pm_registry_snapshot has it, an empty snapshot for none; NULL
   * with an error. Asked for only if something changed. */
  PmSnapshot *(*previous) (gpointer data, GError **error);
  gpointer data;
  gboolean is_part; /* of what is known: what that survey found in other roots stands, and is
                       part of the snapshot too */
  const char *const *mounts; /* as `mounted` was then, NULL-terminated; NULL none */
  const char *folder;        /* in which a witness may be written; NULL: nobody wants one */

  /* Set by pm_survey. */
  PmStamps **learned;    /* what to save now, one for each root; the caller's to free */
  char **mounted;        /* mount points that held something; g_strfreev */
  PmWitness *witness;    /* of what is known now, changed or not; NULL none; the caller's to free */
  gboolean is_unchanged; /* all is as `previous` would tell: the snapshot was left empty */
} PmRecall;

typedef struct {
  const char *host;             /* the machine's name, for the services */
  const char *const *elsewhere; /* directories that belong to others (PmWalkOptions); NULL none */
  const char *const *ignore;    /* globs from the root, NULL-terminated; NULL none */
  const char *const *only;  /* files and folders relative to the (then single) root: nothing else is
                               read but the manifests above them. NULL-terminated; NULL all */
  const PmUserRules *rules; /* of the user; NULL none */
  guint threads;            /* 0: one for each core */
  gboolean keep_roots;      /* a root that cannot be opened is a problem, no error */
  PmRecall *recall;         /* NULL: everything is read */

  /* Called now and then from the calling thread; NULL: nobody wants to know. */
  void (*progress) (const PmSurveyProgress *progress, gpointer data);
  gpointer data;
} PmSurveyOptions;

/* `roots` are absolute paths, NULL-terminated. */
PmSnapshot *pm_survey (const char *const *roots, const PmSurveyOptions *options, GError **error);

/* What a survey depends on besides the files, as a number: `about` of a witness, mixed with
 * whatever the caller has stored along. */
guint64 pm_survey_about (const char *const *roots, const PmSurveyOptions *options);

/* Whether the survey that saved this witness would be unchanged, told without a walk. FALSE: it has
 * to be made to know. */
gboolean pm_survey_holds (const char *const *roots, const PmSurveyOptions *options,
                          const char *witness, guint64 about);

G_END_DECLS
