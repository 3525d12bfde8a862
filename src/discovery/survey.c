/* DESIGN
 * The walk gives files to its workers. Each worker has a reader, an arena and lists of its own, so
 * nothing is shared while files are read and recognised. A file with variables in it is expanded
 * against the dotenv files beside it, which are read through the same directory descriptor. What a
 * document says is copied into its worker's keeper, and all that was needed to find it is given
 * back.
 *
 * A file that an earlier survey remembers is not opened; only if it said something is its path
 * kept. When the walk is over and nothing differs, there is nothing to join. Else the earlier
 * snapshot is asked for and joined with what was read; should it not hold what the stamps promise,
 * everything is read after all. Projects are told from all paths, so manifests that were not opened
 * are read then. */

#include "discovery/survey-internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "discovery/assemble.h"
#include "discovery/recognise.h"
#include "walk/prefilter.h"
#include "walk/walk.h"

G_DEFINE_QUARK (pm - survey - error - quark, pm_survey_error)

#define TRUST_AFTER_NS (G_GINT64_CONSTANT (2000000000)) /* the coarsest times in use: FAT's */
#define MOST_SCRATCH_BYTES (1024 * 1024)

/* --- problems and progress --- */

void
pm_survey_add_problem (PmSurvey *survey, guint root, const char *file, const char *reason)
{
  g_mutex_lock (&survey->mutex);
  PmProblem problem = {
      .root = survey->roots[root],
      .file = pm_arena_strdup (survey->problems_arena, file),
      .reason = pm_arena_strdup (survey->problems_arena, reason),
  };
  g_array_append_val (survey->problems, problem);
  g_mutex_unlock (&survey->mutex);
}

static void
on_problem (guint root, const char *path, const char *reason, gpointer data)
{
  PmSurvey *survey = data;
  guint64 digest = pm_stamps_mix_text (pm_stamps_mix_text (root, path), reason);
  pm_survey_add_problem (survey, root, path, reason);
  g_mutex_lock (&survey->mutex);
  survey->remark += digest;
  g_mutex_unlock (&survey->mutex);
}

#define TELL_EVERY_US (100 * 1000)

