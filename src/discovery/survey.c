/* DESIGN
 * The walk gives files to its workers. Each worker has a reader, an arena and lists of its own, so
 * nothing is shared while files are read and recognised. A file with variables in it is expanded
 * against the dotenv files beside it, which are read through the same directory descriptor.
 *
 * When the walk is over, what the workers found is joined in the order of roots and paths, so that
 * the result does not depend on which of them was faster; projects are told from what was found;
 * and services are assembled. */

#include "discovery/survey.h"

#include <string.h>

#include "discovery/assemble.h"
#include "discovery/projects.h"
#include "discovery/recognise.h"
#include "walk/prefilter.h"
#include "walk/reader.h"
#include "walk/walk.h"

G_DEFINE_QUARK (pm - survey - error - quark, pm_survey_error)

/* A document as a worker leaves it. */
typedef struct {
  guint root;
  PmSighting *sighting;
  PmStamp stamp;
} Seen;

typedef struct {
  PmReader *reader;      /* of the file at hand */
  PmReader *environment; /* of dotenv files beside it */
  PmArena *arena;
  const PmUserRules *rules; /* NULL: none */
  GArray *seen; /* of Seen */
} Worker;

typedef struct {
  const char *const *roots;
  const PmSurveyOptions *options;
  Worker *workers;
  guint n_workers;

  PmProjects **projects; /* one a root; under the mutex */

  GMutex mutex;     /* of problems, projects and progress */
  GArray *problems; /* of PmProblem */
  PmArena *problems_arena;
  gint files;     /* atomic */
  gint documents; /* atomic */
  gint64 told_us; /* when progress was told last */
} Survey;

/* --- problems and progress --- */

static void
add_problem (Survey *survey, guint root, const char *file, guint32 line, const char *reason)
{
  g_mutex_lock (&survey->mutex);
  PmProblem problem = {
      .root = survey->roots[root],
      .file = pm_arena_strdup (survey->problems_arena, file),
      .line = line,
      .reason = pm_arena_strdup (survey->problems_arena, reason),
  };
  g_array_append_val (survey->problems, problem);
  g_mutex_unlock (&survey->mutex);
}

static void
on_problem (guint root, const char *path, const char *reason, gpointer data)
{
  add_problem (data, root, path, 0, reason);
}

#define TELL_EVERY_US (100 * 1000)

static void
tell (Survey *survey)
{
  if (survey->options->progress == NULL || !g_mutex_trylock (&survey->mutex))
    return;
  gint64 now_us = g_get_monotonic_time ();
  if (now_us - survey->told_us >= TELL_EVERY_US) {
    survey->told_us = now_us;
    PmSurveyProgress progress = {
        .files = (guint64) g_atomic_int_get (&survey->files),
        .documents = (guint64) g_atomic_int_get (&survey->documents),
    };
    survey->options->progress (&progress, survey->options->data);
  }
  g_mutex_unlock (&survey->mutex);
}

/* --- one file --- */

/* The dotenv files that a tool reads from the directory of its configuration when nobody names a
 * mode, later ones winning. Compose reads the first alone; a variable that only the second sets is
 * then unset for it, which pm_recognise cannot tell from one that is set: so compose files get no
 * more than the first. */
static const char *const environment_files[] = {".env", ".env.local"};

static gboolean
is_compose (const char *name)
{
  return strstr (name, "compose") != NULL;
}

static void
read_environment (Worker *worker, const PmWalkFile *file, const char *directory,
                  PmEnvironment *environment)
{
  guint n_files = is_compose (file->name) ? 1 : G_N_ELEMENTS (environment_files);
  for (guint i = 0; i < n_files; i++) {
    const char *bytes;
    gsize length;
    if (!pm_reader_read (worker->environment, file->directory_fd, environment_files[i], &bytes,
                         &length, NULL, NULL))
      continue;
    g_autofree char *path = g_strconcat (directory, environment_files[i], NULL);
    pm_recognise_definitions (path, bytes, length, environment);
  }
}

static char *
first_component (const char *path)
{
  const char *slash = strchr (path, '/');
  return slash == NULL ? g_strdup ("") : g_strndup (path, (gsize) (slash - path));
}

