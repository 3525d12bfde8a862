/* DESIGN
 * The walk gives files to its workers. Each worker has a reader, an arena and lists of its own, so
 * nothing is shared while files are read and recognised. What a document says is copied into its
 * worker's keeper, and all that was needed to find it is given back.
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
#include <unistd.h>

#include "base/memory.h"
#include "discovery/assemble.h"
#include "walk/walk.h"

G_DEFINE_QUARK (pm - survey - error - quark, pm_survey_error)

#define TRUST_AFTER_NS (G_GINT64_CONSTANT (2000000000)) /* the coarsest times in use: FAT's */

/* --- problems and progress --- */

/* Under the mutex. */
static guint
add_problem (PmSurvey *survey, guint root, const char *file, const char *reason)
{
  PmProblem problem = {
      .root = survey->roots[root],
      .file = pm_arena_strdup (survey->problems_arena, file),
      .reason = pm_arena_strdup (survey->problems_arena, reason),
  };
  g_array_append_val (survey->problems, problem);
  return survey->problems->len - 1;
}

void
pm_survey_add_problem (PmSurvey *survey, guint root, const char *file, const char *reason)
{
  g_mutex_lock (&survey->mutex);
  add_problem (survey, root, file, reason);
  g_mutex_unlock (&survey->mutex);
}

void
pm_survey_add_unread (PmSurvey *survey, guint root, const char *path, const char *reason)
{
  g_mutex_lock (&survey->mutex);
  guint problem = add_problem (survey, root, path, reason);
  pm_unread_add (survey->unread, root, path, problem);
  g_mutex_unlock (&survey->mutex);
}

static void
remark_on (PmSurvey *survey, guint root, const char *path, const char *reason)
{
  guint64 digest = pm_stamps_mix_text (pm_stamps_mix_text (root, path), reason);
  g_mutex_lock (&survey->mutex);
  survey->remarks[root] += digest;
  g_mutex_unlock (&survey->mutex);
}

static void
on_problem (guint root, const char *path, const char *reason, gpointer data)
{
  pm_survey_add_problem (data, root, path, reason);
  remark_on (data, root, path, reason);
}

