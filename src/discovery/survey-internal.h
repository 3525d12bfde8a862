#pragma once

#include "discovery/places.h"
#include "discovery/projects.h"
#include "discovery/recognise.h"
#include "discovery/said.h"
#include "discovery/survey.h"
#include "discovery/unread.h"
#include "walk/reader.h"
#include "walk/walk.h"

G_BEGIN_DECLS

/* For the parts of the survey only: survey.c (the whole), survey-file.c (one file: read, recognise,
 * remember), survey-keep.c and survey-mounts.c (what cannot be read stands as it was),
 * survey-include.c (what is read as a part of another file), survey-join.c (one snapshot of what
 * was found). */

/* A document as a worker leaves it. */
typedef struct {
  guint root;
  const char *file;
  PmStamp stamp;
  gboolean is_unchanged; /* it was not opened: what it says is in the earlier snapshot */
  gboolean is_unsure;    /* what its values come from could not be read */
  gboolean is_kept;      /* some of what it says, or all, is from the earlier snapshot */
  PmSaid said;
  PmSaidPacked packed; /* rows that are not in `said` yet */
} PmSeen;

/* A manifest that was not opened. */
typedef struct {
  guint root;
  const char *file;
} PmUnopened;

/* One for each file: as narrow as it can be. */
typedef struct {
  PmStampsKey key;
  guint64 detail;
  guint32 root;
  guint32 kind; /* PmStampsKind */
} PmLearned;

typedef struct {
  PmReader *reader;      /* of the file at hand */
  PmReader *environment; /* of dotenv files beside it */
  PmArena *scratch;      /* of the document at hand */
  PmKeeper keeper;
  GArray *seen;      /* of PmSeen */
  GArray *manifests; /* of PmUnopened */
  GArray *learned;   /* of PmLearned */
  GString *top;      /* the last folder directly below a root that was told of */
  guint top_root;
} PmSurveyWorker;

typedef struct {
  const char *const *roots;
  const PmSurveyOptions *options;
  PmSurveyWorker *workers;
  guint n_workers;

  PmPlaces *only; /* of options->only; NULL: everything */
  char **names;   /* of each root that is a project itself, by its folder; NULL of others */

  PmStamps *const *known; /* one a root; NULL: nothing is */
  PmProjects **projects;  /* one a root; under the mutex */

  GMutex mutex;     /* of problems, unread, projects and progress */
  GArray *problems; /* of PmProblem */
  PmUnread *unread; /* its problems are indices among the above */
  PmArena *problems_arena;
  gint files;     /* atomic */
  gint documents; /* atomic */
  gint64 told_us; /* when progress was told last */

  guint64 *root_seeds; /* of all keys of stamps, one a root */
  gint64 trust_before; /* ns since the epoch: what was changed later may change again unnoticed */
  gint is_changed;     /* atomic: something is not as the earlier survey left it */
  guint64 *remarks;    /* one a root: of the walk's problems, in any order; under the mutex */
  gint is_partial;     /* atomic: something was not read that may be read the next time, however it
                          is */
  gboolean is_waiting; /* for a file system to come back: nothing that the walk meets would tell */
} PmSurvey;

void pm_survey_add_problem (PmSurvey *survey, guint root, const char *file, const char *reason);

/* A problem of what is there and could not be read. The path is as it is, not made printable. */
void pm_survey_add_unread (PmSurvey *survey, guint root, const char *path, const char *reason);

/* By its name, and by the user's rules. */
PmFileKind pm_survey_kind (const PmUserRules *rules, const char *path);

void pm_survey_learn_manifest (PmSurvey *survey, guint root, const char *path, const char *bytes,
                               gsize length);

/* One file of the walk that an earlier survey remembers as it is: TRUE, it is dealt with. Only
 * where everything is surveyed. */
gboolean pm_survey_recall (PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file);

/* Names of the dotenv files, which the walk is to note. NULL-terminated. */
const char *const *pm_survey_environment_files (void);

/* One file of the walk. FALSE: nothing was done, since its bytes are not in memory yet. */
gboolean pm_survey_file (PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file);

/* A file that said something before and now holds nothing worth a parse: TRUE when that is because
 * it is broken. Only after the walk. */
gboolean pm_survey_look_again (PmSurvey *survey, guint root, const char *path, PmSeen *ret_seen);

/* How a file is read that is part of another one. */
typedef struct {
  const char *directory;     /* where its relative paths begin; NULL: its own folder */
  const char *variant;       /* that of the whole */
  const char *const *values; /* dotenv files that it is expanded against, later ones winning;
                                NULL-terminated */
} PmInclusion;

/* Reads a file once more, as a part of another one, or (NULL) for itself. FALSE: it is not there,
 * or broken. Only after the walk. */
gboolean pm_survey_read_as (PmSurvey *survey, guint root, const char *path,
                            const PmInclusion *inclusion, PmSeen *ret_seen);

/* Reads what compose files include, among `all` (of PmSeen, sorted), as parts of them, and what
 * only an earlier survey (NULL: none) knows to be one for itself again. Texts go to `arena`. */
void pm_survey_include (PmSurvey *survey, const PmSnapshot *previous, GArray *all, PmArena *arena);

/* Adds to `all` (of PmSeen, sorted) what could not be read and is known from before, completes
 * documents that are broken now, and tells the projects of both. `earlier` is the index of
 * `previous`. */
void pm_survey_keep (PmSurvey *survey, const PmSnapshot *previous, const PmSaidIndex *earlier,
                     GArray *all, PmArena *arena);

/* A file of the earlier survey was not met: is it gone, or is what held it? Then what is missing is
 * told as unread. */
void pm_survey_look_for_mount (PmSurvey *survey, guint root, const char *file);

/* The mount points at or below the roots and the projects linked into them, and those that should
 * be there: what the next survey wants to know. NULL-terminated; free with g_strfreev. */
char **pm_survey_mounts (const PmSurvey *survey);

/* All that the workers found, in the order of roots and paths. FALSE: a document that was not
 * opened is not in `previous` (which may be NULL) as it is now; then nothing of the snapshot is of
 * use. `previous` may be freed afterwards, but for its arenas, which the snapshot has taken. */
gboolean pm_survey_join (PmSurvey *survey, PmSnapshot *previous, PmSnapshot *snapshot);

G_END_DECLS