static PmFileKind
kind_of (const PmUserRules *rules, const char *path)
{
  if (rules != NULL && rules->n_rules > 0) {
    g_autofree char *project = first_component (path);
    const char *local = project[0] == '\0' ? path : path + strlen (project) + 1;
    if (pm_user_rules_claim (rules, path, local, project, NULL))
      return PM_FILE_CONFIG;
  }
  return pm_recognise_kind (path);
}

static PmSighting *
recognise (Worker *worker, const PmWalkFile *file, const char *bytes, gsize length)
{
  g_autoptr (PmEnvironment) environment = NULL;
  if (file->interest == PM_INTEREST_CONFIGURATION && memchr (bytes, '$', length) != NULL) {
    const char *slash = strrchr (file->path, '/');
    g_autofree char *directory =
        slash == NULL ? g_strdup ("") : g_strndup (file->path, (gsize) (slash + 1 - file->path));
    environment = pm_environment_new (NULL);
    read_environment (worker, file, directory, environment);
  }
  g_autofree char *project = first_component (file->path);
  return pm_recognise_by (worker->rules, file->path, project, bytes, length, environment, worker->arena);
}

static void
report_read_error (Survey *survey, const PmWalkFile *file, const GError *error)
{
  if (g_error_matches (error, PM_READER_ERROR, PM_READER_ERROR_VANISHED))
    return;
  g_autofree char *path = pm_walk_printable (file->path);
  add_problem (survey, file->root, path, 0, error->message);
}

#define ADDRESSES (PM_PREFILTER_IPV4 | PM_PREFILTER_IPV6)

/* Configuration always is: it names services, too. Source text is when it may hold a port or an
 * address, any other text when it may hold an address. */
static gboolean
is_worth_parsing (const Survey *survey, const PmWalkFile *file, const char *bytes, gsize length)
{
  switch (kind_of (survey->options->rules, file->path)) {
  case PM_FILE_CONFIG:
    return TRUE;
  case PM_FILE_SOURCE:
    return pm_prefilter (bytes, length, ADDRESSES | PM_PREFILTER_COLON | PM_PREFILTER_PORT) != 0;
  case PM_FILE_TEXT:
    return pm_prefilter (bytes, length, ADDRESSES) != 0;
  case PM_FILE_IGNORED:
    return FALSE;
  }
  return FALSE;
}

static void
learn_project (Survey *survey, const PmWalkFile *file, const char *bytes, gsize length)
{
  g_mutex_lock (&survey->mutex);
  PmProjects *projects = survey->projects[file->root];
  pm_projects_add_file (projects, file->path);
  if (pm_projects_is_manifest (file->path))
    pm_projects_add_manifest (projects, file->path, bytes, length);
  g_mutex_unlock (&survey->mutex);
}

static void
on_file (const PmWalkFile *file, guint worker_index, gpointer data)
{
  Survey *survey = data;
  Worker *worker = &survey->workers[worker_index];
  const char *bytes;
  gsize length;
  g_autoptr (GError) error = NULL;
  g_atomic_int_inc (&survey->files);
  tell (survey);

  Seen seen = {.root = file->root};
  if (!pm_reader_read (worker->reader, file->directory_fd, file->name, &bytes, &length, &seen.stamp,
                       &error)) {
    report_read_error (survey, file, error);
    return;
  }
  learn_project (survey, file, bytes, length);
  if (!is_worth_parsing (survey, file, bytes, length))
    return;
  g_atomic_int_inc (&survey->documents);
  seen.sighting = recognise (worker, file, bytes, length);
  g_array_append_val (worker->seen, seen);
}

static gboolean
is_below (const char *path, const char *top)
{
  gsize length = strlen (top);
  return strncmp (path, top, length) == 0 && (path[length] == '\0' || path[length] == '/');
}

