#pragma once

#include "discovery/projects.h"
#include "discovery/said.h"
#include "discovery/survey.h"
#include "walk/reader.h"

G_BEGIN_DECLS

/* For the parts of the survey only: survey.c (walk, read, recognise), survey-join.c (one snapshot
 * of what the workers found). */

/* A document as a worker leaves it. */
typedef struct {
  guint root;
  const char *file;
  PmStamp stamp;
  gboolean is_unchanged; /* it was not opened: what it says is in the earlier snapshot */
  PmSaid said;
} PmSeen;

/* A manifest that was not opened. */
typedef struct {
  guint root;
  const char *file;
} PmUnread;

typedef struct {
  PmStampsKey key;
  PmStampsEntry entry;
} PmLearned;

typedef struct {
  PmReader *reader;      /* of the file at hand */
  PmReader *environment; /* of dotenv files beside it */
  PmArena *scratch;      /* of the document at hand */
  PmKeeper keeper;
  GArray *seen;      /* of PmSeen */
  GArray *manifests; /* of PmUnread */
  GArray *learned;   /* of PmLearned */
} PmSurveyWorker;

typedef struct {
  const char *const *roots;
  const PmSurveyOptions *options;
  PmSurveyWorker *workers;
  guint n_workers;

  char **names; /* of each root that is a project itself, by its folder; NULL of others */

  PmStamps *known;       /* NULL: nothing is */
  PmProjects **projects; /* one a root; under the mutex */

  GMutex mutex;     /* of problems, projects and progress */
  GArray *problems; /* of PmProblem */
  PmArena *problems_arena;
  gint files;     /* atomic */
  gint documents; /* atomic */
  gint64 told_us; /* when progress was told last */

  guint64 seed;        /* of all keys of stamps */
  gint64 trust_before; /* ns since the epoch: what was changed later may change again unnoticed */
  gint is_changed;     /* atomic: something is not as the earlier survey left it */
  guint64 remark;      /* of the walk's problems, in any order; under the mutex */
} PmSurvey;

void pm_survey_add_problem (PmSurvey *survey, guint root, const char *file, const char *reason);

/* All that the workers found, in the order of roots and paths. FALSE: a document that was not
 * opened is not in `previous` (which may be NULL) as it is now; then nothing of the snapshot is of
 * use. `previous` may be freed afterwards, but for its arenas, which the snapshot has taken. */
gboolean pm_survey_join (PmSurvey *survey, PmSnapshot *previous, PmSnapshot *snapshot);

G_END_DECLS