static void
tell (PmSurvey *survey)
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
read_environment (PmSurveyWorker *worker, const PmWalkFile *file, const char *directory,
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

/* Is the file expanded against the environment? */
static gboolean
has_variables (const PmWalkFile *file, const char *bytes, gsize length)
{
  return file->interest == PM_INTEREST_CONFIGURATION && memchr (bytes, '$', length) != NULL;
}

static PmSighting *
recognise (const PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file,
           const char *bytes, gsize length)
{
  g_autoptr (PmEnvironment) environment = NULL;
  if (has_variables (file, bytes, length)) {
    const char *slash = strrchr (file->path, '/');
    g_autofree char *directory =
        slash == NULL ? g_strdup ("") : g_strndup (file->path, (gsize) (slash + 1 - file->path));
    environment = pm_environment_new (NULL);
    read_environment (worker, file, directory, environment);
  }
  g_autofree char *project = first_component (file->path);
  /* Files in the root itself are a project of the root's name, whatever else lies below it. */
  g_autofree char *folder = g_path_get_basename (survey->roots[file->root]);
  const char *own = survey->names[file->root];
  const char *name = own != NULL ? own : project[0] == '\0' ? folder : project;
  return pm_recognise_by (survey->options->rules, name, file->path, project, bytes, length,
                          environment, worker->scratch);
}

static void
report_read_error (PmSurvey *survey, const PmWalkFile *file, const GError *error)
{
  if (g_error_matches (error, PM_READER_ERROR, PM_READER_ERROR_VANISHED))
    return;
  g_autofree char *path = pm_walk_printable (file->path);
  pm_survey_add_problem (survey, file->root, path, error->message);
}

#define ADDRESSES (PM_PREFILTER_IPV4 | PM_PREFILTER_IPV6)

/* Configuration always is: it names services, too. Source text is when it may hold a port or an
 * address, any other text when it may hold an address. */
static gboolean
is_worth_parsing (const PmSurvey *survey, const PmWalkFile *file, const char *bytes, gsize length)
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
learn_path (PmSurvey *survey, const PmWalkFile *file)
{
  g_mutex_lock (&survey->mutex);
  pm_projects_add_file (survey->projects[file->root], file->path);
  g_mutex_unlock (&survey->mutex);
}

static void
learn_manifest (PmSurvey *survey, guint root, const char *path, const char *bytes, gsize length)
{
  g_mutex_lock (&survey->mutex);
  pm_projects_add_manifest (survey->projects[root], path, bytes, length);
  g_mutex_unlock (&survey->mutex);
}

/* --- what is remembered --- */

static PmStampsKey
key_of (const PmSurvey *survey, const PmWalkFile *file, const PmStamp *stamp)
{
  guint64 key = pm_stamps_mix_text (survey->seed, survey->roots[file->root]);
  return pm_stamps_mix_stamp (pm_stamps_mix_text (key, file->path), stamp);
}

static gboolean
is_settled (const PmSurvey *survey, const PmStamp *stamp)
{
  return stamp->mtime_ns < survey->trust_before && stamp->ctime_ns < survey->trust_before;
}

/* A digest of the dotenv files that a file may have been expanded against; never 0. */
static guint64
surroundings (const PmSurvey *survey, const PmWalkFile *file, gboolean *ret_settled)
{
  guint64 digest = 1;
  *ret_settled = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (environment_files); i++) {
    struct stat info;
    if (fstatat (file->directory_fd, environment_files[i], &info, AT_SYMLINK_NOFOLLOW) != 0) {
      digest = pm_stamps_mix (digest, 0);
      continue;
    }
    PmStamp stamp = pm_stamp_from_stat (&info);
    digest = pm_stamps_mix_stamp (digest, &stamp);
    *ret_settled = *ret_settled && is_settled (survey, &stamp);
  }
  return (digest & ~G_GUINT64_CONSTANT (7)) | 4;
}

static void
remember (PmSurveyWorker *worker, PmStampsKey key, PmStampsKind kind, guint64 detail)
{
  PmLearned learned = {key, {kind, detail}};
  g_array_append_val (worker->learned, learned);
}

/* FALSE: it must be read. */
static gboolean
is_as_before (const PmSurvey *survey, const PmWalkFile *file, const PmStampsEntry *known)
{
  gboolean is_settled;
  if (known->kind == PM_STAMPS_FAILED)
    return FALSE;
  return known->detail == 0 || surroundings (survey, file, &is_settled) == known->detail;
}

/* A manifest of a linked project lies outside the root: it cannot be opened from there later. */
static void
keep_unopened (PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file, PmStampsKind kind)
{
  const char *bytes;
  gsize length;
  learn_path (survey, file);
  gboolean is_manifest = pm_projects_is_manifest (file->path);
  if (is_manifest && (file->is_linked_project || file->is_link)) {
    if (pm_reader_read (worker->reader, file->directory_fd, file->name, &bytes, &length, NULL,
                        NULL))
      learn_manifest (survey, file->root, file->path, bytes, length);
  } else if (is_manifest) {
    PmUnread unread = {file->root, pm_keeper_text (&worker->keeper, file->path)};
    g_array_append_val (worker->manifests, unread);
  }
  if (kind != PM_STAMPS_DOCUMENT)
    return;
  PmSeen seen = {
      .root = file->root,
      .file = pm_keeper_text (&worker->keeper, file->path),
      .stamp = file->stamp,
      .is_unchanged = TRUE,
  };
  g_array_append_val (worker->seen, seen);
}

/* --- reading --- */