static PmInterest
interest_of (const char *path, gpointer data)
{
  const Survey *survey = data;
  if (survey->options->only != NULL && !is_below (path, survey->options->only))
    return PM_INTEREST_NONE;
  switch (kind_of (survey->options->rules, path)) {
  case PM_FILE_CONFIG:
    return PM_INTEREST_CONFIGURATION;
  case PM_FILE_SOURCE:
  case PM_FILE_TEXT:
    return PM_INTEREST_CONTENT;
  case PM_FILE_IGNORED:
    break;
  }
  return pm_projects_is_manifest (path) ? PM_INTEREST_CONTENT : PM_INTEREST_NONE;
}

/* --- joining --- */

typedef struct {
  const char *const *roots;
  PmProjects **projects;
  PmSnapshot *snapshot;
} Join;

static gint
compare_seen (gconstpointer a, gconstpointer b)
{
  const Seen *left = a, *right = b;
  if (left->root != right->root)
    return left->root < right->root ? -1 : 1;
  return strcmp (left->sighting->file, right->sighting->file);
}

static void
join_findings (Join *join, const Seen *seen, const char *project)
{
  GArray *all = join->snapshot->findings;
  gint32 first = (gint32) all->len;
  for (guint i = 0; i < seen->sighting->findings->len; i++) {
    PmFinding f = g_array_index (seen->sighting->findings, PmFinding, i);
    f.root = join->roots[seen->root];
    f.project = project;
    f.file = seen->sighting->file;
    /* Pairs count within their document; in the snapshot they count in all. */
    if (f.pair >= 0)
      f.pair += first;
    g_array_append_val (all, f);
  }
}

static void
join_facts (Join *join, const Seen *seen, const char *project)
{
  for (guint i = 0; i < seen->sighting->facts->len; i++) {
    PmServiceFact fact = g_array_index (seen->sighting->facts, PmServiceFact, i);
    fact.root = join->roots[seen->root];
    fact.project = project;
    fact.file = seen->sighting->file;
    g_array_append_val (join->snapshot->facts, fact);
  }
  for (guint i = 0; i < seen->sighting->links->len; i++) {
    PmFileLink link = g_array_index (seen->sighting->links, PmFileLink, i);
    link.root = join->roots[seen->root];
    link.project = project;
    link.file = seen->sighting->file;
    g_array_append_val (join->snapshot->links, link);
  }
}

static void
join_problems (Join *join, const Seen *seen)
{
  for (guint i = 0; i < seen->sighting->problems->len; i++) {
    PmProblem problem = g_array_index (seen->sighting->problems, PmProblem, i);
    problem.root = join->roots[seen->root];
    problem.file = seen->sighting->file;
    g_array_append_val (join->snapshot->problems, problem);
  }
}

/* Files that say nothing are not worth a row: they would be most of them. */
static gboolean
says_something (const PmSighting *sighting)
{
  return sighting->findings->len + sighting->facts->len + sighting->links->len +
             sighting->problems->len >
         0;
}

static void
join_document (Join *join, const Seen *seen)
{
  const PmSighting *sighting = seen->sighting;
  if (!says_something (sighting))
    return;
  const char *project = pm_arena_strdup (
      join->snapshot->arena, pm_projects_of (join->projects[seen->root], sighting->file));
  PmDocumentRecord document = {
      .root = join->roots[seen->root],
      .project = project,
      .file = sighting->file,
      .format = sighting->format,
      .variant = sighting->variant,
      .size_bytes = seen->stamp.size_bytes,
      .mtime_ns = seen->stamp.mtime_ns,
      .ctime_ns = seen->stamp.ctime_ns,
      .device = seen->stamp.device,
      .inode = seen->stamp.inode,
      .n_findings = sighting->findings->len,
  };
  g_array_append_val (join->snapshot->documents, document);
  join_findings (join, seen, project);
  join_facts (join, seen, project);
  join_problems (join, seen);
}