static void
on_unread (guint root, const char *path, const char *reason, gpointer data)
{
  g_atomic_int_set (&((PmSurvey *) data)->is_partial, 1);
  pm_survey_add_unread (data, root, path, reason);
  remark_on (data, root, path, reason);
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

static gboolean
on_file (const PmWalkFile *file, guint worker, gpointer data)
{
  PmSurvey *survey = data;
  if (!pm_survey_file (survey, &survey->workers[worker], file))
    return FALSE;
  g_atomic_int_inc (&survey->files);
  tell (survey);
  return TRUE;
}

static gboolean
on_known_file (const PmWalkFile *file, guint worker, gpointer data)
{
  PmSurvey *survey = data;
  if (!pm_survey_recall (survey, &survey->workers[worker], file))
    return FALSE;
  g_atomic_int_inc (&survey->files);
  tell (survey);
  return TRUE;
}

static gboolean
enters (const char *path, gpointer data)
{
  const PmSurvey *survey = data;
  return survey->only == NULL || pm_places_leads_to (survey->only, path);
}

static PmInterest
interest_of (const char *path, gpointer data)
{
  const PmSurvey *survey = data;
  if (survey->only != NULL && !pm_places_has (survey->only, path))
    return pm_projects_is_manifest (path) ? PM_INTEREST_CONTENT : PM_INTEREST_NONE;
  switch (pm_survey_kind (survey->options->rules, path)) {
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
  for (guint i = 0; options->only != NULL && options->only[i] != NULL; i++)
    seed = pm_stamps_mix_text (seed, options->only[i]);
  for (guint i = 0; options->ignore != NULL && options->ignore[i] != NULL; i++)
    seed = pm_stamps_mix_text (seed, options->ignore[i]);
  return seed;
}

static void
make_tools (PmSurveyWorker *worker)
{
  worker->reader = pm_reader_new (PM_READER_MOST_BYTES);
  worker->environment = pm_reader_new (1024 * 1024);
  worker->scratch = pm_arena_new ();
}

static void
drop_tools (PmSurveyWorker *worker)
{
  g_clear_pointer (&worker->reader, pm_reader_free);
  g_clear_pointer (&worker->environment, pm_reader_free);
  g_clear_pointer (&worker->scratch, pm_arena_free);
}

static void
start (PmSurvey *survey, const PmWalkOptions *walk)
{
  g_mutex_init (&survey->mutex);
  survey->problems = g_array_new (FALSE, FALSE, sizeof (PmProblem));
  survey->problems_arena = pm_arena_new ();
  survey->unread = pm_unread_new ();
  survey->only = survey->options->only == NULL ? NULL : pm_places_new (survey->options->only);
  survey->trust_before = g_get_real_time () * 1000 - TRUST_AFTER_NS;
  survey->n_workers = pm_walk_n_workers (walk);
  guint n_roots = g_strv_length ((char **) survey->roots);
  survey->projects = g_new0 (PmProjects *, n_roots);
  survey->names = g_new0 (char *, n_roots);
  survey->remarks = g_new0 (guint64, n_roots);
  survey->root_seeds = g_new0 (guint64, n_roots);
  for (guint i = 0; i < n_roots; i++) {
    survey->projects[i] = pm_projects_new ();
    survey->root_seeds[i] = pm_stamps_mix_text (seed_of (survey->options), survey->roots[i]);
    if (pm_projects_root_is_one (survey->roots[i]))
      survey->names[i] = g_path_get_basename (survey->roots[i]);
  }
  survey->workers = g_new0 (PmSurveyWorker, survey->n_workers);
  for (guint i = 0; i < survey->n_workers; i++) {
    PmSurveyWorker *worker = &survey->workers[i];
    make_tools (worker);
    worker->seen = g_array_new (FALSE, FALSE, sizeof (PmSeen));
    worker->manifests = g_array_new (FALSE, FALSE, sizeof (PmUnopened));
    worker->learned = g_array_new (FALSE, FALSE, sizeof (PmLearned));
    worker->top = g_string_new (NULL);
    pm_keeper_init (&worker->keeper);
  }
}

static void
finish (PmSurvey *survey)
{
  for (guint i = 0; i < survey->n_workers; i++) {
    PmSurveyWorker *worker = &survey->workers[i];
    drop_tools (worker);
    g_array_unref (worker->seen);
    g_array_unref (worker->manifests);
    g_array_unref (worker->learned);
    g_string_free (worker->top, TRUE);
    pm_keeper_clear (&worker->keeper);
  }
  for (guint i = 0; survey->roots[i] != NULL; i++) {
    pm_projects_free (survey->projects[i]);
    g_free (survey->names[i]);
  }
  pm_places_free (survey->only);
  g_free (survey->names);
  g_free (survey->remarks);
  g_free (survey->root_seeds);
  g_free (survey->projects);
  g_free (survey->workers);
  g_array_unref (survey->problems);
  pm_unread_free (survey->unread);
  pm_arena_free (survey->problems_arena);
  g_mutex_clear (&survey->mutex);
}

/* Gives back what only the walk needed, before the snapshot takes its place. A few files need
 * little; to look for what is free would take as long as all the rest. */
static void
give_back (PmSurvey *survey)
{
  for (guint i = 0; i < survey->n_workers; i++)
    drop_tools (&survey->workers[i]);
  make_tools (&survey->workers[0]); /* for what is looked at again */
  if (survey->only == NULL)
    pm_memory_give_back ();
}

/* Its memory goes, too. */
static void
empty (GArray **array)
{
  guint size = g_array_get_element_size (*array);
  g_array_unref (*array);
  *array = g_array_new (FALSE, FALSE, size);
}

/* By root. */
static PmStamps **
learned_by_all (const PmSurvey *survey)
{
  guint n_roots = g_strv_length ((char **) survey->roots);
  PmStamps **learned = g_new0 (PmStamps *, n_roots + 1);
  for (guint i = 0; i < n_roots; i++) {
    learned[i] = pm_stamps_new ();
    pm_stamps_set_remark (learned[i], survey->remarks[i]);
  }
  for (guint i = 0; i < survey->n_workers; i++) {
    const GArray *list = survey->workers[i].learned;
    for (guint at = 0; at < list->len; at++) {
      const PmLearned *one = &g_array_index (list, PmLearned, at);
      pm_stamps_add (learned[one->root], one->key,
                     (PmStampsEntry){(PmStampsKind) one->kind, one->detail});
    }
    empty (&survey->workers[i].learned);
  }
  return learned;
}

static gboolean
is_unchanged (const PmSurvey *survey)
{
  if (survey->known == NULL || g_atomic_int_get (&survey->is_changed))
    return FALSE;
  for (guint i = 0; survey->roots[i] != NULL; i++)
    if (!pm_stamps_all_met (survey->known[i]) ||
        pm_stamps_remark (survey->known[i]) != survey->remarks[i])
      return FALSE;
  return TRUE;
}

static void
read_manifests (PmSurvey *survey)
{
  g_autoptr (PmReader) reader = pm_reader_new (PM_READER_MOST_BYTES);
  for (guint root = 0; survey->roots[root] != NULL; root++) {
    int fd = open (survey->roots[root], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (guint i = 0; fd >= 0 && i < survey->n_workers; i++)
      for (guint at = 0; at < survey->workers[i].manifests->len; at++) {
        const PmUnopened *unopened = &g_array_index (survey->workers[i].manifests, PmUnopened, at);
        const char *bytes;
        gsize length;
        if (unopened->root != root)
          continue;
        if (pm_reader_read (reader, fd, unopened->file, &bytes, &length, NULL, NULL))
          pm_survey_learn_manifest (survey, root, unopened->file, bytes, length);
        else
          pm_projects_miss_manifest (survey->projects[root], unopened->file);
      }
    if (fd >= 0)
      close (fd);
  }
}

/* *ret_stale: the earlier snapshot is not what the stamps promise. */
static gboolean
make_snapshot (PmSurvey *survey, PmSnapshot *snapshot, gboolean *ret_stale, GError **error)
{
  PmRecall *recall = survey->options->recall;
  *ret_stale = FALSE;
  if (recall != NULL) {
    recall->is_unchanged = is_unchanged (survey);
    if (recall->is_unchanged)
      return TRUE; /* the witness says the same of what is known already */
    recall->learned = learned_by_all (survey);
  }
  give_back (survey);
  g_autoptr (PmSnapshot) previous = NULL;
  if (recall != NULL) {
    previous = recall->previous (recall->data, error);
    if (previous == NULL)
      return FALSE;
  }
  read_manifests (survey);
  *ret_stale = !pm_survey_join (survey, previous, snapshot);
  if (*ret_stale)
    g_clear_pointer (&recall->learned, pm_stamps_free_all);
  else if (recall != NULL)
    recall->mounted = pm_survey_mounts (survey);
  /* The next one is to look again, whatever it meets. */
  for (guint i = 0; !*ret_stale && survey->is_waiting && survey->roots[i] != NULL; i++)
    pm_stamps_set_remark (recall->learned[i], ~survey->remarks[i]);
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

/* Who asks for each file costs a look at it, also where there is nothing to be recalled. */
static gboolean
is_anything_known (PmStamps *const *known, const char *const *roots)
{
  for (guint i = 0; known != NULL && roots[i] != NULL; i++)
    if (!pm_stamps_are_none (known[i]))
      return TRUE;
  return FALSE;
}

/* --- without a walk --- */

static PmWalkOptions
walk_options (const char *const *roots, const PmSurveyOptions *options)
{
  return (PmWalkOptions){.roots = roots,
                         .elsewhere = options->elsewhere,
                         .ignore = options->ignore,
                         .n_workers = options->threads};
}

static PmWitness *
new_witness (const PmSurveyOptions *options)
{
  const PmRecall *recall = options->recall;
  return recall == NULL || recall->folder == NULL || options->only != NULL
             ? NULL
             : pm_witness_new (recall->folder);
}

/* Would the next survey find the same wherever the witness holds? */
static gboolean
is_told_by (const PmSurvey *survey, const PmWitness *witness)
{
  return g_atomic_int_get (&survey->is_partial) == 0 && !survey->is_waiting &&
         pm_witness_is_sound (witness, survey->trust_before);
}

/* Who may read what is up to who reads; rights themselves are told by the files' ctime. */
static guint64
mix_reader (guint64 about)
{
  gid_t groups[256];
  int n = getgroups (G_N_ELEMENTS (groups), groups);
  about = pm_stamps_mix (pm_stamps_mix (about, geteuid ()), getegid ());
  for (int i = 0; i < n; i++)
    about = pm_stamps_mix (about, groups[i]);
  return about;
}

guint64
pm_survey_about (const char *const *roots, const PmSurveyOptions *options)
{
  guint64 about = mix_reader (seed_of (options));
  for (guint i = 0; roots[i] != NULL; i++)
    about = pm_stamps_mix_text (about, roots[i]);
  about = pm_stamps_mix (about, 0);
  for (guint i = 0; options->elsewhere != NULL && options->elsewhere[i] != NULL; i++)
    about = pm_stamps_mix_text (about, options->elsewhere[i]);
  return about;
}

gboolean
pm_survey_holds (const char *const *roots, const PmSurveyOptions *options, const char *witness,
                 guint64 about)
{
  PmWalkOptions walk = walk_options (roots, options);
  return (options->keep_roots || check_roots (roots, NULL)) &&
         pm_witness_holds (witness, about, &walk);
}

/* --- with one --- */

static PmSnapshot *
survey_once (const char *const *roots, const PmSurveyOptions *options, PmStamps *const *known,
             gboolean *ret_stale, GError **error)
{
  g_autoptr (PmSnapshot) snapshot = pm_snapshot_new ();
  g_autofree const char **kept = g_new0 (const char *, g_strv_length ((char **) roots) + 1);
  for (guint i = 0; roots[i] != NULL; i++)
    kept[i] = pm_arena_strdup (snapshot->arena, roots[i]);

  PmSurvey survey = {.roots = kept, .options = options, .known = known};
  g_autoptr (PmWitness) witness = new_witness (options);
  PmWalkOptions walk = walk_options (kept, options);
  walk.witness = witness;
  PmWalkHandler handler = {
      .enters = enters,
      .interest = interest_of,
      .file = on_file,
      .recall = options->only == NULL && is_anything_known (known, roots) ? on_known_file : NULL,
      .problem = on_problem,
      .unread = on_unread,
      .noted = pm_survey_environment_files (),
      .data = &survey,
  };
  PmWalkCounts counts;
  start (&survey, &walk);
  pm_walk (&walk, &handler, &counts);
  gboolean fine = make_snapshot (&survey, snapshot, ret_stale, error);
  if (fine && !*ret_stale && is_told_by (&survey, witness))
    options->recall->witness = g_steal_pointer (&witness);
  finish (&survey);
  return fine ? g_steal_pointer (&snapshot) : NULL;
}

PmSnapshot *
pm_survey (const char *const *roots, const PmSurveyOptions *options, GError **error)
{
  if (!options->keep_roots && !check_roots (roots, error))
    return NULL;
  PmStamps *const *known = options->recall == NULL ? NULL : options->recall->known;
  gboolean is_stale;
  g_autoptr (PmSnapshot) snapshot = survey_once (roots, options, known, &is_stale, error);
  if (snapshot != NULL && is_stale) {
    pm_snapshot_free (snapshot);
    snapshot = survey_once (roots, options, NULL, &is_stale, error);
  }
  if (snapshot != NULL && (options->recall == NULL || !options->recall->is_unchanged))
    pm_assemble (snapshot, options->host == NULL ? "" : options->host);
  if (options->recall != NULL && !options->recall->is_unchanged)
    pm_memory_give_back (); /* before all of it is stored */
  return g_steal_pointer (&snapshot);
}