static PmStampsKind
parse (PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file, const char *bytes,
       gsize length, const PmStamp *stamp)
{
  if (!is_worth_parsing (survey, file, bytes, length))
    return PM_STAMPS_QUIET;
  g_atomic_int_inc (&survey->documents);
  g_autoptr (PmSighting) sighting = recognise (survey, worker, file, bytes, length);
  PmStampsKind kind = PM_STAMPS_QUIET;
  /* Files that say nothing are not worth a row: they would be most of them. */
  if (pm_sighting_says_something (sighting)) {
    PmSeen seen = {
        .root = file->root,
        .file = pm_keeper_text (&worker->keeper, file->path),
        .stamp = *stamp,
        .said = pm_keeper_keep (&worker->keeper, sighting),
    };
    g_array_append_val (worker->seen, seen);
    kind = PM_STAMPS_DOCUMENT;
  }
  if (pm_arena_size_bytes (worker->scratch) > MOST_SCRATCH_BYTES) {
    pm_arena_free (worker->scratch);
    worker->scratch = pm_arena_new ();
  }
  return kind;
}

static void
fail_to_read (PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file, PmStampsKey key,
              const PmStampsEntry *known, const GError *error)
{
  guint64 detail = pm_stamps_mix_text (1, error->message) & ~G_GUINT64_CONSTANT (3);
  report_read_error (survey, file, error);
  if (known == NULL || known->kind != PM_STAMPS_FAILED || known->detail != detail)
    g_atomic_int_set (&survey->is_changed, 1);
  if (is_settled (survey, &file->stamp))
    remember (worker, key, PM_STAMPS_FAILED, detail);
}

static void
read_file (PmSurvey *survey, PmSurveyWorker *worker, const PmWalkFile *file, PmStampsKey key,
           const PmStampsEntry *known)
{
  const char *bytes;
  gsize length;
  PmStamp stamp;
  g_autoptr (GError) error = NULL;
  /* Looked at before the files are read: a change in between is one that the next survey sees. */
  gboolean settled = TRUE;
  guint64 around = file->interest == PM_INTEREST_CONFIGURATION && survey->options->recall != NULL
                       ? surroundings (survey, file, &settled)
                       : 0;
  if (!pm_reader_read (worker->reader, file->directory_fd, file->name, &bytes, &length, &stamp,
                       &error)) {
    fail_to_read (survey, worker, file, key, known, error);
    return;
  }
  g_atomic_int_set (&survey->is_changed, 1);
  learn_path (survey, file);
  if (pm_projects_is_manifest (file->path))
    learn_manifest (survey, file->root, file->path, bytes, length);
  PmStampsKind kind = parse (survey, worker, file, bytes, length, &stamp);
  gboolean depends = around != 0 && has_variables (file, bytes, length);
  if (survey->options->recall != NULL && is_settled (survey, &stamp) && (!depends || settled))
    remember (worker, key_of (survey, file, &stamp), kind, depends ? around : 0);
}