static void
join_all (Survey *survey, PmSnapshot *snapshot)
{
  for (guint i = 0; survey->roots[i] != NULL; i++) {
    pm_projects_finish (survey->projects[i]);
    pm_projects_append (survey->projects[i], survey->roots[i], snapshot);
    if (!pm_projects_is_complete (survey->projects[i]))
      add_problem (survey, i, "", 0,
                   "its workspaces list too many patterns; some packages are "
                   "taken for parts of the project around them");
  }
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Seen));
  for (guint i = 0; i < survey->n_workers; i++) {
    Worker *worker = &survey->workers[i];
    g_array_append_vals (all, worker->seen->data, worker->seen->len);
    pm_snapshot_adopt (snapshot, g_steal_pointer (&worker->arena));
  }
  g_array_sort (all, compare_seen);

  Join join = {survey->roots, survey->projects, snapshot};
  for (guint i = 0; i < all->len; i++) {
    Seen *seen = &g_array_index (all, Seen, i);
    join_document (&join, seen);
    pm_sighting_free (seen->sighting);
  }
  g_array_append_vals (snapshot->problems, survey->problems->data, survey->problems->len);
  pm_snapshot_adopt (snapshot, g_steal_pointer (&survey->problems_arena));
}

/* --- the whole --- */

static void
start (Survey *survey, const PmWalkOptions *walk)
{
  g_mutex_init (&survey->mutex);
  survey->problems = g_array_new (FALSE, FALSE, sizeof (PmProblem));
  survey->problems_arena = pm_arena_new ();
  survey->n_workers = pm_walk_n_workers (walk);
  guint n_roots = g_strv_length ((char **) survey->roots);
  survey->projects = g_new0 (PmProjects *, n_roots);
  for (guint i = 0; i < n_roots; i++)
    survey->projects[i] = pm_projects_new ();
  survey->workers = g_new0 (Worker, survey->n_workers);
  for (guint i = 0; i < survey->n_workers; i++)
    survey->workers[i] = (Worker){
        .reader = pm_reader_new (PM_READER_MOST_BYTES),
        .environment = pm_reader_new (1024 * 1024),
        .arena = pm_arena_new (),
        .rules = survey->options->rules,
        .seen = g_array_new (FALSE, FALSE, sizeof (Seen)),
    };
}

static void
finish (Survey *survey)
{
  for (guint i = 0; i < survey->n_workers; i++) {
    pm_reader_free (survey->workers[i].reader);
    pm_reader_free (survey->workers[i].environment);
    pm_arena_free (survey->workers[i].arena);
    g_array_unref (survey->workers[i].seen);
  }
  for (guint i = 0; survey->roots[i] != NULL; i++)
    pm_projects_free (survey->projects[i]);
  g_free (survey->projects);
  g_free (survey->workers);
  g_array_unref (survey->problems);
  pm_arena_free (survey->problems_arena);
  g_mutex_clear (&survey->mutex);
}

static gboolean
check_roots (const char *const *roots, GError **error)
{
  for (; *roots != NULL; roots++)
    if (!g_file_test (*roots, G_FILE_TEST_IS_DIR)) {
      g_set_error (error, PM_SURVEY_ERROR, PM_SURVEY_ERROR_ROOT,
                   "%s is no folder (any more); mount it, or forget it", *roots);
      return FALSE;
    }
  return TRUE;
}

PmSnapshot *
pm_survey (const char *const *roots, const PmSurveyOptions *options, GError **error)
{
  if (!check_roots (roots, error))
    return NULL;
  g_autoptr (PmSnapshot) snapshot = pm_snapshot_new ();
  g_autofree const char **kept = g_new0 (const char *, g_strv_length ((char **) roots) + 1);
  for (guint i = 0; roots[i] != NULL; i++)
    kept[i] = pm_arena_strdup (snapshot->arena, roots[i]);

  Survey survey = {.roots = kept, .options = options};
  PmWalkOptions walk = {.roots = kept, .ignore = options->ignore, .n_workers = options->threads};
  PmWalkHandler handler = {
      .interest = interest_of,
      .file = on_file,
      .problem = on_problem,
      .data = &survey,
  };
  PmWalkCounts counts;
  start (&survey, &walk);
  pm_walk (&walk, &handler, &counts);
  join_all (&survey, snapshot);
  finish (&survey);

  pm_assemble (snapshot, options->host == NULL ? "" : options->host);
  return g_steal_pointer (&snapshot);
}