static void
on_file (const PmWalkFile *file, guint worker_index, gpointer data)
{
  PmSurvey *survey = data;
  PmSurveyWorker *worker = &survey->workers[worker_index];
  const PmRecall *recall = survey->options->recall;
  g_atomic_int_inc (&survey->files);
  tell (survey);

  PmStampsKey key = 0;
  PmStampsEntry known;
  gboolean is_known = FALSE;
  if (recall != NULL) {
    key = key_of (survey, file, &file->stamp);
    is_known = survey->known != NULL && pm_stamps_look_up (survey->known, key, &known);
  }
  if (!is_known || !is_as_before (survey, file, &known)) {
    read_file (survey, worker, file, key, is_known ? &known : NULL);
    return;
  }
  remember (worker, key, known.kind, known.detail);
  keep_unopened (survey, worker, file, known.kind);
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
  const PmSurvey *survey = data;
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

/* --- the whole --- */

static guint64
seed_of (const PmSurveyOptions *options)
{
  guint64 seed = options->recall == NULL ? 0 : options->recall->program;
  seed = pm_stamps_mix_text (seed, options->only == NULL ? "" : options->only);
  for (guint i = 0; options->ignore != NULL && options->ignore[i] != NULL; i++)
    seed = pm_stamps_mix_text (seed, options->ignore[i]);
  return seed;
}

static void
start (PmSurvey *survey, const PmWalkOptions *walk)
{
  g_mutex_init (&survey->mutex);
  survey->problems = g_array_new (FALSE, FALSE, sizeof (PmProblem));
  survey->problems_arena = pm_arena_new ();
  survey->seed = seed_of (survey->options);
  survey->trust_before = g_get_real_time () * 1000 - TRUST_AFTER_NS;
  survey->n_workers = pm_walk_n_workers (walk);
  guint n_roots = g_strv_length ((char **) survey->roots);
  survey->projects = g_new0 (PmProjects *, n_roots);
  survey->names = g_new0 (char *, n_roots);
  for (guint i = 0; i < n_roots; i++) {
    survey->projects[i] = pm_projects_new ();
    if (pm_projects_root_is_one (survey->roots[i]))
      survey->names[i] = g_path_get_basename (survey->roots[i]);
  }
  survey->workers = g_new0 (PmSurveyWorker, survey->n_workers);
  for (guint i = 0; i < survey->n_workers; i++) {
    PmSurveyWorker *worker = &survey->workers[i];
    worker->reader = pm_reader_new (PM_READER_MOST_BYTES);
    worker->environment = pm_reader_new (1024 * 1024);
    worker->scratch = pm_arena_new ();
    worker->seen = g_array_new (FALSE, FALSE, sizeof (PmSeen));
    worker->manifests = g_array_new (FALSE, FALSE, sizeof (PmUnread));
    worker->learned = g_array_new (FALSE, FALSE, sizeof (PmLearned));
    pm_keeper_init (&worker->keeper);
  }
}

static void
finish (PmSurvey *survey)
{
  for (guint i = 0; i < survey->n_workers; i++) {
    PmSurveyWorker *worker = &survey->workers[i];
    pm_reader_free (worker->reader);
    pm_reader_free (worker->environment);
    pm_arena_free (worker->scratch);
    g_array_unref (worker->seen);
    g_array_unref (worker->manifests);
    g_array_unref (worker->learned);
    pm_keeper_clear (&worker->keeper);
  }
  for (guint i = 0; survey->roots[i] != NULL; i++) {
    pm_projects_free (survey->projects[i]);
    g_free (survey->names[i]);
  }
  g_free (survey->names);
  g_free (survey->projects);
  g_free (survey->workers);
  g_array_unref (survey->problems);
  pm_arena_free (survey->problems_arena);
  g_mutex_clear (&survey->mutex);
}

/* Gives back what only the walk needed, before the snapshot takes its place. */
static void
give_back (PmSurvey *survey)
{
  for (guint i = 0; i < survey->n_workers; i++) {
    PmSurveyWorker *worker = &survey->workers[i];
    g_clear_pointer (&worker->reader, pm_reader_free);
    g_clear_pointer (&worker->environment, pm_reader_free);
    g_clear_pointer (&worker->scratch, pm_arena_free);
  }
}

static PmStamps *
learned_by_all (const PmSurvey *survey)
{
  PmStamps *learned = pm_stamps_new ();
  for (guint i = 0; i < survey->n_workers; i++) {
    const GArray *list = survey->workers[i].learned;
    for (guint at = 0; at < list->len; at++) {
      const PmLearned *one = &g_array_index (list, PmLearned, at);
      pm_stamps_add (learned, one->key, one->entry);
    }
    g_array_set_size (survey->workers[i].learned, 0);
  }
  pm_stamps_set_remark (learned, survey->remark);
  return learned;
}

static void
read_manifests (PmSurvey *survey)
{
  g_autoptr (PmReader) reader = pm_reader_new (PM_READER_MOST_BYTES);
  for (guint root = 0; survey->roots[root] != NULL; root++) {
    int fd = open (survey->roots[root], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (guint i = 0; fd >= 0 && i < survey->n_workers; i++)
      for (guint at = 0; at < survey->workers[i].manifests->len; at++) {
        const PmUnread *unread = &g_array_index (survey->workers[i].manifests, PmUnread, at);
        const char *bytes;
        gsize length;
        if (unread->root == root &&
            pm_reader_read (reader, fd, unread->file, &bytes, &length, NULL, NULL))
          learn_manifest (survey, root, unread->file, bytes, length);
      }
    if (fd >= 0)
      close (fd);
  }
}

static gboolean
needs_previous (const PmSurvey *survey)
{
  for (guint i = 0; i < survey->n_workers; i++) {
    const GArray *seen = survey->workers[i].seen;
    for (guint at = 0; at < seen->len; at++)
      if (g_array_index (seen, PmSeen, at).is_unchanged)
        return TRUE;
  }
  return FALSE;
}

/* *ret_stale: the earlier snapshot is not what the stamps promise. */
static gboolean
make_snapshot (PmSurvey *survey, PmSnapshot *snapshot, gboolean *ret_stale, GError **error)
{
  PmRecall *recall = survey->options->recall;
  *ret_stale = FALSE;
  if (recall != NULL) {
    recall->is_unchanged = survey->known != NULL && !g_atomic_int_get (&survey->is_changed) &&
                           pm_stamps_all_met (survey->known) &&
                           pm_stamps_remark (survey->known) == survey->remark;
    if (recall->is_unchanged)
      return TRUE;
    recall->learned = learned_by_all (survey);
  }
  give_back (survey);
  g_autoptr (PmSnapshot) previous = NULL;
  if (needs_previous (survey)) {
    previous = recall->previous (recall->data, error);
    if (previous == NULL)
      return FALSE;
  }
  read_manifests (survey);
  *ret_stale = !pm_survey_join (survey, previous, snapshot);
  if (*ret_stale)
    g_clear_pointer (&recall->learned, pm_stamps_free);
  return TRUE;
}

static gboolean
check_roots (const char *const *roots, GError **error)
{
  for (; *roots != NULL; roots++) {
    if (!g_file_test (*roots, G_FILE_TEST_IS_DIR)) {
      g_set_error (error, PM_SURVEY_ERROR, PM_SURVEY_ERROR_ROOT,
                   "%s is no folder (any more); mount it, or name another", *roots);
      return FALSE;
    }
    /* A folder that cannot be read is not an empty one: its services are not gone. */
    if (access (*roots, R_OK | X_OK) != 0) {
      g_set_error (error, PM_SURVEY_ERROR, PM_SURVEY_ERROR_ROOT,
                   "cannot read %s: %s; nothing was changed", *roots, g_strerror (errno));
      return FALSE;
    }
  }
  return TRUE;
}

static PmSnapshot *
survey_once (const char *const *roots, const PmSurveyOptions *options, PmStamps *known,
             gboolean *ret_stale, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = pm_snapshot_new ();
  g_autofree const char **kept = g_new0 (const char *, g_strv_length ((char **) roots) + 1);
  for (guint i = 0; roots[i] != NULL; i++)
    kept[i] = pm_arena_strdup (snapshot->arena, roots[i]);

  PmSurvey survey = {.roots = kept, .options = options, .known = known};
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
  gboolean fine = make_snapshot (&survey, snapshot, ret_stale, error);
  finish (&survey);
  return fine ? g_steal_pointer (&snapshot) : NULL;
}

PmSnapshot *
pm_survey (const char *const *roots, const PmSurveyOptions *options, GError **error)
{
  if (!check_roots (roots, error))
    return NULL;
  PmStamps *known = options->recall == NULL ? NULL : options->recall->known;
  gboolean is_stale;
  g_autoptr (PmSnapshot) snapshot = survey_once (roots, options, known, &is_stale, error);
  if (snapshot != NULL && is_stale) {
    pm_snapshot_free (snapshot);
    snapshot = survey_once (roots, options, NULL, &is_stale, error);
  }
  if (snapshot != NULL && (options->recall == NULL || !options->recall->is_unchanged))
    pm_assemble (snapshot, options->host == NULL ? "" : options->host);
  return g_steal_pointer (&snapshot);
}
